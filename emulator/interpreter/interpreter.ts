/**
 * START HERE for the interpreter: from the state's RIP to a run of records, and what keeps generated code and decoded code
 * in step: lookup table, links, stale runs, and stopping in the middle of a run.
 *
 *     bytes → decode → shape → handler (handlers.ts, from IR)
 *                   ↘ record (encode-record.ts) → run (runs.ts) → the loop (core.ts)
 */
import type { Bus } from "../bus.ts";
import type { Breakpoints } from "../cpu/breakpoints.ts";
import { Fault } from "../cpu/context.ts";
import type { CpuModel } from "../cpu/cpuid.ts";
import { Exit } from "../cpu/exits.ts";
import { PageAccess, type Paging } from "../cpu/paging.ts";
import { ANY_CODE } from "../cpu/spaces.ts";
import { Flag, type StateView, stateFields, Vector } from "../cpu/state.ts";
import type { TimingModel } from "../cpu/timing-models.ts";
import { SPACES, TlbBank } from "../cpu/tlb.ts";
import { MODE_KEYS, ModeKey, Workspace } from "../cpu/workspace.ts";
import { CS, type Mode } from "../isa/instruction.ts";
import type { Log } from "../log.ts";
import { FRAME_BYTES, FrameFlag, LOOKUP_BASE, LOOKUP_SIZE, type Memory } from "../memory.ts";
import type { TierSettings } from "../translator/tiers.ts";
import { Translator } from "../translator/translator.ts";
import type { Runtime } from "./core.ts";
import { Handlers } from "./handlers.ts";
import { CodePage, codePageEntry, LookupEntry, lookupEntry } from "./lookup.ts";
import { type Prepared, prepare } from "./prepared.ts";
import { Handler, Head, Link, Op, RECORD_BYTES } from "./record.ts";
import { type DecodeMode, frameOf, type Run, Runs } from "./runs.ts";

const TWO32 = 0x1_0000_0000;
const LONGEST_INSTRUCTION = 15;

/** Modes under which lookup entries were made, with the key they have now. */
interface KeyedMode {
  /** The address space (cpu/spaces.ts). */
  readonly space: number;
  readonly codeSize: number;
  readonly user: boolean;
  readonly base: number;
  readonly limit: number;
  key: number;
}

/** What is fetched where. */
interface Fetch {
  readonly high: number;
  readonly low: number;
  /** As `Paging.reach` gives it. */
  readonly place: number;
  readonly mode: DecodeMode;
  /** Bytes to the segment's limit. */
  readonly room: number;
  readonly bank: number;
  /** Whether the run may be found again. */
  readonly keep: boolean;
}

export class Interpreter {
  readonly #state: StateView;
  readonly #memory: Memory;
  readonly #view: DataView;
  readonly #i32: Int32Array;
  readonly #paging: Paging;
  readonly #bus: Bus;
  readonly #breakpoints: Breakpoints;
  readonly #runs: Runs;
  #handlers: Handlers;
  readonly #makeHandlers: (prepared: Prepared) => Handlers;
  readonly #prepare: () => Prepared;
  /** The hot shapes are part of the loop. */
  isPrepared: boolean;
  readonly #checkJump: (op: number) => number;
  readonly translator: Translator;
  /** Rises with each reset of the decoded code. */
  #generation = 0;
  #modes: KeyedMode[] = [];
  /** Which of `Workspace.modeKeys` is given up next. */
  #nextModeKey = 0;
  /** The same for 64-bit mode, which has no base and no limit: see Workspace.longKeys. */
  readonly #longKeys: Int32Array;
  /** Records that `Handler.leave` was put over, with their own handlers. */
  #stops: { at: number; handler: number }[] = [];

  constructor(parts: {
    state: StateView;
    memory: Memory;
    paging: Paging;
    bus: Bus;
    breakpoints: Breakpoints;
    model: CpuModel;
    runtime: Omit<Runtime, "find" | "resolve" | "hot" | "giveUpCode">;
    helperNumber: (name: string) => number;
    timing: TimingModel;
    tier: TierSettings;
    log: Log;
    /** See TranslatorParts. */
    /** Made for the same timing. */
    prepared: Prepared | null;
    /** Runs `find` or `resolve` and makes a Fault of it 0. */
    guard: (work: () => number, op: number) => number;
  }) {
    this.#state = parts.state;
    this.#memory = parts.memory;
    this.#view = parts.memory.view;
    this.#i32 = new Int32Array(parts.memory.buffer);
    this.#longKeys = new Int32Array(parts.memory.buffer, Workspace.longKeys, 2 * SPACES);
    this.#view.setInt32(Workspace.nextKey, 1, true);
    this.#paging = parts.paging;
    this.#bus = parts.bus;
    this.#breakpoints = parts.breakpoints;
    this.#checkJump = parts.runtime.checkJump;
    this.isPrepared = parts.prepared !== null;
    const runtime: Runtime = {
      ...parts.runtime,
      find: () => parts.guard(() => this.#find(), 0),
      hot: (op) => this.translator.hot(op),
      giveUpCode: (op, host) => (this.#runs.giveUp(host, this.#headOf(op)) ? 1 : 0),
      resolve: (op, link) => parts.guard(() => this.#resolve(op, link), 0),
    };
    const { helperNumber, timing } = parts;
    this.#makeHandlers = (prepared) => new Handlers(parts.memory.wasm, runtime, helperNumber, prepared, timing);
    this.#prepare = () => prepare(helperNumber, undefined, undefined, timing);
    this.#handlers = this.#makeHandlers(
      // Without the hot shapes the loop is made in no time.
      parts.prepared ?? prepare(helperNumber, [], [], timing),
    );
    this.#runs = new Runs(parts.memory, this.#handlers, parts.model, timing);
    this.translator = this.#runs.translator = new Translator({
      ...parts,
      runs: this.#runs,
      handlers: () => this.#handlers,
      codePlace: (high, low, bank) => this.codePlace(high, low, bank),
      settings: parts.tier,
    });
    this.#runs.onFrameMarked = (host) => this.#paging.spaces.dropWrites(host);
    this.#runs.onReset = () => {
      this.#generation++;
      this.#stops = [];
      this.#view.setInt32(Workspace.stops, 0, true);
      this.forgetLookups();
    };
    parts.memory.bytes.fill(0, LOOKUP_BASE, LOOKUP_BASE + LOOKUP_SIZE);
  }

  // ---- running

  /** The head at RIP, or 0 after a fault was recorded. */
  head(): number {
    return this.#handlers.lookup(0);
  }

  /** Delivers an event as quick/deliver.ts does; false: nothing was done. */
  deliver(vector: number, errorCode: number | null, rip: bigint, resumes: boolean): boolean {
    return this.#handlers.deliver(vector, 0, errorCode ?? -1, rip, resumes ? Flag.RF : 0) !== 0;
  }

  /** Executes from a record on until generated code leaves. */
  run(record: number): void {
    this.translator.work();
    this.#handlers.run(record);
    this.#takeStopsAway();
  }

  /** Makes the run that is executing stop behind `op`; false if that is its last instruction, where only the budget stops it. */
  stopBehind(op: number): boolean {
    const number = this.#view.getUint8(op + Op.number);
    const head = this.#headOf(op);
    if (number + 1 === this.#view.getUint16(head + Head.count, true)) return false;
    this.stopAt(op + RECORD_BYTES);
    return true;
  }

  /** Makes generated code stop before a record (not a head) when it comes there next; undone when `run` returns. */
  stopAt(record: number): void {
    const handler = this.#view.getInt32(record + Op.handler, true);
    if (handler === Handler.leave) return;
    this.#stops.push({ at: record, handler });
    this.#view.setInt32(Workspace.stops, 1, true);
    this.#view.setInt32(record + Op.handler, Handler.leave, true);
  }

  #takeStopsAway(): void {
    if (this.#stops.length === 0) return;
    for (const { at, handler } of this.#stops) this.#view.setInt32(at + Op.handler, handler, true);
    this.#stops.length = 0;
    this.#view.setInt32(Workspace.stops, 0, true);
  }

  // ---- finding code

  /**
   * The head of the run at RIP: found or decoded, and entered into the lookup table. Throws the fault of fetching. When
   * nothing more may be executed, nothing is fetched either: an interrupt at this boundary comes before the fetch's faults.
   */
  #find(): number {
    const state = this.#state;
    if (this.#view.getInt32(Workspace.left, true) < 0 || this.#view.getInt32(Workspace.left + 4, true) <= 0) {
      state.set32("exit", Exit.budget);
      this.#view.setUint32(Workspace.exitOp, 0, true);
      return 0;
    }
    let rip = state.get64("rip");
    if (rip > 0xffff_ffffn && state.get32("codeSize") !== 64) {
      // Generated code counts on in 64 bits; EIP goes round, if the limit lets it come so far.
      rip &= 0xffff_ffffn;
      state.set64("rip", rip);
    }
    const run = this.#runAt(rip);
    if (run.frame >= 0 && !run.short) {
      const key = this.#view.getInt32(Workspace.lookupKey, true);
      const entry = lookupEntry(Number(rip & 0xffff_ffffn), key);
      this.#view.setBigUint64(entry + LookupEntry.rip, rip, true);
      this.#view.setInt32(entry + LookupEntry.key, key, true);
      this.#view.setInt32(entry + LookupEntry.head, run.head, true);
      this.#runs.noteHead(run);
    }
    return run.head;
  }

  #decodeMode(): DecodeMode {
    const mode = this.#state.get32("codeSize") as Mode;
    return { mode, limited: mode !== 64 && this.#state.get32("segmentLimit", CS) !== 0xffff_ffff };
  }

  #runAt(rip: bigint): Run {
    const state = this.#state;
    const mode = this.#decodeMode();
    let high = 0;
    let low = Number(rip & 0xffff_ffffn);
    /** Bytes from RIP to the segment's limit. */
    let room = TWO32;
    if (mode.mode === 64) {
      high = Number(rip >> 32n) | 0;
      if (!this.#paging.isCanonical(high)) throw new Fault(Vector.GP, 0);
    } else {
      room = state.get32("segmentLimit", CS) + 1 - low;
      if (room <= 0) throw new Fault(Vector.GP, 0);
      low = (low + Number(state.get64("segmentBase", CS) & 0xffff_ffffn)) >>> 0;
    }
    const bank = state.get32("cpl") === 3 ? TlbBank.user : TlbBank.supervisor;
    if (this.#breakpoints.execute) {
      const linear = (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0);
      this.#breakpoints.fetch(linear);
      // Code beside a breakpoint is never kept, so that every instruction of it is fetched here.
      if (this.#breakpoints.onCodePage(linear)) {
        const place = this.#paging.reach(high, low | 0, PageAccess.execute, bank, false);
        return this.#runAcross({ high, low, place, mode, room, bank, keep: false });
      }
    }
    const host = this.codePlace(high, low | 0, bank);
    const known = host < 0 ? null : this.#runs.find(host, mode);
    const step = this.#view.getInt32(Workspace.left + 4, true) === 1;
    if (known !== null && known.bytes <= room && (step || !known.short)) {
      if (known.secondFrame < 0) return known;
      const second = this.#paging.reach(...this.#nextPage(high, low, mode), PageAccess.execute, bank, false);
      if (second >= 0 && frameOf(second) === known.secondFrame) return known;
    }
    const inPage = FRAME_BYTES - (low & 0xfff);
    if (host >= 0 && room >= LONGEST_INSTRUCTION) {
      const code = { bytes: this.#memory.bytes, start: host, end: host + inPage };
      const run = this.#runs.decode(host, mode, code, 0, step);
      if (run !== null && run.bytes <= room) return run;
      if (run !== null) return this.#runAcross({ high, low, place: host, mode, room, bank, keep: false });
    }
    return this.#runAcross({ high, low, place: host, mode, room, bank, keep: true });
  }

  /**
   * Where code is that may be fetched, as `Paging.reach` says it. A page that was found under the present lookup key is where it was: keys change
   * with everything that the way there depends on.
   */
  codePlace(high: number, low: number, bank: number): number {
    const i32 = this.#i32;
    const page = low & -FRAME_BYTES;
    const known = codePageEntry(low, i32[Workspace.lookupKey >> 2]!) >> 2;
    if (
      i32[known + (CodePage.key >> 2)] === i32[Workspace.lookupKey >> 2] &&
      i32[known + (CodePage.page >> 2)] === page &&
      i32[known + (CodePage.page >> 2) + 1] === high
    )
      return (i32[known + (CodePage.place >> 2)]! >>> 0) + (low & 0xfff);
    const host = this.#paging.reach(high, low, PageAccess.execute, bank, false);
    if (host < 0) return host;
    // The fetch may have made translations of others go.
    const key = i32[Workspace.lookupKey >> 2]!;
    const at = codePageEntry(low, key) >> 2;
    i32[at + (CodePage.page >> 2)] = page;
    i32[at + (CodePage.page >> 2) + 1] = high;
    i32[at + (CodePage.key >> 2)] = key;
    i32[at + (CodePage.place >> 2)] = host - (low & 0xfff);
    return host;
  }

  /** The halves of the linear address at which the next page begins. */
  #nextPage(high: number, low: number, { mode }: DecodeMode): [high: number, low: number] {
    const nextLow = ((low | 0xfff) + 1) >>> 0;
    return [(nextLow === 0 && mode === 64 ? high + 1 : high) | 0, nextLow | 0];
  }

  /**
   * A run of one instruction that reaches into the next page, that ends near the segment's limit, that is in device memory, or
   * that is not to be kept.
   */
  #runAcross({ high, low, place, mode, room, bank, keep }: Fetch): Run {
    const bytes = new Uint8Array(LONGEST_INSTRUCTION);
    const inPage = Math.min(FRAME_BYTES - (low & 0xfff), LONGEST_INSTRUCTION);
    this.#readCode(place, bytes.subarray(0, inPage));
    const decodeUpTo = (end: number, secondHost: number): Run | null => {
      const code = { bytes, start: 0, end: Math.min(end, room) };
      // Near the limit a run belongs to this segment alone.
      const cached = keep && place >= 0 && secondHost >= 0 && room >= LONGEST_INSTRUCTION;
      return cached ? this.#runs.decode(place, mode, code, secondHost) : this.#runs.decodeUncached(place, mode, code);
    };
    let run = decodeUpTo(inPage, place < 0 ? -1 : 0);
    if (run === null && inPage < LONGEST_INSTRUCTION && room > inPage) {
      const second = this.#paging.reach(...this.#nextPage(high, low, mode), PageAccess.execute, bank, false);
      this.#readCode(second, bytes.subarray(inPage));
      run = decodeUpTo(LONGEST_INSTRUCTION, second);
    }
    if (run === null) throw new Fault(Vector.GP, 0);
    return run;
  }

  /** `place` as `Paging.reach` gives it. */
  #readCode(place: number, into: Uint8Array): void {
    if (place >= 0) into.set(this.#memory.bytes.subarray(place, place + into.length));
    else for (let i = 0; i < into.length; i++) into[i] = this.#bus.readMemory(-1 - place + i, 1);
  }

  /** Goes to the target of a branch whose link is not resolved, and links it if both ends are on one page. */
  #resolve(op: number, link: number): number {
    const isTail = this.#view.getUint8(op + Op.length) === 0;
    // What follows a branch that is not taken is no target: fetching it faults if it is beyond the limit.
    if (link === op + Op.taken && this.#checkJump(op) === 0) return 0;
    const source = this.#runs.runAt(this.#headOf(op));
    const version = source?.version;
    const from = this.#linear();
    this.#state.set64("rip", this.#view.getBigUint64(Workspace.offset, true));
    const generation = this.#generation;
    const head = this.#find();
    if (head === 0) return 0;
    // The branch itself may be gone by now.
    if (source === null || generation !== this.#generation || version !== source.version) return head;
    const target = this.#runs.runAt(head);
    const linkable =
      source.valid &&
      (source.linkable || (isTail && !source.mode.limited && source.secondFrame < 0)) &&
      target !== null &&
      target.secondFrame < 0 &&
      !target.short &&
      target.frame === source.frame &&
      from >> 12n === this.#linear() >> 12n;
    this.#view.setUint32(link, linkable ? head : Link.lookup, true);
    return head;
  }

  #linear(): bigint {
    const rip = this.#state.get64("rip");
    return this.#state.get32("codeSize") === 64 ? rip : (rip + this.#state.get64("segmentBase", CS)) & 0xffff_ffffn;
  }

  // ---- keeping up with changes

  /** The way from RIP to code depends on address space, mode, privilege and CS: chooses the lookup key for the present ones. */
  modeChanged(): void {
    const state = this.#state;
    const codeSize = state.get32("codeSize");
    const user = state.get32("cpl") === 3;
    const space = this.#paging.spaces.present;
    if (codeSize === 64) {
      const at = 2 * space + (user ? 1 : 0);
      if (this.#longKeys[at] === 0) this.#longKeys[at] = this.#newKey();
      this.#view.setInt32(Workspace.lookupKey, this.#longKeys[at]!, true);
      return;
    }
    const base = this.#view.getUint32(CS_BASE, true);
    const limit = state.get32("segmentLimit", CS);
    let mode = this.#modes.find(
      (m) => m.space === space && m.codeSize === codeSize && m.user === user && m.base === base && m.limit === limit,
    );
    if (mode === undefined) {
      mode = { space, codeSize, user, base, limit, key: this.#newKey() };
      if (this.#modes.length === MODES_KEPT) this.#modes.shift();
      this.#modes.push(mode);
      this.#noteModes();
    }
    this.#view.setInt32(Workspace.lookupKey, mode.key, true);
    if (codeSize === 32) this.#offer(mode);
  }

  /** Tells the quick ways of a mode's key, in the place of the one that was told longest ago. */
  #offer({ space, user, base, limit, key }: KeyedMode): void {
    const view = this.#view;
    const who = 2 * space + (user ? 1 : 0);
    for (let i = 0; i < MODE_KEYS; i++)
      if (view.getInt32(Workspace.modeKeys + i * ModeKey.bytes + ModeKey.key, true) === key) return;
    const at = Workspace.modeKeys + this.#nextModeKey * ModeKey.bytes;
    this.#nextModeKey = (this.#nextModeKey + 1) % MODE_KEYS;
    view.setInt32(at + ModeKey.who, who, true);
    view.setUint32(at + ModeKey.base, base, true);
    view.setUint32(at + ModeKey.limit, limit, true);
    view.setInt32(at + ModeKey.key, key, true);
  }

  #noteModes(): void {
    this.#i32[Workspace.modeSpaces >> 2] = this.#modes.reduce((mask, { space }) => mask | (1 << space), 0);
  }

  #newKey(): number {
    const key = this.#view.getInt32(Workspace.nextKey, true);
    this.#view.setInt32(Workspace.nextKey, key + 1, true);
    return key;
  }

  /** The translations of a space are gone, or all runs: no lookup entry made from them may be used again. `whose`: see AddressSpaces.onCodeMoved. */
  forgetLookups(space?: number, whose = ANY_CODE): void {
    this.#modes = space === undefined ? [] : this.#modes.filter((mode) => mode.space !== space);
    this.#noteModes();
    for (let i = 0; i < MODE_KEYS; i++) {
      const at = Workspace.modeKeys + i * ModeKey.bytes;
      this.#view.setInt32(at + ModeKey.who, -1, true);
      this.#view.setInt32(at + ModeKey.key, 0, true);
    }
    if (space === undefined) this.#longKeys.fill(0);
    else {
      if ((whose & FrameFlag.systemCode) !== 0) this.#longKeys[2 * space] = 0;
      if ((whose & FrameFlag.userCode) !== 0) this.#longKeys[2 * space + 1] = 0;
    }
    this.modeChanged();
  }

  /** Bytes at `host` (of one frame) are about to change. Returns whether the run that is executed may have gone stale. */
  codeChanging(host: number, bytes: number): boolean {
    if (!this.#runs.changing(host, bytes)) return false;
    const op = this.#i32[Workspace.currentOp >> 2]!;
    return op === 0 || this.#runs.runAt(this.#headOf(op))?.valid !== true;
  }

  /** The head of the run that a record belongs to. */
  #headOf(op: number): number {
    return op - (this.#view.getUint8(op + Op.number) + 1) * RECORD_BYTES;
  }

  /** Puts the hot shapes into the loop; not while it runs. Takes as long as some ten million instructions. */
  improve(): void {
    this.translator.reset();
    this.#handlers = this.#makeHandlers(this.#prepare());
    this.#runs.setHandlers(this.#handlers);
    this.isPrepared = true;
  }

  /** What was decoded, for `know` in another process of the same sources; null if that one would learn little that this one was not told. */
  knownCode(): Uint8Array | null {
    if (this.#runs.decoded < WORTH_KEEPING || !this.isPrepared) return null;
    this.#runs.decoded = 0;
    return this.#runs.encodeKnown();
  }

  /** To be called before anything is executed. */
  know(code: Uint8Array): void {
    this.#runs.known.read(code);
  }

  /** Throws away all decoded code. */
  reset(): void {
    this.#runs.reset();
  }
}

const MODES_KEPT = 32;
/** Runs that were decoded, before it is worth keeping them for others. */
const WORTH_KEEPING = 250;
const CS_BASE = stateFields.segmentBase.offset + 8 * CS;
