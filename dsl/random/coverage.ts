/** What of the language typed programs use, in the words of the typed tree: so that tests can say what is missing. */
import type { TypedProgram } from "../check/tree.ts";

/** Kinds of statements, expressions and places, operators with their types, intrinsics by name. */
export function constructs(program: TypedProgram, seen: Set<string>): void {
  const done = new Set<object>();
  const visit = (node: unknown): void => {
    if (typeof node !== "object" || node === null || done.has(node)) return;
    done.add(node);
    if (Array.isArray(node)) {
      for (const item of node) visit(item);
      return;
    }
    const at = node as {
      kind?: string;
      operator?: string;
      name?: string;
      type?: { kind: string; bits?: number; signed?: boolean };
      left?: { type: { kind: string; bits?: number; signed?: boolean } };
    };
    if (typeof at.kind === "string" && "site" in at) {
      seen.add(at.kind);
      if (at.kind === "intrinsic") seen.add(at.name!);
      // Comparisons are truth values; what tells them apart is what they compare.
      const type = at.kind === "compare" ? at.left!.type : at.type;
      if (at.operator !== undefined && type?.kind === "integer")
        seen.add(`${at.operator} ${type.signed ? "i" : "u"}${type.bits}`);
      else if (at.operator !== undefined) seen.add(`${at.operator} ${type?.kind}`);
      if (at.kind === "convert") seen.add(`convert to ${at.type?.kind}`);
    }
    for (const [key, value] of Object.entries(at))
      if (key !== "type" && key !== "site" && key !== "local" && key !== "global" && key !== "callee") visit(value);
      else if (key === "callee" && at.kind === "callValue") visit(value);
  };
  for (const f of program.functions) if (!f.site.file.startsWith("cor:")) visit(f.body);
}
