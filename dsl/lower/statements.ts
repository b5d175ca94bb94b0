/**
 * Statements: control flow becomes blocks. Whatever leaves a block (its end, break, continue, return, an error handed on)
 * first does what the block owes: `using` disposes, `defer` runs, last first, each way out with its own copy.
 */
import type { Statement, Block as TypedBlock } from "../check/tree.ts";
import { constant, i64, typeOf } from "../ir/build.ts";
import type { Block, Operand } from "../ir/ssa.ts";
import { widths } from "../ir/ssa.ts";
import { call } from "./calls.ts";
import { branchOn, inMemory, into, one, storageOf, value } from "./expressions.ts";
import type { Frame, Scope } from "./frame.ts";
import { addressOf, elementAddress, spotOf } from "./places.ts";
import { scalarsOf } from "./shape.ts";

/** A block's statements in a scope of their own. `exit`: where break and continue in it go. */
export function block(l: Frame, body: TypedBlock, exit: Scope["exit"] = null): void {
  const named = body.some(({ kind }) => kind === "local" || kind === "using");
  // The function's own variables are those of no block.
  if (named && l.scopes.length > 0) l.inScope(() => statements(l, body, exit));
  else statements(l, body, exit);
}

function statements(l: Frame, body: TypedBlock, exit: Scope["exit"]): void {
  const depth = l.scopes.length;
  l.scopes.push({ cleanups: [], exit });
  for (const s of body) {
    // What follows a way out is unreachable, and of no interest.
    if (!l.b.open) break;
    statement(l, s);
  }
  if (l.b.open) l.leave(depth);
  l.scopes.pop();
}

function statement(l: Frame, s: Statement): void {
  const { b } = l;
  l.at(s.site);
  switch (s.kind) {
    case "local": {
      const home = l.declare(s.local);
      if (s.initial !== null) into(l, s.initial, home);
      return;
    }
    case "using": {
      const home = l.declare(s.local);
      into(l, s.initial, home);
      l.scopes.at(-1)!.cleanups.push(() => {
        l.at(s.site);
        call(l, s.dispose, [], null, l.home(s.local));
      });
      return;
    }
    case "defer":
      l.scopes.at(-1)!.cleanups.push(() => block(l, s.body));
      return;
    case "expression":
      if (inMemory(s.expression.type)) storageOf(l, s.expression);
      else value(l, s.expression);
      return;
    case "block":
      block(l, s.body);
      return;
    case "if": {
      const then = b.block("then");
      const join = b.block("join");
      const otherwise = s.otherwise === null ? join : b.block("else");
      branchOn(l, s.condition, then, otherwise);
      b.at(then);
      block(l, s.then);
      b.jump(join);
      if (s.otherwise !== null) {
        b.at(otherwise);
        block(l, s.otherwise);
        b.jump(join);
      }
      b.at(join);
      return;
    }
    case "loop":
      loop(l, s);
      return;
    case "forOf":
      forOf(l, s);
      return;
    case "switch":
      choose(l, s);
      return;
    case "break":
    case "continue":
      jumpOut(l, s.kind, s.label);
      return;
    case "return":
      if (s.value === null) l.leaveFunction([]);
      else if (l.resultAddress !== null) {
        into(l, s.value, l.resultAddress);
        if (l.b.open) l.leaveFunction([]);
      } else {
        const values = value(l, s.value);
        if (l.b.open) l.leaveFunction(values);
      }
  }
}

function jumpOut(l: Frame, kind: "break" | "continue", label: string | null): void {
  for (let depth = l.scopes.length - 1; depth >= 0; depth--) {
    const { exit } = l.scopes[depth]!;
    if (exit === null) continue;
    const to = kind === "break" ? exit.breakTo : exit.continueTo;
    if (label !== null ? exit.label !== label : to === null) continue;
    l.leave(depth);
    l.b.jump(to!);
    return;
  }
  throw new Error(`${kind} has no loop`);
}

function loop(l: Frame, s: Extract<Statement, { kind: "loop" }>): void {
  const { b } = l;
  const [body, update, done] = [b.block("body"), b.block("next"), b.block("done")];
  const test = s.test === null ? body : b.block("test");
  b.jump(s.testFirst ? test : body);
  if (s.test !== null) {
    b.at(test);
    branchOn(l, s.test, body, done);
  }
  b.at(body);
  block(l, s.body, { label: s.label, breakTo: done, continueTo: update });
  b.jump(update);
  b.at(update);
  if (s.update !== null) {
    if (inMemory(s.update.type)) storageOf(l, s.update);
    else value(l, s.update);
  }
  b.jump(test);
  b.at(done);
}

function forOf(l: Frame, s: Extract<Statement, { kind: "forOf" }>): void {
  const { b } = l;
  const type = s.over.type;
  let base: Operand;
  let length: Operand;
  if (type.kind === "array") {
    // The array is gone through where it lies.
    base = s.over.kind === "read" ? addressOf(l, spotOf(l, s.over.place)) : storageOf(l, s.over);
    length = i64(type.length);
  } else [base, length] = value(l, s.over) as [Operand, Operand];
  const of = type.kind === "array" || type.kind === "slice" ? type.of : s.local.type;
  const counter = b.slotAddress(b.slot("index", 8, 8));
  b.store(i64(0), counter, 0, { align: 8 });
  const [test, body, next, done] = [b.block("test"), b.block("body"), b.block("next"), b.block("done")];
  b.jump(test);
  b.at(test);
  const index = b.load("i64", counter, 0, { align: 8 });
  b.branch(b.compare("ult", index, length), body, done, "taken");
  b.at(body);
  l.inScope(() => {
    l.at(s.site);
    const home = l.declare(s.local);
    const at = elementAddress(l, base, index, of);
    const scalars = scalarsOf(s.local.type);
    if (scalars === null) l.copy(home, at, of);
    else l.put(home, scalars, l.get(at, scalars));
    block(l, s.body, { label: s.label, breakTo: done, continueTo: next });
  });
  b.jump(next);
  b.at(next);
  b.store(b.binary("add", b.load("i64", counter, 0, { align: 8 }), i64(1)), counter, 0, { align: 8 });
  b.jump(test);
  b.at(done);
}

function choose(l: Frame, s: Extract<Statement, { kind: "switch" }>): void {
  const { b } = l;
  const given = one(l, s.value);
  const type = typeOf(given);
  const done = b.block("done");
  const otherwise = s.otherwise === null && !s.exhaustive ? done : b.block("default");
  const arms: { to: Block; body: TypedBlock }[] = s.cases.map(({ body }) => ({ to: b.block("case"), body }));
  const cases = s.cases.flatMap(({ values }, k) =>
    values.map((v) => ({ bits: constant(type, v).bits, to: arms[k]!.to })),
  );
  if (widths[type] === 1) {
    const yes = cases.find((c) => c.bits === 1n)?.to ?? otherwise;
    b.branch(given, yes, cases.find((c) => c.bits === 0n)?.to ?? otherwise);
  } else b.switch(given, cases, otherwise);
  if (s.otherwise !== null) arms.push({ to: otherwise, body: s.otherwise });
  else if (s.exhaustive) {
    b.at(otherwise);
    l.trap("no case for this value");
  }
  for (const { to, body } of arms) {
    b.at(to);
    block(l, body, { label: null, breakTo: done, continueTo: null });
    b.jump(done);
  }
  b.at(done);
}
