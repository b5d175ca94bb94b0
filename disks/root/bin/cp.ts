// cp: copies of files and of whole trees.

import { S_IFDIR, S_IFLNK, S_IFMT, S_IFREG, Stat, type TimeSpec } from "../../../kernel/abi/files.ts";
import { joinPath, namesIn } from "../../lib/directory.ts";
import { cannot, complain, complainText } from "../../lib/failing.ts";
import { confirm, copyContents, eachInto, sayMoved } from "../../lib/files.ts";
import { List } from "../../lib/list.ts";
import { beginOptions } from "../../lib/start.ts";
import { chmod, lstat, mkdir, mknod, readlink, stat, symlink, unlink, utimes } from "../../lib/sys.ts";
import { startsWith } from "../../lib/text.ts";

const help = `Usage: cp [-RrafinpPLduv] SOURCE... TARGET
Copies files; into the target if that is a directory.

  -R, -r  directories with all that is in them
  -a      -dpR
  -d, -P  links as links (with -R: as without it)    -L  what they lead to
  -p      keep mode and times                        -u  only what is newer
  -f      take away what cannot be written           -i  ask before anything is replaced
  -n      replace nothing                            -v  say what is done
`;

class Settings {
  recursive: boolean;
  links: boolean;
  follow: boolean;
  preserve: boolean;
  force: boolean;
  ask: boolean;
  never: boolean;
  newer: boolean;
  verbose: boolean;
  status: i32;
}

const settings = zeroed<Settings>();

export function main(argc: u64, argv: Ptr<u64>): i32 {
  const options = beginOptions(argc, argv, "RrafinpPLduv", "recursive=R archive=a force=f interactive=i no-clobber=n update=u verbose=v", help);
  for (let o = options.take(); o !== 0; o = options.take()) {
    if (o === byte("R") || o === byte("r") || o === byte("a")) settings.recursive = true;
    if (o === byte("a") || o === byte("d") || o === byte("P")) settings.links = true;
    if (o === byte("a") || o === byte("p")) settings.preserve = true;
    if (o === byte("L")) settings.follow = true;
    if (o === byte("f")) settings.force = true;
    if (o === byte("i")) settings.ask = true;
    if (o === byte("n")) settings.never = true;
    if (o === byte("u")) settings.newer = true;
    if (o === byte("v")) settings.verbose = true;
  }
  const paths = options.rest();
  if (paths.length < 2) options.usage();
  return eachInto(paths, (from, to) => {
    copyTree(from, to, 0);
    return settings.status === 0;
  });
}

function failed(path: string, code: Errno): void {
  complain(path, code);
  settings.status = 1;
}

/** `depth` 0: named by the user, whose links are followed unless told otherwise. */
function copyTree(from: string, to: string, depth: u32): void {
  attr(bounded(500));
  const s = zeroed<Stat>();
  const keepLink = !settings.follow && (settings.links || (settings.recursive && depth > 0));
  const seen = keepLink ? lstat(from, ref(s)) : stat(from, ref(s));
  if (isErr(seen)) {
    cannot("stat", from, seen.code);
    settings.status = 1;
    return;
  }
  const kind = s.mode & S_IFMT;
  if (kind === S_IFDIR) {
    if (!settings.recursive) {
      complainText(from, "omitting directory");
      settings.status = 1;
      return;
    }
    copyFolder(from, to, ref(s), depth);
  } else copyOne(from, to, ref(s), kind);
}

function copyFolder(from: string, to: string, s: Ptr<Stat>, depth: u32): void {
  attr(bounded(500));
  const old = zeroed<Stat>();
  const there = stat(to, ref(old));
  if (!isErr(there) && old.device === s.device && old.inode === s.inode) {
    complainText(from, "recursion detected, omitting directory");
    settings.status = 1;
    return;
  }
  if (startsWith(to, joinPath(from, ""))) {
    complainText(from, "cannot copy a directory into itself");
    settings.status = 1;
    return;
  }
  if (isErr(there)) {
    const made = mkdir(to, (s.mode & 0o777) | 0o700);
    if (isErr(made)) {
      failed(to, made.code);
      return;
    }
  } else if ((old.mode & S_IFMT) !== S_IFDIR) {
    failed(to, Errno.ENOTDIR);
    return;
  }
  const names = zeroed<List<string>>();
  using _ = defer(() => names.dispose());
  const read = namesIn(from, ref(names));
  if (isErr(read)) {
    failed(from, read.code);
    return;
  }
  for (const name of names.items()) copyTree(joinPath(from, name), joinPath(to, name), depth + 1);
  if (settings.preserve) preserve(to, s);
}

function copyOne(from: string, to: string, s: Ptr<Stat>, kind: u32): void {
  const old = zeroed<Stat>();
  const there = lstat(to, ref(old));
  if (!isErr(there)) {
    if (old.device === s.device && old.inode === s.inode) {
      complainText(to, "it is the same file");
      settings.status = 1;
      return;
    }
    if ((old.mode & S_IFMT) === S_IFDIR) {
      failed(to, Errno.EISDIR);
      return;
    }
    if (settings.never || (settings.newer && !newer(s, ref(old)))) return;
    if (settings.ask && !confirm("overwrite", to)) return;
    if (kind !== S_IFREG) ignore(unlink(to), "the next step says so");
  }
  const done = kind === S_IFREG ? contents(from, to, s.mode) : kind === S_IFLNK ? copyLink(from, to) : mknod(to, s.mode, s.specialDevice);
  if (isErr(done)) {
    cannot("create", to, done.code);
    settings.status = 1;
    return;
  }
  if (settings.verbose) sayMoved(from, to);
  if (settings.preserve && kind !== S_IFLNK) preserve(to, s);
}

function contents(from: string, to: string, mode: u32): Res<void> {
  const done = copyContents(from, to, mode);
  if (!isErr(done) || !settings.force) return done;
  orReturn(unlink(to));
  return copyContents(from, to, mode);
}

function copyLink(from: string, to: string): Res<void> {
  const room = zeroed<Arr<u8, 4096>>();
  const target = orReturn(readlink(from, slice(room)));
  return symlink(target, to);
}

function newer(x: Ptr<Stat>, y: Ptr<Stat>): boolean {
  if (x.modified.seconds !== y.modified.seconds) return x.modified.seconds > y.modified.seconds;
  return x.modified.nanoseconds > y.modified.nanoseconds;
}

function preserve(path: string, s: Ptr<Stat>): void {
  const times: Arr<TimeSpec, 2> = zeroed<Arr<TimeSpec, 2>>();
  copy(ref(times[0]), ref(s.accessed));
  copy(ref(times[1]), ref(s.modified));
  ignore(chmod(path, s.mode & 0xfff), "who copies may not be the owner");
  ignore(utimes(path, ref(times)), "who copies may not be the owner");
}
