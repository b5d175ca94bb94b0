// chmod: who may what with files.

import { Stat } from "../../../kernel/abi/files.ts";
import { joinPath, namesIn } from "../../lib/directory.ts";
import { complain, die } from "../../lib/failing.ts";
import { List } from "../../lib/list.ts";
import { isDirectory, isLink, ModeText } from "../../lib/modes.ts";
import { changedMode } from "../../lib/mode-words.ts";
import { beginArguments } from "../../lib/start.ts";
import { exit } from "../../lib/hooks.ts";
import { errors, out } from "../../lib/stream.ts";
import { chmod, lstat, stat, umask } from "../../lib/sys.ts";

const help = `Usage: chmod [-Rvcf] MODE FILE...
Changes modes. MODE is octal (644), or like u+x,go-w,a=rX.

  -R  with all that is below    -v  say what is done    -c  say what is changed
  -f  say nothing of failures
`;

class Settings {
  recursive: boolean;
  verbose: boolean;
  changes: boolean;
  quiet: boolean;
  words: string;
  mask: u32;
  status: i32;
}

const settings = zeroed<Settings>();

/** -x and the like are modes, not options, so the options are taken by hand. */
export function main(argc: u64, argv: Ptr<u64>): i32 {
  const words = beginArguments(argc, argv);
  let i: usize = 0;
  while (i < words.length && words[i].length > 1 && words[i][0] === byte("-") && isOption(words[i])) {
    if (words[i] === "--help") {
      out.write(help);
      exit(0);
    }
    i++;
    if (words[i - 1] === "--") break;
    for (const c of words[i - 1].sub(1, words[i - 1].length)) {
      if (c === byte("R")) settings.recursive = true;
      if (c === byte("v")) settings.verbose = true;
      if (c === byte("c")) settings.changes = true;
      if (c === byte("f")) settings.quiet = true;
    }
  }
  if (words.length - i < 2) {
    errors.write(help);
    return 1;
  }
  settings.words = words[i];
  settings.mask = umask(0);
  umask(settings.mask);
  const test = changedMode(settings.words, 0, 0);
  if (isErr(test)) die(1, "invalid mode");
  for (const path of words.sub(i + 1, words.length)) change(path, false);
  return settings.status;
}

function isOption(word: string): boolean {
  if (word === "--" || word === "--help") return true;
  for (const c of word.sub(1, word.length)) if (c !== byte("R") && c !== byte("v") && c !== byte("c") && c !== byte("f")) return false;
  return true;
}

/** `below`: found inside a directory, where links are left alone. */
function change(path: string, below: boolean): void {
  attr(bounded(500));
  const s = zeroed<Stat>();
  const seen = below ? lstat(path, ref(s)) : stat(path, ref(s));
  if (isErr(seen)) {
    failed(path, seen.code);
    return;
  }
  if (isLink(s.mode)) return;
  const mode = changedMode(settings.words, s.mode, settings.mask);
  if (isErr(mode)) {
    failed(path, mode.code);
    return;
  }
  const done = chmod(path, mode);
  if (isErr(done)) failed(path, done.code);
  else if (settings.verbose || (settings.changes && mode !== (s.mode & 0xfff))) {
    out.write("mode of '");
    out.write(path);
    out.write("' is ");
    out.padded(u64(mode), 8, 4);
    const t = zeroed<ModeText>();
    out.write(" (");
    out.write(t.of((s.mode & ~0xfff) | mode).sub(1, 10));
    out.line(")");
  }
  if (!settings.recursive || !isDirectory(s.mode)) return;
  const names = zeroed<List<string>>();
  using _ = defer(() => names.dispose());
  const read = namesIn(path, ref(names));
  if (isErr(read)) {
    failed(path, read.code);
    return;
  }
  for (const name of names.items()) change(joinPath(path, name), true);
}

function failed(path: string, code: Errno): void {
  if (!settings.quiet) complain(path, code);
  settings.status = 1;
}
