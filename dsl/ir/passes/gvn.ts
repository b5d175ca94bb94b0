/**
 * Value numbering over the dominator tree: a calculation that a dominating block has already made is that one's result.
 * On the way down, what a branch has decided is known: its condition is true on one side and false on the other, and an
 * equality with a constant makes the value that constant.
 */
import { bool, typeOf } from "../build.ts";
import { Flow } from "../flow.ts";
import { definitions, type Pass, Replacements } from "../pass.ts";
import type { Block, Instruction, Operand, Slot, Value } from "../ssa.ts";
import { mapOperands, mapTerminatorOperands, successors } from "../visit.ts";
import { inverse, swapped } from "./rules.ts";

export const gvn: Pass = {
  name: "gvn",
  run(f) {
    const flow = new Flow(f);
    const children = flow.dominatorTree();
    const table = definitions(f);
    const replaced = new Replacements();
    const known = new Map<string, Operand>();
    /** What to undo when a block's subtree is done: keys of `known` and facts about values. */
    const trail: { key: string; before: Operand | undefined }[] = [];
    const facts = new Map<Value, Operand>();
    const factTrail: { value: Value; before: Operand | undefined }[] = [];
    const slots = new Map(f.slots.map((slot, index) => [slot, index]));
    let changed = false;

    const learn = (key: string, operand: Operand) => {
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
      learn(compareKey(how, x, y), bool(true));
      const opposite = inverse[how];
      if (opposite !== null) learn(compareKey(opposite, x, y), bool(false));
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
      const phis = new Map<string, Value>();
      block.phis = block.phis.filter((phi) => {
        const key = [...phi.inputs]
          .map(([b, o]) => `${b.id}:${keyOf(replaced.resolve(o))}`)
          .sort()
          .join();
        const twin = phis.get(`${phi.result.type} ${key}`);
        if (twin === undefined) {
          phis.set(`${phi.result.type} ${key}`, phi.result);
          return true;
        }
        replaced.set(phi.result, twin);
        changed = true;
        return false;
      });
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
        const key = expressionKey(i, slots);
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

function keyOf(o: Operand): string {
  if (o.kind === "value") return `%${o.id}`;
  return o.kind === "constant" ? `${o.bits}:${o.type}` : `@${o.symbol}+${o.offset}`;
}

const commutative: ReadonlySet<string> = new Set(["add", "mul", "and", "or", "xor", "umulh", "smulh", "fadd", "fmul"]);

function compareKey(how: keyof typeof swapped, x: Operand, y: Operand): string {
  const [a, b] = [keyOf(x), keyOf(y)];
  return a <= b ? `${how} ${a} ${b}` : `${swapped[how]} ${b} ${a}`;
}

/** A text that equal calculations share; null for what is not a calculation. */
function expressionKey(i: Instruction, slots: ReadonlyMap<Slot, number>): string | null {
  switch (i.op) {
    case "binary": {
      const [a, b] = [keyOf(i.x), keyOf(i.y)];
      return commutative.has(i.how) && b < a ? `${i.how} ${b} ${a}` : `${i.how} ${a} ${b}`;
    }
    case "compare":
      return compareKey(i.how, i.x, i.y);
    case "unary":
      return `${i.how} ${typeOf(i.x)} ${i.result.type} ${keyOf(i.x)}`;
    case "select":
      return `select ${keyOf(i.condition)} ${keyOf(i.x)} ${keyOf(i.y)}`;
    case "slot":
      return `slot ${slots.get(i.slot)}`;
    default:
      return null;
  }
}
