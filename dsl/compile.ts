/**
 * START HERE: the kernel language's compiler, from sources to a program. The passes stand below in the order in which they
 * run; each works on what the ones before it left in the job, and each can show its result (`--dump=<pass>`).
 *
 *     sources → check → rules → lower → runtime → optimize → code (x86-64) → link → ELF
 *                                                          → wasm
 *
 * Mistakes in the sources are data (`diagnostics`), never exceptions; whatever is thrown is a bug of the compiler.
 */
import { hash } from "node:crypto";
import { readFileSync } from "node:fs";
import { CheckCache, type Checked, checkProgram, showDiagnostics } from "./check/check.ts";
import type { Class } from "./check/intern.ts";
import { printProgram as printTyped } from "./check/print.ts";
import { hasBody, type TypedProgram } from "./check/tree.ts";
import { classText, layoutText, typeText } from "./check/type-text.ts";
import type { Type } from "./check/types.ts";
import type { KeptBodies } from "./check/unchecked.ts";
import { dropUnused, early, type FileKeys, forgetGone, late, type Optimized, optimize } from "./ir/optimize.ts";
import { type Lowered, loweredFrom, loweredText, OptimizeCache } from "./ir/optimize-cache.ts";
import { readProgram } from "./ir/read.ts";
import type { IrFunction, IrProgram } from "./ir/ssa.ts";
import { printFunction, printProgram } from "./ir/text.ts";
import { mentionsOf } from "./ir/visit.ts";
import { type KernelLayout, linkForUsers, linkKernel } from "./link-program.ts";
import type { LoweredBefore } from "./lower/asked.ts";
import { type Lowering, lowerChanged } from "./lower/lower.ts";
import { type Manifest, unneededPermissions } from "./manifest.ts";
import { Anchors } from "./out/anchor.ts";
import { cHeader } from "./out/c-header.ts";
import { elfExecutable } from "./out/elf-executable.ts";
import type { Image } from "./out/link.ts";
import { mapFile } from "./out/map.ts";
import type { ObjectFile } from "./out/object.ts";
import { nowhere, SourceError } from "./out/site.ts";
import { checkRules, ruledFacts } from "./rules/rules.ts";
import { framesText, type StackReport, stackDepths, stackReportText } from "./rules/stack.ts";
import type { Whole } from "./rules/whole.ts";
import { floatsInUse, joinRuntime } from "./runtime.ts";
import type { KeptFunctions, ObjectKind, ObjectStore } from "./store.ts";
import { type Diagnostic, inOrder } from "./syntax/diagnostic.ts";
import { digestOf, ModuleCache, type ReadSource } from "./syntax/modules.ts";
import { skeletonOf } from "./syntax/skeleton.ts";
import { Source } from "./syntax/source.ts";
import { type TargetDescription, type TargetName, targets } from "./targets.ts";
import { type Ruled, ruledAs } from "./unchanged.ts";
import { type CompiledWasm, compileToWasm } from "./wasm/compile.ts";
import { CodeCache, type CompiledObject, compileModules, compileProgram } from "./x64/object.ts";

/** Runtime modules are known to the compiler under this folder's name, which no project's file can have. */
const RUNTIME = "cor:runtime/";

export interface CompileOptions {
  /** Modules where the program begins, relative to the project's root: "kernel/main.ts". Their exports are kept. */
  readonly entries: readonly string[];
  /** The text of a module by that path; null when there is none. */
  readonly read: ReadSource;
  readonly target: TargetName;
  /** The project's manifest: which modules may say unsafe.*, how large stacks are. */
  readonly manifest?: Manifest;
  /** Modules that may say unsafe.* whatever the manifest says: files, or folders that end in "/". */
  readonly unsafe?: readonly string[];
  /** Whether to link a program, where the target has programs; default true. Else the objects are the result. */
  readonly link?: boolean;
  /** Whether to run the optimizer; default true. */
  readonly optimize?: boolean;
  /** Told the program before it is optimized, which changes it in place. */
  readonly lowered?: (program: IrProgram) => void;
  /** One object for everything, as ELF's object files want it, instead of one for each module. */
  readonly oneObject?: boolean;
  /** Objects to link with: assembler, C. */
  readonly objects?: readonly ObjectFile[];
  /** Where a kernel begins, and where its sections go: with these, `cor-kernel` is linked. */
  readonly layout?: KernelLayout;
  /** What earlier compilations in this process know already. */
  readonly cache?: CompileCache;
  /** What earlier processes left. */
  readonly store?: ObjectStore;
  /** Whether what debuggers want goes into objects and programs; default true. Without it, linking takes a third of the time. */
  readonly debug?: boolean;
  /** How many steps evaluation while compiling may take before it is called endless. */
  readonly mostSteps?: number;
  /** Whether the depth of stacks is wanted, where nothing configures their sizes. */
  readonly stack?: boolean;
  /**
   * Told the linked program before rules and stacks are looked at, so that it can be loaded while they are: it is good for something only
   * when there are no diagnostics in the end.
   */
  readonly early?: (image: Image) => void;
  /** Told the results of passes. */
  readonly dump?: Dump;
}

export interface Dump {
  /** Whether a pass's result for a function (null: the whole program) is wanted. */
  readonly wants: (pass: string, name: string | null) => boolean;
  readonly show: (pass: string, name: string | null, text: string) => void;
}

/** What one compilation leaves for the next. */
export class CompileCache {
  readonly modules = new ModuleCache();
  readonly checks = new CheckCache();
  readonly optimized = new OptimizeCache();
  readonly code = new CodeCache();
  readonly anchors = new Anchors();
  /** By their texts, the classes that what is kept refers to. */
  readonly classes = new Map<string, Class>();
  target: TargetName | null = null;
  /** What the store had of a program's functions, or would have now. */
  kept: { readonly name: string; readonly functions: KeptFunctions | null } | null = null;
}

export interface Compilation {
  /** Mistakes in the sources, in their order; when there are any, there are no results. */
  readonly diagnostics: readonly Diagnostic[];
  /** For showing diagnostics. */
  readonly sources: ReadonlyMap<string, Source>;
  /** As checked: what headers are made from. */
  readonly typed: TypedProgram | null;
  /** As optimized. */
  readonly ir: IrProgram | null;
  /** What is linked: an object for each module and one for data, or one for all. */
  readonly objects: readonly ObjectFile[];
  /** How deep stacks get, where that was looked at: not where nothing has changed it since an earlier process found them deep enough. */
  readonly stack: StackReport | null;
  /** The program as the rules saw it, where they looked at it. */
  readonly whole: Whole | null;
  readonly image: Image | null;
  readonly wasm: CompiledWasm | null;
  /** The linked program or the WebAssembly module; null for a mere object. */
  readonly bytes: Uint8Array | null;
  /** Milliseconds of each pass, in order. */
  readonly times: ReadonlyMap<string, number>;
}

/** What the passes work on. */
class Job {
  readonly options: CompileOptions;
  readonly target: TargetDescription;
  readonly cache: CompileCache;
  diagnostics: readonly Diagnostic[] = [];
  sources: ReadonlyMap<string, Source> = new Map();
  typed: TypedProgram | null = null;
  /** Keys of modules, as far as the store is used. */
  optimized: Optimized | null = null;
  /** What each function was lowered from, by name. */
  readonly bodies = new Map<string, object>();
  ir: IrProgram | null = null;
  lowering: Lowering | null = null;
  checked: Checked | null = null;
  /** What rules see of the program; null when that is not asked. */
  ruled: Ruled | null = null;
  /** What the finished code does to the stack. */
  stackKey = "";
  /** What is known of functions that were left as they are. */
  readonly left = new Map<string, Lowered>();
  /** Functions that were lowered and that nobody names. */
  gone: ReadonlySet<string> = new Set();
  whole: Whole | null = null;
  stack: StackReport | null = null;
  objects: readonly CompiledObject[] = [];
  /** What the store knows a module's object by: its name, and keys for its functions. */
  keyOf: (kind: ObjectKind, file: string, keys: FileKeys) => string = (_, file) => file;
  /** Objects of modules that are as they were when an earlier process made them; and of functions in others, as modules were. */
  readonly kept = new Map<string, CompiledObject>();
  readonly coded = new Map<IrFunction, CompiledObject>();
  image: Image | null = null;
  wasm: CompiledWasm | null = null;
  bytes: Uint8Array | null = null;
  readonly times = new Map<string, number>();

  constructor(options: CompileOptions) {
    this.options = options;
    this.target = targets[options.target];
    this.cache = options.cache ?? new CompileCache();
  }

  /** Whether what earlier processes left is used, and what this one finds out is left. */
  get stored(): boolean {
    const { store, oneObject, dump, optimize, lowered } = this.options;
    return store !== undefined && this.native && !oneObject && !dump && (optimize ?? true) && !lowered;
  }

  get kind(): ObjectKind {
    return this.options.debug === false ? "loaded" : "object";
  }

  get native(): boolean {
    return this.target.x64 !== null;
  }

  /** Whether a program comes out, and not an object alone. */
  get linked(): boolean {
    return (this.target.program !== null || this.options.layout !== undefined) && (this.options.link ?? true);
  }
}

interface CompilerPass {
  readonly name: string;
  /** Whether the pass is for this job; default: yes. */
  readonly when?: (job: Job) => boolean;
  readonly run: (job: Job) => void;
  /** The result as text. */
  readonly text: (job: Job) => string;
}

const passes: readonly CompilerPass[] = [
  { name: "check", run: check, text: (job) => printTyped(job.typed!) },
  { name: "rules", run: rules, text: effectsText },
  { name: "lower", run: lowerProgram, text: (job) => printProgram(job.ir!) },
  { name: "runtime", run: runtime, text: (job) => printProgram(job.ir!) },
  {
    name: "optimize",
    when: (job) => job.options.optimize ?? true,
    run: optimizeProgram,
    text: (job) => printProgram(job.ir!),
  },
  { name: "code", when: (job) => job.native, run: code, text: (job) => job.objects.map(objectText).join("") },
  { name: "stack", when: looksAtStacks, run: stacks, text: (job) => stackReportText(job.stack!) },
  { name: "link", when: (job) => job.native && job.linked, run: linkProgram, text: (job) => mapFile(job.image!) },
  { name: "wasm", when: (job) => !job.native, run: wasm, text: (job) => `${job.wasm!.bytes.length} bytes\n` },
];

/** What `--dump` knows: the passes above, those of the optimizer, and those of the x86-64 back end. */
export const dumpNames: readonly string[] = [
  ...new Set([
    ...["check", "rules", "lower", "runtime"],
    ...[...early, ...late].map((pass) => pass.name),
    ...["inline", "recursion", "optimize", "select", "allocate", "expand", "code", "stack", "link", "wasm"],
  ]),
];

/**
 * Compiles a program. Never throws for what a source says or for what is missing at the link: see `diagnostics`.
 * `bytes` is the whole result for the targets `linux`, `cor-user` and `wasm`; `objects` for all but `wasm`.
 */
export function compile(options: CompileOptions): Compilation {
  const job = new Job(options);
  const { early } = options;
  const mayWait = ({ name }: CompilerPass) => early !== undefined && (name === "rules" || name === "stack");
  let thrown: { error: unknown } | null = null;
  try {
    runCompilerPasses(
      job,
      passes.filter((pass) => !mayWait(pass)),
    );
  } catch (error) {
    if (early === undefined || job.typed === null) throw error;
    thrown = { error };
  }
  if (early !== undefined && job.typed !== null) {
    const { diagnostics: last } = job;
    const isLinked = thrown === null && last.length === 0;
    if (isLinked) early(job.image!);
    job.diagnostics = [];
    // A program that breaks a rule may be any program to the passes behind: what rules say counts before what these find.
    const waiting = passes.filter(mayWait);
    runCompilerPasses(job, isLinked ? waiting : waiting.slice(0, 1));
    if (job.diagnostics.length === 0) {
      if (thrown !== null) throw thrown.error;
      job.diagnostics = last;
    }
  }
  if (job.diagnostics.length > 0) return { ...job, ...nothing };
  if (job.stored) keepFunctions(job);
  return job;
}

const nothing = {
  ...{ typed: null, ir: null, objects: [], stack: null, whole: null, image: null, wasm: null, bytes: null },
} as const;

/** Up to the first that finds mistakes. */
function runCompilerPasses(job: Job, wanted: readonly CompilerPass[]): void {
  const { dump } = job.options;
  for (const pass of wanted) {
    if (pass.when?.(job) === false) continue;
    const start = performance.now();
    try {
      pass.run(job);
    } catch (error) {
      if (!(error instanceof SourceError)) throw error;
      job.diagnostics = [{ site: error.site, length: 1, message: plain(error), hint: null }];
    }
    job.times.set(pass.name, performance.now() - start);
    if (job.diagnostics.length > 0) return;
    if (dump?.wants(pass.name, null)) dump.show(pass.name, null, pass.text(job));
  }
}

/** How deep the stacks of a compiled program get, for people. Throws when that was not looked at. */
export function stackText({ stack }: Compilation): string {
  if (stack === null) throw new Error("the stacks were not looked at");
  return stackReportText(stack);
}

/** All diagnostics as text: place, source line, caret, hint. */
export function diagnosticsText(result: Pick<Compilation, "diagnostics" | "sources">): string {
  return showDiagnostics(result);
}

/**
 * A C header for the functions that a compiled program exports or expects from elsewhere; `guard` names its include guard.
 * Throws when there was no program.
 */
export function headerOf({ typed }: Compilation, guard: string): string {
  if (typed === null) throw new Error("a rejected program has no header");
  const own = typed.roots.filter(({ kind }) => kind === "export" || kind === "entry").map((root) => root.function);
  const elsewhere = typed.functions.filter((f) => !hasBody(f));
  const functions = [...new Set([...own, ...elsewhere])].filter((f) => !f.site.file.startsWith(RUNTIME));
  return cHeader(functions, guard);
}

const runtimeText = (name: string): string => readFileSync(new URL(`runtime/${name}`, import.meta.url), "utf8");

function check(job: Job): void {
  const { options, target, cache } = job;
  const bodies = job.stored ? lookBack(job) : null;
  const checked = checkProgram({
    entries: [...options.entries, ...target.modules.map((name) => RUNTIME + name)],
    read: (file) => (file.startsWith(RUNTIME) ? runtimeText(file.slice(RUNTIME.length)) : options.read(file)),
    unsafe: [...(options.manifest?.unsafe.keys() ?? []), ...(options.unsafe ?? []), RUNTIME],
    cache: cache.modules,
    last: cache.checks,
    mostSteps: options.mostSteps,
    bodies,
  });
  job.checked = checked;
  job.typed = checked.program;
  job.diagnostics = checked.diagnostics;
  job.sources = checked.sources;
  const { manifest } = options;
  if (manifest !== undefined)
    job.sources = new Map([...job.sources, [manifest.file, new Source(manifest.file, manifest.text)]]);
  if (job.diagnostics.length > 0) return;
  renewKept(job);
  if (job.stored)
    job.ruled = ruledAs(job.typed!, job.sources, cache.modules, cache.kept!.functions?.ruled ?? null, checked.same);
}

function rules(job: Job): void {
  const { manifest } = job.options;
  // Who wants what debuggers want wants to know of stacks and effects, too.
  if (job.kind === "object" || job.ruled === null || job.ruled.whole !== job.cache.kept!.functions?.ruled.whole)
    lookAtRules(job);
  if (job.diagnostics.length > 0) return;
  if (manifest !== undefined) job.diagnostics = [...job.diagnostics, ...unneededPermissions(manifest, job.sources)];
}

function lookAtRules(job: Job): Whole {
  const { diagnostics, whole } = checkRules(job.typed!, [...job.sources.keys()]);
  job.whole = whole;
  job.diagnostics = diagnostics;
  return whole;
}

/** What an earlier process left of this program: as it was, or as an earlier compilation in this one would leave it. */
function lookBack(job: Job): KeptBodies | null {
  const { cache, options } = job;
  const name = programName(job);
  if (cache.modules.accepted.size === 0) cache.modules.accepted = options.store!.accepted(name);
  if (cache.kept?.name !== name) cache.kept = { name, functions: options.store!.functions(name) };
  cache.modules.skeleton = (digest) => options.store!.skeleton(digest);
  return cache.kept.functions?.bodies ?? null;
}

function lowerProgram(job: Job): void {
  const before = job.stored ? loweredBefore(job) : null;
  job.lowering = lowerChanged(job.typed!, job.bodies, job.cache.anchors, before);
  job.ir = job.lowering.program;
}

/** What was compiled for another target is of no use; and what is kept refers to classes of earlier checks. */
function renewKept({ cache, target, typed }: Job): void {
  if (cache.target !== target.name) {
    cache.optimized.clear();
    cache.code.clear();
    cache.target = target.name;
  }
  for (const type of typed!.classes) {
    const name = classText(type);
    const earlier = cache.classes.get(name);
    if (earlier === type) continue;
    if (earlier !== undefined) (type as Class).replaces(earlier);
    cache.classes.set(name, type as Class);
  }
}

/** What is known of functions that are as they were. */
function loweredBefore({ cache, checked, left }: Job): LoweredBefore | null {
  const { functions } = cache.kept!;
  if (functions === null) return null;
  const asked: LoweredBefore["asked"] = (symbol, f) => {
    const known = checked!.same.has(f) ? functions.lowered.get(symbol) : undefined;
    if (known !== undefined) left.set(symbol, loweredFrom(known));
    return known?.asked;
  };
  return { asked, generated: functions.generated };
}

/** A function that was left gets its blocks. */
function completeFunction(job: Job, f: IrFunction): void {
  const { attributes } = f;
  Object.assign(f, job.lowering!.left.get(f.name)!(), { attributes });
  forgetGone(f, job.gone);
}

function runtime(job: Job): void {
  const own = job.target.ir.map((name) => readProgram(runtimeText(name), name));
  // Who links an object with other libraries has an exit of theirs.
  const implied = job.linked ? job.target.implied : job.target.implied.filter((name) => name !== "exit");
  const others = (job.options.objects ?? []).flatMap(({ externs }) => [...externs].map(({ name }) => name));
  const mentions = (f: IrFunction) => job.left.get(f.name)?.mentions ?? mentionsOf(f);
  const lowered = job.ir!.functions.map(({ name }) => name);
  job.diagnostics = joinRuntime(job.ir!, own, RUNTIME, [...implied, ...others], job.typed!, mentions);
  job.options.lowered?.(job.ir!);
  const there = new Set(job.ir!.functions.map(({ name }) => name));
  job.gone = new Set(lowered.filter((name) => !there.has(name)));
  if (job.left.size === 0 || job.cache.kept!.functions!.gone === [...job.gone].join("\n")) return;
  // What debuggers are told of variables that hold functions is not what it was.
  for (const f of job.ir!.functions) if (job.left.has(f.name)) completeFunction(job, f);
  job.left.clear();
}

function optimizeProgram(job: Job): void {
  const { dump, cache } = job.options;
  if (dump !== undefined) {
    optimize(job.ir!, { dump: (pass, f) => dump.wants(pass, f.name) && dump.show(pass, f.name, printFunction(f)) });
    return;
  }
  if (!job.stored) {
    optimize(job.ir!, cache && { cache: cache.optimized, sources: job.bodies });
    return;
  }
  const { optimized, kept } = job.cache;
  const store = job.options.store!;
  const name = programName(job);
  if (optimized.entries.size === 0) optimized.remembered = kept!.functions?.optimized ?? new Map();
  const shown = shownOf(job.ir!);
  // What debuggers are told of classes is of the whole program.
  const classes = hash("sha256", job.typed!.classes.map((c) => classText(c) + layoutText(c)).join("\n"), "base64");
  job.keyOf = (kind, file, { code, placed }) =>
    kind === "loaded" ? [name, file, code].join("\n") : [name, classes, file, placed, shown(file)].join("\n");
  const { anchors } = job.cache;
  const settled = (file: string, keys: FileKeys) => {
    const object = store.object(job.kind, job.keyOf(job.kind, file, keys), anchors);
    if (object !== null) job.kept.set(file, object);
    return object !== null;
  };
  /** Only without debuggers: what they want is of a whole file. */
  const coded = (f: IrFunction, lateKey: string) => {
    const before = job.kind === "loaded" ? kept!.functions : null;
    if (before?.optimized.get(f.name)?.lateKey !== lateKey) return false;
    const key = before.loaded.get(f.site.file);
    const object = key === undefined ? null : store.object("loaded", key, anchors);
    if (object === null || !object.stack.some((facts) => facts.name === f.name)) return false;
    job.coded.set(f, object);
    return true;
  };
  const { left, bodies: sources } = job;
  const complete = (f: IrFunction) => completeFunction(job, f);
  job.optimized = optimize(job.ir!, { cache: optimized, sources, settled, coded, left, complete })!;
}

/** Leaves what is known of the program's functions for the next process. */
function keepFunctions(job: Job): void {
  const { cache, options, optimized, lowering, checked, gone, keyOf } = job;
  const { functions, lowered } = optimized!;
  const { asked } = lowering!;
  const wanted = new Set(
    [...asked.values()].flatMap((own) => own.flatMap((item) => (item[0] === "global" ? [item[1]] : []))),
  );
  let bodies: KeptBodies | null = null;
  const kept: KeptFunctions = {
    optimized: functions,
    lowered: new Map(
      [...lowered].flatMap(([name, known]) => {
        const own = asked.get(name);
        return own === undefined ? [] : [[name, { ...loweredText(known), asked: own }]];
      }),
    ),
    generated: new Map([...lowering!.generated].filter(([name]) => wanted.has(name))),
    get bodies(): KeptBodies {
      bodies ??= checked!.keep(ruledFacts(job.typed!));
      return bodies;
    },
    ruled: job.ruled!,
    stack: job.stackKey,
    gone: [...gone].join("\n"),
    loaded: new Map([...optimized!.files].map(([file, keys]) => [file, keyOf("loaded", file, keys)])),
  };
  const { name } = cache.kept!;
  cache.kept = { name, functions: kept };
  options.store!.keepFunctions(name, kept);
  const texts = [...job.sources].filter(([file]) => file.endsWith(".ts"));
  const digests = new Map(
    texts.map(([file, { text }]) => [digestOf(file, text), () => cache.modules.parse(file, text)]),
  );
  cache.modules.accepted = new Set(digests.keys());
  for (const [digest, module] of digests) options.store!.keepSkeleton(digest, () => skeletonOf(module().program));
  options.store!.keepAccepted(programName(job), [...cache.modules.accepted]);
}

/** What all code of the program depends on: where it begins, and the target. */
const programName = ({ options, target }: Job): string => `${options.entries.join()}\n${target.name}`;

/** What the debug information of a file tells of variables. */
function shownOf({ globals }: IrProgram): (file: string) => string {
  const texts = new Map<string, string>();
  for (const { site, name, type } of globals)
    if (site.line > 0)
      texts.set(site.file, `${texts.get(site.file) ?? ""}${name} ${site.line} ${typeText(type as Type)}\n`);
  return (file) => texts.get(file) ?? "";
}

function code(job: Job): void {
  const { dump, entries, oneObject } = job.options;
  const target = job.target.x64!;
  if (!target.floats) job.diagnostics = floatsInUse(job.ir!, job.target.name);
  if (job.diagnostics.length > 0) return;
  if (dump === undefined && !oneObject) {
    const done = { kept: job.kept, functions: job.coded };
    job.objects = compileModules(job.ir!, target, job.cache.code, done, job.kind === "object");
    keepModules(job);
  } else
    job.objects = [
      compileProgram(job.ir!, target, entries[0]!, {
        dump: dump && ((name, pass, text) => dump.wants(pass, name) && dump.show(pass, name, text())),
      }),
    ];
}

/** Leaves the objects of modules that were not there yet for the next process. */
function keepModules({ cache, options, optimized, objects, kept, keyOf, kind }: Job): void {
  if (optimized === null) return;
  for (const object of objects) {
    const keys = optimized.files.get(object.name);
    if (keys === undefined || kept.has(object.name)) continue;
    for (const made of kind === "object" ? (["object", "loaded"] as const) : (["loaded"] as const))
      options.store!.keepObject(made, keyOf(made, object.name, keys), object, cache.anchors);
  }
}

const enforced = ({ target, options }: Job): boolean =>
  target.name === "cor-kernel" || (options.manifest?.stacks.size ?? 0) > 0;

/** A kernel's stacks are looked at always; those of others when they have sizes, or when somebody asks. */
function looksAtStacks(job: Job): boolean {
  const { stack, dump } = job.options;
  return job.native && (enforced(job) || stack === true || dump?.wants("stack", null) === true);
}

function stacks(job: Job): void {
  const frames = job.objects.flatMap((object) => object.stack);
  const sizes = job.options.manifest?.stacks ?? new Map<string, number>();
  if (job.stored) job.stackKey = framesText(frames, sizes);
  if (job.whole === null && !job.options.stack && job.stackKey === job.cache.kept!.functions!.stack) return;
  job.stack = stackDepths(job.whole ?? lookAtRules(job), frames, sizes);
  if (enforced(job)) job.diagnostics = inOrder(job.stack.diagnostics, [...job.sources.keys()]);
}

function linkProgram(job: Job): void {
  const { entries, layout, objects = [] } = job.options;
  const program = { typed: job.typed!, own: job.objects, others: objects };
  const { image, diagnostics } =
    layout !== undefined
      ? linkKernel(program, layout)
      : linkForUsers(program, job.target.program!, job.ir!, entries[0]!);
  job.diagnostics = diagnostics;
  job.image = image;
  if (image !== null) job.bytes = elfExecutable(image);
}

function wasm(job: Job): void {
  dropUnused(job.ir!);
  job.wasm = compileToWasm(job.ir!);
  job.bytes = job.wasm.bytes;
}

/** The message of a SourceError without its place. */
function plain({ site, message }: SourceError): string {
  return site === nowhere || site.line === 0 ? message : message.replace(/^\S+?:\d+:\d+: /, "");
}

function effectsText(job: Job): string {
  return job
    .typed!.functions.map(
      ({ name, inferred }) =>
        `${name}:${inferred?.sleeps ? " sleeps" : ""}${inferred?.allocates ? " allocates" : ""}\n`,
    )
    .join("");
}

function objectText(object: ObjectFile): string {
  return object.symbols
    .map(({ name, type, size, global }) => `${type} ${name} ${size} bytes${global ? " global" : ""}\n`)
    .join("");
}
