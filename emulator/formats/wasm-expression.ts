/**
 * Expressions for functions written by hand: `Code` takes instructions in stack order, which is what a generator wants, but a reader
 * wants `i32.and(x, 511)`. An expression is a function that pushes its value; numbers are i32 constants, bigints i64
 * constants, locals are read. Nothing is optimised here: V8 folds what can be folded.
 */
import type { Code, FunctionRef, Label, Local } from "./wasm.ts";
import type { MemoryOp, PlainOp } from "./wasm-codes.ts";

export type Expression = (code: Code) => void;
export type Operand = Expression | Local | number | bigint;

export function push(code: Code, operand: Operand): void {
  if (typeof operand === "number") code.i32(operand);
  else if (typeof operand === "bigint") code.i64(operand);
  else if (typeof operand === "function") operand(code);
  else code.get(operand);
}

const unary =
  (op: PlainOp) =>
  (x: Operand): Expression =>
  (code) => {
    push(code, x);
    code.op(op);
  };

const binary =
  (op: PlainOp) =>
  (x: Operand, y: Operand): Expression =>
  (code) => {
    push(code, x);
    push(code, y);
    code.op(op);
  };

const memory =
  (op: MemoryOp) =>
  (address: Operand, offset = 0): Expression =>
  (code) => {
    push(code, address);
    code.memory(op, offset);
  };

export const i32 = {
  add: binary("i32.add"),
  sub: binary("i32.sub"),
  and: binary("i32.and"),
  or: binary("i32.or"),
  xor: binary("i32.xor"),
  shl: binary("i32.shl"),
  shrU: binary("i32.shr_u"),
  shrS: binary("i32.shr_s"),
  eq: binary("i32.eq"),
  ne: binary("i32.ne"),
  ltU: binary("i32.lt_u"),
  leU: binary("i32.le_u"),
  gtU: binary("i32.gt_u"),
  geU: binary("i32.ge_u"),
  ltS: binary("i32.lt_s"),
  leS: binary("i32.le_s"),
  gtS: binary("i32.gt_s"),
  geS: binary("i32.ge_s"),
  mul: binary("i32.mul"),
  eqz: unary("i32.eqz"),
  ctz: unary("i32.ctz"),
  popcount: unary("i32.popcnt"),
  wrap: unary("i32.wrap_i64"),
  load: memory("i32.load"),
  load16: memory("i32.load16_u"),
  load8: memory("i32.load8_u"),
} as const;

export const i64 = {
  add: binary("i64.add"),
  sub: binary("i64.sub"),
  and: binary("i64.and"),
  or: binary("i64.or"),
  mul: binary("i64.mul"),
  xor: binary("i64.xor"),
  shl: binary("i64.shl"),
  shrU: binary("i64.shr_u"),
  shrS: binary("i64.shr_s"),
  eq: binary("i64.eq"),
  ne: binary("i64.ne"),
  ltU: binary("i64.lt_u"),
  ltS: binary("i64.lt_s"),
  gtU: binary("i64.gt_u"),
  geU: binary("i64.ge_u"),
  eqz: unary("i64.eqz"),
  extend: unary("i64.extend_i32_u"),
  extendS: unary("i64.extend_i32_s"),
  load: memory("i64.load"),
  load32: memory("i64.load32_u"),
  load16: memory("i64.load16_u"),
} as const;

/** `x` if the condition is not 0, else `y`; both are worked out. */
export const select =
  (condition: Operand, x: Operand, y: Operand): Expression =>
  (code) => {
    push(code, x);
    push(code, y);
    push(code, condition);
    code.op("select");
  };

export const call =
  (target: FunctionRef, ...args: readonly Operand[]): Expression =>
  (code) => {
    for (const arg of args) push(code, arg);
    code.call(target);
  };

/** All are not 0; the later ones are worked out although an earlier one is 0. */
export const all = (first: Operand, ...others: readonly Operand[]): Operand =>
  others.reduce<Operand>((sum, one) => i32.and(sum, one), first);
export const any = (first: Operand, ...others: readonly Operand[]): Operand =>
  others.reduce<Operand>((sum, one) => i32.or(sum, one), first);

/** The statements of a function. */
export class Routine {
  readonly code: Code;

  constructor(code: Code) {
    this.code = code;
  }

  /** A local that holds the value. */
  i32(value: Operand): Local {
    return this.#local("i32", value);
  }

  i64(value: Operand): Local {
    return this.#local("i64", value);
  }

  #local(type: "i32" | "i64", value: Operand): Local {
    const local = this.code.local(type);
    this.set(local, value);
    return local;
  }

  set(local: Local, value: Operand): void {
    push(this.code, value);
    this.code.set(local);
  }

  /** A store of the lowest bytes, as the operation says. */
  store(op: MemoryOp & `${string}.store${string}`, address: Operand, value: Operand, offset = 0): void {
    push(this.code, address);
    push(this.code, value);
    this.code.memory(op, offset);
  }

  /** A call of a function without result. */
  call(target: FunctionRef, ...args: readonly Operand[]): void {
    call(target, ...args)(this.code);
  }

  if(condition: Operand, then: () => void, otherwise?: () => void): void {
    push(this.code, condition);
    this.code.if(then, otherwise);
  }

  loop(body: (again: Label) => void): void {
    this.code.loop(body);
  }

  /** Goes to a label if the condition is not 0. */
  goIf(condition: Operand, label: Label): void {
    push(this.code, condition);
    this.code.brIf(label);
  }

  return(value?: Operand): void {
    if (value !== undefined) push(this.code, value);
    this.code.op("return");
  }

  /** Returns with 0 if the condition is not 0. */
  refuseIf(condition: Operand): void {
    this.if(condition, () => this.return(0));
  }
}
