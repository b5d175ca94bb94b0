/** return: the value as the function's result; storage in a local moves out, addresses of locals may not. */
import type { Expression as ExpressionNode, Statement as StatementNode } from "oxc-parser";
import type { Body } from "./body.ts";
import { coerce } from "./coerce.ts";
import { expectedOf, expression } from "./expressions.ts";
import { isStorage, never, typeName, u64, voidType } from "./intern.ts";
import { mistake } from "./resolve.ts";
import type { Expression, Local, Place, Statement } from "./tree.ts";

export function returnStatement(b: Body, node: Extract<StatementNode, { type: "ReturnStatement" }>): Statement {
  const site = b.site(node);
  if (b.deferred) throw mistake(node, "return inside defer: the function is being left already", null);
  let made: Expression | null = null;
  if (node.argument) made = returned(b, node.argument);
  else if (b.result === null) b.result = voidType;
  else if (b.result.kind === "result" && b.result.of === voidType)
    made = { kind: "makeOk", value: null, type: b.result, site };
  else if (b.result !== voidType) throw mistake(node, `${typeName(b.result)} is to be returned`, null);
  b.flow.reachable = false;
  return { kind: "return", value: made, site };
}

/** A returned value; storage in a local of the function moves out. */
function returned(b: Body, node: ExpressionNode): Expression {
  const wanted = b.result;
  if (wanted === never) throw mistake(node, "this function never returns", null);
  if (wanted === voidType)
    throw mistake(
      node,
      "this function returns nothing",
      b.function && !b.outer ? "say what it returns: function f(): u32" : null,
    );
  const made = expression(b, node, wanted && expectedOf(b, node, wanted));
  if (made.kind === "reference" && rootIsLocal(made.place))
    throw mistake(
      node,
      `${b.text(node)} dies with the function`,
      "storage that lives longer: a parameter, a global, an allocation",
    );
  if (made.kind === "makeSlice" && made.pointer.kind === "reference" && rootIsLocal(made.pointer.place))
    throw mistake(node, `${b.text(node)} is of an array that dies with the function`, null);
  const type = made.type.kind === "literal" ? u64 : made.type;
  if (!wanted) {
    b.result = type;
    return made.type.kind === "literal" ? coerce(b, made, u64, node) : made;
  }
  const ok = wanted.kind === "result" ? wanted.of : wanted;
  const local = made.kind === "read" && made.place.kind === "localPlace" && !made.place.local.captured;
  if (
    local &&
    made.type === ok &&
    isStorage(ok) &&
    !b.function?.parameters.includes((made.place as { local: Local }).local)
  ) {
    return wanted === ok ? made : { kind: "makeOk", value: made, type: wanted, site: made.site };
  }
  if (made.type.kind === "result" && wanted.kind === "result" && made.type !== wanted) {
    throw mistake(node, `${typeName(wanted)} expected, this is ${typeName(made.type)}`, `orReturn(${b.text(node)})`);
  }
  if (made.type === voidType && wanted.kind === "result" && ok === voidType)
    throw mistake(node, `${b.text(node)} has no value`, "return; after it");
  return coerce(b, made, wanted, node);
}

function rootIsLocal(place: Place): boolean {
  if (place.kind === "localPlace") return true;
  return place.kind === "field" || place.kind === "element" || place.kind === "variant" || place.kind === "okPlace"
    ? rootIsLocal(place.of)
    : false;
}
