/**
 * Decoded code, kept by physical frame. A run is found by the place of its first byte in the WebAssembly memory and the mode it
 * was decoded in, so address spaces and aliases share it. When bytes under a run change, its head turns stale; links and
 * lookup entries may still lead there, and then it is decoded anew into the same records.
 */
import { runCost, runsAlone } from "../cpu/cost.ts";
import { Counter } from "../cpu/counter.ts";
import { asUnderstood, type CpuModel } from "../cpu/cpuid.ts";
import type { TimingModel } from "../cpu/timing-models.ts";
import { Workspace } from "../cpu/workspace.ts";
import { decode } from "../isa/decode.ts";
import type { Instruction, Mode } from "../isa/instruction.ts";
import { returnsElsewhere } from "../isa/stack-switch.ts";
import {
  CODE_BASE,
  CODE_SIZE,
  FRAME_BYTES,
  FrameFlag,
  HEADS_BASE,
  HEADS_SIZE,
  type Memory,
  RAM_BASE,
} from "../memory.ts";
import type { Region } from "../translator/cache.ts";
import type { Translator } from "../translator/translator.ts";
import { encodeRecord, RecordMemory } from "./encode-record.ts";
import { FrameRuns } from "./frame-runs.ts";
import type { HandlerInfo, Handlers } from "./handlers.ts";
import {
  type KnownPage,
  KnownPages,
  LINK_WORDS,
  modeOf,
  RECORD_WORDS,
  RUN_WORDS,
  RunWord,
  runsIn,
  startKey,
} from "./known-pages.ts";
import { headEntry } from "./lookup.ts";
import { Handler, Head, Link, LONGEST_RUN, Op, RECORD_BYTES, RunKind } from "./record.ts";

/** How bytes are read as instructions. */
export interface DecodeMode {
  readonly mode: Mode;
  /** CS has a limit below 4 GiB (never in 64-bit mode): direct branches are not linked, for the target must be compared with it. */
  readonly limited: boolean;
}

/** The code bytes of a run to be decoded. */
export interface CodeBytes {
  readonly bytes: Uint8Array;
  readonly start: number;
  /** Bytes from here on are not to be had, or not to be looked at. */
  readonly end: number;
}

export interface Run {
  readonly head: number;
  /** Frame of the first byte, and where in it. */
  readonly frame: number;
  readonly offset: number;
  readonly mode: DecodeMode;
  /** Records there is room for behind the head, tail included. */
  readonly capacity: number;
  bytes: number;
  /** Records, tail included. */
  records: number;
  /** Its last instruction has links. */
  jumps: boolean;
  /** Offsets in the frame of the bytes that its costs depend on, its own among them: [costFirst, costEnd). */
  costFirst: number;
  costEnd: number;
  /** Cut after its first instruction, for a step: not worth finding otherwise. */
  short: boolean;
  /** Branches at its end may be linked to runs of the same page. */
  linkable: boolean;
  valid: boolean;
  /** Rises each time it is decoded. */
  version: number;
  /** The frame that the only instruction of the run reaches into, or −1. */
  secondFrame: number;
  /** Stands in the head's place. */
  region: Region | null;
  /** How often it has lost its region. */
  dropped: number;
  /** It was hot before the machine had lived long enough for what is as hot as that. */
  postponed: boolean;
  /** It was looked for among the known regions since it was decoded. */
  sought: boolean;
}

type Found = Instruction | "undefined" | "too-long";

/** Room for one instruction that is decoded every time it is met. */
const UNCACHED: Run = {
  head: CODE_BASE,
  frame: -1,
  offset: 0,
  mode: { mode: 16, limited: true },
  capacity: 2,
  bytes: 0,
  records: 0,
  jumps: false,
  costFirst: 0,
  costEnd: 0,
  short: false,
  linkable: false,
  valid: true,
  version: 0,
  secondFrame: -1,
  region: null,
  dropped: 0,
  postponed: false,
  sought: false,
};
const FIRST_HEAD = CODE_BASE + (1 + UNCACHED.capacity) * RECORD_BYTES;

const keyOf = (offset: number, { mode, limited }: DecodeMode): number => startKey(offset, mode, limited);

/** By the low three bits of a run's key. */
const modes: readonly DecodeMode[] = [0, 1, 2, 3, 4, 5].map((key) => ({ mode: modeOf(key), limited: (key & 1) !== 0 }));

/** A page with fewer runs that were not known is not worth learning, and one that changes as often is not either. */
const FEWEST_RUNS = 4;
const MOST_LESSONS = 8;

export class Runs {
  readonly #memory: Memory;
  readonly #view: DataView;
  readonly #records: RecordMemory;
  #handlers: Handlers;
  readonly #model: CpuModel;
  readonly #timing: TimingModel;
  readonly #counter: Counter;
  readonly known: KnownPages;
  /** Runs that had to be decoded. */
  decoded = 0;
  readonly #frames = new Map<number, FrameRuns>();
  readonly #byHead = new Map<number, Run>();
  #free = FIRST_HEAD;
  /** Told when a frame gets its first code: stores to it must be seen from now on. `host` is an address in it. */
  onFrameMarked: (host: number) => void = () => {};
  /** Told when all runs were thrown away: no head is valid any more. */
  onReset: () => void = () => {};
  /** Made from the same bytes. */
  translator: Translator | null = null;

  constructor(memory: Memory, handlers: Handlers, model: CpuModel, timing: TimingModel) {
    this.#memory = memory;
    this.#view = memory.view;
    this.#records = new RecordMemory(memory.buffer);
    this.#handlers = handlers;
    this.#model = model;
    this.#timing = timing;
    this.#counter = new Counter(memory);
    this.known = new KnownPages(model, handlers);
  }

  /** The run whose first byte is at `host`, if it is decoded. */
  find(host: number, mode: DecodeMode): Run | null {
    const run = this.#frames.get(frameOf(host))?.byStart.get(keyOf(host % FRAME_BYTES, mode));
    return run?.valid === true ? run : null;
  }

  runAt(head: number): Run | null {
    return this.#byHead.get(head) ?? null;
  }

  /**
   * Decodes the run whose first byte is at `host`. `code` says where to read: the frame itself, or a copy when the first
   * instruction reaches into the frame of `secondHost` (else 0). `step`: only that is wanted. Returns null when `code` ends before the first instruction does.
   */
  decode(host: number, mode: DecodeMode, code: CodeBytes, secondHost: number, step = false): Run | null {
    if (!step && secondHost === 0 && this.#recall(host)) {
      const run = this.find(host, mode);
      if (run !== null) return run;
    }
    const found = this.#read(code, mode.mode, step || secondHost !== 0);
    if (found.length === 0) return null;
    this.decoded++;
    const old = this.#frames.get(frameOf(host))?.byStart.get(keyOf(host % FRAME_BYTES, mode));
    let run = old;
    if (run === undefined || run.capacity < found.length + 1) {
      run = this.#allocate(host, mode, found.length + 1);
      if (old !== undefined && this.#byHead.has(old.head)) this.#forward(old, run);
    }
    run.short = step;
    this.#watch(run, host, secondHost);
    this.#write(run, found, host);
    return run;
  }

  /** Decodes one instruction that is not to be kept. `host`: as for `decode`, or less than 0 for code in device memory. */
  decodeUncached(host: number, mode: DecodeMode, code: CodeBytes): Run | null {
    const found = this.#read(code, mode.mode, true);
    if (found.length === 0) return null;
    const run = { ...UNCACHED, mode };
    this.#write(run, found, host);
    return run;
  }

  /** The instructions of a run, the last one possibly a failure. */
  #read(code: CodeBytes, mode: Mode, single: boolean): Found[] {
    const found: Found[] = [];
    let at = code.start;
    while (found.length < LONGEST_RUN) {
      const decoded = decode(code.bytes, at, code.end, mode);
      // What is cut off by the page's end starts the next run.
      if (decoded === "incomplete") break;
      const instruction = typeof decoded === "string" ? decoded : (asUnderstood(this.#model, decoded) ?? "undefined");
      if (typeof instruction === "string") {
        found.push(instruction);
        break;
      }
      found.push(instruction);
      at += instruction.length;
      if (single || this.#handlers.of(instruction).ending !== "none" || runsAlone(instruction)) break;
    }
    return found;
  }

  /** Code there was looked for: it is found by its place from now on. */
  noteHead({ head }: Run): void {
    const view = this.#view;
    if (view.getInt32(head + Head.kind, true) === RunKind.long)
      view.setInt32(headEntry(view.getUint32(head + Head.place, true)), head, true);
  }

  /** Makes a head that was given up lead to its successor. */
  #forward(old: Run, successor: Run): void {
    this.#view.setUint16(old.head + Op.end, 0, true);
    this.#view.setUint32(old.head + Op.next, successor.head, true);
    this.#view.setInt32(old.head + Head.handler, Handler.tail, true);
    this.#view.setInt32(old.head + Head.kind, RunKind.none, true);
  }

  #allocate(host: number, mode: DecodeMode, records: number): Run {
    const bytes = (records + 1) * RECORD_BYTES;
    if (this.#free + bytes > CODE_BASE + CODE_SIZE) this.reset();
    const frame = frameOf(host);
    const offset = host % FRAME_BYTES;
    const run: Run = {
      head: this.#free,
      frame,
      offset,
      mode,
      capacity: records,
      bytes: 0,
      records: 0,
      jumps: false,
      costFirst: offset,
      costEnd: offset,
      short: false,
      linkable: false,
      valid: false,
      version: 0,
      secondFrame: -1,
      region: null,
      dropped: 0,
      postponed: false,
      sought: false,
    };
    this.#free += bytes;
    this.#runsOf(frame).byStart.set(keyOf(offset, mode), run);
    this.#byHead.set(run.head, run);
    return run;
  }

  #runsOf(frame: number): FrameRuns {
    let runs = this.#frames.get(frame);
    if (runs === undefined) this.#frames.set(frame, (runs = new FrameRuns()));
    return runs;
  }

  #watch(run: Run, host: number, secondHost: number): void {
    for (const address of [host, secondHost]) {
      if (address === 0 || (this.#memory.flagsAt(address) & FrameFlag.code) !== 0) continue;
      this.#memory.mark(address, FrameFlag.code);
      this.onFrameMarked(address);
    }
    run.secondFrame = secondHost === 0 ? -1 : frameOf(secondHost);
    if (secondHost !== 0) this.#runsOf(run.secondFrame).reachingIn.add(run);
  }

  #write(run: Run, found: readonly Found[], host: number): void {
    const view = this.#view;
    const offset = host < 0 ? 0 : host % FRAME_BYTES;
    const frame = { bytes: this.#memory.bytes, start: host - offset, mode: run.mode.mode, model: this.#model };
    const costs = runCost(
      found.map((instruction) => (typeof instruction === "string" ? null : instruction)),
      offset,
      host < 0 ? null : frame,
      this.#timing,
    );
    let at = run.head + RECORD_BYTES;
    let end = 0;
    let ticks = 0;
    let ending: HandlerInfo["ending"] = "none";
    for (let number = 0; number < found.length; number++) {
      const instruction = found[number]!;
      ticks += costs.ticks[number]!;
      if (typeof instruction === "string") {
        ending = "itself";
        view.setInt32(at + Op.handler, instruction === "undefined" ? Handler.undefined : Handler.tooLong, true);
        view.setUint16(at + Op.end, end, true);
        view.setUint8(at + Op.length, 0);
        view.setUint8(at + Op.number, number);
        view.setUint16(at + Op.ticks, ticks, true);
        // The bytes up to the longest instruction have been looked at.
        end = Math.min(end + 15, FRAME_BYTES - run.offset);
      } else {
        const info = this.#handlers.of(instruction);
        ending = info.ending;
        end += instruction.length;
        encodeRecord(this.#records, at, instruction, info.number, end, number, ticks);
      }
      at += RECORD_BYTES;
    }
    const last = found.at(-1)!;
    if (returnsElsewhere(found.filter((instruction) => typeof instruction !== "string")))
      view.setUint8(at - RECORD_BYTES + Op.scale, 1);
    run.linkable =
      !run.mode.limited &&
      run.secondFrame < 0 &&
      run.frame >= 0 &&
      (run.mode.mode === 64 || (typeof last !== "string" && last.operandSize === 32));
    this.#handlers.compile();
    if (run.region !== null) this.translator?.cache.drop(run.region, run.frame);
    if (ending !== "itself") this.#writeTail(at, end, found.length, ticks);
    run.records = found.length + (ending === "itself" ? 0 : 1);
    run.jumps = typeof last !== "string" && last.operands.some(({ kind }) => kind === "relative");
    run.bytes = end;
    run.costFirst = Math.min(costs.first, offset);
    run.costEnd = Math.max(costs.end, offset + end);
    this.#enter(run, host, found.length, ticks);
  }

  /** Writes a run's head, when its records are written. */
  #enter(run: Run, host: number, count: number, ticks: number): void {
    const view = this.#view;
    const { head } = run;
    view.setUint16(head + Head.count, count, true);
    view.setUint16(head + Head.bytes, run.bytes, true);
    view.setInt32(head + Head.charge, ticks, true);
    view.setInt32(head + Head.charge + 4, count, true);
    run.sought = false;
    const heat = this.translator?.heatOf(run) ?? 0;
    view.setInt32(head + Head.handler, heat === 0 ? Handler.enterUncounted : Handler.enter, true);
    view.setInt32(head + Head.heat, heat, true);
    run.valid = true;
    run.version++;
    const hasPlace = run.frame >= 0 && run.secondFrame < 0;
    view.setInt32(head + Head.place, hasPlace ? host : 0, true);
    const isLong = hasPlace && !run.short && run.mode.mode === 64;
    view.setInt32(head + Head.kind, isLong ? RunKind.long : RunKind.none, true);
    if (isLong) {
      // Who is there and still valid has been looked for.
      const other = view.getInt32(headEntry(host), true);
      if (other === 0 || view.getInt32(other + Head.handler, true) === Handler.stale)
        view.setInt32(headEntry(host), head, true);
    }
    if (run.frame < 0) return;
    this.translator?.seen(host);
    const runs = this.#runsOf(run.frame);
    runs.valid.add(run);
    runs.cover(run);
    runs.misses = 0;
  }

  // ---- pages whose bytes are known

  /** Enters the runs of the page at `host`, if none of it is valid and its bytes are known. */
  #recall(host: number): boolean {
    if (this.known.isEmpty || host < 0) return false;
    const frame = frameOf(host);
    if ((this.#frames.get(frame)?.valid.size ?? 0) !== 0) return false;
    const start = host - (host % FRAME_BYTES);
    const page = this.known.find(this.#memory.bytes.subarray(start, start + FRAME_BYTES));
    if (page === null) return false;
    const { runs, words, links } = page;
    const count = runsIn(page);
    const room = (words.length / RECORD_WORDS + count) * RECORD_BYTES;
    if (this.#free + room > CODE_BASE + CODE_SIZE) this.reset();
    const heads = new Int32Array(count);
    const { i32 } = this.#records;
    for (let i = 0; i < count; i++) {
      const at = i * RUN_WORDS;
      const key = runs[at + RunWord.start]!;
      const place = start + (key >> 3);
      const records = runs[at + RunWord.records]!;
      const old = this.#frames.get(frame)?.byStart.get(key);
      let run = old;
      if (run === undefined || run.capacity < records) {
        run = this.#allocate(place, modes[key & 7]!, records);
        if (old !== undefined) this.#forward(old, run);
      }
      heads[i] = run.head;
      run.short = false;
      this.#watch(run, place, 0);
      const first = runs[at + RunWord.words]!;
      i32.set(words.subarray(first, first + records * RECORD_WORDS), (run.head + RECORD_BYTES) >> 2);
      run.records = records;
      // Only the last instruction can have links; they are entered below.
      run.jumps = (runs[at + RunWord.linkable]! & 2) !== 0;
      run.linkable = (runs[at + RunWord.linkable]! & 1) !== 0;
      run.bytes = runs[at + RunWord.bytes]!;
      run.costFirst = runs[at + RunWord.costFirst]!;
      run.costEnd = runs[at + RunWord.costEnd]!;
      this.#enter(run, place, runs[at + RunWord.count]!, runs[at + RunWord.ticks]!);
    }
    for (let at = 0; at < links.length; at += LINK_WORDS)
      i32[((heads[links[at]!]! + RECORD_BYTES) >> 2) + links[at + 1]!] = heads[links[at + 2]!]!;
    this.#runsOf(frame).known = count;
    return true;
  }

  /** Keeps the runs of a frame by its bytes, as they still are. */
  #learn(frame: number, runs: FrameRuns): void {
    if (runs.valid.size < runs.known + FEWEST_RUNS || runs.lessons >= MOST_LESSONS) return;
    if (this.#timing !== "simple" || this.#view.getInt32(Workspace.stops, true) !== 0) return;
    const start = RAM_BASE + frame * FRAME_BYTES;
    const content = this.#memory.bytes.slice(start, start + FRAME_BYTES);
    const kept = [...runs.valid].filter(({ short, secondFrame }) => !short && secondFrame < 0);
    runs.known = runs.valid.size;
    const before = this.known.find(content);
    if (before !== null && runsIn(before) >= kept.length) return;
    runs.lessons++;
    this.known.add(this.#describe(content, kept));
  }

  #describe(content: Uint8Array, kept: readonly Run[]): KnownPage {
    const { i32 } = this.#records;
    const runs = new Int32Array(kept.length * RUN_WORDS);
    const words = new Int32Array(kept.reduce((sum, { records }) => sum + records, 0) * RECORD_WORDS);
    const links: number[] = [];
    const numbers = new Map(kept.map(({ head }, i) => [head, i]));
    let first = 0;
    for (const [i, run] of kept.entries()) {
      const records = (run.head + RECORD_BYTES) >> 2;
      const length = run.records * RECORD_WORDS;
      words.set(i32.subarray(records, records + length), first);
      const isTail = i32[records + length - RECORD_WORDS] === Handler.tail;
      // What is no link of the last record is an immediate.
      const fields = isTail ? [Op.next] : run.jumps ? [Op.taken, Op.next] : [];
      for (const field of fields) {
        const word = length - RECORD_WORDS + (field >> 2);
        const leadsTo = numbers.get(words[first + word]!);
        if (words[first + word] !== Link.lookup) words[first + word] = Link.unresolved;
        if (leadsTo !== undefined) links.push(i, word, leadsTo);
      }
      const at = i * RUN_WORDS;
      runs[at + RunWord.start] = keyOf(run.offset, run.mode);
      runs[at + RunWord.records] = run.records;
      runs[at + RunWord.count] = this.#view.getUint16(run.head + Head.count, true);
      runs[at + RunWord.bytes] = run.bytes;
      runs[at + RunWord.ticks] = this.#view.getInt32(run.head + Head.charge, true);
      runs[at + RunWord.costFirst] = run.costFirst;
      runs[at + RunWord.costEnd] = run.costEnd;
      runs[at + RunWord.linkable] = (run.linkable ? 1 : 0) | (run.jumps ? 2 : 0);
      runs[at + RunWord.words] = first;
      first += length;
    }
    return { content, runs, words, links: Int32Array.from(links), foreign: false, used: true };
  }

  /** All pages that are known, and those that hold decoded code now. */
  encodeKnown(): Uint8Array {
    for (const [frame, runs] of this.#frames) if (frame >= 0) this.#learn(frame, runs);
    return this.known.encode();
  }

  #writeTail(at: number, end: number, number: number, ticks: number): void {
    const view = this.#view;
    view.setInt32(at + Op.handler, Handler.tail, true);
    view.setUint32(at + Op.next, Link.unresolved, true);
    view.setUint16(at + Op.end, end, true);
    view.setUint8(at + Op.length, 0);
    view.setUint8(at + Op.number, number);
    view.setUint16(at + Op.ticks, ticks, true);
  }

  /**
   * Bytes of a frame that holds code are about to change: runs over them become stale. `host`: the first byte. Returns whether
   * that was the case for any.
   */
  changing(host: number, bytes: number): boolean {
    let any = this.translator?.cache.changing(host, bytes) ?? false;
    const runs = this.#frames.get(frameOf(host));
    if (runs !== undefined) {
      this.#learn(frameOf(host), runs);
      runs.known = 0;
    }
    if (runs !== undefined && (this.#changing(runs, host % FRAME_BYTES, bytes) || this.#isLeftOver(runs, host)))
      any = true;
    // A frame that is data now is written without anybody being asked.
    if (runs?.isBare !== false && this.translator?.cache.holds(host) !== true)
      this.#memory.unmark(host, FrameFlag.code);
    return any;
  }

  #changing(runs: FrameRuns, first: number, bytes: number): boolean {
    const last = first + bytes - 1;
    let any = false;
    // Runs that reach in have their few bytes at the start of the frame.
    if (first < 15 && runs.reachingIn.size > 0) {
      for (const run of runs.reachingIn) this.#makeStale(run);
      runs.reachingIn.clear();
      any = true;
    }
    if (runs.covers(first, last)) {
      for (const run of runs.valid) {
        if (run.costFirst > last || run.costEnd <= first) continue;
        this.#makeStale(run);
        any = true;
      }
      if (any) runs.coverAgain();
    }
    return any;
  }

  /** A write met none of a frame's runs. Gives all of them up when that was once too often; returns whether it did. */
  #isLeftOver(runs: FrameRuns, host: number): boolean {
    if (!runs.missed(this.#counter)) return false;
    this.translator?.cache.changing(host - (host % FRAME_BYTES), FRAME_BYTES);
    this.#makeAllStale(runs);
    return true;
  }

  #makeAllStale(runs: FrameRuns): void {
    runs.misses = 0;
    for (const run of runs.valid) this.#makeStale(run);
    for (const run of runs.reachingIn) this.#makeStale(run);
    runs.reachingIn.clear();
    runs.coverAgain();
  }

  /** The frame around `host` is about to hold something else. False: the run at `head`, which is executed, lies there, and nothing was done. */
  giveUp(host: number, head: number): boolean {
    const frame = frameOf(host);
    const present = this.#byHead.get(head);
    if (present === undefined || present.frame === frame || present.secondFrame === frame) return false;
    const start = host - (host % FRAME_BYTES);
    this.translator?.cache.changing(start, FRAME_BYTES);
    const runs = this.#frames.get(frame);
    if (runs !== undefined) {
      this.#learn(frame, runs);
      runs.known = 0;
      this.#makeAllStale(runs);
    }
    this.#memory.unmark(host, FrameFlag.code);
    return true;
  }

  #makeStale(run: Run): void {
    run.valid = false;
    if (run.region !== null) this.translator?.cache.drop(run.region, run.frame);
    this.#frames.get(run.frame)?.valid.delete(run);
    this.#view.setInt32(run.head + Head.handler, Handler.stale, true);
  }

  /** Changes the numbers by which records name their handlers: throws all decoded code away. */
  setHandlers(handlers: Handlers): void {
    this.#handlers = handlers;
    this.known.setHandlers(handlers);
    this.reset();
  }

  /** Throws all decoded code away. */
  reset(): void {
    this.translator?.reset();
    for (const frame of this.#frames.keys()) this.#memory.unmark(RAM_BASE + frame * FRAME_BYTES, FrameFlag.code);
    this.#frames.clear();
    this.#byHead.clear();
    this.#free = FIRST_HEAD;
    this.#memory.bytes.fill(0, HEADS_BASE, HEADS_BASE + HEADS_SIZE);
    this.onReset();
  }
}

export const frameOf = (host: number): number => (host - RAM_BASE) >>> 12;
