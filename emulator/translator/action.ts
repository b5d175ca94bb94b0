/**
 * What blocks are made of, between those who build them (block.ts) and those who write them as code (block-writer.ts): values that stand for the
 * state before an instruction, what has to be done in order, and how a block ends.
 *
 * An action that may have to leave remembers the processor's state before its instruction: a snapshot. Whatever is out of the ordinary
 * (a fault, a device, a helper that must be called) is not done here: the region leaves with that snapshot, and the interpreter
 * does the instruction. That is always right, for definitions change nothing before all that may fault is behind them.
 */
import type { Node, Place } from "../cpu/ir.ts";
import type { Mode } from "../isa/instruction.ts";
import type { Gate, UserSegments } from "./gates.ts";
import type { Status } from "./status.ts";

/** What code is read and run under; regions are made for one of these, and look at it when they are entered. */
export interface Surroundings {
  readonly mode: Mode;
  /** Largest RIP in CS. */
  readonly limit: bigint;
  /** Bits of `Workspace.flatSegments`, outside 64-bit mode. */
  readonly flat: number;
  /** The stack pointer is ESP, not SP; outside 64-bit mode. */
  readonly bigStack: boolean;
  /** Set of range slots: 0, or 1 for code of user programs. Either is right for all code. */
  readonly slots: number;
}

/** The state before an instruction, as far as it is in values. */
export interface Snapshot {
  /** Of the instruction in its block. */
  readonly number: number;
  readonly registers: readonly (Node | null)[];
  readonly status: Status;
}

export interface MemoryAction {
  readonly segment: number;
  /** Within the segment, 64 bits. */
  readonly offset: Node;
  readonly linear: Node;
  /** The offset must be compared with the segment's end. */
  readonly limited: boolean;
  readonly bytes: number;
  /** Which slot (cpu/range-slots.ts) remembers where it went: the number of the base register, or OTHER_BASE. */
  readonly base: number;
  readonly alignment: number;
  readonly before: Snapshot;
}

export type Action =
  /** `node`, a leaf, becomes what is there; `modify`: its place will be written by a `storeModified`. */
  | ({ readonly do: "load" | "modify"; readonly node: Node } & MemoryAction)
  | ({ readonly do: "store"; readonly value: Node } & MemoryAction)
  | ({ readonly do: "probe" } & MemoryAction)
  | { readonly do: "storeModified"; readonly modify: Node; readonly value: Node }
  /** State that is not kept in values, at an address, `index` bytes behind it. */
  | { readonly do: "readState"; readonly node: Node; readonly address: number; readonly index: Node | null }
  /** Likewise; behind an index it is plain memory. */
  | { readonly do: "writeState"; readonly address: number; readonly index: Node | null; readonly value: Node }
  | {
      readonly do: "if";
      readonly condition: Node;
      readonly yes: readonly Action[];
      readonly no: readonly Action[];
      /** Leaves that become one value or another, according to which way was gone. */
      readonly merges: readonly { readonly node: Node; readonly yes: Node; readonly no: Node }[];
    }
  /** The interpreter goes on with the instruction. */
  | { readonly do: "leave"; readonly before: Snapshot }
  /**
   * What changes nothing: loads, reads of the state, and assumptions; at the end perhaps a store. Where one of these cannot be done or does not hold,
   * the interpreter goes on where all this began: one way out for many.
   */
  | { readonly do: "group"; readonly actions: Action[]; readonly before: Snapshot }
  /** In a group: the condition holds, or where it does not, `unless` does. */
  | { readonly do: "assume"; readonly condition: Node; readonly unless: Node | null };

/** How a block ends. Targets are RIPs. */
export type End =
  | { readonly kind: "fall"; readonly next: bigint }
  | { readonly kind: "branch"; readonly condition: Node; readonly taken: bigint; readonly next: bigint }
  | { readonly kind: "jump"; readonly target: bigint; readonly returnTo: bigint | null }
  | { readonly kind: "indirect"; readonly target: Node; readonly isReturn: boolean; readonly returnTo: bigint | null }
  /** To another ring, into which the block's last instruction has gone (ring-change.ts); `next` is behind it. */
  | { readonly kind: "ring"; readonly way: RingWay; readonly target: Node; readonly next: bigint }
  /** The interpreter goes on with the instruction at `rip`. */
  | { readonly kind: "leave"; readonly rip: bigint }
  /** The quick way of a helper (interpreter/quick) does the instruction at `rip`, or the interpreter if it cannot. */
  | {
      readonly kind: "quick";
      readonly way: QuickEnd;
      readonly args: readonly Node[];
      readonly rip: bigint;
      readonly next: bigint;
    };

/** Quick ways by which regions may be left for others: those that need no record, by their helpers. */
export const quickEnds = {
  syscall: "regionSyscall",
  sysretq: "regionSysret",
  softwareInterrupt: "regionInterrupt",
  interruptReturn: "regionInterruptReturn",
  writeControl: "regionLoadCr3",
} as const;
/** The set of range slots for code of a ring. */
export const slotsOf = (user: boolean): 0 | 1 => (user ? 1 : 0);

export type QuickEnd = (typeof quickEnds)[keyof typeof quickEnds];

export type RingWay = "syscall" | "sysret" | "interrupt" | "interruptReturn";

/** What a block knows of the ways to other rings: where SYSCALL and INT lead, and where SYSRET and IRETQ lead back to, if that is known. */
export interface RingWays {
  readonly handler: bigint | null;
  readonly back: bigint | null;
  gate(vector: number): Gate | null;
  readonly interrupted: { readonly rip: bigint; readonly segments: UserSegments } | null;
}

/** Stand for the parts of the flags (status.ts), as they are when a block is entered. */
export const FLAG_X: Place = { kind: "field", field: "flagResult", index: 0 };
export const FLAG_Y: Place = { kind: "field", field: "flagCarries", index: 0 };
export const FLAG_KIND: Place = { kind: "field", field: "flagAux", index: 0 };

/** Places in the state that an action writes, with those within it. */
export function forEachWrite(action: Action, visit: (address: number, bytes: number) => void): void {
  if (action.do === "writeState" && action.index === null) visit(action.address, action.value.bits / 8);
  else if (action.do === "if") for (const inner of [...action.yes, ...action.no]) forEachWrite(inner, visit);
}
