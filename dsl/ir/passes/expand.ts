/**
 * Small copies and fills of stack slots become loads and stores, in pieces that match how the slots are accessed
 * otherwise, so that `promote` can take classes and slices apart. Which pieces there are spreads through copies between
 * slots first.
 */
import { escapedSlots, type Where, whereOf } from "../alias.ts";
import { constant, typeOf } from "../build.ts";
import { definitions, type Pass } from "../pass.ts";
import type { Instruction, Operand, Slot, Type, Value } from "../ssa.ts";
import { widths } from "../ssa.ts";

/** The largest copy, in bytes, that is taken apart. */
const LARGEST = 128;

type Bulk = Extract<Instruction, { op: "copy" | "move" | "fill" }>;
/** Types of the pieces by offset. */
type Pieces = Map<number, Type>;

export const expand: Pass = {
  name: "expand",
  keepsShape: true,
  run(f) {
    if (f.slots.length === 0 || !f.blocks.some((block) => block.instructions.some(isSmallBulk))) return false;
    const table = definitions(f);
    const escaped = escapedSlots(f, table);
    const pieces = new Map<Slot, Pieces>(f.slots.map((slot) => [slot, new Map()]));
    const unknown = new Set<Slot>();
    const bulks = new Map<Bulk, { to: Where; from: Where | null; bytes: number }>();
    const slotOf = (w: Where | null): Slot | null =>
      w !== null && w.root.kind === "slot" && w.offset !== null ? w.root.slot : null;
    for (const block of f.blocks)
      for (const i of block.instructions) {
        if (i.op === "load" || i.op === "store") {
          const w = whereOf(i.address, table, i.offset);
          if (w.root.kind !== "slot") continue;
          if (w.offset === null || i.ordering !== "plain") unknown.add(w.root.slot);
          else pieces.get(w.root.slot)!.set(w.offset, typeOf(i.op === "load" ? i.result : i.value));
        } else if (i.op === "copy" || i.op === "move" || i.op === "fill") {
          const bytes = smallBulk(i);
          if (bytes === null) continue;
          const from = i.op === "fill" ? null : whereOf(i.from, table);
          bulks.set(i, { to: whereOf(i.to, table), from, bytes });
        }
      }
    const open = (slot: Slot | null): slot is Slot => slot !== null && !escaped.has(slot) && !unknown.has(slot);
    for (const [i, { to, from }] of bulks) if (!open(slotOf(to)) && !open(slotOf(from))) bulks.delete(i);
    if (bulks.size === 0) return false;

    for (let round = 0, grown = true; grown && round < 5; round++) {
      grown = false;
      for (const { to, from, bytes } of bulks.values()) {
        const [a, b] = [slotOf(to), slotOf(from)];
        if (a === null || b === null) continue;
        for (const [x, y, shift] of [
          [a, b, from!.offset! - to.offset!],
          [b, a, to.offset! - from!.offset!],
        ] as const) {
          const start = (x === a ? to.offset : from!.offset)!;
          for (const [at, type] of pieces.get(x)!) {
            if (at < start || at + widths[type] / 8 > start + bytes || pieces.get(y)!.has(at + shift)) continue;
            pieces.get(y)!.set(at + shift, type);
            grown = true;
          }
        }
      }
    }

    for (const block of f.blocks) {
      if (!block.instructions.some((i) => bulks.has(i as Bulk))) continue;
      block.instructions = block.instructions.flatMap((i): Instruction[] => {
        const bulk = bulks.get(i as Bulk);
        if (bulk === undefined) return [i];
        const known = new Map<number, Type>();
        for (const w of [bulk.from, bulk.to]) {
          const slot = slotOf(w);
          if (slot === null) continue;
          for (const [at, type] of pieces.get(slot)!) known.set(at - w!.offset!, type);
        }
        const cut = cutUp(known, bulk.bytes);
        const copy = i as Bulk;
        const { origin } = i;
        const access = (address: Operand, offset: number) => ({
          address,
          offset,
          ordering: "plain" as const,
          align: 1,
        });
        if (copy.op === "fill") {
          const byte = copy.byte.kind === "constant" ? copy.byte.bits : 0n;
          return cut.map(({ at, type }) => {
            const value = constant(type, byte * (((1n << BigInt(widths[type])) - 1n) / 0xffn));
            return { op: "store", value, ...access(copy.to, at), origin };
          });
        }
        // All loads come before all stores: the places of a move may overlap.
        const loads: Instruction[] = [];
        const stores: Instruction[] = [];
        for (const { at, type } of cut) {
          const result: Value = { kind: "value", id: f.nextValue++, type, hint: null };
          loads.push({ op: "load", result, ...access(copy.from, at), origin });
          stores.push({ op: "store", value: result, ...access(copy.to, at), origin });
        }
        return [...loads, ...stores];
      });
    }
    return true;
  },
};

/** How many bytes are copied or filled, if it is worth taking apart; else null. */
function smallBulk(i: Bulk): number | null {
  if (i.bytes.kind !== "constant" || i.bytes.bits > BigInt(LARGEST) || i.bytes.bits === 0n) return null;
  return i.op === "fill" && i.byte.kind !== "constant" ? null : Number(i.bytes.bits);
}

const isSmallBulk = (i: Instruction): boolean =>
  (i.op === "copy" || i.op === "move" || i.op === "fill") && smallBulk(i) !== null;

/** Cuts so many bytes into the known pieces and, between them, the largest whole types that fit. */
function cutUp(known: ReadonlyMap<number, Type>, bytes: number): { at: number; type: Type }[] {
  const cut: { at: number; type: Type }[] = [];
  for (let at = 0; at < bytes; ) {
    let type = known.get(at);
    if (type === undefined || at + widths[type] / 8 > bytes) {
      let room = bytes - at;
      for (const start of known.keys()) if (start > at && start - at < room) room = start - at;
      type = room >= 8 ? "i64" : room >= 4 ? "i32" : room >= 2 ? "i16" : "i8";
    }
    cut.push({ at, type });
    at += widths[type] / 8;
  }
  return cut;
}
