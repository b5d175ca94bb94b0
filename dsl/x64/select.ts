/**
 * From SSA to machine code over virtual registers: START HERE for instruction selection. Blocks are taken from their end
 * to their beginning (see selection.ts); phis become moves at the ends of their predecessors, on edges split where a
 * predecessor has several successors.
 */
import type { Block, Instruction, IrFunction, Operand as IrOperand, Phi } from "../ir/ssa.ts";
import { widths } from "../ir/ssa.ts";
import { resultsOf } from "../ir/visit.ts";
import { selectCall, selectParameters, selectReturn, selectTailCall, selectTrap, tailCallOf } from "./calls.ts";
import { conditionOf, floatCompareOf, selectCompare, selectSelect } from "./compare.ts";
import { floatBinary, floatCondition, floatUnary } from "./floats.ts";
import { selectBinary, selectUnary } from "./integer.ts";
import { orderBlocks } from "./layout.ts";
import { selectMachine } from "./machine-ops.ts";
import {
  selectAtomic,
  selectCompareExchange,
  selectCopy,
  selectFence,
  selectFill,
  selectLoad,
  selectMove,
  selectSlot,
  selectStore,
} from "./memory.ts";
import {
  type DebugNote,
  type Inst,
  imm,
  inverse,
  type MachineBlock,
  type MachineFunction,
  NONE,
  newBlock,
  newReg,
  type Reg,
  reg,
  successorsOf,
} from "./mir.ts";
import { sequentialise } from "./parallel.ts";
import { isFloatType, operationWidth, Selection, writesMemory } from "./selection.ts";
import { selectSwitch } from "./switch.ts";
import type { Target } from "./target.ts";

/** Selects machine instructions. `bytesOf`: length of a global. Throws on floats where the target has none. */
export function select(f: IrFunction, target: Target, bytesOf: (symbol: string) => number): MachineFunction {
  const order = orderBlocks(f);
  const out: MachineFunction = {
    name: f.name,
    blocks: [],
    nextBlock: 0,
    nextReg: 32,
    floats: new Set(),
    slots: [],
    locals: new Map(),
    outgoingBytes: 0,
    calls: false,
    tables: [],
  };
  const s = new Selection(f, out, target, bytesOf);
  const blocks = new Map<Block, MachineBlock>();
  for (const block of order.blocks) {
    const made = newBlock(out, `${block.label}.${block.id}`, order.depth.get(block)!);
    made.cold = order.cold.has(block);
    blocks.set(block, made);
    out.blocks.push(made);
  }
  // Users before definitions: blocks in the reverse of an order in which definitions come first.
  for (const block of order.flow.order.toReversed()) selectBlock(s, block, blocks);
  const phis = new Set(order.flow.order.filter((b) => b.phis.length > 0).map((b) => blocks.get(b)!));
  splitEdges(out, phis);
  const irBlock = new Map([...blocks].map(([from, made]) => [made.name, from]));
  for (const block of order.flow.order) placePhis(s, block, blocks.get(block)!, (made) => irBlock.get(made.parent)!);
  return out;
}

function selectBlock(s: Selection, block: Block, blocks: ReadonlyMap<Block, MachineBlock>): void {
  const made = blocks.get(block)!;
  const chunks: Inst[][] = [];
  s.block = block;
  s.epoch = block.instructions.reduce((n, i) => n + (writesMemory(i) ? 1 : 0), 0);
  const last = lastReal(block);
  const tail = tailCallOf(s, last, block.terminator);
  if (tail === null) {
    s.origin = block.terminator.origin;
    s.sequence = [];
    selectTerminator(s, block, made, blocks);
    chunks.push(s.sequence);
  } else made.ending = { kind: "leaves", to: [] };
  made.origin = block.terminator.origin;
  for (const i of block.instructions.toReversed()) {
    s.origin = i.origin;
    s.sequence = [];
    if (writesMemory(i)) s.epoch--;
    if (i === tail) selectTailCall(s, tail);
    else selectInstruction(s, i);
    chunks.push(s.sequence);
  }
  if (block === s.f.blocks[0]) {
    s.origin = { site: s.f.site, inlined: null };
    s.sequence = [];
    selectParameters(s);
    chunks.push(s.sequence);
  }
  made.instructions = chunks.reverse().flat();
}

function lastReal(block: Block): Instruction | undefined {
  return block.instructions.findLast((i) => i.op !== "debug" && i.op !== "declare");
}

/** Whether an instruction that nobody wants the result of can be left out. */
function isPure(i: Instruction): boolean {
  switch (i.op) {
    case "binary":
    case "compare":
    case "unary":
    case "select":
    case "slot":
      return true;
    case "load":
      return i.ordering === "plain";
    default:
      return false;
  }
}

function selectInstruction(s: Selection, i: Instruction): void {
  if (isPure(i)) {
    const [result] = resultsOf(i);
    if (s.count[result!.id] === 0) {
      s.unwanted(i, result!);
      return;
    }
  }
  refuseFloats(s, i);
  switch (i.op) {
    case "binary":
      if (isFloatType(i.result.type)) floatBinary(s, i);
      else selectBinary(s, i);
      return;
    case "compare":
      selectCompare(s, i);
      return;
    case "unary":
      if (isFloatType(i.result.type) || (i.x.kind !== "address" && isFloatType(i.x.type))) floatUnary(s, i);
      else selectUnary(s, i);
      return;
    case "select":
      selectSelect(s, i);
      return;
    case "load":
      selectLoad(s, i);
      return;
    case "store":
      selectStore(s, i);
      return;
    case "slot":
      selectSlot(s, i);
      return;
    case "copy":
      selectCopy(s, i);
      return;
    case "move":
      selectMove(s, i);
      return;
    case "fill":
      selectFill(s, i);
      return;
    case "atomic":
      selectAtomic(s, i);
      return;
    case "compareExchange":
      selectCompareExchange(s, i);
      return;
    case "fence":
      selectFence(s, i);
      return;
    case "call":
      selectCall(s, i);
      return;
    case "machine":
      selectMachine(s, i);
      return;
    case "debug": {
      const note: DebugNote = {
        variable: i.variable,
        piece: i.piece,
        indirect: i.indirect,
        value: debugValue(s, i.value),
      };
      s.emit("debug", 64, NONE).debug = note;
      return;
    }
    case "declare":
      return;
  }
}

/** A value that was not selected has no place. It keeps the register's number, which then never lives. */
function debugValue(s: Selection, o: IrOperand | null): DebugNote["value"] {
  if (o === null) return null;
  if (o.kind === "value") return reg(s.of(o));
  return o.kind === "constant" ? imm(o.bits) : { kind: "symbol", symbol: o.symbol, offset: o.offset };
}

function refuseFloats(s: Selection, i: Instruction): void {
  if (s.target.floats || s.f.attributes.floats) return;
  for (const r of resultsOf(i))
    if (isFloatType(r.type))
      throw new Error(`${s.f.name}: floats are not for this target (${i.origin.site.file}:${i.origin.site.line})`);
}

function selectTerminator(
  s: Selection,
  block: Block,
  made: MachineBlock,
  blocks: ReadonlyMap<Block, MachineBlock>,
): void {
  const t = block.terminator;
  switch (t.op) {
    case "jump":
      made.ending = { kind: "jump", to: blocks.get(t.to)! };
      return;
    case "branch": {
      const taken = blocks.get(t.taken)!;
      const otherwise = blocks.get(t.otherwise)!;
      if (taken === otherwise) {
        if (t.condition.kind === "value") s.count[t.condition.id]!--;
        made.ending = { kind: "jump", to: taken };
        return;
      }
      if (t.condition.kind === "constant") {
        made.ending = { kind: "jump", to: t.condition.bits === 1n ? taken : otherwise };
        return;
      }
      const compare = floatCompareOf(s, t.condition);
      if (compare !== null) {
        s.take(t.condition);
        const { condition, also, and } = floatCondition(s, compare);
        const likely = t.likely;
        made.ending =
          and === null
            ? { kind: "branch", condition, also, taken, otherwise, likely }
            : {
                kind: "branch",
                condition: inverse[condition],
                also: inverse[and],
                taken: otherwise,
                otherwise: taken,
                likely: likely === null ? null : likely === "taken" ? "otherwise" : "taken",
              };
        return;
      }
      const condition = conditionOf(s, t.condition);
      made.ending = { kind: "branch", condition, also: null, taken, otherwise, likely: t.likely };
      return;
    }
    case "switch":
      selectSwitch(s, t, made, blocks);
      return;
    case "return":
      selectReturn(s, t);
      return;
    case "trap":
      selectTrap(s, t);
      return;
    case "unreachable":
      s.emit("ud2", 64, NONE);
      return;
  }
}

/** Gives every edge from a block with several successors to one with several predecessors, or with phis, a block of its own. */
function splitEdges(out: MachineFunction, phis: ReadonlySet<MachineBlock>): void {
  const incoming = new Map<MachineBlock, number>();
  for (const block of out.blocks)
    for (const to of new Set(successorsOf(block))) incoming.set(to, (incoming.get(to) ?? 0) + 1);
  const behind = new Map<MachineBlock, MachineBlock[]>();
  const before = new Map<MachineBlock, MachineBlock[]>();
  const put = (where: Map<MachineBlock, MachineBlock[]>, at: MachineBlock, edge: MachineBlock) => {
    const list = where.get(at);
    if (list === undefined) where.set(at, [edge]);
    else list.push(edge);
  };
  for (const block of out.blocks) {
    const to = new Set(successorsOf(block));
    if (to.size < 2) continue;
    for (const target of to) {
      if (incoming.get(target)! < 2 && !phis.has(target)) continue;
      const edge = newBlock(out, `edge.${out.nextBlock}`, Math.min(block.depth, target.depth), block.parent);
      edge.cold = block.cold || target.cold;
      edge.origin = block.origin;
      edge.ending = { kind: "jump", to: target };
      retarget(block, target, edge);
      // Beside its source, so that control falls into it; a way to where control hardly goes stands there.
      if (edge.cold && !block.cold) put(before, target, edge);
      else put(behind, block, edge);
    }
  }
  // Of two edges behind one block the one that stays deeper in the loops comes first.
  for (const list of behind.values()) list.sort((x, y) => y.depth - x.depth);
  out.blocks = out.blocks.flatMap((block) => [...(before.get(block) ?? []), block, ...(behind.get(block) ?? [])]);
  for (const block of out.blocks) block.predecessors = [];
  for (const block of out.blocks) for (const to of new Set(successorsOf(block))) to.predecessors.push(block);
}

function retarget(block: MachineBlock, from: MachineBlock, to: MachineBlock): void {
  const { ending } = block;
  if (ending.kind === "branch") {
    if (ending.taken === from) ending.taken = to;
    if (ending.otherwise === from) ending.otherwise = to;
  } else if (ending.kind === "leaves") {
    ending.to.forEach((b, k) => {
      if (b === from) ending.to[k] = to;
    });
  }
}

/** Moves for the phis of a block, at the ends of its predecessors. */
function placePhis(s: Selection, block: Block, made: MachineBlock, irBlockOf: (made: MachineBlock) => Block): void {
  const phis = block.phis.filter((phi) => s.count[phi.result.id]! > 0);
  if (phis.length === 0) return;
  for (const at of made.predecessors) {
    s.sequence = [];
    s.origin = at.origin;
    movePhis(s, phis, irBlockOf(at));
    at.instructions.push(...s.sequence);
  }
}

function movePhis(s: Selection, phis: readonly Phi[], from: Block): void {
  const moves: { to: Reg; from: Reg; width: 32 | 64 }[] = [];
  const constants: { to: Reg; operand: IrOperand }[] = [];
  for (const phi of phis) {
    const operand = phi.inputs.get(from)!;
    const to = s.of(phi.result);
    const width = operationWidth(phi.result.type) as 32 | 64;
    if (operand.kind === "value")
      moves.push({ to, from: s.of(operand), width: isFloatType(phi.result.type) ? 64 : width });
    else constants.push({ to, operand });
  }
  const ordered = sequentialise(moves, (move) => newReg(s.out, s.out.floats.has(move.from)));
  for (const { to, from: source, width } of ordered) s.emit("copy", width, to, reg(source));
  for (const { to, operand } of constants) {
    if (operand.kind === "address") s.symbolTo(to, operand.symbol, operand.offset);
    else if (operand.kind === "constant" && !isFloatType(operand.type)) {
      s.emit("mov", widths[operand.type] === 64 ? 64 : 32, to, imm(operand.bits));
    } else s.emit("copy", 64, to, reg(s.value(operand)));
  }
}
