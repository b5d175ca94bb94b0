/**
 * Which functions are lowered as they were in an earlier process: those in files whose text is what it was, as long as everything
 * else that checking and lowering look at beyond a file is, too. That is what stands outside of bodies of functions in all files
 * (signatures, types, values), what bodies promise to their callers (attr), the texts that symbols stand for, and whole
 * files with functions that are run while compiling. Inside a body nobody else looks before the optimizer, which has keys of its own.
 */
import { hash } from "node:crypto";
import { noContracts } from "./check/instances.ts";
import { outline } from "./check/recheck.ts";
import type { TypedProgram } from "./check/tree.ts";
import type { Module, ModuleCache } from "./syntax/modules.ts";
import type { Source } from "./syntax/source.ts";

const outlines = new WeakMap<Module, string>();

/** A key for each file; files with equal keys have equal functions. */
export function lowerKeys(
  { functions, symbols, evaluated, renamed }: TypedProgram,
  sources: ReadonlyMap<string, Source>,
  modules: ModuleCache,
): ReadonlyMap<string, string> {
  const parts: string[] = [symbols.join("\n"), renamed.join("\n")];
  const digests = new Map<string, string>();
  for (const [file, { text }] of sources) {
    if (!file.endsWith(".ts")) continue;
    const digest = hash("sha1", text, "base64");
    digests.set(file, digest);
    const whole = evaluated.has(file) || file.endsWith(".d.ts");
    parts.push(file, whole ? digest : outlineOf(modules.parse(file, text)));
  }
  for (const { name, contracts } of functions)
    if (contracts !== noContracts) parts.push(name, JSON.stringify(contracts));
  const rest = hash("sha1", parts.join("\n"), "base64");
  return new Map([...digests].map(([file, digest]) => [file, `${digest} ${rest}`]));
}

function outlineOf(module: Module): string {
  let known = outlines.get(module);
  if (known === undefined) outlines.set(module, (known = hash("sha1", outline(module), "base64")));
  return known;
}
