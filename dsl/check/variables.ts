/**
 * Declarations inside functions: let and const, guards (`using`), and work that is put off to the end of the block
 * (`using _ = defer(() => …)`).
 */
import type { Expression as ExpressionNode, Node, Statement as StatementNode, VariableDeclaration } from "oxc-parser";
import { Reported } from "../syntax/diagnostic.ts";
import type { Body } from "./body.ts";
import { coerce, maskLiteral } from "./coerce.ts";
import { checkStored, value } from "./expressions.ts";
import { methodOf } from "./instances.ts";
import { isStorage, typeName } from "./intern.ts";
import { storageOf } from "./layout.ts";
import { untypedConstant } from "./operators.ts";
import { mistake, valueType } from "./resolve.ts";
import { effect, statements } from "./statements.ts";
import type { Block, Statement } from "./tree.ts";
export function variable(b: Body, node: VariableDeclaration, index: number): Statement[] {
  const declarator = node.declarations[index];
  if (b.module.refused.has(declarator) || b.module.refused.has(declarator.id)) throw new Reported();
  const { id, init } = declarator;
  if (id.type !== "Identifier") throw new Reported();
  if (node.kind === "using") return using(b, id.name, id, init);
  const { name } = id;
  const site = b.site(id);
  const declared = id.typeAnnotation ? valueType(b, id.typeAnnotation.typeAnnotation) : null;
  const mutable = node.kind === "let";
  if (!init) {
    if (!mutable) throw mistake(id, `the const ${name} has no value`, null);
    if (!declared) throw mistake(id, `the variable ${name} has neither type nor value`, `let ${name}: u32`);
    if (isStorage(declared))
      throw mistake(id, `${name} is storage without content`, `let ${name} = zeroed<${typeName(declared)}>()`);
    const local = b.newLocal(name, declared, id, true);
    b.declare(name, { kind: "local", local, owner: b }, id);
    b.flow.unassigned.add(local);
    return [{ kind: "local", local, initial: null, site }];
  }
  if (!declared && !mutable && init.type !== "MemberExpression") {
    const exact = untypedConstant(b, init);
    if (exact?.kind === "constant" && exact.value.kind === "integer") {
      b.declare(name, { kind: "constant", value: exact.value.value, mask: exact.type === maskLiteral }, id);
      return [];
    }
  }
  const initial = declared ? checkStored(b, init, declared) : value(b, init);
  const type = declared ?? initial.type;
  if (!declared && (type.kind === "null" || type.kind === "void"))
    throw mistake(init, `the type of ${name} is not known`, `let ${name}: Ptr<T> | null = null`);
  if (isStorage(type) && type.kind !== "result") storageOf(b.checker, type, id);
  if (!declared && isStorage(type)) coerce(b, initial, type, init);
  if (type.kind === "function" && type.captures && mutable)
    throw mistake(init, "a closure that uses variables around it is kept in a const", `const ${name} = …`);
  const local = b.newLocal(name, type, id, mutable);
  b.declare(name, { kind: "local", local, owner: b }, id);
  if (type.kind === "result") b.unlooked.set(local, id);
  const plain = initial.kind === "convert" ? initial.operand.type : initial.type;
  if (type.kind === "pointer" && type.nullable && plain.kind === "pointer" && !plain.nullable)
    b.flow.know(String(b.number(local)), plain);
  return [{ kind: "local", local, initial, site }];
}

/** `using g = …` and `using _ = defer(() => …)`. */
function using(b: Body, name: string, id: Node, init: ExpressionNode | null): Statement[] {
  const site = b.site(id);
  if (!init) throw mistake(id, `${name} has no value`, null);
  if (
    init.type === "CallExpression" &&
    init.callee.type === "Identifier" &&
    init.callee.name === "defer" &&
    b.isBuiltin("defer")
  ) {
    const body = init.arguments[0];
    if (body?.type !== "ArrowFunctionExpression" || body.params.length > 0 || init.arguments.length !== 1) {
      throw mistake(init, "defer takes a closure without parameters", "using _ = defer(() => free(page))");
    }
    if (b.module.refused.has(body)) throw new Reported();
    return [{ kind: "defer", body: deferred(b, body.body as Node), site }];
  }
  const initial = value(b, init);
  const { type } = initial;
  if (type.kind === "result")
    throw mistake(init, `${b.text(init)} may be an error`, `using ${name} = orReturn(${b.text(init)})`);
  if (type.kind !== "class" || !type.disposable)
    throw mistake(init, `${typeName(type)} is not disposed of: it has no [Symbol.dispose]()`, "const");
  coerce(b, initial, type, init);
  const dispose = methodOf(b.checker, type, "[dispose]");
  if (!dispose) throw new Reported();
  if (dispose.parameters.length > 1) throw mistake(init, `[Symbol.dispose] of ${type.name} has parameters`, null);
  const local = b.newLocal(name, type, id, false);
  local.addressed = true;
  b.declare(name, { kind: "local", local, owner: b }, id);
  return [{ kind: "using", local, initial, dispose, site }];
}

/** The body runs when the block is left, whatever has happened by then: nothing that can change is known in it. */
function deferred(b: Body, body: Node): Block {
  const before = b.flow;
  const { exits, deferred: outer } = b;
  b.flow = before.clone();
  b.forgetChanging();
  b.exits = [];
  b.deferred = true;
  try {
    const nodes = body.type === "BlockStatement" ? (body.body as StatementNode[]) : null;
    return nodes ? b.inBlock(() => statements(b, nodes)) : effect(b, body as ExpressionNode);
  } finally {
    b.flow = before;
    b.exits = exits;
    b.deferred = outer;
  }
}
