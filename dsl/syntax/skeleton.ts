/**
 * A parsed module without the insides of its functions, as text that another process reads several times as fast as it parses the
 * source. Nobody sees the difference: who looks into a function has the source parsed.
 */
import type { FunctionBody, Node, Program } from "oxc-parser";

/** What stands for the statements of a body until somebody wants them. */
const LEFT = "left";

/** Null: something in it cannot be said as text. */
export function skeletonOf(program: Program): string | null {
  try {
    return JSON.stringify({ ...program, body: program.body.map((node) => withBodies(node, without)) }, sayable);
  } catch (error) {
    if (error instanceof TypeError) return null;
    throw error;
  }
}

const without = ({ type, start, end }: FunctionBody) => ({ type, start, end, body: LEFT });

/** As JSON says it, which has no large integers either. */
function sayable(_: string, value: unknown): unknown {
  if ((typeof value === "number" && !Number.isFinite(value)) || value instanceof RegExp)
    throw new TypeError("not sayable");
  return value;
}

/** The program again; `parse` gives that of the whole source. */
export function fromSkeleton(text: string, parse: () => Program): Program {
  let bodies: Map<number, FunctionBody> | null = null;
  const find = (start: number): FunctionBody["body"] => {
    if (bodies === null) {
      const found = new Map<number, FunctionBody>();
      for (const node of parse().body)
        withBodies(node, (body) => {
          found.set(body.start, body);
          return body;
        });
      bodies = found;
    }
    return bodies.get(start)!.body;
  };
  const program = JSON.parse(text) as Program;
  for (const node of program.body)
    withBodies(node, (body) => {
      if ((body.body as unknown) !== LEFT) return body;
      Object.defineProperty(body, "body", { get: () => find(body.start), enumerable: true, configurable: true });
      return body;
    });
  return program;
}

/** A statement of a module's top level, with other bodies in place of those of its functions. */
function withBodies<T extends Node>(node: T, change: (body: FunctionBody) => unknown): T {
  switch (node.type) {
    case "ExportNamedDeclaration":
      return node.declaration ? { ...node, declaration: withBodies(node.declaration, change) } : node;
    case "FunctionDeclaration":
      return node.body ? { ...node, body: change(node.body) } : node;
    case "ClassDeclaration": {
      const members = node.body.body.map((member) =>
        member.type === "MethodDefinition" && member.value.body && member.value.body.body.length > 0
          ? { ...member, value: { ...member.value, body: change(member.value.body) } }
          : member,
      );
      return { ...node, body: { ...node.body, body: members } };
    }
    default:
      return node;
  }
}
