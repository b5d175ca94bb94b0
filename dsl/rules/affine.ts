/**
 * Guards, frames and tokens are values of which there is one: handed on, returned or disposed of exactly once. Followed
 * through every body along all its ways, with what is known of each variable at each point. A variable that was handed on
 * is not used again; one that still holds its value must not go out of sight, at the end of its block, at a return, or
 * where orReturn leaves. Parameters of the module that declares the class may end there: that is where such values go.
 */
import type { Block, Expression, Local, Place, Statement, TypedFunction } from "../check/tree.ts";
import type { ClassType, Type } from "../check/types.ts";
import type { Site } from "../out/site.ts";
import type { Diagnostic } from "../syntax/diagnostic.ts";
import { factsOf, wasRight } from "./facts.ts";
import { isRuntime } from "./reach.ts";
import { localIn, rootOf } from "./visit.ts";
import type { Whole } from "./whole.ts";

/** `ends`: the block disposes of it. `promised`: a defer hands it on. `none`: an error is there instead of a value. */
type Held =
  | { readonly kind: "owned" | "ends" | "promised" | "none" }
  | { readonly kind: "gone" | "perhaps"; readonly site: Site };

/** What each variable holds; null where control cannot be. */
type Flow = ReadonlyMap<Local, Held> | null;

interface Loop {
  readonly label: string | null;
  readonly isLoop: boolean;
  /** Variables that lived outside of it. */
  readonly outside: ReadonlySet<Local>;
  readonly breaks: Flow[];
  readonly continues: Flow[];
}

export function affineMistakes({ program }: Whole): Diagnostic[] {
  const found: Diagnostic[] = [];
  for (const fn of program.functions) {
    if (wasRight(fn) || isRuntime(fn) || fn.body === null) continue;
    if (factsOf(fn).affine || fn.parameters.some(({ type }) => affineClass(type))) new Walk(fn, found).run(fn.body);
  }
  return found;
}

/** The class of a value of which there is one, also as a result that may be an error. */
function affineClass(type: Type): ClassType | null {
  const of = type.kind === "result" ? type.of : type;
  return of.kind === "class" && of.affine ? of : null;
}

class Walk {
  readonly #fn: TypedFunction;
  readonly #found: Diagnostic[];
  readonly #scopes: Local[][] = [];
  readonly #loops: Loop[] = [];
  /** Parameters that may end here. */
  readonly #sunk = new Set<Local>();
  #flow: Flow = new Map();

  constructor(fn: TypedFunction, found: Diagnostic[]) {
    this.#fn = fn;
    this.#found = found;
  }

  run(body: Block): void {
    const parameters = this.#fn.parameters.filter(({ type }) => affineClass(type));
    this.#scopes.push([...parameters]);
    for (const local of parameters) {
      if (affineClass(local.type)!.module === this.#fn.module) this.#sunk.add(local);
      this.#set(local, { kind: "owned" });
    }
    this.#block(body);
    this.#endScope();
  }

  #say(site: Site, message: string, hint: string): void {
    this.#found.push({ site, length: 1, message, hint, rule: "affine" });
  }

  #set(local: Local, held: Held): void {
    if (this.#flow !== null) this.#flow = new Map(this.#flow).set(local, held);
  }

  #block(body: Block): void {
    this.#scopes.push([]);
    for (const statement of body) {
      if (this.#flow === null) break;
      this.#statement(statement);
    }
    this.#endScope();
  }

  #endScope(): void {
    for (const local of this.#scopes.pop()!) this.#lost(local, null);
  }

  /** A variable goes out of sight: at the end of its block, or at `site`. */
  #lost(local: Local, site: Site | null): void {
    const held = this.#flow?.get(local);
    if (held === undefined || this.#sunk.has(local)) return;
    const hint = affineClass(local.type)!.disposable
      ? `using ${local.name} = …, or hand it on or return it`
      : "hand it on, or return it";
    const { name } = affineClass(local.type)!;
    if (held.kind === "owned")
      this.#say(
        site ?? local.site,
        site === null
          ? `${local.name} (${name}) is neither handed on, returned nor disposed of`
          : `${local.name} (${name}) is lost when the function is left here`,
        hint,
      );
    else if (held.kind === "perhaps")
      this.#say(
        site ?? local.site,
        `${local.name} (${name}) is handed on at line ${held.site.line} on some ways only, and lost on the others`,
        hint,
      );
  }

  /** The function is left: everything that lives must have been handed on. */
  #leave(site: Site): void {
    for (const scope of this.#scopes) for (const local of scope) this.#lost(local, site);
  }

  #declare(local: Local, held: Held): void {
    this.#scopes.at(-1)!.push(local);
    this.#set(local, held);
  }

  #statement(s: Statement): void {
    switch (s.kind) {
      case "local":
        if (s.initial) this.#value(s.initial);
        if (affineClass(s.local.type)) this.#declare(s.local, { kind: "owned" });
        break;
      case "using":
        this.#value(s.initial);
        this.#declare(s.local, { kind: "ends" });
        break;
      case "defer":
        this.#deferred(s.body);
        break;
      case "expression": {
        const { expression } = s;
        this.#expression(expression);
        const type = affineClass(expression.type);
        if (type && expression.kind !== "assign")
          this.#say(
            expression.site,
            `this ${type.name} is lost at once`,
            type.disposable ? "using held = …" : "keep it in a variable and hand it on",
          );
        break;
      }
      case "block":
        this.#block(s.body);
        break;
      case "if": {
        const [yes, no] = this.#condition(s.condition);
        this.#flow = yes;
        this.#block(s.then);
        const after = this.#flow;
        this.#flow = no;
        if (s.otherwise) this.#block(s.otherwise);
        this.#flow = join(after, this.#flow);
        break;
      }
      case "loop":
      case "forOf":
        this.#loop(s);
        break;
      case "switch":
        this.#switch(s);
        break;
      case "break":
      case "continue":
        this.#jump(s);
        break;
      case "return":
        if (s.value) this.#value(s.value);
        this.#leave(s.site);
        this.#flow = null;
        break;
      default:
    }
  }

  /** What a defer hands on stays usable until then, and is handed on by nobody else. */
  #deferred(body: Block): void {
    const before = this.#flow;
    this.#block(body);
    const after = this.#flow ?? before;
    this.#flow = before;
    for (const [local, held] of after ?? [])
      if (held.kind === "gone" && before?.get(local)?.kind === "owned") this.#set(local, { kind: "promised" });
  }

  #loop(s: Extract<Statement, { kind: "loop" | "forOf" }>): void {
    if (s.kind === "forOf") this.#expression(s.over);
    const outside = new Set(this.#scopes.flat());
    const first = this.#flow;
    let head = first;
    // Twice: the second time with what an iteration leaves behind.
    for (let turn = 0; turn < 2; turn++) {
      const exit: Loop = { label: s.label, isLoop: true, outside, breaks: [], continues: [] };
      this.#flow = head;
      let out: Flow = null;
      const testFirst = s.kind === "forOf" || s.testFirst;
      const test = s.kind === "loop" ? s.test : null;
      const endless = s.kind === "loop" && s.test === null;
      if (testFirst && test) [this.#flow, out] = this.#condition(test);
      else if (testFirst && !endless) out = head;
      this.#loops.push(exit);
      this.#block(s.body);
      this.#loops.pop();
      this.#flow = exit.continues.reduce(join, this.#flow);
      if (s.kind === "loop" && s.update && this.#flow) this.#expression(s.update);
      if (!testFirst && test && this.#flow) [this.#flow, out] = this.#condition(test);
      head = join(first, this.#flow);
      this.#flow = exit.breaks.reduce(join, s.kind === "forOf" ? join(out, this.#flow) : out);
    }
  }

  #switch(s: Extract<Statement, { kind: "switch" }>): void {
    this.#expression(s.value);
    const before = this.#flow;
    const outside = new Set(this.#scopes.flat());
    const exit: Loop = { label: null, isLoop: false, outside, breaks: [], continues: [] };
    this.#loops.push(exit);
    let out: Flow = s.otherwise === null && !s.exhaustive ? before : null;
    for (const body of [...s.cases.map((one) => one.body), ...(s.otherwise ? [s.otherwise] : [])]) {
      this.#flow = before;
      this.#block(body);
      out = join(out, this.#flow);
    }
    this.#loops.pop();
    this.#flow = exit.breaks.reduce(join, out);
  }

  #jump(s: Extract<Statement, { kind: "break" | "continue" }>): void {
    const to = this.#loops.findLast(({ label, isLoop }) =>
      s.label === null ? s.kind === "break" || isLoop : label === s.label,
    );
    for (const scope of this.#scopes)
      for (const local of scope) if (to && !to.outside.has(local)) this.#lost(local, s.site);
    to?.[s.kind === "break" ? "breaks" : "continues"].push(this.#flow);
    this.#flow = null;
  }

  /** A condition, and what is known when it holds and when not. */
  #condition(e: Expression): [Flow, Flow] {
    if (e.kind === "unary" && e.operator === "!") {
      const [yes, no] = this.#condition(e.operand);
      return [no, yes];
    }
    if (e.kind === "logical") {
      const [yes, no] = this.#condition(e.left);
      this.#flow = e.operator === "&&" ? yes : no;
      const [rightYes, rightNo] = this.#condition(e.right);
      return e.operator === "&&" ? [rightYes, join(no, rightNo)] : [join(yes, rightYes), rightNo];
    }
    this.#expression(e);
    const no = this.#flow;
    const local = e.kind === "isError" ? localIn(e.operand) : null;
    if (local !== null && this.#flow?.has(local)) this.#set(local, { kind: "none" });
    return [this.#flow, no];
  }

  /** An expression whose value goes somewhere: a variable's value leaves the variable. */
  #value(e: Expression): void {
    if (e.kind === "makeOk" && e.value) this.#value(e.value);
    else if (e.kind === "read" && e.place.kind === "localPlace" && affineClass(e.type))
      this.#move(e.place.local, e.site);
    else this.#expression(e);
  }

  #move(local: Local, site: Site): void {
    const held = this.#use(local, site);
    const name = local.name;
    if (held === undefined) {
      // A variable of the function around this closure, which may run more than once.
      if (this.#fn.captures.includes(local))
        this.#say(site, `${name} is handed on in a closure, which may run more than once`, "hand it on outside");
      return;
    }
    if (held.kind === "ends")
      this.#say(site, `${name} ends with its block, and cannot be handed on`, `const ${name} instead of using`);
    else if (held.kind === "promised")
      this.#say(site, `${name} is handed on by a defer already`, "hand it on in one place");
    else if (held.kind !== "none") this.#set(local, { kind: "gone", site });
  }

  #use(local: Local, site: Site): Held | undefined {
    const held = this.#flow?.get(local);
    if (held?.kind !== "gone" && held?.kind !== "perhaps") return held;
    const perhaps = held.kind === "perhaps" ? "may have been" : "was";
    this.#say(
      site,
      `${local.name} ${perhaps} handed on at line ${held.site.line}, and is used again`,
      "use it before, or let the other give it back",
    );
    return { kind: "none" };
  }

  #place(place: Place): void {
    const root = rootOf(place);
    if (root.kind === "localPlace") this.#use(root.local, place.site);
    for (let at: Place = place; ; at = at.of) {
      if (at.kind === "deref") this.#expression(at.pointer);
      if (at.kind === "element" || at.kind === "elementOf") this.#expression(at.index);
      if (at.kind === "elementOf") this.#expression(at.of);
      if (at.kind !== "field" && at.kind !== "variant" && at.kind !== "okPlace" && at.kind !== "element") break;
    }
  }

  #all(list: Iterable<Expression>): void {
    for (const item of list) this.#value(item);
  }

  #expression(e: Expression): void {
    switch (e.kind) {
      case "read":
      case "reference":
        this.#place(e.place);
        break;
      case "assign":
        this.#value(e.value);
        this.#assign(e.place);
        break;
      case "update":
        this.#place(e.place);
        this.#expression(e.value);
        break;
      case "binary":
      case "compare":
        this.#expression(e.left);
        this.#expression(e.right);
        break;
      case "logical": {
        const [yes, no] = this.#condition(e);
        this.#flow = join(yes, no);
        break;
      }
      case "conditional": {
        const [yes, no] = this.#condition(e.condition);
        this.#flow = yes;
        this.#value(e.then);
        const after = this.#flow;
        this.#flow = no;
        this.#value(e.otherwise);
        this.#flow = join(after, this.#flow);
        break;
      }
      case "unary":
      case "convert":
      case "isError":
      case "errorCode":
        this.#expression(e.operand);
        break;
      case "makeVariant":
        this.#value(e.operand);
        break;
      case "orReturn":
        this.#value(e.operand);
        this.#leave(e.site);
        break;
      case "call":
        this.#all(e.arguments);
        break;
      case "callValue":
        this.#expression(e.callee);
        this.#all(e.arguments);
        break;
      case "closure":
        for (const local of e.captured) this.#use(local, e.site);
        break;
      case "construct":
        this.#all(e.fields.values());
        if (e.initialise) this.#all(e.initialise.arguments);
        break;
      case "arrayLiteral":
        this.#all(e.elements);
        break;
      case "makeSlice":
        this.#expression(e.pointer);
        this.#expression(e.length);
        break;
      case "subSlice":
        this.#expression(e.of);
        this.#expression(e.from);
        this.#expression(e.to);
        break;
      case "length":
        this.#expression(e.of);
        break;
      case "makeError":
        this.#expression(e.code);
        break;
      case "makeOk":
        if (e.value) this.#value(e.value);
        break;
      case "intrinsic":
        for (const place of e.places) this.#place(place);
        this.#intrinsic(e);
        break;
      default:
    }
    if (e.type.kind === "never") this.#flow = null;
  }

  #assign(place: Place): void {
    if (place.kind !== "localPlace" || !affineClass(place.type)) {
      this.#place(place);
      return;
    }
    const held = this.#flow?.get(place.local);
    if (held?.kind === "owned" || held?.kind === "perhaps")
      this.#say(place.site, `${place.local.name} still holds a value, which is lost here`, "hand that on first");
    this.#set(place.local, { kind: "owned" });
  }

  #intrinsic(e: Extract<Expression, { kind: "intrinsic" }>): void {
    for (const argument of e.arguments) this.#expression(argument);
    const [first] = e.arguments;
    if (first === undefined) return;
    const type = affineClass(first.type);
    if (e.name === "ignore" && type)
      this.#say(e.site, `when there is no error, a ${type.name} is lost here`, "using held = orReturn(…)");
    const of = first.type.kind === "pointer" ? affineClass(first.type.to) : null;
    if (e.name === "copy" && of) this.#say(e.site, `there is one of each ${of.name}: it is not copied`, "hand it on");
  }
}

/** What is known where two ways meet. */
function join(a: Flow, b: Flow): Flow {
  if (a === null || b === null) return a ?? b;
  if (a === b) return a;
  const made = new Map<Local, Held>();
  for (const [local, x] of a) {
    const y = b.get(local);
    if (y === undefined) continue;
    made.set(local, meet(x, y));
  }
  return made;
}

function meet(x: Held, y: Held): Held {
  if (x.kind === y.kind) return x;
  if (x.kind === "perhaps") return x;
  if (y.kind === "perhaps") return y;
  if (x.kind === "gone" || y.kind === "gone") {
    const gone = x.kind === "gone" ? x : (y as Extract<Held, { kind: "gone" }>);
    const other = x.kind === "gone" ? y : x;
    return other.kind === "none" ? gone : { kind: "perhaps", site: gone.site };
  }
  // An error on one way, a value on the other.
  return x.kind === "none" ? y : x;
}
