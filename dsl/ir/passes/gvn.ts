/**
 * Value numbering over the dominator tree: a calculation that a dominating block has already made is that one's result.
 * On the way down, what a branch has decided is known: its condition is true on one side and false on the other, and an
 * equality with a constant makes the value that constant.
 */
import { bool, typeOf } from "../build.ts";
import { definitions, type Pass, Replacements } from "../pass.ts";
import type { Block, Instruction, IrFunction, Operand, Phi, Slot, Type, Value } from "../ssa.ts";
import { mapOperands, mapTerminatorOperands, sameOperand, successors } from "../visit.ts";
import { inverse, swapped } from "./rules.ts";

export const gvn: Pass = {
  name: "gvn",
  keepsShape: true,
  run(f, program) {
    const flow = program.flow(f);
    const table = definitions(f);
    const replaced = new Replacements();
    const numbers = new Numbers(f);
    /** By number of a calculation: what it is here. */
    const known: (Operand | undefined)[] = [];
    /** What to undo when a block's subtree is done: numbers in `known`, and what was there; values in `facts` alike. */
    const keyTrail: number[] = [];
    const knownBefore: (Operand | undefined)[] = [];
    /** By value id. */
    const facts: (Operand | undefined)[] = new Array(f.nextValue);
    const factTrail: number[] = [];
    const factBefore: (Operand | undefined)[] = [];
    let changed = false;

    const learn = (key: number, operand: Operand) => {
      keyTrail.push(key);
      knownBefore.push(known[key]);
      known[key] = operand;
    };
    const assume = (value: Value, operand: Operand) => {
      factTrail.push(value.id);
      factBefore.push(facts[value.id]);
      facts[value.id] = operand;
    };
    const read = (o: Operand): Operand => {
      const now = replaced.resolve(o);
      return now.kind === "value" ? (facts[now.id] ?? now) : now;
    };

    const update = (o: Operand): Operand => {
      const now = read(o);
      if (now !== o) changed = true;
      return now;
    };

    /** What holds once a condition is decided. */
    const decide = (condition: Operand, truth: boolean) => {
      if (condition.kind !== "value" || facts[condition.id] !== undefined) return;
      assume(condition, bool(truth));
      const d = table[condition.id];
      if (d === undefined || !("op" in d)) return;
      if (d.op === "unary" && d.how === "not") decide(read(d.x), !truth);
      if (d.op === "binary" && d.how === (truth ? "and" : "or")) {
        decide(read(d.x), truth);
        decide(read(d.y), truth);
      }
      if (d.op !== "compare") return;
      const how = truth ? d.how : inverse[d.how];
      if (how === null) return;
      const [x, y] = [read(d.x), read(d.y)];
      learn(numbers.compare(how, x, y), bool(true));
      const opposite = inverse[how];
      if (opposite !== null) learn(numbers.compare(opposite, x, y), bool(false));
      if (how === "eq" && y.kind !== "value" && x.kind === "value") assume(x, y);
    };

    const visit = (block: Block) => {
      const from = flow.predecessors(block);
      if (from.length === 1) {
        const t = from[0]!.terminator;
        if (t.op === "branch" && t.taken !== t.otherwise) decide(read(t.condition), t.taken === block);
        if (t.op === "switch" && t.otherwise !== block) {
          const here = t.cases.filter((c) => c.to === block);
          const value = read(t.value);
          if (here.length === 1 && value.kind === "value")
            assume(value, { kind: "constant", type: value.type, bits: here[0]!.bits });
        }
      }
      if (block.phis.length > 1 && joinTwins(block, replaced)) changed = true;
      block.instructions = block.instructions.filter((i) => {
        // A variable has the value it has, known or not: debug instructions keep naming the value.
        if (i.op === "debug") {
          mapOperands(i, replaced.resolve);
          return true;
        }
        mapOperands(i, update);
        if (!("result" in i)) return true;
        const key = numbers.expression(i);
        if (key === null) return true;
        const earlier = known[key];
        if (earlier !== undefined) {
          replaced.set(i.result, earlier);
          changed = true;
          return false;
        }
        learn(key, i.result);
        return true;
      });
      mapTerminatorOperands(block.terminator, update);
      // What is known here holds on every way out of here.
      for (const to of successors(block))
        for (const phi of to.phis) {
          const operand = phi.inputs.get(block)!;
          const now = read(operand);
          if (now === operand) continue;
          phi.inputs.set(block, now);
          changed = true;
        }
    };

    // The tree is walked with a stack of its own: generated code can be deep.
    const stack: { block: Block; next: number; keys: number; facts: number }[] = [];
    const enter = (block: Block) => {
      stack.push({ block, next: 0, keys: keyTrail.length, facts: factTrail.length });
      visit(block);
    };
    enter(f.blocks[0]!);
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const next = flow.children(top.block)[top.next++];
      if (next !== undefined) {
        enter(next);
        continue;
      }
      while (keyTrail.length > top.keys) known[keyTrail.pop()!] = knownBefore.pop();
      while (factTrail.length > top.facts) facts[factTrail.pop()!] = factBefore.pop();
      stack.pop();
    }
    replaced.apply(f);
    return changed;
  },
};

/** Phis of a block that get the same from everywhere are one. */
function joinTwins(block: Block, replaced: Replacements): boolean {
  const kept: Phi[] = [];
  for (const phi of block.phis) {
    const twin = kept.find((other) => areTwins(other, phi, replaced));
    if (twin === undefined) kept.push(phi);
    else replaced.set(phi.result, twin.result);
  }
  if (kept.length === block.phis.length) return false;
  block.phis = kept;
  return true;
}

function areTwins(a: Phi, b: Phi, { resolve }: Replacements): boolean {
  if (a.result.type !== b.result.type) return false;
  for (const [from, o] of a.inputs) if (!sameOperand(resolve(o), resolve(b.inputs.get(from)!))) return false;
  return true;
}

const commutative: ReadonlySet<string> = new Set(["add", "mul", "and", "or", "xor", "umulh", "smulh", "fadd", "fmul"]);

/**
 * Numbers for operands and for calculations: equal ones have the same. Those of calculations count from 0, so that what is
 * known of them can lie in arrays; each is an operation with the numbers of two operands, found by a table of chains. A third
 * operand makes a pair with the second first.
 */
class Numbers {
  #next: number;
  readonly #constants = new Map<Type, Map<bigint, number>>();
  readonly #addresses = new Map<string, Map<bigint, number>>();
  readonly #slots: readonly Slot[];
  /** By hash: the calculation that was met last, or -1; and by calculation what it is and the one before it in its chain. */
  #heads: number[] = [];
  readonly #operation: string[] = [];
  readonly #left: number[] = [];
  readonly #right: number[] = [];
  readonly #hash: number[] = [];
  readonly #before: number[] = [];

  constructor(f: IrFunction) {
    this.#next = f.nextValue;
    this.#slots = f.slots;
    this.#spread(64);
  }

  operand(o: Operand): number {
    if (o.kind === "value") return o.id;
    const [numbers, bits] =
      o.kind === "constant"
        ? [numbersIn(this.#constants, o.type), o.bits]
        : [numbersIn(this.#addresses, o.symbol), o.offset];
    let number = numbers.get(bits);
    if (number === undefined) numbers.set(bits, (number = this.#next++));
    return number;
  }

  #spread(size: number): void {
    const heads: number[] = [];
    for (let k = 0; k < size; k++) heads.push(-1);
    for (let k = 0; k < this.#hash.length; k++) {
      const at = this.#hash[k]! & (size - 1);
      this.#before[k] = heads[at]!;
      heads[at] = k;
    }
    this.#heads = heads;
  }

  #key(operation: string, a: number, b: number): number {
    let hash = Math.imul(a, 0x9e3779b1) ^ Math.imul(b, 0x85ebca6b);
    hash ^= hash >>> 15;
    for (let k = this.#heads[hash & (this.#heads.length - 1)]!; k >= 0; k = this.#before[k]!)
      if (this.#left[k] === a && this.#right[k] === b && this.#operation[k] === operation) return k;
    const made = this.#hash.length;
    if (made === this.#heads.length) this.#spread(2 * made);
    const at = hash & (this.#heads.length - 1);
    this.#operation.push(operation);
    this.#left.push(a);
    this.#right.push(b);
    this.#hash.push(hash);
    this.#before.push(this.#heads[at]!);
    this.#heads[at] = made;
    return made;
  }

  compare(how: keyof typeof swapped, x: Operand, y: Operand): number {
    const a = this.operand(x);
    const b = this.operand(y);
    return a <= b ? this.#key(how, a, b) : this.#key(swapped[how], b, a);
  }

  /** The number of a calculation; null for what is none. */
  expression(i: Instruction): number | null {
    switch (i.op) {
      case "binary": {
        const a = this.operand(i.x);
        const b = this.operand(i.y);
        return commutative.has(i.how) && b < a ? this.#key(i.how, b, a) : this.#key(i.how, a, b);
      }
      case "compare":
        return this.compare(i.how, i.x, i.y);
      case "unary":
        return this.#key(i.how, this.#key(i.result.type, this.#key(typeOf(i.x), 0, 0), 0), this.operand(i.x));
      case "select":
        return this.#key("select", this.operand(i.condition), this.#key("pair", this.operand(i.x), this.operand(i.y)));
      case "slot":
        return this.#key("slot", this.#slots.indexOf(i.slot), 0);
      default:
        return null;
    }
  }
}

function numbersIn<K>(all: Map<K, Map<bigint, number>>, key: K): Map<bigint, number> {
  let numbers = all.get(key);
  if (numbers === undefined) all.set(key, (numbers = new Map()));
  return numbers;
}
