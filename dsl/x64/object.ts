/**
 * A compiled program as an object for the linker: each function and each global is a section part of its own, so that the
 * linker can leave out what nobody reaches; symbols; and the addresses that are filled in when it is known where all lie.
 */
import { classesWithin, layoutText, typeText } from "../check/type-text.ts";
import type { ClassType, Type } from "../check/types.ts";
import type { IrFunction, IrGlobal, IrProgram, Origin } from "../ir/ssa.ts";
import { type Anchor, AnchoredSite } from "../out/anchor.ts";
import { Expression, Label } from "../out/expression.ts";
import type {
  LineRow,
  ObjectFile,
  ObjectSection,
  ObjectSymbol,
  Place,
  Relocation,
  SectionFlags,
} from "../out/object.ts";
import { nowhere, type Site } from "../out/site.ts";
import { type DebuggedFunction, debugSections, lineRows } from "./debug-info.ts";
import { entryCode } from "./entry.ts";
import { type Compiled, compileFunction } from "./function.ts";
import { type StackFacts, stackFacts } from "./stack-facts.ts";
import { supportRoutines } from "./support.ts";
import type { Target } from "./target.ts";

const code: SectionFlags = { allocate: true, write: false, execute: true, nobits: false, note: false };
const constants: SectionFlags = { ...code, execute: false };
const data: SectionFlags = { ...constants, write: true };
const zeros: SectionFlags = { ...data, nobits: true };

export interface CompileOptions {
  /** Called with the function's name, the pass and its result. */
  readonly dump?: (name: string, pass: string, text: () => string) => void;
}

/** An object that knows what its functions do to the stack. */
export interface CompiledObject extends ObjectFile {
  readonly stack: readonly StackFacts[];
}

/** Compiles a verified program to an object. Throws on floats where the target has none. */
export function compileProgram(
  program: IrProgram,
  target: Target,
  name: string,
  { dump }: CompileOptions = {},
): CompiledObject {
  const bytesOf = bytesIn(program);
  const compiled = program.functions.map((f) =>
    compileFunction(f, target, bytesOf, dump ? (pass, text) => dump(f.name, pass, text) : null),
  );
  const builder = new ObjectBuilder(target, name, false);
  for (const it of compiled) builder.function(it);
  builder.support(program);
  for (const g of program.globals) builder.global(g);
  return builder.finish(program.globals);
}

/** What compileModules leaves for its next call. */
export class CodeCache {
  readonly compiled = new WeakMap<IrFunction, Compiled>();
  readonly units = new Map<string, KeptUnit>();
  /** What the places in functions hang on. */
  readonly anchors = new WeakMap<Compiled, readonly Anchor[]>();

  clear(): void {
    this.units.clear();
  }
}

/** The object of a module, and what it was made of. */
interface KeptUnit {
  readonly parts: readonly unknown[];
  /** Classes that it tells debuggers of, with what was in them. */
  readonly classes: ReadonlyMap<ClassType, string>;
  readonly object: CompiledObject;
}

/** What compileModules finds done. */
export interface Done {
  /** Objects by module. */
  readonly kept: ReadonlyMap<string, CompiledObject>;
  /** Functions whose code is in an object of their module as it was. */
  readonly functions: ReadonlyMap<IrFunction, CompiledObject>;
}

const nothing: Done = { kept: new Map(), functions: new Map() };

/**
 * Compiles a verified program to an object for each module, and one for all data. Functions that are the same objects as
 * before are not compiled again, nor is the object of a module made again in which nothing changed. `debug`: whether objects get what
 * debuggers want of them.
 */
export function compileModules(
  program: IrProgram,
  target: Target,
  cache: CodeCache,
  { kept, functions: done }: Done = nothing,
  debug = true,
): CompiledObject[] {
  const bytesOf = bytesIn(program);
  const units = new Map<string, { functions: (Compiled | Copied)[]; globals: IrGlobal[] }>();
  const unitOf = (file: string) => {
    let unit = units.get(file);
    if (unit === undefined) units.set(file, (unit = { functions: [], globals: [] }));
    return unit;
  };
  for (const f of program.functions) {
    const unit = unitOf(f.site.file);
    if (kept.has(f.site.file)) continue;
    const from = done.get(f);
    if (from !== undefined) {
      unit.functions.push({ name: f.name, from });
      continue;
    }
    let compiled = cache.compiled.get(f);
    if (compiled === undefined) cache.compiled.set(f, (compiled = compileFunction(f, target, bytesOf)));
    unit.functions.push(compiled);
  }
  for (const g of program.globals) if (g.site.line > 0) unitOf(g.site.file).globals.push(g);
  const objects = [...units].map(([file, { functions, globals }]) => {
    const made = kept.get(file);
    if (made !== undefined) return made;
    const shown = globals.map(({ name, site, type }) => [name, site.line, typeText(type as Type)]);
    const lines = functions.flatMap((f): unknown[] => ("from" in f ? [f.name, f.from] : linesOf(f, cache)));
    const parts = [target, debug, ...functions.map((f) => ("from" in f ? f.from : f)), ...lines, ...shown.flat()];
    const known = cache.units.get(file);
    if (known !== undefined && sameParts(known.parts, parts) && sameClasses(known)) return known.object;
    const builder = new ObjectBuilder(target, file === "" ? "generated" : file, true, debug);
    const copies = new Map<CompiledObject, ObjectParts>();
    for (const f of functions) {
      if (!("from" in f)) {
        builder.function(f);
        continue;
      }
      let from = copies.get(f.from);
      if (from === undefined) copies.set(f.from, (from = new ObjectParts(f.from)));
      builder.copy(f.name, from);
    }
    const object = builder.finish(globals);
    const classes = debug ? classesIn(functions, globals) : [];
    cache.units.set(file, { parts, classes: new Map([...classes].map((type) => [type, layoutText(type)])), object });
    return object;
  });
  const data = new ObjectBuilder(target, "data", true);
  data.support(program);
  for (const g of program.globals) data.global(g);
  return [...objects, data.finish([])];
}

/** A function that is taken over from an object. */
interface Copied {
  readonly name: string;
  readonly from: CompiledObject;
}

/** What of an object belongs to each of its functions. */
class ObjectParts {
  readonly object: CompiledObject;
  /** By function: its section, and the one behind its tables. */
  readonly sections = new Map<string, readonly [first: number, end: number]>();
  readonly symbols: ReadonlyMap<string, ObjectSymbol>;
  readonly stack: ReadonlyMap<string, StackFacts>;
  /** By section. */
  readonly labels = new Map<number, { readonly label: Label; readonly offset: number }[]>();

  constructor(object: CompiledObject) {
    this.object = object;
    this.symbols = new Map(object.symbols.map((symbol) => [symbol.name, symbol]));
    this.stack = new Map(object.stack.map((facts) => [facts.name, facts]));
    for (const [label, { section, offset }] of object.places) {
      const list = this.labels.get(section);
      if (list === undefined) this.labels.set(section, [{ label, offset }]);
      else list.push({ label, offset });
    }
    const firsts = object.symbols.map(({ name, label }) => [name, object.places.get(label!)!.section] as const);
    const code = object.sections.findIndex(({ flags }) => !flags.allocate);
    const last = code < 0 ? object.sections.length : code;
    firsts.forEach(([name, first], k) => {
      this.sections.set(name, [first, firsts[k + 1]?.[1] ?? last]);
    });
  }
}

const sameParts = (x: readonly unknown[], y: readonly unknown[]): boolean =>
  x.length === y.length && x.every((part, k) => part === y[k]);

const sameClasses = ({ classes }: KeptUnit): boolean => {
  for (const [type, text] of classes) if (layoutText(type) !== text) return false;
  return true;
};

function classesIn(functions: readonly (Compiled | Copied)[], globals: readonly IrGlobal[]): Set<ClassType> {
  const types = functions.flatMap((f) =>
    "from" in f ? [] : [f.source.resultType, ...f.variables.map(({ variable }) => variable.type)],
  );
  const all = [...types, ...globals.map(({ type }) => type)];
  return classesWithin(all.filter((type): type is Type => typeof type === "object" && type !== null));
}

/** On which lines a function, and those that were inlined into it, are now. */
function linesOf(compiled: Compiled, cache: CodeCache): number[] {
  let anchors = cache.anchors.get(compiled);
  if (anchors === undefined) cache.anchors.set(compiled, (anchors = anchorsOf(compiled)));
  return anchors.map(({ line }) => line);
}

function anchorsOf({ source, code, variables }: Compiled): Anchor[] {
  const found = new Set<Anchor>();
  const look = (site: Site) => {
    if (site instanceof AnchoredSite) found.add(site.anchor);
  };
  look(source.site);
  for (const { variable } of variables) look(variable.site);
  for (const { origin } of code.lines)
    for (let now: Origin | undefined = origin; now !== undefined; now = now.inlined?.at) look(now.site);
  return [...found];
}

function bytesIn({ globals }: IrProgram): (symbol: string) => number {
  const bytes = new Map(globals.map((g) => [g.name, g.bytes]));
  return (symbol) => bytes.get(symbol) ?? 0;
}

/** A section's part under construction. */
interface Part {
  readonly name: string;
  readonly flags: SectionFlags;
  readonly align: number;
  readonly bytes: Uint8Array;
  readonly size: number;
  readonly relocations: readonly Relocation[];
  readonly lines: readonly LineRow[];
}

class ObjectBuilder {
  readonly #target: Target;
  readonly #name: string;
  /** Whether other objects of the program refer to what is not exported. */
  readonly #shared: boolean;
  readonly #labels = new Map<string, Label>();
  readonly #parts: Part[] = [];
  readonly #places = new Map<Label, Place>();
  readonly #symbols: ObjectSymbol[] = [];
  readonly #debugged: DebuggedFunction[] = [];
  readonly #stack: StackFacts[] = [];
  readonly #debug: boolean;

  constructor(target: Target, name: string, shared: boolean, debug = true) {
    this.#target = target;
    this.#name = name;
    this.#shared = shared;
    this.#debug = debug;
  }

  /** `globals`: what the debug information tells of variables, wherever they are. */
  finish(globals: readonly IrGlobal[]): CompiledObject {
    const sections = this.#parts.map((part): ObjectSection => ({ ...part, address: null, load: null }));
    if (this.#debug && this.#debugged.length > 0) {
      const label = (symbol: string) => this.#label(symbol);
      const shown = globals.filter((g) => g.site.line > 0).map((g) => ({ global: g, label: label(g.name) }));
      sections.push(...debugSections(this.#name, this.#debugged, shown, sections.length, this.#places, label));
    }
    const externs = new Set([...this.#labels.values()].filter((label) => !this.#places.has(label)));
    return {
      name: this.#name,
      sections,
      symbols: this.#symbols,
      places: this.#places,
      edges: new Map(),
      externs,
      stack: this.#stack,
    };
  }

  #label(symbol: string): Label {
    let label = this.#labels.get(symbol);
    if (label === undefined) this.#labels.set(symbol, (label = new Label(symbol)));
    return label;
  }

  #place(symbol: string, section: number, offset: number): Label {
    const label = this.#label(symbol);
    this.#places.set(label, { section, offset });
    return label;
  }

  #address(symbol: string, addend: bigint): Expression {
    const label = this.#label(symbol);
    return addend === 0n ? label : label.plus(addend);
  }

  /** `interrupt`: entered by the processor, not by a call. */
  /** Where the processor comes in, and what only assembler can say. */
  support(program: IrProgram): void {
    for (const e of program.entries) this.function(entryCode(e), true);
    for (const routine of supportRoutines(program)) this.function(routine);
  }

  function(compiled: Compiled, interrupt = false): void {
    const made = compiled.code;
    const { site } = compiled.source;
    const { section, exported } = compiled.source.attributes;
    this.#stack.push(stackFacts(compiled.source, made));
    const index = this.#parts.length;
    const label = this.#place(made.name, index, 0);
    // Functions whose sources are not known (the runtime's) have nothing to show.
    if (site.line > 0) this.#debugged.push({ compiled, label, exported, interrupt });
    const relocations = made.fields.map(
      (field): Relocation => ({
        size: field.size,
        extendTo: field.relative || field.signed ? 64 : 32,
        signed: field.relative || field.signed,
        offset: field.offset,
        value: this.#address(field.symbol, field.addend),
        relativeTo: field.relative ? field.end : null,
        branch: field.branch,
        site: nowhere,
      }),
    );
    const lines = lineRows(made);
    const { bytes } = made;
    this.#parts.push({
      name: section ?? ".text",
      flags: code,
      align: 16,
      bytes,
      size: bytes.length,
      relocations,
      lines,
    });
    this.#symbols.push({
      name: made.name,
      label,
      value: null,
      type: "function",
      global: exported,
      shared: this.#shared,
      size: bytes.length,
      site,
      frame: interrupt ? "entry" : 8 + 8 * made.frame.saved.length + made.frame.bytes,
    });
    for (const table of made.tables) this.#table(table.symbol, label, table.offsets);
  }

  /** A function with its tables, as it is in another object, which is not looked at for debuggers. */
  copy(name: string, { object, sections, symbols, stack, labels }: ObjectParts): void {
    const [first, end] = sections.get(name)!;
    const known = new Map<Expression, Expression>();
    const own = (value: Expression): Expression => {
      let made = known.get(value);
      if (made !== undefined) return made;
      const { node } = value;
      if (node.op === "constant") made = value;
      else if (node.op === "label") made = this.#label(node.label.name);
      else if (node.op === "physical") made = this.#label(node.label.name).physical();
      else made = new Expression({ op: node.op, left: own(node.left), right: own(node.right) });
      known.set(value, made);
      return made;
    };
    for (let k = first; k < end; k++) {
      const { relocations, ...rest } = object.sections[k]!;
      for (const { label, offset } of labels.get(k) ?? []) this.#place(label.name, this.#parts.length, offset);
      this.#parts.push({ ...rest, relocations: relocations.map((r) => ({ ...r, value: own(r.value) })) });
    }
    const symbol = symbols.get(name)!;
    this.#symbols.push({ ...symbol, label: this.#label(name) });
    this.#stack.push(stack.get(name)!);
  }

  /** Addresses of blocks; in position-independent code their distances from the table. */
  #table(symbol: string, start: Label, offsets: readonly number[]): void {
    const wide = this.#target.model !== "pic";
    const size = wide ? 8 : 4;
    const own = this.#place(symbol, this.#parts.length, 0);
    const relocations = offsets.map((offset, k): Relocation => {
      const target = start.plus(offset);
      const form = { size, extendTo: wide ? 64 : 64, signed: !wide, relativeTo: null, branch: false } as const;
      return { ...form, offset: k * size, value: wide ? target : target.minus(own), site: nowhere };
    });
    const bytes = new Uint8Array(size * offsets.length);
    this.#parts.push({
      name: ".rodata",
      flags: constants,
      align: size,
      bytes,
      size: bytes.length,
      relocations,
      lines: [],
    });
  }

  global(g: IrGlobal): void {
    const zero = g.data.every((byte) => byte === 0) && g.pointers.length === 0;
    const known: { readonly [name: string]: readonly [string, SectionFlags] } = {
      rodata: [".rodata", constants],
      data: zero ? [".bss", zeros] : [".data", data],
      bss: [".bss", zeros],
    };
    // What the loader writes addresses into must be writable while it does.
    const moved = this.#target.model === "pic" && g.section === "rodata" && g.pointers.length > 0;
    const [name, flags] = moved
      ? [".data.rel.ro", data]
      : (known[g.section] ?? [g.section, g.section.startsWith(".rodata") ? constants : data]);
    const bytes = new Uint8Array(flags.nobits ? 0 : g.bytes);
    if (!flags.nobits) bytes.set(g.data);
    const label = this.#place(g.name, this.#parts.length, 0);
    const form = { size: 8, extendTo: 64, signed: false, relativeTo: null, branch: false } as const;
    this.#parts.push({
      name,
      flags,
      align: g.align,
      bytes,
      size: g.bytes,
      relocations: g.pointers.map(({ at, to }) => ({
        ...form,
        offset: at,
        value: this.#address(to.symbol, to.offset),
        site: nowhere,
      })),
      lines: [],
    });
    this.#symbols.push({
      name: g.name,
      label,
      value: null,
      type: "object",
      global: g.exported,
      shared: this.#shared,
      size: g.bytes,
      site: g.site,
    });
  }
}
