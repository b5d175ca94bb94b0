/**
 * What code costs in virtual time, in ticks: a sixteenth of a cycle, so that instructions of which several fit into a cycle can be told apart.
 * The clock shows whole cycles. Costs are those of the reference microarchitecture (isa/costs.ts), 1 GHz of it.
 *
 * **The rule.** An instruction's cost is a function of the bytes around it alone, of those in the page in which it begins:
 *
 * - If straight-line code from it leads to a direct jump back within the page (Jcc, JMP, LOOP, JCXZ to T), and straight-line
 *   code from T leads through the instruction to that jump, it is part of a loop's body. The body costs as a whole what one round of it
 *   takes in the steady state (loop-cost.ts), and each instruction in it a share.
 * - Otherwise it costs what it takes of the processor by itself: dispatch slots, units, or all of it.
 *
 * Straight-line code is what has no other control transfer in it, nothing that runs alone, and no repeated string instruction; it is followed
 * for `FARTHEST` instructions at most, and not into the next page.
 *
 * So the cost of an executed path is the sum over its instructions, and nothing remains to be remembered from one to the
 * next. How a path is cut into runs (by a page's end, by the longest run, by an interrupt, a single step, the end of a slice, self-modifying
 * code, or because a cache of ours was emptied) cannot change it, and two tiers that cut differently agree.
 */
import { costClasses } from "../isa/costs.ts";
import { decode } from "../isa/decode.ts";
import { type Instruction, type Mode, Prefix } from "../isa/instruction.ts";
import { FRAME_BYTES } from "../memory.ts";
import { asUnderstood, type CpuModel } from "./cpuid.ts";
import { loopCycles, ownCycles } from "./loop-cost.ts";
import type { TimingModel } from "./timing-models.ts";

export const TICKS_PER_CYCLE = 16;

/** Branches that a processor must guess. */
const guessed: ReadonlySet<string> = new Set(["branch", "branch-count", "jmp-indirect", "call-indirect"]);
/** What wrong guesses cost such a branch on average, in cycles, where it does not close a loop: for simple timing, which has no predictor. */
const WRONG_GUESSES = 2;

/** Instructions that straight-line code is followed for. */
const FARTHEST = 128;
/** The longest instruction, in bytes. */
const LONGEST = 15;
/** A share in a loop may not be more, so that the ticks of a run fit 16 bits. */
const MOST_TICKS = 1000;

/** One word or byte of a block transfer at a port: the bus is kept. (ATA PIO mode 4: 120 ns a word.) */
const PORT_BLOCK = 120;

/** Delivery of an interrupt or exception, in cycles: microcode that loads a gate, perhaps a stack, and pushes a frame. */
export const DELIVERY = 60;

/** Ticks of one further iteration of a repeated string instruction, by operation and operand size in bytes. Measured over 1,000 bytes. */
const iterationTicks: Readonly<Record<string, readonly number[]>> = {
  "string-move": [1, 2, 3, 6],
  "string-store": [1, 2, 3, 6],
  "string-load": [37, 37, 37, 37],
  "string-compare": [16, 16, 16, 16],
};
/** Ticks of a repeated string instruction beside its iterations; charged when it is complete. */
export const REPEAT_TICKS = 12 * TICKS_PER_CYCLE;

/** A string instruction under a REP prefix. */
export const isRepeated = ({ row, prefixes }: Instruction): boolean =>
  row.repeat !== "none" && (prefixes & (Prefix.rep | Prefix.repne)) !== 0;

const elementSize: Readonly<Record<string, number>> = { b: 0, w: 1, d: 2, q: 3 };

/** Ticks of each iteration of a string instruction, when it is repeated. */
export function ticksAgain({ row }: Instruction): number {
  if (row.cost === "io") return PORT_BLOCK * TICKS_PER_CYCLE;
  return iterationTicks[row.cost]![elementSize[row.mnemonic.at(-1)!]!]!;
}

/** Ticks of an instruction that is in no loop's body, or of the first iteration of a repeated one; at least 1. */
export function ownTicks(instruction: Instruction, timing: TimingModel): number {
  if (isRepeated(instruction)) return ticksAgain(instruction);
  const guess = timing === "simple" && guessed.has(instruction.row.cost) ? WRONG_GUESSES : 0;
  return Math.max(1, Math.round((ownCycles(instruction) + guess) * TICKS_PER_CYCLE));
}

/** The code around an instruction: a frame of memory as it is now, and how it is read. */
export interface CodeFrame {
  readonly bytes: Uint8Array;
  /** Where in `bytes` the frame begins. */
  readonly start: number;
  readonly mode: Mode;
  readonly model: CpuModel;
}

/** The body of a loop, from its first instruction to the jump back: ticks of each instruction by its offset in the frame. */
type Loop = ReadonlyMap<number, number>;

/** What a run of straight-line code costs. */
export interface RunCost {
  /** Of each instruction. */
  readonly ticks: readonly number[];
  /** Offsets in the frame of the bytes that this depends on, beside the run's own: [first, end). */
  readonly first: number;
  readonly end: number;
}

const directJumps: ReadonlySet<string> = new Set(["branch", "branch-count", "jmp"]);

/** Transfers control, or runs alone: straight-line code ends with it. */
export function endsStraightLine(instruction: Instruction): boolean {
  const { row } = instruction;
  return (ends[row.id] ??= transfers.has(row.cost) || runsAlone(instruction)) || isRepeated(instruction);
}

const transfers: ReadonlySet<string> = new Set(
  "branch branch-count jmp jmp-indirect call call-indirect ret far interrupt system-call".split(" "),
);
/** By row, as far as they have been asked for. */
const alone: boolean[] = [];
const ends: boolean[] = [];

/** Whether it runs alone: it is the last instruction of its run. */
export const runsAlone = ({ row }: Instruction): boolean => (alone[row.id] ??= costClasses.get(row.cost)!.alone);

/**
 * Costs of instructions that follow each other in memory.
 *
 * @param instructions all of one run; null where the bytes are no instruction
 * @param offset where in the frame the first begins
 * @param frame null: none of them is in a loop
 */
export function runCost(
  instructions: readonly (Instruction | null)[],
  offset: number,
  frame: CodeFrame | null,
  timing: TimingModel,
): RunCost {
  const ahead = frame === null ? { loop: null, first: offset, end: offset } : loopAhead(instructions, offset, frame);
  const ticks: number[] = [];
  let at = offset;
  for (const instruction of instructions) {
    if (instruction === null) ticks.push(TICKS_PER_CYCLE);
    else {
      ticks.push(ahead.loop?.get(at) ?? ownTicks(instruction, timing));
      at += instruction.length;
    }
  }
  return { ticks, first: ahead.first, end: Math.max(ahead.end, at) };
}

interface Ahead {
  readonly loop: Loop | null;
  readonly first: number;
  readonly end: number;
}

/** Follows straight-line code to its end, and from there perhaps back to the start of the loop that is closed there. */
function loopAhead(instructions: readonly (Instruction | null)[], offset: number, frame: CodeFrame): Ahead {
  let at = offset;
  let last: Instruction | null = null;
  // As far from the last instruction as from the first: what a loop's body is does not depend on where a run begins.
  for (let i = 0; i < instructions.length + FARTHEST; i++) {
    const next = i < instructions.length ? instructions[i]! : decodeAt(frame, at);
    if (next === null || at + next.length > FRAME_BYTES)
      return { loop: null, first: offset, end: Math.min(at + LONGEST, FRAME_BYTES) };
    if (endsStraightLine(next)) {
      last = next;
      break;
    }
    at += next.length;
  }
  const end = at + (last?.length ?? 0);
  const target = last === null ? -1 : jumpTarget(last, end);
  if (last === null || target < 0 || target > at) return { loop: null, first: offset, end };
  return { loop: loopFrom(target, at, frame), first: Math.min(offset, target), end };
}

/** Offset in the frame that a direct jump leads to; −1 for other instructions. `end`: offset of its end. */
function jumpTarget({ row, operands }: Instruction, end: number): number {
  const [operand] = operands;
  return operand?.kind === "relative" && directJumps.has(row.cost) ? end + Number(operand.displacement) : -1;
}

/** The loop whose body begins at `target` and ends with the jump at `jump`, or null if straight-line code does not lead there. */
function loopFrom(target: number, jump: number, frame: CodeFrame): Loop | null {
  const body: Instruction[] = [];
  const offsets: number[] = [];
  for (let at = target; at <= jump; ) {
    const next = body.length === FARTHEST ? null : decodeAt(frame, at);
    if (next === null || (at < jump && endsStraightLine(next))) return null;
    body.push(next);
    offsets.push(at);
    at += next.length;
  }
  if (offsets.at(-1) !== jump) return null;
  // Shares by own cost; what has been given out is rounded, so that nothing is lost.
  const total = Math.max(1, loopCycles(body)) * TICKS_PER_CYCLE;
  const own = body.map((instruction) => ownTicks(instruction, "exact"));
  const sum = own.reduce((x, y) => x + y);
  const ticks = new Map<number, number>();
  let soFar = 0;
  let given = 0;
  for (const [i, offset] of offsets.entries()) {
    soFar += own[i]!;
    const upTo = Math.round((soFar / sum) * total);
    ticks.set(offset, Math.min(upTo - given, MOST_TICKS));
    given = upTo;
  }
  return ticks;
}

function decodeAt({ bytes, start, mode, model }: CodeFrame, offset: number): Instruction | null {
  const decoded = decode(bytes, start + offset, start + FRAME_BYTES, mode);
  return typeof decoded === "string" ? null : asUnderstood(model, decoded);
}
