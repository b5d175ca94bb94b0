/**
 * Value numbering over the dominator tree: a calculation that a dominating block has already made is that one's result.
 * On the way down, what a branch has decided is known: its condition is true on one side and false on the other, and an
 * equality with a constant makes the value that constant.
 */
import { bool, typeOf } from "../build.ts";
import { definitions, type Pass, Replacements } from "../pass.ts";
import type { Block, Instruction, IrFunction, Operand, Slot, Type, Value } from "../ssa.ts";
import { mapOperands, mapTerminatorOperands, successors } from "../visit.ts";
import { inverse, swapped } from "./rules.ts";

export const gvn: Pass = {
  name: "gvn",
  keepsShape: true,
  run(f, program) {
    const flow = program.flow(f);
    const children = flow.dominatorTree();
    const table = definitions(f);
    const replaced = new Replacements();
    const numbers = new Numbers(f);
    const known = new Map<number, Operand>();
    /** What to undo when a block's subtree is done: keys of `known` and facts about values. */
    const trail: { key: number; before: Operand | undefined }[] = [];
    const facts = new Map<Value, Operand>();
    const factTrail: { value: Value; before: Operand | undefined }[] = [];
    let changed = false;

    const learn = (key: number, operand: Operand) => {
      trail.push({ key, before: known.get(key) });
      known.set(key, operand);
    };
    const assume = (value: Value, operand: Operand) => {
      factTrail.push({ value, before: facts.get(value) });
      facts.set(value, operand);
    };
    const read = (o: Operand): Operand => {
      const now = replaced.resolve(o);
      return now.kind === "value" ? (facts.get(now) ?? now) : now;
    };

    /** What holds once a condition is decided. */
    const decide = (condition: Operand, truth: boolean) => {
      if (condition.kind !== "value" || facts.has(condition)) return;
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
      if (block.phis.length > 1 && joinTwins(block, numbers, replaced)) changed = true;
      block.instructions = block.instructions.filter((i) => {
        // A variable has the value it has, known or not: debug instructions keep naming the value.
        if (i.op === "debug") {
          mapOperands(i, replaced.resolve);
          return true;
        }
        mapOperands(i, (o) => {
          const now = read(o);
          if (now !== o) changed = true;
          return now;
        });
        const key = numbers.expression(i);
        if (key === null || !("result" in i)) return true;
        const earlier = known.get(key);
        if (earlier !== undefined) {
          replaced.set(i.result, earlier);
          changed = true;
          return false;
        }
        learn(key, i.result);
        return true;
      });
      mapTerminatorOperands(block.terminator, (o) => {
        const now = read(o);
        if (now !== o) changed = true;
        return now;
      });
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
    const stack: { block: Block; next: number; trail: number; facts: number }[] = [];
    const enter = (block: Block) => {
      stack.push({ block, next: 0, trail: trail.length, facts: factTrail.length });
      visit(block);
    };
    enter(f.blocks[0]!);
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const next = children.get(top.block)![top.next++];
      if (next !== undefined) {
        enter(next);
        continue;
      }
      while (trail.length > top.trail) {
        const { key, before } = trail.pop()!;
        if (before === undefined) known.delete(key);
        else known.set(key, before);
      }
      while (factTrail.length > top.facts) {
        const { value, before } = factTrail.pop()!;
        if (before === undefined) facts.delete(value);
        else facts.set(value, before);
      }
      stack.pop();
    }
    replaced.apply(f);
    return changed;
  },
};

/** Phis of a block that get the same from everywhere are one. */
function joinTwins(block: Block, numbers: Numbers, replaced: Replacements): boolean {
  const seen = new Map<string, Value>();
  const kept = block.phis.filter((phi) => {
    const inputs = [...phi.inputs].map(([from, o]) => [from.id, numbers.operand(replaced.resolve(o))] as const);
    inputs.sort((a, b) => a[0] - b[0]);
    const key = `${phi.result.type} ${inputs.join()}`;
    const twin = seen.get(key);
    if (twin === undefined) seen.set(key, phi.result);
    else replaced.set(phi.result, twin);
    return twin === undefined;
  });
  if (kept.length === block.phis.length) return false;
  block.phis = kept;
  return true;
}

const commutative: ReadonlySet<string> = new Set(["add", "mul", "and", "or", "xor", "umulh", "smulh", "fadd", "fmul"]);

/** Operands of a function that can be told apart in one key. */
const MOST = 2 ** 22;

/**
 * Numbers for operands and for calculations: equal ones have the same. A calculation's is made of its operation's and
 * those of two operands, which together stay below 2^53; a third operand makes a pair with the second first.
 */
class Numbers {
  #next: number;
  readonly #constants = new Map<Type, Map<bigint, number>>();
  readonly #addresses = new Map<string, number>();
  readonly #operations = new Map<string, number>();
  readonly #pairs = new Map<number, number>();
  readonly #slots: ReadonlyMap<Slot, number>;

  constructor(f: IrFunction) {
    this.#next = f.nextValue;
    this.#slots = new Map(f.slots.map((slot, index) => [slot, index]));
  }

  #fresh(): number {
    if (this.#next >= MOST) throw new Error("a function has too many values");
    return this.#next++;
  }

  operand(o: Operand): number {
    if (o.kind === "value") return o.id;
    if (o.kind === "constant") {
      let ofType = this.#constants.get(o.type);
      if (ofType === undefined) this.#constants.set(o.type, (ofType = new Map()));
      let number = ofType.get(o.bits);
      if (number === undefined) ofType.set(o.bits, (number = this.#fresh()));
      return number;
    }
    const text = `${o.symbol}+${o.offset}`;
    let number = this.#addresses.get(text);
    if (number === undefined) this.#addresses.set(text, (number = this.#fresh()));
    return number;
  }

  #operation(name: string): number {
    let number = this.#operations.get(name);
    if (number === undefined) this.#operations.set(name, (number = this.#operations.size));
    return number;
  }

  #key(name: string, a: number, b: number): number {
    return (this.#operation(name) * MOST + a) * MOST + b;
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
      case "unary": {
        const types = this.#operation(i.result.type) * 256 + this.#operation(typeOf(i.x));
        return this.#key(i.how, types, this.operand(i.x));
      }
      case "select": {
        const both = this.operand(i.x) * MOST + this.operand(i.y);
        let pair = this.#pairs.get(both);
        if (pair === undefined) this.#pairs.set(both, (pair = this.#fresh()));
        return this.#key("select", this.operand(i.condition), pair);
      }
      case "slot":
        return this.#key("slot", this.#slots.get(i.slot)!, 0);
      default:
        return null;
    }
  }
}
