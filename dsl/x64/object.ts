/**
 * A compiled program as an object for the linker: each function and each global is a section part of its own, so that the
 * linker can leave out what nobody reaches; symbols; and the addresses that are filled in when it is known where all lie.
 */
import type { IrGlobal, IrProgram } from "../ir/ssa.ts";
import { type Expression, Label } from "../out/expression.ts";
import type {
  LineRow,
  ObjectFile,
  ObjectSection,
  ObjectSymbol,
  Place,
  Relocation,
  SectionFlags,
} from "../out/object.ts";
import { nowhere } from "../out/site.ts";
import { type DebuggedFunction, type DebuggedGlobal, debugSections } from "./debug-info.ts";
import { bodyName, entryCode } from "./entry.ts";
import { type Compiled, compileFunction } from "./function.ts";
import type { Target } from "./target.ts";

const code: SectionFlags = { allocate: true, write: false, execute: true, nobits: false, note: false };
const constants: SectionFlags = { ...code, execute: false };
const data: SectionFlags = { ...constants, write: true };
const zeros: SectionFlags = { ...data, nobits: true };

export interface CompileOptions {
  /** Called with the function's name, the pass and its result. */
  readonly dump?: (name: string, pass: string, text: () => string) => void;
}

/** Compiles a verified program to an object. Throws on floats where the target has none. */
export function compileProgram(
  program: IrProgram,
  target: Target,
  name: string,
  { dump }: CompileOptions = {},
): ObjectFile {
  return new ObjectBuilder(program, target, name, dump ?? null).finish();
}

/** A section's part under construction. */
interface Part {
  readonly name: string;
  readonly flags: SectionFlags;
  readonly align: number;
  readonly bytes: Uint8Array;
  readonly size: number;
  readonly relocations: Relocation[];
  readonly lines: LineRow[];
}

class ObjectBuilder {
  readonly #program: IrProgram;
  readonly #target: Target;
  readonly #name: string;
  readonly #dump: CompileOptions["dump"] | null;
  readonly #labels = new Map<string, Label>();
  readonly #parts: Part[] = [];
  readonly #places = new Map<Label, Place>();
  readonly #symbols: ObjectSymbol[] = [];
  readonly #bytes: ReadonlyMap<string, number>;
  readonly #debugged: DebuggedFunction[] = [];
  readonly #debuggedGlobals: DebuggedGlobal[] = [];

  constructor(program: IrProgram, target: Target, name: string, dump: CompileOptions["dump"] | null) {
    this.#program = program;
    this.#target = target;
    this.#name = name;
    this.#dump = dump;
    this.#bytes = new Map(program.globals.map((g) => [g.name, g.bytes]));
  }

  finish(): ObjectFile {
    for (const f of this.#program.functions) {
      const dump = this.#dump;
      const compiled = compileFunction(
        f,
        this.#target,
        (symbol) => this.#bytes.get(symbol) ?? 0,
        dump ? (pass, text) => dump(f.name, pass, text) : null,
      );
      const { section, exported } = f.attributes;
      if (f.signature.convention === "sysv") {
        this.#function(compiled, section, exported, f.site);
        continue;
      }
      // The entry has the function's name, the function another.
      const body = { ...compiled, code: { ...compiled.code, name: bodyName(f.name) } };
      this.#function(body, section, false, f.site);
      this.#function({ source: f, code: entryCode(f), variables: [] }, section, exported, f.site, true);
    }
    for (const g of this.#program.globals) this.#global(g);
    const sections = this.#parts.map((part): ObjectSection => ({ ...part, address: null, load: null }));
    if (this.#debugged.length > 0) {
      const label = (symbol: string) => this.#label(symbol);
      sections.push(
        ...debugSections(this.#name, this.#debugged, this.#debuggedGlobals, sections.length, this.#places, label),
      );
    }
    const externs = new Set([...this.#labels.values()].filter((label) => !this.#places.has(label)));
    return {
      name: this.#name,
      sections,
      symbols: this.#symbols,
      places: this.#places,
      edges: new Map(),
      externs,
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

  #function(
    compiled: Compiled,
    section: string | null,
    exported: boolean,
    site: ObjectSymbol["site"],
    interrupt = false,
  ): void {
    const made = compiled.code;
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
    const lines = made.lines.map(({ offset, origin }) => ({ offset, site: origin.site }));
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
      size: bytes.length,
      site,
    });
    for (const table of made.tables) this.#table(table.symbol, label, table.offsets);
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

  #global(g: IrGlobal): void {
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
    if (g.site.line > 0) this.#debuggedGlobals.push({ global: g, label });
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
      size: g.bytes,
      site: g.site,
    });
  }
}
