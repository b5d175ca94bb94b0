/**
 * START HERE for the translator, the second tier: hot code becomes WebAssembly of its own.
 *
 *     head record, often entered → discover.ts: which code belongs together
 *                                → block.ts: what each block does, as values (graph.ts, status.ts) and actions
 *                                → region.ts, structure.ts: the graph of blocks as nested loops
 *                                → generate.ts: one function
 *                                → batch.ts: many of these in one module
 *                                → known-regions.ts: found again by the bytes it was made from
 *                                → cache.ts: in use, until these bytes change
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
 * When something is translated depends on counters, and when it is put to use on how fast another thread is (helper-thread.ts); neither
 * changes anything that the guest could see.
 */
import { setFlagsFromString } from "node:v8";
import type { Breakpoints } from "../cpu/breakpoints.ts";
import { Fault } from "../cpu/context.ts";
import { Efer } from "../cpu/control-bits.ts";
import type { CpuModel } from "../cpu/cpuid.ts";
import type { Paging } from "../cpu/paging.ts";
import type { StateView } from "../cpu/state.ts";
import type { TimingModel } from "../cpu/timing-models.ts";
import { TlbBank } from "../cpu/tlb.ts";
import { TranslationMode, Workspace } from "../cpu/workspace.ts";
import type { Handlers } from "../interpreter/handlers.ts";
import { Handler, Head } from "../interpreter/record.ts";
import type { DecodeMode, Run, Runs } from "../interpreter/runs.ts";
import { CS, SS } from "../isa/instruction.ts";
import type { Log } from "../log.ts";
import { FRAME_BYTES, type Memory, RAM_BASE } from "../memory.ts";
import type { Surroundings } from "./action.ts";
import { bytesOfRegion, CodeBits, LARGE, type MadeRegion, type Wish, writeBatch } from "./batch.ts";
import { type Place, type Region, RegionCache } from "./cache.ts";
import { Constants } from "./constants.ts";
import { clearCounters, type RegionCounts, readCounters, sumCounts } from "./counters.ts";
import { HelperThread } from "./helper-thread.ts";
import { factsOf, holds, type KnownRegion, KnownRegions, pageOf, RegionModule, type Use } from "./known-regions.ts";
import { PageKeys } from "./pages.ts";
import type { TierSettings } from "./tiers.ts";

/** A wish, and who has it. */
interface Wanted {
  readonly run: Run;
  readonly wish: Wish;
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
  /** Where code is that may be fetched from a linear address, given as its halves (Interpreter.codePlace). Throws a Fault. */
  readonly codePlace: (high: number, low: number, bank: number) => number;
  readonly settings: TierSettings;
  readonly log: Log;
}

/** Code within a region is entered by itself where time ran out: so many times as often as other code, before it is an entry. */
const INSIDE = 16;
const HOTTEST = 0x4000_0000;
/** Code at which a known region may begin is looked for there when it was entered so often; and the most if that was in vain before. */
const LUKEWARM = 4;
const MOST_LUKEWARM = 256;
/** Pages that were not what a known region was made from, before it is forgotten. */
const MOST_MISTAKES = 1000;
/** Words for page keys that a batch may use. */
const PAGE_KEYS = 512;
/**
 * Instructions of a machine's life before the helper is started. A translator that is itself cold to V8 takes some 100 µs of processor time for each
 * instruction that it translates, V8's work on the WebAssembly included: what the interpreter needs to execute it 10,000 times. What lives shorter than
 * this is over before most of what it would have had translated comes in.
 */
const WORTH_A_THREAD = 150_000_000;
/** Wishes that need not wait for another thread, which takes long to begin and is not there yet; and how many instructions were executed for each that is translated so. */
const FEW = 32;
const EXECUTED_FOR_ONE = 40_000;
/** Instructions between times when one of many wishes is fulfilled at once. */
const EXECUTED_FOR_MANY = 10_000_000;
/** Most functions are shorter. */
const FUNCTION_BYTES = 2048n;
/** Wishes in a batch. */
const MOST_WISHES = 1000;
/** Wishes that wait, before half of them are given up: of a guest that generates code faster than it can be translated. */
const MOST_WAITING = 8 * MOST_WISHES;
/** Counts of regions that are gone, before those at the same RIP are added up. */
const MOST_GONE = 10_000;

/** Where code of a region lay that was just made. */
const hostOf = ({ pages }: MadeRegion, rip: bigint): number => pages.get(pageOf(rip))! + Number(rip & 0xfffn);

export class Translator {
  readonly #parts: TranslatorParts;
  readonly #view: DataView;
  readonly #pageKeys: PageKeys;
  readonly #seen: CodeBits | null;
  readonly #taken = new CodeBits();
  /** Of what is translated here. */
  readonly #constants: Constants;
  readonly cache: RegionCache;
  readonly #known = new KnownRegions();
  #wishes: Wanted[] = [];
  /** What was not worth it, for times of leisure. */
  readonly #postponed: Wanted[] = [];
  #helper: HelperThread | null = null;
  /** Instructions from which on one of many wishes may be fulfilled at once. */
  #nextAlone = 0;
  /** What the helper works on. */
  #given: { readonly wanted: readonly Wanted[]; readonly pageKeys: readonly number[] } | null = null;
  /** Of regions that are translated here: for their counters. */
  readonly #numbers = { next: 0 };
  /** What regions that are gone have counted. */
  #gone: RegionCounts[] = [];
  /** Regions made since the start, and instructions in them. */
  made = 0;
  translated = 0;

  constructor(parts: TranslatorParts) {
    this.#parts = parts;
    const { threshold, onlySeen } = parts.settings;
    // Once per process would do. What is compiled from now on has its hints looked at.
    if (threshold > 0) setFlagsFromString("--experimental-wasm-branch-hinting");
    this.#view = parts.memory.view;
    this.#pageKeys = new PageKeys(parts.memory.view);
    this.#constants = new Constants(parts.memory.view);
    this.#seen = threshold > 0 && onlySeen ? new CodeBits() : null;
    this.cache = new RegionCache(parts.memory);
    this.cache.onDrop = ({ numbers, counters, rip }) => {
      if (counters !== 0) this.#gone.push(readCounters(this.#view, counters, rip));
      if (this.#gone.length > MOST_GONE) this.#gone = sumCounts(this.#gone);
      const { table } = parts.handlers();
      for (const number of numbers) if (number < table.length) table.set(number, null);
    };
    this.cache.onFrameMarked = (host) => parts.paging.spaces.dropWrites(host);
  }

  /** Wishes that have not been fulfilled yet. */
  get waiting(): number {
    return this.#wishes.length + (this.#given?.wanted.length ?? 0);
  }

  /** Code at this address of the WebAssembly memory is executed. */
  seen(host: number): void {
    this.#seen?.set(host, true);
  }

  /** How often a run may be entered before it is looked at here; 0: as often as it likes. */
  heatOf(run: Run): number {
    const heat = this.#ownHeat(run);
    if (heat === 0 || run.sought || !this.#known.mayBeginAt(run.offset)) return heat;
    return Math.min(LUKEWARM << Math.min(run.dropped, 8), MOST_LUKEWARM, heat);
  }

  /** The same when it has no region that is known. */
  #ownHeat(run: Run): number {
    const { threshold, later = threshold } = this.#parts.settings;
    if (threshold === 0 || this.#parts.timing !== "simple") return 0;
    return this.#cooled(later, run);
  }

  #cooled(heat: number, { dropped }: Run): number {
    return Math.min(heat * this.#parts.settings.cooling ** dropped, HOTTEST);
  }

  /** Another thread is worth its beginning. */
  get #isLongLived(): boolean {
    return this.#helper !== null || Number(this.#parts.state.get64("instructions")) >= WORTH_A_THREAD;
  }

  /** Differs from what it was if something was translated since, or wants to be. */
  get activity(): number {
    return this.made + this.waiting / HOTTEST;
  }

  /** A head's counter has come to its end. Returns 1 if it has a region now. */
  hot(head: number): number {
    const run = this.#parts.runs.runAt(head);
    if (run === null || run.frame < 0 || run.secondFrame >= 0 || run.short) return 0;
    const wasSought = run.sought;
    if (this.#recall(run)) return 1;
    if (!wasSought && this.#ownHeat(run) > LUKEWARM && this.#known.mayBeginAt(run.offset)) {
      this.#view.setInt32(head + Head.heat, this.#ownHeat(run), true);
      return 0;
    }
    const { threshold, later = threshold } = this.#parts.settings;
    if (later < threshold && !run.postponed && !this.#isLongLived) {
      run.postponed = true;
      if (this.#postponed.length < MOST_WAITING) this.#postponed.push(this.#wanted(run));
      this.#view.setInt32(head + Head.heat, this.#cooled(threshold - later, run), true);
      return 0;
    }
    // Pages of RIP and of linear addresses must be the same.
    if (Number(this.#parts.state.get64("rip") & 0xfffn) !== run.offset) return 0;
    if (this.#wishes.length >= MOST_WAITING) this.#giveUpOldest();
    this.#wishes.push(this.#wanted(run));
    if (this.#parts.settings.deferred) return 0;
    this.#workHere();
    return run.region === null ? 0 : 1;
  }

  /** A run is about to be entered. */
  #wanted(run: Run): Wanted {
    const around = this.#surroundings();
    const rip = this.#parts.state.get64("rip");
    const lookupKey = this.#view.getInt32(Workspace.lookupKey, true);
    const host = this.#view.getUint32(run.head + Head.place, true);
    return {
      run,
      wish: { rip, host, around, lookupKey, systemCalls: this.#systemCalls(around), traps: this.#traps(around) },
    };
  }

  /** Lets the run lead to a region that is known, if there is one for its bytes. */
  #recall(run: Run): boolean {
    run.sought = true;
    if (run.region !== null || !this.#known.mayBeginAt(run.offset)) return run.region !== null;
    const { state, memory } = this.#parts;
    const rip = state.get64("rip");
    const candidates = this.#known.at(rip);
    if (candidates.length === 0 || Number(rip & 0xfffn) !== run.offset) return false;
    const { mode, limit, flat, bigStack, slots } = this.#surroundings();
    const follows = (state.get64("efer") & Efer.SCE) !== 0n;
    const frame = RAM_BASE + run.frame * FRAME_BYTES;
    const page = pageOf(rip);
    const region = candidates.find(({ around, systemCalls, pages }) => {
      if (around.mode !== mode || around.slots !== slots) return false;
      if (around.limit !== limit || around.flat !== flat || around.bigStack !== bigStack) return false;
      if (systemCalls !== null && !(follows && state.get64("lstar") === systemCalls)) return false;
      return holds(memory.bytes, frame, pages.get(page)!);
    });
    return region !== undefined && this.#use(region, new Map([[page, frame]]), run.mode);
  }

  /** What is still executed will be wished for again. */
  #giveUpOldest(): void {
    for (const { run } of this.#wishes.splice(0, MOST_WAITING / 2)) this.#coolDown(run);
  }

  #coolDown(run: Run): void {
    if (run.valid) this.#view.setInt32(run.head + Head.heat, this.heatOf(run), true);
  }

  #systemCalls({ mode, slots }: Surroundings): Wish["systemCalls"] {
    if (mode !== 64 || slots !== 1) return null;
    const { state, paging } = this.#parts;
    if ((state.get64("efer") & Efer.SCE) === 0n) return null;
    const lookupKey = this.#view.getInt32(Workspace.longKeys + 8 * paging.spaces.present, true);
    return lookupKey === 0 ? null : { rip: state.get64("lstar"), lookupKey };
  }

  #traps({ mode, slots }: Surroundings): Wish["traps"] {
    if (mode !== 64 || slots !== 1) return null;
    const { state, paging } = this.#parts;
    const lookupKey = this.#view.getInt32(Workspace.longKeys + 8 * paging.spaces.present, true);
    if (lookupKey === 0) return null;
    const hasSmap = (this.#view.getInt32(Workspace.translation, true) & TranslationMode.smap) !== 0;
    return {
      lookupKey,
      bank: paging.spaces.bank(hasSmap ? TlbBank.supervisorNoUser : TlbBank.supervisor),
      idtrBase: state.get64("idtrBase"),
      gdtrBase: state.get64("gdtrBase"),
      code: state.get32("segmentSelector", CS),
      stack: state.get32("segmentSelector", SS),
    };
  }

  #surroundings(): Surroundings {
    const { state } = this.#parts;
    const mode = state.get32("codeSize") as Surroundings["mode"];
    const slots = state.get32("cpl") === 3 ? 1 : 0;
    if (mode === 64) return { mode, limit: 0xffff_ffff_ffff_ffffn, flat: 0, bigStack: true, slots };
    const flat = this.#view.getInt32(Workspace.flatSegments, true);
    return {
      mode,
      limit: BigInt(state.get32("segmentLimit", CS)),
      flat: flat & 0xff,
      bigStack: (flat & 0x100) !== 0,
      slots,
    };
  }

  /** Puts to use what the helper has made, and gives it more to do. */
  work(): void {
    const instructions = Number(this.#parts.state.get64("instructions"));
    if (this.#given !== null) this.#takeAnswer();
    if (this.#given !== null || this.#wishes.length === 0) return;
    const few = this.#wishes.length <= FEW && this.#helper === null;
    if (this.translated < instructions / EXECUTED_FOR_ONE) {
      if (few) this.#workHere();
      else if (instructions >= this.#nextAlone) {
        // Many wishes may be for one function.
        this.#nextAlone = instructions + EXECUTED_FOR_MANY;
        this.#wishes.unshift(...this.#wishes.splice(this.#firstNearOldest(), 1));
        this.#workHere(1);
      }
    }
    if (few || this.#wishes.length === 0 || (this.#helper === null && instructions < WORTH_A_THREAD)) return;
    // What is left may be few enough not to begin a thread for them.
    if (this.#helper === null && this.#wishes.length <= FEW) return;
    this.#send();
  }

  #send(): void {
    this.#helper ??= this.#beginThread();
    const wanted = this.#nextWishes();
    if (wanted.length === 0) return;
    const pageKeys = this.#pageKeys.reserve(PAGE_KEYS);
    this.#given = { wanted, pageKeys };
    this.#helper.send({ wishes: wanted.map(({ wish }) => wish), pageKeys });
  }

  /**
   * The guest waits for somebody, and has done so for a while: time for what was not worth it before. Returns whether something is
   * going on; then this wants to be called again soon.
   */
  leisure(): boolean {
    const { threshold, later, deferred, counted } = this.#parts.settings;
    if (threshold === 0 || later === undefined || !deferred || counted === true) return false;
    if (this.#given !== null) this.#takeAnswer();
    if (this.#given !== null) return true;
    this.#wishes.push(...this.#postponed.splice(0));
    while (this.#wishes.length > 0) {
      this.#send();
      if (this.#given !== null) return true;
    }
    return false;
  }

  /** Index of the first wish, in order of addresses, that may be for the function of the oldest wish. */
  #firstNearOldest(): number {
    const end = this.#wishes[0]!.wish.rip;
    const near = (rip: bigint) => rip <= end && end - rip < FUNCTION_BYTES;
    return this.#wishes.reduce(
      (best, { wish }, i) => (near(wish.rip) && wish.rip < this.#wishes[best]!.wish.rip ? i : best),
      0,
    );
  }

  #beginThread(): HelperThread {
    const { memory, model, log } = this.#parts;
    return new HelperThread({
      memory: memory.wasm,
      model: model.name,
      seen: this.#seen?.bytes ?? null,
      taken: this.#taken.bytes,
      wantsText: log.on("regions"),
      counts: this.#parts.settings.counted === true,
    });
  }

  /** Wishes that are still worth it. */
  #nextWishes(most = MOST_WISHES): Wanted[] {
    const next = this.#wishes.splice(0, most).filter(({ run }) => run.valid && run.region === null);
    // Functions begin before their middle: what they take in needs no region of its own.
    return next.sort(({ wish: x }, { wish: y }) => (x.rip < y.rip ? -1 : 1));
  }

  #takeAnswer(): void {
    const answer = this.#helper!.take();
    if (answer === null) return;
    const { wanted, pageKeys } = this.#given!;
    this.#given = null;
    this.#wishes.unshift(...wanted.slice(answer.looked));
    this.#install(wanted, pageKeys, answer.regions, answer.module === null ? null : new RegionModule(answer.module));
  }

  /** Translates what was wished for, here and now. */
  #workHere(most = MOST_WISHES): void {
    const wanted = this.#nextWishes(most);
    if (wanted.length === 0) return;
    const { memory, model, log } = this.#parts;
    const pageKeys = this.#pageKeys.reserve(PAGE_KEYS);
    const from = {
      buffer: memory.buffer,
      model,
      constants: this.#constants,
      seen: this.#seen,
      taken: this.#taken,
      isShared: false,
      wantsText: log.on("regions"),
      numbers: this.#parts.settings.counted === true ? this.#numbers : null,
    };
    const { bytes, regions, looked } = writeBatch(from, { wishes: wanted.map(({ wish }) => wish), pageKeys });
    this.#wishes.unshift(...wanted.slice(looked));
    this.#install(wanted, pageKeys, regions, bytes === null ? null : new RegionModule(new WebAssembly.Module(bytes)));
  }

  #install(
    wanted: readonly Wanted[],
    reserved: readonly number[],
    regions: readonly MadeRegion[],
    module: RegionModule | null,
  ): void {
    const unused = new Set(reserved);
    if (module !== null) {
      if (this.cache.isFull) this.cache.dropOld();
      for (const made of regions) {
        const one = wanted[made.wish];
        if (one !== undefined && one.run.region === null && this.#isAsRead(made))
          this.#learn(made, one, module, unused);
        else if (one !== undefined) this.#coolDown(one.run);
        if (one?.run.region != null) continue;
        for (const rip of made.entries.slice(0, made.begins)) this.#taken.set(hostOf(made, rip), false);
      }
    }
    for (const at of unused) this.#pageKeys.give(at);
    if (this.#known.isFull || this.#pageKeys.left < PAGE_KEYS)
      for (const region of this.#known.oldest()) this.#forget(region);
    // What was wished for meanwhile and is inside of a region now is reached through that.
    const inside = new Set(regions.flatMap((made) => made.blocks.map((rip) => hostOf(made, rip))));
    this.#wishes = this.#wishes.filter(({ wish }) => !inside.has(wish.host));
  }

  /** Whether the bytes of memory that a region was made from are still the same. */
  #isAsRead({ spans }: MadeRegion): boolean {
    const { bytes } = this.#parts.memory;
    return spans.every(({ start, bytes: read }) => read.every((byte, i) => bytes[start + i] === byte));
  }

  #learn(made: MadeRegion, { run, wish }: Wanted, module: RegionModule, unused: Set<number>): void {
    const region: KnownRegion = { ...factsOf(made, wish), module, use: null, mistakes: 0 };
    for (const { at, rip } of region.pageKeys) this.#pageKeys.name(at, { rip, region });
    if (!this.#use(region, made.pages, run.mode)) return;
    for (const { at } of region.pageKeys) unused.delete(at);
    this.#known.add(region);
    if (made.text !== null) this.#parts.log.say("regions", made.name, made.text);
    this.made++;
    this.translated += made.size;
  }

  #forget(region: KnownRegion): void {
    if (region.use !== null) this.cache.drop(region.use.region);
    this.#known.forget(region);
    for (const { at } of region.pageKeys) this.#pageKeys.give(at);
  }

  /** Lets runs at its entries lead to a region, as far as they are in frames that hold what it was made from; these by RIP of their pages. False: there is none. */
  #use(region: KnownRegion, frames: ReadonlyMap<bigint, number>, mode: DecodeMode): boolean {
    const { runs } = this.#parts;
    const found: { run: Run; entry: number }[] = [];
    for (const [entry, rip] of region.entries.entries()) {
      const frame = frames.get(pageOf(rip));
      const run = frame === undefined ? null : runs.find(frame + Number(rip & 0xfffn), mode);
      if (run !== null && run.region === null && !run.short && run.secondFrame < 0) found.push({ run, entry });
    }
    if (found.length === 0) return false;
    const use = (region.use ??= this.#begin(region));
    const exports = region.module.exports(this.#parts.handlers(), this.#validate);
    for (const { run, entry } of found) {
      use.numbers[entry] ||= this.#functionNumber(exports[region.first + entry] as unknown, use.region);
      const number = use.numbers[entry]!;
      use.heads.push({ run, number });
      run.region = use.region;
      this.#view.setInt32(run.head + Head.handler, number, true);
      if (region.size >= LARGE && entry < region.begins)
        this.#taken.set(RAM_BASE + run.frame * FRAME_BYTES + run.offset, true);
    }
    for (const [page, host] of frames) this.#extend(region, use, page, host, mode);
    return true;
  }

  /** The function's place in the table. */
  #functionNumber(function_: unknown, region: Region): number {
    const { table } = this.#parts.handlers();
    const number = this.cache.take();
    if (number >= table.length) table.grow(number + 1024 - table.length);
    table.set(number, function_);
    region.numbers.push(number);
    return number;
  }

  #begin(known: KnownRegion): Use {
    const { name, size, counters, entries } = known;
    if (counters !== 0) clearCounters(this.#view, counters);
    const heads: { run: Run; number: number }[] = [];
    const detach = (changed: number) => {
      known.use = null;
      for (const { at } of known.pageKeys) this.#pageKeys.lose(at);
      for (const head of heads) this.#detach(head, changed);
    };
    const bytes = bytesOfRegion(size);
    const region: Region = { numbers: [], spans: [], name, size, bytes, detach, rip: entries[0]!, counters };
    this.cache.add(region);
    return { region, heads, numbers: new Array<number>(entries.length).fill(0), frames: new Map() };
  }

  /** A frame was found to hold a page of a region. */
  #extend(known: KnownRegion, use: Use, page: bigint, host: number, mode: DecodeMode): void {
    let frames = use.frames.get(page);
    if (frames === undefined) use.frames.set(page, (frames = new Set()));
    if (frames.has(host)) return;
    frames.add(host);
    const spans = (known.pages.get(page) ?? []).map(({ offset, bytes }): Place => {
      const start = host + offset;
      return { start, end: start + bytes.length };
    });
    this.cache.extend(use.region, spans);
    // Where a region has blocks nobody needs to begin.
    for (const rip of known.blocks) {
      if (pageOf(rip) !== page) continue;
      const run = this.#parts.runs.find(host + Number(rip & 0xfffn), mode);
      if (run === null || run.region !== null) continue;
      this.#view.setInt32(run.head + Head.heat, Math.min(INSIDE * this.#ownHeat(run), HOTTEST), true);
      run.sought = true;
    }
  }

  #detach({ run, number }: { run: Run; number: number }, changed: number): void {
    run.region = null;
    run.sought = false;
    if (run.frame === changed) run.dropped++;
    this.#taken.set(RAM_BASE + run.frame * FRAME_BYTES + run.offset, false);
    if (this.#view.getInt32(run.head + Head.handler, true) === number)
      this.#view.setInt32(run.head + Head.handler, Handler.enter, true);
    this.#view.setInt32(run.head + Head.heat, this.heatOf(run), true);
  }

  /** A region is about to go into one of its pages under another key than before: fetches from there. */
  readonly #validate = (at: number): number => {
    const { state, breakpoints, memory } = this.#parts;
    const key = this.#view.getInt32(Workspace.lookupKey, true);
    if (!breakpoints.execute && this.#pageKeys.isKnown(at, key)) return 1;
    const { rip, region } = this.#pageKeys.page(at);
    const { use } = region;
    if (use === null) return 0;
    const is64 = state.get32("codeSize") === 64;
    const linear = is64 ? rip : (rip + state.get64("segmentBase", CS)) & 0xffff_ffffn;
    if (breakpoints.execute && breakpoints.onCodePage(linear)) return 0;
    const bank = state.get32("cpl") === 3 ? TlbBank.user : TlbBank.supervisor;
    let host: number;
    try {
      const [high, low] = [Number(linear >> 32n) | 0, Number(linear & 0xffff_ffffn) | 0];
      host = this.#parts.codePlace(high, low, bank);
    } catch (thrown) {
      if (thrown instanceof Fault) return 0;
      throw thrown;
    }
    if (host < 0 || host % FRAME_BYTES !== 0) return 0;
    if (use.frames.get(rip)?.has(host) !== true) {
      if (!holds(memory.bytes, host, region.pages.get(rip) ?? [])) {
        if (++region.mistakes > MOST_MISTAKES) this.#forget(region);
        return 0;
      }
      this.#extend(region, use, rip, host, use.heads[0]!.run.mode);
    }
    // Not `key`: the fetch may have made translations of others go.
    this.#pageKeys.found(at, this.#view.getInt32(Workspace.lookupKey, true));
    return 1;
  };

  /** What regions have counted, by RIP: those in which most instructions were executed first. */
  counts(): RegionCounts[] {
    const present = this.cache.regions.filter(({ counters }) => counters !== 0);
    return sumCounts([...this.#gone, ...present.map(({ counters, rip }) => readCounters(this.#view, counters, rip))]);
  }

  /** All runs are gone, or the handlers are others: so are all regions. */
  reset(): void {
    this.#wishes = [];
    this.#postponed.length = 0;
    // What is on its way was made for heads that are no more.
    if (this.#given !== null) this.#given = { ...this.#given, wanted: [] };
    this.cache.dropAll();
  }
}
