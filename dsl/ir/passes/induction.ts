/**
 * One register for a counter. Where a loop still reads a counter behind the place where it makes the next one, both are
 * alive at once, and every round ends with a move. What it reads there can be said by the next one: comparisons with
 * another constant, addresses with another offset. Only where all of them can is it done; what is read outside of the loop
 * is calculated back there.
 */
import { constant, freshBlock, freshValue } from "../build.ts";
import type { Flow, Loop } from "../flow.ts";
import { definitions, type Pass } from "../pass.ts";
import type { Block, Instruction, IrFunction, Operand, Phi, Value } from "../ssa.ts";
import { mapOperands, mapSuccessors, mapTerminatorOperands, operandsOf, terminatorOperands } from "../visit.ts";

type Add = Extract<Instruction, { op: "binary" }>;
type Access = Extract<Instruction, { op: "load" | "store" }>;

/** Offsets stay far from what an instruction can hold. */
const FARTHEST = 1n << 24n;

export const induction: Pass = {
  name: "induction",
  run(f, program) {
    const flow = program.flow(f);
    const { loops } = flow.loops();
    if (loops.length === 0) return false;
    const table = definitions(f);
    let users: Users | null = null;
    let changed = false;
    for (const loop of loops)
      for (const phi of loop.header.phis) {
        const next = nextOf(phi, loop, table);
        if (next === null) continue;
        users ??= usersOf(f);
        if (!new Counter(f, flow, loop, phi, next, users).rewrite()) continue;
        users = null;
        changed = true;
      }
    return changed;
  },
};

/** Where a value is read: an instruction, a terminator (null) or a phi's edge. */
interface User {
  readonly block: Block;
  readonly index: number;
  readonly i: Instruction | null;
  readonly phi: Phi | null;
}
type Users = ReadonlyMap<Value, readonly User[]>;

function usersOf(f: IrFunction): Users {
  const users = new Map<Value, User[]>();
  const note = (o: Operand, user: User) => {
    if (o.kind !== "value") return;
    const list = users.get(o);
    if (list === undefined) users.set(o, [user]);
    else list.push(user);
  };
  for (const block of f.blocks) {
    for (const phi of block.phis)
      for (const [from, o] of phi.inputs) note(o, { block: from, index: from.instructions.length, i: null, phi });
    block.instructions.forEach((i, index) => {
      for (const o of operandsOf(i)) note(o, { block, index, i, phi: null });
    });
    const index = block.instructions.length;
    for (const o of terminatorOperands(block.terminator)) note(o, { block, index, i: null, phi: null });
  }
  return users;
}

/** The addition of a constant that makes the counter's value for every next round, or null. */
function nextOf(phi: Phi, { blocks }: Loop, table: readonly (Instruction | Phi | undefined)[]): Add | null {
  let next: Operand | null = null;
  for (const [from, o] of phi.inputs) {
    if (!blocks.has(from)) continue;
    if (next !== null && next !== o) return null;
    next = o;
  }
  const d = next?.kind === "value" ? table[next.id] : undefined;
  if (d === undefined || !("op" in d) || d.op !== "binary" || d.how !== "add") return null;
  return d.x === phi.result && d.y.kind === "constant" ? d : null;
}

class Counter {
  readonly #f: IrFunction;
  readonly #flow: Flow;
  readonly #loop: Loop;
  readonly #phi: Phi;
  readonly #next: Add;
  readonly #step: bigint;
  readonly #users: Users;
  readonly #home: Block;
  readonly #index: number;
  readonly #edits: (() => void)[] = [];

  constructor(f: IrFunction, flow: Flow, loop: Loop, phi: Phi, next: Add, users: Users) {
    this.#f = f;
    this.#flow = flow;
    this.#loop = loop;
    this.#phi = phi;
    this.#next = next;
    this.#users = users;
    this.#step = next.y.kind === "constant" ? BigInt.asIntN(64, signed(next)) : 0n;
    this.#home = f.blocks.find((b) => b.instructions.includes(next))!;
    this.#index = this.#home.instructions.indexOf(next);
  }

  /** Whether anything was there to rewrite, and all of it could be. */
  rewrite(): boolean {
    for (const user of this.#users.get(this.#phi.result) ?? []) {
      if (user.i === this.#next || this.#isBefore(user)) continue;
      if (!this.#isBehind(user) || !this.#plan(user)) return false;
    }
    if (this.#edits.length === 0) return false;
    for (const edit of this.#edits) edit();
    return true;
  }

  #isBefore({ block, index }: User): boolean {
    if (block === this.#home) return index < this.#index;
    return this.#loop.blocks.has(block) && this.#flow.dominates(block, this.#home);
  }

  #isBehind({ block, index }: User): boolean {
    return block === this.#home ? index > this.#index : this.#flow.dominates(this.#home, block);
  }

  #plan(user: User): boolean {
    const { i, block } = user;
    if (i === null || !this.#loop.blocks.has(block)) return this.#planOutside(user);
    if (i.op === "compare") return this.#planCompare(i);
    if (this.#next.result.type !== "i64") return false;
    if (i.op === "load" || i.op === "store") return this.#planAccess(i, block, this.#phi.result, 0n, []);
    return i.op === "binary" && this.#planAddress(i, block, 0n, []);
  }

  #planCompare(i: Extract<Instruction, { op: "compare" }>): boolean {
    if ((i.how !== "eq" && i.how !== "ne") || i.x !== this.#phi.result || i.y.kind !== "constant") return false;
    const { type, bits } = i.y;
    this.#edits.push(() => {
      i.x = this.#next.result;
      i.y = constant(type, bits + this.#step);
    });
    return true;
  }

  /** A shift or sum on the way to an address: it is made again from the next counter, for the accesses that it leads to. */
  #planAddress(i: Add, block: Block, shift: bigint, above: readonly Add[]): boolean {
    let by = shift;
    const chain = [...above, i];
    if (i.how === "shl") {
      if (above.length > 0 || i.y.kind !== "constant" || i.y.bits > 3n) return false;
      by = i.y.bits;
    } else if (i.how !== "add" || i.x === i.y) return false;
    const users = this.#users.get(i.result) ?? [];
    // Others that are not behind would keep the counter alive all the same.
    if (block !== this.#home && !this.#flow.dominates(this.#home, block)) return false;
    return users.every(({ i: user, block: at, phi }) => {
      if (user === null || phi !== null || !this.#loop.blocks.has(at)) return false;
      if (user.op === "load" || user.op === "store") return this.#planAccess(user, at, i.result, by, chain);
      return user.op === "binary" && chain.length < 3 && this.#planAddress(user, at, by, chain);
    });
  }

  #planAccess(i: Access, block: Block, address: Value, shift: bigint, chain: readonly Add[]): boolean {
    if (i.address !== address || (i.op === "store" && i.value === address)) return false;
    const back = this.#step << shift;
    const offset = BigInt(i.offset) - back;
    if (offset > FARTHEST || offset < -FARTHEST) return false;
    this.#edits.push(() => {
      let now: Value = this.#next.result;
      let before: Value = this.#phi.result;
      for (const step of chain) {
        const result = freshValue(this.#f, "i64");
        const copy = { ...step, result };
        if (copy.x === before) copy.x = now;
        else copy.y = now;
        block.instructions.splice(block.instructions.indexOf(i), 0, copy);
        before = step.result;
        now = result;
      }
      i.address = now;
      i.offset = Number(offset);
    });
    return true;
  }

  /** Outside of the loop, or on the way out: calculated back. */
  #planOutside({ i, block, phi }: User): boolean {
    const target = phi === null ? null : this.#blockOf(phi);
    if (target !== null ? this.#loop.blocks.has(target) : this.#loop.blocks.has(block)) return false;
    this.#edits.push(() => {
      const before = this.#phi.result;
      const result = freshValue(this.#f, before.type, before.hint);
      const { origin } = i ?? block.terminator;
      const again: Add = { ...this.#next, result, x: this.#next.result, y: constant(before.type, -this.#step), origin };
      const swap = (o: Operand) => (o === before ? result : o);
      if (phi === null) {
        const { instructions } = block;
        instructions.splice(i === null ? instructions.length : instructions.indexOf(i), 0, again);
        if (i === null) mapTerminatorOperands(block.terminator, swap);
        else mapOperands(i, swap);
        return;
      }
      const at = this.#edge(block, target!);
      at.instructions.push(again);
      phi.inputs.set(at, result);
    });
    return true;
  }

  /** The block on an edge: its source when that goes nowhere else, else a new one, or the one that is there already. */
  #edge(from: Block, to: Block): Block {
    if (from.terminator.op === "jump") return from;
    const made = this.#made.get(`${from.id} ${to.id}`);
    if (made !== undefined) return made;
    const block = freshBlock(this.#f, "leave");
    block.terminator = { op: "jump", to, origin: from.terminator.origin };
    mapSuccessors(from.terminator, (b) => (b === to ? block : b));
    for (const phi of to.phis) {
      phi.inputs.set(block, phi.inputs.get(from)!);
      phi.inputs.delete(from);
    }
    this.#f.blocks.splice(this.#f.blocks.indexOf(from) + 1, 0, block);
    this.#made.set(`${from.id} ${to.id}`, block);
    return block;
  }
  readonly #made = new Map<string, Block>();

  #blockOf(phi: Phi): Block {
    return this.#f.blocks.find((b) => b.phis.includes(phi))!;
  }
}

function signed({ y, result }: Add): bigint {
  const bits = y.kind === "constant" ? y.bits : 0n;
  return result.type === "i64" ? BigInt.asIntN(64, bits) : BigInt.asIntN(result.type === "i32" ? 32 : 16, bits);
}
