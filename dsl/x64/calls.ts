/**
 * The System V calling convention (AMD64 ABI 3.2.3): integers in RDI, RSI, RDX, RCX, R8, R9, floats in XMM0–7, the rest
 * on the stack in words; up to two results in RAX, RDX and XMM0, XMM1.
 */
import type { Instruction, Terminator, Type } from "../ir/ssa.ts";
import {
  type Inst,
  imm,
  maskOf,
  mem,
  NONE,
  type Operand,
  R8,
  R9,
  R10,
  R11,
  RAX,
  RCX,
  RDI,
  RDX,
  type Reg,
  RSI,
  reg,
  XMM0,
} from "./mir.ts";
import { exactWidth, isFloatType, isNear, operationWidth, type Selection } from "./selection.ts";
import { runtime } from "./target.ts";

const integerArguments: readonly Reg[] = [RDI, RSI, RDX, RCX, R8, R9];
const integerResults: readonly Reg[] = [RAX, RDX];
const floatArguments = 8;

/** What a call destroys: everything but RBX, RBP, R12–R15 and RSP. */
export const callClobbers: number = (maskOf(RAX, RCX, RDX, RSI, RDI, R8, R9, R10, R11) | (0xffff << XMM0)) >>> 0;

/** Where each value of a parameter list lies: a register, or a byte offset in the argument area on the stack. */
function assign(types: readonly Type[]): { places: (Reg | { offset: number })[]; stackBytes: number } {
  let integers = 0;
  let floats = 0;
  let stackBytes = 0;
  const places = types.map((type) => {
    if (isFloatType(type) ? floats < floatArguments : integers < integerArguments.length)
      return isFloatType(type) ? XMM0 + floats++ : integerArguments[integers++]!;
    stackBytes += 8;
    return { offset: stackBytes - 8 };
  });
  return { places, stackBytes };
}

function resultRegisters(types: readonly Type[]): Reg[] {
  let integers = 0;
  let floats = 0;
  return types.map((type) => (isFloatType(type) ? XMM0 + floats++ : integerResults[integers++]!));
}

const moveOp = (type: Type) => (isFloatType(type) ? (type === "f32" ? "movss" : "movsd") : "mov");

/** Puts the function's parameters into their values' registers, at its start. */
export function selectParameters(s: Selection): void {
  const { places } = assign(s.f.signature.parameters);
  s.f.parameters.forEach((p, k) => {
    if (s.count[p.id] === 0 && !s.hasRegister(p)) return;
    const place = places[k]!;
    if (typeof place === "number")
      s.emit("copy", isFloatType(p.type) ? 64 : operationWidth(p.type), s.of(p), reg(place));
  });
  s.f.parameters.forEach((p, k) => {
    if (s.count[p.id] === 0 && !s.hasRegister(p)) return;
    const place = places[k]!;
    if (typeof place === "number") return;
    const slot = { kind: "incoming", bytes: 8, align: 8, offset: 8 + place.offset } as const;
    s.out.slots.push(slot);
    s.emit(moveOp(p.type), isFloatType(p.type) ? exactWidth(p.type) : 64, s.of(p), mem({ slot }));
  });
}

export function selectCall(s: Selection, i: Extract<Instruction, { op: "call" }>): void {
  const { places, stackBytes } = assign(i.signature.parameters);
  const target = callTarget(s, i.callee);
  const sources = i.arguments.map((o) => argument(s, o));
  const call = passArguments(s, places, i.signature.parameters, sources);
  s.out.outgoingBytes = Math.max(s.out.outgoingBytes, stackBytes);
  s.out.calls = true;
  const inst = s.emit("call", 64, NONE, target);
  inst.reads = call;
  inst.writes = callClobbers;
  resultRegisters(i.signature.results).forEach((from, k) => {
    const r = i.results[k]!;
    if (s.count[r.id]! > 0 || s.hasRegister(r))
      s.emit("copy", isFloatType(r.type) ? 64 : operationWidth(r.type), s.of(r), reg(from));
  });
}

function callTarget(s: Selection, callee: Extract<Instruction, { op: "call" }>["callee"]): Operand {
  if (callee.kind === "address") return { kind: "symbol", symbol: callee.symbol, offset: callee.offset };
  return s.place(callee, 64);
}

/** Constants go straight into their argument registers. */
function argument(s: Selection, o: Parameters<Selection["value"]>[0]): Operand {
  if (o.kind === "constant" && !isFloatType(o.type)) return imm(o.bits);
  if (o.kind === "address" && s.target.model !== "pic" && isNear(o.offset))
    return { kind: "symbol", symbol: o.symbol, offset: o.offset };
  return reg(s.value(o));
}

function passArguments(
  s: Selection,
  places: readonly (Reg | { offset: number })[],
  types: readonly Type[],
  sources: readonly Operand[],
): number {
  let mask = 0;
  sources.forEach((source, k) => {
    const place = places[k]!;
    if (typeof place === "number") return;
    const slot = { kind: "outgoing", bytes: 8, align: 8, offset: place.offset } as const;
    let value = source;
    if (value.kind === "imm" && BigInt.asIntN(32, value.value) !== value.value) {
      const r = s.fresh();
      s.emit("mov", 64, r, value);
      value = reg(r);
    }
    s.emit(moveOp(types[k]!), isFloatType(types[k]!) ? exactWidth(types[k]!) : 64, NONE, mem({ slot }), value);
  });
  sources.forEach((source, k) => {
    const place = places[k]!;
    if (typeof place !== "number") return;
    mask = (mask | maskOf(place)) >>> 0;
    if (source.kind === "reg") s.emit("copy", isFloatType(types[k]!) ? 64 : operationWidth(types[k]!), place, source);
    else s.emit("mov", 64, place, source);
  });
  return mask;
}

/** Calls a routine of the runtime with words in registers. */
export function callSymbol(s: Selection, symbol: string, args: readonly Reg[]): void {
  const places = integerArguments.slice(0, args.length);
  args.forEach((r, k) => {
    s.emit("copy", 64, places[k]!, reg(r));
  });
  s.out.calls = true;
  const call = s.emit("call", 64, NONE, { kind: "symbol", symbol, offset: 0n });
  call.reads = maskOf(...places);
  call.writes = callClobbers;
}

export function selectReturn(s: Selection, t: Extract<Terminator, { op: "return" }>): void {
  const registers = resultRegisters(s.f.signature.results);
  const sources = t.values.map((o) => argument(s, o));
  sources.forEach((source, k) => {
    const type = s.f.signature.results[k]!;
    if (source.kind === "reg") s.emit("copy", isFloatType(type) ? 64 : operationWidth(type), registers[k]!, source);
    else s.emit("mov", 64, registers[k]!, source);
  });
  s.emit("ret", 64, NONE).reads = maskOf(...registers);
}

/**
 * A call whose results are just what is returned, with all arguments in registers, from a function none of whose
 * memory can be in use any more: a jump.
 */
export function tailCallOf(
  s: Selection,
  call: Instruction | undefined,
  t: Terminator,
): Extract<Instruction, { op: "call" }> | null {
  if (call?.op !== "call" || t.op !== "return" || s.f.slots.length > 0) return null;
  if (t.values.length !== call.results.length || t.values.some((o, k) => o !== call.results[k])) return null;
  if (call.results.some((r) => s.count[r.id] !== 1)) return null;
  return assign(call.signature.parameters).stackBytes === 0 ? call : null;
}

export function selectTailCall(s: Selection, i: Extract<Instruction, { op: "call" }>): void {
  const { places } = assign(i.signature.parameters);
  const sources = i.arguments.map((o) => argument(s, o));
  const direct = i.callee.kind === "address";
  const target = direct ? null : s.value(i.callee);
  let mask = passArguments(s, places, i.signature.parameters, sources);
  if (target !== null) {
    s.emit("copy", 64, RAX, reg(target));
    mask = (mask | maskOf(RAX)) >>> 0;
  }
  const jump: Inst = s.emit("tail", 64, NONE, ...(direct ? [callTarget(s, i.callee)] : []));
  jump.reads = mask;
}

/** A failed check: text, its length, how many words, the words. */
export function selectTrap(s: Selection, t: Extract<Terminator, { op: "trap" }>): void {
  const words = t.arguments.map((o) => argument(s, o));
  const sources: Operand[] = [
    argument(s, { kind: "address", symbol: t.message, offset: 0n }),
    imm(s.bytesOf(t.message)),
    imm(words.length),
    ...words,
  ];
  const types = sources.map((): Type => "i64");
  const mask = passArguments(s, integerArguments.slice(0, sources.length), types, sources);
  s.emit("trap", 64, NONE, { kind: "symbol", symbol: runtime.panic, offset: 0n }).reads = mask;
}
