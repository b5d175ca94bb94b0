/**
 * START HERE: the middle of the compiler. The passes in the order in which they run over each function. Every pass keeps
 * the meaning of ssa.ts exactly; `dump` is told the function after each, `check` runs the verifier between them.
 */
import { hash } from "node:crypto";
import { cloneFunction } from "./clone.ts";
import { summarize } from "./effects.ts";
import { Flow } from "./flow.ts";
import {
  ConstantTargets,
  type Entry,
  Keys,
  type Known,
  knownOf,
  type Lowered,
  lateKey,
  type OptimizeCache,
  type Remembered,
} from "./optimize-cache.ts";
import { type Pass, ProgramFacts } from "./pass.ts";
import { bounds } from "./passes/bounds.ts";
import { cfg } from "./passes/cfg.ts";
import { compares } from "./passes/compares.ts";
import { dce } from "./passes/dce.ts";
import { divide } from "./passes/divide.ts";
import { dse } from "./passes/dse.ts";
import { expand } from "./passes/expand.ts";
import { forward } from "./passes/forward.ts";
import { gvn } from "./passes/gvn.ts";
import { induction } from "./passes/induction.ts";
import { couldInline, Inliner, sizeOf } from "./passes/inline.ts";
import { layout } from "./passes/layout.ts";
import { licm } from "./passes/licm.ts";
import { promote } from "./passes/promote.ts";
import { loopTailCalls, unrollRecursion } from "./passes/recursion.ts";
import { rotate } from "./passes/rotate.ts";
import { simplify } from "./passes/simplify.ts";
import { strength } from "./passes/strength.ts";
import type { Block, IrFunction, IrProgram } from "./ssa.ts";
import { verifyFunction } from "./verify.ts";
import { mentionsOf } from "./visit.ts";

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
  induction,
  compares,
  dce,
  layout,
];

export interface OptimizeOptions {
  /** Told each function after each pass that changed it. */
  readonly dump?: (pass: string, f: IrFunction) => void;
  /** Whether to verify after each pass; throws when one broke something. */
  readonly check?: boolean;
  /** What is known of earlier runs, and is left for later ones. Not with dump or check, which look at every pass. */
  readonly cache?: OptimizeCache;
  /** With a cache: by name, for functions, an object that stands for their contents as long as it exists. */
  readonly sources?: ReadonlyMap<string, object>;
  /**
   * With a cache: whether code for all functions of a file, of which the keys tell all, is there already. Then those that
   * are only remembered are left as they were lowered.
   */
  readonly settled?: (file: string, keys: FileKeys) => boolean;
  /** With a cache: whether there is code for a function that is only remembered, in a file that is not settled. */
  readonly coded?: (f: IrFunction, lateKey: string) => boolean;
  /** With a cache: what is known of functions that came without their blocks; and how they get them when these are wanted after all. */
  readonly left?: ReadonlyMap<string, Lowered>;
  readonly complete?: (f: IrFunction) => void;
}

export interface FileKeys {
  /** For the code of the functions, and the lines on which they are. */
  readonly placed: string;
  /** For the code alone. */
  readonly code: string;
}

/** What a run with a cache found. */
export interface Optimized {
  /** By file, of all its functions: what their code depends on. */
  readonly files: ReadonlyMap<string, FileKeys>;
  readonly functions: ReadonlyMap<string, Remembered>;
  /** As they came. */
  readonly lowered: ReadonlyMap<string, Lowered>;
}

/**
 * Improves a program in place; functions that nobody can reach any more leave it. With a cache, functions that did not
 * change since it was filled are taken from there, and are the same objects as then.
 */
export function optimize(program: IrProgram, options: OptimizeOptions = {}): Optimized | null {
  const { cache } = options;
  const lowered = new Map<IrFunction, Lowered>();
  const left = new Set<IrFunction>();
  if (cache)
    for (const f of program.functions) {
      const known = options.left?.get(f.name);
      if (known !== undefined) left.add(f);
      lowered.set(f, known ?? cache.lowered(f, options.sources?.get(f.name)));
    }
  const facts = new ProgramFacts(program, cache && ((f) => lowered.get(f)!.summary));
  const inliner = new Inliner(program, cache && ((f) => lowered.get(f)?.mentions ?? mentionsOf(f)));
  const finished = new Set<IrFunction>();
  const targets = new ConstantTargets(facts);
  const keys = cache && new Keys(facts, inliner, targets);
  /** Callees may be inlined that come before their callers: those that were found late too, whoever was woken before. */
  const rank = new Map<string, number>();
  const made = new Map<string, Made>();
  /** From its lowered form to what callers may inline. */
  const inlined = (f: IrFunction) => {
    if (left.delete(f)) options.complete!(f);
    runPasses(f, early, facts, options);
    if (inliner.isRecursive(f) && loopTailCalls(f)) {
      report("recursion", f, options);
      runPasses(f, early, facts, options);
    }
    // What was inlined may make callees known that were function values: a few rounds find them.
    const before = { has: (g: IrFunction) => finished.has(g) && rank.get(g.name)! < rank.get(f.name)! };
    for (let round = 0; round < 3 && inliner.run(f, before); round++) {
      report("inline", f, options);
      runPasses(f, early, facts, options);
    }
    if (inliner.isRecursive(f) && unrollRecursion(f)) {
      report("recursion", f, options);
      runPasses(f, early, facts, options);
    }
  };
  /** Functions that are only remembered. */
  const asleep = new Map<IrFunction, Remembered>();
  /** Whether callers could want a body of this size now: that depends on how many they are. */
  const wanted = (f: IrFunction, size: number) => couldInline(f, size, inliner.onlyOnce(f), inliner.isRecursive(f));
  const wakeCallees = (f: IrFunction): void => {
    const named = lowered.get(f)?.symbols ?? [];
    for (const callee of [...inliner.callees(f), ...named.flatMap((symbol) => targets.of(symbol))]) {
      const remembered = asleep.get(callee);
      const first = rank.get(callee.name)! < rank.get(f.name)!;
      if (first && remembered !== undefined && wanted(callee, remembered.size)) wake(callee);
    }
  };
  const again = (f: IrFunction): void => {
    wakeCallees(f);
    inlined(f);
  };
  const wake = (f: IrFunction): void => {
    asleep.delete(f);
    again(f);
    finished.add(f);
  };
  const order = inliner.order();
  order.forEach((f, k) => {
    rank.set(f.name, k);
  });
  for (const f of order) {
    const key = keys?.early(f, lowered.get(f)!) ?? "";
    const entry = cache?.entries.get(f.name);
    if (entry !== undefined && entry.key === key && (entry.body !== null || !wanted(f, entry.size))) {
      keys!.done(f, key, entry.size, lowered.get(f)!);
      made.set(f.name, { lowered: f, key, entry, known: entry.known });
      if (entry.body === null) continue;
      inliner.replace(f, entry.body);
      finished.add(entry.body);
      continue;
    }
    const remembered = cache?.remembered.get(f.name);
    if (remembered !== undefined && remembered.key === key) {
      keys!.done(f, key, remembered.size, lowered.get(f)!);
      made.set(f.name, { lowered: f, key, entry: null, known: remembered.known });
      asleep.set(f, remembered);
      continue;
    }
    again(f);
    finished.add(f);
    keys?.done(f, key, sizeOf(f), lowered.get(f)!);
    made.set(f.name, { lowered: f, key, entry: null, known: cache === undefined ? null : knownOf(f) });
  }
  const now = (f: IrFunction) => made.get(f.name)!.entry?.finished ?? f;
  program.functions.splice(0, program.functions.length, ...program.functions.map(now));
  const all = [...program.functions];
  dropUnused(program, (f) => made.get(f.name)!.known?.symbols ?? mentionsOf(f));
  const after = new ProgramFacts(program, (f) => made.get(f.name)!.known?.summary ?? summarize(f));
  if (cache === undefined) {
    for (const f of program.functions) runPasses(f, late, after, options);
    return null;
  }
  const lateKeys = new Map(
    program.functions.map(({ name }) => {
      const { key, known } = made.get(name)!;
      return [name, lateKey(key, known!, after.effects)];
    }),
  );
  const files = filesOf(program, lateKeys, keys!);
  const settled = new Set<string>();
  for (const [file, key] of files) if (options.settled?.(file, key)) settled.add(file);
  const sleepsOn = (f: IrFunction): boolean =>
    settled.has(f.site.file) || options.coded?.(f, lateKeys.get(f.name)!) === true;
  for (const f of program.functions) if (asleep.has(f) && !sleepsOn(f)) wake(f);
  // What was asleep and has gone into others is remembered further, but there is no body of it.
  // Functions that are gone, because they went into all their callers, are wanted by the next run as they are here.
  const kept = new Set(program.functions);
  for (const f of all) if (!kept.has(f) && !asleep.has(f)) keep(cache, made.get(f.name)!, inliner);
  const unfinished = program.functions.map((f) =>
    asleep.has(f) ? { f, entry: null } : renewed(made.get(f.name)!, lateKeys.get(f.name)!, inliner, again),
  );
  const gone = new Set(all.filter((f) => !kept.has(f)).map(({ name }) => name));
  for (const [k, { f, entry }] of unfinished.entries()) {
    if (entry !== null) {
      forgetGone(f, gone);
      runPasses(f, late, after, options);
      cache.entries.set(f.name, entry);
    }
    program.functions[k] = f;
  }
  const functions = new Map<string, Remembered>();
  for (const f of all) {
    const { name } = f;
    const entry = cache.entries.get(name);
    const before = asleep.get(f);
    if (before !== undefined) functions.set(name, { ...before, lateKey: lateKeys.get(name) ?? "" });
    else if (entry !== undefined) {
      const { key, size, known, lateKey, body } = entry;
      functions.set(name, { key, size, known, lateKey, inlinable: body !== null });
    }
  }
  return { files, functions, lowered: new Map([...lowered].map(([{ name }, known]) => [name, known])) };
}

/** Keys for each file's functions together. */
function filesOf({ functions }: IrProgram, lateKeys: ReadonlyMap<string, string>, keys: Keys): Map<string, FileKeys> {
  const parts = new Map<string, { code: string[]; places: string[] }>();
  for (const { name, site } of functions) {
    let list = parts.get(site.file);
    if (list === undefined) parts.set(site.file, (list = { code: [], places: [] }));
    list.code.push(`${name} ${lateKeys.get(name)}`);
    list.places.push(keys.places(name));
  }
  const made = [...parts].map(([file, { code, places }]): [string, FileKeys] => {
    const key = hash("sha1", code.join("\n"), "base64");
    return [file, { code: key, placed: hash("sha1", `${key} ${places.join()}`, "base64") }];
  });
  return new Map(made);
}

/** A function of this run, and what an earlier one knew of it, if that still holds up to inlining. */
interface Made {
  readonly lowered: IrFunction;
  readonly key: string;
  readonly entry: Entry | null;
  /** What is known of it after inlining; null without a cache. */
  readonly known: Known | null;
}

/** An entry for a function that has no finished form: it stays as it is now. */
function keep(cache: OptimizeCache, { lowered, key, entry, known }: Made, inliner: Inliner): void {
  if (entry !== null) return;
  const size = sizeOf(lowered);
  const body = inlinable(lowered, size, inliner) ? lowered : null;
  cache.entries.set(lowered.name, {
    ...{ key, size, body, known: known!, lateKey: "", finished: null },
  });
}

/** Whether callers could want a function's body. */
function inlinable(f: IrFunction, size: number, inliner: Inliner): boolean {
  return couldInline(f, size, inliner.onlyOnce(f), inliner.isRecursive(f));
}

/** The finished function as it was, without an entry; or one that the late passes are still to be run on, with its new entry. */
function renewed(
  { lowered, key, entry, known }: Made,
  last: string,
  inliner: Inliner,
  inlined: (f: IrFunction) => void,
): { f: IrFunction; entry: Entry | null } {
  if (entry !== null && entry.finished !== null && entry.lateKey === last) return { f: entry.finished, entry: null };
  // Of a function that is only late to change, the form before that is gone.
  if (entry !== null) inlined(lowered);
  const size = entry?.size ?? sizeOf(lowered);
  const body = entry !== null ? entry.body : inlinable(lowered, size, inliner) ? cloneFunction(lowered) : null;
  return { f: lowered, entry: { key, size, body, known: known!, lateKey: last, finished: lowered } };
}

/** Removes functions that are not exported and that nothing exported leads to. */
export function dropUnused(program: IrProgram, namedBy: (f: IrFunction) => Iterable<string> = mentionsOf): void {
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
  for (let f = work.pop(); f !== undefined; f = work.pop()) for (const symbol of namedBy(f)) use(symbol);
  const kept = program.functions.filter((f) => used.has(f));
  const gone = new Set(program.functions.filter((f) => !used.has(f)).map(({ name }) => name));
  for (const f of kept) forgetGone(f, gone);
  program.functions.splice(0, program.functions.length, ...kept);
}

/** What only debuggers want keeps no function; a variable that held one is gone. */
export function forgetGone(f: IrFunction, gone: ReadonlySet<string>): void {
  for (const block of f.blocks)
    for (const i of block.instructions)
      if (i.op === "debug" && i.value?.kind === "address" && gone.has(i.value.symbol)) i.value = null;
}

/** Runs passes over one function. A pass that ran since the last change would find what it left. */
export function runPasses(f: IrFunction, passes: readonly Pass[], facts: ProgramFacts, options: OptimizeOptions): void {
  facts.reshaped();
  let changes = 0;
  const ranAt = new Map<Pass, number>();
  for (const pass of passes) {
    if (ranAt.get(pass) === changes) continue;
    if (pass.run(f, facts)) {
      changes++;
      if (!pass.keepsShape) facts.reshaped();
      else if (options.check) refuseOtherShape(f, pass, facts);
      report(pass.name, f, options);
    }
    ranAt.set(pass, changes);
  }
}

/** A pass that says it keeps the shape of functions must. */
function refuseOtherShape(f: IrFunction, { name }: Pass, facts: ProgramFacts): void {
  const [now, before] = [new Flow(f), facts.flow(f)];
  const same = (x: readonly Block[], y: readonly Block[]) => x.length === y.length && x.every((b, k) => b === y[k]);
  if (!same(now.order, before.order) || !now.order.every((b) => same(now.predecessors(b), before.predecessors(b))))
    throw new Error(`${name} changed the shape of ${f.name}`);
}

function report(pass: string, f: IrFunction, { check = false, dump }: OptimizeOptions): void {
  if (check) {
    const complaints = verifyFunction(f, null);
    if (complaints.length > 0) throw new Error(`after ${pass}: ${complaints[0]}`);
  }
  dump?.(pass, f);
}
