/**
 * What the rules see of functions, as text: where all texts are what they were in a program without mistakes, there are none.
 * It is the whole tree without places; numbers are told apart only as far as rules do (0, and the bounds of types), and statements that
 * only calculate with variables are left out, except in loops, where they may be what ends them.
 */
import {
  type Block,
  type Expression,
  hasBody,
  type Local,
  type Place,
  type Statement,
  type TypedFunction,
  type TypedGlobal,
} from "../check/tree.ts";
import { typeText } from "../check/type-text.ts";
import type { Type } from "../check/types.ts";

/** A function as its callers see it. */
export function headText(fn: TypedFunction): string {
  const { name, module, parameters, captures, result, contracts, exported } = fn;
  const types = [...parameters, ...captures].map((local) => `${local.name}: ${typeText(local.type)}`);
  return `${module} ${name}(${types.join()}) ${captures.length} ${typeText(result)} ${!hasBody(fn)} ${exported} ${JSON.stringify(contracts)}`;
}

/** Fields of the tree in which types are. */
const typeFields: ReadonlySet<string> = new Set(["type", "signature", "variant"]);

class Shape {
  readonly parts: string[] = [];
  readonly #locals = new Map<Local, number>();
  #loops = 0;

  local(local: Local): void {
    const known = this.#locals.get(local);
    if (known !== undefined) {
      this.parts.push(`%${known}`);
      return;
    }
    const { mutable, addressed, captured, type } = local;
    this.parts.push(`%${this.#locals.size} ${mutable} ${addressed} ${captured} ${typeText(type)}`);
    this.#locals.set(local, this.#locals.size);
  }

  put(item: unknown): void {
    if (item === null || typeof item !== "object") this.parts.push(String(item));
    else if (item instanceof Uint8Array) this.parts.push(String(item.length));
    else if (item instanceof Map)
      for (const [key, value] of item) {
        this.parts.push(String(key));
        this.put(value);
      }
    else if (Array.isArray(item)) {
      this.parts.push("[");
      for (const one of item) if (this.#loops > 0 || !isStatement(one) || !onlyCalculates(one)) this.put(one);
      this.parts.push("]");
    } else if ("contracts" in item) this.parts.push((item as TypedFunction).name);
    else if ("late" in item) this.parts.push(`${(item as TypedGlobal).module}.${(item as TypedGlobal).name}`);
    else if ("addressed" in item) this.local(item as Local);
    else this.#node(item as { readonly kind: string });
  }

  #node(node: { readonly kind: string }): void {
    const loop = node.kind === "loop" || node.kind === "forOf";
    if (loop) this.#loops++;
    for (const key in node) {
      const value = (node as unknown as { [key: string]: unknown })[key];
      if (key === "site") continue;
      this.parts.push(key);
      if (typeof value === "bigint") this.parts.push(numberText(value));
      else if (typeFields.has(key) && value !== null) this.parts.push(typeText(value as Type));
      else this.put(value);
    }
    if (loop) this.#loops--;
  }
}

/** Powers of two less one, and their negatives, may be the bounds of a type. */
function numberText(value: bigint): string {
  const up = value < 0n ? -value : value + 1n;
  return value === 0n || (up & (up - 1n)) === 0n ? String(value) : "#";
}

export function shapeOf(body: Block): string {
  const shape = new Shape();
  shape.put(body);
  return shape.parts.join(" ");
}

const statements: ReadonlySet<string> = new Set(["expression", "local", "if"]);

const isStatement = (item: unknown): item is Statement =>
  item !== null && typeof item === "object" && statements.has((item as { kind?: string }).kind ?? "");

function onlyCalculates(s: Statement): boolean {
  if (s.kind === "expression") return calculates(s.expression);
  if (s.kind === "local") return isNumber(s.local.type) && (s.initial === null || calculates(s.initial));
  if (s.kind !== "if" || !calculates(s.condition)) return false;
  return s.then.every(onlyCalculates) && (s.otherwise === null || s.otherwise.every(onlyCalculates));
}

const isNumber = ({ kind }: Type): boolean => kind === "integer" || kind === "bool" || kind === "float";

const isLocal = (place: Place): boolean => place.kind === "localPlace" && isNumber(place.type);

/** Numbers from variables and constants, and nothing else. */
function calculates(e: Expression): boolean {
  if (!isNumber(e.type)) return false;
  switch (e.kind) {
    case "constant":
      return true;
    case "read":
      return isLocal(e.place);
    case "assign":
    case "update":
      return isLocal(e.place) && calculates(e.value);
    case "binary":
    case "compare":
    case "logical":
      return calculates(e.left) && calculates(e.right);
    case "unary":
    case "convert":
      return calculates(e.operand);
    case "conditional":
      return calculates(e.condition) && calculates(e.then) && calculates(e.otherwise);
    default:
      return false;
  }
}
