/**
 * Tables that the linker itself adds to an image, because only it knows the addresses: the image's own symbols, for stack
 * traces, and for position-independent programs the words to which the load address must be added.
 *
 * Their sizes are known from the objects alone, so that they are laid out like any other section, and filled afterwards.
 */
import { expression, Label } from "./expression.ts";
import {
  type LineRow,
  type ObjectFile,
  type ObjectSection,
  type ObjectSymbol,
  type SectionEdge,
  type SectionFlags,
  simplify,
} from "./object.ts";
import { nowhere, SourceError } from "./site.ts";

const readOnly: SectionFlags = { allocate: true, write: false, execute: false, nobits: false, note: false };

function table(name: string, symbol: string, size: number): { object: ObjectFile; bytes: Uint8Array } {
  const label = new Label(symbol);
  const end = new Label(`${symbol}_end`);
  const bytes = new Uint8Array(size);
  const named = (it: Label, bytes: number) =>
    ({ name: it.name, label: it, value: null, type: "object", global: true, size: bytes, site: nowhere }) as const;
  const section: ObjectSection = {
    ...{ name, flags: readOnly, align: 8, address: null, load: null, bytes, size, relocations: [], lines: [] },
  };
  const object: ObjectFile = {
    name: "linker",
    sections: [section],
    symbols: [named(label, size), named(end, 0)],
    places: new Map([
      [label, { section: 0, offset: 0 }],
      [end, { section: 0, offset: size }],
    ]),
    edges: new Map(),
    externs: new Set(),
  };
  return { object, bytes };
}

const allocated = (write: boolean, execute: boolean, nobits: boolean): SectionFlags => ({
  ...{ allocate: true, note: false },
  ...{ write, execute, nobits },
});

/** The sections that every image has, and whose ends have names: cor_text, cor_text_end … */
export const namedSections: { readonly [symbol: string]: { readonly name: string; readonly flags: SectionFlags } } = {
  cor_text: { name: ".text", flags: allocated(false, true, false) },
  cor_rodata: { name: ".rodata", flags: allocated(false, false, false) },
  cor_data: { name: ".data", flags: allocated(true, false, false) },
  cor_percpu: { name: ".percpu", flags: allocated(true, false, false) },
  cor_bss: { name: ".bss", flags: allocated(true, false, true) },
};

/** An object with those names, and with nothing in those sections. */
export function sectionEdges(): ObjectFile {
  const all = Object.entries(namedSections);
  const empty = { align: 1, address: null, load: null, bytes: new Uint8Array(0), size: 0, relocations: [], lines: [] };
  const edges = new Map<Label, SectionEdge>();
  for (const [symbol, { name }] of all) {
    edges.set(new Label(symbol), { section: name, edge: "start" });
    edges.set(new Label(`${symbol}_end`), { section: name, edge: "end" });
  }
  const form = { value: null, type: "none", global: true, size: 0, site: nowhere } as const;
  return {
    name: "linker",
    sections: all.map(([, { name, flags }]) => ({ name, flags, ...empty })),
    symbols: [...edges.keys()].map((label) => ({ name: label.name, label, ...form })),
    places: new Map(),
    edges,
    externs: new Set(),
  };
}

/** A function as stack traces want it. */
export interface TracedFunction {
  readonly name: string;
  /** Known once everything is placed. */
  readonly address: () => bigint;
  readonly size: number;
  readonly frame: ObjectSymbol["frame"];
  /** By ascending offset from its start. */
  readonly lines: readonly LineRow[];
}

const ENTRY_FRAME = 0xffff_ffff;

/**
 * The section .symbols, at the symbol cor_symbols, read by runtime/trace.ts. Words of 4 bytes unless said otherwise, places
 * as offsets from cor_symbols:
 *
 *     count of functions, count of files
 *     for each function, by ascending address: address (8), bytes, frame (bytes; 0 unknown, all ones an entry),
 *       place of the name, its bytes, place of the lines, number of the file, line
 *     for each file: place of its name, its bytes
 *     names; lines
 *
 * Lines are steps: the distance to the next row's code, times two, plus one where the file changes (LEB128); the line's
 * change (SLEB128); the file's number where it changes. They end where the function does.
 */
export function symbolTable(functions: readonly TracedFunction[]): { object: ObjectFile; fill: () => void } {
  const files = new Map<string, number>();
  const fileOf = (name: string) => {
    let index = files.get(name);
    if (index === undefined) files.set(name, (index = files.size));
    return index;
  };
  const starts = functions.map(({ lines }) => lines[0]?.site ?? null);
  const firstFiles = starts.map((site) => (site === null ? 0 : fileOf(site.file)));
  const steps = functions.map(({ lines }) => encodeLines(lines, fileOf));
  const encoder = new TextEncoder();
  const names = functions.map(({ name }) => encoder.encode(name));
  const fileNames = [...files.keys()].map((name) => encoder.encode(name));
  const fileTable = 8 + ROW * functions.length;
  const texts = fileTable + 8 * fileNames.length;
  const total = [...names, ...fileNames, ...steps].reduce((sum, { length }) => sum + length, texts);
  const { object, bytes } = table(".symbols", "cor_symbols", total);
  const view = new DataView(bytes.buffer);
  let at = texts;
  const put = (part: Uint8Array): number => {
    bytes.set(part, at);
    at += part.length;
    return at - part.length;
  };
  view.setUint32(0, functions.length, true);
  view.setUint32(4, fileNames.length, true);
  fileNames.forEach((name, k) => {
    view.setUint32(fileTable + 8 * k, put(name), true);
    view.setUint32(fileTable + 8 * k + 4, name.length, true);
  });
  const rows = functions.map(({ size, frame }, k) => {
    const words = [size, frame === "entry" ? ENTRY_FRAME : (frame ?? 0), put(names[k]!), names[k]!.length];
    return [...words, put(steps[k]!), firstFiles[k]!, starts[k]?.line ?? 0];
  });
  const fill = () => {
    const places = functions.map((f, k) => ({ address: BigInt.asUintN(64, f.address()), row: rows[k]! }));
    places.sort((x, y) => (x.address < y.address ? -1 : x.address > y.address ? 1 : 0));
    places.forEach(({ address, row }, k) => {
      view.setBigUint64(8 + ROW * k, address, true);
      row.forEach((word, n) => {
        view.setUint32(16 + ROW * k + 4 * n, word, true);
      });
    });
  };
  return { object, fill };
}

/** An address, seven words, and one for alignment. */
const ROW = 40;

/** The rows behind the first. */
function encodeLines(lines: readonly LineRow[], fileOf: (name: string) => number): Uint8Array {
  const out: number[] = [];
  let before = lines[0];
  for (const row of lines.slice(1)) {
    if (before === undefined || row.site.line === 0) continue;
    const { file, line } = before.site;
    const moved = file !== row.site.file;
    if (!moved && line === row.site.line) continue;
    unsigned(out, 2 * (row.offset - before.offset) + (moved ? 1 : 0));
    signed(out, row.site.line - line);
    if (moved) unsigned(out, fileOf(row.site.file));
    before = row;
  }
  out.push(0);
  return Uint8Array.from(out);
}

function unsigned(out: number[], value: number): void {
  let left = value;
  for (; left >= 0x80; left >>>= 7) out.push((left & 0x7f) | 0x80);
  out.push(left);
}

function signed(out: number[], value: number): void {
  let left = value;
  for (; left < -64 || left > 63; left >>= 7) out.push((left & 0x7f) | 0x80);
  out.push(left & 0x7f);
}

/** R_X86_64_RELATIVE: the word at `offset` becomes the load address plus the addend (psABI, 4.4.1). */
const R_X86_64_RELATIVE = 8;
const [DT_NULL, DT_RELA, DT_RELASZ, DT_RELAENT, DT_FLAGS_1, DF_1_PIE] = [0, 7, 8, 9, 0x6fff_fffb, 0x0800_0000];

/** A word that holds an address of the image. */
export interface MovedWord {
  readonly address: () => bigint;
  readonly value: () => bigint;
}

/**
 * The sections .rela.dyn and .dynamic of a position-independent executable: nothing but words to be moved. They stand from
 * cor_moved_words to cor_moved_words_end; cor_image_base is address 0, which, reached from RIP, gives how far the image
 * was moved.
 */
export function movedWords(words: readonly MovedWord[]): {
  objects: ObjectFile[];
  fill: (addressOf: (symbol: string) => bigint) => void;
} {
  const moved = table(".rela.dyn", "cor_moved_words", 24 * words.length);
  const dynamic = table(".dynamic", "_DYNAMIC", 16 * 5);
  const fill = (addressOf: (symbol: string) => bigint) => {
    const rows = new DataView(moved.bytes.buffer);
    words.forEach(({ address, value }, k) => {
      rows.setBigUint64(24 * k, address(), true);
      rows.setBigUint64(24 * k + 8, BigInt(R_X86_64_RELATIVE), true);
      rows.setBigUint64(24 * k + 16, value(), true);
    });
    const entries: readonly (readonly [number, bigint])[] = [
      [DT_RELA, addressOf("cor_moved_words")],
      [DT_RELASZ, BigInt(moved.bytes.length)],
      [DT_RELAENT, 24n],
      [DT_FLAGS_1, BigInt(DF_1_PIE)],
      [DT_NULL, 0n],
    ];
    const view = new DataView(dynamic.bytes.buffer);
    entries.forEach(([tag, value], k) => {
      view.setBigUint64(16 * k, BigInt(tag), true);
      view.setBigUint64(16 * k + 8, value, true);
    });
  };
  const base = { name: "cor_image_base", label: null, value: expression(0), type: "none", global: true } as const;
  const object = { ...moved.object, symbols: [...moved.object.symbols, { ...base, size: 0, site: nowhere }] };
  return { objects: [object, dynamic.object], fill };
}

/**
 * Relocations of a section that hold an address as it is, 64 bits wide: what moving the image changes. Throws SourceError
 * for a narrower one, which cannot be moved.
 */
export function wordsOf(object: ObjectFile, section: ObjectSection): ObjectSection["relocations"] {
  return section.relocations.filter(({ size, relativeTo, value, site }) => {
    if (relativeTo !== null) return false;
    const linear = simplify(value, (label) => object.places.get(label) ?? null);
    const moves = linear === null || [...linear.terms.values()].reduce((sum, count) => sum + count, 0n) !== 0n;
    if (moves && size !== 8)
      throw new SourceError(
        site,
        `${value} as it is, in ${8 * size} bits: a program that can be loaded anywhere reaches it from RIP`,
      );
    return moves;
  });
}
