// which: where a program lies.

import { Stat, S_IFMT, S_IFREG, X_OK } from "../../../kernel/abi/files.ts";
import { getenv } from "../../lib/environment.ts";
import { beginOptions } from "../../lib/start.ts";
import { out } from "../../lib/stream.ts";
import { access, stat } from "../../lib/sys.ts";
import { has, indexOf, Text } from "../../lib/text.ts";

const help = `Usage: which [-a] NAME...
Finds programs along PATH.

  -a  all of that name
`;

export function main(argc: u64, argv: Ptr<u64>): i32 {
  const options = beginOptions(argc, argv, "a", "all=a", help);
  let all = false;
  for (let o = options.take(); o !== 0; o = options.take()) all = true;
  const names = options.rest();
  if (names.length === 0) options.usage();
  let status: i32 = 0;
  for (const name of names) if (!find(name, all)) status = 1;
  return status;
}

function isProgram(path: string): boolean {
  const s = zeroed<Stat>();
  const seen = stat(path, ref(s));
  if (isErr(seen) || (s.mode & S_IFMT) !== S_IFREG) return false;
  const may = access(path, X_OK);
  return !isErr(may);
}

function find(name: string, all: boolean): boolean {
  if (has(name, byte("/"))) {
    if (!isProgram(name)) return false;
    out.line(name);
    return true;
  }
  const path = getenv("PATH", "/bin:/sbin");
  const candidate = zeroed<Text>();
  let found = false;
  for (let from: usize = 0; from <= path.length; ) {
    const end = indexOf(path, byte(":"), from);
    candidate.clear();
    if (end > from) candidate.add(path.sub(from, end)).put(byte("/"));
    candidate.add(name);
    from = end + 1;
    if (!isProgram(candidate.view())) continue;
    out.line(candidate.view());
    found = true;
    if (!all) break;
  }
  return found;
}
