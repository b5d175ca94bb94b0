/**
 * Decoded code, kept by what it was decoded from. What a run is follows from the bytes of the page in which it lies (a run ends with its page,
 * and its cost depends on no other bytes: cpu/cost.ts), so a page that holds what some page held before needs no decoding: a
 * program that is started again, in other frames; or the same system, started again, when what one process has
 * decoded is kept in a file for the next.
 *
 * A page is found by a check sum and then compared byte for byte. Its runs are kept as the records they consist of, with
 * the links between them as numbers of runs.
 *
 * Form of the file, in little-endian 32-bit words: a check sum of what follows, number of shapes, number of pages, check sum of the processor
 * model's name; per shape `SHAPE_WORDS`: its number, the mode, and an instruction of that shape, its length and its bytes; per page numbers of
 * runs, of words and of links, the page, `RUN_WORDS` for each run, the words, the links. In them Handler.first + i stands for the handler of shape i.
 */
import { crc32 } from "node:zlib";
import type { CpuModel } from "../cpu/cpuid.ts";
import { decode } from "../isa/decode.ts";
import type { Mode } from "../isa/instruction.ts";
import { FRAME_BYTES } from "../memory.ts";
import type { Handlers } from "./handlers.ts";
import { Handler, Op, RECORD_BYTES } from "./record.ts";
import { shapeNumber } from "./shape.ts";

/** What is kept of a run, in words. `start`: its key in its frame; `words`: where in the page's words its records begin. */
export const RunWord = {
  start: 0,
  records: 1,
  count: 2,
  bytes: 3,
  ticks: 4,
  costFirst: 5,
  costEnd: 6,
  linkable: 7,
  words: 8,
} as const;
export const RUN_WORDS = 9;
/** A link: number of the run, the word in its records, number of the run that it leads to. */
export const LINK_WORDS = 3;
export const RECORD_WORDS = RECORD_BYTES / 4;

export interface KnownPage {
  /** The page's bytes. */
  readonly content: Uint8Array;
  readonly runs: Int32Array;
  /** Records of all runs. */
  readonly words: Int32Array;
  readonly links: Int32Array;
  /** Handlers are still numbered as in the file. */
  foreign: boolean;
  used: boolean;
}

export const runsIn = ({ runs }: KnownPage): number => runs.length / RUN_WORDS;

/** Bytes of pages and their runs that are kept in memory, and in a file. */
const MOST_BYTES = 24 << 20;
const FILE_WORDS = 4;
const SHAPE_WORDS = 7;
const SAMPLE_BYTES = 4 * (SHAPE_WORDS - 3);
const PAGE_WORDS = 3;

const sizeOf = ({ runs, words, links }: KnownPage): number =>
  4 * (PAGE_WORDS + runs.length + words.length + links.length) + FRAME_BYTES;

export class KnownPages {
  readonly #model: CpuModel;
  #handlers: Handlers;
  readonly #pages = new Map<number, KnownPage>();
  #bytes = 0;
  /** Of the file: handler by shape, when the first page was used. */
  #numbers: Int32Array | null = null;
  #file: { readonly words: Int32Array; readonly bytes: Uint8Array; readonly shapes: number } | null = null;

  constructor(model: CpuModel, handlers: Handlers) {
    this.#model = model;
    this.#handlers = handlers;
  }

  /** Handlers have other numbers now. */
  setHandlers(handlers: Handlers): void {
    this.#handlers = handlers;
    this.#pages.clear();
    this.#bytes = 0;
    this.#file = null;
  }

  get isEmpty(): boolean {
    return this.#pages.size === 0;
  }

  /** The page with these bytes, its handlers numbered as they are here. */
  find(content: Uint8Array): KnownPage | null {
    if (this.#pages.size === 0) return null;
    const page = this.#pages.get(crc32(content));
    if (page === undefined || Buffer.compare(page.content, content) !== 0) return null;
    if (page.foreign) this.#translate(page);
    page.used = true;
    return page;
  }

  /** Keeps a page, instead of what was known of the same bytes. False: there is no room for more. */
  add(page: KnownPage): boolean {
    const sum = crc32(page.content);
    const before = this.#pages.get(sum);
    const bytes = this.#bytes + sizeOf(page) - (before === undefined ? 0 : sizeOf(before));
    if (bytes > MOST_BYTES) return false;
    this.#bytes = bytes;
    this.#pages.set(sum, page);
    return true;
  }

  #translate(page: KnownPage): void {
    this.#numbers ??= this.#numbersOfShapes();
    const { words } = page;
    for (let at = 0; at < words.length; at += RECORD_WORDS) {
      const handler = words[at]!;
      if (handler >= Handler.first) words[at] = this.#numbers[handler - Handler.first]!;
    }
    page.foreign = false;
  }

  #numbersOfShapes(): Int32Array {
    const { words, bytes, shapes } = this.#file!;
    const numbers = new Int32Array(shapes);
    for (let i = 0; i < shapes; i++) {
      const at = FILE_WORDS + i * SHAPE_WORDS;
      const known = this.#handlers.numberOf(words[at]!);
      if (known !== null) numbers[i] = known;
      else {
        const sample = 4 * (at + 3);
        const instruction = decode(bytes, sample, sample + words[at + 2]!, words[at + 1] as Mode);
        if (typeof instruction === "string" || shapeNumber(instruction) !== words[at])
          throw new Error("a shape that is none");
        numbers[i] = this.#handlers.of(instruction).number;
      }
    }
    this.#handlers.compile();
    return numbers;
  }

  // ---- in a file

  /** Takes over what `encode` gave in another process of the same sources. Does nothing if it is damaged, or of another model. Before anything else is known. */
  read(bytes: Uint8Array): void {
    if (bytes.length % 4 !== 0 || bytes.length < 4 * FILE_WORDS || bytes.byteOffset % 4 !== 0) return;
    const words = new Int32Array(bytes.buffer, bytes.byteOffset, bytes.length >> 2);
    if (crc32(bytes.subarray(4)) !== words[0]! >>> 0 || words[3] !== this.#modelSum) return;
    const [, shapes, pages] = words as unknown as [number, number, number];
    this.#file = { words, bytes, shapes };
    let at = FILE_WORDS + SHAPE_WORDS * shapes;
    const take = (count: number): Int32Array => words.subarray(at, (at += count));
    for (let i = 0; i < pages; i++) {
      const sum = words[at]!;
      const [runs, records, links] = [words[at + 1]!, words[at + 2]!, words[at + 3]!];
      at += PAGE_WORDS + 1;
      const content = bytes.subarray(4 * at, 4 * at + FRAME_BYTES);
      at += FRAME_BYTES >> 2;
      const page = {
        content,
        runs: take(runs * RUN_WORDS),
        words: take(records * RECORD_WORDS),
        links: take(links * LINK_WORDS),
        foreign: true,
        used: false,
      };
      this.#pages.set(sum >>> 0, page);
      this.#bytes += sizeOf(page);
    }
  }

  get #modelSum(): number {
    return crc32(this.#model.name) | 0;
  }

  /** All pages, those that were used first. */
  encode(): Uint8Array {
    const shapes = new Map<number, { readonly index: number; readonly words: Int32Array }>();
    const pages = [...this.#pages].sort(([, a], [, b]) => Number(b.used) - Number(a.used));
    const parts: Int32Array[] = [];
    for (const [sum, page] of pages) {
      if (page.foreign) this.#translate(page);
      const records = Int32Array.from(page.words);
      for (let i = 0; i < runsIn(page); i++) this.#nameShapes(page, i, records, shapes);
      parts.push(
        Int32Array.of(sum, runsIn(page), records.length / RECORD_WORDS, page.links.length / LINK_WORDS),
        new Int32Array(page.content.slice().buffer),
        page.runs,
        records,
        page.links,
      );
    }
    const header = Int32Array.of(0, shapes.size, pages.length, this.#modelSum);
    const all = [header, ...[...shapes.values()].map(({ words }) => words), ...parts];
    const words = new Int32Array(all.reduce((sum, { length }) => sum + length, 0));
    let at = 0;
    for (const part of all) {
      words.set(part, at);
      at += part.length;
    }
    const bytes = new Uint8Array(words.buffer);
    words[0] = crc32(bytes.subarray(4)) | 0;
    return bytes;
  }

  /** Puts numbers of shapes in the place of handlers'. */
  #nameShapes(
    { runs, content }: KnownPage,
    run: number,
    records: Int32Array,
    shapes: Map<number, { readonly index: number; readonly words: Int32Array }>,
  ): void {
    const start = runs[run * RUN_WORDS + RunWord.start]!;
    const first = runs[run * RUN_WORDS + RunWord.words]!;
    const count = runs[run * RUN_WORDS + RunWord.count]!;
    const mode = modeOf(start);
    for (let i = 0; i < count; i++) {
      const at = first + i * RECORD_WORDS;
      const handler = records[at]!;
      if (handler < Handler.first) continue;
      let shape = shapes.get(handler);
      if (shape === undefined) {
        const view = new DataView(records.buffer, 4 * at, RECORD_BYTES);
        const length = view.getUint8(Op.length);
        const from = (start >> 3) + view.getUint16(Op.end, true) - length;
        const words = new Int32Array(SHAPE_WORDS);
        words.set([this.#handlers.shapeOf(handler), mode, length]);
        new Uint8Array(words.buffer, 12, SAMPLE_BYTES).set(content.subarray(from, from + length));
        shape = { index: shapes.size, words };
        shapes.set(handler, shape);
      }
      records[at] = Handler.first + shape.index;
    }
  }
}

/** A run's key in its frame: where it begins, and how it is read. */
export const startKey = (offset: number, mode: Mode, limited: boolean): number =>
  (offset << 3) | (mode === 64 ? 4 : mode === 32 ? 2 : 0) | (limited ? 1 : 0);

export const modeOf = (key: number): Mode => ((key & 4) !== 0 ? 64 : (key & 2) !== 0 ? 32 : 16);
