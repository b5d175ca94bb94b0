// One that works with files of its own and says on its terminal, before it does something, what it is about to do, and afterwards
// what it was promised: "this file was synced". Whoever cuts the power and has read along knows what must be on the disk. A
// line is "@SEED.GENERATION NUMBER WORD ARGUMENTS"; the numbers go up by one, so that a line that got lost is noticed.
import { O_APPEND, O_CREAT, O_RDONLY, O_TRUNC, O_WRONLY } from "../../../../kernel/abi/files.ts";
import { TCSBRK } from "../../../../kernel/abi/terminal.ts";
import {
  close,
  fsync,
  ftruncate,
  ioctl,
  mkdir,
  open,
  rename,
  rmdir,
  seek,
  sync,
  unlink,
  write,
  writeAll,
} from "../../../lib/sys.ts";
import { Text } from "../../../lib/text.ts";
import type { Random } from "./random.ts";
import { end, fork, waitFor } from "./work.ts";

const FILES = 60;
const FOLDERS = 3;

class Known {
  there: boolean;
  /** An operation failed half-way: nobody knows what is in it. */
  lost: boolean;
  length: u64;
}

class Work {
  files: Arr<Known, typeof FILES>;
  bytes: Arr<u8, 4096>;
  line: Arr<u8, 128>;
  folder: Text;
  name: Text;
  other: Text;
  seed: u64;
  generation: u64;
  said: u64;
}
const work = zeroed<Work>();

function say(what: string, a: u64, b: u64, c: u64, d: u64): void {
  work.said++;
  const used = format(slice(work.line))`@${work.seed}.${work.generation} ${work.said} ${what} ${a} ${b} ${c} ${d}\n`;
  ignore(writeAll(1, slice(work.line, used)), "without a terminal there is nobody to promise anything");
  ignore(ioctl(1, TCSBRK, 1), "what is no terminal keeps nothing back");
}

/** "FOLDER/d1/f25----": long names fill sectors of directories quickly. */
function nameIn(name: Ptr<Text>, n: u64): string {
  name.clear();
  name.add(work.folder.view()).add("/d").number(n % FOLDERS).add("/f").number(n).repeat(byte("-"), (n * 7) % 60);
  return name.view();
}

function fill4096(seed: u64, from: u64): void {
  for (let i: u64 = 0; i < 4096; i++) work.bytes[i] = u8((from + i) * 31 + seed * 7 + ((from + i) >> 7));
}

/** Puts so many bytes at the place where an open file stands, and closes it. */
function put(fd: i32, length: u64, seed: u64): Res<void> {
  using _ = defer(() => ignore(close(fd), "everything was written, or is lost"));
  for (let done: u64 = 0; done < length; ) {
    fill4096(seed, done);
    const part = length - done < 4096 ? length - done : 4096;
    const went = orReturn(write(fd, slice(work.bytes, part)));
    if (went !== part) return err(Errno.ENOSPC);
    done += part;
  }
}

function some(random: Ptr<Random>): u64 {
  const from = random.below(FILES);
  for (let i: u64 = 0; i < FILES; i++) {
    const n = (from + i) % FILES;
    if (work.files[n].there && !work.files[n].lost) return n;
  }
  return FILES;
}

function length(random: Ptr<Random>): u64 {
  const kind = random.below(3);
  return kind === 0 ? random.below(400) : kind === 1 ? random.below(9000) : random.below(70_000);
}

function after(result: Res<void>, n: u64): boolean {
  if (!isErr(result)) return true;
  work.files[n].lost = true;
  say("lost", n, u64(result.code), 0, 0);
  return false;
}

/** A new file, or an old one with new contents. */
function create(n: u64, random: Ptr<Random>): void {
  const bytes = length(random);
  const seed = random.below(1000);
  say("write", n, bytes, seed, 0);
  work.files[n].there = true;
  work.files[n].length = bytes;
  work.files[n].lost = false;
  const fd = open(nameIn(ref(work.name), n), O_WRONLY | O_CREAT | O_TRUNC, 0o644);
  after(isErr(fd) ? fd : put(fd, bytes, seed), n);
}

function append(n: u64, random: Ptr<Random>): void {
  const bytes = length(random);
  const seed = random.below(1000);
  say("append", n, bytes, seed, 0);
  const fd = open(nameIn(ref(work.name), n), O_WRONLY | O_APPEND, 0);
  if (after(isErr(fd) ? fd : put(fd, bytes, seed), n)) work.files[n].length += bytes;
}

/** In the middle of what it has. */
function change(n: u64, random: Ptr<Random>): void {
  const at = random.below(work.files[n].length + 1);
  const bytes = random.below(work.files[n].length - at + 1);
  const seed = random.below(1000);
  say("change", n, at, bytes, seed);
  const fd = open(nameIn(ref(work.name), n), O_WRONLY, 0);
  if (!after(isErr(fd) ? fd : nothing(), n) || isErr(fd)) return;
  ignore(seek(fd, i64(at), 0), "it is a file");
  after(put(fd, bytes, seed), n);
}

function nothing(): Res<void> {}

function remove(n: u64): void {
  say("unlink", n, 0, 0, 0);
  const done = unlink(nameIn(ref(work.name), n));
  if (after(done, n)) work.files[n].there = false;
}

function move(from: u64, to: u64): void {
  say("rename", from, to, 0, 0);
  const a = nameIn(ref(work.name), from);
  const done = rename(a, nameIn(ref(work.other), to));
  if (!after(done, from)) {
    after(done, to);
    return;
  }
  if (from === to) return;
  work.files[to].there = true;
  work.files[to].lost = false;
  work.files[to].length = work.files[from].length;
  work.files[from].there = false;
}

function cut(n: u64, random: Ptr<Random>): void {
  const bytes = random.below(work.files[n].length + 1);
  say("truncate", n, bytes, 0, 0);
  const fd = open(nameIn(ref(work.name), n), O_WRONLY, 0);
  if (isErr(fd)) {
    after(fd, n);
    return;
  }
  if (after(ftruncate(fd, bytes), n)) work.files[n].length = bytes;
  ignore(close(fd), "nothing waits to be written");
}

function keep(n: u64): void {
  const fd = open(nameIn(ref(work.name), n), O_RDONLY, 0);
  if (isErr(fd)) return;
  const done = fsync(fd);
  ignore(close(fd), "it was only read");
  if (!isErr(done)) say("kept", n, 0, 0, 0);
}

function folder(n: u64): void {
  work.name.clear();
  work.name.add(work.folder.view()).add("/e").number(n);
  const made = mkdir(work.name.view(), 0o755);
  if (isErr(made)) ignore(rmdir(work.name.view()), "then it stays");
}

function step(random: Ptr<Random>): void {
  const kind = random.below(100);
  const n = some(random);
  const other = random.below(FILES);
  if (kind < 30 || n === FILES) create(other, random);
  else if (kind < 38) append(n, random);
  else if (kind < 46) change(n, random);
  else if (kind < 56) remove(n);
  else if (kind < 74) move(n, other);
  else if (kind < 79) cut(n, random);
  else if (kind < 91) keep(n);
  else if (kind < 95) {
    sync();
    say("all", 0, 0, 0, 0);
  } else folder(random.below(5));
}

/** ENOSPC, ENOMEM: then the next one may have more luck. */
function begin(place: string): Res<void> {
  work.folder.add(place).add("/keeper.").number(work.seed).put(byte(".")).number(work.generation);
  orReturn(mkdir(work.folder.view(), 0o755));
  for (let n: u64 = 0; n < FOLDERS; n++) {
    work.name.clear();
    work.name.add(work.folder.view()).add("/d").number(n);
    orReturn(mkdir(work.name.view(), 0o755));
  }
}

/** Works for so many steps in a folder of a place; who is ended for want of memory is followed by another, with a folder of its own. */
export function keepFiles(place: string, seed: u64, steps: u64, random: Ptr<Random>): void {
  work.seed = seed;
  for (;;) {
    const child = fork();
    if (child === 0) {
      const begun = begin(place);
      for (let n: u64 = 0; n < steps && !isErr(begun); n++) step(random);
      say("end", 0, 0, 0, 0);
      end(isErr(begun) ? 1 : 0);
    }
    if ((waitFor(child) & 0x7f) === 0) return;
    work.generation++;
    random.next();
  }
}
