/**
 * switch over integers, enums, texts and tags. Cases do not fall through; over an enum, a set of texts or a tag every value
 * has its case, and inside a case of a tag the union is known to be that member.
 */
import type { Expression as ExpressionNode, Statement as StatementNode } from "oxc-parser";
import type { Body } from "./body.ts";
import { coerce } from "./coerce.ts";
import { select, taggedSubject } from "./conditions.ts";
import { check, value } from "./expressions.ts";
import { type Flow, joinAll } from "./flow.ts";
import { typeName } from "./intern.ts";
import { inExit } from "./loop-statements.ts";
import { untyped, untypedConstant } from "./operators.ts";
import { mistake, tagOf } from "./resolve.ts";
import { statements } from "./statements.ts";
import type { Block, Statement } from "./tree.ts";
import type { Type } from "./types.ts";
/** switch over integers, enums, symbols and tags; over the latter three every value must have its case. */
export function switchStatement(b: Body, node: Extract<StatementNode, { type: "SwitchStatement" }>): Statement {
  const subject = value(b, node.discriminant);
  const { type } = subject;
  if (type.kind !== "integer" && type.kind !== "symbol") {
    throw mistake(
      node.discriminant,
      `switch is over integers, enums and tags, this is ${typeName(type)}`,
      type.kind === "bool" ? "if" : "if … else if …",
    );
  }
  const union = type.kind === "symbol" ? taggedSubject(b, node.discriminant) : null;
  const start = b.flow;
  const seen = new Set<bigint>();
  const cases: { values: bigint[]; body: Block }[] = [];
  let otherwise: Block | null = null;
  const out: Flow[] = [];
  inExit(b, "switch", null, (exit) => {
    let pending: { values: bigint[]; texts: string[]; isDefault: boolean } = {
      values: [],
      texts: [],
      isDefault: false,
    };
    for (const [index, clause] of node.cases.entries()) {
      if (clause.test) {
        const test = b.checker.attempt(b.module, clause.test, () => caseValue(b, clause.test!, type));
        if (test !== null) {
          if (seen.has(test)) b.checker.report(b.module, clause.test, `the case ${b.text(clause.test)} appears twice`);
          seen.add(test);
          pending.values.push(test);
          if (clause.test.type === "Literal" && typeof clause.test.value === "string")
            pending.texts.push(clause.test.value);
        }
      } else pending.isDefault = true;
      const last = index === node.cases.length - 1;
      if (clause.consequent.length === 0 && !last) continue;
      b.flow = start.clone();
      if (union)
        narrow(
          b,
          union,
          pending,
          node.cases.flatMap((other) =>
            other.test?.type === "Literal" && typeof other.test.value === "string" ? [other.test.value] : [],
          ),
        );
      const body = b.inBlock(() => statements(b, clause.consequent));
      if (b.flow.reachable) {
        if (!last)
          b.checker.report(
            b.module,
            clause.test ?? clause,
            "a case must end: there is no falling through",
            "break, return or continue",
          );
        out.push(b.flow);
      }
      const trimmed =
        body.at(-1)?.kind === "break" && (body.at(-1) as { label: string | null }).label === null
          ? body.slice(0, -1)
          : body;
      if (pending.isDefault) otherwise = trimmed;
      else cases.push({ values: pending.values, body: trimmed });
      if (pending.isDefault && pending.values.length > 0) cases.push({ values: pending.values, body: trimmed });
      pending = { values: [], texts: [], isDefault: false };
    }
    out.push(...exit.breaks);
  });
  const missing = otherwise === null ? unnamed(b, type, seen, union) : [];
  if (missing.length > 0)
    throw mistake(
      node.discriminant,
      `no case for ${missing.slice(0, 4).join(", ")}${missing.length > 4 ? ` and ${missing.length - 4} more` : ""}`,
      "a case for each, or default",
    );
  const exhaustive = otherwise === null && (type.kind === "symbol" || type.enumeration !== null);
  if (otherwise === null && !exhaustive) out.push(start.clone());
  b.flow = joinAll(out);
  return { kind: "switch", value: subject, cases, otherwise, exhaustive, site: b.site(node) };
}

function narrow(
  b: Body,
  union: NonNullable<ReturnType<typeof taggedSubject>>,
  pending: { texts: readonly string[]; isDefault: boolean },
  all: readonly string[],
): void {
  const known = pending.isDefault
    ? select(
        b,
        union.type,
        all.filter((text) => !pending.texts.includes(text)),
        false,
      )
    : select(b, union.type, pending.texts, true);
  if (known) b.flow.know(union.path, known);
}

function caseValue(b: Body, node: ExpressionNode, type: Type): bigint {
  const made =
    untyped(b, node) && type.kind === "integer" && !type.enumeration
      ? coerce(b, untypedConstant(b, node)!, type, node)
      : check(b, node, type);
  const inner = made.kind === "convert" ? made.operand : made;
  if (inner.kind !== "constant" || inner.value.kind !== "integer")
    throw mistake(node, "a case is a constant", "if (…) …");
  return inner.value.value;
}

/** Values of an enum or symbol without a case. */
function unnamed(b: Body, type: Type, seen: ReadonlySet<bigint>, union: ReturnType<typeof taggedSubject>): string[] {
  if (union)
    return union.type.members.flatMap((member) => {
      const text = tagOf(b.checker, member)?.text ?? "";
      return seen.has(b.checker.symbolNumber(text)) ? [] : [JSON.stringify(text)];
    });
  if (type.kind === "symbol")
    return type.texts.filter((text) => !seen.has(b.checker.symbolNumber(text))).map((text) => JSON.stringify(text));
  if (type.kind !== "integer" || !type.enumeration) return [];
  const { name, members } = type.enumeration;
  return [...members].filter(([, number]) => !seen.has(number)).map(([member]) => `${name}.${member}`);
}
