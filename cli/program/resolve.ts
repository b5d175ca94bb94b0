/**
 * Where an import of a module leads, as Node finds it: relative ones by path, others in the node_modules folders above, through the
 * package's "exports" or "main". Node's own `import.meta.resolve` answers for the asking module alone.
 */
import { existsSync, readFileSync, realpathSync } from "node:fs";
import { isBuiltin } from "node:module";
import { dirname, join, resolve } from "node:path";

type Exports = string | null | readonly Exports[] | { readonly [condition: string]: Exports };

const CONDITIONS = new Set(["node", "import", "module-sync", "default"]);

/** An ES module's file, or what `require` is to be given: the name of a part of Node, or the file of a CommonJS module. */
export type Resolved = { readonly file: string } | { readonly external: string };

/** `from`: the importing file. */
export function resolveModule(specifier: string, from: string): Resolved {
  if (isBuiltin(specifier)) return { external: specifier };
  const file = specifier.startsWith(".") ? resolve(dirname(from), specifier) : packageFile(specifier, from);
  const isModule = /\.m?ts$|\.mjs$/.test(file) || (file.endsWith(".js") && isModulePackage(file));
  return isModule ? { file } : { external: file };
}

function packageFile(specifier: string, from: string): string {
  const [, name, rest] = /^((?:@[^/]+\/)?[^/]+)(.*)$/.exec(specifier)!;
  for (let folder = dirname(from); ; folder = dirname(folder)) {
    const place = join(folder, "node_modules", name!);
    const manifest = join(place, "package.json");
    if (!existsSync(manifest)) {
      if (folder === dirname(folder)) throw new Error(`${from} imports ${specifier}, which is not installed`);
      continue;
    }
    const { exports, main } = JSON.parse(readFileSync(manifest, "utf8")) as { exports?: Exports; main?: string };
    const entries = exports === undefined ? (main ?? "index.js") : exports;
    const paths =
      typeof entries === "object" && entries !== null && Object.keys(entries).some((key) => key.startsWith("."));
    const target = chosen(paths ? (entries as Record<string, Exports>)[`.${rest}`]! : entries);
    if (target === null) throw new Error(`${from} imports ${specifier}, which its package does not export`);
    return realpathSync(join(place, target));
  }
}

function chosen(exports: Exports | undefined): string | null {
  if (exports === undefined || exports === null || typeof exports === "string") return exports ?? null;
  for (const [condition, target] of Object.entries(exports)) {
    const found = Array.isArray(exports) || CONDITIONS.has(condition) ? chosen(target) : null;
    if (found !== null) return found;
  }
  return null;
}

function isModulePackage(file: string): boolean {
  for (let folder = dirname(file); folder !== dirname(folder); folder = dirname(folder)) {
    const manifest = join(folder, "package.json");
    if (existsSync(manifest)) return JSON.parse(readFileSync(manifest, "utf8")).type === "module";
  }
  return false;
}
