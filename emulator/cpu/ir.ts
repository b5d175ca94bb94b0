/**
 * The intermediate representation of one instruction's meaning: what `lift` makes from a definition, and what the
 * interpreter and the translator are both generated from.
 *
 * An instruction is a list of statements. Values are nodes of known width, each computed where it stands in the list
 * ("let") and never changed, so a node is in SSA form; state is reached only through *places*. What differs between two
 * instructions of one shape (register numbers, immediates, displacements, branch distances) appears as places of the
 * instruction itself: the interpreter reads those from the pre-decoded record, the translator knows them.
 *
 * Control inside an instruction is structured (`if`, `repeat`); values made inside do not leave. Everything that may fault
 * stands before the first change of state on every path (lift.ts enforces it), so abandoning an instruction is always
 * precise.
 */
import type { Register } from "../isa/registers.ts";
import type { Bits, SegmentRef } from "./builder.ts";
import { type PackedOp, signatureOf } from "./packed.ts";
import { type StateField, stateFields } from "./state.ts";

/** Where state lives that an instruction reads and writes. */
export type StatePlace =
  /** A general register that the row names: AL, RSP. */
  | { readonly kind: "register"; readonly register: Register }
  /** The general register that is the instruction's operand number `operand`; AH…BH too. */
  | { readonly kind: "operand"; readonly operand: number; readonly bits: 8 | 16 | 32 | 64 }
  /** Part of the vector (or MMX) register that is operand number `operand`: so many bits from byte `offset` on. */
  | { readonly kind: "vector"; readonly operand: number; readonly bits: 32 | 64 | 128; readonly offset: number }
  /** Sign and exponent of the x87 register that is the MMX register of operand number `operand`. */
  | { readonly kind: "mmxExponent"; readonly operand: number }
  /** Base or index register of the memory operand (there is at most one); RIP and absent registers too. */
  | { readonly kind: "base" | "index"; readonly bits: 16 | 32 | 64 }
  /** Base of the memory operand's segment as addressing uses it (64 bits): 0 for ES CS SS DS in 64-bit mode. Never written. */
  | { readonly kind: "segmentBase" }
  | { readonly kind: "field"; readonly field: StateField; readonly index: number };

/** What the instruction carries itself. */
export type InstructionPlace =
  | { readonly kind: "immediate"; readonly operand: number; readonly bits: 8 | 16 | 32 | 64 }
  /** Sign-extended to `bits`; `wide`: the moffs form, which has 64 bits. */
  | { readonly kind: "displacement"; readonly bits: 16 | 32 | 64; readonly wide: boolean }
  /** Power of two by which the index is multiplied; as wide as the address. */
  | { readonly kind: "scale"; readonly bits: 16 | 32 | 64 }
  /** Absolute target of a relative branch, cut to the operand size. */
  | { readonly kind: "target"; readonly bits: 16 | 32 | 64 }
  | { readonly kind: "nextRip" }
  | { readonly kind: "selector" }
  | { readonly kind: "farOffset"; readonly bits: 16 | 32 }
  /** Encoding number of a register operand (of any class), 32 bits. */
  | { readonly kind: "registerNumber"; readonly operand: number }
  /** Number of the vector register that is the memory operand's index, 32 bits. */
  | { readonly kind: "indexNumber" }
  /** Number of the memory operand's segment, ES…GS as 0…5, 32 bits. */
  | { readonly kind: "segmentNumber" }
  /** Whether the memory operand's base is rSP, 1 bit. */
  | { readonly kind: "baseIsStackPointer" };

export type Place = StatePlace | InstructionPlace;

export const unaryOps = ["not", "neg", "leadingZeros", "trailingZeros", "popcount", "byteSwap"] as const;
/** Both sides and the result have one width. */
export const binaryOps = [
  "add",
  "sub",
  "mul",
  "mulHighUnsigned",
  "mulHighSigned",
  "divUnsigned",
  "divSigned",
  "remUnsigned",
  "remSigned",
  "and",
  "or",
  "xor",
  "shl",
  "shr",
  "sar",
  "rotl",
  "rotr",
] as const;
/** Both sides have one width, the result 1 bit. */
export const compareOps = ["eq", "ne", "ltUnsigned", "leUnsigned", "ltSigned", "leSigned"] as const;
export const resizeOps = ["zeroExtend", "signExtend", "truncate"] as const;

export type UnaryOp = (typeof unaryOps)[number];
export type BinaryOp = (typeof binaryOps)[number];
export type CompareOp = (typeof compareOps)[number];
export type ResizeOp = (typeof resizeOps)[number];

interface NodeBase {
  /** Dense within the instruction, in order of creation. */
  readonly id: number;
  readonly bits: Bits;
}

/** Where in memory: an offset (any width, zero-extended) within a segment; "operand" is the memory operand's segment. */
export interface Where {
  readonly segment: SegmentRef | "operand";
  readonly offset: Node;
  /** The linear address must be a multiple of this many bytes (a power of two), else #GP(0). */
  readonly alignment?: number;
}

export type Node = NodeBase &
  (
    | { readonly op: "const"; readonly value: bigint }
    | { readonly op: UnaryOp; readonly x: Node }
    | { readonly op: BinaryOp | CompareOp; readonly x: Node; readonly y: Node }
    | { readonly op: ResizeOp; readonly x: Node }
    | { readonly op: "select"; readonly condition: Node; readonly x: Node; readonly y: Node }
    | { readonly op: "read"; readonly place: Place }
    | { readonly op: "load"; readonly where: Where }
    /** A load that was checked for writing; a `store` may name it and then cannot fault. */
    | { readonly op: "modify"; readonly where: Where }
    | {
        readonly op: "packed";
        readonly name: PackedOp;
        readonly args: readonly Node[];
        readonly immediates: readonly number[];
      }
    /** Its `bits` are 64 when nobody wants the result. */
    | { readonly op: "helper"; readonly name: string; readonly args: readonly Node[] }
  );

export type Statement =
  | { readonly do: "let"; readonly node: Node }
  | { readonly do: "write"; readonly place: StatePlace; readonly value: Node }
  | { readonly do: "store"; readonly where: Where; readonly value: Node; readonly modify: Node | null }
  | { readonly do: "probe"; readonly where: Where; readonly bits: Bits }
  | { readonly do: "if"; readonly condition: Node; readonly yes: Block; readonly no: Block }
  | { readonly do: "fault"; readonly vector: number; readonly errorCode: Node | null }
  | { readonly do: "checkJump"; readonly target: Node }
  | { readonly do: "jump"; readonly target: Node }
  /** The relative operand's target; falls through to the next instruction when the condition does not hold. */
  | { readonly do: "branch"; readonly condition: Node | null }
  | { readonly do: "endRun" }
  /** A helper has set RIP: nothing of this instruction follows. */
  | { readonly do: "transferred" }
  | { readonly do: "repeat"; readonly counter: StatePlace; readonly body: Block; readonly until: Node | null };

export type Block = readonly Statement[];

export function operandsOf(node: Node): readonly Node[] {
  switch (node.op) {
    case "const":
    case "read":
      return [];
    case "load":
    case "modify":
      return [node.where.offset];
    case "helper":
    case "packed":
      return node.args;
    case "select":
      return [node.condition, node.x, node.y];
    default:
      return "y" in node ? [node.x, node.y] : [node.x];
  }
}

/** The values a statement uses itself (not those in its nested blocks). */
export function usedBy(statement: Statement): readonly Node[] {
  switch (statement.do) {
    case "let":
      return operandsOf(statement.node);
    case "write":
      return [statement.value];
    case "store":
      return statement.modify === null
        ? [statement.where.offset, statement.value]
        : [statement.value, statement.modify];
    case "probe":
      return [statement.where.offset];
    case "if":
      return [statement.condition];
    case "fault":
      return statement.errorCode === null ? [] : [statement.errorCode];
    case "checkJump":
    case "jump":
      return [statement.target];
    case "branch":
      return statement.condition === null ? [] : [statement.condition];
    case "endRun":
    case "transferred":
      return [];
    case "repeat":
      return [];
  }
}

/** Whether anything in the block (or deeper) satisfies `test`. */
export function some(block: Block, test: (statement: Statement) => boolean): boolean {
  return block.some(
    (s) =>
      test(s) ||
      (s.do === "if" && (some(s.yes, test) || some(s.no, test))) ||
      (s.do === "repeat" && some(s.body, test)),
  );
}

export function placeBits(place: Place): Bits {
  switch (place.kind) {
    case "register":
      return place.register.bits as Bits;
    case "field":
      return stateFields[place.field].width === "i64" ? 64 : 32;
    case "nextRip":
    case "segmentBase":
      return 64;
    case "selector":
      return 16;
    case "registerNumber":
    case "indexNumber":
    case "segmentNumber":
    case "mmxExponent":
      return 32;
    case "baseIsStackPointer":
      return 1;
    default:
      return place.bits;
  }
}

function printPlace(place: Place): string {
  switch (place.kind) {
    case "register":
      return place.register.name;
    case "operand":
    case "immediate":
      return `${place.kind}${place.operand}`;
    case "registerNumber":
      return `number of operand${place.operand}`;
    case "mmxExponent":
      return `exponent of operand${place.operand}`;
    case "vector":
      return `operand${place.operand}.${place.bits}${place.offset === 0 ? "" : `+${place.offset}`}`;
    case "field":
      return stateFields[place.field].count > 1 ? `${place.field}[${place.index}]` : place.field;
    default:
      return place.kind;
  }
}

const name = (node: Node): string => (node.op === "const" ? `${node.value}` : `%${node.id}`);
const at = (where: Where): string =>
  `[${where.segment}:${name(where.offset)}${where.alignment === undefined ? "" : ` aligned ${where.alignment}`}]`;

function printNode(node: Node): string {
  switch (node.op) {
    case "read":
      return printPlace(node.place);
    case "load":
    case "modify":
      return `${node.op} ${at(node.where)}`;
    case "packed":
      return [node.name, [...node.args.map(name), ...node.immediates].join(", ")].join(" ");
    case "helper":
      return `helper ${node.name}(${node.args.map(name).join(", ")})`;
    default:
      return [node.op, operandsOf(node).map(name).join(", ")].join(" ");
  }
}

/** The readable form: one statement a line. */
export function printIr(block: Block, indent = ""): string {
  const lines: string[] = [];
  const say = (text: string) => lines.push(indent + text);
  const nest = (inner: Block) => {
    if (inner.length > 0) lines.push(printIr(inner, `${indent}  `));
  };
  for (const s of block) {
    switch (s.do) {
      case "let":
        if (s.node.op !== "const") say(`${name(s.node)}:${s.node.bits} = ${printNode(s.node)}`);
        break;
      case "write":
        say(`${printPlace(s.place)} := ${name(s.value)}`);
        break;
      case "store":
        say(`store:${s.value.bits} ${s.modify === null ? at(s.where) : `where ${name(s.modify)}`} := ${name(s.value)}`);
        break;
      case "probe":
        say(`probe:${s.bits} ${at(s.where)}`);
        break;
      case "if":
        say(`if ${name(s.condition)}`);
        nest(s.yes);
        if (s.no.length > 0) {
          say("else");
          nest(s.no);
        }
        break;
      case "fault":
        say(`fault ${s.vector}${s.errorCode === null ? "" : ` ${name(s.errorCode)}`}`);
        break;
      case "checkJump":
      case "jump":
        say(`${s.do} ${name(s.target)}`);
        break;
      case "branch":
        say(s.condition === null ? "branch" : `branch if ${name(s.condition)}`);
        break;
      case "repeat":
        say(`repeat ${printPlace(s.counter)}`);
        nest(s.body);
        if (s.until !== null) say(`until ${name(s.until)}`);
        break;
      default:
        say(s.do);
    }
  }
  return lines.join("\n");
}

/**
 * Throws an Error that names what is wrong: widths that do not fit, values used before they are made or outside the
 * block that made them.
 */
export function verify(block: Block, outer: ReadonlySet<Node> = new Set()): void {
  const known = new Set(outer);
  const fail = (what: string): never => {
    throw new Error(`IR: ${what}`);
  };
  const same = (node: Node, bits: Bits, what: string) => {
    if (node.bits !== bits) fail(`${what}: ${name(node)} has ${node.bits} bits, not ${bits}`);
  };
  for (const s of block) {
    for (const used of usedBy(s)) if (!known.has(used)) fail(`${s.do} uses ${name(used)} where it is not known`);
    switch (s.do) {
      case "let":
        verifyNode(s.node, fail, same);
        known.add(s.node);
        break;
      case "write":
        same(s.value, placeBits(s.place), `write of ${printPlace(s.place)}`);
        break;
      case "store":
        if (s.modify !== null) same(s.modify, s.value.bits, "store after modify");
        break;
      case "if":
        same(s.condition, 1, "if");
        verify(s.yes, known);
        verify(s.no, known);
        break;
      case "branch":
        if (s.condition !== null) same(s.condition, 1, "branch");
        break;
      case "repeat": {
        verify(s.body, known);
        if (s.until !== null) same(s.until, 1, "repeat");
        break;
      }
      case "fault":
        if (s.errorCode !== null) same(s.errorCode, 32, "error code");
        break;
    }
  }
}

function verifyNode(
  node: Node,
  fail: (what: string) => never,
  same: (node: Node, bits: Bits, what: string) => void,
): void {
  switch (node.op) {
    case "const":
      if (BigInt.asUintN(node.bits, node.value) !== node.value) fail(`${node.value} has more than ${node.bits} bits`);
      break;
    case "zeroExtend":
    case "signExtend":
      if (node.x.bits > node.bits) fail(`${node.op} from ${node.x.bits} to ${node.bits} bits`);
      break;
    case "truncate":
      if (node.x.bits < node.bits) fail(`truncate from ${node.x.bits} to ${node.bits} bits`);
      break;
    case "select":
      same(node.condition, 1, "select");
      same(node.x, node.bits, "select");
      same(node.y, node.bits, "select");
      break;
    case "read":
      if (placeBits(node.place) !== node.bits) fail(`read of ${printPlace(node.place)} as ${node.bits} bits`);
      break;
    case "packed": {
      const signature = signatureOf(node.name);
      if (node.args.length !== signature.arguments.length) fail(`${node.name} with ${node.args.length} operands`);
      for (const [i, argument] of node.args.entries()) same(argument, signature.arguments[i]!, node.name);
      if (node.bits !== signature.result) fail(`${node.name} gives ${signature.result} bits`);
      if (node.immediates.length !== signature.immediates)
        fail(`${node.name} with ${node.immediates.length} immediates`);
      break;
    }
    case "load":
    case "modify":
    case "helper":
      break;
    case "eq":
    case "ne":
    case "ltUnsigned":
    case "leUnsigned":
    case "ltSigned":
    case "leSigned":
      same(node.y, node.x.bits, node.op);
      if (node.bits !== 1) fail(`${node.op} gives 1 bit`);
      break;
    case "mulHighUnsigned":
    case "mulHighSigned":
      same(node.x, 64, node.op);
      same(node.y, 64, node.op);
      break;
    default:
      for (const operand of operandsOf(node)) same(operand, node.bits, node.op);
  }
}
