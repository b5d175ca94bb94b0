/**
 * START HERE: lowering, from the typed tree to IR. Each function becomes blocks over slots and loads and stores, as plainly
 * as can be; making it good is the passes' work. shape.ts says what values of each type are, unit.ts holds what functions
 * share, frame.ts one function while it is made; places, expressions, calls, statements and intrinsics do the rest.
 */
import { hasBody, type Root, type TypedFunction, type TypedProgram } from "../check/tree.ts";
import { address } from "../ir/build.ts";
import type { IrFunction, IrGlobal, IrProgram } from "../ir/ssa.ts";
import { Anchors } from "../out/anchor.ts";
import { nowhere } from "../out/site.ts";
import { byBase, stubBytes } from "../x64/entry.ts";
import type { Asked, LoweredBefore } from "./asked.ts";
import { Frame, heading } from "./frame.ts";
import { scalarsOf } from "./shape.ts";
import { block } from "./statements.ts";
import { SYSCALL_ENTRY, Unit, VECTORS } from "./unit.ts";

/**
 * Lowers a checked program. `sources` takes, by the names of functions, the bodies they were made of; `anchors` are what
 * the places of functions hang on.
 */
export function lower(
  typed: TypedProgram,
  sources: Map<string, object> = new Map(),
  anchors: Anchors = new Anchors(),
): IrProgram {
  return lowerChanged(typed, sources, anchors, null).program;
}

export interface Lowering {
  readonly program: IrProgram;
  /** What each function has asked for, by its symbol. */
  readonly asked: ReadonlyMap<string, readonly Asked[]>;
  readonly generated: ReadonlyMap<string, IrGlobal>;
  /** By symbol, functions that were left without their blocks; the function gives one that has them. */
  readonly left: ReadonlyMap<string, () => IrFunction>;
}

/** The same; functions that are known from before are left without their blocks until somebody wants them. */
export function lowerChanged(
  typed: TypedProgram,
  sources: Map<string, object>,
  anchors: Anchors,
  before: LoweredBefore | null,
): Lowering {
  const unit = new Unit(anchors, before?.generated);
  for (const g of typed.globals) unit.addTypedGlobal(g);
  const roots = new Set(typed.roots.map((root) => root.function));
  const asked = new Map<string, readonly Asked[]>();
  const left = new Map<string, () => IrFunction>();
  /** Of two functions with one symbol, of which one is the runtime's, only one stays: nothing is known of either. */
  const twice = new Set<string>();
  for (const f of typed.functions) {
    const symbol = unit.functionSymbol(f);
    if (!hasBody(f)) continue;
    if (sources.has(symbol)) twice.add(symbol);
    const known = before?.asked(symbol, f);
    if (known !== undefined) {
      unit.ask(known);
      unit.program.functions.push(asRoot(heading(unit, f).ir, roots.has(f)));
      asked.set(symbol, known);
      left.set(symbol, () => {
        unit.anew(symbol);
        return lowerFunction(unit, f, roots.has(f));
      });
    } else {
      unit.noteAsked();
      unit.program.functions.push(lowerFunction(unit, f, roots.has(f)));
      if (unit.asked !== null) asked.set(symbol, unit.asked);
    }
    // Who leaves a function is not asked for what it was made of.
    sources.set(symbol, known === undefined ? f.body! : f);
  }
  for (const symbol of twice) asked.delete(symbol);
  machineEntries(unit, typed.roots);
  return { program: unit.program, asked, generated: unit.generated, left };
}

/**
 * Where the processor comes in. The handler of all other interrupts has two entries, since those that may come with the
 * user's GS look for that (x64/entry.ts). The table of all of them is `cor.vectors`: 256 addresses, 0 where there is none.
 */
function machineEntries(unit: Unit, roots: readonly Root[]): void {
  const { entries, globals } = unit.program;
  const add = (name: string, { function: fn, site }: Root, vectors: readonly number[]) =>
    void entries.push({ name, body: unit.functionSymbol(fn), vectors, site });
  const taken = new Set<number>();
  for (const root of roots) {
    if (root.kind === "door" && root.vector === null) add(SYSCALL_ENTRY, root, []);
    if (root.vector === null) continue;
    taken.add(root.vector);
    add(`vector.${root.vector}`, root, [root.vector]);
  }
  const others = roots.find(({ kind, vector }) => kind === "interrupt" && vector === null);
  if (others !== undefined) {
    const left = Array.from({ length: 256 }, (_, vector) => vector).filter((vector) => !taken.has(vector));
    const uncertain = left.filter((vector) => byBase.has(vector));
    if (uncertain.length > 0) add("vector.uncertain", others, uncertain);
    if (left.length > uncertain.length)
      add(
        "vector.others",
        others,
        left.filter((vector) => !byBase.has(vector)),
      );
  }
  if (!unit.wants(VECTORS)) return;
  const pointers = entries.flatMap(({ name, vectors }) =>
    vectors.map((vector, k) => ({ at: 8 * vector, to: address(name, BigInt(stubBytes * k)) })),
  );
  globals.push({
    ...{ name: VECTORS, site: nowhere, section: "rodata", align: 8, bytes: 8 * 256, data: new Uint8Array(0) },
    ...{ pointers, exported: false },
  });
}

/** Lowers one function with a body. */
function lowerFunction(unit: Unit, f: TypedFunction, root: boolean): IrFunction {
  const l = new Frame(unit, f);
  block(l, f.body!);
  if (l.b.open) {
    // The end of a body: a function without a value returns, a result without a value is no error.
    if (f.result.kind === "never") l.b.unreachable();
    else if (f.result.kind === "void") l.b.return();
    else if (f.result.kind === "result" && f.result.of.kind === "void")
      l.b.return(...scalarsOf(f.result)!.map((s) => ({ kind: "constant" as const, type: s.type, bits: 0n })));
    else l.b.unreachable();
  }
  return asRoot(l.ir, root);
}

const asRoot = (f: IrFunction, root: boolean): IrFunction =>
  root ? { ...f, attributes: { ...f.attributes, exported: true } } : f;
