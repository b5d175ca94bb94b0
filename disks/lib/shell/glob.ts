// The names of files that fit a pattern, one part of the path after the other.

import { Stat } from "../../../kernel/abi/files.ts";
import { joinPath, namesIn } from "../directory.ts";
import { List } from "../list.ts";
import { isPattern, matches } from "../pattern.ts";
import { sort } from "../sort.ts";
import { lstat } from "../sys.ts";
import { compare, indexOf, Text } from "../text.ts";
import { arena } from "./state.ts";

/** Adds the names that fit, sorted; false when there are none. */
export function globInto(pattern: string, into: Ptr<List<string>>): boolean {
  if (!isPattern(pattern)) return false;
  const before = into.length;
  const absolute = pattern.length > 0 && pattern[0] === byte("/");
  descend(absolute ? "/" : "", pattern, absolute ? 1 : 0, into);
  if (into.length === before) return false;
  const found = into.items();
  sort(found.sub(before, found.length), (x, y) => compare(x, y) < 0);
  return true;
}

/** `folder` is what was found so far; the rest of the pattern begins at `from`. */
function descend(folder: string, pattern: string, from: usize, into: Ptr<List<string>>): void {
  attr(bounded(64));
  let start = from;
  let prefix = folder;
  while (start < pattern.length && pattern[start] === byte("/")) {
    prefix = concatenated(prefix, "/");
    start++;
  }
  const end = indexOf(pattern, byte("/"), start);
  const part = pattern.sub(start, end);
  const last = end === pattern.length;
  if (part.length === 0) {
    if (exists(prefix)) into.push(prefix);
    return;
  }
  if (!isPattern(part)) {
    const path = concatenated(prefix, withoutEscapes(part));
    if (!last) descend(concatenated(path, "/"), pattern, end + 1, into);
    else if (exists(path)) into.push(path);
    return;
  }
  const names = zeroed<List<string>>();
  using _ = defer(() => names.dispose());
  const read = namesIn(prefix.length === 0 ? "." : prefix, ref(names));
  if (isErr(read)) return;
  for (const name of names.items()) {
    if (name[0] === byte(".") && part[0] !== byte(".")) continue;
    if (!matches(part, name)) continue;
    const path = concatenated(prefix, name);
    if (last) into.push(path);
    else if (isFolder(path)) descend(concatenated(path, "/"), pattern, end + 1, into);
  }
}

function concatenated(x: string, y: string): string {
  const path = zeroed<Text>();
  using _ = defer(() => path.dispose());
  path.add(x).add(y);
  return arena.text(path.view());
}

function withoutEscapes(t: string): string {
  const plain = zeroed<Text>();
  using _ = defer(() => plain.dispose());
  for (let i: usize = 0; i < t.length; i++) {
    if (t[i] === byte("\\") && i + 1 < t.length) i++;
    plain.put(t[i]);
  }
  return arena.text(plain.view());
}

function exists(path: string): boolean {
  const seen = zeroed<Stat>();
  const found = lstat(path, ref(seen));
  return !isErr(found);
}

function isFolder(path: string): boolean {
  return exists(joinPath(path, "."));
}
