/**
 * Reads the text form of IR (text.ts) back: tests are written in it, dumps can be edited and run again, and the reducer's
 * results are kept in it. A recursive descent over tokens. Values and blocks may be named before they are defined, so
 * references are objects made on first sight and completed by the definition.
 */
import { nowhere, type Site, SourceError } from "../out/site.ts";
import { address, constant, float, noOrigin, typeOf } from "./build.ts";
import type {
  AtomicOp,
  BinaryOp,
  Block,
  CompareOp,
  Instruction,
  IrEntry,
  IrFunction,
  IrGlobal,
  IrProgram,
  Operand,
  Ordering,
  Origin,
  Phi,
  Signature,
  Slot,
  Terminator,
  Type,
  UnaryOp,
  Value,
  Variable,
} from "./ssa.ts";

const words = (text: string) => new Set(text.split(" "));
const binaryOps = words(
  "add sub mul udiv sdiv urem srem and or xor shl lshr ashr rotl rotr umulh smulh fadd fsub fmul fdiv",
);
const compareOps = words("eq ne ult ule ugt uge slt sle sgt sge feq fne flt fle fgt fge");
const unaryOps = words(
  "neg not clz ctz popcnt bswap fneg fabs fsqrt zext sext trunc stof utof ftos ftou fext ftrunc bitcast",
);
const orderings = words("plain volatile relaxed acquire release seqcst");
const types = words("i1 i8 i16 i32 i64 f32 f64");
const atomicOps = words("swap add sub and or xor");

const tokenPattern =
  /\s+|;[^\n]*|("(?:[^"\\]|\\.)*")|(-?(?:0x[0-9a-f]+|\d+)i(?:8|16|32|64)\b)|(f(?:32|64)\([^)]*\))|(%[\w$.]+)|([A-Za-z_$.?][\w$./]*)|(-?\d+(?:[0-9a-f]*))|(->|[@!#:,=(){}[\]+-])/gy;

/** Reads a program. Throws a SourceError with the line that cannot be read; what it means is the verifier's affair. */
export function readProgram(text: string, file = "ir"): IrProgram {
  return new Reader(text, file).program();
}

type Call = Extract<Instruction, { op: "call" }>;

class Reader {
  readonly #tokens: string[] = [];
  readonly #lines: number[] = [];
  readonly #file: string;
  #at = 0;
  #values = new Map<number, { -readonly [K in keyof Value]: Value[K] }>();
  #defined = new Set<number>();
  #blocks = new Map<number, { -readonly [K in keyof Block]: Block[K] }>();
  #slots: Slot[] = [];
  #variables: Variable[] = [];
  /** Calls of this function: the types of values named before their definition are known at its end only. */
  #calls: Call[] = [];

  constructor(text: string, file: string) {
    this.#file = file;
    let line = 1;
    tokenPattern.lastIndex = 0;
    while (tokenPattern.lastIndex < text.length) {
      const start = tokenPattern.lastIndex;
      const match = tokenPattern.exec(text);
      if (match === null)
        throw new SourceError({ file, line, column: 1 }, `cannot read ${JSON.stringify(text[start])}`);
      const token = match[0];
      if (!/^[\s;]/.test(token)) {
        this.#tokens.push(token);
        this.#lines.push(line);
      }
      for (const c of token) if (c === "\n") line++;
    }
  }

  #fail(message: string, at = this.#at): never {
    const line = this.#lines[Math.min(at, this.#lines.length - 1)] ?? 1;
    throw new SourceError({ file: this.#file, line, column: 1 }, message);
  }

  #peek(): string {
    return this.#tokens[this.#at] ?? "";
  }

  #next(): string {
    return this.#tokens[this.#at++] ?? this.#fail("the text ends too early");
  }

  #take(token: string): boolean {
    if (this.#peek() !== token) return false;
    this.#at++;
    return true;
  }

  #expect(token: string): void {
    if (!this.#take(token)) this.#fail(`expected "${token}", found "${this.#peek()}"`);
  }

  #oneOf(set: ReadonlySet<string>, what: string): string {
    if (!set.has(this.#peek())) this.#fail(`expected ${what}, found "${this.#peek()}"`);
    return this.#next();
  }

  #number(): number {
    const token = this.#next();
    if (!/^-?\d+$/.test(token)) this.#fail(`expected a number, found "${token}"`);
    return Number(token);
  }

  #symbol(): string {
    const token = this.#next();
    if (token.startsWith('"')) return JSON.parse(token);
    if (!/^[A-Za-z_$.?]/.test(token)) this.#fail(`expected a name, found "${token}"`);
    return token;
  }

  #type(): Type {
    return this.#oneOf(types, "a type") as Type;
  }

  #site(): Site {
    const file = this.#symbol();
    this.#expect(":");
    const line = this.#number();
    this.#expect(":");
    return { file: file === "?" ? "" : file, line, column: this.#number() };
  }

  program(): IrProgram {
    const program: IrProgram = { functions: [], globals: [], externs: [], entries: [] };
    while (this.#at < this.#tokens.length) {
      if (this.#take("extern")) {
        const name = this.#symbol();
        program.externs.push({ name, signature: this.#peek() === "(" ? this.#signature() : null });
      } else if (this.#take("global")) program.globals.push(this.#global());
      else if (this.#take("function")) program.functions.push(this.#function());
      else if (this.#take("entry")) program.entries.push(this.#entry());
      else this.#fail(`expected extern, global, entry or function, found "${this.#peek()}"`);
    }
    return program;
  }

  #typeList(): Type[] {
    const list: Type[] = [];
    this.#expect("(");
    while (!this.#take(")")) {
      list.push(this.#type());
      if (this.#peek() !== ")") this.#expect(",");
    }
    return list;
  }

  #signature(): Signature {
    const parameters = this.#typeList();
    this.#expect("->");
    return { parameters, results: this.#typeList() };
  }

  /** NAME calls @body vectors 8 10, or NAME calls @body system. */
  #entry(): IrEntry {
    const name = this.#symbol();
    this.#expect("calls");
    const to = this.#operand();
    if (to.kind !== "address") this.#fail("an entry calls a function");
    const vectors: number[] = [];
    if (!this.#take("system")) {
      this.#expect("vectors");
      while (/^\d+$/.test(this.#peek())) vectors.push(this.#number());
    }
    return { name, body: to.symbol, vectors, site: this.#take("!") ? this.#site() : nowhere };
  }

  #global(): IrGlobal {
    const name = this.#symbol();
    const section = this.#symbol();
    this.#expect("bytes");
    const bytes = this.#number();
    this.#expect("align");
    const align = this.#number();
    const exported = this.#take("exported");
    let data = new Uint8Array(0);
    if (this.#take("=")) data = Uint8Array.from(Buffer.from(this.#next(), "hex"));
    const pointers: { at: number; to: ReturnType<typeof address> }[] = [];
    while (this.#take("pointer")) {
      const at = this.#number();
      this.#expect(":");
      const to = this.#operand();
      if (to.kind !== "address") this.#fail("a pointer in a global is an address");
      pointers.push({ at, to });
    }
    return { name, site: nowhere, section, align, bytes, data, pointers, exported };
  }

  #function(): IrFunction {
    this.#values = new Map();
    this.#defined = new Set();
    this.#blocks = new Map();
    this.#slots = [];
    this.#variables = [];
    this.#calls = [];
    const name = this.#symbol();
    this.#expect("(");
    const parameters: Value[] = [];
    while (!this.#take(")")) {
      parameters.push(this.#definition());
      if (this.#peek() !== ")") this.#expect(",");
    }
    this.#expect("->");
    const results = this.#typeList();
    let inline: "always" | "never" | "auto" = "auto";
    if (this.#take("inline")) inline = this.#next() as "always" | "never";
    const cold = this.#take("cold");
    const exported = this.#take("exported");
    const section = this.#take("section") ? this.#symbol() : null;
    const noReturn = this.#take("noreturn");
    const floats = this.#take("floats");
    const site = this.#take("!") ? this.#site() : nowhere;
    this.#expect("{");
    while (this.#peek() === "slot") this.#slot();
    while (this.#peek() === "variable") this.#variable();
    const blocks: Block[] = [];
    while (!this.#take("}")) blocks.push(this.#blockBody());
    for (const id of this.#values.keys())
      if (!this.#defined.has(id)) this.#fail(`in ${name}, the value %${id} is used and never defined`);
    for (const [id, block] of this.#blocks)
      if (!blocks.includes(block)) this.#fail(`in ${name}, there is no block .${id}`);
    for (const call of this.#calls) call.signature = { ...call.signature, parameters: call.arguments.map(typeOf) };
    const above = (ids: Iterable<number>) => [...ids].reduce((most, id) => Math.max(most, id + 1), 0);
    return {
      name,
      site,
      signature: { parameters: parameters.map((p) => p.type), results },
      parameters,
      blocks,
      slots: this.#slots,
      attributes: { inline, cold, exported, section, noReturn, floats },
      nextValue: above(this.#values.keys()),
      nextBlock: above(this.#blocks.keys()),
    };
  }

  #slot(): void {
    this.#expect("slot");
    const name = this.#symbol();
    this.#expect("#");
    if (this.#number() !== this.#slots.length) this.#fail("slots are numbered in order");
    const bytes = this.#number();
    this.#expect("align");
    this.#slots.push({ name, bytes, align: this.#number() });
  }

  #slotName(): Slot {
    this.#symbol();
    this.#expect("#");
    return this.#slots[this.#number()] ?? this.#fail("no such slot");
  }

  #variable(): void {
    this.#expect("variable");
    const name = this.#symbol();
    this.#expect("#");
    if (this.#number() !== this.#variables.length) this.#fail("variables are numbered in order");
    this.#expect("parameter");
    const parameter = this.#number();
    this.#expect("!");
    this.#variables.push({ name, site: this.#site(), type: null, parameter });
  }

  #variableName(): Variable {
    this.#symbol();
    this.#expect("#");
    return this.#variables[this.#number()] ?? this.#fail("no such variable");
  }

  /** %hint.7 or %7: the value's object, made on first sight. */
  #value(): { -readonly [K in keyof Value]: Value[K] } {
    const token = this.#next();
    const match = /^%(?:(.+)\.)?(\d+)$/.exec(token);
    if (match === null) this.#fail(`expected a value, found "${token}"`);
    const id = Number(match[2]);
    let value = this.#values.get(id);
    if (value === undefined) {
      value = { kind: "value", id, type: "i64", hint: match[1] ?? null };
      this.#values.set(id, value);
    }
    return value;
  }

  #definition(): Value {
    const value = this.#value();
    if (this.#defined.has(value.id)) this.#fail(`the value %${value.id} is defined twice`, this.#at - 1);
    this.#defined.add(value.id);
    this.#expect(":");
    value.type = this.#type();
    return value;
  }

  #operand(): Operand {
    const token = this.#peek();
    if (token.startsWith("%")) return this.#value();
    if (this.#take("@")) {
      const symbol = this.#symbol();
      if (this.#take("+")) return address(symbol, this.#number());
      if (this.#take("-")) return address(symbol, -this.#number());
      // "@a-8" may come as one negative number.
      return /^-\d+$/.test(this.#peek()) ? address(symbol, this.#number()) : address(symbol);
    }
    this.#at++;
    if (token === "true" || token === "false") return constant("i1", token === "true" ? 1n : 0n);
    const integer = /^(-?)(0x[0-9a-f]+|\d+)(i\d+)$/.exec(token);
    if (integer !== null) {
      const magnitude = BigInt(integer[2]!);
      return constant(integer[3] as Type, integer[1] === "-" ? -magnitude : magnitude);
    }
    const real = /^(f32|f64)\((#?)(.*)\)$/.exec(token);
    if (real === null) this.#fail(`expected an operand, found "${token}"`);
    const type = real[1] as "f32" | "f64";
    return real[2] === "#" ? constant(type, BigInt(`0x${real[3]}`)) : float(type, Number(real[3]));
  }

  #operands(count: number): Operand[] {
    const list = [this.#operand()];
    while (list.length < count) {
      this.#expect(",");
      list.push(this.#operand());
    }
    return list;
  }

  #arguments(): Operand[] {
    const list: Operand[] = [];
    this.#expect("(");
    while (!this.#take(")")) {
      list.push(this.#operand());
      if (this.#peek() !== ")") this.#expect(",");
    }
    return list;
  }

  #place(): { address: Operand; offset: number } {
    this.#expect("[");
    const operand = this.#operand();
    const offset = this.#take(",") ? this.#number() : 0;
    this.#expect("]");
    return { address: operand, offset };
  }

  #ordering(): Ordering {
    return this.#oneOf(orderings, "an ordering") as Ordering;
  }

  #align(): number {
    this.#expect("align");
    return this.#number();
  }

  #origin(): Origin {
    if (!this.#take("!")) return noOrigin;
    const site = this.#site();
    if (!this.#take("in")) return { site, inlined: null };
    const callee = this.#symbol();
    return { site, inlined: { callee, at: this.#origin() } };
  }

  /** label.7: the block's object, made on first sight. */
  #block(): { -readonly [K in keyof Block]: Block[K] } {
    const token = this.#next();
    const match = /^(.+)\.(\d+)$/.exec(token);
    if (match === null) this.#fail(`expected a block, found "${token}"`);
    const id = Number(match[2]);
    let block = this.#blocks.get(id);
    if (block === undefined) {
      block = {
        id,
        label: match[1]!,
        phis: [],
        instructions: [],
        terminator: { op: "unreachable", origin: noOrigin },
      };
      this.#blocks.set(id, block);
    }
    return block;
  }

  #blockBody(): Block {
    const block = this.#block();
    this.#expect(":");
    for (;;) {
      const results: Value[] = [];
      while (this.#peek().startsWith("%")) {
        results.push(this.#definition());
        if (!this.#take(",")) this.#expect("=");
      }
      if (this.#take("phi")) {
        if (block.instructions.length > 0) this.#fail("phis stand at the start of their block");
        block.phis.push(this.#phi(results[0] ?? this.#fail("a phi has a result")));
        continue;
      }
      const terminator = results.length === 0 ? this.#terminator() : null;
      if (terminator !== null) {
        terminator.origin = this.#origin();
        block.terminator = terminator;
        return block;
      }
      const i = this.#instruction(results);
      i.origin = this.#origin();
      block.instructions.push(i);
    }
  }

  #phi(result: Value): Phi {
    const inputs = new Map<Block, Operand>();
    do {
      const from = this.#block();
      this.#expect(":");
      inputs.set(from, this.#operand());
    } while (this.#take(","));
    return { result, inputs };
  }

  #terminator(): Terminator | null {
    const origin = noOrigin;
    if (this.#take("jump")) return { op: "jump", to: this.#block(), origin };
    if (this.#take("branch")) {
      const [condition] = this.#operands(1);
      this.#expect(",");
      const taken = this.#block();
      this.#expect(",");
      const otherwise = this.#block();
      const likely = this.#take("likely") ? (this.#next() as "taken" | "otherwise") : null;
      return { op: "branch", condition: condition!, taken, otherwise, likely, origin };
    }
    if (this.#take("switch")) {
      const [value] = this.#operands(1);
      this.#expect(",");
      const otherwise = this.#block();
      const cases: { bits: bigint; to: Block }[] = [];
      this.#expect("[");
      while (!this.#take("]")) {
        const bits = BigInt(this.#next());
        this.#expect(":");
        cases.push({ bits, to: this.#block() });
        if (this.#peek() !== "]") this.#expect(",");
      }
      return { op: "switch", value: value!, cases, otherwise, origin };
    }
    if (this.#take("return")) {
      const values: Operand[] = [];
      if (/^[%@]|^-?\d.*i\d+$|^0x|^f(32|64)\(|^true$|^false$/.test(this.#peek()))
        do values.push(this.#operand());
        while (this.#take(","));
      return { op: "return", values, origin };
    }
    if (this.#take("trap")) {
      this.#expect("@");
      const message = this.#symbol();
      return { op: "trap", message, arguments: this.#arguments(), origin };
    }
    return this.#take("unreachable") ? { op: "unreachable", origin } : null;
  }

  #instruction(results: Value[]): Instruction {
    const origin = noOrigin;
    const op = this.#next();
    const one = () => (results.length === 1 ? results[0]! : this.#fail(`${op} has one result`));
    if (binaryOps.has(op)) {
      const [x, y] = this.#operands(2);
      return { op: "binary", how: op as BinaryOp, result: one(), x: x!, y: y!, origin };
    }
    if (compareOps.has(op)) {
      const [x, y] = this.#operands(2);
      return { op: "compare", how: op as CompareOp, result: one(), x: x!, y: y!, origin };
    }
    if (unaryOps.has(op)) return { op: "unary", how: op as UnaryOp, result: one(), x: this.#operand(), origin };
    switch (op) {
      case "select": {
        const [condition, x, y] = this.#operands(3);
        return { op, result: one(), condition: condition!, x: x!, y: y!, origin };
      }
      case "load": {
        const at = this.#place();
        return { op, result: one(), ...at, ordering: this.#ordering(), align: this.#align(), origin };
      }
      case "store": {
        const value = this.#operand();
        this.#expect(",");
        const at = this.#place();
        return { op, value, ...at, ordering: this.#ordering(), align: this.#align(), origin };
      }
      case "slot":
        return { op, result: one(), slot: this.#slotName(), origin };
      case "copy":
      case "move": {
        const [to, from, bytes] = this.#operands(3);
        return { op, to: to!, from: from!, bytes: bytes!, align: this.#align(), origin };
      }
      case "fill": {
        const [to, byte, bytes] = this.#operands(3);
        return { op, to: to!, byte: byte!, bytes: bytes!, align: this.#align(), origin };
      }
      case "atomic": {
        const how = this.#oneOf(atomicOps, "an atomic operation") as AtomicOp;
        const [at, value] = this.#operands(2);
        return { op, how, result: one(), address: at!, value: value!, ordering: this.#ordering(), origin };
      }
      case "compareExchange": {
        const [at, want, to] = this.#operands(3);
        return { op, result: one(), address: at!, want: want!, to: to!, ordering: this.#ordering(), origin };
      }
      case "fence":
        return { op, ordering: this.#ordering(), origin };
      case "call": {
        const callee = this.#operand();
        const args = this.#arguments();
        const call: Call = {
          op,
          results,
          callee,
          arguments: args,
          signature: { parameters: [], results: results.map((r) => r.type) },
          origin,
        };
        this.#calls.push(call);
        return call;
      }
      case "machine": {
        const name = this.#symbol();
        return { op, name, results, arguments: this.#arguments(), origin };
      }
      case "debug": {
        const variable = this.#variableName();
        let piece: { offset: number; bytes: number } | null = null;
        if (this.#take("[")) {
          const offset = this.#number();
          this.#expect(",");
          piece = { offset, bytes: this.#number() };
          this.#expect("]");
        }
        this.#expect("=");
        if (this.#take("gone")) return { op, variable, piece, value: null, indirect: false, origin };
        const indirect = this.#take("at");
        return { op, variable, piece, value: this.#operand(), indirect, origin };
      }
      case "declare": {
        const variable = this.#variableName();
        this.#expect("in");
        return { op, variable, slot: this.#slotName(), origin };
      }
      default:
        return this.#fail(`unknown instruction "${op}"`, this.#at - 1);
    }
  }
}
