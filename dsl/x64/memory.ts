/**
 * Loads, stores, blocks of memory, and atomic operations. x86 orders loads and stores of ordinary memory as acquire and
 * release by itself (SDM vol. 3, 10.2.2); only a sequentially consistent store needs more, and XCHG is that.
 */
import type { BinaryOp, Instruction, Operand as IrOperand } from "../ir/ssa.ts";
import { widths } from "../ir/ssa.ts";
import { sameOperand } from "../ir/visit.ts";
import { callSymbol } from "./calls.ts";
import {
  imm,
  type MemoryOperand,
  maskOf,
  mem,
  NONE,
  type Operand,
  RAX,
  RCX,
  RDI,
  RSI,
  reg,
  type Width,
} from "./mir.ts";
import { exactWidth, isFloatType, isNear, operationWidth, type Selection, stackAlign } from "./selection.ts";
import { runtime } from "./target.ts";

type Of<Op extends Instruction["op"]> = Extract<Instruction, { op: Op }>;

export function selectLoad(s: Selection, i: Of<"load">): void {
  const type = i.result.type;
  const width = exactWidth(type);
  const from = s.address(i.address, i.offset);
  if (isFloatType(type)) s.emit(type === "f32" ? "movss" : "movsd", width, s.of(i.result), from);
  else if (width < 32) s.emit("movzx", 32, s.of(i.result), from).from = width;
  else s.emit("mov", width, s.of(i.result), from);
}

/** ADD and its kin work on memory directly when the stored value is made of what was there. */
const onMemory = new Set<BinaryOp>(["add", "sub", "and", "or", "xor"]);

export function selectStore(s: Selection, i: Of<"store">): void {
  const type = i.value.kind === "address" ? "i64" : i.value.type;
  const width = exactWidth(type);
  if (isFloatType(type)) {
    const value = s.value(i.value);
    s.emit(type === "f32" ? "movss" : "movsd", width, NONE, s.address(i.address, i.offset), reg(value));
    return;
  }
  if (i.ordering === "seqcst") {
    const value = s.value(i.value);
    const old = s.fresh();
    s.emit("xchg", width, old, reg(value), s.address(i.address, i.offset));
    return;
  }
  if (i.ordering === "plain" && updateInPlace(s, i, width)) return;
  // A truncation stores the low part of what it truncates.
  let value = i.value;
  for (;;) {
    const cut = s.onlyUse(value, "unary");
    if (cut?.how !== "trunc" || cut.result.type === "i1") break;
    s.take(value);
    value = cut.x;
  }
  const source =
    value.kind === "constant"
      ? (s.immediate({ ...value, type }, width) ?? reg(s.value(value)))
      : value.kind === "address" && s.target.model !== "pic" && isNear(value.offset)
        ? ({ kind: "symbol", symbol: value.symbol, offset: value.offset } as const)
        : reg(s.value(value));
  s.emit("mov", width, NONE, s.address(i.address, i.offset), source);
}

function updateInPlace(s: Selection, i: Of<"store">, width: Width): boolean {
  const operation = s.onlyUse(i.value, "binary");
  if (operation === null || !onMemory.has(operation.how)) return false;
  const isPlace = (o: IrOperand) => {
    const load = s.definition(o);
    return (
      load?.op === "load" &&
      load.ordering === "plain" &&
      load.offset === i.offset &&
      sameOperand(load.address, i.address) &&
      o.kind === "value" &&
      s.private(o) &&
      s.sameEpoch(o)
    );
  };
  const first = isPlace(operation.x);
  if (!first && (operation.how === "sub" || !isPlace(operation.y))) return false;
  const old = first ? operation.x : operation.y;
  const other = first ? operation.y : operation.x;
  if (sameOperand(old, other)) return false;
  s.take(i.value);
  const load = s.definition(old) as Of<"load">;
  s.take(old);
  // The load's wish for the address is gone; the store has its own.
  s.drop(load);
  const by = s.immediateOrRegister(other, width);
  s.emit(operation.how, width, NONE, s.address(i.address, i.offset), by);
  return true;
}

export function selectSlot(s: Selection, i: Of<"slot">): void {
  const slot = s.frameSlot(i.slot);
  const d = s.of(i.result);
  if (i.slot.align <= stackAlign) {
    s.emit("lea", 64, d, mem({ slot }));
    return;
  }
  const low = s.fresh();
  s.emit("lea", 64, low, mem({ slot, disp: i.slot.align - stackAlign }));
  s.emit("and", 64, d, reg(low), imm(-i.slot.align));
}

/** Up to so many bytes are copied or filled with single moves. */
const inlineBytes = 64;

/** Widths of the moves that cover some bytes, with their offsets; overlapping at the end where that saves moves. */
function pieces(bytes: number): { offset: number; width: Width }[] {
  const list: { offset: number; width: Width }[] = [];
  let offset = 0;
  for (const width of [64, 32, 16, 8] as const) {
    const size = width / 8;
    while (bytes - offset >= size) {
      list.push({ offset, width });
      offset += size;
    }
    // 5, 6, 7 bytes behind a whole word: one more word that overlaps it.
    const rest = bytes - offset;
    if (rest > 0 && bytes >= size && rest > size / 2) {
      list.push({ offset: bytes - size, width });
      return list;
    }
  }
  return list;
}

const at = (place: MemoryOperand, offset: number): MemoryOperand => ({ ...place, disp: place.disp + offset });

export function selectCopy(s: Selection, i: Of<"copy">): void {
  const bytes = i.bytes.kind === "constant" ? i.bytes.bits : null;
  if (bytes !== null && bytes <= BigInt(inlineBytes)) {
    const from = s.address(i.from, 0);
    const to = s.address(i.to, 0);
    for (const { offset, width } of pieces(Number(bytes))) {
      const r = s.fresh();
      const load = s.emit(width < 32 ? "movzx" : "mov", width < 32 ? 32 : width, r, at(from, offset));
      load.from = width;
      s.emit("mov", width, NONE, at(to, offset), reg(r));
    }
    return;
  }
  const words = bytes !== null && bytes % 8n === 0n;
  const to = s.value(i.to);
  const from = s.value(i.from);
  const count = words ? imm(bytes / 8n) : s.immediateOrRegister(i.bytes, 64);
  repeat(s, "movs", words ? 64 : 8, [
    [RDI, reg(to)],
    [RSI, reg(from)],
    [RCX, count],
  ]);
}

export function selectMove(s: Selection, i: Of<"move">): void {
  callSymbol(s, runtime.move, [s.value(i.to), s.value(i.from), s.value(i.bytes)]);
}

export function selectFill(s: Selection, i: Of<"fill">): void {
  const bytes = i.bytes.kind === "constant" ? i.bytes.bits : null;
  if (bytes !== null && bytes <= BigInt(inlineBytes) && i.byte.kind === "constant") {
    const pattern = i.byte.bits * 0x0101_0101_0101_0101n;
    const to = s.address(i.to, 0);
    let wide: number | null = null;
    for (const { offset, width } of pieces(Number(bytes))) {
      const value = BigInt.asIntN(width, pattern);
      if (width === 64 && BigInt.asIntN(32, value) !== value && wide === null) {
        wide = s.fresh();
        s.emit("mov", 64, wide, imm(pattern));
      }
      s.emit("mov", width, NONE, at(to, offset), width === 64 && wide !== null ? reg(wide) : imm(value));
    }
    return;
  }
  const words = bytes !== null && bytes % 8n === 0n && i.byte.kind === "constant";
  const to = s.value(i.to);
  const byte =
    words && i.byte.kind === "constant" ? imm(i.byte.bits * 0x0101_0101_0101_0101n) : s.immediateOrRegister(i.byte, 32);
  const count = words ? imm(bytes / 8n) : s.immediateOrRegister(i.bytes, 64);
  repeat(s, "stos", words ? 64 : 8, [
    [RDI, reg(to)],
    [RAX, byte],
    [RCX, count],
  ]);
}

/** A repeated string instruction with its fixed registers; the direction flag is clear, as the ABI wants it. */
export function repeat(
  s: Selection,
  op: "movs" | "stos" | "ins" | "outs",
  width: Width,
  inputs: readonly (readonly [number, Operand])[],
): void {
  let mask = 0;
  for (const [register, source] of inputs) {
    s.emit(source.kind === "imm" ? "mov" : "copy", 64, register, source);
    mask = (mask | maskOf(register)) >>> 0;
  }
  const i = s.emit(`rep ${op}`, width, NONE);
  i.reads = mask;
  i.writes = (mask & maskOf(RDI, RSI, RCX)) >>> 0;
}

export function selectAtomic(s: Selection, i: Of<"atomic">): void {
  const type = i.result.type;
  const width = exactWidth(type);
  const wanted = s.count[i.result.id]! > 0;
  const d = s.of(i.result);
  const place = () => s.address(i.address, 0);
  if (i.how === "swap") {
    const value = s.value(i.value);
    s.emit("xchg", width, d, reg(value), place());
  } else if (!wanted) {
    const value = s.immediateOrRegister(i.value, width);
    s.emit(i.how, width, NONE, place(), value).lock = true;
  } else if (i.how === "add" || i.how === "sub") {
    let value = s.value(i.value);
    if (i.how === "sub") {
      const negative = s.fresh();
      s.emit("neg", operationWidth(type), negative, reg(value));
      value = negative;
    }
    s.emit("xadd", width, d, reg(value), place()).lock = true;
  } else {
    // RAX: what was there last; again until nobody else was faster.
    const value = s.value(i.value);
    const to = place();
    s.emit(width < 32 ? "movzx" : "mov", width < 32 ? 32 : width, RAX, to).from = width;
    const loop = s.emit(`atomic ${i.how}`, width, NONE, { ...to }, reg(value));
    loop.temp = s.fresh();
    loop.reads = loop.writes = maskOf(RAX);
    s.emit("copy", operationWidth(type), d, reg(RAX));
  }
}

export function selectCompareExchange(s: Selection, i: Of<"compareExchange">): void {
  const type = i.result.type;
  const width = exactWidth(type);
  const want = s.immediateOrRegister(i.want, 32);
  const to = s.value(i.to);
  const place = s.address(i.address, 0);
  if (want.kind === "reg") s.emit("copy", 64, RAX, want);
  else s.emit("mov", 64, RAX, imm(BigInt.asUintN(widths[type], (want as { value: bigint }).value)));
  const exchange = s.emit("cmpxchg", width, NONE, place, reg(to));
  exchange.lock = true;
  exchange.reads = exchange.writes = maskOf(RAX);
  s.emit("copy", operationWidth(type), s.of(i.result), reg(RAX));
}

export function selectFence(s: Selection, i: Of<"fence">): void {
  // Anything weaker is what the processor does anyway.
  if (i.ordering === "seqcst") s.emit("mfence", 64, NONE);
}
