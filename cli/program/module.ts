/**
 * One module as a function for a part (load.ts). Its text stays as it is, line for line, so that a place in a part is a place in the source;
 * only what joins modules is said differently:
 *
 *     import { a as b } from "./x.ts"     →  const { a: b } = $use("x.ts");
 *     export const c = 1                  →  const c = 1            … return { c };
 *     import.meta, import("./y.ts")       →  $meta, $load("y.ts")
 *
 * Names are handed on by value: that is the same as a module's living binding while nobody assigns to an exported name (which
 * nobody does in Cor), and while modules do not import each other in a circle. Those that do get each other's names twice: functions
 * at once, since functions are there before a module's first statement is executed, and everything when the circle is complete.
 *
 * Comments go, and what is not ASCII is escaped: V8 then has half as much text to hold and to hash.
 */
import { stripTypeScriptTypes } from "node:module";
import { parseSync } from "oxc-parser";

/** What is known of a module by its own text alone: plain data, which is kept. */
export interface ModuleText {
  readonly imports: readonly Import[];
  /** What it may import while it runs, as written. */
  readonly dynamicImports: readonly string[];
  /** What its function returns, as members of an object literal. */
  readonly exported: readonly string[];
  /** Exported functions by name. */
  readonly functions: readonly string[];
  /** Its statements but for those that join modules. */
  readonly body: string;
}

export interface Import {
  readonly specifier: string;
  /** What is declared for it: a name, or a pattern; null when it is imported for what it does. */
  readonly pattern: string | null;
  /** The names in it. */
  readonly names: readonly string[];
}

/** Where an import leads: to a module of the program, which may be in a circle with this one, or out of it. */
export type Target = { readonly module: string; readonly circular: boolean } | { readonly external: string };

interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

const DEFAULT = "$default";

/** Reads a module. Throws when it has what a function cannot do. */
export function readModule(name: string, source: string): ModuleText {
  const text = name.endsWith(".ts") ? withoutTypes(source) : source;
  const { module, errors, comments } = parseSync("module.mjs", text);
  if (errors.length > 0) throw new Error(`${name}: ${errors[0]!.message}`);
  const edits: Edit[] = comments.map(({ start, end }) => ({ start, end, text: linesOf(text.slice(start, end)) }));
  const imports: (Import & { readonly start: number })[] = [];
  const exported: string[] = [];
  const functions: string[] = [];
  for (const { start, end, moduleRequest, entries } of module.staticImports) {
    const specifier = moduleRequest.value;
    edits.push({ start, end, text: linesOf(text.slice(start, end)) });
    if (entries.length === 0) imports.push({ start, specifier, pattern: null, names: [] });
    const [parts, names]: string[][] = [[], []];
    for (const { importName, localName } of entries) {
      const local = localName.value;
      if (importName.kind === "NamespaceObject") imports.push({ start, specifier, pattern: local, names: [local] });
      else {
        parts!.push(member(importName.kind === "Default" ? "default" : importName.name!, local));
        names!.push(local);
      }
    }
    if (parts!.length > 0) imports.push({ start, specifier, pattern: `{ ${parts!.join(", ")} }`, names: names! });
  }
  for (const [i, { start, end, entries }] of module.staticExports.entries()) {
    const statement = text.slice(start, end);
    // `import { a }` and later `export { a }`: the parser says it as `export { a } from`, in the place of the import.
    const handedOn = entries.filter((entry) => entry.start >= end);
    for (const entry of handedOn) {
      const list = text.lastIndexOf("export", entry.start);
      const listEnd = text.indexOf("}", entry.end) + 1;
      edits.push({ start: list, end: listEnd, text: linesOf(text.slice(list, listEnd)) });
      exported.push(member(entry.exportName.name ?? "default", /^[\w$]+/.exec(text.slice(entry.start))![0]));
    }
    if (handedOn.length > 0) continue;
    const request = entries.find(({ moduleRequest }) => moduleRequest !== null)?.moduleRequest;
    if (request) {
      edits.push({ start, end, text: linesOf(statement) });
      const from = `$from${i}`;
      imports.push({ start, specifier: request.value, pattern: from, names: [from] });
      for (const { importName, exportName } of entries) {
        if (importName.kind === "AllButDefault") exported.push(`...${from}`);
        else if (importName.kind === "All") exported.push(member(exportName.name!, from));
        else exported.push(member(exportName.name!, `${from}[${JSON.stringify(importName.name)}]`));
      }
      continue;
    }
    const keyword = /^export\s+(default\s+)?/.exec(statement)!;
    const declaration = statement.slice(keyword[0].length);
    if (keyword[1] !== undefined) {
      const named = /^(?:(?:async\s+)?function\s*\*?|class)\s+(?!extends\b)([\w$]+)/.exec(declaration)?.[1];
      const instead = named === undefined ? `const ${DEFAULT} = ` : "";
      edits.push({ start, end: start + keyword[0].length, text: instead + linesOf(keyword[0]) });
      exported.push(member("default", named ?? DEFAULT));
      continue;
    }
    // `var` is how TypeScript's enums look once they are JavaScript: they are complete when the module is.
    if (/^let\b/.test(declaration)) throw new Error(`${name}: an exported name that can change`);
    if (declaration.startsWith("{")) edits.push({ start, end, text: linesOf(statement) });
    else edits.push({ start, end: start + keyword[0].length, text: linesOf(keyword[0]) });
    const isFunction = /^(async\s+)?function\b/.test(declaration);
    for (const { exportName, localName } of entries) {
      exported.push(member(exportName.kind === "Default" ? "default" : exportName.name!, localName.name!));
      if (isFunction) functions.push(localName.name!);
    }
  }
  const dynamicImports: string[] = [];
  for (const { start, end, moduleRequest } of module.dynamicImports) {
    const literal = /^(["'])(\..*)\1$/.exec(text.slice(moduleRequest.start, moduleRequest.end));
    if (literal === null) continue;
    dynamicImports.push(literal[2]!);
    edits.push({ start, end, text: `$load(${JSON.stringify(literal[2])})` });
  }
  for (const { start, end } of module.importMetas) edits.push({ start, end, text: "$meta" });
  return {
    imports: imports.sort((a, b) => a.start - b.start).map(({ start, ...rest }) => rest),
    dynamicImports,
    exported,
    functions,
    body: ascii(edited(text, edits)),
  };
}

/** A module's function, given where its imports lead. */
export function writeModule(module: ModuleText, resolve: (specifier: string) => Target): string {
  const { imports, dynamicImports, exported, functions, body } = module;
  const head: string[] = [];
  if (functions.length > 0) head.push(`$publish({ ${functions.join(", ")} });`);
  for (const { specifier, pattern, names } of imports) {
    const target = resolve(specifier);
    if ("module" in target && target.circular && pattern !== null) {
      head.push(`let ${names.join(", ")}; $late(${JSON.stringify(target.module)}, ($m) => { (${pattern} = $m); });`);
      continue;
    }
    const exports =
      "module" in target ? `$use(${JSON.stringify(target.module)})` : `$external(${JSON.stringify(target.external)})`;
    head.push(pattern === null ? `${exports};` : `const ${pattern} = ${exports};`);
  }
  if (dynamicImports.length > 0) {
    const names = dynamicImports.map((specifier) => {
      const target = resolve(specifier);
      return [specifier, "module" in target ? target.module : null] as const;
    });
    head.push(`const $load = ($s) => $import(${JSON.stringify(Object.fromEntries(names))}[$s]);`);
  }
  const parameters = "$use, $late, $publish, $import, $external, $meta";
  return `function (${parameters}) { ${ascii(head.join(" "))} ${body}\nreturn { ${exported.join(", ")} }; }`;
}

/** TypeScript to JavaScript with everything at the same place. */
function withoutTypes(source: string): string {
  // Node says once per process that this function may change one day: that is no news for Cor's users.
  const { emitWarning } = process;
  process.emitWarning = () => {};
  try {
    // In place of a letter of two or three bytes it puts a space of as many.
    return stripTypeScriptTypes(source).replace(/[^\S\n]/g, (space, at) => (source[at] === space ? space : " "));
  } finally {
    process.emitWarning = emitWarning;
  }
}

/** A member of an object literal or pattern. Names of exports can be any text. */
function member(name: string, local: string): string {
  if (name === local) return name;
  return `${/^[\w$]+$/.test(name) ? name : JSON.stringify(name)}: ${local}`;
}

/** The line ends of a text, and nothing else. */
const linesOf = (text: string): string => text.replace(/[^\n]/g, "");

function edited(text: string, edits: readonly Edit[]): string {
  const pieces: string[] = [];
  let at = 0;
  for (const { start, end, text: instead } of edits.toSorted((a, b) => a.start - b.start)) {
    // A comment within a statement that went as a whole.
    if (start < at) continue;
    pieces.push(text.slice(at, start), instead);
    at = end;
  }
  return pieces.join("") + text.slice(at);
}

/** Behind comments only strings, patterns and names can hold anything else, and all of these know the escape. */
const ascii = (text: string): string =>
  text.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
