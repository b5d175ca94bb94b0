/**
 * Accesses of a block that are made from one address, so many bytes before or behind it: pushes and pops, the words of a frame or a record. Whether all
 * of them go through the slot (access.ts) is asked once, at the first.
 */
import type { Node } from "../cpu/ir.ts";
import { slotAddress } from "../cpu/range-slots.ts";
import type { Action, MemoryAction } from "./action.ts";

/** Accesses that are not worth a span, and how far apart they may be. */
const FEWEST = 3;
const FARTHEST = 512n;

export interface Span {
  readonly slot: number;
  /** The one that is made first, and the last one. */
  readonly first: MemoryAction;
  readonly last: MemoryAction;
  /** Distances from the origin, in bytes: the least, and from there to the greatest. */
  readonly least: bigint;
  readonly extent: bigint;
}

/** An access, and how far its address is from that of its span's least. */
export interface Member {
  readonly span: Span;
  readonly distance: bigint;
}

type Access = Extract<Action, { do: "load" | "modify" | "store" | "probe" }>;

/** An address as a value and a distance from it. */
function originOf({ linear }: MemoryAction): { origin: Node; distance: bigint } {
  if (linear.op === "add" && linear.y.op === "const")
    return { origin: linear.x, distance: BigInt.asIntN(64, linear.y.value) };
  return { origin: linear, distance: 0n };
}

/** The accesses of a block that are always made if nothing leaves before, in order. */
function straight(actions: readonly Action[]): Access[] {
  return actions.flatMap((action) => {
    if (action.do === "group") return straight(action.actions);
    return "linear" in action ? [action] : [];
  });
}

/** `slots`: set of slots of the block. */
export function spansOf(actions: readonly Action[], slots: number): ReadonlyMap<MemoryAction, Member> {
  const open = new Map<string, { accesses: Access[]; distances: bigint[]; least: bigint; greatest: bigint }>();
  const members = new Map<MemoryAction, Member>();
  const close = (slot: number, { accesses, distances, least, greatest }: NonNullable<ReturnType<typeof open.get>>) => {
    if (accesses.length < FEWEST) return;
    const span = { slot, first: accesses[0]!, last: accesses.at(-1)!, least, extent: greatest - least };
    for (const [i, access] of accesses.entries()) members.set(access, { span, distance: distances[i]! - least });
  };
  const slotOf = (key: string) => Number(key.split(" ")[0]);
  for (const access of straight(actions)) {
    if (access.limited || access.alignment > 1) continue;
    const { origin, distance } = originOf(access);
    const key = `${slotAddress(slots, access.base, access.do !== "load")} ${origin.id}`;
    const so = open.get(key);
    const least = so === undefined || distance < so.least ? distance : so.least;
    const greatest = so === undefined || distance > so.greatest ? distance : so.greatest;
    if (so !== undefined && greatest - least <= FARTHEST) {
      so.accesses.push(access);
      so.distances.push(distance);
      so.least = least;
      so.greatest = greatest;
      continue;
    }
    if (so !== undefined) close(slotOf(key), so);
    open.set(key, { accesses: [access], distances: [distance], least: distance, greatest: distance });
  }
  for (const [key, so] of open) close(slotOf(key), so);
  return members;
}
