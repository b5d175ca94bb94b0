/**
 * START HERE: the middle of the compiler. The passes in the order in which they run over each function. Every pass keeps
 * the meaning of ssa.ts exactly; `dump` is told the function after each, `check` runs the verifier between them.
 */
import { type Pass, ProgramFacts } from "./pass.ts";
import { bounds } from "./passes/bounds.ts";
import { cfg } from "./passes/cfg.ts";
import { dce } from "./passes/dce.ts";
import { divide } from "./passes/divide.ts";
import { dse } from "./passes/dse.ts";
import { expand } from "./passes/expand.ts";
import { forward } from "./passes/forward.ts";
import { gvn } from "./passes/gvn.ts";
import { Inliner } from "./passes/inline.ts";
import { layout } from "./passes/layout.ts";
import { licm } from "./passes/licm.ts";
import { promote } from "./passes/promote.ts";
import { rotate } from "./passes/rotate.ts";
import { simplify } from "./passes/simplify.ts";
import { strength } from "./passes/strength.ts";
import type { IrFunction, IrProgram, Operand } from "./ssa.ts";
import { verifyFunction } from "./verify.ts";
import { operandsOf, terminatorOperands } from "./visit.ts";

/** Before inlining: what makes a function small and says what it costs. */
export const early: readonly Pass[] = [cfg, expand, promote, simplify, gvn, cfg, dce];

/** After inlining (and `early` on what came in), on the whole of what a function has become. */
export const late: readonly Pass[] = [
  forward,
  dse,
  // Environments of closures that were inlined are gone now, and what they pointed to can be a value.
  expand,
  promote,
  simplify,
  // Before loops are turned, while one test at the top dominates the body.
  bounds,
  cfg,
  rotate,
  gvn,
  licm,
  forward,
  simplify,
  bounds,
  strength,
  divide,
  simplify,
  gvn,
  dse,
  cfg,
  simplify,
  dce,
  layout,
];

export interface OptimizeOptions {
  /** Told each function after each pass that changed it. */
  readonly dump?: (pass: string, f: IrFunction) => void;
  /** Whether to verify after each pass; throws when one broke something. */
  readonly check?: boolean;
}

/** Improves a program in place; functions that nobody can reach any more leave it. */
export function optimize(program: IrProgram, options: OptimizeOptions = {}): void {
  const facts = new ProgramFacts(program);
  for (const f of program.functions) runPasses(f, early, facts, options);
  const inliner = new Inliner(program);
  const finished = new Set<IrFunction>();
  const order = inliner.order();
  for (const f of order) {
    // What was inlined may make callees known that were function values: a few rounds find them.
    for (let round = 0; round < 3 && inliner.run(f, finished); round++) {
      report("inline", f, options);
      runPasses(f, early, facts, options);
    }
    finished.add(f);
  }
  dropUnused(program);
  const after = new ProgramFacts(program);
  for (const f of program.functions) runPasses(f, late, after, options);
}

/** Removes functions that are not exported and that nothing exported leads to. */
export function dropUnused(program: IrProgram): void {
  const functions = new Map(program.functions.map((f) => [f.name, f]));
  const used = new Set<IrFunction>();
  const work: IrFunction[] = [];
  const use = (symbol: string) => {
    const f = functions.get(symbol);
    if (f === undefined || used.has(f)) return;
    used.add(f);
    work.push(f);
  };
  for (const f of program.functions) if (f.attributes.exported) use(f.name);
  for (const g of program.globals) for (const p of g.pointers) use(p.to.symbol);
  const named = (o: Operand) => {
    if (o.kind === "address") use(o.symbol);
  };
  for (let f = work.pop(); f !== undefined; f = work.pop())
    for (const block of f.blocks) {
      for (const phi of block.phis) for (const o of phi.inputs.values()) named(o);
      for (const i of block.instructions) operandsOf(i).forEach(named);
      terminatorOperands(block.terminator).forEach(named);
    }
  const kept = program.functions.filter((f) => used.has(f));
  // What only debuggers want keeps no function; a variable that held one is gone.
  for (const f of kept)
    for (const block of f.blocks)
      for (const i of block.instructions) {
        if (i.op !== "debug" || i.value?.kind !== "address") continue;
        const target = functions.get(i.value.symbol);
        if (target !== undefined && !used.has(target)) i.value = null;
      }
  program.functions.splice(0, program.functions.length, ...kept);
}

/** Runs passes over one function. */
export function runPasses(f: IrFunction, passes: readonly Pass[], facts: ProgramFacts, options: OptimizeOptions): void {
  for (const pass of passes) {
    if (pass.run(f, facts)) report(pass.name, f, options);
  }
}

function report(pass: string, f: IrFunction, { check = false, dump }: OptimizeOptions): void {
  if (check) {
    const complaints = verifyFunction(f, null);
    if (complaints.length > 0) throw new Error(`after ${pass}: ${complaints[0]}`);
  }
  dump?.(pass, f);
}
