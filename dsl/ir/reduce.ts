/**
 * The reducer: makes a program that shows a failure as small as it can, by trying again and again to take something away
 * (functions' bodies, blocks, instructions, the ways branches go) and keeping what still fails.
 */
import { constant } from "./build.ts";
import { cloneProgram } from "./clone.ts";
import { ProgramFacts, Replacements } from "./pass.ts";
import { cfg } from "./passes/cfg.ts";
import { dce } from "./passes/dce.ts";
import type { IrFunction, IrProgram } from "./ssa.ts";
import { verifyProgram } from "./verify.ts";
import { resultsOf, successors } from "./visit.ts";

/**
 * The smallest program found that still `fails`; `fails` gets sound programs only (the verifier has nothing to say), may
 * change what it gets, and must itself refuse programs that are wrong in another way. `tries` bounds the work.
 */
export function reduceProgram(program: IrProgram, fails: (p: IrProgram) => boolean, tries = 4000): IrProgram {
  let best = cloneProgram(program);
  let left = tries;
  const attempt = (change: (p: IrProgram) => boolean): boolean => {
    if (left-- <= 0) return false;
    const copy = cloneProgram(best);
    if (!change(copy) || verifyProgram(copy).length > 0 || !fails(cloneProgram(copy))) return false;
    best = copy;
    return true;
  };
  for (let progress = true; progress && left > 0; ) {
    progress = false;
    for (let f = best.functions.length - 1; f >= 0; f--) {
      if (attempt((p) => p.functions.splice(f, 1).length > 0)) progress = true;
    }
    for (let f = 0; f < best.functions.length; f++) {
      if (attempt((p) => tidy(p, f))) progress = true;
      for (let b = (best.functions[f]?.blocks.length ?? 0) - 1; b >= 0; b--)
        for (let way = 0; way < 3; way++) if (attempt((p) => straighten(p.functions[f]!, b, way))) progress = true;
      for (let chunk = 16; chunk >= 1; chunk = Math.floor(chunk / 4)) {
        for (let b = (best.functions[f]?.blocks.length ?? 0) - 1; b >= 0; b--) {
          const count = best.functions[f]!.blocks[b]!.instructions.length;
          for (let at = count - chunk; at > -chunk; at -= chunk)
            if (attempt((p) => removeInstructions(p.functions[f]!, b, Math.max(at, 0), chunk))) progress = true;
        }
      }
    }
  }
  return best;
}

/** Dead code and empty blocks go at once. */
function tidy(p: IrProgram, index: number): boolean {
  const f = p.functions[index]!;
  const facts = new ProgramFacts(p);
  const changed = dce.run(f, facts);
  return cfg.run(f, facts) || changed;
}

/** Lets a block go to one of its successors, or nowhere. */
function straighten(f: IrFunction, index: number, way: number): boolean {
  const block = f.blocks[index];
  if (block === undefined) return false;
  const to = successors(block);
  if (way < to.length ? to.length < 2 : block.terminator.op === "return") return false;
  const { origin } = block.terminator;
  const keep = to[way];
  for (const other of to) if (other !== keep) for (const phi of other.phis) phi.inputs.delete(block);
  block.terminator =
    keep !== undefined
      ? { op: "jump", to: keep, origin }
      : { op: "return", values: f.signature.results.map((type) => constant(type, 0n)), origin };
  return true;
}

/** Takes instructions away; their results become 0. */
function removeInstructions(f: IrFunction, index: number, at: number, count: number): boolean {
  const block = f.blocks[index];
  if (block === undefined) return false;
  const gone = block.instructions.splice(at, count);
  if (gone.length === 0) return false;
  const replaced = new Replacements();
  for (const i of gone) for (const v of resultsOf(i)) replaced.set(v, constant(v.type, 0n));
  replaced.apply(f);
  return true;
}
