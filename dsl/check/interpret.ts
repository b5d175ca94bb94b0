/**
 * Evaluation while compiling: runs the typed tree. It computes exactly what the compiled program would (wrapping, defined
 * shifts, checked bounds), on values that live only here; what remains is a constant for the data sections. The machine
 * is not there: ports, CPU instructions and variables that change at run time are mistakes.
 */
import type { Node } from "oxc-parser";
import type { Site } from "../out/site.ts";
import { Mistake, Reported } from "../syntax/diagnostic.ts";
import type { Module } from "../syntax/modules.ts";
import type { Checker } from "./checker.ts";
import { sizeOf, wrap } from "./intern.ts";
import {
  calculate,
  compareValues,
  convertValue,
  elementsOf,
  isKind,
  isObject,
  pointerOf,
  round,
  Trap,
} from "./interpret-calculate.ts";
import { runIntrinsic } from "./interpret-intrinsics.ts";
import { type Box, fromConstant, NotConstant, type Slice, toConstant, type Value, zeroOf } from "./interpret-values.ts";
import type { Block, ConstantValue, Expression, Local, Place, Statement, TypedFunction, TypedGlobal } from "./tree.ts";
import type { IntegerType } from "./types.ts";

/** Calls inside calls. */
const deepestCalls = 500;

/** The constant that an expression is. Mistakes are placed at `node`, in `module`. */
export function evaluate(checker: Checker, expression: Expression, module: Module, node: Node): ConstantValue {
  if (expression.kind === "constant") return expression.value;
  const interpreter = new Interpreter(checker);
  try {
    const made = interpreter.value(expression);
    return toConstant(made, expression.type);
  } catch (error) {
    if (error instanceof NotConstant) throw new Mistake(node.start, node.end, error.message);
    if (!(error instanceof Trap)) throw error;
    const { site } = error;
    const inside =
      site.file === module.file && site.line === module.source.site(node.start).line
        ? ""
        : ` (${site.file}:${site.line})`;
    throw new Mistake(node.start, node.end, `while compiling: ${error.message}${inside}`, error.hint);
  }
}

type Signal =
  | { readonly kind: "break" | "continue"; readonly label: string | null }
  | { readonly kind: "return"; readonly value: Value }
  | null;

/** An error on its way out through orReturn. */
class Leave extends Error {
  readonly code: bigint;
  constructor(code: bigint) {
    super();
    this.code = code;
  }
}

type Frame = Map<Local, Box>;

class Interpreter {
  private readonly checker: Checker;
  private steps = 0;
  private depth = 0;
  private frame: Frame = new Map();
  private readonly globals = new Map<TypedGlobal, Box>();

  constructor(checker: Checker) {
    this.checker = checker;
  }

  private step(site: Site): void {
    if (++this.steps > this.checker.mostSteps) throw new Trap(site, `no end after ${this.checker.mostSteps} steps`);
  }

  private call(fn: TypedFunction, given: Value[], outer: Frame | null, site: Site): Value {
    this.checker.finish(fn);
    this.checker.evaluated.add(fn);
    const { body } = fn;
    if (!body) {
      if (this.checker.instances.get(fn)?.declaration.external === false) throw new Reported();
      throw new Trap(site, `${fn.name} exists only in the running program`);
    }
    if (++this.depth > deepestCalls) throw new Trap(site, `calls nested more than ${deepestCalls} deep`);
    const before = this.frame;
    this.frame = new Map(outer ?? []);
    for (const [index, parameter] of fn.parameters.entries()) this.frame.set(parameter, { value: given[index] });
    try {
      const signal = this.block(body);
      return signal?.kind === "return" ? signal.value : null;
    } catch (error) {
      if (error instanceof Leave && fn.result.kind === "result")
        return { kind: "result", error: error.code, value: { value: null } };
      throw error;
    } finally {
      this.frame = before;
      this.depth--;
    }
  }

  private block(body: Block): Signal {
    const leaving: (() => void)[] = [];
    try {
      for (const statement of body) {
        const signal = this.statement(statement, leaving);
        if (signal) return signal;
      }
      return null;
    } finally {
      for (const leave of leaving.reverse()) leave();
    }
  }

  private statement(statement: Statement, leaving: (() => void)[]): Signal {
    this.step(statement.site);
    switch (statement.kind) {
      case "local":
        this.frame.set(statement.local, { value: statement.initial ? this.value(statement.initial) : null });
        return null;
      case "using": {
        const box = { value: this.value(statement.initial) };
        this.frame.set(statement.local, box);
        leaving.push(() =>
          this.call(statement.dispose, [{ kind: "pointer", elements: [box], index: 0 }], null, statement.site),
        );
        return null;
      }
      case "defer":
        leaving.push(() => this.block(statement.body));
        return null;
      case "expression":
        this.value(statement.expression);
        return null;
      case "block":
        return this.block(statement.body);
      case "if":
        if (this.value(statement.condition)) return this.block(statement.then);
        return statement.otherwise ? this.block(statement.otherwise) : null;
      case "loop":
        return this.loop(statement);
      case "forOf": {
        const elements = elementsOf(this.value(statement.over), statement.site);
        for (const element of elements) {
          this.step(statement.site);
          this.frame.set(statement.local, { value: element });
          const signal = this.block(statement.body);
          if (signal && !(signal.kind !== "return" && (signal.label === null || signal.label === statement.label)))
            return signal;
          if (signal?.kind === "break") break;
        }
        return null;
      }
      case "switch": {
        const value = this.value(statement.value) as bigint;
        const found = statement.cases.find((item) => item.values.includes(value))?.body ?? statement.otherwise;
        if (!found && statement.exhaustive) throw new Trap(statement.site, `${value} is no value of the switch`);
        const signal = found ? this.block(found) : null;
        return signal?.kind === "break" && signal.label === null ? null : signal;
      }
      case "break":
      case "continue":
        return { kind: statement.kind, label: statement.label };
      case "return":
        return { kind: "return", value: statement.value ? this.value(statement.value) : null };
    }
  }

  private loop(statement: Extract<Statement, { kind: "loop" }>): Signal {
    const { test, testFirst, body, update, label } = statement;
    for (let first = true; ; first = false) {
      this.step(statement.site);
      if (test && (testFirst || !first) && !this.value(test)) return null;
      const signal = this.block(body);
      if (signal) {
        if (signal.kind === "return" || (signal.label !== null && signal.label !== label)) return signal;
        if (signal.kind === "break") return null;
      }
      if (update) this.value(update);
    }
  }

  /** The box that a place is. */
  private box(place: Place): Box {
    this.step(place.site);
    switch (place.kind) {
      case "localPlace": {
        const box = this.frame.get(place.local);
        if (!box) throw new Trap(place.site, `${place.local.name} belongs to the running program`);
        return box;
      }
      case "globalPlace":
        return this.global(place.global, place.site);
      case "deref": {
        const pointer = pointerOf(this.value(place.pointer), place.site);
        return pointer.elements[pointer.index];
      }
      case "field": {
        const object = this.box(place.of).value;
        const box = isObject(object) ? object.fields.get(place.field) : undefined;
        if (!box) throw new Trap(place.site, `there is no field ${place.field} here`);
        return box;
      }
      case "variant":
        return this.box(place.of);
      case "okPlace": {
        const result = this.box(place.of).value;
        if (!isKind(result, "result")) throw new Trap(place.site, "this is no result");
        return result.value;
      }
      case "element": {
        const array = this.box(place.of).value;
        const at = Number(this.value(place.index) as bigint);
        if (!isKind(array, "array")) throw new Trap(place.site, "this is no array");
        return array.elements[at] ?? this.outOfBounds(at, array.elements.length, place.site);
      }
      case "elementOf": {
        const of = this.value(place.of);
        const at = Number(this.value(place.index) as bigint);
        if (of instanceof Uint8Array)
          return at < of.length ? { value: BigInt(of[at]) } : this.outOfBounds(at, of.length, place.site);
        if (isKind(of, "slice"))
          return at < of.length ? of.elements[of.from + at] : this.outOfBounds(at, of.length, place.site);
        const { elements, index } = pointerOf(of, place.site);
        return elements[index + at] ?? this.outOfBounds(at, elements.length - index, place.site);
      }
    }
  }

  private outOfBounds(at: number, length: number, site: Site): never {
    throw new Trap(site, `index ${at} is out of bounds (length ${length})`);
  }

  /** Constants of modules can be read; variables change at run time. */
  private global(global: TypedGlobal, site: Site): Box {
    const known = this.globals.get(global);
    if (known) return known;
    if (!global.constant || !global.initial || global.external || global.initial.kind === "zero") {
      throw new Trap(
        site,
        `${global.name} is a variable of the running program`,
        "a const with a constant value can be read while compiling",
      );
    }
    const box = { value: fromConstant(global.initial, global.type) };
    this.globals.set(global, box);
    return box;
  }

  value(expression: Expression): Value {
    const { site } = expression;
    switch (expression.kind) {
      case "constant":
        return fromConstant(expression.value, expression.type);
      case "read":
        return this.box(expression.place).value;
      case "reference":
        return this.reference(expression.place);
      case "assign": {
        const box = this.box(expression.place);
        box.value = cut(this.value(expression.value), expression.place);
        return box.value;
      }
      case "update": {
        const box = this.box(expression.place);
        const before = box.value;
        box.value = cut(
          calculate(expression.operator, before, this.value(expression.value), expression.type, site),
          expression.place,
        );
        return expression.result === "before" ? before : box.value;
      }
      case "binary":
        return calculate(
          expression.operator,
          this.value(expression.left),
          this.value(expression.right),
          expression.type,
          site,
        );
      case "compare":
        return compareValues(expression.operator, this.value(expression.left), this.value(expression.right));
      case "unary": {
        const operand = this.value(expression.operand);
        if (expression.operator === "!") return !operand;
        if (typeof operand === "number") return round(-operand, expression.type);
        const exact = expression.operator === "-" ? -(operand as bigint) : ~(operand as bigint);
        return wrap(expression.type as IntegerType, exact);
      }
      case "logical":
        return expression.operator === "&&"
          ? this.value(expression.left) && this.value(expression.right)
          : this.value(expression.left) || this.value(expression.right);
      case "conditional":
        return this.value(expression.condition) ? this.value(expression.then) : this.value(expression.otherwise);
      case "convert":
        return convertValue(this.value(expression.operand), expression.operand.type, expression.type, site);
      case "call":
        return this.call(
          expression.callee,
          expression.arguments.map((argument) => this.value(argument)),
          null,
          site,
        );
      case "callValue": {
        const callee = this.value(expression.callee);
        if (!isKind(callee, "function")) throw new Trap(site, "null is called");
        return this.call(
          callee.function,
          expression.arguments.map((argument) => this.value(argument)),
          callee.frame as Frame | null,
          site,
        );
      }
      case "closure":
        return { kind: "function", function: expression.function, frame: this.frame };
      case "construct":
        return this.construct(expression);
      case "makeVariant":
        return this.value(expression.operand);
      case "arrayLiteral":
        return { kind: "array", elements: expression.elements.map((element) => ({ value: this.value(element) })) };
      case "makeSlice": {
        const { elements, index } = pointerOf(this.value(expression.pointer), site);
        const length = Number(this.value(expression.length) as bigint);
        if (index + length > elements.length) this.outOfBounds(length, elements.length - index, site);
        return { kind: "slice", elements, from: index, length };
      }
      case "subSlice":
        return this.subSlice(expression);
      case "length": {
        const of = this.value(expression.of);
        return BigInt(of instanceof Uint8Array ? of.length : (of as Slice).length);
      }
      case "makeError":
        return { kind: "result", error: this.value(expression.code) as bigint, value: { value: null } };
      case "makeOk":
        return { kind: "result", error: 0n, value: { value: expression.value ? this.value(expression.value) : null } };
      case "isError":
        return this.result(expression.operand).error !== 0n;
      case "errorCode":
        return this.result(expression.operand).error;
      case "orReturn": {
        const { error, value } = this.result(expression.operand);
        if (error !== 0n) throw new Leave(error);
        return value.value;
      }
      case "intrinsic":
        return runIntrinsic(
          expression,
          () => expression.arguments.map((argument) => this.value(argument)),
          (place) => this.box(place),
        );
    }
  }

  private result(operand: Expression) {
    const value = this.value(operand);
    if (isKind(value, "result")) return value;
    throw new Trap(operand.site, "this is no result");
  }

  private construct(expression: Extract<Expression, { kind: "construct" }>): Value {
    const made = zeroOf(expression.type);
    if (!isObject(made)) throw new Trap(expression.site, "this is no class");
    for (const [name, value] of expression.fields) made.fields.set(name, { value: this.value(value) });
    if (expression.initialise) {
      const box = { value: made };
      const given = expression.initialise.arguments.map((argument) => this.value(argument));
      this.call(
        expression.initialise.callee,
        [{ kind: "pointer", elements: [box], index: 0 }, ...given],
        null,
        expression.site,
      );
    }
    return made;
  }

  private subSlice(expression: Extract<Expression, { kind: "subSlice" }>): Value {
    const of = this.value(expression.of);
    const from = Number(this.value(expression.from) as bigint);
    const to = Number(this.value(expression.to) as bigint);
    const length = of instanceof Uint8Array ? of.length : (of as Slice).length;
    if (from > to || to > length)
      throw new Trap(expression.site, `${from} to ${to} is out of bounds (length ${length})`);
    if (of instanceof Uint8Array) return of.subarray(from, to);
    const slice = of as Slice;
    return { ...slice, from: slice.from + from, length: to - from };
  }

  /** The address of a place: of a global it is a symbol and an offset, else something that lives only here. */
  private reference(place: Place): Value {
    const address = this.address(place);
    if (address) return address;
    if (place.kind === "element") {
      const array = this.box(place.of).value;
      const index = Number(this.value(place.index) as bigint);
      if (isKind(array, "array"))
        return index < array.elements.length
          ? { kind: "pointer", elements: array.elements, index }
          : this.outOfBounds(index, array.elements.length, place.site);
    }
    if (place.kind === "elementOf") {
      const of = this.value(place.of);
      const at = Number(this.value(place.index) as bigint);
      if (isKind(of, "slice"))
        return at < of.length
          ? { kind: "pointer", elements: of.elements, index: of.from + at }
          : this.outOfBounds(at, of.length, place.site);
      if (isKind(of, "pointer")) return { ...of, index: of.index + at };
    }
    return { kind: "pointer", elements: [this.box(place)], index: 0 };
  }

  private address(place: Place): Value | null {
    switch (place.kind) {
      case "globalPlace":
        return { kind: "address", global: place.global, offset: 0 };
      case "field": {
        const base = this.address(place.of);
        const { type } = place.of;
        const field = type.kind === "class" ? type.fields.find((candidate) => candidate.name === place.field) : null;
        return isKind(base, "address") && field ? { ...base, offset: base.offset + field.offset } : null;
      }
      case "element": {
        const base = this.address(place.of);
        if (!isKind(base, "address") || place.of.type.kind !== "array") return null;
        const index = Number(this.value(place.index) as bigint);
        if (index >= place.of.type.length) this.outOfBounds(index, place.of.type.length, place.site);
        return { ...base, offset: base.offset + index * sizeOf(place.type).bytes };
      }
      default:
        return null;
    }
  }
}

/** Stores into bit fields keep the field's bits. */
function cut(value: Value, place: Place): Value {
  if (place.kind !== "field" || typeof value !== "bigint" || place.of.type.kind !== "class") return value;
  const field = place.of.type.fields.find((candidate) => candidate.name === place.field);
  if (!field?.bit || field.type.kind !== "integer") return value;
  return field.type.signed ? BigInt.asIntN(field.bit.width, value) : BigInt.asUintN(field.bit.width, value);
}
