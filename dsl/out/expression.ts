/**
 * Labels and what can be computed with them.
 *
 * TypeScript has no operators for objects, so an address expression is built with methods: `end.minus(start)`,
 * `entry.plus(4)`, `handler.shr(16)`, `handler.and(0xffff)`, `table.physical()`. Nothing is computed while the program is
 * recorded, for nothing has an address yet; the layout folds what is already a constant (the distance between two labels
 * of one section) and the linker folds the rest.
 *
 * A `Label` is an immutable name, not a place: where it stands is known to the program it was placed in. So a label may
 * be a constant of a module, imported by the files that jump to it ("go to definition" works in the editor), and two
 * programs built from the same files do not disturb each other.
 */

/** What may stand where a number is wanted: an immediate, a displacement, a data item, a branch target. */
export type Value = number | bigint | Expression;

export type ExpressionNode =
  | { readonly op: "constant"; readonly value: bigint }
  | { readonly op: "label"; readonly label: Label }
  | { readonly op: "physical"; readonly label: Label }
  | { readonly op: BinaryOperator; readonly left: Expression; readonly right: Expression };

export type BinaryOperator = "plus" | "minus" | "times" | "shr" | "shl" | "and" | "or";

/** An integer that may depend on addresses: exact, signed, of any size, cut to a field only where it is stored. */
export class Expression {
  readonly node: ExpressionNode;

  constructor(node: ExpressionNode | null) {
    this.node = node ?? { op: "label", label: this as unknown as Label };
  }

  plus(value: Value): Expression {
    return binary("plus", this, value);
  }
  minus(value: Value): Expression {
    return binary("minus", this, value);
  }
  times(value: Value): Expression {
    return binary("times", this, value);
  }
  /** Arithmetic shift right, as of an integer without end: of an address in the upper half it is negative no sooner than the address is. */
  shr(count: number): Expression {
    return binary("shr", this, count);
  }
  shl(count: number): Expression {
    return binary("shl", this, count);
  }
  and(mask: Value): Expression {
    return binary("and", this, mask);
  }
  or(value: Value): Expression {
    return binary("or", this, value);
  }

  /** The value, if it mentions no label; else null. */
  constant(): bigint | null {
    const { node } = this;
    if (node.op === "constant") return node.value;
    if (node.op === "label" || node.op === "physical") return null;
    const left = node.left.constant();
    const right = node.right.constant();
    return left === null || right === null ? null : calculate(node.op, left, right);
  }

  /** As a person would write it: `(end - start) >> 4`. */
  toString(): string {
    return show(this.node, false);
  }
}

/** A named place. Names that begin with "." and empty names stay out of symbol tables. */
export class Label extends Expression {
  readonly name: string;

  constructor(name = "") {
    super(null);
    this.name = name;
  }

  /** Where the label is loaded (ELF's p_paddr side of the section) rather than where it runs; the same unless the section was placed so. */
  physical(): Expression {
    return new Expression({ op: "physical", label: this });
  }
}

/** A number as an expression; numbers must be exact integers. */
export function expression(value: Value): Expression {
  if (value instanceof Expression) return value;
  return new Expression({ op: "constant", value: exactInteger(value) });
}

/** A number as a bigint; throws on fractions and on numbers too large to be exact. */
export function exactInteger(value: number | bigint): bigint {
  if (typeof value === "bigint") return value;
  if (Number.isSafeInteger(value)) return BigInt(value);
  if (Number.isInteger(value)) throw new RangeError(`${value} is not exact as a number: write it as a bigint (…n)`);
  throw new RangeError(`${value} is not an integer`);
}

function binary(op: BinaryOperator, left: Expression, right: Value): Expression {
  return new Expression({ op, left, right: expression(right) });
}

/** The integer arithmetic of one operator. */
export function calculate(op: BinaryOperator, left: bigint, right: bigint): bigint {
  switch (op) {
    case "plus":
      return left + right;
    case "minus":
      return left - right;
    case "times":
      return left * right;
    case "shr":
      return left >> right;
    case "shl":
      return left << right;
    case "and":
      return left & right;
    case "or":
      return left | right;
  }
}

/** All labels an expression mentions, in order. */
export function* labelsOf(value: Expression): Iterable<Label> {
  const { node } = value;
  if (node.op === "constant") return;
  if (node.op === "label" || node.op === "physical") yield node.label;
  else {
    yield* labelsOf(node.left);
    yield* labelsOf(node.right);
  }
}

const symbols: Record<BinaryOperator, string> = {
  plus: "+",
  minus: "-",
  times: "*",
  shr: ">>",
  shl: "<<",
  and: "&",
  or: "|",
};

function show(node: ExpressionNode, nested: boolean): string {
  switch (node.op) {
    case "constant":
      return node.value > 9n ? `0x${node.value.toString(16)}` : `${node.value}`;
    case "label":
      return node.label.name || "(unnamed label)";
    case "physical":
      return `physical(${node.label.name || "unnamed label"})`;
    default: {
      const text = `${show(node.left.node, true)} ${symbols[node.op]} ${show(node.right.node, true)}`;
      return nested ? `(${text})` : text;
    }
  }
}
