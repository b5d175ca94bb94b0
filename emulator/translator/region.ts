/**
 * A region before it becomes code: its blocks with their meaning, the edges between them, and what is known about all of them
 * together: which registers are used and written, in which form flags are handed on and whether anybody wants them, what
 * the longest way costs to the next place where time is looked at.
 */

import type { Instruction } from "../isa/instruction.ts";
import type { End, Surroundings } from "./action.ts";
import { BlockBuilder } from "./block.ts";
import {
  type Context,
  type Contexts,
  comesBackTo,
  type Discovered,
  keyOf,
  type Place,
  type Site,
  vectorOf,
} from "./discover.ts";
import { flagsFromRegisters } from "./loop-flags.ts";
import { REGISTERS } from "./register-file.ts";
import { type Form, formOf, PACKED, type Parts } from "./status.ts";
import { type Flow, reversePostorder, structure } from "./structure.ts";

export interface Edge {
  readonly rip: bigint;
  /** Number of the block, or −1: outside. */
  readonly node: number;
  /** Where the key is under which the target's page was found where it is, or 0: it need not be looked at. */
  readonly pageKey: number;
}

/** A block whose meaning is known. */
export interface Built {
  readonly rip: bigint;
  /** It runs in ring 3. */
  readonly user: boolean;
  readonly instructions: readonly Instruction[];
  readonly builder: BlockBuilder;
  /** Of each instruction, and of all: what it takes of `Workspace.left`. */
  readonly costs: readonly bigint[];
  readonly cost: bigint;
  /** Of each instruction and all behind it; then 0. */
  readonly rests: readonly bigint[];
  /** In the order of the end's targets. */
  readonly edges: readonly Edge[];
  /** Whether the flags that it finds are wanted. */
  readonly flagsLive: boolean;
}

export interface LoopFlags {
  /** What the flags are if one of `from` led to the head. */
  readonly parts: Parts;
  readonly from: ReadonlySet<number>;
  /** Other blocks lead back, too: for these the loop is entered anew. */
  readonly hasOthers: boolean;
}

export interface RegionGraph {
  readonly around: Surroundings;
  /** The entry is the first; null: not part of it after all. */
  readonly blocks: readonly (Built | null)[];
  readonly flow: Flow;
  /** Numbers of the blocks at which the region is entered. */
  readonly entries: readonly number[];
  /** What may be gone to only if time suffices: entries, heads of loops, all that the dispatcher leads to. */
  readonly isStop: readonly boolean[];
  /** Cost of the longest way from a block to the next such one. */
  readonly longest: readonly bigint[];
  /** The larger one of both halves of these. */
  readonly longestOfAll: bigint;
  /** No block costs more than 2^rate ticks per instruction. */
  readonly rate: number;
  /** Of heads of loops to which some blocks lead back whose flags need not be handed on. */
  readonly loopFlags: readonly (LoopFlags | null)[];
  /** Numbers of registers (register-file.ts). */
  readonly used: readonly number[];
  readonly written: readonly number[];
  /** Instructions in it. */
  readonly size: number;
}

const INSTRUCTION = 1n << 32n;
const TICKS = INSTRUCTION - 1n;

interface Target {
  readonly rip: bigint;
  /** In ring 3. */
  readonly user: boolean;
  /** Number of the block, or −1: outside. */
  readonly node: number;
}

interface Draft {
  readonly place: Place;
  readonly sites: readonly Site[];
  /** Null while (or if) nobody leads there. */
  builder: BlockBuilder | null;
  targets: readonly Target[];
}

/** Null when not even the first instruction can be translated. `keyOfPage`: where the key of a page of RIP, in ring 3 or not, is kept; 0: of the entry's page. */
export function buildRegion(
  discovered: Discovered,
  around: Surroundings,
  keyOfPage: (page: bigint, user: boolean) => number,
): RegionGraph | null {
  const { contexts } = discovered;
  const first = discovered.entries[0] === undefined ? null : keyOf(discovered.entries[0]);
  if (first === null) return null;
  const keys = [first, ...[...discovered.blocks.keys()].filter((key) => key !== first)];
  const numbers = new Map(keys.map((key, number) => [key, number]));
  const drafts = keys.map((key): Draft => ({ ...discovered.blocks.get(key)!, builder: null, targets: [] }));
  const loose = keys.map((key) => discovered.blocks.get(key)!.successors.flatMap((one) => numbers.get(one) ?? []));
  const known = [...new Set(discovered.entries.map((entry) => numbers.get(keyOf(entry))!))];
  buildBlocks(drafts, loose, known, around, contexts, (draft) => targetsOf(draft, numbers, contexts));
  const canEnter = ({ end, rips }: BlockBuilder) => end.kind !== "leave" || rips.length > 0;
  const entries = known.filter((number) => canEnter(drafts[number]!.builder!));
  if (entries[0] !== 0) return null;

  /** Returns to nobody knows where: perhaps to one of the entries. */
  const returns = new Set<number>();
  for (const [number, { builder, place, targets }] of drafts.entries()) {
    if (builder?.end.kind !== "indirect" || !builder.end.isReturn || place.context !== contexts.root) continue;
    if (targets.length === 0) returns.add(number);
  }
  const inner = drafts.map(({ targets }) => targets.filter(({ node }) => node >= 0).map(({ node }) => node));
  const flow = structure(inner, entries, returns);
  for (const [number, draft] of drafts.entries()) {
    if (!returns.has(number)) continue;
    draft.targets = flow.dispatched
      .filter((node) => entries.includes(node) && node !== 0)
      .map((node) => ({ rip: drafts[node]!.place.rip, user: contexts.root.user, node }));
  }
  const isStop = drafts.map((_, node) => flow.isLoop[node]! || flow.dispatched.includes(node) || node === 0);
  const live = liveFlags(drafts, flow, isStop);

  const blocks = drafts.map((draft, i): Built | null => {
    const { place, sites, builder, targets } = draft;
    if (builder === null) return null;
    const costs = builder.rips.map((_, n) => INSTRUCTION | BigInt(sites[n]!.ticks));
    const { user } = place.context;
    const edges = targets.map((to) => {
      const stays = to.user === user && lastPage(draft) === to.rip >> 12n;
      const pageKey = to.node < 0 || stays ? 0 : keyOfPage(to.rip & ~0xfffn, to.user);
      return { rip: to.rip, node: to.node, pageKey };
    });
    const rests = [...costs, 0n];
    for (let n = costs.length - 1; n >= 0; n--) rests[n]! += rests[n + 1]!;
    const cost = rests[0]!;
    const instructions = sites.slice(0, costs.length).map(({ instruction }) => instruction);
    return { rip: place.rip, user, instructions, builder, costs, cost, rests, edges, flagsLive: live[i]! };
  });
  const { used, written } = registersOf(blocks, flow);
  const size = flow.order.reduce((sum, node) => sum + (blocks[node]?.costs.length ?? 0), 0);
  const longest = longestWays(blocks, flow, isStop);
  const longestOfAll = longest.reduce(largerHalves, 0n);
  const rate = Math.max(...blocks.map((block) => (block === null ? 0 : rateOf(block.cost))));
  const loopFlags = blocks.map((_, node) => (live[node]! ? flagsOfLoop(drafts, flow, node) : null));
  return { around, blocks, flow, entries, isStop, longest, longestOfAll, rate, loopFlags, used, written, size };
}

/** How often a number must be doubled until so many instructions may take so many ticks. */
function rateOf(cost: bigint): number {
  const [instructions, ticks] = [Number(cost >> 32n), Number(cost & TICKS)];
  return Math.max(0, Math.ceil(Math.log2(ticks / Math.max(instructions, 1))));
}

const largerHalves = (x: bigint, y: bigint): bigint => {
  const instructions = x >> 32n > y >> 32n ? x >> 32n : y >> 32n;
  const ticks = (x & TICKS) > (y & TICKS) ? x & TICKS : y & TICKS;
  return (instructions << 32n) | ticks;
};

/** See RegionGraph.loopFlags. */
function flagsOfLoop(drafts: readonly Draft[], flow: Flow, node: number): LoopFlags | null {
  const head = drafts[node]!.builder!;
  if (!flow.isLoop[node]! || head.entryStatus.kind !== "entry") return null;
  if (head.last.status === head.entryStatus || head.uses.readsFlags) return null;
  const before = flow.order.filter((one) => isBack(flow, one, node) && flow.successors[one]!.includes(node));
  let best: LoopFlags | null = null;
  const all = before.map((one) => ({ one, parts: flagsFromRegisters(head, drafts[one]!.builder!) }));
  for (const { parts } of all) {
    if (parts === null) continue;
    const same = all.filter((a) => a.parts?.x === parts.x && a.parts.y === parts.y && a.parts.kind === parts.kind);
    // The loop that the head is all of goes round most often.
    const from = new Set(same.map(({ one }) => one));
    if (best !== null && (best.from.has(node) || (!from.has(node) && from.size <= best.from.size))) continue;
    best = { parts, from, hasOthers: from.size < before.length };
  }
  return best;
}

/** Whether an edge leads back to the head of a loop around it. */
export const isBack = (flow: Flow, from: number, to: number): boolean => flow.position[to]! <= flow.position[from]!;

/** The page of the last instruction. */
const lastPage = ({ sites }: Draft): bigint => sites.at(-1)!.rip >> 12n;

/**
 * Builds blocks in an order in which most of those that lead to a block come before it, so that it knows the form of the flags; at
 * the head of a loop it does not.
 */
function buildBlocks(
  drafts: readonly Draft[],
  loose: readonly (readonly number[])[],
  entries: readonly number[],
  around: Surroundings,
  contexts: Contexts,
  targetsOfDraft: (draft: Draft) => readonly Target[],
): void {
  // As if one more node led to all entries.
  const order = reversePostorder([...loose, entries.toReversed()], loose.length).slice(1);
  const position = new Map(order.map((node, i) => [node, i]));
  const looped = new Set(
    order.flatMap((node) => loose[node]!.filter((next) => position.get(next)! <= position.get(node)!)),
  );
  /** Of each block that was led to: the form in which the flags come, or null if that differs, or is not known beforehand. */
  const into = new Map<number, Form | null>(entries.map((node) => [node, null]));
  // Where the way forward ends early, a way back may be the first that leads to a block; then some are built again.
  for (let i = 0; i < order.length; i++) {
    const node = order[i]!;
    const draft = drafts[node]!;
    const form = into.get(node);
    if (form === undefined || draft.builder !== null) continue;
    const builder = build(draft, around, form, contexts);
    draft.builder = builder;
    draft.targets = targetsOfDraft(draft);
    const { status } = builder.last;
    const found = builder.asks ? PACKED : form;
    const out = status === builder.entryStatus ? found : formOf(builder.graph, status);
    for (const { node: next } of draft.targets) {
      if (next < 0) continue;
      const before = into.get(next);
      const met = looped.has(next) || (before !== undefined && before !== out) ? null : out;
      into.set(next, met);
      if (before !== undefined && before !== met) drafts[next]!.builder = null;
      if (drafts[next]!.builder === null) i = Math.min(i, position.get(next)! - 1);
    }
  }
}

function build({ place, sites }: Draft, around: Surroundings, form: Form | null, contexts: Contexts): BlockBuilder {
  const asks = form === null && around.mode === 64 && keepsFlags(sites);
  const builder = new BlockBuilder(around, asks ? PACKED : form, contexts.rings(place.context), asks);
  for (const [i, { instruction, rip }] of sites.entries()) {
    if (!builder.append(instruction, rip)) break;
    if (i === sites.length - 1) builder.fallTo(rip + BigInt(instruction.length));
  }
  return builder;
}

const KEEPERS: ReadonlySet<string> = new Set(["syscall", "int", "int3", "pushfq"]);

/** Whether the first that happens to the flags is that something keeps them all. */
function keepsFlags(sites: readonly Site[]): boolean {
  const first = sites.find(({ instruction: { row } }) => {
    return KEEPERS.has(row.mnemonic) || row.flags.reads !== 0 || row.flags.writes !== 0;
  });
  return first !== undefined && KEEPERS.has(first.instruction.row.mnemonic);
}

function targetsOf(
  { place, sites, builder }: Draft,
  numbers: ReadonlyMap<number, number>,
  contexts: Contexts,
): readonly Target[] {
  const { context } = place;
  const to = (target: Place) => ({
    rip: target.rip,
    user: target.context.user,
    node: numbers.get(keyOf(target)) ?? -1,
  });
  const at = (rip: bigint, where = context) => to({ rip, context: where });
  /** As the only target, if it is in the region. */
  const perhaps = (target: Place | null) => (target === null ? [] : [to(target)].filter(({ node }) => node >= 0));
  const { end } = builder!;
  switch (end.kind) {
    case "fall":
      return [at(end.next)];
    case "branch":
      return [at(end.taken), at(end.next)];
    case "jump": {
      if (end.returnTo === null) return [at(end.target)];
      return [at(end.target, contexts.inside(context, end.target, end.returnTo) ?? contexts.root)];
    }
    case "indirect": {
      if (end.isReturn) return contexts.returned(sites.at(-1)!, context).flatMap(perhaps);
      return contexts.reached(sites.at(-1)!, context).flatMap(perhaps);
    }
    case "ring":
      return perhaps(otherRing(end, context, sites.at(-1)!, contexts));
    case "leave":
    case "quick":
      return [];
  }
}

/** Where the last instruction of code leads that changes the ring, if that is known. */
function otherRing(
  { way, next }: Extract<End, { kind: "ring" }>,
  context: Context,
  last: Site,
  contexts: Contexts,
): Place | null {
  switch (way) {
    case "syscall":
      return contexts.handler(context, next);
    case "interrupt":
      return contexts.trap(context, vectorOf(last), next);
    case "sysret":
      return comesBackTo(context, "syscall");
    case "interruptReturn":
      return comesBackTo(context, "interrupt");
  }
}

/** Whether the flags that a block finds are wanted by it or by what follows it. */
function liveFlags(drafts: readonly Draft[], flow: Flow, isStop: readonly boolean[]): boolean[] {
  const wanted = drafts.map(
    ({ builder }) => builder !== null && (builder.uses.leavesWithFlags || builder.uses.readsFlags),
  );
  const passed = drafts.map(({ builder }) => builder !== null && builder.last.status === builder.entryStatus);
  const dispatcher = drafts.length;
  // Ways out of the region want what they find.
  for (const [i, draft] of drafts.entries()) {
    if (!passed[i]!) continue;
    const { kind } = draft.builder!.end;
    const leaves = ["leave", "quick", "indirect", "ring"].includes(kind) || draft.targets.some(({ node }) => node < 0);
    const crosses = draft.targets.some(({ rip }) => rip >> 12n !== lastPage(draft));
    const asks = draft.targets.some(({ node }) => node >= 0 && isStop[node]!);
    if (leaves || crosses || asks) wanted[i] = true;
  }
  for (let changed = true; changed; ) {
    changed = false;
    for (const node of flow.order)
      if (!wanted[node] && passed[node] && flow.successors[node]!.some((next) => next === dispatcher || wanted[next])) {
        wanted[node] = true;
        changed = true;
      }
  }
  return wanted;
}

function registersOf(blocks: readonly (Built | null)[], flow: Flow): { used: number[]; written: number[] } {
  const used = new Array<boolean>(REGISTERS).fill(false);
  const written = new Array<boolean>(REGISTERS).fill(false);
  for (const node of flow.order) {
    const builder = blocks[node]?.builder;
    if (builder === undefined) continue;
    for (const [index, isRead] of builder.uses.registers.entries()) if (isRead) used[index] = true;
    for (const [index, value] of builder.last.registers.entries())
      if (value !== null) written[index] = used[index] = true;
  }
  const numbers = (marks: readonly boolean[]) => marks.flatMap((isMarked, index) => (isMarked ? index : []));
  return { used: numbers(used), written: numbers(written) };
}

function longestWays(blocks: readonly (Built | null)[], flow: Flow, isStop: readonly boolean[]): bigint[] {
  const longest = blocks.map(() => 0n);
  for (const node of flow.order.toReversed()) {
    if (node === blocks.length) continue;
    let instructions = 0n;
    let ticks = 0n;
    for (const next of flow.successors[node]!) {
      if (next === blocks.length || isStop[next]! || flow.position[next]! <= flow.position[node]!) continue;
      const way = longest[next]!;
      if (way >> 32n > instructions) instructions = way >> 32n;
      if ((way & TICKS) > ticks) ticks = way & TICKS;
    }
    const own = blocks[node]!.cost;
    longest[node] = (((own >> 32n) + instructions) << 32n) | ((own & TICKS) + ticks);
  }
  return longest;
}
