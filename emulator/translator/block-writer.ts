/**
 * One block of a region as code: its values where they are first used, its actions in order, the ways out in their midst, and
 * what is handed on to the next block. Which block follows where is generate.ts's business.
 */
import { ValueEmitter, valueType } from "../cpu/emit.ts";
import type { Node, Place } from "../cpu/ir.ts";
import type { Schedule } from "../cpu/schedule.ts";
import { stateFields } from "../cpu/state.ts";
import { Workspace } from "../cpu/workspace.ts";
import type { Label, Local } from "../formats/wasm.ts";
import { type AccessBytes, loadValue, storeValue } from "../interpreter/access.ts";
import { AccessKind } from "../interpreter/imports.ts";
import { noteTarget } from "../interpreter/jump-targets.ts";
import { returnsElsewhere } from "../isa/stack-switch.ts";
import { Accesses, type AccessFrame } from "./access.ts";
import {
  type Action,
  type End,
  FLAG_KIND,
  FLAG_X,
  FLAG_Y,
  type MemoryAction,
  type Snapshot,
  slotsOf,
} from "./action.ts";
import { type Cause, countExit } from "./counters.ts";
import type { Nearby } from "./nearby.ts";
import type { Built, Edge, RegionGraph } from "./region.ts";
import { registerAt, VECTORS } from "./register-file.ts";
import { pushClaim } from "./slot-miss.ts";
import { KIND_SHIFT, kindOf, PACKED, type Parts, type Status } from "./status.ts";
import { askTime, packCost, pushLeft, type TimeFunctions, type TimeLeft } from "./time-left.ts";
import type { RegionImports } from "./ways-out.ts";

const nobody: ReadonlySet<Node> = new Set();
const ONES = (1n << 128n) - 1n;
const KIND_MASK = 0xff << KIND_SHIFT;

/** What is alive in all of a region. */
export interface RegionFrame extends AccessFrame {
  readonly imports: RegionImports;
  readonly graph: RegionGraph;
  /** Where it counts (counters.ts), or 0. */
  readonly counters: number;
  /** Locals of the registers that it uses. */
  readonly registers: readonly (Local | null)[];
  /** The flags as they travel: status.ts, `Parts`. */
  readonly x: Local;
  readonly y: Local;
  readonly kind: Local;
  readonly time: TimeLeft;
  readonly timing: TimeFunctions;
}

/** Of the head of a loop whose flags are not handed on (region.ts): what was handed on when it was entered, and what was used then. */
export interface KeptFlags {
  readonly parts: Parts;
  readonly x: Local;
  readonly y: Local;
  readonly kind: Local;
  readonly used: Local;
}

export class BlockWriter {
  readonly #frame: RegionFrame;
  readonly #block: Built;
  /** Not null: the block is the head of such a loop. */
  readonly #atHead: KeptFlags | null;
  readonly #values: ValueEmitter;
  readonly #accesses: Accesses;
  readonly #nearby: Nearby;
  readonly #parts = new Map<Status, Parts>();
  /** Of what is read in order to be written: where it is. */
  readonly #places = new Map<Node, Local>();
  /** A way out is being written. */
  #leaving = false;
  /** The group that is being written: where it goes when it cannot be done, and what has been recorded then. */
  #group: { readonly before: Snapshot; readonly failed: Label; readonly fault: Local | null } | null = null;

  constructor(frame: RegionFrame, block: Built, atHead: KeptFlags | null, nearby: Nearby) {
    this.#frame = frame;
    this.#nearby = nearby;
    this.#block = block;
    this.#atHead = atHead;
    const schedule: Schedule = { locals: block.builder.uses, unused: nobody, atFirstUse: true };
    this.#values = new ValueEmitter(
      frame.code,
      {
        readPlace: (place) => this.#readPlace(place),
        load: () => {
          throw new Error("loads are actions");
        },
        constant: (value) => this.#constant(value),
        isHot: () => !this.#leaving,
        mulHighUnsigned: frame.imports.mulHighUnsigned,
        mulHighSigned: frame.imports.mulHighSigned,
      },
      schedule,
    );
    const own = { ...frame, slots: slotsOf(block.user) };
    this.#accesses = new Accesses(own, block.builder.actions, this.#values, nearby, ({ before }, pushFault) => {
      const group = this.#group;
      if (group === null) {
        this.#giveUp(before, pushFault);
        return;
      }
      // Behind the group's first instruction the interpreter comes to a fault once more.
      if (before === group.before && group.fault !== null) {
        pushFault();
        frame.code.set(group.fault);
      }
      frame.code.br(group.failed);
    });
  }

  /** What comes before the actions: flags are made ready, the block's cost is counted. */
  begin(): void {
    const { code, time } = this.#frame;
    const { builder, cost } = this.#block;
    if (builder.entryStatus.kind === "entry" && builder.uses.readsFlags) this.#asWords();
    if (builder.asks && builder.uses.readsFlags) this.#asPacked();
    if (cost === 0n) return;
    code.get(time.used);
    code.i64(packCost(cost));
    code.op("i64.add");
    code.set(time.used);
  }

  /** Behind the actions: what every way on wants of registers is computed once. */
  finish(): void {
    for (const node of this.#block.builder.last.registers) if (node !== null) this.#values.keep(node);
  }

  /** One way out of a fork: what is written for it, other blocks perhaps, leaves the fork's values as they are. */
  apart(write: () => void): void {
    this.#values.scope(write);
  }

  pushCondition(node: Node): void {
    this.#values.dirty(node);
  }

  pushWide(node: Node): void {
    this.#values.as64(node);
  }

  /** Makes words of the flags, whatever they are. */
  #asWords(): void {
    const code = this.#frame.code;
    code.get(this.#frame.kind);
    code.i32(KIND_MASK);
    code.op("i32.and");
    code.if(() => {
      for (const local of [this.#frame.x, this.#frame.y, this.#frame.kind]) code.get(local);
      code.call(this.#frame.ways.words());
      for (const [local, { offset }] of [
        [this.#frame.x, stateFields.flagResult],
        [this.#frame.y, stateFields.flagCarries],
        [this.#frame.kind, stateFields.flagAux],
      ] as const) {
        code.i32(0);
        code.memory(local.type === "i64" ? "i64.load" : "i32.load", offset);
        code.set(local);
      }
    });
  }

  /** Makes one word of the flags, as EFLAGS has them, whatever they are. */
  #asPacked(): void {
    const { code, x, y, kind, ways } = this.#frame;
    const packed = kindOf(PACKED);
    code.get(kind);
    code.i32(packed);
    code.op("i32.ne");
    code.if(() => {
      for (const local of [x, y, kind]) code.get(local);
      code.call(ways.packed());
      code.op("i64.extend_i32_u");
      code.set(x);
      code.i32(packed);
      code.set(kind);
    });
  }

  #readPlace(place: Place): void {
    const code = this.#frame.code;
    if (place === FLAG_X) code.get(this.#frame.x);
    else if (place === FLAG_Y) code.get(this.#frame.y);
    else if (place === FLAG_KIND) code.get(this.#frame.kind);
    else {
      const local = this.#frame.registers[registerAt(place)];
      if (local === undefined || local === null) throw new Error(`${place.kind} is no value of a block`);
      code.get(local);
    }
  }

  #constant(value: bigint): boolean {
    if (value === 0n || value === ONES) return false;
    const place = this.#frame.ways.constants.placeOf(value);
    if (place === 0) return false;
    this.#frame.code.i32(0);
    this.#frame.code.simdMemory("v128.load", place);
    return true;
  }

  #partsOf(status: Status): Parts {
    let parts = this.#parts.get(status);
    if (parts === undefined) this.#parts.set(status, (parts = this.#block.builder.parts(status)));
    return parts;
  }

  // ---- ways out

  #pushState(state: Snapshot): void {
    this.#leaving = true;
    this.#pushRegisters(state);
    this.#leaving = false;
  }

  #pushRegisters({ registers, status }: Snapshot): void {
    for (const index of this.#frame.graph.written) {
      const node = registers[index] ?? null;
      if (node === null) this.#frame.code.get(this.#frame.registers[index]!);
      else if (index < VECTORS) this.#values.as64(node);
      else this.#values.dirty(node);
    }
    if (status === this.#block.builder.entryStatus) {
      if (this.#atHead !== null) this.#pushFlagsOfLoop(this.#atHead);
      else for (const local of [this.#frame.x, this.#frame.y, this.#frame.kind]) this.#frame.code.get(local);
      return;
    }
    const { x, y, kind } = this.#partsOf(status);
    this.#values.dirty(x);
    this.#values.dirty(y);
    this.#values.dirty(kind);
  }

  /** The flags that the head of a loop finds: as they were when it was entered, or, later, what can be found in registers. */
  #pushFlagsOfLoop({ parts, x, y, kind, used }: KeptFlags): void {
    const { code, time } = this.#frame;
    for (const [entered, later] of [
      [x, parts.x],
      [y, parts.y],
      [kind, parts.kind],
    ] as const) {
      code.get(entered);
      this.#values.dirty(later);
      code.get(used);
      code.i64(packCost(this.#block.cost));
      code.op("i64.add");
      code.get(time.used);
      code.op("i64.eq");
      code.op("select");
    }
  }

  #pushLeft(unused: bigint): void {
    const { code, time } = this.#frame;
    pushLeft(code, time);
    if (unused === 0n) return;
    code.i64(unused);
    code.op("i64.add");
  }

  /** For a way out: what becomes of the time. */
  #pushTime(unused: bigint): void {
    const { code, time } = this.#frame;
    code.get(time.granted);
    code.get(time.used);
    code.i64(unused);
  }

  /** Leaves; `unused`: what was taken from `left` and not executed. */
  wayOut(
    where: "interpreter" | "lookup",
    state: Snapshot,
    rip: bigint,
    unused: bigint,
    pushFault = () => this.#frame.code.i32(0),
    cause: Cause = where === "lookup" ? "elsewhere" : "instruction",
  ): void {
    this.#count(cause, unused);
    this.#values.scope(() => {
      this.#pushState(state);
      this.#pushTime(unused);
      this.#frame.code.i64(rip);
      if (where === "interpreter") pushFault();
      this.#frame.code.returnCall(this.#frame.ways.to(where, this.#frame.graph.written));
    });
  }

  #count(cause: Cause, unused: bigint): void {
    countExit(this.#frame.code, this.#frame.counters, cause, () => this.#pushLeft(unused));
  }

  /** Behind a change of the ring: the slots of the one that the next block is for. */
  claimFor({ node }: Edge): void {
    const { code, ways, graph } = this.#frame;
    const { user } = graph.blocks[node]!;
    if (user !== this.#block.user) pushClaim(code, ways.claim(), slotsOf(user));
  }

  /** Leaves for where none of the known ways leads. */
  elsewhere(
    state: Snapshot,
    { target, isReturn }: Pick<Extract<End, { kind: "indirect" }>, "target" | "isReturn">,
  ): void {
    this.#count("elsewhere", 0n);
    if (!isReturn || returnsElsewhere(this.#block.instructions)) {
      const { code } = this.#frame;
      const wide = code.local("i64");
      this.#values.as64(target);
      code.set(wide);
      const { builder, instructions } = this.#block;
      noteTarget(code, builder.rips.at(-1)! + BigInt(instructions.at(-1)!.length), wide);
      code.release(wide);
    }
    this.#values.scope(() => {
      this.#pushState(state);
      this.#pushTime(0n);
      this.#values.as64(target);
      this.#frame.code.returnCall(this.#frame.ways.to("lookup", this.#frame.graph.written));
    });
  }

  /** Leaves for what does the block's last instruction. */
  quickWay(state: Snapshot, { way, args, rip, next }: Extract<End, { kind: "quick" }>): void {
    const { code, ways, graph } = this.#frame;
    this.#count("quick", 0n);
    this.#values.scope(() => {
      this.#pushState(state);
      this.#pushTime(0n);
      code.i64(rip);
      for (const argument of args) this.#values.as64(argument);
      code.i64(this.#block.costs.at(-1)!);
      code.i64(next);
      code.returnCall(ways.quick(way, args.length, graph.written));
    });
  }

  /** Leaves before an instruction of the block. */
  #giveUp(before: Snapshot, pushFault?: () => void): void {
    const { rests, builder } = this.#block;
    const unused = rests[before.number]!;
    const cause = pushFault === undefined ? "instruction" : "memory";
    this.wayOut("interpreter", before, builder.rips[before.number]!, unused, pushFault, cause);
  }

  // ---- edges

  /**
   * Hands on what the next block finds, `flags` with it. Returns false if there is none: this way leads out of the region.
   */
  handOn(edge: Edge, flags: boolean): boolean {
    const code = this.#frame.code;
    const { graph, time, timing } = this.#frame;
    const block = this.#block;
    const { last } = block.builder;
    if (edge.node < 0) {
      this.wayOut("lookup", last, edge.rip, 0n);
      return false;
    }
    if (edge.pageKey !== 0) {
      code.i32(0);
      code.memory("i32.load", edge.pageKey);
      code.i32(0);
      code.memory("i32.load", Workspace.lookupKey);
      code.op("i32.ne");
      code.hint(false);
      code.if(() => {
        code.i32(edge.pageKey);
        code.call(this.#frame.imports.validate);
        code.op("i32.eqz");
        code.if(() => this.wayOut("lookup", last, edge.rip, 0n));
      });
    }
    if (graph.isStop[edge.node]!)
      askTime(code, time, timing, graph, edge.node, () =>
        this.wayOut("interpreter", last, edge.rip, 0n, undefined, "time"),
      );
    const into: Local[] = [];
    const put = (node: Node, local: Local) => {
      if (valueType(node.bits) === "i64") this.#values.as64(node);
      else this.#values.dirty(node);
      into.push(local);
    };
    for (let index = 0; index < last.registers.length; index++) {
      const node = last.registers[index]!;
      if (node === null) continue;
      if (node.op === "read" && registerAt(node.place) === index) continue;
      put(node, this.#frame.registers[index]!);
    }
    const target = graph.blocks[edge.node]!;
    const { status } = last;
    if (flags && target.flagsLive && status !== block.builder.entryStatus) {
      // A block that would have to ask in which form they come gets them as it wants them.
      const { entryStatus, uses, asks } = target.builder;
      const asWords = entryStatus.kind === "entry" && uses.readsFlags;
      const parts = () => (asWords ? block.builder.partsAsWords(status) : this.#partsOf(status));
      const { x, y, kind } = asks && uses.readsFlags ? block.builder.partsAsPacked() : parts();
      put(x, this.#frame.x);
      put(y, this.#frame.y);
      put(kind, this.#frame.kind);
    }
    for (const local of into.reverse()) code.set(local);
    return true;
  }

  // ---- actions

  actions(): void {
    this.#all(this.#block.builder.actions);
  }

  #all(actions: readonly Action[]): void {
    for (const action of actions) this.#action(action);
  }

  #action(action: Action): void {
    const code = this.#frame.code;
    const values = this.#values;
    switch (action.do) {
      case "load":
        this.#access(action).pushLoad(action, valueType(action.node.bits));
        values.setLocal(action.node);
        break;
      case "modify": {
        this.#access(action).pushPlace(action, AccessKind.modify);
        const place = code.local("i32");
        this.#places.set(action.node, place);
        code.tee(place);
        loadValue(code, action.bytes as AccessBytes);
        values.setLocal(action.node);
        break;
      }
      case "store":
        this.#access(action).store(action, action.value);
        break;
      case "probe":
        this.#access(action).pushPlace(action, AccessKind.write);
        code.op("drop");
        break;
      case "storeModified":
        code.get(this.#places.get(action.modify)!);
        values.dirty(action.value);
        storeValue(code, (action.value.bits / 8) as AccessBytes);
        break;
      case "readState": {
        const { bits } = action.node;
        if (action.index === null) code.i32(0);
        else values.dirty(action.index);
        if (bits === 128) code.simdMemory("v128.load", action.address);
        else code.memory(bits === 64 ? "i64.load" : "i32.load", action.address);
        values.setLocal(action.node);
        break;
      }
      case "writeState": {
        const { bits } = action.value;
        if (action.index === null) code.i32(0);
        else values.dirty(action.index);
        values.dirty(action.value);
        if (bits === 128) code.simdMemory("v128.store", action.address);
        else code.memory(bits === 64 ? "i64.store" : "i32.store", action.address);
        break;
      }
      case "if":
        this.#if(action);
        break;
      case "leave":
        this.#giveUp(action.before);
        break;
      case "group":
        this.#writeGroup(action);
        break;
      case "assume":
        this.#assume(action);
        break;
    }
  }

  #if({ condition, yes, no, merges }: Extract<Action, { do: "if" }>): void {
    const code = this.#frame.code;
    const values = this.#values;
    const locals = merges.map(({ node }) => code.local(valueType(node.bits)));
    const arm = (actions: readonly Action[], side: "yes" | "no") => () =>
      values.scope(() => {
        this.#nearby.apart(() => this.#all(actions));
        for (const [i, merge] of merges.entries()) {
          values.clean(merge[side]);
          code.set(locals[i]!);
        }
      });
    values.dirty(condition);
    if (yes.at(-1)?.do === "leave") code.hint(false);
    const otherwise = no.length > 0 || merges.length > 0 ? arm(no, "no") : undefined;
    code.if(arm(yes, "yes"), otherwise);
    for (const [i, { node }] of merges.entries()) values.bind(node, locals[i]!);
  }

  /** Vector registers before an instruction that may have to leave: see `ValueEmitter.prepare`. */
  #prepare({ registers }: Snapshot): void {
    for (let index = VECTORS; index < registers.length; index++) {
      const node = registers[index];
      if (node !== null && node !== undefined) this.#values.prepare(node);
    }
  }

  #access({ before }: MemoryAction): Accesses {
    if (this.#group === null) this.#prepare(before);
    return this.#accesses;
  }

  #writeGroup({ actions, before }: Extract<Action, { do: "group" }>): void {
    const [first, second] = actions;
    if (first !== undefined && second === undefined && first.do !== "assume") {
      this.#action(first);
      return;
    }
    const code = this.#frame.code;
    this.#prepare(before);
    const mayFault = actions.some((action) => "linear" in action && action.before === before);
    const fault = mayFault ? code.local("i32") : null;
    if (fault !== null) {
      code.i32(0);
      code.set(fault);
    }
    code.block((held) => {
      const mark = this.#values.mark();
      code.block((failed) => {
        this.#group = { before, failed, fault };
        this.#all(actions);
        code.br(held);
      });
      this.#group = null;
      // Some of what the group computes had not been computed yet.
      this.#values.without(mark, () => this.#giveUp(before, fault === null ? undefined : () => code.get(fault)));
    });
    if (fault !== null) code.release(fault);
  }

  #assume({ condition, unless }: Extract<Action, { do: "assume" }>): void {
    const code = this.#frame.code;
    const values = this.#values;
    values.not(condition);
    code.hint(false);
    if (unless === null) code.brIf(this.#group!.failed);
    else
      code.if(() =>
        values.scope(() => {
          values.not(unless);
          code.brIf(this.#group!.failed);
        }),
      );
  }
}
