/**
 * The meaning of a block of real instructions: a `Builder` that runs definitions (cpu/builder.ts) one after the other, knows
 * register numbers, immediates and addresses, and keeps what they do to registers and flags as values (graph.ts) until the
 * block's end. What cannot wait, memory above all, becomes a list of actions in order (action.ts).
 *
 * It is a builder in four layers: block-values.ts computes, block-state.ts knows registers and flags, block-operands.ts operands and
 * memory; here are instructions, control, and what comes of it all.
 */
import type { Bits, Builder, Value } from "../cpu/builder.ts";
import { softwareKinds } from "../cpu/control.ts";
import { define } from "../cpu/definitions.ts";
import type { Node } from "../cpu/ir.ts";
import type { Instruction, RelativeOperand } from "../isa/instruction.ts";
import {
  type Action,
  type End,
  forEachWrite,
  type QuickEnd,
  quickEnds,
  type RingWays,
  type Snapshot,
  type Surroundings,
} from "./action.ts";
import { BlockFloats } from "./block-floats.ts";
import { BlockOperands } from "./block-operands.ts";
import { NotTranslated, type State } from "./block-state.ts";
import { readLatch, writeLatch } from "./port-latch.ts";
import { changeBySyscall, changeBySysret, invalidatePage, type StateAccess } from "./ring-change.ts";
import { type Form, type Parts, partsOf, partsOfWords, type Status } from "./status.ts";
import { changeByInterrupt, changeByInterruptReturn } from "./trap-change.ts";
import { Uses } from "./uses.ts";

/** The interpreter goes on, in any case, from where it would anyway. */
const onlyLeaves = (action: Action): boolean =>
  action.do === "leave" ||
  action.do === "assume" ||
  (action.do === "group" && action.actions.every(onlyLeaves)) ||
  (action.do === "if" && [...action.yes, ...action.no].every(onlyLeaves));

const nowhere: RingWays = { handler: null, back: null, gate: () => null, interrupted: null };

export class BlockBuilder extends BlockOperands implements Builder {
  readonly #rings: RingWays;
  /** The present instruction has changed the ring. */
  #entered: Pick<Extract<End, { kind: "ring" }>, "way" | "target"> | null = null;
  #end: End | null = null;
  /** What the present instruction would have asked a helper for has been done, and the block goes on. */
  #isDone = false;
  /** A quick way that the present instruction goes. */
  #quick: { readonly way: QuickEnd; readonly args: readonly Node[] } | null = null;
  /** Conditions that the present place is under. */
  #depth = 0;
  /** RIPs of the instructions, and that of the end. */
  readonly rips: bigint[] = [];

  #floats: BlockFloats | null = null;

  get floats(): BlockFloats {
    return (this.#floats ??= new BlockFloats(
      this,
      (sufficient, exact) => this.assume(sufficient, exact),
      (fact) => this.learn(fact),
    ));
  }

  /** `form`, `asks`: see BlockState. */
  constructor(around: Surroundings, form: Form | null, rings = nowhere, asks = false) {
    super(around, form, asks);
    this.#rings = rings;
  }

  protected self(): Builder {
    return this;
  }

  /** Adds an instruction. Returns whether the next one may follow; if not, `end` says how the block ends. */
  append(instruction: Instruction, rip: bigint): boolean {
    const outer = this.state;
    const mark = this.mark();
    this.rips.push(rip);
    this.begin(instruction, rip);
    this.#quick = null;
    this.#isDone = false;
    this.#entered = null;
    this.#depth = 0;
    const { registers, status } = outer;
    this.before = { number: this.rips.length - 1, registers, status };
    outer.lent = true;
    try {
      if (this.next > this.around.limit) throw new NotTranslated();
      define(this, instruction.operands);
    } catch (thrown) {
      if (!(thrown instanceof NotTranslated)) throw thrown;
      this.takeBack(outer, mark);
      this.rips.pop();
      this.#end = { kind: "leave", rip };
      return false;
    }
    // A fault that is sure to come.
    if (this.state.dead) this.#end = { kind: "leave", rip };
    return this.#end === null;
  }

  /** Ends the block before the instruction at `next`. */
  fallTo(next: bigint): void {
    this.#end = { kind: "fall", next };
  }

  get end(): End {
    if (this.#end === null) throw new Error("the block has no end yet");
    return this.#end;
  }

  get actions(): readonly Action[] {
    return this.state.actions;
  }

  /** The state at the start. */
  get entry(): Snapshot {
    return { number: 0, registers: [], status: this.entryStatus };
  }

  #uses: Uses | null = null;

  /** What its values are used for; after the end. */
  get uses(): Uses {
    return (this.#uses ??= new Uses(this.graph.size, this.actions, this.end, this.last, this.entryStatus));
  }

  /** The flags at some point, as they travel. */
  parts(status: Status): Parts {
    return partsOf(this.graph, status, (one) => this.words(one));
  }

  /** The flags at the end, for a block that asks for them in one. */
  partsAsPacked(): Parts {
    return this.parts({ kind: "packed", flags: this.statusInOne() });
  }

  /** Likewise, for a block that would make words of them. */
  partsAsWords(status: Status): Parts {
    return partsOfWords(this.graph, this.words(status));
  }

  /** The state at the end, before the end's transfer of control. */
  get last(): Snapshot {
    const { registers, status } = this.state;
    return { number: this.rips.length, registers, status };
  }

  // ---- control

  /** The quick way is the only one here; the interpreter knows the others. */
  shortcut(condition: Value): Node {
    this.assume(condition as Node);
    return this.constant(1, 1);
  }

  if(condition: Value, then: () => void, otherwise: () => void = () => {}): void {
    const test = condition as Node;
    if (this.state.dead) return;
    if (this.holds(test)) {
      then();
      return;
    }
    const opposite = this.graph.unary("not", test);
    if (this.holds(opposite)) {
      otherwise();
      return;
    }
    const outer = this.state;
    const [changed, divided] = [this.changed, this.divided];
    this.divided = false;
    const run = (side: Node, fill: () => void): { state: State; changed: boolean } => {
      this.changed = changed;
      this.state = {
        registers: outer.registers,
        lent: true,
        status: outer.status,
        known: new Map(outer.known),
        actions: [],
        group: null,
        facts: new Set(outer.facts).add(side),
        dead: false,
      };
      this.#depth++;
      fill();
      this.#depth--;
      return { state: this.state, changed: this.changed };
    };
    const yes = run(test, then);
    const no = run(opposite, otherwise);
    this.changed = changed;
    this.state = outer;
    this.#join(test, yes.state, no.state);
    this.changed = yes.changed || no.changed;
    this.divided = divided || this.divided;
  }

  #join(condition: Node, yes: State, no: State): void {
    const outer = this.state;
    for (const arm of [yes, no])
      for (const action of arm.actions) forEachWrite(action, (address, bytes) => this.forget(address, bytes));
    if (yes.dead && no.dead) {
      this.say({ do: "if", condition, yes: yes.actions, no: no.actions, merges: [] });
      outer.dead = true;
      return;
    }
    if (yes.dead || no.dead) {
      const [left, alive] = yes.dead ? [yes, no] : [no, yes];
      const opposite = this.graph.unary("not", condition);
      // The rest of the living arm comes behind the way out of the other.
      if (left.actions.every(onlyLeaves)) this.assume(yes.dead ? opposite : condition);
      else this.say({ do: "if", condition: yes.dead ? condition : opposite, yes: left.actions, no: [], merges: [] });
      for (const action of alive.actions) this.say(action);
      outer.registers = alive.registers;
      outer.lent = alive.lent;
      outer.status = alive.status;
      outer.facts = alive.facts;
      return;
    }
    const quiet = yes.actions.length === 0 && no.actions.length === 0 && !this.divided;
    const merges: { node: Node; yes: Node; no: Node }[] = [];
    const merge = (x: Node, y: Node): Node => {
      if (x === y) return x;
      if (quiet) return this.graph.select(condition, x, y);
      const node = this.graph.leaf(x.bits);
      merges.push({ node, yes: x, no: y });
      return node;
    };
    const most = Math.max(yes.registers.length, no.registers.length);
    for (let i = 0; i < most; i++) {
      const x = yes.registers[i] ?? null;
      const y = no.registers[i] ?? null;
      this.put(i, x === y ? x : merge(x ?? this.entryOf(i), y ?? this.entryOf(i)));
    }
    if (yes.status !== no.status) {
      const [x, y] = [this.words(yes.status), this.words(no.status)];
      outer.status = {
        kind: "words",
        result: merge(x.result, y.result),
        carries: merge(x.carries, y.carries),
        aux: merge(x.aux, y.aux),
      };
    } else outer.status = yes.status;
    if (!quiet) this.say({ do: "if", condition, yes: yes.actions, no: no.actions, merges });
  }

  fault(): void {
    this.giveUp();
  }

  /** What a helper does, its quick way does when it is all that the instruction does; else the interpreter has it do. */
  helper(name: string, args: readonly Value[], bits: Bits = 64): Node {
    if (this.#entersRing(name, args as readonly Node[])) return this.constant(bits, 0);
    const done = this.#doHere(name, args as readonly Node[]);
    if (done !== null) return done;
    if (this.#depth === 0 && !this.changed && !this.state.dead && name in quickEnds) {
      const way = quickEnds[name as keyof typeof quickEnds];
      const isOther = way === "regionLoadCr3" && (args[0] as Node & { value?: bigint }).value !== 3n;
      if (!isOther) {
        this.#quick = { way, args: args as readonly Node[] };
        return this.constant(bits, 0);
      }
    }
    this.giveUp();
    return this.constant(bits, 0);
  }

  /** See ring-change.ts, trap-change.ts. */
  #entersRing(name: string, args: readonly Node[]): boolean {
    const { handler, back, interrupted } = this.#rings;
    if (this.mode !== 64 || this.#depth > 0 || this.changed || this.state.dead) return false;
    const known = (node: Node | undefined) => (node?.op === "const" ? Number(node.value) : -1);
    if (name === "syscall" && handler !== null) {
      changeBySyscall(this.#stateAccess, handler, this.next);
      this.#entered = { way: "syscall", target: this.constant(64, handler) };
    } else if (name === "sysretq" && (this.around.slots === 0) === (back === null))
      this.#entered = { way: "sysret", target: changeBySysret(this.#stateAccess, back) };
    else if (name === "softwareInterrupt" && softwareKinds[known(args[1])] !== "int1") {
      const gate = this.#rings.gate(known(args[0]));
      if (gate === null) return false;
      changeByInterrupt(this.#stateAccess, gate, this.next);
      this.#entered = { way: "interrupt", target: this.constant(64, gate.target) };
    } else if (name === "interruptReturn" && interrupted !== null && known(args[0]) === 64) {
      changeByInterruptReturn(this.#stateAccess, interrupted.rip, interrupted.segments);
      this.#entered = { way: "interruptReturn", target: this.constant(64, interrupted.rip) };
    }
    return this.#entered !== null;
  }

  get #stateAccess(): StateAccess {
    return {
      b: this,
      assume: (condition) => this.assume(condition),
      read: (address, bits, index) =>
        index === undefined ? this.readState(address, bits) : this.readBehind(address, index, bits),
      write: (address, value, index) =>
        index === undefined ? this.writeState(address, value) : this.writeBehind(address, index, value),
    };
  }

  /** Helpers whose instructions may be done within a block, and change nothing that the run loop looks at: what they give, or null. */
  #doHere(name: string, args: readonly Node[]): Node | null {
    if (this.#depth > 0 || this.changed || this.state.dead) return null;
    const value = this.#doneHere(name, args);
    this.#isDone = value !== null;
    return value;
  }

  #doneHere(name: string, args: readonly Node[]): Node | null {
    const nothing = this.constant(64, 0);
    switch (name) {
      case "in":
        return readLatch(this.#stateAccess, args);
      case "out":
        return writeLatch(this.#stateAccess, args) ? nothing : null;
      case "invalidatePage":
        invalidatePage(this.#stateAccess);
        return nothing;
      default:
        return null;
    }
  }

  #checkConstant(target: bigint): void {
    const fits =
      this.mode === 64 ? BigInt.asUintN(64, BigInt.asIntN(48, target)) === target : target <= this.around.limit;
    if (!fits) throw new NotTranslated();
  }

  checkJump(target: Value): void {
    const node = target as Node;
    if (node.op === "const") {
      this.#checkConstant(node.value);
      return;
    }
    this.mayLeave();
    const wide = this.resized("zeroExtend", node, 64);
    const sixteen = this.constant(64, 16);
    const bad =
      this.mode === 64
        ? this.ne(this.sar(this.shl(wide, sixteen), sixteen), wide)
        : this.ltUnsigned(this.constant(64, this.around.limit), wide);
    this.if(bad, () => this.giveUp());
  }

  jump(target: Value): void {
    this.checkJump(target);
    const node = this.resized("zeroExtend", target, 64);
    const { cost } = this.row;
    const returnTo = cost.startsWith("call") ? this.next : null;
    if (node.op === "const") this.#end = { kind: "jump", target: node.value, returnTo };
    else this.#end = { kind: "indirect", target: node, isReturn: cost === "ret", returnTo };
  }

  branch(operand: RelativeOperand, condition?: Value): void {
    const taken = this.targetOf(operand);
    this.#checkConstant(taken);
    if (condition === undefined) {
      this.#end = { kind: "jump", target: taken, returnTo: null };
      return;
    }
    const node = condition as Node;
    if (node.op === "const")
      this.#end = { kind: "jump", target: node.value === 0n ? this.next : taken, returnTo: null };
    else this.#end = { kind: "branch", condition: node, taken, next: this.next };
  }

  nextRip = (): Node => this.constant(64, this.next);

  transferred(): void {
    this.#endQuickly();
  }

  endRun(): void {
    this.#endQuickly();
  }

  #endQuickly(): void {
    if (this.#entered !== null && !this.state.dead) {
      this.#end = { kind: "ring", ...this.#entered, next: this.next };
      return;
    }
    if (this.#isDone && !this.state.dead) return;
    if (this.#quick === null || this.state.dead) throw new NotTranslated();
    this.#end = { kind: "quick", ...this.#quick, rip: this.rips.at(-1)!, next: this.next };
  }

  repeat(): void {
    throw new NotTranslated();
  }
}
