/**
 * START HERE: the middle of the compiler. The passes in the order in which they run over each function. Every pass keeps
 * the meaning of ssa.ts exactly; `dump` is told the function after each, `check` runs the verifier between them.
 */
import { type Pass, ProgramFacts } from "./pass.ts";
import { cfg } from "./passes/cfg.ts";
import { dce } from "./passes/dce.ts";
import { expand } from "./passes/expand.ts";
import { gvn } from "./passes/gvn.ts";
import { promote } from "./passes/promote.ts";
import { simplify } from "./passes/simplify.ts";
import type { IrFunction, IrProgram } from "./ssa.ts";
import { verifyFunction } from "./verify.ts";

/** Before inlining: what makes a function small and says what it costs. */
export const early: readonly Pass[] = [cfg, expand, promote, simplify, gvn, cfg, dce];

export interface OptimizeOptions {
  /** Told each function after each pass that changed it. */
  readonly dump?: (pass: string, f: IrFunction) => void;
  /** Whether to verify after each pass; throws when one broke something. */
  readonly check?: boolean;
}

/** Improves a program in place. */
export function optimize(program: IrProgram, options: OptimizeOptions = {}): void {
  const facts = new ProgramFacts(program);
  for (const f of program.functions) runPasses(f, early, facts, options);
}

/** Runs passes over one function. */
export function runPasses(f: IrFunction, passes: readonly Pass[], facts: ProgramFacts, options: OptimizeOptions): void {
  for (const pass of passes) {
    const changed = pass.run(f, facts);
    if (options.check) {
      const complaints = verifyFunction(f, null);
      if (complaints.length > 0) throw new Error(`after ${pass.name}: ${complaints[0]}`);
    }
    if (changed) options.dump?.(pass.name, f);
  }
}
