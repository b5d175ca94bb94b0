/**
 * IR as text: what `--dump` prints and what tests are written in; read.ts reads it back. One line per instruction.
 * Results carry their types where they are made, constants carry theirs as a suffix, values and blocks are called by
 * their hint and number, so that a line can be understood alone:
 *
 *     %sum.7: i64 = add %total.3, 8i64
 *     branch %less.9, body.2, done.3 likely taken
 *
 * With `origins`, each line ends in the place it came from: !page.ts:12:5 in allocPages !main.ts:40:3.
 */
import type { Site } from "../out/site.ts";
import { bitsOfFloat, floatOfBits } from "./build.ts";
import {
  type Block,
  type Constant,
  type Instruction,
  type IrEntry,
  type IrFunction,
  type IrGlobal,
  type IrProgram,
  type Operand,
  type Origin,
  type Phi,
  type Signature,
  type Slot,
  type Terminator,
  type Value,
  type Variable,
  widths,
} from "./ssa.ts";

export interface PrintOptions {
  /** Whether to print where each instruction came from. */
  readonly origins?: boolean;
}

/** A symbol's name, in quotes when it is not of plain characters. */
export function symbolText(name: string): string {
  return /^[A-Za-z_$.][\w$./]*$/.test(name) ? name : JSON.stringify(name);
}

export function siteText(site: Site): string {
  return `${symbolText(site.file || "?")}:${site.line}:${site.column}`;
}

function originText(origin: Origin): string {
  const here = `!${siteText(origin.site)}`;
  return origin.inlined === null
    ? here
    : `${here} in ${symbolText(origin.inlined.callee)} ${originText(origin.inlined.at)}`;
}

export function valueText(v: Value): string {
  return v.hint !== null && /^[A-Za-z_$][\w$]*$/.test(v.hint) ? `%${v.hint}.${v.id}` : `%${v.id}`;
}

export function blockText(b: Block): string {
  return `${b.label}.${b.id}`;
}

function constantText({ type, bits }: Constant): string {
  if (type === "i1") return bits === 0n ? "false" : "true";
  if (type === "f32" || type === "f64") {
    const value = floatOfBits(type, bits);
    const text = Object.is(value, -0) ? "-0" : String(value);
    const exact = !Number.isNaN(value) && bitsOfFloat(type, Number(text)) === bits;
    return `${type}(${exact ? text : `#${bits.toString(16)}`})`;
  }
  const signed = BigInt.asIntN(widths[type], bits);
  if (signed < 0n && signed >= -65536n) return `${signed}${type}`;
  return `${bits < 1n << 32n ? bits : `0x${bits.toString(16)}`}${type}`;
}

export function operandText(o: Operand): string {
  if (o.kind === "value") return valueText(o);
  if (o.kind === "constant") return constantText(o);
  const sign = o.offset < 0n ? "-" : "+";
  return `@${symbolText(o.symbol)}${o.offset === 0n ? "" : `${sign}${o.offset < 0n ? -o.offset : o.offset}`}`;
}

const list = (operands: readonly Operand[]) => operands.map(operandText).join(", ");
const typed = (values: readonly Value[]) => values.map((v) => `${valueText(v)}: ${v.type}`).join(", ");
const place = (address: Operand, offset: number) =>
  offset === 0 ? `[${operandText(address)}]` : `[${operandText(address)}, ${offset}]`;

function signatureText(s: Signature): string {
  return `(${s.parameters.join(", ")}) -> (${s.results.join(", ")})`;
}

/** Names of slots and variables within one function: by position, since names need not be unique. */
class Names {
  readonly #slots: Map<Slot, number>;
  readonly variables = new Map<Variable, number>();

  constructor(f: IrFunction) {
    this.#slots = new Map(f.slots.map((slot, index) => [slot, index]));
    for (const block of f.blocks)
      for (const i of block.instructions)
        if ((i.op === "debug" || i.op === "declare") && !this.variables.has(i.variable))
          this.variables.set(i.variable, this.variables.size);
  }

  slot(slot: Slot): string {
    return `${symbolText(slot.name)}#${this.#slots.get(slot) ?? "?"}`;
  }

  variable(v: Variable): string {
    return `${symbolText(v.name)}#${this.variables.get(v) ?? "?"}`;
  }
}

function bodyText(i: Instruction, names: Names): string {
  switch (i.op) {
    case "binary":
    case "compare":
      return `${i.how} ${list([i.x, i.y])}`;
    case "unary":
      return `${i.how} ${operandText(i.x)}`;
    case "select":
      return `select ${list([i.condition, i.x, i.y])}`;
    case "load":
      return `load ${place(i.address, i.offset)} ${i.ordering} align ${i.align}`;
    case "store":
      return `store ${operandText(i.value)}, ${place(i.address, i.offset)} ${i.ordering} align ${i.align}`;
    case "slot":
      return `slot ${names.slot(i.slot)}`;
    case "copy":
    case "move":
      return `${i.op} ${list([i.to, i.from, i.bytes])} align ${i.align}`;
    case "fill":
      return `fill ${list([i.to, i.byte, i.bytes])} align ${i.align}`;
    case "atomic":
      return `atomic ${i.how} ${list([i.address, i.value])} ${i.ordering}`;
    case "compareExchange":
      return `compareExchange ${list([i.address, i.want, i.to])} ${i.ordering}`;
    case "fence":
      return `fence ${i.ordering}`;
    case "call": {
      return `call ${operandText(i.callee)}(${list(i.arguments)})`;
    }
    case "machine":
      return `machine ${i.name}(${list(i.arguments)})`;
    case "debug": {
      const piece = i.piece === null ? "" : ` [${i.piece.offset}, ${i.piece.bytes}]`;
      const value = i.value === null ? "gone" : `${i.indirect ? "at " : ""}${operandText(i.value)}`;
      return `debug ${names.variable(i.variable)}${piece} = ${value}`;
    }
    case "declare":
      return `declare ${names.variable(i.variable)} in ${names.slot(i.slot)}`;
  }
}

function resultsText(i: Instruction): string {
  if (i.op === "call" || i.op === "machine") return i.results.length === 0 ? "" : `${typed(i.results)} = `;
  return "result" in i ? `${typed([i.result])} = ` : "";
}

function phiText(phi: Phi): string {
  const inputs = [...phi.inputs].map(([from, operand]) => `${blockText(from)}: ${operandText(operand)}`);
  return `${typed([phi.result])} = phi ${inputs.join(", ")}`;
}

function terminatorText(t: Terminator): string {
  switch (t.op) {
    case "jump":
      return `jump ${blockText(t.to)}`;
    case "branch": {
      const likely = t.likely === null ? "" : ` likely ${t.likely}`;
      return `branch ${operandText(t.condition)}, ${blockText(t.taken)}, ${blockText(t.otherwise)}${likely}`;
    }
    case "switch": {
      const cases = t.cases.map((c) => `${c.bits}: ${blockText(c.to)}`).join(", ");
      return `switch ${operandText(t.value)}, ${blockText(t.otherwise)} [${cases}]`;
    }
    case "return":
      return t.values.length === 0 ? "return" : `return ${list(t.values)}`;
    case "trap":
      return `trap @${symbolText(t.message)}(${list(t.arguments)})`;
    case "unreachable":
      return "unreachable";
  }
}

/** One instruction, for messages and dumps. */
export function instructionText(i: Instruction, f: IrFunction): string {
  return resultsText(i) + bodyText(i, new Names(f));
}

/** A function as text, ending in a newline. */
export function printFunction(f: IrFunction, { origins = false }: PrintOptions = {}): string {
  const names = new Names(f);
  const a = f.attributes;
  const attributes = [
    a.inline === "auto" ? "" : `inline ${a.inline}`,
    a.cold ? "cold" : "",
    a.exported ? "exported" : "",
    a.section === null ? "" : `section ${symbolText(a.section)}`,
    a.noReturn ? "noreturn" : "",
    a.floats ? "floats" : "",
    origins && f.site.line > 0 ? `!${siteText(f.site)}` : "",
  ].filter((text) => text !== "");
  const results = `(${f.signature.results.join(", ")})`;
  const head = `function ${symbolText(f.name)}(${typed(f.parameters)}) -> ${results}`;
  const lines = [`${[head, ...attributes].join(" ")} {`];
  for (const slot of f.slots) lines.push(`  slot ${names.slot(slot)} ${slot.bytes} align ${slot.align}`);
  for (const v of names.variables.keys())
    lines.push(`  variable ${names.variable(v)} parameter ${v.parameter} !${siteText(v.site)}`);
  const mark = (origin: Origin) =>
    origins && (origin.site.line > 0 || origin.inlined !== null) ? ` ${originText(origin)}` : "";
  for (const block of f.blocks) {
    lines.push(`${blockText(block)}:`);
    for (const phi of block.phis) lines.push(`  ${phiText(phi)}`);
    for (const i of block.instructions) lines.push(`  ${resultsText(i)}${bodyText(i, names)}${mark(i.origin)}`);
    lines.push(`  ${terminatorText(block.terminator)}${mark(block.terminator.origin)}`);
  }
  lines.push("}", "");
  return lines.join("\n");
}

function globalText(g: IrGlobal): string {
  const parts = [`global ${symbolText(g.name)} ${symbolText(g.section)} bytes ${g.bytes} align ${g.align}`];
  if (g.exported) parts.push("exported");
  if (g.data.length > 0) parts.push(`= ${Buffer.from(g.data).toString("hex")}`);
  for (const p of g.pointers) parts.push(`pointer ${p.at}: ${operandText(p.to)}`);
  return parts.join(" ");
}

function entryText({ name, body, vectors, site }: IrEntry): string {
  const ways = vectors.length === 0 ? "system" : `vectors ${vectors.join(" ")}`;
  return `entry ${symbolText(name)} calls @${symbolText(body)} ${ways}${site.line > 0 ? ` !${siteText(site)}` : ""}`;
}

/** A program as text: externs, globals, entries, functions. */
export function printProgram(program: IrProgram, options: PrintOptions = {}): string {
  const heads = [
    ...program.externs.map(
      (e) => `extern ${symbolText(e.name)}${e.signature === null ? "" : ` ${signatureText(e.signature)}`}`,
    ),
    ...program.globals.map(globalText),
    ...program.entries.map(entryText),
  ];
  const functions = program.functions.map((f) => printFunction(f, options));
  return [...(heads.length > 0 ? [`${heads.join("\n")}\n`] : []), ...functions].join("\n");
}
