/**
 * Status flags while a block is built: not the three words of the state (cpu/flags.ts), but the operation that set them, as it was
 * recorded. Most conditions follow from its operands with one comparison; the words are made only where somebody needs
 * them: at an exit, or for an operation that asks for more than one flag.
 *
 * Between blocks, and on the way out of a region, they travel as two values and a number that says what these mean: see `Parts`.
 */
import type { Bits, Condition, StatusFlag } from "../cpu/builder.ts";
import type { Node } from "../cpu/ir.ts";
import { Flag, STATUS_FLAGS } from "../cpu/state.ts";
import type { Graph } from "./graph.ts";

/** The three words of the state. */
export interface FlagWords {
  readonly result: Node;
  readonly carries: Node;
  readonly aux: Node;
}

export type Status =
  /** As the block found them. */
  | { readonly kind: "entry" }
  | ({ readonly kind: "words" } & FlagWords)
  | { readonly kind: "add" | "sub"; readonly x: Node; readonly y: Node; readonly result: Node }
  | { readonly kind: "logic"; readonly result: Node }
  /** `carry`: CF, which stays. */
  | { readonly kind: "inc" | "dec"; readonly x: Node; readonly result: Node; readonly carry: Node }
  | { readonly kind: "given"; readonly result: Node; readonly CF: Node; readonly OF: Node; readonly AF: Node }
  /** As in EFLAGS, 32 bits, of which the others mean nothing. */
  | { readonly kind: "packed"; readonly flags: Node };

type Operation = Exclude<Status, { kind: "entry" | "words" | "packed" }>;

/** An operation at a width, of which two values are enough to know the flags; or all of them in one. */
export type Form = `${"add" | "sub" | "logic" | "inc" | "dec"} ${8 | 16 | 32 | 64}` | typeof PACKED;
export const PACKED = "packed 32";

/**
 * How flags travel from block to block, and to the ways out: two values of 64 bits and a number. Of an operation: its operands (or
 * result; or operand and CF; or flags), zero-extended, and the number of its form. Else: flagResult, flagCarries, and flagAux, of which only
 * those bits count that no number has.
 */
export interface Parts {
  readonly x: Node;
  readonly y: Node;
  readonly kind: Node;
}

/** The bits of flagAux that mean something. */
export const AUX_BITS = 0x8000_ff10;
/** Forms are numbered from 1, in bits 23:16. */
export const KIND_SHIFT = 16;

export const forms: readonly Form[] = [
  ...(["add", "sub", "logic", "inc", "dec"] as const).flatMap((kind) =>
    ([8, 16, 32, 64] as const).map((bits) => `${kind} ${bits}` as const),
  ),
  PACKED,
];

/** As it travels. */
export const kindOf = (form: Form): number => (forms.indexOf(form) + 1) << KIND_SHIFT;

/** Whether the result of an addition or subtraction has no carry in it. */
const isPlain = (graph: Graph, status: Status): boolean =>
  (status.kind === "add" && status.result === graph.binary("add", status.x, status.y)) ||
  (status.kind === "sub" && status.result === graph.binary("sub", status.x, status.y));

/** The operation that two values stand for, or null. */
export function formOf(graph: Graph, status: Status): Form | null {
  switch (status.kind) {
    case "add":
    case "sub":
      return isPlain(graph, status) ? (`${status.kind} ${status.x.bits}` as Form) : null;
    case "logic":
      return `logic ${status.result.bits}` as Form;
    case "inc":
    case "dec":
      return `${status.kind} ${status.x.bits}` as Form;
    case "packed":
      return PACKED;
    default:
      return null;
  }
}

/** `words`: what the flags are as words, where it must be. */
export function partsOf(graph: Graph, status: Status, words: (status: Status) => FlagWords): Parts {
  const form = formOf(graph, status);
  if (form === null) return partsOfWords(graph, words(status));
  const wide = (node: Node) => graph.resize("zeroExtend", node, 64);
  const kind = graph.constant(32, kindOf(form));
  switch (status.kind) {
    case "add":
    case "sub":
      return { x: wide(status.x), y: wide(status.y), kind };
    case "inc":
    case "dec": {
      const { carry } = status;
      // It came as such a part, and is 0 or 1.
      const asItCame = carry.op === "truncate" && carry.x.op === "read" ? carry.x : wide(carry);
      return { x: wide(status.x), y: asItCame, kind };
    }
    case "logic":
      return { x: wide(status.result), y: graph.constant(64, 0), kind };
    case "packed":
      return { x: wide(status.flags), y: graph.constant(64, 0), kind };
    default:
      throw new Error(`flags of kind ${status.kind} have no form`);
  }
}

/** Words of flags as parts. */
export const partsOfWords = (graph: Graph, { result, carries, aux }: FlagWords): Parts => ({
  x: result,
  y: carries,
  kind: graph.binary("and", aux, graph.constant(32, AUX_BITS)),
});

/** The flags that parts of a form stand for. */
export function fromParts(graph: Graph, form: Form, parts: readonly [Node, Node]): Status {
  const [kind, width] = form.split(" ") as [Exclude<Status["kind"], "entry" | "words" | "given">, string];
  const bits = Number(width) as Bits;
  const x = graph.resize("truncate", parts[0], bits);
  switch (kind) {
    case "packed":
      return { kind, flags: x };
    case "logic":
      return { kind, result: x };
    case "add":
    case "sub": {
      const y = graph.resize("truncate", parts[1], bits);
      return { kind, x, y, result: graph.binary(kind, x, y) };
    }
    default: {
      const carry = graph.resize("truncate", parts[1], 1);
      return { kind, x, result: graph.binary(kind === "inc" ? "add" : "sub", x, graph.constant(bits, 1)), carry };
    }
  }
}

/** What a status is made of. */
export function operandsOfStatus(status: Status): readonly Node[] {
  switch (status.kind) {
    case "entry":
      return [];
    case "words":
      return [status.result, status.carries, status.aux];
    case "add":
    case "sub":
      return [status.x, status.y, status.result];
    case "logic":
      return [status.result];
    case "inc":
    case "dec":
      return [status.x, status.carry, status.result];
    case "given":
      return [status.result, status.CF, status.OF, status.AF];
    case "packed":
      return [status.flags];
  }
}

/** Flags and conditions from an operation, where one or two comparisons tell them; null where the words must be asked. */
export class Conditions {
  readonly #graph: Graph;

  constructor(graph: Graph) {
    this.#graph = graph;
  }

  #sign(x: Node): Node {
    return this.#graph.compare("ltSigned", x, this.#graph.constant(x.bits, 0));
  }

  #isZero(x: Node): Node {
    return this.#graph.compare("eq", x, this.#graph.constant(x.bits, 0));
  }

  flag(status: Status, name: StatusFlag): Node | null {
    const g = this.#graph;
    if (status.kind === "entry" || status.kind === "words") return null;
    if (status.kind === "packed")
      return g.compare("ne", g.binary("and", status.flags, g.constant(32, Flag[name])), g.constant(32, 0));
    const { result } = status;
    switch (name) {
      case "ZF":
        return this.#isZero(result);
      case "SF":
        return this.#sign(result);
      case "PF": {
        const low = g.binary(
          "and",
          g.resize(result.bits < 32 ? "zeroExtend" : "truncate", result, 32),
          g.constant(32, 255),
        );
        return g.unary("not", g.resize("truncate", g.unary("popcount", low), 1));
      }
      case "CF":
        return this.#carry(status);
      case "OF":
        return this.#overflow(status);
      case "AF":
        return null;
    }
  }

  /** All status flags at their places in EFLAGS, 32 bits; or null. */
  packed(status: Status): Node | null {
    const g = this.#graph;
    if (status.kind === "entry" || status.kind === "words") return null;
    if (status.kind === "packed") return g.binary("and", status.flags, g.constant(32, STATUS_FLAGS));
    const carry = this.#carry(status);
    if (carry === null) return null;
    const at = (flag: Node, name: StatusFlag) =>
      g.binary("shl", g.resize("zeroExtend", flag, 32), g.constant(32, Math.log2(Flag[name])));
    const one = (name: "PF" | "ZF" | "SF" | "OF") => at(this.flag(status, name)!, name);
    const either = (x: Node, y: Node) => g.binary("or", x, y);
    const low = either(one("PF"), either(this.#adjust(status), one("ZF")));
    // CF is known last where it has been kept.
    return either(either(low, either(one("SF"), one("OF"))), at(carry, "CF"));
  }

  /** AF at its place: the carry into bit 4. */
  #adjust(status: Operation): Node {
    const g = this.#graph;
    const none = g.constant(32, 0);
    if (status.kind === "logic") return none;
    if (status.kind === "given") {
      const flag = g.resize("zeroExtend", status.AF, 32);
      return g.binary("shl", flag, g.constant(32, Math.log2(Flag.AF)));
    }
    const { x, result } = status;
    const y = "y" in status ? status.y : g.constant(x.bits, 1);
    const carries = g.binary("xor", g.binary("xor", x, y), result);
    return g.binary("and", g.resize(x.bits < 32 ? "zeroExtend" : "truncate", carries, 32), g.constant(32, Flag.AF));
  }

  #carry(status: Operation): Node | null {
    const g = this.#graph;
    switch (status.kind) {
      case "add":
        return isPlain(g, status) ? g.compare("ltUnsigned", status.result, status.x) : null;
      case "sub":
        return isPlain(g, status) ? g.compare("ltUnsigned", status.x, status.y) : null;
      case "logic":
        return g.constant(1, 0);
      case "given":
        return status.CF;
      default:
        return status.carry;
    }
  }

  #overflow(status: Operation): Node {
    const g = this.#graph;
    const { result } = status;
    const smallest = g.constant(result.bits, 1n << BigInt(result.bits - 1));
    switch (status.kind) {
      case "add":
        return this.#sign(g.binary("and", g.binary("xor", status.x, result), g.binary("xor", status.y, result)));
      case "sub":
        return this.#sign(g.binary("and", g.binary("xor", status.x, status.y), g.binary("xor", status.x, result)));
      case "logic":
        return g.constant(1, 0);
      case "inc":
        return g.compare("eq", result, smallest);
      case "dec":
        return g.compare("eq", status.x, smallest);
      case "given":
        return status.OF;
    }
  }

  /** A condition code; the negations of the even ones are the odd ones. */
  condition(status: Status, code: Condition): Node | null {
    const g = this.#graph;
    if (status.kind === "entry" || status.kind === "words") return null;
    const either = (x: Node | null, y: Node | null) => (x === null || y === null ? null : g.binary("or", x, y));
    const differ = (x: Node | null, y: Node | null) => (x === null || y === null ? null : g.binary("xor", x, y));
    const isSub = status.kind === "sub" && isPlain(g, status);
    const flag = (name: StatusFlag) => this.flag(status, name);
    switch (code) {
      case "o":
        return flag("OF");
      case "b":
        return flag("CF");
      case "e":
        return isSub ? g.compare("eq", status.x, status.y) : flag("ZF");
      case "be":
        return isSub ? g.compare("leUnsigned", status.x, status.y) : either(flag("CF"), flag("ZF"));
      case "s":
        return flag("SF");
      case "p":
        return flag("PF");
      case "l":
        return isSub ? g.compare("ltSigned", status.x, status.y) : this.#less(status);
      case "le":
        if (isSub) return g.compare("leSigned", status.x, status.y);
        if (status.kind === "logic") return g.compare("leSigned", status.result, g.constant(status.result.bits, 0));
        return either(differ(flag("SF"), flag("OF")), flag("ZF"));
      default: {
        const positive = this.condition(status, negated[code]);
        return positive === null ? null : g.unary("not", positive);
      }
    }
  }

  #less(status: Status): Node | null {
    if (status.kind === "logic") return this.#sign(status.result);
    const [sf, of] = [this.flag(status, "SF"), this.flag(status, "OF")];
    return sf === null || of === null ? null : this.#graph.binary("xor", sf, of);
  }
}

const negated = {
  no: "o",
  ae: "b",
  ne: "e",
  a: "be",
  ns: "s",
  np: "p",
  ge: "l",
  g: "le",
} as const;
