/**
 * Where QEMU 7.2 says something else than the manual, case by case. What Cor says is checked against `cor`, so an entry that no
 * longer holds fails the test. `qemu` null: the case would end QEMU's run, and is left out there.
 */
export interface Difference {
  readonly cor: string;
  readonly qemu: string | null;
  /** Section of the SDM, and what it says. */
  readonly manual: string;
}

const segmentFaults = [
  ["a dword read at ffd of FFF", "#GP(0000) at=0000 cs=0008 fl=000000"],
  ["a dword read at 1000 of FFF", "#GP(0000) at=0000 cs=0008 fl=000000"],
  ["a dword read at ffffffff of FFF", "#GP(0000) at=0000 cs=0008 fl=000000"],
  ["a dword read at fff, expand-down from FFF, B 1", "#GP(0000) at=0000 cs=0008 fl=000000"],
  ["a dword read at fffffffd, expand-down from FFF, B 1", "#GP(0000) at=0000 cs=0008 fl=000000"],
  ["a dword read at fffe, expand-down from FFF, B 0", "#GP(0000) at=0000 cs=0008 fl=000000"],
  ["a dword read at 10000, expand-down from FFF, B 0", "#GP(0000) at=0000 cs=0008 fl=000000"],
  ["a write to read-only data", "#GP(0000) at=0000 cs=0008 fl=000000"],
  ["a write to code", "#GP(0000) at=0000 cs=0008 fl=000000"],
  ["a write through CS", "#GP(0000) at=0000 cs=0008 fl=000000"],
  ["a read through a null segment", "#GP(0000) at=0000 cs=0008 fl=000000"],
  ["PUSH beyond the stack's limit goes to the double fault's task", "#DF(0000) at=0000 cs=0008 fl=000000"],
  ["a read through SS beyond its limit", "#SS(0000) at=0000 cs=0008 fl=000000"],
  ["a jump beyond the code segment", "#GP(0000) at=002a cs=0080 fl=000000"],
  ["POP across the end of a stack of 64 KiB", "#SS(0000) at=0000 cs=0008 fl=000000"],
] as const;

export const differences: Readonly<Record<string, Readonly<Record<string, Difference>>>> = {
  protected: {
    INT1: {
      cor: "#DB at=0001 cs=0008 fl=000000 dr6=ffff0ff0",
      qemu: "#UD at=0000 cs=0008 fl=000000",
      manual: "vol. 2, INT1: generates a debug exception, without setting bits of DR6 (vol. 3, 17.2.3)",
    },
    "an unknown MSR": {
      cor: "#GP(0000) at=0005 cs=0008 fl=000000",
      qemu: "ok",
      manual: "vol. 2, RDMSR: #GP(0) if ECX specifies a reserved or unimplemented MSR address",
    },
    "CR0 with PG without PE": {
      cor: "#GP(0000) at=0000 cs=0008 fl=000000",
      qemu: null,
      manual: "vol. 2, MOV CR: #GP(0) if an attempt is made to set PG while PE is 0",
    },
    "CR0 with NW without CD": {
      cor: "#GP(0000) at=0000 cs=0008 fl=000000",
      qemu: "ok",
      manual: "vol. 2, MOV CR: #GP(0) if an attempt is made to set NW while CD is 0",
    },
    "CR4 with bit 31": {
      cor: "#GP(0000) at=0000 cs=0008 fl=000000",
      qemu: null,
      manual: "vol. 2, MOV CR: #GP(0) if an attempt is made to write a 1 to any reserved bit in CR4",
    },
    "CR4 with PCIDE outside of long mode": {
      cor: "#GP(0000) at=0000 cs=0008 fl=000000",
      qemu: null,
      manual: "vol. 2, MOV CR: #GP(0) if PCIDE is set while IA32_EFER.LMA is 0",
    },
    "TR with null": {
      cor: "#GP(0000) at=0000 cs=0008 fl=000000",
      qemu: "ok",
      manual: "vol. 2, LTR: #GP(0) if the source is a null selector",
    },
    "TR with null with RPL 3": {
      cor: "#GP(0000) at=0000 cs=0008 fl=000000",
      qemu: "ok",
      manual: "vol. 2, LTR: #GP(0) if the source is a null selector",
    },
    "CALL beyond the segment's limit": {
      cor: "#GP(0000) at=0000 cs=0008 fl=000000",
      qemu: "#GP(0080) at=0000 cs=0008 fl=000000",
      manual: "vol. 2, CALL: #GP(0) if the target offset is beyond the new code segment's limit",
    },
    "RETF beyond the segment's limit": {
      cor: "#GP(0000) at=0000 cs=0008 fl=000000",
      qemu: "ok",
      manual: "vol. 2, RET: #GP(0) if the return instruction pointer is not within the return code segment's limit",
    },
    "IRETD beyond the segment's limit": {
      cor: "#GP(0000) at=0000 cs=0008 fl=000000",
      qemu: "ok",
      manual: "vol. 2, IRET: #GP(0) if the return instruction pointer is not within the return code segment's limit",
    },
  },
  // The translator compares no access with its segment's limit or type, so none of these cases is run there.
  segments: Object.fromEntries(
    segmentFaults.map(([label, cor]) => [
      label,
      { cor, qemu: null, manual: "vol. 3, 5.3 and 5.5: limits and types are checked on every access" },
    ]),
  ),
};
