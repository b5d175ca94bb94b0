// What several programs do with files: copy one, look whether it is a directory, ask before something is lost.

import { O_CREAT, O_EXCL, O_RDONLY, O_TRUNC, O_WRONLY, Stat } from "../../kernel/abi/files.ts";
import { complainText } from "./failing.ts";
import { programName } from "./environment.ts";
import { isDirectory } from "./modes.ts";
import { errors, input, out } from "./stream.ts";
import { close, open, read, stat, writeAll } from "./sys.ts";
import { baseName, lower, Text } from "./text.ts";
import { joinPath } from "./directory.ts";

/** Whether there is a directory (links are followed). */
export function isFolder(path: string): boolean {
  const s = zeroed<Stat>();
  const seen = stat(path, ref(s));
  return !isErr(seen) && isDirectory(s.mode);
}

/** Copies the contents; a file that was there before keeps its mode, a new one gets `mode`. */
export function copyContents(from: string, to: string, mode: u32): Res<void> {
  const source = orReturn(open(from, O_RDONLY, 0));
  using _ = defer(() => ignore(close(source), "it was only read"));
  const target = orReturn(open(to, O_WRONLY | O_CREAT | O_TRUNC, mode & 0o777));
  const room = zeroed<Arr<u8, 16384>>();
  for (;;) {
    const got = read(source, slice(room));
    if (isErr(got)) {
      ignore(close(target), "the first error counts");
      return got;
    }
    if (got === 0) break;
    const put = writeAll(target, slice(room, got));
    if (isErr(put)) {
      ignore(close(target), "the first error counts");
      return put;
    }
  }
  return close(target);
}

/** EEXIST when there is a file already. */
export function createNew(path: string, mode: u32): Res<i32> {
  return open(path, O_WRONLY | O_CREAT | O_EXCL, mode);
}

/** Asks on the terminal; whether the answer begins with y. */
export function confirm(what: string, path: string): boolean {
  out.flush();
  errors.write(programName());
  errors.write(": ");
  errors.write(what);
  errors.write(" '");
  errors.write(path);
  errors.write("'? ");
  const answer = zeroed<Text>();
  using _ = defer(() => answer.dispose());
  return input.line(ref(answer)) && answer.length > 0 && lower(answer.view()[0]) === byte("y");
}

/** Where something goes: into the folder under its own name, or to the path itself. */
export function targetFor(source: string, target: string, intoFolder: boolean): string {
  return intoFolder ? joinPath(target, baseName(source)) : target;
}

/**
 * What cp and mv do with their operands: the last one is where the others go, into it if it is a directory. `body` says whether
 * it worked; 0 when all did.
 */
export function eachInto(paths: Slice<string>, body: (from: string, to: string) => boolean): i32 {
  const target = paths[paths.length - 1];
  const folder = isFolder(target);
  if (paths.length > 2 && !folder) {
    complainText(target, "Not a directory");
    return 1;
  }
  let status: i32 = 0;
  for (const source of paths.sub(0, paths.length - 1)) if (!body(source, targetFor(source, target, folder))) status = 1;
  return status;
}

/** `'a' -> 'b'` */
export function sayMoved(from: string, to: string): void {
  out.write("'");
  out.write(from);
  out.write("' -> '");
  out.write(to);
  out.line("'");
}
