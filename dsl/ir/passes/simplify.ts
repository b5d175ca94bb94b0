/**
 * Constant folding and algebraic simplification: the rules (rules.ts) applied everywhere until nothing changes; constant
 * parts of addresses move into loads and stores, and loads from read-only globals become what is written there.
 */
import { constant } from "../build.ts";
import { definitions, type Pass, type ProgramFacts, Replacements } from "../pass.ts";
import type { Instruction, Operand, Phi } from "../ssa.ts";
import { widths } from "../ssa.ts";
import { mapOperands, mapTerminatorOperands, resultOf, sameOperand } from "../visit.ts";
import { type Simplified, simplifyBinary, simplifyCompare, simplifySelect, simplifyUnary } from "./rules.ts";

/** Displacements must fit in 32 bits with room to spare. */
const FARTHEST = 1 << 30;

export const simplify: Pass = {
  name: "simplify",
  keepsShape: true,
  run(f, program) {
    const table = definitions(f);
    const replaced = new Replacements();
    let any = false;
    for (let changed = true, round = 0; changed && round < 10; round++) {
      changed = false;
      for (const block of f.blocks) {
        let gone = false;
        for (const phi of block.phis) {
          const operand = simplifyPhi(phi, replaced);
          if (operand === null) continue;
          replaced.set(phi.result, operand);
          table[phi.result.id] = undefined;
          gone = true;
        }
        if (gone) block.phis = block.phis.filter((phi) => replaced.resolve(phi.result) === phi.result);
        const before = replaced.size;
        for (const i of block.instructions) {
          mapOperands(i, replaced.resolve);
          for (let again = true; again; ) {
            const result = simplifyInstruction(i, table, program);
            again = result === "changed";
            changed ||= again;
            if (result === null || result === "changed" || !("result" in i)) continue;
            replaced.set(i.result, result);
            table[i.result.id] = undefined;
          }
        }
        if (replaced.size > before)
          block.instructions = block.instructions.filter((i) => {
            const result = resultOf(i);
            return result === null || replaced.resolve(result) === result;
          });
        mapTerminatorOperands(block.terminator, replaced.resolve);
        changed ||= gone || replaced.size > before;
      }
      any ||= changed;
    }
    replaced.apply(f);
    return any;
  },
};

/** The one operand that all inputs are, but for the phi itself. */
function simplifyPhi(phi: Phi, replaced: Replacements): Operand | null {
  let only: Operand | null = null;
  for (const [from, raw] of phi.inputs) {
    const operand = replaced.resolve(raw);
    if (operand !== raw) phi.inputs.set(from, operand);
    if (operand === phi.result) continue;
    if (only !== null && !sameOperand(only, operand)) return null;
    only = operand;
  }
  return only;
}

function simplifyInstruction(
  i: Instruction,
  table: (Instruction | Phi | undefined)[],
  program: ProgramFacts,
): Simplified {
  switch (i.op) {
    case "binary":
      return simplifyBinary(i, table);
    case "compare":
      return simplifyCompare(i, table);
    case "unary":
      return simplifyUnary(i, table);
    case "select":
      return simplifySelect(i, table);
    case "load":
      return foldOffset(i, table) ? "changed" : i.ordering === "plain" ? loadConstant(i, program) : null;
    case "store":
      return foldOffset(i, table) ? "changed" : null;
    default:
      return null;
  }
}

/** Moves a constant addend of an address into the instruction. */
function foldOffset(
  i: Extract<Instruction, { op: "load" | "store" }>,
  table: readonly (Instruction | Phi | undefined)[],
): boolean {
  if (i.address.kind === "address") {
    if (i.offset === 0) return false;
    i.address = { ...i.address, offset: i.address.offset + BigInt(i.offset) };
    i.offset = 0;
    return true;
  }
  if (i.address.kind !== "value") return false;
  const d = table[i.address.id];
  if (d === undefined || !("op" in d) || d.op !== "binary" || d.how !== "add" || d.y.kind !== "constant") return false;
  const offset = BigInt(i.offset) + BigInt.asIntN(64, d.y.bits);
  if (offset > FARTHEST || offset < -FARTHEST) return false;
  i.address = d.x;
  i.offset = Number(offset);
  return true;
}

function loadConstant(i: Extract<Instruction, { op: "load" }>, program: ProgramFacts): Operand | null {
  if (i.address.kind !== "address") return null;
  const g = program.globals.get(i.address.symbol);
  if (g?.section !== "rodata") return null;
  const at = Number(i.address.offset) + i.offset;
  const bytes = widths[i.result.type] / 8;
  if (at < 0 || at + bytes > g.bytes) return null;
  const pointer = g.pointers.find((p) => p.at < at + bytes && at < p.at + 8);
  if (pointer !== undefined) return pointer.at === at && bytes === 8 && i.result.type === "i64" ? pointer.to : null;
  let bits = 0n;
  for (let k = bytes - 1; k >= 0; k--) bits = (bits << 8n) | BigInt(g.data[at + k] ?? 0);
  return constant(i.result.type, bits);
}
