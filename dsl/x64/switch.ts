/**
 * Switches: dense ones jump through a table of addresses, others search the cases by halves. Both end in ordinary blocks.
 */
import type { Block, Terminator } from "../ir/ssa.ts";
import { extended } from "./integer.ts";
import { imm, inst, type MachineBlock, mem, NONE, newBlock, newReg, type Reg, reg, type Width } from "./mir.ts";
import { operationWidth, type Selection } from "./selection.ts";

type Switch = Extract<Terminator, { op: "switch" }>;

/** At least so many cases, and at least one entry in so many used, make a table. */
const tableCases = 5;
const tableSparsity = 3n;

export function selectSwitch(
  s: Selection,
  t: Switch,
  made: MachineBlock,
  blocks: ReadonlyMap<Block, MachineBlock>,
): void {
  const otherwise = blocks.get(t.otherwise)!;
  const cases = t.cases
    .map(({ bits, to }) => ({ bits, to: blocks.get(to)! }))
    .filter(({ to }) => to !== otherwise)
    .sort((a, b) => (a.bits < b.bits ? -1 : 1));
  if (cases.length === 0 || t.value.kind === "constant") {
    if (t.value.kind === "value") s.count[t.value.id]!--;
    const bits = t.value.kind === "constant" ? t.value.bits : null;
    made.ending = { kind: "jump", to: cases.find((c) => c.bits === bits)?.to ?? otherwise };
    return;
  }
  const type = t.value.kind === "address" ? "i64" : t.value.type;
  const value = extended(s, t.value, false);
  const width = operationWidth(type);
  const least = cases[0]!.bits;
  const span = cases.at(-1)!.bits - least + 1n;
  if (cases.length >= tableCases && span <= BigInt(cases.length) * tableSparsity)
    jumpTable(s, made, value, width, least, Number(span), cases, otherwise);
  else search(s, made, value, width, cases, otherwise, true);
}

interface Case {
  readonly bits: bigint;
  readonly to: MachineBlock;
}

function jumpTable(
  s: Selection,
  made: MachineBlock,
  value: Reg,
  width: Width,
  least: bigint,
  span: number,
  cases: readonly Case[],
  otherwise: MachineBlock,
): void {
  let index = value;
  if (least !== 0n) {
    index = s.fresh();
    const by = s.immediate({ kind: "constant", type: "i64", bits: BigInt.asUintN(64, -least) }, width);
    if (by !== null) s.emit("add", width, index, reg(value), by);
    else s.emit("sub", width, index, reg(value), reg(s.value({ kind: "constant", type: "i64", bits: least })));
  }
  s.emit("cmp", width, NONE, reg(index), imm(span - 1));
  const jump = newBlock(s.out, `table.${s.out.nextBlock}`, made.depth, made.parent);
  jump.origin = s.origin;
  made.ending = { kind: "branch", condition: "a", also: null, taken: otherwise, otherwise: jump, likely: "otherwise" };
  const targets: MachineBlock[] = new Array(span).fill(otherwise);
  for (const c of cases) targets[Number(c.bits - least)] = c.to;
  const symbol = `.table.${s.f.name}.${s.out.tables.length}`;
  s.out.tables.push({ symbol, from: jump, targets });
  const wide = newReg(s.out);
  const extend = inst("movzx", 32, wide, [reg(index)], s.origin);
  extend.from = 32;
  if (width === 64) extend.op = "copy";
  if (width === 64) extend.width = 64;
  jump.instructions.push(extend);
  if (s.target.model === "pic") {
    // The table holds distances from its own start.
    const start = newReg(s.out);
    const distance = newReg(s.out);
    const target = newReg(s.out);
    jump.instructions.push(inst("lea", 64, start, [mem({ symbol })], s.origin));
    const load = inst("movsx", 64, distance, [mem({ base: start, index: wide, scale: 4 })], s.origin);
    load.from = 32;
    jump.instructions.push(load, inst("add", 64, target, [reg(distance), reg(start)], s.origin));
    jump.instructions.push(inst("jmp", 64, NONE, [reg(target)], s.origin));
  } else jump.instructions.push(inst("jmp", 64, NONE, [mem({ index: wide, scale: 8, symbol })], s.origin));
  // The ending's list is the table itself, so that splitting an edge changes both.
  jump.ending = { kind: "leaves", to: targets };
  s.out.blocks.splice(s.out.blocks.indexOf(made) + 1, 0, jump);
}

/** Comparisons by halves; up to three cases one after the other. */
function search(
  s: Selection,
  at: MachineBlock,
  value: Reg,
  width: Width,
  cases: readonly Case[],
  otherwise: MachineBlock,
  first: boolean,
): void {
  const emit = (bits: bigint) => {
    const compare = inst("cmp", width, NONE, [reg(value)], s.origin);
    const signed = BigInt.asIntN(width, bits);
    if (width < 64 || BigInt.asIntN(32, signed) === signed) compare.args.push(imm(signed));
    else {
      const r = newReg(s.out);
      const load = inst("mov", 64, r, [imm(bits)], s.origin);
      if (first) s.sequence.push(load);
      else at.instructions.push(load);
      compare.args.push(reg(r));
    }
    if (first) s.sequence.push(compare);
    else at.instructions.push(compare);
  };
  const next = (): MachineBlock => {
    const block = newBlock(s.out, `case.${s.out.nextBlock}`, at.depth, at.parent);
    block.origin = s.origin;
    block.cold = at.cold;
    s.out.blocks.splice(s.out.blocks.indexOf(at) + 1, 0, block);
    return block;
  };
  if (cases.length <= 3) {
    const [one, ...rest] = cases;
    emit(one!.bits);
    const more = rest.length === 0 ? otherwise : next();
    at.ending = { kind: "branch", condition: "e", also: null, taken: one!.to, otherwise: more, likely: null };
    if (rest.length > 0) search(s, more, value, width, rest, otherwise, false);
    return;
  }
  const middle = cases.length >> 1;
  emit(cases[middle]!.bits);
  const upper = next();
  const lower = next();
  at.ending = { kind: "branch", condition: "b", also: null, taken: lower, otherwise: upper, likely: null };
  search(s, lower, value, width, cases.slice(0, middle), otherwise, false);
  search(s, upper, value, width, cases.slice(middle), otherwise, false);
}
