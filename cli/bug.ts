/**
 * A bug of ours, told in one line: what happened, where the details are, how to report it. The details (stack, versions,
 * command line) go to a file, because a stack trace on the terminal helps nobody who only wanted to run a kernel.
 */
import { writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { version } from "../emulator/version.ts";
import { OUR_BUG } from "./exit-codes.ts";
import { inSources } from "./program/load.ts";

/** Writes the line to stderr and gives the exit code. Never throws. */
export function reportBug(error: unknown): number {
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  const details = [
    `Cor ${version}, Node ${process.version}, ${process.platform} ${process.arch}`,
    `command line: ${process.argv.slice(2).join(" ")}`,
    inSources(stack ?? message),
    "",
  ].join("\n");
  let how = "please report it";
  try {
    const file = join(tmpdir(), `cor-crash-${process.pid}-${Date.now()}.txt`);
    writeFileSync(file, details, { flag: "wx", mode: 0o600 });
    how += ` with ${file}`;
  } catch {
    // A full or read-only temporary folder costs the details, not the message.
  }
  process.stderr.write(
    `cor: this is a bug in Cor (${message.split("\n")[0]}); ${how}, as the README says under "Reporting a bug"\n`,
  );
  return OUR_BUG;
}
