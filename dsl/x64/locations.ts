/**
 * Where source variables are while code runs, for debug information: the `debug` notes of the IR, carried along by
 * selection, meet what the allocator decided. A note holds until the next one for the same variable on every way; a
 * value is where its web's part is, as long as that lives.
 */
import type { IrFunction, Origin, Piece, Variable } from "../ir/ssa.ts";
import type { FunctionCode } from "./emit.ts";
import type { Liveness, Span } from "./live.ts";
import {
  type DebugNote,
  type FrameSlot,
  type Inst,
  type MachineBlock,
  NONE,
  type Reg,
  successorsOf,
  VIRTUAL,
} from "./mir.ts";

/** Offsets in the function, half-open. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

export type Place =
  | { readonly kind: "register"; readonly register: Reg; readonly indirect: boolean }
  /** In the frame, at a distance from the CFA (bytes, negative). */
  | { readonly kind: "frame"; readonly offset: number; readonly indirect: boolean }
  | { readonly kind: "constant"; readonly value: bigint; readonly indirect: boolean }
  | { readonly kind: "symbol"; readonly symbol: string; readonly offset: bigint; readonly indirect: boolean };

export interface VariableLocation {
  readonly variable: Variable;
  readonly inlined: Origin["inlined"];
  /** null: in the whole function. */
  readonly ranges: readonly (Range & { readonly piece: Piece | null; readonly place: Place })[] | null;
  readonly slot: Place | null;
}

type Key = string;
type State = Map<Key, Inst>;

/** The locations of all variables the function has notes or slots for. */
export function locate(
  f: IrFunction,
  code: FunctionCode,
  live: Liveness,
  slotOf: (slot: IrFunction["slots"][number]) => FrameSlot | null,
): VariableLocation[] {
  return new Locator(f, code, live, slotOf).run();
}

/** One number for each variable in each inlined copy of its function. */
class Keys {
  readonly #variables = new Map<Variable, number>();

  of(variable: Variable, piece: Piece | null, origin: Origin): Key {
    let number = this.#variables.get(variable);
    if (number === undefined) this.#variables.set(variable, (number = this.#variables.size));
    return `${number} ${inlineText(origin.inlined)}|${piece === null ? "" : `${piece.offset},${piece.bytes}`}`;
  }
}

/** The chain of calls that were inlined, as text that is equal for equal chains. */
export function inlineText(inlined: Origin["inlined"]): string {
  if (inlined === null) return "";
  const { site } = inlined.at;
  return `${inlined.callee}@${site.file}:${site.line}:${site.column} ${inlineText(inlined.at.inlined)}`;
}

class Locator {
  readonly #f: IrFunction;
  readonly #code: FunctionCode;
  readonly #live: Liveness;
  readonly #slotOf: (slot: IrFunction["slots"][number]) => FrameSlot | null;
  readonly #keys = new Keys();
  /** From RSP in the body to the CFA. */
  readonly #frameBytes: number;
  readonly #found = new Map<
    string,
    { variable: Variable; inlined: Origin["inlined"]; ranges: (Range & { piece: Piece | null; place: Place })[] }
  >();

  constructor(
    f: IrFunction,
    code: FunctionCode,
    live: Liveness,
    slotOf: (slot: IrFunction["slots"][number]) => FrameSlot | null,
  ) {
    this.#f = f;
    this.#code = code;
    this.#live = live;
    this.#slotOf = slotOf;
    this.#frameBytes = 8 + 8 * code.frame.saved.length + code.frame.bytes;
  }

  run(): VariableLocation[] {
    const spans = this.#live.spans.filter(({ block }) => this.#code.starts.has(block));
    const entries = this.#solve(spans);
    for (const span of spans) this.#block(span, entries.get(span.block)!);
    this.#arrivals(spans);
    const found: VariableLocation[] = [...this.#found.values()].map((it) => ({ ...it, slot: null }));
    for (const block of this.#f.blocks)
      for (const i of block.instructions) {
        if (i.op !== "declare") continue;
        const slot = this.#slotOf(i.slot);
        if (slot === null) continue;
        const place: Place = { kind: "frame", offset: slot.offset - this.#frameBytes, indirect: false };
        found.push({ variable: i.variable, inlined: i.origin.inlined, ranges: null, slot: place });
      }
    return found;
  }

  /**
   * A parameter is in the register in which it arrives until the copy that takes it from there: so that it is known at the
   * function's first instruction, where breakpoints stand.
   */
  #arrivals(spans: readonly Span[]): void {
    const [entry] = spans;
    if (entry === undefined) return;
    for (const { variable, inlined, ranges } of this.#found.values()) {
      if (variable.parameter === 0 || inlined !== null) continue;
      for (const range of [...ranges]) {
        const { place, piece, from } = range;
        if (place.kind !== "register" || from === 0) continue;
        const covered = ranges.some((r) => r.from < from && r.piece?.offset === piece?.offset);
        const arrival = covered ? NONE : this.#arrivalOf(entry, place.register, from);
        if (arrival !== NONE) ranges.push({ from: 0, to: from, piece, place: { ...place, register: arrival } });
      }
    }
  }

  /** The register that is copied to another before an offset, when nothing else has written either. */
  #arrivalOf(entry: Span, to: Reg, before: number): Reg {
    let from = NONE;
    const written = new Set<Reg>();
    for (const i of entry.instructions) {
      const at = this.#code.starts.get(i);
      if (at === undefined) continue;
      if (at >= before) break;
      const [source] = i.args;
      if (i.op === "copy" && i.def === to && source?.kind === "reg") from = source.reg;
      else if (i.def === to) return NONE;
      written.add(i.def);
      if (i.writes !== 0) return NONE;
    }
    return from !== NONE && from < VIRTUAL && !written.has(from) ? from : NONE;
  }

  /** What holds at each block's start: what holds at the ends of all its predecessors. */
  #solve(spans: readonly Span[]): Map<MachineBlock, State> {
    const entries = new Map<MachineBlock, State>();
    const [first] = spans;
    if (first === undefined) return entries;
    entries.set(first.block, new Map());
    for (let changed = true; changed; ) {
      changed = false;
      for (const { block, instructions } of spans) {
        const entry = entries.get(block);
        if (entry === undefined) continue;
        const state = new Map(entry);
        for (const i of instructions) if (i.debug !== null) state.set(this.#key(i), i);
        for (const next of successorsOf(block)) {
          const known = entries.get(next);
          if (known === undefined) {
            entries.set(next, new Map(state));
            changed = true;
            continue;
          }
          for (const [key, note] of known) {
            if (sameNote(state.get(key)?.debug, note.debug)) continue;
            known.delete(key);
            changed = true;
          }
        }
      }
    }
    for (const { block } of spans) if (!entries.has(block)) entries.set(block, new Map());
    return entries;
  }

  #key(i: Inst): Key {
    return this.#keys.of(i.debug!.variable, i.debug!.piece, i.origin);
  }

  #block(span: Span, entry: State): void {
    const state = new Map<Key, { note: Inst; from: number }>();
    for (const [key, note] of entry) state.set(key, { note, from: span.from });
    span.instructions.forEach((i, k) => {
      if (i.debug === null) return;
      const key = this.#key(i);
      const at = span.from + 2 + 2 * k;
      const before = state.get(key);
      if (before !== undefined) this.#add(before.note, before.from, at, span);
      state.set(key, { note: i, from: at });
    });
    for (const { note, from } of state.values()) this.#add(note, from, span.to, span);
  }

  /** The code offset of a position: odd ones lie behind their instruction. Instructions that left no bytes count as the next. */
  #offset(position: number, span: Span): number {
    if (position <= span.from + 1) return this.#code.starts.get(span.block)!;
    for (let k = ((position + 1) >> 1) - (span.from >> 1) - 1; k < span.instructions.length; k++) {
      const start = this.#code.starts.get(span.instructions[k]!);
      if (start !== undefined) return start;
    }
    return this.#code.ends.get(span.block)!;
  }

  #add(i: Inst, from: number, to: number, span: Span): void {
    const note = i.debug!;
    const id = `${this.#keys.of(note.variable, null, i.origin)}`;
    let entry = this.#found.get(id);
    if (entry === undefined)
      this.#found.set(id, (entry = { variable: note.variable, inlined: i.origin.inlined, ranges: [] }));
    const { ranges } = entry;
    const push = (start: number, end: number, place: Place) => {
      const range = { from: this.#offset(start, span), to: this.#end(end, span) };
      if (range.from < range.to) ranges.push({ ...range, piece: note.piece, place });
    };
    const { indirect, value } = note;
    if (value === null) return;
    if (value.kind === "imm") push(from, to, { kind: "constant", value: value.value, indirect });
    else if (value.kind === "symbol")
      push(from, to, { kind: "symbol", symbol: value.symbol, offset: value.offset, indirect });
    else this.#value(value.reg, from, to, indirect, push);
  }

  /** Behind the last instruction the block's jumps still belong to it. */
  #end(position: number, span: Span): number {
    return position >= span.to ? this.#code.ends.get(span.block)! + this.#tail(span) : this.#offset(position, span);
  }

  #tail({ block }: Span): number {
    let next = this.#code.bytes.length;
    const end = this.#code.ends.get(block)!;
    for (const { block: other } of this.#live.spans) {
      const start = this.#code.starts.get(other);
      if (start !== undefined && start >= end && start < next) next = start;
    }
    return next - end;
  }

  #value(
    r: Reg,
    from: number,
    to: number,
    indirect: boolean,
    push: (from: number, to: number, place: Place) => void,
  ): void {
    const web = this.#live.webs[r - VIRTUAL]!;
    for (const part of web.parts)
      for (let k = 0; k < part.starts.length; k++) {
        const start = Math.max(from, part.starts[k]!);
        const end = Math.min(to, part.ends[k]!);
        if (start >= end) continue;
        if (part.assigned !== NONE) push(start, end, { kind: "register", register: part.assigned, indirect });
        else if (web.remade !== null) {
          const [source] = web.remade.args;
          if (source?.kind === "imm") push(start, end, { kind: "constant", value: source.value, indirect });
        } else if (web.room !== null)
          push(start, end, { kind: "frame", offset: web.room.offset - this.#frameBytes, indirect });
      }
  }
}

function sameNote(a: DebugNote | null | undefined, b: DebugNote | null): boolean {
  if (!a || !b || a.indirect !== b.indirect) return false;
  if (a.value === b.value) return true;
  if (a.value === null || b.value === null || a.value.kind !== b.value.kind) return false;
  if (a.value.kind === "reg") return b.value.kind === "reg" && a.value.reg === b.value.reg;
  if (a.value.kind === "imm") return b.value.kind === "imm" && a.value.value === b.value.value;
  return b.value.kind === "symbol" && a.value.symbol === b.value.symbol && a.value.offset === b.value.offset;
}
