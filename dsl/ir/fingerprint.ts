/**
 * A number for what a lowered function is: 64 bits over everything that passes, back ends and debuggers see of it. Lines
 * count from the function's own, so that one that was only moved is what it was. It is compared with the fingerprint of
 * the same function at another time and nothing else, for which 64 bits that mix well are plenty; SHA over the text form
 * says the same at ten times the cost.
 */
import { typeText } from "../check/type-text.ts";
import type { Type } from "../check/types.ts";
import type { Site } from "../out/site.ts";
import type { Block, Instruction, IrFunction, Operand, Origin, Slot, Terminator, Value, Variable } from "./ssa.ts";
import { operandsOf, resultsOf, terminatorOperands } from "./visit.ts";

/** Two 32-bit halves. */
interface Halves {
  readonly a: number;
  readonly b: number;
}

export class Fingerprints {
  #a = 0;
  #b = 0;
  /** Of names, which come again and again. */
  readonly #texts = new Map<string, Halves>();
  readonly #float = new Float64Array(1);
  readonly #words = new Int32Array(this.#float.buffer);

  /** Equal for equal functions, in this process and all others. */
  of(f: IrFunction): string {
    this.#a = 0x2545f491;
    this.#b = 0x6c8e9cf5;
    const { attributes: at } = f;
    this.#text(f.name);
    this.#site(f.site, f);
    for (const type of f.signature.parameters) this.#text(type);
    this.#int(f.signature.parameters.length);
    for (const type of f.signature.results) this.#text(type);
    this.#text(at.inline);
    this.#text(at.section ?? "");
    this.#int((at.cold ? 1 : 0) + (at.noReturn ? 2 : 0) + (at.floats ? 4 : 0));
    this.#type(f.resultType);
    for (const value of f.parameters) this.#value(value);
    const slots = new Map<Slot, number>(f.slots.map((slot, k) => [slot, k]));
    for (const { name, bytes, align } of f.slots) {
      this.#text(name);
      this.#int(bytes);
      this.#int(align);
    }
    const variables = new Map<Variable, number>();
    let last: Origin | null = null;
    const origin = (o: Origin) => {
      if (o === last) return;
      last = o;
      for (let now: Origin | undefined = o; now !== undefined; now = now.inlined?.at) {
        this.#site(now.site, f);
        this.#int(now.scope?.id ?? 0);
        this.#text(now.inlined?.callee ?? "");
      }
    };
    for (const block of f.blocks) {
      this.#int(block.id);
      this.#text(block.label);
      for (const { result, inputs } of block.phis) {
        this.#value(result);
        for (const [from, operand] of inputs) {
          this.#int(from.id);
          this.#operand(operand);
        }
      }
      for (const i of block.instructions) {
        this.#instruction(i, slots, variables, f);
        origin(i.origin);
      }
      this.#terminator(block.terminator);
      origin(block.terminator.origin);
    }
    const hex = (half: number) => (half >>> 0).toString(16).padStart(8, "0");
    return hex(this.#a) + hex(this.#b);
  }

  #int(x: number): void {
    const a = Math.imul(this.#a ^ x, 0x85ebca6b);
    this.#a = (a << 13) | (a >>> 19);
    const b = Math.imul((this.#b + x) | 0, 0xc2b2ae35);
    this.#b = b ^ (b >>> 15);
  }

  /** Any number. */
  #number(x: number): void {
    if (x === (x | 0)) {
      this.#int(x);
      return;
    }
    this.#float[0] = x;
    this.#int(this.#words[0]!);
    this.#int(this.#words[1]!);
  }

  #text(text: string): void {
    let known = this.#texts.get(text);
    if (known === undefined) this.#texts.set(text, (known = halvesOf(text)));
    this.#int(known.a);
    this.#int(known.b);
  }

  /** What debuggers are told of a variable, but for what is in classes: that is looked up when they are told. */
  #type(type: unknown): void {
    this.#text(typeof type === "object" && type !== null && "kind" in type ? typeText(type as Type) : "");
  }

  #site({ file, line, column }: Site, f: IrFunction): void {
    if (file !== f.site.file) this.#text(file);
    this.#int(line === 0 ? -1 : line - f.site.line);
    this.#int(column);
  }

  #value({ id, type, hint }: Value): void {
    this.#int(id);
    this.#text(type);
    if (hint !== null) this.#text(hint);
  }

  #bits(bits: bigint): void {
    const low = Number(bits);
    if (Number.isSafeInteger(low)) this.#number(low);
    else this.#text(String(bits));
  }

  #operand(o: Operand): void {
    if (o.kind === "value") this.#int(o.id);
    else if (o.kind === "constant") {
      this.#int(-2);
      this.#text(o.type);
      this.#bits(o.bits);
    } else {
      this.#int(-3);
      this.#text(o.symbol);
      this.#bits(o.offset);
    }
  }

  #instruction(i: Instruction, slots: Map<Slot, number>, variables: Map<Variable, number>, f: IrFunction): void {
    this.#text(i.op);
    for (const value of resultsOf(i)) this.#value(value);
    for (const operand of operandsOf(i)) this.#operand(operand);
    switch (i.op) {
      case "binary":
      case "compare":
      case "unary":
        this.#text(i.how);
        break;
      case "load":
      case "store":
        this.#number(i.offset);
        this.#text(i.ordering);
        this.#int(i.align);
        break;
      case "copy":
      case "move":
      case "fill":
        this.#int(i.align);
        break;
      case "atomic":
        this.#text(i.how);
        this.#text(i.ordering);
        break;
      case "compareExchange":
      case "fence":
        this.#text(i.ordering);
        break;
      case "machine":
        this.#text(i.name);
        break;
      case "call":
        for (const type of i.signature.parameters) this.#text(type);
        for (const type of i.signature.results) this.#text(type);
        break;
      case "slot":
        this.#int(slots.get(i.slot) ?? -1);
        break;
      case "debug":
        this.#variable(i.variable, variables, f);
        this.#int((i.indirect ? 1 : 0) + (i.value === null ? 2 : 0));
        if (i.value !== null) this.#operand(i.value);
        if (i.piece !== null) {
          this.#int(i.piece.offset);
          this.#int(i.piece.bytes);
        }
        break;
      case "declare":
        this.#variable(i.variable, variables, f);
        this.#int(slots.get(i.slot) ?? -1);
        break;
      case "select":
        break;
    }
  }

  #variable(variable: Variable, variables: Map<Variable, number>, f: IrFunction): void {
    const known = variables.get(variable);
    if (known !== undefined) {
      this.#int(known);
      return;
    }
    variables.set(variable, variables.size);
    this.#text(variable.name);
    this.#type(variable.type);
    this.#int(variable.parameter);
    for (let scope = variable.scope; scope !== undefined; scope = scope.parent) this.#int(scope.id);
    this.#site(variable.site, f);
  }

  #terminator(t: Terminator): void {
    this.#text(t.op);
    for (const operand of terminatorOperands(t)) this.#operand(operand);
    const to = (block: Block) => this.#int(block.id);
    switch (t.op) {
      case "jump":
        to(t.to);
        break;
      case "branch":
        to(t.taken);
        to(t.otherwise);
        this.#text(t.likely ?? "");
        break;
      case "switch":
        for (const c of t.cases) {
          this.#bits(c.bits);
          to(c.to);
        }
        to(t.otherwise);
        break;
      case "trap":
        this.#text(t.message);
        break;
      case "return":
      case "unreachable":
        break;
    }
  }
}

/** Of a text: FNV-1a over its UTF-16 units, and a second of another kind. */
function halvesOf(text: string): Halves {
  let a = 0x811c9dc5;
  let b = text.length;
  for (let k = 0; k < text.length; k++) {
    const unit = text.charCodeAt(k);
    a = Math.imul(a ^ unit, 0x01000193);
    b = Math.imul(b, 31) + unit;
    b = Math.imul(b ^ (b >>> 16), 0x45d9f3b);
  }
  return { a, b };
}
