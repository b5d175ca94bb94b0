/** The prelude as modules: the same files that the editor reads. */
import { readFileSync } from "node:fs";
import type { Module, ModuleCache } from "../syntax/modules.ts";

/** Names of core.d.ts are TypeScript's own plumbing; the language's are in these two. */
const files = ["cor.d.ts", "machine.d.ts"];

export function preludeModules(cache: ModuleCache): Module[] {
  return files.map((file) =>
    cache.parse(`dsl/prelude/${file}`, readFileSync(new URL(`../prelude/${file}`, import.meta.url), "utf8")),
  );
}
