/**
 * Makes one web of two registers that a copy connects, when they are never alive together: then the copy disappears.
 * Copies in inner loops come first.
 */
import type { Liveness, Web } from "./live.ts";
import { type Inst, NONE, RSP, VIRTUAL } from "./mir.ts";
import { isTied } from "./operations.ts";

export function coalesce({ spans, webs }: Liveness): void {
  const copies: { i: Inst; depth: number }[] = [];
  for (const { block } of spans)
    for (const i of block.instructions)
      if (i.op === "copy" && i.def >= VIRTUAL && i.args[0]!.kind === "reg" && i.args[0]!.reg >= VIRTUAL)
        copies.push({ i, depth: block.cold ? -1 : block.depth });
  /** Registers that have become one. */
  const members = new Map<Web, Web[]>();
  copies.sort((a, b) => b.depth - a.depth);
  for (const { i } of copies) {
    const source = i.args[0]!;
    if (source.kind !== "reg") continue;
    const a = webs[i.def - VIRTUAL]!;
    const b = webs[source.reg - VIRTUAL]!;
    if (a === b || a.float !== b.float || a.parts[0]!.meets(b.parts[0]!) !== Infinity) continue;
    merge(a, b, webs, members);
  }
  for (const { block } of spans) for (const i of block.instructions) addHints(i, webs);
}

function merge(a: Web, b: Web, webs: Web[], members: Map<Web, Web[]>): void {
  const [into, from] = a.parts[0]!.starts.length >= b.parts[0]!.starts.length ? [a, b] : [b, a];
  const mine = into.parts[0]!;
  const other = from.parts[0]!;
  const ranges = interleave(mine.starts, mine.ends, other.starts, other.ends);
  mine.starts = [];
  mine.ends = [];
  for (const [start, end] of ranges) {
    const last = mine.starts.length - 1;
    if (last >= 0 && mine.ends[last] === start) mine.ends[last] = end;
    else {
      mine.starts.push(start);
      mine.ends.push(end);
    }
  }
  const uses = interleave(mine.uses, mine.kinds, other.uses, other.kinds);
  mine.uses = uses.map(([position]) => position);
  mine.kinds = uses.map(([, kind]) => kind);
  into.definitions = [...into.definitions, ...from.definitions];
  const group = members.get(into) ?? [into];
  group.push(...(members.get(from) ?? [from]));
  members.set(into, group);
  for (const web of group) webs[web.reg - VIRTUAL] = into;
}

/** Two lists of pairs, each ascending by its first number, as one. */
function interleave(
  a: readonly number[],
  aSecond: readonly number[],
  b: readonly number[],
  bSecond: readonly number[],
): [number, number][] {
  const result: [number, number][] = [];
  let x = 0;
  let y = 0;
  while (x < a.length || y < b.length) {
    if (y >= b.length || (x < a.length && a[x]! <= b[y]!)) result.push([a[x]!, aSecond[x++]!]);
    else result.push([b[y]!, bSecond[y++]!]);
  }
  return result;
}

/** Both sides of a copy, and the result and first operand of a two-address operation, would like one register. */
function addHints(i: Inst, webs: readonly Web[]): void {
  if (i.def === NONE || (i.op !== "copy" && !isTied(i))) return;
  for (const source of i.op === "copy" || i.op === "sub" ? i.args.slice(0, 1) : i.args) {
    if (source.kind !== "reg") continue;
    const to = i.def >= VIRTUAL ? webs[i.def - VIRTUAL]! : null;
    const from = source.reg >= VIRTUAL ? webs[source.reg - VIRTUAL]! : null;
    if (to === from) continue;
    if (to !== null && source.reg !== RSP) to.hints.push(from === null ? source.reg : from.reg);
    if (from !== null && i.def !== RSP) from.hints.push(to === null ? i.def : to.reg);
  }
}
