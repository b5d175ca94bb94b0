/**
 * The kernels in the small that are measured: twins/NAME.ts in our language, and twins/NAME.c, which says the same in C.
 * `drive.c` runs them.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { compile, diagnosticsText } from "../../dsl/compile.ts";
import type { ObjectFile } from "../../dsl/out/object.ts";

export const twinsFolder = join(import.meta.dirname, "twins");

/** Their names. */
export const twinNames: readonly string[] = readdirSync(twinsFolder)
  .filter((name) => name.endsWith(".ts"))
  .map((name) => name.slice(0, -3));

/** Those in our language as one object, for a linker that has what our runtime needs. */
export function compileTwins(): ObjectFile {
  const result = compile({
    entries: twinNames.map((name) => `${name}.ts`),
    read: (file) => readFileSync(join(twinsFolder, file), "utf8"),
    target: "linux",
    link: false,
    oneObject: true,
  });
  if (result.diagnostics.length > 0) throw new Error(diagnosticsText(result));
  return result.objects[0]!;
}
