/**
 * What the values of a block are used for, found in one pass behind its end: which of them are used more than once, which registers and
 * flags they are made of that the block finds when it is entered, and who wants those flags as they are.
 */
import { type Node, operandsOf } from "../cpu/ir.ts";
import type { Action, End, MemoryAction, Snapshot } from "./action.ts";
import { registerAt } from "./register-file.ts";
import { operandsOfStatus, type Status } from "./status.ts";

const MANY = 2;

export class Uses {
  /** By number of a node: how often it is used, up to MANY. */
  readonly #counts: Uint8Array;
  readonly #stack: Node[] = [];
  readonly #snapshots = new Set<Snapshot>();
  readonly #entryStatus: Status;
  /** Whether values are made of the flags that the block finds. */
  readsFlags = false;
  /** Whether a way out within the block hands them on. */
  leavesWithFlags = false;
  /** Whether the block finds each register's old value useful, by number (register-file.ts). */
  readonly registers: boolean[] = [];

  /** `nodes`: above the number of each node; `last`: the state at the end. */
  constructor(nodes: number, actions: readonly Action[], end: End, last: Snapshot, entryStatus: Status) {
    this.#counts = new Uint8Array(nodes);
    this.#entryStatus = entryStatus;
    this.#actions(actions, false);
    this.#end(end);
    this.#leaves(last);
    const stack = this.#stack;
    for (let node = stack.pop(); node !== undefined; node = stack.pop()) this.#operands(node);
  }

  /** Whether a value is used by more than one other, action, or way out: by any of these, counted once each. */
  has(node: Node): boolean {
    return this.#counts[node.id]! === MANY;
  }

  #use(node: Node): void {
    if (node.op === "const") return;
    const { id } = node;
    const count = this.#counts[id]!;
    if (node.op === "read") {
      if (count > 0) return;
      this.#counts[id] = 1;
      const register = registerAt(node.place);
      if (register >= 0) this.registers[register] = true;
      else this.readsFlags = true;
      return;
    }
    if (count === 0) this.#stack.push(node);
    if (count < MANY) this.#counts[id] = count + 1;
  }

  #operands(node: Node): void {
    switch (node.op) {
      case "const":
      case "read":
        return;
      case "select":
        this.#use(node.condition);
        this.#use(node.x);
        this.#use(node.y);
        return;
      case "packed":
      case "helper":
      case "load":
      case "modify":
        for (const operand of operandsOf(node)) this.#use(operand);
        return;
      default:
        this.#use(node.x);
        if ("y" in node) this.#use(node.y);
    }
  }

  #actions(actions: readonly Action[], inGroup: boolean): void {
    for (const action of actions)
      switch (action.do) {
        case "load":
        case "modify":
        case "probe":
          this.#access(action, inGroup);
          break;
        case "store":
          this.#access(action, inGroup);
          this.#use(action.value);
          break;
        case "storeModified":
          this.#use(action.value);
          break;
        case "writeState":
          this.#use(action.value);
          if (action.index !== null) this.#use(action.index);
          break;
        case "readState":
          if (action.index !== null) this.#use(action.index);
          break;
        case "if":
          this.#use(action.condition);
          this.#actions(action.yes, false);
          this.#actions(action.no, false);
          for (const { yes, no } of action.merges) {
            this.#use(yes);
            this.#use(no);
          }
          break;
        case "leave":
          this.#leavesEarly(action.before);
          break;
        case "group":
          this.#leavesEarly(action.before);
          this.#actions(action.actions, true);
          break;
        case "assume":
          this.#use(action.condition);
          if (action.unless !== null) this.#use(action.unless);
          break;
      }
  }

  #access(access: MemoryAction, inGroup: boolean): void {
    this.#use(access.linear);
    this.#use(access.offset);
    // What cannot be done in a group leaves where the group began.
    if (!inGroup) this.#leavesEarly(access.before);
  }

  #leavesEarly(before: Snapshot): void {
    if (before.status === this.#entryStatus) this.leavesWithFlags = true;
    this.#leaves(before);
  }

  #leaves(state: Snapshot): void {
    if (this.#snapshots.has(state)) return;
    this.#snapshots.add(state);
    const { registers, status } = state;
    for (let i = 0; i < registers.length; i++) {
      const node = registers[i]!;
      if (node !== null) this.#use(node);
    }
    for (const node of operandsOfStatus(status)) this.#use(node);
  }

  #end(end: End): void {
    switch (end.kind) {
      case "branch":
        this.#use(end.condition);
        break;
      case "indirect":
        // Compared, and used again where the comparison fails.
        this.#use(end.target);
        this.#use(end.target);
        break;
      case "ring":
        this.#use(end.target);
        break;
      case "quick":
        for (const argument of end.args) this.#use(argument);
        break;
    }
  }
}
