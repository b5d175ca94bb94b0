/**
 * Which code belongs to a region: what is reached from its entry by direct branches, by calls (whose bodies are taken in once
 * for each place they are called from, so that their returns have one place to go), and by straight line, as far as it lies in
 * pages whose place in memory is known, and as far as it has been executed at least once.
 */
import { endsStraightLine, runCost } from "../cpu/cost.ts";
import { asUnderstood, type CpuModel } from "../cpu/cpuid.ts";
import { Vector } from "../cpu/state.ts";
import type { TimingModel } from "../cpu/timing-models.ts";
import { decode } from "../isa/decode.ts";
import type { Instruction, Mode } from "../isa/instruction.ts";
import { returnsElsewhere } from "../isa/stack-switch.ts";
import { FRAME_BYTES } from "../memory.ts";
import type { RingWays } from "./action.ts";
import type { Gate, Tables, UserSegments } from "./gates.ts";

/** An instruction at its place. */
export interface Site {
  readonly instruction: Instruction;
  readonly rip: bigint;
  /** Its cost (cpu/cost.ts). */
  readonly ticks: number;
}

/** Bytes of memory that a region depends on, all in one frame: [start, end). */
export interface Span {
  /** RIP of their page. */
  readonly page: bigint;
  readonly start: number;
  readonly end: number;
  /** What they were. */
  readonly bytes: Uint8Array;
}

/** What ends code that was entered in some way: cost of the row, or mnemonic. */
const ends = { call: "ret", syscall: "sysretq", interrupt: "iretq" } as const;

/** The calls that code of a region is inside of. */
export interface Context {
  readonly caller: Context | null;
  /** By what it was entered, and what it ends with therefore: RET, SYSRET or IRET. */
  readonly kind: keyof typeof ends;
  /** Its code runs in ring 3. */
  readonly user: boolean;
  /** Where the call returns to; null: entered from outside, so nobody knows. */
  readonly returnTo: bigint | null;
  readonly depth: number;
  readonly number: number;
  /** What `keyOf` has called places in it. */
  readonly keys: Map<bigint, number>;
}

/** Where a block will be. */
export interface Place {
  readonly rip: bigint;
  readonly context: Context;
}

export interface CodeSource {
  /** The 4096 bytes of the frame that begins at an address of the WebAssembly memory; whoever asks again gets the same. */
  frame(host: number): Uint8Array;
  readonly mode: Mode;
  readonly model: CpuModel;
  readonly timing: TimingModel;
  /**
   * Address in the WebAssembly memory of the code at a RIP, or 0 where it is not known or was never executed. `page`: address of the page's first
   * byte, or 0 if that is not known yet.
   */
  locate(rip: bigint, page: number): number;
  /** Whether another region begins at an address of the WebAssembly memory that is large enough to end before it. */
  isTaken(host: number): boolean;
  /** Where the indirect jump or call that ends before `behind` may have gone. */
  targets(behind: bigint): readonly bigint[];
}

/** Instructions of a region, and those of one block. */
const MOST_INSTRUCTIONS = 400;
const LONGEST_BLOCK = 64;
const MOST_BLOCKS = 100;
/** Instructions of a way that soon joins another one, with which it has its region together. */
const MOST_BEFORE_JOIN = 8;
/** More than calls in so many instructions can make. */
const MOST_CONTEXTS = 1024;

const PAGE = ~0xfffn;

/** Straight-line code: its instructions up to one that transfers control, the end of the page, or one that cannot be read. */
interface Line {
  readonly sites: readonly Site[];
  /** Offset in its page. */
  readonly start: number;
  /** It is longer, but so much is enough. */
  readonly isCut: boolean;
}

/** Reads code and remembers what it has read. */
export class CodeReader {
  readonly #source: CodeSource;
  readonly #lines = new Map<bigint, Line>();
  /** Those that were read, by the addresses of their frames. */
  readonly #read = new Map<number, Line[]>();
  readonly #pages = new Map<bigint, number>();
  readonly #targets = new Map<bigint, readonly bigint[]>();
  /** RIPs of such returns. */
  readonly #returnsElsewhere = new Set<bigint>();
  readonly spans: Span[] = [];

  constructor(source: CodeSource) {
    this.#source = source;
  }

  /** Address in memory of code, or 0. */
  locate(rip: bigint): number {
    const page = rip & PAGE;
    const known = this.#pages.get(page);
    const host = this.#source.locate(rip, known ?? 0);
    if (host !== 0 && known === undefined) this.#pages.set(page, host - (host % FRAME_BYTES));
    return host;
  }

  /** Where an indirect jump or call has gone, in code that is known. */
  targets(last: Site): readonly bigint[] {
    const behind = behindOf(last);
    let known = this.#targets.get(behind);
    if (known === undefined)
      this.#targets.set(behind, (known = this.#source.targets(behind).filter((rip) => this.locate(rip) !== 0)));
    return known;
  }

  /** Likewise of a return from another stack than that of its caller; of others nothing is known. */
  returnTargets(last: Site): readonly bigint[] {
    return this.#returnsElsewhere.has(last.rip) ? this.targets(last) : [];
  }

  /** Pages of RIP with the addresses of their frames. */
  get pages(): ReadonlyMap<bigint, number> {
    return this.#pages;
  }

  line(rip: bigint): Line {
    const before = this.#lines.get(rip);
    if (before !== undefined) return before;
    const page = this.#pages.get(rip & PAGE)!;
    const start = Number(rip & 0xfffn);
    let known = this.#read.get(page);
    if (known === undefined) this.#read.set(page, (known = []));
    let line = endOf(known, rip, start);
    if (line === null) known.push((line = this.#readLine(rip, page, start, known)));
    this.#lines.set(rip, line);
    return line;
  }

  /** `known`: lines of the page that were read before. */
  #readLine(rip: bigint, page: number, start: number, known: readonly Line[]): Line {
    const { mode, model, timing } = this.#source;
    const bytes = this.#source.frame(page);
    const instructions: Instruction[] = [];
    for (let at = start; instructions.length < LONGEST_BLOCK; ) {
      if (at > start && this.#source.isTaken(page + at)) break;
      const rest = known.find((line) => line.start === at && !line.isCut);
      if (rest !== undefined && instructions.length + rest.sites.length <= LONGEST_BLOCK) {
        for (const { instruction } of rest.sites) instructions.push(instruction);
        break;
      }
      const decoded = decode(bytes, at, FRAME_BYTES, mode);
      const instruction = typeof decoded === "string" ? null : asUnderstood(model, decoded);
      if (instruction === null) break;
      instructions.push(instruction);
      at += instruction.length;
      if (endsStraightLine(instruction)) break;
    }
    const cost = runCost(instructions, start, { bytes, start: 0, mode, model }, timing);
    let at = rip;
    const sites = instructions.map((instruction, i) => {
      const site = { instruction, rip: at, ticks: cost.ticks[i]! };
      at += BigInt(instruction.length);
      return site;
    });
    if (returnsElsewhere(instructions)) this.#returnsElsewhere.add(sites.at(-1)!.rip);
    const end = Math.min(cost.end, FRAME_BYTES);
    this.spans.push({
      page: rip & PAGE,
      start: page + cost.first,
      end: page + end,
      bytes: bytes.slice(cost.first, end),
    });
    return { sites, start, isCut: instructions.length === LONGEST_BLOCK };
  }
}

/** The line that begins inside of one of these, or null. */
function endOf(lines: readonly Line[], rip: bigint, start: number): Line | null {
  for (const line of lines) {
    if (line.isCut || line.start > start || line.sites.length === 0 || line.sites.at(-1)!.rip < rip) continue;
    const index = line.sites.findIndex((site) => site.rip === rip);
    if (index >= 0) return { sites: line.sites.slice(index), start, isCut: false };
  }
  return null;
}

export interface DiscoveredBlock {
  readonly place: Place;
  readonly sites: readonly Site[];
  /** Keys of the blocks that it may lead to, there or not. */
  readonly successors: readonly number[];
}

/** Blocks by place, and where each begins and ends. */
export interface Discovered {
  /** The first is where the region was asked for; at the others control comes back to it. */
  readonly entries: readonly Place[];
  readonly blocks: ReadonlyMap<number, DiscoveredBlock>;
  readonly contexts: Contexts;
}

/** A number for a place, the same each time. */
export function keyOf({ rip, context: { keys, number } }: Place): number {
  let key = keys.get(rip);
  if (key === undefined) keys.set(rip, (key = keys.size * MOST_CONTEXTS + number));
  return key;
}

const directTarget = ({ instruction, rip }: Site): bigint | null => {
  const [operand] = instruction.operands;
  if (operand?.kind !== "relative") return null;
  const bits = instruction.mode === 64 ? 64 : instruction.operandSize;
  return BigInt.asUintN(bits, rip + BigInt(instruction.length) + operand.displacement);
};

/** What of code a function may be at most that is taken in for every place it is called from. */
const INLINE = { instructions: 40, lines: 10, depth: 2 } as const;
const MOST_ENTRIES = 24;

/** What is known of rings where a region begins. */
export interface Rings {
  /** Its entry is in ring 3. */
  readonly user: boolean;
  /** Where SYSCALL leads; null: it is not followed. */
  readonly systemCalls: bigint | null;
  /** Where INT leads; null: likewise. */
  readonly traps: Tables | null;
}

/** What ends a run of the interpreter's, but need not end a block (block.ts, `#doHere`). */
const goesOn: ReadonlySet<string> = new Set(["in", "out", "invlpg"]);

/** Where control goes from one instruction to the next, and which calls are followed into. */
export class Contexts {
  readonly root: Context;
  readonly #all: Context[];
  readonly #reader: CodeReader;
  readonly #small = new Map<bigint, boolean>();
  readonly #gates = new Map<number, Gate | null>();
  readonly #rings: Rings;
  readonly #user: UserSegments | null;

  constructor(reader: CodeReader, rings: Rings) {
    this.#reader = reader;
    this.#rings = rings;
    this.#user = rings.traps?.user ?? null;
    this.root = { caller: null, kind: "call", user: rings.user, returnTo: null, depth: 0, number: 0, keys: new Map() };
    this.#all = [this.root];
  }

  /** Inside of a call, or null if the function is not taken in. */
  inside(caller: Context, callee: bigint, returnTo: bigint): Context | null {
    const known = this.#all.find((c) => c.caller === caller && c.returnTo === returnTo);
    if (known !== undefined) return known;
    if (caller.depth === INLINE.depth || !this.#isSmall(callee)) return null;
    return this.#enter(caller, "call", returnTo);
  }

  #enter(caller: Context, kind: Context["kind"], returnTo: bigint): Context {
    const user = caller.user && kind === "call";
    const made = { caller, kind, user, returnTo, depth: caller.depth + 1, number: this.#all.length, keys: new Map() };
    this.#all.push(made);
    return made;
  }

  /** What code there knows of the ways to other rings. */
  rings(context: Context): RingWays {
    const handler = context.user ? this.#rings.systemCalls : null;
    const rip = comesBackTo(context, "interrupt")?.rip;
    return {
      handler,
      back: comesBackTo(context, "syscall")?.rip ?? null,
      gate: (vector) => (context.user ? this.#gate(vector) : null),
      interrupted: rip === undefined || this.#user === null ? null : { rip, segments: this.#user },
    };
  }

  #gate(vector: number): Gate | null {
    const { traps } = this.#rings;
    if (traps === null || vector < 0) return null;
    let gate = this.#gates.get(vector);
    if (gate === undefined) this.#gates.set(vector, (gate = traps.gate(vector)));
    return gate;
  }

  /** The handler of INT n, or null if that is not taken in. `returnTo`: what is behind the instruction. */
  trap(caller: Context, vector: number, returnTo: bigint): Place | null {
    const rip = caller.user ? this.#gate(vector)?.target : undefined;
    if (rip === undefined || this.#user === null) return null;
    const context = this.#handler(caller, "interrupt", rip, returnTo);
    return context === null ? null : { rip, context };
  }

  #handler(caller: Context, kind: "syscall" | "interrupt", rip: bigint, returnTo: bigint): Context | null {
    const known = this.#all.find((c) => c.caller === caller && c.returnTo === returnTo);
    if (known !== undefined) return known;
    return caller.depth === INLINE.depth || !this.#isSmall(rip, ends[kind])
      ? null
      : this.#enter(caller, kind, returnTo);
  }

  /** The handler of a SYSCALL, or null if that is not taken in. `returnTo`: what is behind the instruction. */
  handler(caller: Context, returnTo: bigint): Place | null {
    const rip = this.#rings.systemCalls;
    if (rip === null || !caller.user) return null;
    const context = this.#handler(caller, "syscall", rip, returnTo);
    return context === null ? null : { rip, context };
  }

  /** Whether a function is short, returns, and calls nobody but such functions. */
  #isSmall(rip: bigint, end: (typeof ends)[Context["kind"]] = "ret"): boolean {
    const known = this.#small.get(rip);
    if (known !== undefined) return known;
    this.#small.set(rip, false);
    const seen = new Set<bigint>();
    const queue = [rip];
    let instructions = 0;
    let small = true;
    for (let at = queue.pop(); at !== undefined && small; at = queue.pop()) {
      if (seen.has(at) || this.#reader.locate(at) === 0) continue;
      seen.add(at);
      const { sites } = this.#reader.line(at);
      instructions += sites.length;
      const last = sites.at(-1);
      if (last === undefined || instructions > INLINE.instructions || seen.size > INLINE.lines) small = false;
      else if (isCall(last)) {
        const target = directTarget(last);
        small = target !== null && this.#isSmall(target);
        queue.push(behindOf(last));
      } else if (last.instruction.row.cost === "ret" && end !== "ret") small = false;
      else if (end !== (end === "ret" ? last.instruction.row.cost : last.instruction.row.mnemonic)) {
        const next = this.#near(last);
        small = next.length > 0;
        queue.push(...next);
      }
    }
    this.#small.set(rip, small && seen.size > 0);
    return small && seen.size > 0;
  }

  /** Targets of a jump, and what follows a line. */
  #near(last: Site): bigint[] {
    const next = behindOf(last);
    if (!endsStraightLine(last.instruction)) return [next];
    const target = directTarget(last);
    if (target === null) return [];
    return last.instruction.row.cost === "jmp" ? [target] : [target, next];
  }

  /** Where an indirect jump or call is known to have gone, as far as the region follows it there. */
  reached(last: Site, context: Context): Place[] {
    const targets = this.#reader.targets(last);
    if (!isCall(last)) return targets.map((rip) => ({ rip, context }));
    return targets.flatMap((rip) => {
      const inside = this.inside(context, rip, behindOf(last));
      return inside === null ? [] : [{ rip, context: inside }];
    });
  }

  /** Where a return leads: to where the call that it belongs to is known to come from; and if another stack was taken meanwhile, where others have come from. */
  returned(last: Site, context: Context): Place[] {
    const expected = comesBackTo(context, "call");
    const others = context.user === this.root.user ? this.#reader.returnTargets(last) : [];
    const places = others.map((rip) => ({ rip, context: this.root }));
    return expected === null
      ? places
      : [expected, ...places.filter(({ rip }) => expected.context !== this.root || rip !== expected.rip)];
  }

  /** Where control may be behind an instruction that ends a block, as far as that is known beforehand. */
  behind(last: Site, context: Context): Place[] {
    const { cost, mnemonic } = last.instruction.row;
    if (mnemonic === "syscall") return [this.handler(context, behindOf(last)) ?? []].flat();
    if (mnemonic === "sysretq") return [comesBackTo(context, "syscall") ?? []].flat();
    if (isTrap(last)) return [this.trap(context, vectorOf(last), behindOf(last)) ?? []].flat();
    if (mnemonic === "iretq") return [comesBackTo(context, "interrupt") ?? []].flat();
    if (cost === "ret") return this.returned(last, context);
    if (goesOn.has(mnemonic)) return [{ rip: behindOf(last), context }];
    const target = directTarget(last);
    if (target === null && isIndirect(last)) return this.reached(last, context);
    if (!isCall(last)) return this.#near(last).map((rip) => ({ rip, context }));
    if (target === null) return [];
    const inside = this.inside(context, target, behindOf(last));
    // Else the region's own code, if it is that: recursion.
    return [{ rip: target, context: inside ?? this.root }];
  }
}

const isTrap = ({ instruction: { row } }: Site): boolean => row.mnemonic === "int" || row.mnemonic === "int3";
/** Of INT n or INT3. */
export function vectorOf({ instruction: { operands } }: Site): number {
  const [operand] = operands;
  return operand?.kind === "immediate" ? Number(operand.value) & 0xff : Vector.BP;
}

/** Jumps and calls to where a register or memory says, within their segment. */
const isIndirect = ({ instruction: { row } }: Site): boolean =>
  row.cost === "jmp-indirect" || row.cost === "call-indirect";
/** Where what enters like this comes back to, if it is known. */
export const comesBackTo = ({ kind, returnTo, caller }: Context, entered: Context["kind"]): Place | null =>
  kind !== entered || returnTo === null || caller === null ? null : { rip: returnTo, context: caller };

const isCall = ({ instruction }: Site): boolean => instruction.row.cost.startsWith("call");
const behindOf = ({ instruction, rip }: Site): bigint => rip + BigInt(instruction.length);

const goesAway: ReadonlySet<string> = new Set(["ret", "jmp", "jmp-indirect", "branch", "branch-count"]);
/** Whether control comes back behind the instruction from outside the region: from a call, a system call, the interpreter. */
const comesBack = (last: Site): boolean => {
  const { cost } = last.instruction.row;
  return endsStraightLine(last.instruction) && !goesAway.has(cost);
};

/** The region's code, found breadth first. Null when there is none. `others`: where else somebody wants a region to begin. */
export function discover(
  reader: CodeReader,
  rip: bigint,
  rings: Rings,
  others: ReadonlySet<bigint> = new Set(),
): Discovered | null {
  if (reader.locate(rip) === 0) return null;
  const contexts = new Contexts(reader, rings);
  const { root } = contexts;
  const entries: Place[] = [{ rip, context: root }];
  const first = reader.line(rip).sites.slice(1, MOST_BEFORE_JOIN + 1);
  for (const site of first) if (others.has(site.rip)) entries.push({ rip: site.rip, context: root });
  const queue: Place[] = [...entries];
  const leaders = new Set<bigint>();
  const places = new Map<number, Place>();
  let instructions = 0;
  let ahead: readonly Place[] = [];
  for (let i = 0; i < queue.length; i++) {
    const place = queue[i]!;
    const key = keyOf(place);
    if (places.has(key)) continue;
    if (places.size >= MOST_BLOCKS || instructions >= MOST_INSTRUCTIONS) {
      ahead = queue.slice(i);
      break;
    }
    const { sites } = reader.line(place.rip);
    if (sites.length === 0) continue;
    places.set(key, place);
    leaders.add(place.rip);
    instructions += sites.length;
    const last = sites.at(-1)!;
    const followed = contexts.behind(last, place.context);
    const calls = isCall(last);
    // A function that is not taken in is part of the region only if it is so already.
    for (const next of followed)
      if (!(calls && next.context === root) && reader.locate(next.rip) !== 0) queue.push(next);
    // Who calls indirectly may call somebody else next time.
    const staysInside = !isIndirect(last) && followed[0]?.context.caller === root;
    if (place.context !== root || !comesBack(last) || staysInside) continue;
    const back = { rip: behindOf(last), context: root };
    if (entries.length === MOST_ENTRIES || reader.locate(back.rip) === 0) continue;
    entries.push(back);
    queue.push(back);
  }
  const joins = new Set<bigint>();
  for (const { place, join } of detoursOf(reader, ahead, places)) {
    places.set(keyOf(place), place);
    leaders.add(place.rip);
    joins.add(join);
  }
  const blocks = new Map<number, DiscoveredBlock>();
  const add = (place: Place): DiscoveredBlock | null => {
    const { sites } = reader.line(place.rip);
    // A block ends where another one begins.
    const end = sites.findIndex((site, i) => i > 0 && (leaders.has(site.rip) || joins.has(site.rip)));
    const own = end < 0 ? sites : sites.slice(0, end);
    if (own.length === 0) return null;
    const last = own.at(-1)!;
    const successors = contexts.behind(last, place.context).map(keyOf);
    const block = { place, sites: own, successors };
    blocks.set(keyOf(place), block);
    return block;
  };
  for (const place of places.values()) {
    let block = add(place);
    // What it falls into must be a block in its own context too.
    while (block !== null) {
      const last: Site = block.sites.at(-1)!;
      const next = { rip: behindOf(last), context: place.context };
      if (endsStraightLine(last.instruction) || !leaders.has(next.rip)) break;
      const key = keyOf(next);
      if (blocks.has(key) || places.has(key)) break;
      block = add(next);
    }
  }
  return { entries: entries.filter((entry) => blocks.has(keyOf(entry))), blocks, contexts };
}

/**
 * Where a region ends at a fork, both ways would be entries of other regions, and these nearly the same: one that leads into the other
 * after a few instructions is taken in up to there. `ahead`: places that the region leads to, but which it does not take in.
 */
function detoursOf(
  reader: CodeReader,
  ahead: readonly Place[],
  places: ReadonlyMap<number, Place>,
): { place: Place; join: bigint }[] {
  const outside = ahead.filter((place) => !places.has(keyOf(place)));
  return outside.flatMap((place) => {
    const { sites } = reader.line(place.rip);
    const { context } = place;
    const join = sites
      .slice(1, MOST_BEFORE_JOIN + 1)
      .find(
        ({ rip }) =>
          places.has(keyOf({ rip, context })) ||
          outside.some((other) => other.rip === rip && other.context === context),
      );
    return join === undefined ? [] : [{ place, join: join.rip }];
  });
}
