/**
 * One IR instruction in WebAssembly. Integers narrower than 32 bits live in i32 locals with their upper bits 0, as the IR
 * defines them, so that results which may have grown are cut again; operations that look at the sign extend it first.
 * Where the machine and IR differ (shifts by the width or more, counts of zero), IR's meaning is spelled out.
 */

import type { Code, FunctionRef, Local } from "../../emulator/formats/wasm.ts";
import type { MemoryOp, PlainOp, SaturatingOp, ValueType } from "../../emulator/formats/wasm-codes.ts";
import { typeOf } from "../ir/build.ts";
import { machineOps } from "../ir/machine.ts";
import type { AtomicOp, BinaryOp, CompareOp, Instruction, Operand, Slot, Type, Value } from "../ir/ssa.ts";
import { widths } from "../ir/ssa.ts";

/** The local's type that holds a value. */
export function wasmType(type: Type): ValueType {
  return type === "i64" || type === "f32" || type === "f64" ? type : "i32";
}

/** What instructions need to know of the module around them. */
export interface ModuleContext {
  /** The number an address operand stands for. */
  readonly addressOf: (symbol: string) => bigint;
  /** The function that a direct call of a symbol goes to; null: it must be called through the table. */
  readonly functionOf: (symbol: string) => FunctionRef | null;
  readonly machine: (name: string) => FunctionRef;
  /** High halves of products: of (i64, i64). */
  readonly high: (how: "umulh" | "smulh") => FunctionRef;
  readonly swap64: () => FunctionRef;
  /** The table's index of the function at an address is on the stack after this; the address before. */
  readonly toTableIndex: (code: Code) => void;
}

const isFloat = (type: Type): type is "f32" | "f64" => type === "f32" || type === "f64";

export class InstructionWriter {
  readonly #code: Code;
  readonly #module: ModuleContext;
  readonly #locals = new Map<Value, Local>();
  /** Offsets of the slots from the frame's address. */
  readonly #slots: ReadonlyMap<Slot, number>;
  readonly #frame: Local | null;

  constructor(code: Code, module: ModuleContext, slots: ReadonlyMap<Slot, number>, frame: Local | null) {
    this.#code = code;
    this.#module = module;
    this.#slots = slots;
    this.#frame = frame;
  }

  /** Says where a parameter is. */
  bind(value: Value, local: Local): void {
    this.#locals.set(value, local);
  }

  #local(value: Value): Local {
    let local = this.#locals.get(value);
    if (local === undefined) {
      local = this.#code.local(wasmType(value.type));
      this.#locals.set(value, local);
    }
    return local;
  }

  /** Puts an operand on the stack. */
  push(o: Operand): void {
    const c = this.#code;
    if (o.kind === "value") c.get(this.#local(o));
    else if (o.kind === "address") c.i64(this.#module.addressOf(o.symbol) + o.offset);
    else if (isFloat(o.type)) c.float(o.type, o.bits);
    else if (o.type === "i64") c.i64(o.bits);
    else c.i32(Number(o.bits));
  }

  /** Takes a value's content from the stack. */
  pop(value: Value): void {
    this.#code.set(this.#local(value));
  }

  /** An address as i32. */
  #pointer(o: Operand, offset = 0): void {
    const c = this.#code;
    if (o.kind === "address") {
      c.i32(Number(BigInt.asIntN(32, this.#module.addressOf(o.symbol) + o.offset + BigInt(offset))));
      return;
    }
    this.push(o);
    c.op("i32.wrap_i64");
    if (offset === 0) return;
    c.i32(offset);
    c.op("i32.add");
  }

  /** Cuts the i32 on the stack to a narrow type. */
  #cut(type: Type): void {
    if (type !== "i1" && type !== "i8" && type !== "i16") return;
    this.#code.i32(2 ** widths[type] - 1);
    this.#code.op("i32.and");
  }

  /** An operand with its sign extended to the local's width. */
  #signed(o: Operand): void {
    this.push(o);
    const type = typeOf(o);
    if (type === "i8") this.#code.op("i32.extend8_s");
    else if (type === "i16") this.#code.op("i32.extend16_s");
    else if (type === "i1") {
      this.#code.i32(31);
      this.#code.op("i32.shl");
      this.#code.i32(31);
      this.#code.op("i32.shr_s");
    }
  }

  /** Writes an instruction; what only debuggers want is nothing here. */
  write(i: Instruction): void {
    const c = this.#code;
    switch (i.op) {
      case "binary":
        this.#binary(i.how, i.x, i.y);
        break;
      case "compare":
        this.#compare(i.how, i.x, i.y);
        break;
      case "unary":
        this.#unary(i.how, i.x, i.result.type);
        break;
      case "select":
        this.push(i.x);
        this.push(i.y);
        this.push(i.condition);
        c.op("select");
        break;
      case "load":
        this.#pointer(i.address, i.offset);
        this.#load(i.result.type);
        break;
      case "store":
        this.#pointer(i.address, i.offset);
        this.push(i.value);
        this.#store(typeOf(i.value));
        return;
      case "slot":
        c.get(this.#frame!);
        c.i32(this.#slots.get(i.slot)!);
        c.op("i32.add");
        c.op("i64.extend_i32_u");
        break;
      case "copy":
      case "move":
        this.#pointer(i.to);
        this.#pointer(i.from);
        this.#pointer(i.bytes);
        c.memoryCopy();
        return;
      case "fill":
        this.#pointer(i.to);
        this.push(i.byte);
        this.#pointer(i.bytes);
        c.memoryFill();
        return;
      case "atomic":
        this.#atomic(i.how, i.address, i.value, i.result);
        return;
      case "compareExchange":
        this.#pointer(i.address);
        this.#load(i.result.type);
        this.pop(i.result);
        this.push(i.result);
        this.push(i.want);
        c.op(`${wasmType(i.result.type)}.eq` as PlainOp);
        c.if(() => {
          this.#pointer(i.address);
          this.push(i.to);
          this.#store(i.result.type);
        });
        return;
      case "call":
        this.#call(i);
        return;
      case "machine": {
        for (const o of i.arguments) this.push(o);
        c.call(this.#module.machine(i.name));
        for (const r of [...i.results].reverse()) this.pop(r);
        return;
      }
      // One thread: everything is ordered.
      case "fence":
      case "debug":
      case "declare":
        return;
    }
    this.pop(i.result);
  }

  #call(i: Extract<Instruction, { op: "call" }>): void {
    const c = this.#code;
    for (const o of i.arguments) this.push(o);
    const direct =
      i.callee.kind === "address" && i.callee.offset === 0n ? this.#module.functionOf(i.callee.symbol) : null;
    if (direct !== null) c.call(direct);
    else {
      this.#pointer(i.callee);
      this.#module.toTableIndex(c);
      c.callIndirect(i.signature.parameters.map(wasmType), i.signature.results.map(wasmType));
    }
    for (const r of [...i.results].reverse()) this.pop(r);
  }

  #load(type: Type): void {
    const names: { readonly [t in Type]: MemoryOp } = {
      i1: "i32.load8_u",
      i8: "i32.load8_u",
      i16: "i32.load16_u",
      i32: "i32.load",
      i64: "i64.load",
      f32: "f32.load",
      f64: "f64.load",
    };
    this.#code.memory(names[type]);
  }

  #store(type: Type): void {
    const names: { readonly [t in Type]: MemoryOp } = {
      i1: "i32.store8",
      i8: "i32.store8",
      i16: "i32.store16",
      i32: "i32.store",
      i64: "i64.store",
      f32: "f32.store",
      f64: "f64.store",
    };
    this.#code.memory(names[type]);
  }

  #atomic(how: AtomicOp, address: Operand, value: Operand, result: Value): void {
    this.#pointer(address);
    this.#load(result.type);
    this.pop(result);
    this.#pointer(address);
    if (how === "swap") this.push(value);
    else this.#binary(how, result, value);
    this.#store(result.type);
  }

  #binary(how: BinaryOp, x: Operand, y: Operand): void {
    const c = this.#code;
    const type = typeOf(x);
    const machine = wasmType(type);
    const plain = (name: string) => c.op(`${machine}.${name}` as PlainOp);
    const both = () => {
      this.push(x);
      this.push(y);
    };
    switch (how) {
      case "add":
      case "sub":
      case "mul":
        both();
        plain(how);
        this.#cut(type);
        return;
      case "and":
      case "or":
      case "xor":
        both();
        plain(how);
        return;
      case "udiv":
      case "urem":
        both();
        plain(how === "udiv" ? "div_u" : "rem_u");
        return;
      case "sdiv":
      case "srem":
        this.#signed(x);
        this.#signed(y);
        plain(how === "sdiv" ? "div_s" : "rem_s");
        this.#cut(type);
        return;
      case "shl":
      case "lshr":
        this.#shift(how, x, y, type);
        return;
      case "ashr":
        this.#shiftSigned(x, y, type);
        return;
      case "rotl":
      case "rotr":
        if (type === "i8" || type === "i16") this.#rotateNarrow(how, x, y, type);
        else {
          both();
          plain(how);
        }
        return;
      case "umulh":
      case "smulh":
        both();
        c.call(this.#module.high(how));
        return;
      default:
        both();
        plain(how.slice(1));
    }
  }

  #wholeConstant(type: Type, value: number): void {
    if (type === "i64") this.#code.i64(BigInt(value));
    else this.#code.i32(value);
  }

  #shift(how: "shl" | "lshr", x: Operand, y: Operand, type: Type): void {
    const c = this.#code;
    const machine = wasmType(type);
    const shift = () => {
      this.push(x);
      this.push(y);
      c.op(`${machine}.${how === "shl" ? "shl" : "shr_u"}` as PlainOp);
      this.#cut(how === "shl" ? type : "i32");
    };
    if (y.kind === "constant") {
      if (y.bits < widths[type]) shift();
      else this.#wholeConstant(type, 0);
      return;
    }
    shift();
    this.#wholeConstant(type, 0);
    this.push(y);
    this.#wholeConstant(type, widths[type]);
    c.op(`${machine}.lt_u` as PlainOp);
    c.op("select");
  }

  #shiftSigned(x: Operand, y: Operand, type: Type): void {
    const c = this.#code;
    const machine = wasmType(type);
    this.#signed(x);
    if (y.kind === "constant") this.#wholeConstant(type, Math.min(Number(y.bits), widths[type] - 1));
    else {
      this.push(y);
      this.#wholeConstant(type, widths[type] - 1);
      this.push(y);
      this.#wholeConstant(type, widths[type]);
      c.op(`${machine}.lt_u` as PlainOp);
      c.op("select");
    }
    c.op(`${machine}.shr_s` as PlainOp);
    this.#cut(type);
  }

  #rotateNarrow(how: "rotl" | "rotr", x: Operand, y: Operand, type: Type): void {
    const c = this.#code;
    const width = widths[type];
    const [first, second]: PlainOp[] = how === "rotl" ? ["i32.shl", "i32.shr_u"] : ["i32.shr_u", "i32.shl"];
    const count = () => {
      this.push(y);
      c.i32(width - 1);
      c.op("i32.and");
    };
    this.push(x);
    count();
    c.op(first!);
    this.push(x);
    c.i32(width);
    count();
    c.op("i32.sub");
    c.op(second!);
    c.op("i32.or");
    this.#cut(type);
  }

  #compare(how: CompareOp, x: Operand, y: Operand): void {
    const type = typeOf(x);
    const machine = wasmType(type);
    if (how.startsWith("s")) {
      this.#signed(x);
      this.#signed(y);
    } else {
      this.push(x);
      this.push(y);
    }
    const name =
      how === "eq" || how === "ne"
        ? how
        : isFloat(type)
          ? how.slice(1)
          : `${how.slice(1)}_${how.startsWith("s") ? "s" : "u"}`;
    this.#code.op(`${machine}.${name}` as PlainOp);
  }

  #unary(how: Extract<Instruction, { op: "unary" }>["how"], x: Operand, to: Type): void {
    const c = this.#code;
    const from = typeOf(x);
    const machine = wasmType(from);
    const plain = (name: string) => c.op(`${machine}.${name}` as PlainOp);
    switch (how) {
      case "neg":
        this.#wholeConstant(from, 0);
        this.push(x);
        plain("sub");
        this.#cut(from);
        return;
      case "not":
        this.push(x);
        this.#wholeConstant(from, -1);
        plain("xor");
        this.#cut(from);
        return;
      case "clz":
        this.push(x);
        plain("clz");
        if (widths[from] < 32) {
          c.i32(32 - widths[from]);
          c.op("i32.sub");
        }
        return;
      case "ctz":
        this.push(x);
        if (widths[from] < 32) {
          c.i32(2 ** widths[from]);
          c.op("i32.or");
        }
        plain("ctz");
        return;
      case "popcnt":
        this.push(x);
        plain("popcnt");
        return;
      case "bswap":
        this.#swap(x, from);
        return;
      case "fneg":
      case "fabs":
      case "fsqrt":
        this.push(x);
        plain(how.slice(1));
        return;
      case "zext":
        this.push(x);
        if (to === "i64") c.op("i64.extend_i32_u");
        return;
      case "sext":
        this.#signed(x);
        if (to === "i64") c.op("i64.extend_i32_s");
        this.#cut(to);
        return;
      case "trunc":
        this.push(x);
        if (from === "i64") c.op("i32.wrap_i64");
        this.#cut(to);
        return;
      case "stof":
      case "utof": {
        if (how === "stof") this.#signed(x);
        else this.push(x);
        c.op(`${to}.convert_${machine}_${how === "stof" ? "s" : "u"}` as PlainOp);
        return;
      }
      case "ftos":
      case "ftou":
        this.#saturate(how, x, from as "f32" | "f64", to);
        return;
      case "fext":
        this.push(x);
        c.op("f64.promote_f32");
        return;
      case "ftrunc":
        this.push(x);
        c.op("f32.demote_f64");
        return;
      case "bitcast":
        this.push(x);
        c.op(`${wasmType(to)}.reinterpret_${machine}` as PlainOp);
    }
  }

  /** A float becomes an integer, saturating at the bounds of its type also when that is narrow. */
  #saturate(how: "ftos" | "ftou", x: Operand, from: "f32" | "f64", to: Type): void {
    const c = this.#code;
    const sign = how === "ftos" ? "s" : "u";
    this.push(x);
    c.saturate(`${wasmType(to)}.trunc_sat_${from}_${sign}` as SaturatingOp);
    if (widths[to] >= 32) return;
    const most = how === "ftos" ? 2 ** (widths[to] - 1) - 1 : 2 ** widths[to] - 1;
    const least = how === "ftos" ? -(2 ** (widths[to] - 1)) : 0;
    const value = c.local("i32");
    c.set(value);
    for (const [bound, beyond] of [
      [most, `i32.lt_${sign}`],
      [least, `i32.gt_${sign}`],
    ] as const) {
      c.get(value);
      c.i32(bound);
      c.get(value);
      c.i32(bound);
      c.op(beyond as PlainOp);
      c.op("select");
      c.set(value);
    }
    c.get(value);
    c.release(value);
    this.#cut(to);
  }

  #swap(x: Operand, type: Type): void {
    const c = this.#code;
    this.push(x);
    if (type === "i64") {
      c.call(this.#module.swap64());
      return;
    }
    // The bytes of each pair change places, then the pairs.
    c.i32(8);
    c.op("i32.rotl");
    c.i32(0x00ff00ff);
    c.op("i32.and");
    this.push(x);
    c.i32(8);
    c.op("i32.rotr");
    c.i32(-0xff0100);
    c.op("i32.and");
    c.op("i32.or");
    if (type !== "i16") return;
    c.i32(16);
    c.op("i32.shr_u");
  }
}

/** Types of a machine instruction's import. */
export function machineTypes(name: string): { parameters: ValueType[]; results: ValueType[] } {
  const { parameters, results } = machineOps[name]!;
  return { parameters: parameters.map(wasmType), results: results.map(wasmType) };
}
