/**
 * What a block knows of the processor's state while it is built: registers and flags as values, and the fields in memory that
 * instructions have read or written.
 */
import type { Bits, Builder, Condition, StatusFlag, Value } from "../cpu/builder.ts";
import {
  readCondition,
  readFlag,
  readStatus,
  recordAdd,
  recordDec,
  recordInc,
  recordLogic,
  recordStatus,
  recordSub,
  writeFlag,
  writeStatus,
} from "../cpu/flags.ts";
import type { Node } from "../cpu/ir.ts";
import { Access, STATUS_FLAGS, type StateField, stateFields } from "../cpu/state.ts";
import { type Mode, SS } from "../isa/instruction.ts";
import type { Register } from "../isa/registers.ts";
import { type Action, FLAG_KIND, FLAG_X, FLAG_Y, type Snapshot, type Surroundings } from "./action.ts";
import { BlockValues } from "./block-values.ts";
import { VECTORS } from "./register-file.ts";
import { Conditions, type FlagWords, type Form, fromParts, type Status } from "./status.ts";

/** Thrown where an instruction is the interpreter's: nobody looks where that was found out, so it is no `Error`. */
export class NotTranslated {}

export interface State {
  /** By their numbers in register-file.ts, the vector registers only as far as they were written; null: as the block found them. */
  registers: (Node | null)[];
  /** Somebody else has this array, too: it is copied before it is changed. */
  lent: boolean;
  status: Status;
  /** Values known to be at addresses of the state: by address and width. */
  known: Map<number, { readonly address: number; readonly bytes: number; readonly node: Node }>;
  actions: Action[];
  /** The last action, if it is a group and goes on. */
  group: Group | null;
  /** Conditions that hold from here on. */
  facts: ReadonlySet<Node>;
  /** Nothing that follows is reached. */
  dead: boolean;
}

type Group = Extract<Action, { do: "group" }>;

/** What may stand in a group, and begin one: it changes nothing, but may have to leave. */
const mayFail = (action: Action): action is Extract<Action, { do: "load" | "modify" | "probe" }> =>
  action.do === "load" || action.do === "modify" || action.do === "probe";
/** What may stand in a group: it changes nothing. */
const changesNothing = (action: Action): boolean =>
  mayFail(action) || action.do === "readState" || action.do === "assume";

const keyOf = (address: number, bits: number): number => address * 256 + bits;

export abstract class BlockState extends BlockValues {
  readonly entryStatus: Status;
  readonly mode: Mode;
  protected readonly around: Surroundings;
  protected state: State;
  /** The state before the present instruction. */
  protected before!: Snapshot;
  /** State was changed that a snapshot does not hold: nothing may leave any more. */
  protected changed = false;
  readonly #conditions = new Conditions(this.graph);
  #captured: Partial<Record<StateField, Node>> | null = null;

  /** The block wants the flags in its form, and makes them so itself where they are not. */
  readonly asks: boolean;

  /** `form`: of the flags when the block is entered, if it is known; `asks`: see there. */
  constructor(around: Surroundings, form: Form | null, asks: boolean) {
    super();
    this.around = around;
    this.asks = asks;
    this.mode = around.mode;
    const parts = () => [this.graph.flagPart(FLAG_X), this.graph.flagPart(FLAG_Y)] as const;
    this.entryStatus = form === null ? { kind: "entry" } : fromParts(this.graph, form, parts());
    this.state = {
      registers: new Array<Node | null>(VECTORS).fill(null),
      lent: false,
      status: this.entryStatus,
      known: new Map(),
      actions: [],
      group: null,
      facts: new Set(),
      dead: false,
    };
  }

  /** The whole of it. */
  protected abstract self(): Builder;

  // ---- what is said

  protected say(action: Action): void {
    const { state } = this;
    if (state.dead) return;
    const { group } = state;
    if (action.do === "group") {
      if (group === null) state.actions.push(action);
      else group.actions.push(...action.actions);
      state.group = action.actions.at(-1)?.do === "store" ? null : (group ?? action);
    } else if (group !== null && changesNothing(action)) group.actions.push(action);
    else if (mayFail(action)) {
      state.group = { do: "group", actions: [action], before: action.before };
      state.actions.push(state.group);
    } else {
      // A store that cannot be done has changed nothing yet.
      (action.do === "store" && group !== null ? group : state).actions.push(action);
      state.group = null;
    }
  }

  /** What follows is reached only where a condition holds, or, rarely, `unless`; else the interpreter does it. */
  protected assume(condition: Node, unless: Node | null = null): void {
    const { state } = this;
    if (state.dead || this.holds(condition) || (unless !== null && this.holds(unless))) return;
    if (condition.op === "const" && unless === null) {
      this.giveUp();
      return;
    }
    if (condition.op === "and" && unless === null) {
      this.assume(condition.x);
      this.assume(condition.y);
      return;
    }
    this.mayLeave();
    if (state.group === null) this.say({ do: "group", actions: [], before: this.before });
    this.say({ do: "assume", condition, unless });
    this.learn(unless ?? condition);
  }

  protected holds(condition: Node): boolean {
    return condition.op === "const" ? condition.value !== 0n : this.state.facts.has(condition);
  }

  protected learn(fact: Node): void {
    this.state.facts = new Set(this.state.facts).add(fact);
  }

  protected mayLeave(): void {
    if (this.changed) throw new NotTranslated();
  }

  protected giveUp(): void {
    this.mayLeave();
    this.say({ do: "leave", before: this.before });
    this.state.dead = true;
  }

  /** How far it has come: for `takeBack`. */
  protected mark() {
    const { actions, group } = this.state;
    return { actions: actions.length, group, grouped: group?.actions.length ?? 0 };
  }

  /** As it was before an instruction that cannot be translated: `outer` is the state then, which had come so far. */
  protected takeBack(outer: State, { actions, group, grouped }: ReturnType<BlockState["mark"]>): void {
    outer.actions.length = actions;
    if (group !== null) group.actions.length = grouped;
    const { registers, status } = this.before;
    const taken = registers as (Node | null)[];
    this.state = { ...outer, registers: taken, lent: true, status, known: new Map(), group, dead: false };
    this.#captured = null;
  }

  // ---- registers

  /** Changes a register's value; null: what the block found. */
  protected put(index: number, value: Node | null): void {
    const { state } = this;
    if (state.lent) {
      state.registers = state.registers.slice();
      state.lent = false;
    }
    while (state.registers.length <= index) state.registers.push(null);
    state.registers[index] = value;
  }

  protected whole(index: number): Node {
    const known = this.state.registers[index];
    if (known !== null && known !== undefined) return known;
    return this.entryOf(index);
  }

  register(register: Register): Node {
    if (register.class !== "general") throw new NotTranslated();
    const whole = this.whole(register.index);
    if (!register.high) return this.graph.resize("truncate", whole, register.bits as Bits);
    return this.graph.resize("truncate", this.graph.binary("shr", whole, this.constant(64, 8)), 8);
  }

  setRegister(register: Register, value: Value): void {
    if (register.class !== "general") throw new NotTranslated();
    if (this.state.dead) return;
    const { index, bits, high } = register;
    const wide = this.resized("zeroExtend", value, 64);
    if (bits >= 32) {
      this.put(index, wide);
      return;
    }
    const shift = high ? 8 : 0;
    const mask = ((1n << BigInt(bits)) - 1n) << BigInt(shift);
    const kept = this.graph.binary("and", this.whole(index), this.constant(64, ~mask));
    const put = this.graph.binary("shl", wide, this.constant(64, shift));
    this.put(index, this.graph.binary("or", kept, put));
  }

  /** What a register held when the block was entered. */
  protected entryOf(index: number): Node {
    return this.graph.register(index);
  }

  // ---- vector registers

  /** `bits` of a YMM register from byte `offset` on. */
  protected vectorPart(register: number, bits: 32 | 64 | 128, offset: number): Node {
    const half = this.whole(VECTORS + 2 * register + (offset >> 4));
    if (bits === 128) return half;
    return this.packed(bits === 64 ? "i64x2.extract_lane" : "i32x4.extract_lane", [half], [((offset & 15) * 8) / bits]);
  }

  /** The rest stays. */
  protected setVectorPart(register: number, value: Node, offset: number): void {
    if (this.state.dead) return;
    const index = VECTORS + 2 * register + (offset >> 4);
    const { bits } = value;
    const op = bits === 64 ? "i64x2.replace_lane" : "i32x4.replace_lane";
    this.put(index, bits === 128 ? value : this.packed(op, [this.whole(index), value], [((offset & 15) * 8) / bits]));
  }

  // ---- flags

  /** The state's three words for flags as they are. */
  words(status: Status): FlagWords {
    switch (status.kind) {
      case "words":
        return status;
      case "entry":
        return {
          result: this.graph.flagPart(FLAG_X),
          carries: this.graph.flagPart(FLAG_Y),
          aux: this.graph.flagPart(FLAG_KIND),
        };
    }
    const captured: Partial<Record<StateField, Node>> = {};
    this.#captured = captured;
    switch (status.kind) {
      case "add":
        recordAdd(this.self(), status.x, status.y, status.result);
        break;
      case "sub":
        recordSub(this.self(), status.x, status.y, status.result);
        break;
      case "logic":
        recordLogic(this.self(), status.result);
        break;
      case "inc":
      case "dec": {
        const top = this.graph.binary("shl", this.zeroExtend(status.carry, 64), this.constant(64, 63));
        captured.flagCarries = top;
        (status.kind === "inc" ? recordInc : recordDec)(this.self(), status.x, status.result);
        break;
      }
      case "given":
        recordStatus(this.self(), status.result, status);
        break;
      case "packed":
        writeStatus(this.self(), status.flags);
        break;
    }
    this.#captured = null;
    return { result: captured.flagResult!, carries: captured.flagCarries!, aux: captured.flagAux! };
  }

  #setStatus(status: Status): void {
    if (!this.state.dead) this.state.status = status;
  }

  flag(name: StatusFlag): Node {
    return this.#conditions.flag(this.state.status, name) ?? (readFlag(this.self(), name) as Node);
  }

  flags = (): Node => this.or(this.get("flagsOther"), this.statusInOne());

  /** The status flags at their places in EFLAGS. */
  protected statusInOne(): Node {
    return this.#conditions.packed(this.state.status) ?? (readStatus(this.self()) as Node);
  }

  condition(code: Condition): Node {
    return this.#conditions.condition(this.state.status, code) ?? (readCondition(this.self(), code) as Node);
  }

  readonly setFlags: Builder["setFlags"] = {
    add: (x, y) => this.#recorded("add", x, y, this.add(x, y)),
    adc: (x, y, carry) => this.#recorded("add", x, y, this.add(this.add(x, y), this.zeroExtend(carry, x.bits))),
    sub: (x, y) => this.#recorded("sub", x, y, this.sub(x, y)),
    sbb: (x, y, borrow) => this.#recorded("sub", x, y, this.sub(this.sub(x, y), this.zeroExtend(borrow, x.bits))),
    inc: (x) => this.#stepped("inc", x, this.add(x, this.constant(x.bits, 1))),
    dec: (x) => this.#stepped("dec", x, this.sub(x, this.constant(x.bits, 1))),
    logic: (result) => {
      this.#setStatus({ kind: "logic", result: result as Node });
      return result;
    },
  };

  #recorded(kind: "add" | "sub", x: Value, y: Value, result: Node): Node {
    this.#setStatus({ kind, x: x as Node, y: y as Node, result });
    return result;
  }

  #stepped(kind: "inc" | "dec", x: Value, result: Node): Node {
    this.#setStatus({ kind, x: x as Node, result, carry: this.flag("CF") });
    return result;
  }

  setStatus(result: Value, given: { CF: Value; OF: Value; AF: Value }): void {
    const [CF, OF, AF] = [given.CF as Node, given.OF as Node, given.AF as Node];
    this.#setStatus({ kind: "given", result: result as Node, CF, OF, AF });
  }

  setFlag(name: StatusFlag, value: Value): void {
    const { status } = this.state;
    // Rotations set these two one after the other.
    if (status.kind === "given" && (name === "CF" || name === "OF"))
      this.#setStatus({ ...status, [name]: value as Node });
    else writeFlag(this.self(), name, value);
  }

  setFlagBits(value: Value, mask: number | Value): void {
    if (typeof mask !== "number") {
      const merged = this.or(this.and(this.flags(), this.not(mask)), this.and(value, mask));
      this.#setStatus({ kind: "packed", flags: merged });
      this.set("flagsOther", this.and(merged, this.constant(32, ~STATUS_FLAGS)));
      return;
    }
    const merge = (old: Value, part: number) =>
      this.or(this.and(old, this.constant(32, ~(mask & part))), this.and(value, this.constant(32, mask & part)));
    const status = (mask & STATUS_FLAGS) === STATUS_FLAGS ? value : null;
    if ((mask & STATUS_FLAGS) !== 0) {
      const flags = (status ?? merge(this.statusInOne(), STATUS_FLAGS)) as Node;
      this.#setStatus({ kind: "packed", flags });
    }
    if ((mask & ~STATUS_FLAGS) !== 0) this.set("flagsOther", merge(this.get("flagsOther"), ~STATUS_FLAGS));
  }

  // ---- state

  get(field: StateField, index = 0): Node {
    switch (field) {
      case "flagResult":
      case "flagCarries":
      case "flagAux": {
        const own = this.#captured?.[field];
        if (own !== undefined) return own;
        const words = this.words(this.state.status);
        return field === "flagResult" ? words.result : field === "flagCarries" ? words.carries : words.aux;
      }
      case "vector":
        return this.vectorPart(index >> 2, 64, 8 * (index & 3));
      case "segmentAccess":
        // All that the stack wants to know.
        if (index === SS && this.mode !== 64) return this.constant(32, this.around.bigStack ? Access.big : 0);
        break;
      case "rip":
        throw new NotTranslated();
    }
    const { offset, width } = stateFields[field];
    return this.readState(offset + index * (width === "i64" ? 8 : 4), width === "i64" ? 64 : 32);
  }

  set(field: StateField, value: Value, index = 0): void {
    const node = value as Node;
    switch (field) {
      case "flagResult":
      case "flagCarries":
      case "flagAux": {
        if (this.#captured !== null) {
          this.#captured[field] = node;
          return;
        }
        const words = this.words(this.state.status);
        const { result, carries, aux } = words;
        if (field === "flagResult") this.#setStatus({ kind: "words", result: node, carries, aux });
        else if (field === "flagCarries") this.#setStatus({ kind: "words", result, carries: node, aux });
        else this.#setStatus({ kind: "words", result, carries, aux: node });
        return;
      }
      case "vector":
        this.setVectorPart(index >> 2, node, 8 * (index & 3));
        return;
      case "rip":
        throw new NotTranslated();
    }
    const { offset, width } = stateFields[field];
    this.writeState(offset + index * (width === "i64" ? 8 : 4), node);
  }

  /** A word `index` bytes behind an address. */
  protected readBehind(address: number, index: Node, bits: Bits): Node {
    const node = this.graph.leaf(bits);
    this.say({ do: "readState", node, address, index });
    return node;
  }

  protected readState(address: number, bits: Bits): Node {
    const key = keyOf(address, bits);
    const known = this.state.known.get(key);
    if (known !== undefined) return known.node;
    const node = this.graph.leaf(bits);
    this.say({ do: "readState", node, address, index: null });
    this.state.known.set(key, { address, bytes: bits / 8, node });
    return node;
  }

  /** A word of plain memory, `offset` bytes behind an address. */
  protected writeBehind(offset: number, index: Node, value: Node): void {
    this.changed = true;
    this.say({ do: "writeState", address: offset, index, value });
  }

  protected writeState(address: number, value: Node): void {
    if (this.state.dead) return;
    this.changed = true;
    this.say({ do: "writeState", address, index: null, value });
    this.forget(address, value.bits / 8);
    this.state.known.set(keyOf(address, value.bits), { address, bytes: value.bits / 8, node: value });
  }

  protected forget(address: number, bytes: number): void {
    if (this.state.known.size === 0) return;
    for (const [key, part] of this.state.known)
      if (part.address < address + bytes && address < part.address + part.bytes) this.state.known.delete(key);
  }
}
