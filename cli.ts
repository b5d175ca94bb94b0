/**
 * The `cor` command. Each command's work is imported when it is called, so that `cor --help` answers at once; and the grammar
 * (cli/grammar.ts) is, when it takes more than a glance to understand the line.
 *
 * Whatever goes wrong ends here in one of two ways: the user's mistake is one line and exit code 2, a bug of ours is one
 * line, a report in a file, and exit code 70.
 */
import { reportBug } from "./cli/bug.ts";
import { plainRun } from "./cli/plain-run.ts";
import type { SpareThread } from "./emulator/spare-thread.ts";
import { UserError } from "./emulator/user-error.ts";

export { reportBug } from "./cli/bug.ts";

/**
 * Runs one command line (without the program's name) and gives the exit code. Errors are reported on stderr, never thrown.
 * `spare`: a thread for the machine, if there will be one.
 */
export async function main(argv: readonly string[], spare?: SpareThread): Promise<number> {
  try {
    const plain = plainRun(argv);
    if (plain !== null) return await (await import("./cli/run.ts")).run(plain, spare);
    return await (await import("./cli/grammar.ts")).execute(argv, spare);
  } catch (error) {
    if (!(error instanceof UserError)) return reportBug(error);
    if (error.details !== null) process.stderr.write(`${error.details}\n`);
    process.stderr.write(`cor: ${printable(error.message)}\n`);
    return 2;
  }
}

/** One line, whatever the names in it hold: control characters as "\x1b". */
function printable(text: string): string {
  return text.replace(/\p{Cc}/gu, (c) => `\\x${c.charCodeAt(0).toString(16).padStart(2, "0")}`);
}
