/**
 * Where each value of an instruction's IR is computed when it becomes WebAssembly: on the operand stack at its one use, or
 * into a local where it stands. A value may wait for its use if nothing between the two can change what it reads, and if the
 * use is not inside a loop that the value stands outside of.
 */
import { type Block, type Node, operandsOf, type Place, type Statement, type StatePlace, usedBy } from "./ir.ts";
import type { StateField } from "./state.ts";

/** What a statement does that others may not be moved across. */
type Effect =
  /** Memory is touched, or the instruction may be abandoned. */
  | { readonly kind: "order" }
  | { readonly kind: "write"; readonly place: StatePlace }
  /** A helper: it may change anything. */
  | { readonly kind: "all" };

interface Spot {
  /** Position in the text order of all statements, nested ones included. */
  readonly position: number;
  /** The innermost loop. */
  readonly loop: Statement | null;
  /** The statement list it stands in; null: none that a `let` could stand in. */
  readonly block: Block | null;
}

export interface Schedule {
  /** The values that get a local. All others are computed on the stack, at their only use (constants: at each use). */
  readonly locals: { has(node: Node): boolean };
  /** Values that nobody uses. */
  readonly unused: ReadonlySet<Node>;
  /** A value that gets a local is computed when it is first used: all of them are pure. Else: at its `let`. */
  readonly atFirstUse?: boolean;
}

export function schedule(block: Block): Schedule {
  const spots = new Map<Node, Spot>();
  const effects: { position: number; effect: Effect }[] = [];
  /** Users of each value: another value, or the spot of a statement. */
  const uses = new Map<Node, (Node | Spot)[]>();
  const order: Node[] = [];
  let position = 0;

  const use = (node: Node, by: Node | Spot) => {
    const list = uses.get(node);
    if (list === undefined) uses.set(node, [by]);
    else list.push(by);
  };
  const visit = (statements: Block, loop: Statement | null): void => {
    for (const s of statements) {
      const spot = { position: position++, loop, block: statements };
      if (s.do === "let") {
        spots.set(s.node, spot);
        order.push(s.node);
        for (const operand of operandsOf(s.node)) use(operand, s.node);
        if (s.node.op === "helper") effects.push({ position: spot.position, effect: { kind: "all" } });
        else if (s.node.op === "load" || s.node.op === "modify")
          effects.push({ position: spot.position, effect: { kind: "order" } });
        continue;
      }
      for (const node of usedBy(s)) use(node, spot);
      if (s.do === "if") {
        visit(s.yes, loop);
        visit(s.no, loop);
      } else if (s.do === "repeat") {
        visit(s.body, s);
        if (s.until !== null) use(s.until, { position: position++, loop: s, block: s.body });
        effects.push({ position: position++, effect: { kind: "write", place: s.counter } });
      } else if (s.do === "write") effects.push({ position: spot.position, effect: { kind: "write", place: s.place } });
      else effects.push({ position: spot.position, effect: { kind: "order" } });
    }
  };
  visit(block, null);

  const crosses = (node: Node, from: number, to: number): boolean =>
    effects.some(
      ({ position: at, effect }) =>
        at > from && at < to && !(effect.kind === "order" && pure(node)) && disturbs(effect, node),
    );

  const locals = new Set<Node>();
  const unused = new Set<Node>();
  /** Where a value that is not in a local will be computed. */
  const computedAt = new Map<Node, Spot>();
  for (const node of order.toReversed()) {
    const own = spots.get(node)!;
    const users = uses.get(node) ?? [];
    if (node.op === "const") continue;
    if (users.length === 1) {
      const user = users[0]!;
      const spot = "position" in user ? user : (computedAt.get(user) ?? spots.get(user)!);
      // A load may not slip into a branch: it must fault whatever the condition says.
      const reachable = spot.loop === own.loop && (pure(node) || spot.block === own.block);
      if (reachable && node.op !== "helper" && !crosses(node, own.position, spot.position)) {
        computedAt.set(node, spot);
        continue;
      }
    }
    if (users.length > 0) locals.add(node);
    else unused.add(node);
  }
  return { locals, unused };
}

const pure = (node: Node): boolean => node.op !== "load" && node.op !== "modify" && node.op !== "helper";

/** Whether an effect changes what a node gives, or may not be passed by it. */
function disturbs(effect: Effect, node: Node): boolean {
  if (!pure(node)) return true;
  if (node.op !== "read") return false;
  if (effect.kind === "all") return isState(node.place);
  return effect.kind === "write" && mayAlias(effect.place, node.place);
}

function isState(place: Place): boolean {
  switch (place.kind) {
    case "register":
    case "operand":
    case "base":
    case "index":
    case "field":
    case "segmentBase":
    case "vector":
    case "mmxExponent":
      return true;
    default:
      return false;
  }
}

/** Fields that vector places are parts of. */
const vectorFields: ReadonlySet<StateField> = new Set(["vector", "x87Significand"]);

function mayAlias(written: StatePlace, read: Place): boolean {
  if (!isState(read)) return false;
  if (written.kind === "vector" || read.kind === "vector") {
    const other = written.kind === "vector" ? read : written;
    return other.kind === "vector" || (other.kind === "field" && vectorFields.has(other.field));
  }
  if (written.kind === "mmxExponent" || read.kind === "mmxExponent") {
    const other = written.kind === "mmxExponent" ? read : written;
    return other.kind === "mmxExponent" || (other.kind === "field" && other.field === "x87Exponent");
  }
  if (written.kind === "field") {
    if (read.kind === "field") return written.field === read.field && written.index === read.index;
    return read.kind === "segmentBase" && written.field === "segmentBase";
  }
  if (read.kind === "field" || read.kind === "segmentBase") return false;
  if (written.kind === "register" && read.kind === "register") return written.register.index === read.register.index;
  return true;
}
