// What the kernel uses memory for, read from /proc after its caches were emptied: frames by owner, and small objects by size.
// Whoever looks before and after some work knows what the work left behind, and where. Frames of slabs are not compared:
// which of them hold the few objects that stay depends on which objects went first. The objects themselves are.

import { O_RDONLY, O_WRONLY } from "../../kernel/abi/files.ts";
import type { SystemInfo } from "../../kernel/abi/processes.ts";
import { close, open, read, sleep, sync, sysinfo, writeAll } from "./sys.ts";
import { isDigit, parseNumber } from "./text.ts";
import { out } from "./stream.ts";

const MOST = 40;
/** Nanoseconds between two looks at how many processes there are, and how many looks. */
const PAUSE = 10_000_000;
const LOOKS: u32 = 500;
const NAME = 24;

class Entry {
  name: Arr<u8, typeof NAME>;
  length: usize;
  value: u64;
}

export class KernelMemory {
  private entries: Arr<Entry, typeof MOST>;
  private count: usize;
  /** Frames that nobody uses, and those in which slabs keep small objects. */
  free: u64;
  slabs: u64;
  private changed: u64;

  /** Empties the caches and looks. An error of the files of /proc. */
  look(): Res<void> {
    // Somebody may write just then; what was changed cannot be given back.
    for (let turn: u32 = 0; turn < 5; turn++) {
      sync();
      orReturn(dropCaches());
      this.count = 0;
      const page = zeroed<Arr<u8, 4096>>();
      this.addOwners(orReturn(contents("/proc/meminfo", slice(page))));
      if (this.changed === 0) break;
    }
    const page = zeroed<Arr<u8, 4096>>();
    this.addObjects(orReturn(contents("/proc/slabinfo", slice(page))));
  }

  /**
   * The same when there are no more processes than before some work: its orphans end a little later than the work itself.
   * `who` tells of an error; false then.
   */
  lookAfter(before: u64, who: string): boolean {
    for (let n: u32 = 0; n < LOOKS && processCount() > before; n++) ignore(sleep(PAUSE), "then the next look is sooner");
    const looked = this.look();
    if (isErr(looked)) print`${who}: /proc does not tell what memory is used for: error ${u32(looked.code)}\n`;
    return !isErr(looked);
  }

  private add(name: string, suffix: string, value: u64): void {
    if (this.count === MOST) panic("/proc says more than there is room for");
    const e = ref(this.entries[this.count++]);
    e.length = 0;
    for (const c of name) if (e.length < NAME) e.name[e.length++] = c;
    for (const c of suffix) if (e.length < NAME) e.name[e.length++] = c;
    e.value = value;
  }

  /** Lines like "Slab:       52 kB". */
  private addOwners(all: string): void {
    let owners = false;
    for (let at: usize = 0; at < all.length; at = lineEnd(all, at) + 1) {
      const line = all.sub(at, lineEnd(all, at));
      const name = line.sub(0, end(line, 0, byte(":")));
      const frames = numberIn(line, name.length) / 4;
      if (name === "MemFree") this.free = frames;
      if (name === "Dirty") this.changed = frames;
      if (name === "PageTables") owners = true;
      if (name === "Slab") this.slabs = frames;
      else if (owners) this.add(name, "", frames);
    }
  }

  /** Lines like "64 14 1": bytes, objects, frames. */
  private addObjects(all: string): void {
    for (let at = lineEnd(all, 0) + 1; at < all.length; at = lineEnd(all, at) + 1) {
      const line = all.sub(at, lineEnd(all, at));
      const size = line.sub(0, end(line, 0, byte(" ")));
      this.add(size, "-byte objects", numberIn(line, size.length));
    }
  }

  /** Tells what is not as it was; whether there was anything. */
  differsFrom(before: Ptr<KernelMemory>): boolean {
    let differs = false;
    for (let i: usize = 0; i < this.count; i++) {
      const e = ref(this.entries[i]);
      const old = before.entries[i].value;
      if (e.value === old) continue;
      differs = true;
      print`${text(slice(e.name, e.length))}: ${e.value}, and ${old} before\n`;
    }
    if (this.free + this.slabs !== before.free + before.slabs) differs = true;
    out.flush();
    return differs;
  }
}

/** Processes that there are. */
export function processCount(): u64 {
  const info = zeroed<SystemInfo>();
  const told = sysinfo(ref(info));
  return isErr(told) ? 0 : info.processes;
}

function dropCaches(): Res<void> {
  const fd = orReturn(open("/proc/drop_caches", O_WRONLY, 0));
  const written = writeAll(fd, bytes("1\n"));
  orReturn(close(fd));
  return written;
}

/** A short file. */
function contents(path: string, room: Slice<u8>): Res<string> {
  const fd = orReturn(open(path, O_RDONLY, 0));
  using _ = defer(() => ignore(close(fd), "it was only read"));
  const got = orReturn(read(fd, room));
  return text(room.sub(0, got));
}

/** Where a byte is, from a place on; the end where it is not. */
function end(t: string, from: usize, of: u8): usize {
  let at = from;
  while (at < t.length && t[at] !== of) at++;
  return at;
}

function lineEnd(t: string, from: usize): usize {
  return end(t, from, byte("\n"));
}

/** The first number behind a place. */
function numberIn(line: string, from: usize): u64 {
  let at = from;
  while (at < line.length && !isDigit(line[at])) at++;
  let stop = at;
  while (stop < line.length && isDigit(line[stop])) stop++;
  const number = parseNumber(line.sub(at, stop));
  return isErr(number) ? 0 : number;
}
