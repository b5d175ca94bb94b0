/**
 * The alias model: an address is a root plus an offset. Roots are stack slots, symbols, or values of unknown origin;
 * following additions keeps the root, and an access never leaves the object its address was made from (ssa.ts), so that
 * two different slots or symbols never overlap, whatever the offsets are.
 */
import type { Instruction, IrFunction, Operand, Phi, Slot, Value } from "./ssa.ts";
import { operandsOf, terminatorOperands } from "./visit.ts";

export type Root =
  | { readonly kind: "slot"; readonly slot: Slot }
  | { readonly kind: "symbol"; readonly symbol: string }
  | { readonly kind: "value"; readonly value: Value }
  /** Nothing is known. */
  | { readonly kind: "any" };

/** A root, and how far from it in bytes, exactly; null: not known. */
export interface Where {
  readonly root: Root;
  readonly offset: number | null;
}

type Definitions = readonly (Instruction | Phi | undefined)[];

const any: Root = { kind: "any" };

/** What an address is made from. */
export function whereOf(operand: Operand, table: Definitions, extra = 0): Where {
  let at: number | null = extra;
  let now = operand;
  for (let steps = 0; steps < 32; steps++) {
    if (now.kind === "constant") return { root: any, offset: null };
    if (now.kind === "address") {
      return { root: { kind: "symbol", symbol: now.symbol }, offset: further(at, now.offset) };
    }
    const d: Instruction | Phi | undefined = table[now.id];
    if (d === undefined || !("op" in d)) return { root: { kind: "value", value: now }, offset: at };
    if (d.op === "slot") return { root: { kind: "slot", slot: d.slot }, offset: at };
    if (d.op === "binary" && (d.how === "add" || d.how === "sub")) {
      if (d.y.kind === "constant") {
        at = further(at, d.how === "add" ? d.y.bits : -d.y.bits);
        now = d.x;
        continue;
      }
      // A sum of an object's address and something that is none: still in the object, who knows where.
      const left = objectOf(d.x, table, 8);
      const right = d.how === "add" ? objectOf(d.y, table, 8) : null;
      if (left !== null && right === null) return { root: left, offset: null };
      if (left === null && right !== null) return { root: right, offset: null };
      return left === null ? { root: { kind: "value", value: now }, offset: at } : { root: any, offset: null };
    }
    return { root: { kind: "value", value: now }, offset: at };
  }
  return { root: any, offset: null };
}

/** An offset and another one of 64 bits, signed. */
function further(at: number | null, by: bigint): number | null {
  if (at === null) return null;
  const sum = at + Number(BigInt.asIntN(64, by));
  return Number.isSafeInteger(sum) ? sum : null;
}

/** The slot or symbol that a sum is made from, where there is one. */
function objectOf(operand: Operand, table: Definitions, depth: number): Root | null {
  if (operand.kind === "address") return { kind: "symbol", symbol: operand.symbol };
  if (operand.kind === "constant" || depth === 0) return null;
  const d = table[operand.id];
  if (d === undefined || !("op" in d)) return null;
  if (d.op === "slot") return { kind: "slot", slot: d.slot };
  if (d.op !== "binary" || (d.how !== "add" && d.how !== "sub")) return null;
  const left = objectOf(d.x, table, depth - 1);
  return left !== null || d.how === "sub" ? left : objectOf(d.y, table, depth - 1);
}

/** The root of an address. */
export function rootOf(operand: Operand, table: Definitions): Root {
  return whereOf(operand, table).root;
}

/** An access: where, and how many bytes (null: not known, or more than can be). */
export interface Access extends Where {
  readonly bytes: number | null;
}

function sameRoot(a: Root, b: Root): boolean {
  return (
    (a.kind === "slot" && b.kind === "slot" && a.slot === b.slot) ||
    (a.kind === "symbol" && b.kind === "symbol" && a.symbol === b.symbol) ||
    (a.kind === "value" && b.kind === "value" && a.value === b.value)
  );
}

/** Whether two accesses may touch a common byte. `escaped`: the slots whose address others may hold. */
export function mayOverlap(a: Access, b: Access, escaped: ReadonlySet<Slot>): boolean {
  if (sameRoot(a.root, b.root)) {
    if (a.offset === null || b.offset === null || a.bytes === null || b.bytes === null) return true;
    return a.offset < b.offset + b.bytes && b.offset < a.offset + a.bytes;
  }
  const object = (r: Root) => r.kind === "slot" || r.kind === "symbol";
  if (object(a.root) && object(b.root)) return false;
  if (a.root.kind === "slot") return escaped.has(a.root.slot);
  if (b.root.kind === "slot") return escaped.has(b.root.slot);
  return true;
}

/** The slots whose address is stored, passed on, compared, or otherwise leaves the additions that end in accesses. */
export function escapedSlots(f: IrFunction, table: Definitions): Set<Slot> {
  const escaped = new Set<Slot>();
  if (f.slots.length === 0) return escaped;
  const leave = (operand: Operand) => {
    if (operand.kind !== "value" || operand.type !== "i64") return;
    const d = table[operand.id];
    if (d === undefined || !("op" in d) || (d.op !== "slot" && d.op !== "binary")) return;
    const root = rootOf(operand, table);
    if (root.kind === "slot") escaped.add(root.slot);
    else if (root.kind === "any") bothSides(operand, table, escaped, 32);
  };
  for (const block of f.blocks) {
    for (const phi of block.phis) for (const o of phi.inputs.values()) leave(o);
    for (const i of block.instructions) {
      switch (i.op) {
        case "load":
        case "copy":
        case "move":
        case "slot":
        case "debug":
        case "declare":
          break;
        case "store":
          leave(i.value);
          break;
        case "fill":
          break;
        case "atomic":
          leave(i.value);
          break;
        case "compareExchange":
          leave(i.want);
          leave(i.to);
          break;
        case "binary":
          // Sums are followed to where they are used; anything else that is made from an address lets it go.
          if (i.result.type !== "i64") break;
          if (i.how !== "add" && i.how !== "sub") operandsOf(i).forEach(leave);
          else if (rootOf(i.result, table).kind !== "slot") operandsOf(i).forEach(leave);
          break;
        default:
          operandsOf(i).forEach(leave);
      }
    }
    terminatorOperands(block.terminator).forEach(leave);
  }
  return escaped;
}

function bothSides(operand: Operand, table: Definitions, escaped: Set<Slot>, depth: number): void {
  if (operand.kind !== "value" || depth === 0) return;
  const d = table[operand.id];
  if (d === undefined || !("op" in d)) return;
  if (d.op === "slot") escaped.add(d.slot);
  else if (d.op === "binary") for (const o of operandsOf(d)) bothSides(o, table, escaped, depth - 1);
}
