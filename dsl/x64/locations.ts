/**
 * Where source variables are while code runs, for debug information: the `debug` notes of the IR, carried along by
 * selection, meet what the allocator decided. A note holds until the next one for the same variable on every way; a
 * value is where its web's part is, as long as that lives.
 */
import type { IrFunction, Origin, Piece, Variable } from "../ir/ssa.ts";
import type { FunctionCode } from "./emit.ts";
import { type Liveness, lowerBound, type Span } from "./live.ts";
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

/** By key (see Keys): the last note; undefined where nothing is known. */
type State = (Inst | undefined)[];

/** A note, where it stands among its block's instructions, and its key. */
interface Note {
  readonly i: Inst;
  readonly index: number;
  readonly key: number;
}

/** The locations of all variables the function has notes or slots for. */
export function locate(
  f: IrFunction,
  code: FunctionCode,
  live: Liveness,
  slotOf: (slot: IrFunction["slots"][number]) => FrameSlot | null,
): VariableLocation[] {
  return new Locator(f, code, live, slotOf).run();
}

/**
 * Numbers for variables in each inlined copy of their function (subjects), and for the pieces of those that notes are
 * about (keys): both count from 0.
 */
class Keys {
  readonly #variables = new Map<Variable, number>();
  readonly #chains = new Map<Origin["inlined"], number>();
  readonly #chainTexts = new Map<string, number>();
  readonly #subjects = new Map<number, number>();
  readonly #keys = new Map<string, number>();
  /** By subject: its key without a piece. */
  readonly #whole: number[] = [];
  /** By key. */
  readonly subjects: number[] = [];

  get count(): number {
    return this.subjects.length;
  }

  #chain(inlined: Origin["inlined"]): number {
    let number = this.#chains.get(inlined);
    if (number !== undefined) return number;
    const text = inlineText(inlined);
    number = this.#chainTexts.get(text);
    if (number === undefined) this.#chainTexts.set(text, (number = this.#chainTexts.size));
    this.#chains.set(inlined, number);
    return number;
  }

  of(variable: Variable, piece: Piece | null, origin: Origin): number {
    let number = this.#variables.get(variable);
    if (number === undefined) this.#variables.set(variable, (number = this.#variables.size));
    const both = number * 0x10_0000 + this.#chain(origin.inlined);
    let subject = this.#subjects.get(both);
    if (subject === undefined) this.#subjects.set(both, (subject = this.#subjects.size));
    const text = piece === null ? "" : `${subject} ${piece.offset},${piece.bytes}`;
    const known = piece === null ? this.#whole[subject] : this.#keys.get(text);
    if (known !== undefined) return known;
    const key = this.subjects.length;
    this.subjects.push(subject);
    if (piece === null) this.#whole[subject] = key;
    else this.#keys.set(text, key);
    return key;
  }
}

/** The chain of calls that were inlined, as text that is equal for equal chains. */
function inlineText(inlined: Origin["inlined"]): string {
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
  /** By subject. */
  readonly #found = new Map<
    number,
    { variable: Variable; inlined: Origin["inlined"]; ranges: (Range & { piece: Piece | null; place: Place })[] }
  >();
  readonly #notes = new Map<Span, readonly Note[]>();
  /** Where the code of blocks starts, ascending. */
  readonly #starts: readonly number[];

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
    const starts = live.spans.map(({ block }) => block.start).filter((at) => at !== NONE);
    this.#starts = starts.sort((a, b) => a - b);
  }

  run(): VariableLocation[] {
    const spans = this.#live.spans.filter(({ block }) => block.start !== NONE);
    for (const span of spans) this.#notes.set(span, this.#notesOf(span));
    if (this.#keys.count > 0) {
      const entries = this.#solve(spans);
      for (const span of spans) this.#block(span, entries.get(span.block)!);
    }
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
      if (i.start === NONE) continue;
      if (i.start >= before) break;
      const [source] = i.args;
      if (i.op === "copy" && i.def === to && source?.kind === "reg") from = source.reg;
      else if (i.def === to) return NONE;
      written.add(i.def);
      if (i.writes !== 0) return NONE;
    }
    return from !== NONE && from < VIRTUAL && !written.has(from) ? from : NONE;
  }

  #notesOf({ instructions }: Span): readonly Note[] {
    const notes: Note[] = [];
    for (let index = 0; index < instructions.length; index++) {
      const i = instructions[index]!;
      if (i.debug !== null) notes.push({ i, index, key: this.#keys.of(i.debug.variable, i.debug.piece, i.origin) });
    }
    return notes;
  }

  /** What holds at each block's start: what holds at the ends of all its predecessors. */
  #solve(spans: readonly Span[]): Map<MachineBlock, State> {
    const entries = new Map<MachineBlock, State>();
    const [first] = spans;
    if (first === undefined) return entries;
    entries.set(first.block, new Array(this.#keys.count));
    /** Blocks at whose start something has changed. */
    const waiting = new Set([first.block]);
    while (waiting.size > 0) {
      for (const span of spans) {
        const { block } = span;
        if (!waiting.delete(block)) continue;
        const state = entries.get(block)!.slice();
        for (const { i, key } of this.#notes.get(span)!) state[key] = i;
        for (const next of successorsOf(block)) {
          const known = entries.get(next);
          if (known === undefined) {
            entries.set(next, state.slice());
            waiting.add(next);
            continue;
          }
          for (let key = 0; key < known.length; key++) {
            const note = known[key];
            if (note === undefined || note === state[key] || sameNote(state[key]?.debug, note.debug)) continue;
            known[key] = undefined;
            waiting.add(next);
          }
        }
      }
    }
    for (const { block } of spans) if (!entries.has(block)) entries.set(block, new Array(this.#keys.count));
    return entries;
  }

  #block(span: Span, entry: State): void {
    const state = entry.slice();
    const from = new Array<number>(state.length).fill(span.from);
    for (const { i, index, key } of this.#notes.get(span)!) {
      const at = span.from + 2 + 2 * index;
      const before = state[key];
      if (before !== undefined) this.#add(before, key, from[key]!, at, span);
      state[key] = i;
      from[key] = at;
    }
    for (let key = 0; key < state.length; key++) {
      const note = state[key];
      if (note !== undefined) this.#add(note, key, from[key]!, span.to, span);
    }
  }

  /** The code offset of a position: odd ones lie behind their instruction. Instructions that left no bytes count as the next. */
  #offset(position: number, span: Span): number {
    if (position <= span.from + 1) return span.block.start;
    for (let k = ((position + 1) >> 1) - (span.from >> 1) - 1; k < span.instructions.length; k++) {
      const { start } = span.instructions[k]!;
      if (start !== NONE) return start;
    }
    return span.block.end;
  }

  #add(i: Inst, key: number, from: number, to: number, span: Span): void {
    const note = i.debug!;
    const subject = this.#keys.subjects[key]!;
    let entry = this.#found.get(subject);
    if (entry === undefined)
      this.#found.set(subject, (entry = { variable: note.variable, inlined: i.origin.inlined, ranges: [] }));
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
    return position >= span.to ? span.block.end + this.#tail(span) : this.#offset(position, span);
  }

  /** Bytes from a block's last instruction to the next block. */
  #tail({ block }: Span): number {
    const { end } = block;
    return (this.#starts[lowerBound(this.#starts, end)] ?? this.#code.bytes.length) - end;
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
