/**
 * The lines that nearly everybody types, `cor run` with flags as in the table and at most one image, read without yargs: to load that, and to let it
 * look at a line, takes as long as half a boot. What it reads must be what yargs reads (plain-run.test.ts); whatever could mean something
 * else to yargs, or is wrong, is left to it.
 */
import type { Options } from "yargs";
import { runOptions } from "./run-options.ts";

/** yargs' result for the flags that were given, or null: the line is not as plain as that. */
export function plainRun(argv: readonly string[]): Record<string, unknown> | null {
  if (argv[0] !== "run") return null;
  const result: Record<string, unknown> = {};
  for (let i = 1; i < argv.length; i++) {
    const word = argv[i]!;
    if (!word.startsWith("-")) {
      if (!isPlain(word) || result.image !== undefined) return null;
      result.image = word;
      continue;
    }
    const flag = word.slice(2);
    const option: Options | undefined =
      word.startsWith("--") && flag.length > 1 && Object.hasOwn(runOptions, flag)
        ? runOptions[flag as keyof typeof runOptions]
        : undefined;
    const next = argv[i + 1];
    if (option?.type === "boolean") {
      // It could be this flag's.
      if (next === "true" || next === "false" || result[flag] !== undefined) return null;
      result[flag] = true;
    } else if (option?.requiresArg && next !== undefined && isPlain(next)) {
      const before = result[flag];
      result[flag] = before === undefined ? next : Array.isArray(before) ? [...before, next] : [before, next];
      i++;
    } else return null;
  }
  return result;
}

/** No flag, nothing that is left out, and without the quotes that yargs takes away. */
const isPlain = (word: string): boolean => !/^(-|$)|^["']|["']$/.test(word);
