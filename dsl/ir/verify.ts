/**
 * The verifier: whether a program is IR at all. Between passes in tests it finds the pass that broke something at the
 * place where it broke it. It returns complaints instead of throwing, so that the reducer can ask without catching.
 */
import { typeOf } from "./build.ts";
import { Flow } from "./flow.ts";
import { machineOps } from "./machine.ts";
import type { Block, Instruction, IrFunction, IrProgram, Operand, Signature, Type, Value } from "./ssa.ts";
import { widths } from "./ssa.ts";
import { blockText, instructionText, operandText, valueText } from "./text.ts";
import { operandsOf, resultsOf, successors, terminatorOperands } from "./visit.ts";

const integers: ReadonlySet<Type> = new Set(["i8", "i16", "i32", "i64"]);
const floats: ReadonlySet<Type> = new Set(["f32", "f64"]);

/** What is wrong with a program; empty when nothing is. */
export function verifyProgram(program: IrProgram): string[] {
  const complaints: string[] = [];
  const symbols = new Map<string, Signature | null>();
  const name = (symbol: string, signature: Signature | null) => {
    if (symbols.has(symbol)) complaints.push(`the symbol ${symbol} is defined twice`);
    symbols.set(symbol, signature);
  };
  for (const e of program.externs) name(e.name, e.signature);
  for (const g of program.globals) {
    name(g.name, null);
    if (g.data.length > g.bytes) complaints.push(`global ${g.name}: more data than bytes`);
    for (const p of g.pointers)
      if (p.at < 0 || p.at + 8 > g.bytes) complaints.push(`global ${g.name}: pointer at ${p.at} is outside`);
  }
  for (const f of program.functions) name(f.name, f.signature);
  for (const e of program.entries) {
    name(e.name, null);
    const body = symbols.get(e.body);
    if (body?.parameters.join() !== "i64" || body.results.length > 0)
      complaints.push(`entry ${e.name}: ${e.body} is no function of a frame's address`);
  }
  for (const g of program.globals)
    for (const p of g.pointers)
      if (!symbols.has(p.to.symbol)) complaints.push(`global ${g.name}: no symbol ${p.to.symbol}`);
  for (const f of program.functions) complaints.push(...verifyFunction(f, symbols));
  return complaints;
}

/** What is wrong with a function. `symbols`: what addresses may name, with the signatures of functions; null: not checked. */
export function verifyFunction(f: IrFunction, symbols: ReadonlyMap<string, Signature | null> | null): string[] {
  return new Verifier(f, symbols).run();
}

class Verifier {
  readonly #f: IrFunction;
  readonly #symbols: ReadonlyMap<string, Signature | null> | null;
  readonly #complaints: string[] = [];
  /** Where each value is defined: block and index within it, -1 for phis and parameters. */
  readonly #places = new Map<Value, { block: Block; index: number }>();
  readonly #known: ReadonlySet<Block>;
  #flow: Flow | null = null;

  constructor(f: IrFunction, symbols: ReadonlyMap<string, Signature | null> | null) {
    this.#f = f;
    this.#symbols = symbols;
    this.#known = new Set(f.blocks);
  }

  #say(block: Block | null, message: string): void {
    this.#complaints.push(`${this.#f.name}${block === null ? "" : ` ${blockText(block)}`}: ${message}`);
  }

  run(): string[] {
    const f = this.#f;
    const entry = f.blocks[0];
    if (entry === undefined) return [`${f.name}: has no blocks`];
    const known = this.#known;
    const blockIds = new Set(f.blocks.map((b) => b.id));
    if (blockIds.size !== f.blocks.length) this.#say(null, "two blocks have one number");
    for (const block of f.blocks) {
      if (block.id >= f.nextBlock) this.#say(block, "its number is not below nextBlock");
      for (const to of successors(block))
        if (!known.has(to)) this.#say(block, `goes to ${blockText(to)}, which is not here`);
    }
    if (this.#complaints.length > 0) return this.#complaints;
    this.#flow = new Flow(f);
    if (this.#flow.predecessors(entry).length > 0) this.#say(entry, "the entry has predecessors");
    this.#definitions(entry);
    const signature = f.signature.parameters;
    if (signature.length !== f.parameters.length || f.parameters.some((p, i) => p.type !== signature[i]))
      this.#say(null, "the parameters are not the signature's");
    for (const block of f.blocks) this.#block(block);
    return this.#complaints;
  }

  #definitions(entry: Block): void {
    const ids = new Set<number>();
    const define = (v: Value, block: Block, index: number) => {
      if (this.#places.has(v)) this.#say(block, `${valueText(v)} is defined twice`);
      else if (ids.has(v.id)) this.#say(block, `two values have the number ${v.id}`);
      if (v.id >= this.#f.nextValue) this.#say(block, `the number of ${valueText(v)} is not below nextValue`);
      ids.add(v.id);
      this.#places.set(v, { block, index });
    };
    for (const p of this.#f.parameters) define(p, entry, -1);
    for (const block of this.#f.blocks) {
      for (const phi of block.phis) define(phi.result, block, -1);
      block.instructions.forEach((i, index) => {
        for (const v of resultsOf(i)) define(v, block, index);
      });
    }
  }

  /** A use at `index` of a block (its length: by the terminator). */
  #use(operand: Operand, block: Block, index: number): void {
    if (operand.kind === "address") {
      if (this.#symbols !== null && !this.#symbols.has(operand.symbol)) this.#say(block, `no symbol ${operand.symbol}`);
      return;
    }
    if (operand.kind === "constant") {
      if (operand.bits < 0n || operand.bits >> BigInt(widths[operand.type]) !== 0n)
        this.#say(block, `the constant ${operand.bits} is not cut to ${operand.type}`);
      return;
    }
    const place = this.#places.get(operand);
    if (place === undefined) {
      this.#say(block, `${valueText(operand)} is not defined here`);
      return;
    }
    const flow = this.#flow!;
    if (!flow.reachable(block)) return;
    const dominated =
      place.block === block ? place.index < index : flow.reachable(place.block) && flow.dominates(place.block, block);
    if (!dominated) this.#say(block, `${valueText(operand)} does not dominate its use`);
  }

  #block(block: Block): void {
    const flow = this.#flow!;
    if (flow.reachable(block)) {
      const predecessors = flow.predecessors(block);
      for (const phi of block.phis) {
        const from = [...phi.inputs.keys()].filter((b) => flow.reachable(b));
        if (from.length !== predecessors.length || predecessors.some((b) => !phi.inputs.has(b)))
          this.#say(block, `the phi ${valueText(phi.result)} has not one input for each predecessor`);
        for (const [b, operand] of phi.inputs) {
          if (typeOf(operand) !== phi.result.type)
            this.#say(block, `the phi ${valueText(phi.result)} has an input of type ${typeOf(operand)}`);
          if (this.#known.has(b)) this.#use(operand, b, b.instructions.length);
        }
      }
    }
    block.instructions.forEach((i, index) => {
      for (const operand of operandsOf(i)) this.#use(operand, block, index);
      if (i.op === "debug" && i.value !== null) this.#use(i.value, block, index);
      const problem = this.#instruction(i);
      if (problem !== null) this.#say(block, `${instructionText(i, this.#f)}: ${problem}`);
    });
    const t = block.terminator;
    for (const operand of terminatorOperands(t)) this.#use(operand, block, block.instructions.length);
    if (t.op === "branch" && typeOf(t.condition) !== "i1") this.#say(block, "branches on what is not an i1");
    if (t.op === "switch") {
      const type = typeOf(t.value);
      if (!integers.has(type)) this.#say(block, `switches on ${type}`);
      if (new Set(t.cases.map((c) => c.bits)).size !== t.cases.length) this.#say(block, "two cases have one value");
      for (const c of t.cases)
        if (c.bits < 0n || c.bits >> BigInt(widths[type]) !== 0n)
          this.#say(block, `the case ${c.bits} is not cut to ${type}`);
    }
    if (t.op === "return") {
      const results = this.#f.signature.results;
      if (results.length !== t.values.length || t.values.some((v, i) => typeOf(v) !== results[i]))
        this.#say(block, `returns (${t.values.map(typeOf).join(", ")}), the signature (${results.join(", ")})`);
    }
    if (t.op === "trap") {
      if (t.arguments.length > 2 || t.arguments.some((a) => typeOf(a) !== "i64"))
        this.#say(block, "a trap has at most two arguments, both i64");
      if (this.#symbols !== null && !this.#symbols.has(t.message)) this.#say(block, `no symbol ${t.message}`);
    }
  }

  /** What is wrong with the types of an instruction, or null. */
  #instruction(i: Instruction): string | null {
    switch (i.op) {
      case "binary": {
        const type = i.result.type;
        if (typeOf(i.x) !== type || typeOf(i.y) !== type) return "operands and result have one type";
        if (type === "i1") return ["and", "or", "xor"].includes(i.how) ? null : "not for i1";
        if (i.how === "umulh" || i.how === "smulh") return type === "i64" ? null : "only for i64";
        return floats.has(type) === ["fadd", "fsub", "fmul", "fdiv"].includes(i.how) ? null : `not for ${type}`;
      }
      case "compare": {
        const type = typeOf(i.x);
        if (typeOf(i.y) !== type) return "both operands have one type";
        if (i.result.type !== "i1") return "the result is an i1";
        if (type === "i1") return i.how === "eq" || i.how === "ne" ? null : "not for i1";
        return floats.has(type) === i.how.startsWith("f") ? null : `not for ${type}`;
      }
      case "unary":
        return this.#unary(i.how, typeOf(i.x), i.result.type);
      case "select":
        if (typeOf(i.condition) !== "i1") return "the condition is an i1";
        return typeOf(i.x) === i.result.type && typeOf(i.y) === i.result.type
          ? null
          : "both values have the result's type";
      case "load":
        return this.#access(i.address, i.result.type, i.align);
      case "store":
        return this.#access(i.address, typeOf(i.value), i.align);
      case "slot":
        if (!this.#f.slots.includes(i.slot)) return "the slot is not the function's";
        return i.result.type === "i64" ? null : "an address is an i64";
      case "copy":
      case "move":
        return [i.to, i.from, i.bytes].every((o) => typeOf(o) === "i64") ? null : "all operands are i64";
      case "fill":
        return typeOf(i.to) === "i64" && typeOf(i.byte) === "i8" && typeOf(i.bytes) === "i64" ? null : "i64, i8, i64";
      case "atomic":
        if (i.ordering === "plain" || i.ordering === "volatile") return "an atomic operation is ordered";
        if (typeOf(i.value) !== i.result.type || !integers.has(i.result.type)) return "the types differ";
        return typeOf(i.address) === "i64" ? null : "an address is an i64";
      case "compareExchange":
        if (i.ordering === "plain" || i.ordering === "volatile") return "an atomic operation is ordered";
        if (typeOf(i.want) !== i.result.type || typeOf(i.to) !== i.result.type || !integers.has(i.result.type))
          return "the types differ";
        return typeOf(i.address) === "i64" ? null : "an address is an i64";
      case "fence":
        return i.ordering === "plain" || i.ordering === "volatile" ? "a fence is ordered" : null;
      case "call":
        return this.#call(i);
      case "machine": {
        const op = machineOps[i.name];
        if (op === undefined) return "no such instruction";
        if (i.arguments.map(typeOf).join() !== op.parameters.join()) return `takes (${op.parameters.join(", ")})`;
        return i.results.map((r) => r.type).join() === op.results.join() ? null : `gives (${op.results.join(", ")})`;
      }
      case "debug":
        return i.indirect && i.value !== null && typeOf(i.value) !== "i64" ? "an address is an i64" : null;
      case "declare":
        return this.#f.slots.includes(i.slot) ? null : "the slot is not the function's";
    }
  }

  #call(i: Extract<Instruction, { op: "call" }>): string | null {
    const { parameters, results } = i.signature;
    if (typeOf(i.callee) !== "i64") return "an address is an i64";
    if (i.arguments.map(typeOf).join() !== parameters.join()) return `the signature takes (${parameters.join(", ")})`;
    if (i.results.map((r) => r.type).join() !== results.join()) return `the signature gives (${results.join(", ")})`;
    if (results.length > 2) return "at most two results";
    if (i.callee.kind !== "address" || this.#symbols === null) return null;
    const declared = this.#symbols.get(i.callee.symbol);
    if (declared === undefined || declared === null) return null;
    return declared.parameters.join() === parameters.join() && declared.results.join() === results.join()
      ? null
      : `${operandText(i.callee)} has another signature`;
  }

  #access(address: Operand, type: Type, align: number): string | null {
    if (typeOf(address) !== "i64") return "an address is an i64";
    if (type === "i1") return "an i1 is not stored in memory";
    return align > 0 && (align & (align - 1)) === 0 ? null : "an alignment is a power of two";
  }

  #unary(how: Extract<Instruction, { op: "unary" }>["how"], from: Type, to: Type): string | null {
    const width = widths[to] - widths[from];
    const whole = (type: Type) => type === "i1" || integers.has(type);
    const good = (() => {
      switch (how) {
        case "not":
          return from === to && whole(from);
        case "neg":
        case "clz":
        case "ctz":
        case "popcnt":
          return from === to && integers.has(from);
        case "bswap":
          return from === to && integers.has(from) && from !== "i8";
        case "fneg":
        case "fabs":
        case "fsqrt":
          return from === to && floats.has(from);
        case "zext":
        case "sext":
          return whole(from) && integers.has(to) && width > 0;
        case "trunc":
          return integers.has(from) && whole(to) && width < 0;
        case "stof":
        case "utof":
          return integers.has(from) && floats.has(to);
        case "ftos":
        case "ftou":
          return floats.has(from) && integers.has(to);
        case "fext":
          return from === "f32" && to === "f64";
        case "ftrunc":
          return from === "f64" && to === "f32";
        case "bitcast":
          return width === 0 && integers.has(from) !== integers.has(to) && from !== "i1";
      }
    })();
    return good ? null : `not from ${from} to ${to}`;
  }
}
