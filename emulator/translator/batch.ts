/**
 * The translator's work on a batch of wishes, from their RIPs to one module: what it reads is in shared memory, so it can be done on the
 * thread that executes or on another one (helper.ts), while the guest goes on. That the bytes which were read are still
 * the same, whoever puts the regions to use must look at; that a page is where it was thought to be, regions look at themselves.
 */
import type { CpuModel } from "../cpu/cpuid.ts";
import { WasmModule } from "../formats/wasm.ts";
import { jumpTargets } from "../interpreter/jump-targets.ts";
import { LookupEntry, lookupEntry } from "../interpreter/lookup.ts";
import { Head } from "../interpreter/record.ts";
import { CODE_BASE, CODE_SIZE, FRAME_BYTES } from "../memory.ts";
import type { Surroundings } from "./action.ts";
import type { Constants } from "./constants.ts";
import { countersAt } from "./counters.ts";
import { CodeReader, discover, type Span } from "./discover.ts";
import { Tables, type TrapTables } from "./gates.ts";
import { writeRegion } from "./generate.ts";
import { buildRegion, type RegionGraph } from "./region.ts";
import { guestText, wasmText } from "./region-text.ts";
import { importRegion, WaysOut } from "./ways-out.ts";

/** Code that wants to be translated. */
export interface Wish {
  readonly rip: bigint;
  /** Where its first byte is in the WebAssembly memory. */
  readonly host: number;
  readonly around: Surroundings;
  /** Under which its way to other pages can be found in the lookup table. */
  readonly lookupKey: number;
  /** What it reaches by SYSCALL, and under which key that can be found; null: it does not. */
  readonly systemCalls: { readonly rip: bigint; readonly lookupKey: number } | null;
  /** Where INT leads from it; null: that is not known. */
  readonly traps: TrapTables | null;
}

export interface Batch {
  readonly wishes: readonly Wish[];
  /** Addresses of words for page keys (pages.ts) that may be used. */
  readonly pageKeys: readonly number[];
}

export interface MadeRegion {
  /** Which wish it fulfils. */
  readonly wish: number;
  readonly name: string;
  /** Instructions in it. */
  readonly size: number;
  /** RIPs of its entries; that of entry i is the module's export `${first + i}`. */
  readonly entries: readonly bigint[];
  readonly first: number;
  /** So many of them, the first ones, were wished for. */
  readonly begins: number;
  /** RIPs of its blocks. */
  readonly blocks: readonly bigint[];
  readonly spans: readonly Span[];
  /** Pages by RIP, and where their frames are. */
  readonly pages: ReadonlyMap<bigint, number>;
  readonly pageKeys: readonly { readonly at: number; readonly rip: bigint }[];
  /** SYSCALL is followed to where the wish says. */
  readonly hasSystemCalls: boolean;
  /** To be read; null unless that was asked for. */
  readonly text: string | null;
  /** Where it counts (counters.ts), or 0. */
  readonly counters: number;
}

export interface Made {
  /** Null when there is no region. */
  readonly bytes: Uint8Array<ArrayBuffer> | null;
  readonly regions: readonly MadeRegion[];
}

/** What batches are made from. */
export interface CodeMemory {
  readonly buffer: ArrayBufferLike;
  readonly model: CpuModel;
  readonly constants: Constants;
  /** Code that was executed; null: all of it counts as executed. */
  readonly seen: CodeBits | null;
  /** Entries of large regions: another one ends there, because to go there costs little beside what is done there. */
  readonly taken: CodeBits;
  /** Numbers for the counters of regions; null: nobody counts. */
  readonly numbers: { next: number } | null;
  /** Somebody else executes meanwhile. */
  readonly isShared: boolean;
  /** Whether somebody wants to read what is made. */
  readonly wantsText: boolean;
}

/** A bit for each address of code; some share one. */
export class CodeBits {
  static readonly #BYTES = 1 << 20;
  readonly bytes: Uint8Array;

  /** `bytes`: shared with another thread. */
  constructor(bytes: Uint8Array = new Uint8Array(new SharedArrayBuffer(CodeBits.#BYTES))) {
    this.bytes = bytes;
  }

  has(host: number): boolean {
    return (this.bytes[(host >>> 3) & (CodeBits.#BYTES - 1)]! & (1 << (host & 7))) !== 0;
  }

  set(host: number, value: boolean): void {
    const at = (host >>> 3) & (CodeBits.#BYTES - 1);
    const bit = 1 << (host & 7);
    this.bytes[at] = value ? this.bytes[at]! | bit : this.bytes[at]! & ~bit;
  }
}

/** An instruction as bytes of WebAssembly, roughly. */
const BYTES_OF_INSTRUCTION = 40;
/** Instructions of a region that no other one takes in. */
export const LARGE = 50;
/** Instructions in a module beyond which no region is begun: what is there shall not wait longer. */
const MOST_INSTRUCTIONS = 1500;

/** Wishes behind one that may be for the same few instructions. */
const NEIGHBOURS = 4;

/** Fulfils wishes from the first on; those that `regions` does not name and that come behind its last were not looked at. */
export function writeBatch(from: CodeMemory, { wishes, pageKeys }: Batch): Made & { readonly looked: number } {
  const free = [...pageKeys];
  const module = new WasmModule();
  const imports = importRegion(module);
  const ways = new WaysOut(module, imports, from.constants);
  const frames = new Map<number, Uint8Array>();
  const memory = new Uint8Array(from.buffer);
  const view = new DataView(from.buffer);
  const frame = (host: number): Uint8Array => {
    let bytes = frames.get(host);
    if (bytes === undefined) {
      bytes = memory.subarray(host, host + FRAME_BYTES);
      frames.set(host, (bytes = from.isShared ? bytes.slice() : bytes));
    }
    return bytes;
  };
  const regions: MadeRegion[] = [];
  const inside = new Set<number>();
  let exports = 0;
  let instructions = 0;
  let looked = 0;
  for (const [number, wish] of wishes.entries()) {
    if (instructions >= MOST_INSTRUCTIONS) break;
    looked++;
    if (inside.has(wish.host)) continue;
    // Each page may be gone into in two rings, and so may the first.
    const reader = readerFor(from, wish, frame, (free.length >> 1) - 1);
    const used: { at: number; rip: bigint; user: boolean }[] = [];
    const neighbours = neighboursOf(wishes, number);
    const graph = regionOf(reader, view, wish, neighbours, (page, user) => {
      let known = used.find((one) => one.rip === page && one.user === user);
      if (known === undefined) {
        known = { at: free.pop()!, rip: page, user };
        used.push(known);
      }
      return known.at;
    });
    if (graph === null) {
      free.push(...used.map(({ at }) => at));
      continue;
    }
    const hostOf = (at: bigint) => reader.pages.get(at & ~0xfffn)! + Number(at & 0xfffn);
    const name = `region.${wish.rip.toString(16)}`;
    const counters = from.numbers === null ? 0 : countersAt(from.numbers.next++);
    const refs = writeRegion(module, imports, ways, graph, name, counters);
    for (const [i, ref] of refs.entries()) module.export(String(exports + i), ref);
    const entries = graph.entries.map((entry) => graph.blocks[entry]!.rip);
    const begins = entries.filter((rip, i) => i === 0 || neighbours.has(rip)).length;
    if (graph.size >= LARGE) for (const rip of entries.slice(0, begins)) from.taken.set(hostOf(rip), true);
    const blocks = [...new Set(graph.blocks.flatMap((block) => block?.rip ?? []))];
    for (const rip of blocks) inside.add(hostOf(rip));
    regions.push({
      wish: number,
      name,
      size: graph.size,
      entries,
      begins,
      first: exports,
      blocks,
      spans: reader.spans,
      pages: reader.pages,
      pageKeys: used.map(({ at, rip }) => ({ at, rip })),
      hasSystemCalls: wish.systemCalls !== null,
      counters,
      text: from.wantsText ? `${guestText(graph)}\n${wasmText(graph, name, from.constants)}` : null,
    });
    exports += refs.length;
    instructions += graph.size;
  }
  return { bytes: regions.length === 0 ? null : module.encode({ names: true }), regions, looked };
}

/** Bytes of WebAssembly of a region, roughly. */
export const bytesOfRegion = (size: number): number => BYTES_OF_INSTRUCTION * size;

function readerFor(from: CodeMemory, wish: Wish, frame: (host: number) => Uint8Array, pages: number): CodeReader {
  const { rip, around, lookupKey, systemCalls, traps } = wish;
  const inner = systemCalls?.lookupKey ?? traps?.lookupKey;
  const view = new DataView(from.buffer);
  const entryFrame = wish.host - (wish.host % FRAME_BYTES);
  let others = 0;
  const locate = (at: bigint, page: number): number => {
    if (page === 0) {
      if (at >> 12n === rip >> 12n) return locate(at, entryFrame);
      if (others >= pages) return 0;
      const known = frameOf(view, at, lookupKey) || (inner === undefined ? 0 : frameOf(view, at, inner));
      if (known === 0) return 0;
      const host = locate(at, known);
      if (host !== 0) others++;
      return host;
    }
    const host = page + Number(at & 0xfffn);
    if (at === rip) return host;
    if (from.taken.has(host)) return 0;
    if (from.seen === null) return host;
    return from.seen.has(host) ? host : 0;
  };
  const targets = (behind: bigint) => jumpTargets(view, behind);
  const isTaken = (host: number) => from.taken.has(host);
  return new CodeReader({ frame, mode: around.mode, model: from.model, timing: "simple", locate, isTaken, targets });
}

/** RIPs of the wishes behind one in its page that ask for the same kind of region. */
function neighboursOf(wishes: readonly Wish[], number: number): ReadonlySet<bigint> {
  const { rip, host, around, lookupKey } = wishes[number]!;
  const near = new Set<bigint>();
  for (const other of wishes.slice(number + 1, number + 1 + NEIGHBOURS)) {
    if (other.host - host !== Number(other.rip - rip) || other.rip >> 12n !== rip >> 12n) continue;
    const { mode, slots, limit, flat, bigStack } = other.around;
    if (mode !== around.mode || slots !== around.slots || limit !== around.limit) continue;
    if (flat === around.flat && bigStack === around.bigStack && other.lookupKey === lookupKey) near.add(other.rip);
  }
  return near;
}

function regionOf(
  reader: CodeReader,
  view: DataView,
  { rip, around, systemCalls, traps }: Wish,
  neighbours: ReadonlySet<bigint>,
  keyOfPage: (page: bigint, user: boolean) => number,
): RegionGraph | null {
  const rings = {
    user: around.slots === 1,
    systemCalls: systemCalls?.rip ?? null,
    traps: traps && new Tables(view, traps),
  };
  const discovered = discover(reader, rip, rings, neighbours);
  if (discovered === null) return null;
  // Who enters on another page has not been found on that of the first entry.
  const entryPage = rip & ~0xfffn;
  const isOne = discovered.entries.every((entry) => (entry.rip & ~0xfffn) === entryPage);
  return buildRegion(discovered, around, (page, user) =>
    isOne && page === entryPage && user === rings.user ? 0 : keyOfPage(page, user),
  );
}

/** The frame of code on another page, as the lookup table knows it, or 0. */
function frameOf(view: DataView, rip: bigint, key: number): number {
  const entry = lookupEntry(Number(rip & 0xffff_ffffn), key);
  if (view.getBigUint64(entry + LookupEntry.rip, true) !== rip) return 0;
  if (view.getInt32(entry + LookupEntry.key, true) !== key) return 0;
  const head = view.getInt32(entry + LookupEntry.head, true);
  if (head < CODE_BASE || head >= CODE_BASE + CODE_SIZE) return 0;
  const place = view.getUint32(head + Head.place, true);
  return place !== 0 && place % FRAME_BYTES === Number(rip & 0xfffn) ? place - (place % FRAME_BYTES) : 0;
}
