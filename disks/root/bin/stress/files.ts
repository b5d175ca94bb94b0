// Files in a directory of one's own, against a list of what should be in them: written, read, renamed, linked, cut,
// removed.
import {
  SYS_CLOSE,
  SYS_FSYNC,
  SYS_FTRUNCATE,
  SYS_LINK,
  SYS_LSEEK,
  SYS_MKDIR,
  SYS_OPEN,
  SYS_READ,
  SYS_RENAME,
  SYS_RMDIR,
  SYS_UNLINK,
  SYS_WRITE,
} from "../../../../kernel/abi/calls.ts";
import { O_CREAT, O_RDWR } from "../../../../kernel/abi/files.ts";
import { call } from "../../../lib/door.ts";
import type { Random } from "./random.ts";
import { check, isShort } from "./work.ts";

const FILES = 12;

class Known {
  there: boolean;
  length: u64;
  /** What its bytes are made of. */
  seed: u64;
}

class Words {
  files: Arr<Known, typeof FILES>;
  bytes: Arr<u8, 4096>;
  name: Arr<u8, 32>;
  other: Arr<u8, 32>;
  folder: Arr<u8, 32>;
}
const words = zeroed<Words>();

/** "/tmp/stress.A/f" in a buffer, with a zero; its address. */
function nameIn(room: Slice<u8>, worker: u32, file: u64): u64 {
  const prefix = "/tmp/stress.";
  copySlice(room.sub(0, prefix.length), bytes(prefix));
  room[12] = byte("A") + u8(worker);
  room[13] = 0;
  if (file < 26) {
    room[13] = byte("/");
    room[14] = byte("a") + u8(file);
    room[15] = 0;
  }
  return addr(room);
}

function byteOf(seed: u64, place: u64): u8 {
  return u8((seed + place * 13) ^ (place >> 9));
}

function write(worker: u32, n: u64, random: Ptr<Random>): void {
  const known = ref(words.files[n]);
  const fd = call(SYS_OPEN, nameIn(slice(words.name), worker, n), u64(O_CREAT | O_RDWR), 0o644, 0, 0, 0);
  if (isShort(fd)) return;
  check(fd >= 0, "open for writing");
  if (!known.there) {
    known.there = true;
    known.length = 0;
    known.seed = random.next();
  }
  check(call(SYS_LSEEK, u64(fd), known.length, 0, 0, 0, 0) === i64(known.length), "lseek");
  const count = 1 + random.below(4096);
  for (let k: u64 = 0; k < count; k++) words.bytes[k] = byteOf(known.seed, known.length + k);
  const done = call(SYS_WRITE, u64(fd), addr(ref(words.bytes[0])), count, 0, 0, 0);
  check(done >= 0 || isShort(done), "write");
  if (done > 0) known.length += u64(done);
  if (random.below(16) === 0) call(SYS_FSYNC, u64(fd), 0, 0, 0, 0, 0);
  call(SYS_CLOSE, u64(fd), 0, 0, 0, 0, 0);
}

function verify(worker: u32, n: u64): void {
  const known = ref(words.files[n]);
  const fd = call(SYS_OPEN, nameIn(slice(words.name), worker, n), u64(O_RDWR), 0, 0, 0, 0);
  if (!known.there) {
    check(fd === -2 || isShort(fd), "a file that is not there");
    return;
  }
  if (isShort(fd)) return;
  check(fd >= 0, "open for reading");
  let place: u64 = 0;
  for (;;) {
    const got = call(SYS_READ, u64(fd), addr(ref(words.bytes[0])), 4096, 0, 0, 0);
    if (isShort(got)) break;
    check(got >= 0, "read");
    if (got === 0) {
      check(place === known.length, "a file's length");
      break;
    }
    for (let k: u64 = 0; k < u64(got); k++) check(words.bytes[k] === byteOf(known.seed, place + k), "a file's bytes");
    place += u64(got);
  }
  call(SYS_CLOSE, u64(fd), 0, 0, 0, 0, 0);
}

function remove(worker: u32, n: u64): void {
  const known = ref(words.files[n]);
  const done = call(SYS_UNLINK, nameIn(slice(words.name), worker, n), 0, 0, 0, 0, 0);
  if (isShort(done)) return;
  check(done === (known.there ? 0 : -2), "unlink");
  known.there = false;
}

function rename(worker: u32, from: u64, to: u64): void {
  const known = ref(words.files[from]);
  const a = nameIn(slice(words.name), worker, from);
  const b = nameIn(slice(words.other), worker, to);
  const done = call(SYS_RENAME, a, b, 0, 0, 0, 0);
  if (isShort(done)) return;
  check(done === (known.there ? 0 : -2), "rename");
  if (!known.there || from === to) return;
  const target = ref(words.files[to]);
  target.there = true;
  target.length = known.length;
  target.seed = known.seed;
  known.there = false;
}

function cut(worker: u32, n: u64, random: Ptr<Random>): void {
  const known = ref(words.files[n]);
  if (!known.there || known.length === 0) return;
  const fd = call(SYS_OPEN, nameIn(slice(words.name), worker, n), u64(O_RDWR), 0, 0, 0, 0);
  if (fd < 0) return;
  const length = random.below(known.length);
  if (call(SYS_FTRUNCATE, u64(fd), length, 0, 0, 0, 0) === 0) known.length = length;
  call(SYS_CLOSE, u64(fd), 0, 0, 0, 0, 0);
}

/** A second name, through which the file is looked at and which goes again. */
function link(worker: u32, n: u64): void {
  const known = ref(words.files[n]);
  const a = nameIn(slice(words.name), worker, n);
  const b = nameIn(slice(words.other), worker, 25);
  const done = call(SYS_LINK, a, b, 0, 0, 0, 0);
  if (isShort(done)) return;
  check(done === (known.there ? 0 : -2), "link");
  if (done === 0) check(call(SYS_UNLINK, b, 0, 0, 0, 0, 0) === 0, "unlink of the second name");
}

export function fileWork(random: Ptr<Random>, worker: u32): void {
  const folder = nameIn(slice(words.folder), worker, 26);
  const made = call(SYS_MKDIR, folder, 0o755, 0, 0, 0, 0);
  if (isShort(made)) return;
  check(made === 0 || made === -17, "mkdir");
  // Somebody who was ended for want of memory has left his files.
  if (made !== 0) for (let n: u64 = 0; n < 26; n++) call(SYS_UNLINK, nameIn(slice(words.name), worker, n), 0, 0, 0, 0, 0);
  for (let turn: u32 = 0; turn < 150; turn++) {
    const n = random.below(FILES);
    const what = random.below(100);
    if (what < 40) write(worker, n, random);
    else if (what < 65) verify(worker, n);
    else if (what < 75) remove(worker, n);
    else if (what < 85) rename(worker, n, random.below(FILES));
    else if (what < 93) cut(worker, n, random);
    else link(worker, n);
  }
  for (let n: u64 = 0; n < FILES; n++) {
    verify(worker, n);
    for (let tries: u32 = 0; tries < 100 && words.files[n].there; tries++) remove(worker, n);
  }
  check(call(SYS_RMDIR, folder, 0, 0, 0, 0, 0) === 0, "rmdir of what is empty");
}
