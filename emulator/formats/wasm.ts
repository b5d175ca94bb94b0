/**
 * A writer for WebAssembly modules: everything hot in Cor is a module that this file has put into bytes. It is a thin
 * layer over the binary format (numbers in wasm-codes.ts): what one writes here is what comes out, in order; clever
 * choices belong to the callers. Instructions are typed by their text-format names, labels are objects whose depth is
 * worked out, and locals are declared where they are first needed.
 */
import {
  control,
  externalKinds,
  FUNCREF,
  type MemoryOp,
  memoryOps,
  type PlainOp,
  plain,
  type SaturatingOp,
  saturating,
  sections,
  type ValueType,
  valueTypes,
} from "./wasm-codes.ts";
import {
  I8X16_SHUFFLE,
  type SimdLaneOp,
  type SimdMemoryOp,
  type SimdOp,
  simd,
  simdLanes,
  simdMemory,
  V128_CONST,
} from "./wasm-simd-codes.ts";

const encoder = new TextEncoder();

/** Bytes that grow. */
export class Bytes {
  #bytes: Uint8Array;
  length = 0;

  constructor(capacity = 256) {
    this.#bytes = new Uint8Array(capacity);
  }

  #grow(count: number): void {
    const larger = new Uint8Array(Math.max(this.#bytes.length * 2, this.length + count));
    larger.set(this.#bytes.subarray(0, this.length));
    this.#bytes = larger;
  }

  u8(value: number): void {
    if (this.length === this.#bytes.length) this.#grow(1);
    this.#bytes[this.length++] = value;
  }

  /** An opcode and an unsigned LEB128 behind it. */
  withUnsigned(opcode: number, value: number): void {
    if (this.length + 2 > this.#bytes.length) this.#grow(2);
    this.#bytes[this.length++] = opcode;
    if (value < 0x80 && value >= 0) this.#bytes[this.length++] = value;
    else this.unsigned(value);
  }

  append(bytes: Uint8Array): void {
    if (this.length + bytes.length > this.#bytes.length) this.#grow(bytes.length);
    this.#bytes.set(bytes, this.length);
    this.length += bytes.length;
  }

  /** Unsigned LEB128 of a number below 2^32. */
  unsigned(value: number): void {
    let rest = value >>> 0;
    while (rest >= 0x80) {
      this.u8((rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    this.u8(rest);
  }

  /** Signed LEB128 of an i32 (given as any number that means it modulo 2^32). */
  signed32(value: number): void {
    if (value >= -0x40 && value < 0x40) {
      this.u8(value & 0x7f);
      return;
    }
    let rest = value | 0;
    while (rest < -0x40 || rest > 0x3f) {
      this.u8((rest & 0x7f) | 0x80);
      rest >>= 7;
    }
    this.u8(rest & 0x7f);
  }

  /** Signed LEB128 of an i64 (given as any bigint that means it modulo 2^64). */
  signed64(value: bigint): void {
    if (value >= -0x40n && value < 0x40n) {
      this.u8(Number(value) & 0x7f);
      return;
    }
    let low = Number(BigInt.asIntN(32, value));
    let high = Number(BigInt.asIntN(32, value >> 32n));
    while (high !== low >> 31) {
      this.u8((low & 0x7f) | 0x80);
      low = (low >>> 7) | (high << 25);
      high >>= 7;
    }
    this.signed32(low);
  }

  name(text: string): void {
    const utf8 = encoder.encode(text);
    this.unsigned(utf8.length);
    this.append(utf8);
  }

  /** A view of what was written, valid until the next write. */
  done(): Uint8Array {
    return this.#bytes.subarray(0, this.length);
  }
}

/** A place that `br` can name; made by block, loop and if. */
export interface Label {
  /** Nesting depth inside which it is visible. */
  readonly depth: number;
}

/** A local variable or parameter of the function being written. */
export interface Local {
  readonly index: number;
  readonly type: ValueType;
}

/** A mutable i32 of the module. */
export interface Global {
  readonly index: number;
}

/** A function, imported or defined. */
export interface FunctionRef {
  readonly name: string;
  readonly type: number;
  /** In the module's function index space: first the imported ones, then the defined ones. */
  readonly index: number;
}

/** The body of a function under construction. */
export class Code {
  readonly #module: WasmModule;
  readonly #bytes = new Bytes();
  readonly #locals: Local[] = [];
  readonly #free = new Map<ValueType, Local[]>();
  /** Where `if` and `br_if` instructions stand of which is known how they mostly decide. */
  readonly #hints: { at: number; likely: boolean }[] = [];
  #depth = 0;
  readonly parameters: readonly Local[];

  constructor(module: WasmModule, parameters: readonly ValueType[]) {
    this.#module = module;
    this.parameters = parameters.map((type, index) => ({ type, index }));
  }

  /** A fresh local, or one that was given back. Its content is whatever was there. */
  local(type: ValueType): Local {
    const free = this.#free.get(type)?.pop();
    if (free !== undefined) return free;
    const local = { type, index: this.parameters.length + this.#locals.length };
    this.#locals.push(local);
    return local;
  }

  /** Gives a local back for reuse. */
  release(local: Local): void {
    const free = this.#free.get(local.type);
    if (free === undefined) this.#free.set(local.type, [local]);
    else free.push(local);
  }

  op(name: PlainOp): void {
    this.#bytes.u8(plain[name]);
  }

  i32(value: number): void {
    this.#bytes.u8(control.i32Const);
    this.#bytes.signed32(value);
  }

  i64(value: bigint): void {
    this.#bytes.u8(control.i64Const);
    this.#bytes.signed64(value);
  }

  /** An f32 or f64 with these bits. */
  float(type: "f32" | "f64", bits: bigint): void {
    this.#bytes.u8(type === "f32" ? control.f32Const : control.f64Const);
    for (let at = 0n; at < (type === "f32" ? 32n : 64n); at += 8n) this.#bytes.u8(Number((bits >> at) & 0xffn));
  }

  /** A float becomes an integer; what does not fit becomes the nearest that does, NaN 0. */
  saturate(name: SaturatingOp): void {
    this.#bytes.withUnsigned(control.bulk, saturating[name]);
  }

  getGlobal(global: Global): void {
    this.#bytes.withUnsigned(control.globalGet, global.index);
  }

  setGlobal(global: Global): void {
    this.#bytes.withUnsigned(control.globalSet, global.index);
  }

  get(local: Local): void {
    this.#bytes.withUnsigned(control.localGet, local.index);
  }

  set(local: Local): void {
    this.#bytes.withUnsigned(control.localSet, local.index);
  }

  tee(local: Local): void {
    this.#bytes.withUnsigned(control.localTee, local.index);
  }

  /** Address (i32) on the stack; for stores the value above it. The alignment hint is 1 byte: guests do as they like. */
  memory(name: MemoryOp, offset = 0): void {
    this.#bytes.withUnsigned(memoryOps[name][0], 0);
    this.#bytes.unsigned(offset);
  }

  simd(name: SimdOp): void {
    this.#bytes.withUnsigned(control.simd, simd[name]);
  }

  simdLane(name: SimdLaneOp, lane: number): void {
    this.#bytes.withUnsigned(control.simd, simdLanes[name]);
    this.#bytes.u8(lane);
  }

  /** `from`: for each of the 16 bytes of the result its number among the 32 of both operands. */
  shuffle(from: readonly number[]): void {
    this.#bytes.withUnsigned(control.simd, I8X16_SHUFFLE);
    for (const byte of from) this.#bytes.u8(byte);
  }

  v128(value: bigint): void {
    this.#bytes.withUnsigned(control.simd, V128_CONST);
    for (let at = 0n; at < 128n; at += 8n) this.#bytes.u8(Number((value >> at) & 0xffn));
  }

  /** As `memory`. */
  simdMemory(name: SimdMemoryOp, offset = 0): void {
    this.#bytes.withUnsigned(control.simd, simdMemory[name]);
    this.#bytes.unsigned(0);
    this.#bytes.unsigned(offset);
  }

  /** Destination, value, count (bytes) on the stack. */
  memoryFill(): void {
    this.#bytes.withUnsigned(control.bulk, 11);
    this.#bytes.u8(0);
  }

  /** Destination, source, count (bytes) on the stack. */
  memoryCopy(): void {
    this.#bytes.withUnsigned(control.bulk, 10);
    this.#bytes.u8(0);
    this.#bytes.u8(0);
  }

  block(body: (end: Label) => void, result?: ValueType): void {
    this.#nest(control.block, result, body);
  }

  loop(body: (start: Label) => void, result?: ValueType): void {
    this.#nest(control.loop, result, body);
  }

  /** The next instruction, which is `if` or `br_if`, mostly finds its condition true (or false): proposal "branch hinting". */
  hint(likely: boolean): void {
    this.#hints.push({ at: this.#bytes.length, likely });
  }

  /** Takes its condition (i32) from the stack. */
  if(then: (end: Label) => void, otherwise?: (end: Label) => void, result?: ValueType): void {
    this.#nest(control.if, result, (end) => {
      then(end);
      if (otherwise !== undefined) {
        this.#bytes.u8(control.else);
        otherwise(end);
      }
    });
  }

  #nest(opcode: number, result: ValueType | undefined, body: (label: Label) => void): void {
    this.#bytes.u8(opcode);
    this.#bytes.u8(result === undefined ? control.empty : valueTypes[result]);
    this.#depth++;
    body({ depth: this.#depth });
    this.#depth--;
    this.#bytes.u8(control.end);
  }

  br(label: Label): void {
    this.#bytes.withUnsigned(control.br, this.#depth - label.depth);
  }

  brIf(label: Label): void {
    this.#bytes.withUnsigned(control.brIf, this.#depth - label.depth);
  }

  brTable(labels: readonly Label[], otherwise: Label): void {
    this.#bytes.withUnsigned(control.brTable, labels.length);
    for (const label of labels) this.#bytes.unsigned(this.#depth - label.depth);
    this.#bytes.unsigned(this.#depth - otherwise.depth);
  }

  call(target: FunctionRef): void {
    this.#bytes.withUnsigned(control.call, target.index);
  }

  /** A call in place of a return: the caller's frame is gone. */
  returnCall(target: FunctionRef): void {
    this.#bytes.withUnsigned(control.returnCall, target.index);
  }

  /** As `callIndirect`, in place of a return. */
  returnCallIndirect(parameters: readonly ValueType[], results: readonly ValueType[], table = 0): void {
    this.#bytes.withUnsigned(control.returnCallIndirect, this.#module.type(parameters, results));
    this.#bytes.unsigned(table);
  }

  /** Takes the table index from the top of the stack, above the arguments. */
  callIndirect(parameters: readonly ValueType[], results: readonly ValueType[], table = 0): void {
    this.#bytes.withUnsigned(control.callIndirect, this.#module.type(parameters, results));
    this.#bytes.unsigned(table);
  }

  /**
   * The function's entry in the code section. Returns its branch hints: offsets from the start of the function's body, the
   * declarations of locals included.
   */
  encode(into: Bytes): readonly { at: number; likely: boolean }[] {
    const head = new Bytes(16);
    const groups: { type: ValueType; count: number }[] = [];
    for (const { type } of this.#locals) {
      const last = groups.at(-1);
      if (last?.type === type) last.count++;
      else groups.push({ type, count: 1 });
    }
    head.unsigned(groups.length);
    for (const { type, count } of groups) {
      head.unsigned(count);
      head.u8(valueTypes[type]);
    }
    into.unsigned(head.length + this.#bytes.length + 1);
    into.append(head.done());
    into.append(this.#bytes.done());
    into.u8(control.end);
    return this.#hints.map(({ at, likely }) => ({ at: head.length + at, likely }));
  }
}

type Limits = { readonly minimum: number; readonly maximum?: number; readonly shared?: boolean };

export class WasmModule {
  readonly #types: string[] = [];
  readonly #typeBytes = new Bytes();
  readonly #imports = new Bytes();
  #importCount = 0;
  readonly #importedFunctions: FunctionRef[] = [];
  readonly #functions: { ref: FunctionRef; code: Code }[] = [];
  readonly #exports: { name: string; ref: FunctionRef }[] = [];
  readonly #elements: { offset: number; functions: readonly FunctionRef[] }[] = [];
  readonly #globals: number[] = [];

  /** Declares a mutable i32 with its first value. */
  global(initial: number): Global {
    return { index: this.#globals.push(initial) - 1 };
  }

  /** The index of a function type, made on first use. */
  type(parameters: readonly ValueType[], results: readonly ValueType[]): number {
    const key = `${parameters}>${results}`;
    const known = this.#types.indexOf(key);
    if (known >= 0) return known;
    this.#typeBytes.u8(0x60);
    for (const list of [parameters, results]) {
      this.#typeBytes.unsigned(list.length);
      for (const type of list) this.#typeBytes.u8(valueTypes[type]);
    }
    return this.#types.push(key) - 1;
  }

  importFunction(
    module: string,
    name: string,
    parameters: readonly ValueType[],
    results: readonly ValueType[],
  ): FunctionRef {
    const type = this.type(parameters, results);
    this.#import(module, name, externalKinds.func);
    this.#imports.unsigned(type);
    if (this.#functions.length > 0) throw new Error(`${name} is imported after functions were declared`);
    const ref = { name, type, index: this.#importedFunctions.length };
    this.#importedFunctions.push(ref);
    return ref;
  }

  importMemory(module: string, name: string, limits: Limits): void {
    this.#import(module, name, externalKinds.memory);
    this.#limits(limits);
  }

  /** A table of funcref. Tables are numbered in the order of import. */
  importTable(module: string, name: string, limits: Limits): void {
    this.#import(module, name, externalKinds.table);
    this.#imports.u8(FUNCREF);
    this.#limits(limits);
  }

  #import(module: string, name: string, kind: number): void {
    this.#importCount++;
    this.#imports.name(module);
    this.#imports.name(name);
    this.#imports.u8(kind);
  }

  #limits({ minimum, maximum, shared = false }: Limits): void {
    this.#imports.u8((maximum === undefined ? 0 : 1) | (shared ? 2 : 0));
    this.#imports.unsigned(minimum);
    if (maximum !== undefined) this.#imports.unsigned(maximum);
  }

  /** Declares a function, whose `body` is written at once; bodies may call functions declared before. */
  func(
    name: string,
    parameters: readonly ValueType[],
    results: readonly ValueType[],
    body: (code: Code, ...parameters: readonly Local[]) => void,
  ): FunctionRef {
    const { ref, code } = this.declare(name, parameters, results);
    body(code, ...code.parameters);
    return ref;
  }

  /** Declares a function whose body is written later, so that functions can call each other. */
  declare(
    name: string,
    parameters: readonly ValueType[],
    results: readonly ValueType[],
  ): { readonly ref: FunctionRef; readonly code: Code } {
    const index = this.#importedFunctions.length + this.#functions.length;
    const ref = { name, type: this.type(parameters, results), index };
    const code = new Code(this, parameters);
    this.#functions.push({ ref, code });
    return { ref, code };
  }

  export(name: string, ref: FunctionRef): void {
    this.#exports.push({ name, ref });
  }

  /** Puts functions into table 0 from `offset` on, when the module is instantiated. */
  element(offset: number, functions: readonly FunctionRef[]): void {
    this.#elements.push({ offset, functions });
  }

  /** The module's bytes; with `names`, functions carry their names (stack traces, profiles, the text dump). */
  encode({ names = false } = {}): Uint8Array<ArrayBuffer> {
    const code = new Bytes(4096);
    code.unsigned(this.#functions.length);
    const hints = this.#functions.map((f) => ({ ref: f.ref, list: f.code.encode(code) }));
    const hinted = hints.filter(({ list }) => list.length > 0);

    const out = new Bytes(code.length + 1024);
    for (const byte of [0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0]) out.u8(byte);
    const section = (id: number, fill: (bytes: Bytes) => void) => {
      const bytes = new Bytes();
      fill(bytes);
      out.u8(id);
      out.unsigned(bytes.length);
      out.append(bytes.done());
    };
    section(sections.type, (b) => {
      b.unsigned(this.#types.length);
      b.append(this.#typeBytes.done());
    });
    if (this.#importCount > 0)
      section(sections.import, (b) => {
        b.unsigned(this.#importCount);
        b.append(this.#imports.done());
      });
    section(sections.function, (b) => {
      b.unsigned(this.#functions.length);
      for (const { ref } of this.#functions) b.unsigned(ref.type);
    });
    if (this.#globals.length > 0)
      section(sections.global, (b) => {
        b.unsigned(this.#globals.length);
        for (const initial of this.#globals) {
          b.u8(valueTypes.i32);
          b.u8(1);
          b.u8(control.i32Const);
          b.signed32(initial);
          b.u8(control.end);
        }
      });
    if (this.#exports.length > 0)
      section(sections.export, (b) => {
        b.unsigned(this.#exports.length);
        for (const { name, ref } of this.#exports) {
          b.name(name);
          b.u8(externalKinds.func);
          b.unsigned(ref.index);
        }
      });
    if (this.#elements.length > 0)
      section(sections.element, (b) => {
        b.unsigned(this.#elements.length);
        for (const { offset, functions } of this.#elements) {
          b.unsigned(0);
          b.u8(control.i32Const);
          b.signed32(offset);
          b.u8(control.end);
          b.unsigned(functions.length);
          for (const f of functions) b.unsigned(f.index);
        }
      });
    if (hinted.length > 0)
      section(sections.custom, (b) => {
        b.name("metadata.code.branch_hint");
        b.unsigned(hinted.length);
        for (const { ref, list } of hinted) {
          b.unsigned(ref.index);
          b.unsigned(list.length);
          for (const { at, likely } of list) {
            b.unsigned(at);
            b.unsigned(1);
            b.u8(likely ? 1 : 0);
          }
        }
      });
    out.u8(sections.code);
    out.unsigned(code.length);
    out.append(code.done());
    if (names)
      section(sections.custom, (b) => {
        b.name("name");
        const all = [...this.#importedFunctions, ...this.#functions.map((f) => f.ref)];
        const map = new Bytes();
        map.unsigned(all.length);
        for (const f of all) {
          map.unsigned(f.index);
          map.name(f.name);
        }
        b.u8(1);
        b.unsigned(map.length);
        b.append(map.done());
      });
    return out.done().slice();
  }
}
