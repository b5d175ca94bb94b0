/**
 * Files that the user named for us to write: what the system refuses is the user's to mend, so it becomes a UserError
 * that says which flag named the file.
 */
import { openSync, writeSync } from "node:fs";
import { systemReason, UserError } from "./user-error.ts";

/** Opens a file for writing, emptied, and gives its descriptor. */
export function openForWriting(path: string, flag: string): number {
  try {
    return openSync(path, "w");
  } catch (error) {
    throw new UserError(`${flag} cannot write ${path}: ${systemReason(error)}; give another path`);
  }
}

/** Writes all of it, however often the system takes only a part. */
export function writeWhole(file: number, content: Uint8Array | string, flag: string, path: string): void {
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  try {
    for (let done = 0; done < bytes.length; ) done += writeSync(file, bytes, done);
  } catch (error) {
    throw new UserError(`${flag} cannot write ${path}: ${systemReason(error)}; make room, or give another path`);
  }
}
