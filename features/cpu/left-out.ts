/**
 * Why a case is not compared: what the manual leaves open, and where the makers differ although it does not. A judge that meets
 * one of these throws the case away and says which; the report tells how often each did, and a run fails in which one takes
 * more than its share. What differs in every execution of a row is not here: such rows are rules' (rules.ts) or are left out
 * by name (eligible.ts).
 */

export const leftOut = {
  otherGroup: "an instruction of another group, whose state is not compared",
  foreign: "an instruction that the host does not have, or has otherwise (eligible.ts)",
  ruled:
    "an instruction with a rule of its own, or of which makers differ (rules.ts, eligible.ts), in the midst of others",
  undefinedFlags: "an instruction reads a status flag that is undefined (vol. 2, Flags Affected)",
  farFrame:
    "a far transfer whose frame lies across the stack's end, or under alignment checks: how much of it is read is open (vol. 3, table 6-2, note)",
  faultOrder:
    "two faults of one instruction: which comes first is open (vol. 3, table 6-2, note: exceptions of one class)",
  selector: "a selector of a descriptor that Linux's GDT fills otherwise than ours",
  narrowBranch: "66 in front of a near branch of 64-bit code: AMD's processors obey it, Intel's do not (vol. 2, JMP)",
  reservedRepeat: "LOOPcc behind F2 or F3, reserved (vol. 2, 2.1.1)",
  wideDoubleShift: "a 16-bit double shift by more than 16: the result is undefined (vol. 2, SHLD)",
  noRepetition: "a port's permission for a count of 0 repetitions",
  changedRepetition: "a repeated instruction overwrote itself: when it is fetched again is open (vol. 3, 8.1.3)",
  unknownBytes: "#UD for bytes that the table does not have, which the host may",
  mmxOrder:
    "#XM of a conversion with MMX registers: AMD's processors have put the x87 state into MMX's order before it",
  cvtpi2ps:
    "CVTPI2PS from memory while the x87 state is not in MMX's order: AMD's processors leave it alone (vol. 2: a transition)",
  alignedStack:
    "#SS or #GP of an aligned operand in the stack segment: which comes first is open (vol. 3, table 6-2, note)",
  wideLimit:
    "#AC, or #PF before a limit, of the lower half of 256 bits, whose upper half may be beyond it: which comes first is open (vol. 3, table 6-2, note)",
  shaAlignment: "#GP of a misaligned operand of SHA's instructions, which AMD's processors take (vol. 2, 2.4, type 4)",
  imageOrder:
    "#PF of an x87, FXSAVE or XSAVE image: which of its bytes is looked at first is open (vol. 1, 8.1.10, 10.5, 13.7)",
  gatherFault: "a gather that faults: which elements are already loaded is open (vol. 2, VPGATHERDD)",
  maskedFault: "a masked move that faults: which bytes are looked at is open (vol. 2, MASKMOVDQU, VMASKMOV)",
  nullSegment:
    "a masked move or gather outside 64-bit code through a segment that is null or no data segment: AMD's processors fault for elements that are not wanted, ours do not look at the segment",
  misalignedMask: "MXCSR's bit 17, MM on AMD's processors, is reserved on Intel's: #GP (vol. 1, 10.2.3)",
  openImage: "a saved image with fields of each maker's own (pointers, opcode, MXCSR_MASK) that the program could read",
  initialState: "XSAVE's image of a component that may count as initial: what is tracked is open (vol. 1, 13.6)",
  otherStates: "XSAVE or XRSTOR of components that only the host has",
} as const;

export type Reason = keyof typeof leftOut;

/** Cases thrown away, by reason. */
export type LeftOut = Record<Reason, number>;

export const noneLeftOut = (): LeftOut =>
  Object.fromEntries(Object.keys(leftOut).map((reason) => [reason, 0])) as LeftOut;
