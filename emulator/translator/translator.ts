/**
 * START HERE for the translator, the second tier: hot code becomes WebAssembly of its own.
 *
 *     head record, often entered → discover.ts: which code belongs together
 *                                → block.ts: what each block does, as values (graph.ts, status.ts) and actions
 *                                → region.ts, structure.ts: the graph of blocks as nested loops
 *                                → generate.ts: one function
 *                                → cache.ts: found by the bytes it was made from
 *
 * The interpreter decodes code into runs; a run has a head record, and to enter a run is to call what its head names. A region is a
 * function that stands there instead. So links, the lookup table, returns from interrupts, all that leads to code leads to
 * its region, and the interpreter needs to know nothing but a number. A region is made for one RIP and looks whether
 * that is the present one, because the run may be found at other addresses too.
 *
 * A region does what is ordinary. Everything else, it leaves to the interpreter, by going away with the state as it was before
 * the instruction in question: faults, devices, writes to code and page tables, instructions that call TypeScript. It
 * follows that while a region runs, nobody else does: nothing that it was made from can change under it.
 *
 * When something is translated depends on counters and changes nothing that the guest could see.
 */
import { setFlagsFromString } from "node:v8";
import type { Breakpoints } from "../cpu/breakpoints.ts";
import { Fault } from "../cpu/context.ts";
import type { CpuModel } from "../cpu/cpuid.ts";
import { PageAccess, type Paging } from "../cpu/paging.ts";
import type { StateView } from "../cpu/state.ts";
import type { TimingModel } from "../cpu/timing-models.ts";
import { TlbBank } from "../cpu/tlb.ts";
import { Workspace } from "../cpu/workspace.ts";
import { type FunctionRef, WasmModule } from "../formats/wasm.ts";
import type { Handlers } from "../interpreter/handlers.ts";
import { LookupEntry, lookupEntry } from "../interpreter/lookup.ts";
import { Handler, Head } from "../interpreter/record.ts";
import type { Run, Runs } from "../interpreter/runs.ts";
import { CS } from "../isa/instruction.ts";
import { FRAME_BYTES, type Memory, RAM_BASE } from "../memory.ts";
import type { Surroundings } from "./action.ts";
import { type Region, RegionCache } from "./cache.ts";
import { Constants } from "./constants.ts";
import { CodeReader, discover } from "./discover.ts";
import { writeRegion } from "./generate.ts";
import { PageKeys } from "./pages.ts";
import { buildRegion, type RegionGraph } from "./region.ts";
import type { TierSettings } from "./tiers.ts";
import { importRegion, WaysOut } from "./ways-out.ts";

/** Code that wants to be translated. */
interface Wish {
  readonly run: Run;
  readonly version: number;
  readonly rip: bigint;
  readonly around: Surroundings;
  /** Under which its way to other pages can be found in the lookup table. */
  readonly lookupKey: number;
}

interface Found {
  readonly graph: RegionGraph;
  readonly spans: Region["spans"];
  readonly pageKeys: readonly number[];
  readonly hostOf: (rip: bigint) => number;
}

export interface TranslatorParts {
  readonly state: StateView;
  readonly memory: Memory;
  readonly paging: Paging;
  readonly breakpoints: Breakpoints;
  readonly model: CpuModel;
  readonly timing: TimingModel;
  readonly runs: Runs;
  readonly handlers: () => Handlers;
  readonly settings: TierSettings;
}

/** Code within a region is entered by itself where time ran out: so many times as often as other code, before it is an entry. */
const INSIDE = 16;
/** An instruction may be translated, which takes some ten microseconds, for so many that are executed; beside so many at first. */
const EXECUTED_FOR_ONE = 12_000;
const AT_FIRST = 500;
const HOTTEST = 0x4000_0000;

export class Translator {
  readonly #parts: TranslatorParts;
  readonly #view: DataView;
  readonly #pageKeys: PageKeys;
  readonly #constants: Constants;
  readonly cache: RegionCache;
  #wishes: Wish[] = [];
  /** Regions made since the start, and instructions in them. */
  made = 0;
  translated = 0;

  constructor(parts: TranslatorParts) {
    this.#parts = parts;
    // Once per process would do. What is compiled from now on has its hints looked at.
    if (parts.settings.threshold > 0) setFlagsFromString("--experimental-wasm-branch-hinting");
    this.#view = parts.memory.view;
    this.#pageKeys = new PageKeys(parts.memory.view);
    this.#constants = new Constants(parts.memory.view);
    this.cache = new RegionCache(parts.memory);
    this.cache.onDrop = ({ numbers, pageKeys }) => {
      const { table } = parts.handlers();
      for (const number of numbers) if (number < table.length) table.set(number, null);
      for (const at of pageKeys) this.#pageKeys.give(at);
    };
    this.cache.onFrameMarked = (host) => parts.paging.spaces.dropWrites(host);
  }

  /** How often a run may be entered before it is looked at here; 0: as often as it likes. */
  heatOf(run: Run): number {
    const { threshold, cooling } = this.#parts.settings;
    if (threshold === 0 || this.#parts.timing !== "simple") return 0;
    return Math.min(threshold * cooling ** run.dropped, HOTTEST);
  }

  /** A head's counter has come to its end. Returns 1 if it has a region now. */
  hot(head: number): number {
    const run = this.#parts.runs.runAt(head);
    if (run === null || run.frame < 0 || run.secondFrame >= 0 || run.short) return 0;
    const { state } = this.#parts;
    const around = this.#surroundings();
    const rip = state.get64("rip");
    // Pages of RIP and of linear addresses must be the same.
    if (Number(rip & 0xfffn) !== run.offset) return 0;
    const lookupKey = this.#view.getInt32(Workspace.lookupKey, true);
    this.#wishes.push({ run, version: run.version, rip, around, lookupKey });
    if (this.#parts.settings.deferred) return 0;
    this.work();
    return run.region === null ? 0 : 1;
  }

  #surroundings(): Surroundings {
    const { state } = this.#parts;
    const mode = state.get32("codeSize") as Surroundings["mode"];
    if (mode === 64) return { mode, limit: 0xffff_ffff_ffff_ffffn, flat: 0, bigStack: true };
    const flat = this.#view.getInt32(Workspace.flatSegments, true);
    return { mode, limit: BigInt(state.get32("segmentLimit", CS)), flat: flat & 0xff, bigStack: (flat & 0x100) !== 0 };
  }

  /** Instructions that may be translated now: translating may not take more than a small part of all time. */
  #allowance(): number {
    const { state, settings } = this.#parts;
    if (!settings.deferred) return Number.POSITIVE_INFINITY;
    return AT_FIRST + Number(state.get64("instructions")) / EXECUTED_FOR_ONE - this.translated;
  }

  /** Translates what was wished for. */
  work(): void {
    if (this.#wishes.length === 0) return;
    let allowance = this.#allowance();
    if (allowance <= 0) return;
    if (this.cache.isFull) this.cache.dropAll();
    // Functions begin before their middle: what they take in needs no region of its own.
    const wishes = this.#wishes.sort((x, y) => (x.rip < y.rip ? -1 : 1));
    this.#wishes = [];
    const module = new WasmModule();
    const imports = importRegion(module);
    const ways = new WaysOut(module, imports, this.#constants);
    const made: { region: Region; heads: readonly { run: Run; number: number }[]; bytes: number }[] = [];
    const functions: { number: number; ref: FunctionRef }[] = [];
    const inside = new Set<Run>();
    for (const [i, wish] of wishes.entries()) {
      if (allowance <= 0) {
        this.#wishes = wishes.slice(i);
        break;
      }
      const { run } = wish;
      if (!run.valid || run.version !== wish.version || run.region !== null || inside.has(run)) continue;
      const found = this.#region(wish);
      if (found === null) continue;
      const { graph, spans, pageKeys, hostOf } = found;
      allowance -= graph.size;
      this.translated += graph.size;
      const name = `region.${wish.rip.toString(16)}`;
      const refs = writeRegion(module, imports, ways, graph, name);
      const heads: { run: Run; number: number }[] = [];
      for (const [i, entry] of graph.entries.entries()) {
        const at = i === 0 ? run : this.#parts.runs.find(hostOf(graph.blocks[entry]!.rip), run.mode);
        if (at === null || at.region !== null || at.short || at.secondFrame >= 0) continue;
        const number = this.cache.take();
        functions.push({ number, ref: refs[i]! });
        heads.push({ run: at, number });
      }
      const numbers = heads.map(({ number }) => number);
      const detach = () => {
        for (const head of heads) this.#detach(head);
      };
      const region: Region = { numbers, spans, pageKeys, name, size: graph.size, detach };
      for (const head of heads) head.run.region = region;
      for (const block of graph.blocks) {
        const at = block === null ? null : this.#parts.runs.find(hostOf(block.rip), run.mode);
        if (at === null || at.region !== null) continue;
        inside.add(at);
        this.#view.setInt32(at.head + Head.heat, Math.min(INSIDE * this.heatOf(at), HOTTEST), true);
      }
      made.push({ region, heads, bytes: 40 * graph.size });
    }
    if (made.length === 0) return;
    const handlers = this.#parts.handlers();
    const { table } = handlers;
    const last = Math.max(...functions.map(({ number }) => number));
    if (last >= table.length) table.grow(last + 1024 - table.length);
    for (const { number, ref } of functions) module.element(number, [ref]);
    const validate = (at: number) => this.#validate(at);
    const compiled = new WebAssembly.Module(module.encode({ names: true }));
    new WebAssembly.Instance(compiled, { cor: { ...handlers.imports.cor, validate } });
    for (const { region, heads, bytes } of made) {
      this.cache.add(region, bytes);
      for (const { run, number } of heads) this.#view.setInt32(run.head + Head.handler, number, true);
    }
    this.made += made.length;
  }

  #detach({ run, number }: { run: Run; number: number }): void {
    run.region = null;
    run.dropped++;
    if (this.#view.getInt32(run.head + Head.handler, true) === number)
      this.#view.setInt32(run.head + Head.handler, Handler.enter, true);
    this.#view.setInt32(run.head + Head.heat, this.heatOf(run), true);
  }

  #region(wish: Wish): Found | null {
    const { run, rip, around, lookupKey } = wish;
    const { memory, model, timing, runs, settings } = this.#parts;
    const entryPage = rip & ~0xfffn;
    const entryFrame = RAM_BASE + run.frame * FRAME_BYTES;
    const locate = (at: bigint, page: number): number => {
      if (page === 0) {
        const known = at >> 12n === rip >> 12n ? entryFrame : this.#frameOf(at, lookupKey);
        if (known === 0) return 0;
        return locate(at, known);
      }
      const host = page + Number(at & 0xfffn);
      return at === rip || !settings.onlySeen || runs.find(host, run.mode) !== null ? host : 0;
    };
    const reader = new CodeReader({ bytes: memory.bytes, mode: around.mode, model, timing, locate });
    const discovered = discover(reader, rip);
    if (discovered === null) return null;
    const keys = new Map<bigint, number>();
    const graph = buildRegion(discovered, around, (page) => {
      if (page === entryPage) return 0;
      let key = keys.get(page);
      if (key === undefined) keys.set(page, (key = this.#pageKeys.take({ rip: page, host: reader.pages.get(page)! })));
      return key;
    });
    const hostOf = (at: bigint) => reader.pages.get(at & ~0xfffn)! + Number(at & 0xfffn);
    return graph === null ? null : { graph, spans: reader.spans, pageKeys: [...keys.values()], hostOf };
  }

  /** The frame of code on another page, as the lookup table knows it, or 0. */
  #frameOf(rip: bigint, key: number): number {
    const entry = lookupEntry(Number(rip & 0xffff_ffffn), key);
    if (this.#view.getBigUint64(entry + LookupEntry.rip, true) !== rip) return 0;
    if (this.#view.getInt32(entry + LookupEntry.key, true) !== key) return 0;
    const run = this.#parts.runs.runAt(this.#view.getInt32(entry + LookupEntry.head, true));
    if (run === null || run.frame < 0 || run.offset !== Number(rip & 0xfffn) || this.#pageKeys.isFull) return 0;
    return RAM_BASE + run.frame * FRAME_BYTES;
  }

  /** A region is about to go into one of its pages under another key than before: fetches from there. */
  #validate(at: number): number {
    const { state, paging, breakpoints } = this.#parts;
    const key = this.#view.getInt32(Workspace.lookupKey, true);
    if (!breakpoints.execute && this.#pageKeys.isKnown(at, key)) return 1;
    const { rip, host } = this.#pageKeys.page(at);
    const linear = state.get32("codeSize") === 64 ? rip : (rip + state.get64("segmentBase", CS)) & 0xffff_ffffn;
    if (breakpoints.execute && breakpoints.onCodePage(linear)) return 0;
    const bank = state.get32("cpl") === 3 ? TlbBank.user : TlbBank.supervisor;
    try {
      const [high, low] = [Number(linear >> 32n) | 0, Number(linear & 0xffff_ffffn) | 0];
      if (paging.reach(high, low, PageAccess.execute, bank, false) !== host) return 0;
    } catch (thrown) {
      if (thrown instanceof Fault) return 0;
      throw thrown;
    }
    // Not `key`: the fetch may have made translations of others go.
    this.#pageKeys.found(at, this.#view.getInt32(Workspace.lookupKey, true));
    return 1;
  }

  /** All runs are gone, or the handlers are others: so are all regions. */
  reset(): void {
    this.#wishes = [];
    this.cache.dropAll();
  }
}
