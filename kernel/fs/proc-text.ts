// What the files of /proc say. Each is a function that writes its text; who reads it sees the kernel as it is at that moment.
import { PROT_EXEC, PROT_READ, PROT_WRITE } from "../abi/processes.ts";
import { logEnd, logStart, readLog } from "../console/log.ts";
import { blockDevice } from "../drivers/block.ts";
import { countFrames, freeFrames, OWNERS, totalFrames } from "../memory/frames.ts";
import { REGION_SHARED, REGION_STACK, type Region } from "../memory/regions.ts";
import { SlabFacts, slabFacts } from "../memory/slab.ts";
import type { Space } from "../memory/space.ts";
import { now } from "../task/clock.ts";
import { ProcessFacts, processFacts, stateLetter } from "../task/facts.ts";
import { currentProcess, type Process } from "../task/process.ts";
import { showHandler } from "../trap/irq.ts";
import { VERSION } from "../version.ts";
import { cachedFrames, changedFrames } from "./cache.ts";
import { eachMount } from "./mount.ts";
import type { Window } from "./window.ts";

const LINE = 384;
/** In the order of OWNER_*. */
const OWNER_NAMES: Arr<string, typeof OWNERS> = [
  "PageTables",
  "KernelStack",
  "Slab",
  "KernelLarge",
  "Buffers",
  "AnonPages",
  "Pipes",
  "Shmem",
  "Drivers",
  "InCalls",
];

export function versionText(w: Ptr<Window>): void {
  const line = zeroed<Arr<u8, typeof LINE>>();
  w.put(slice(line, format(slice(line))`Cor version ${VERSION}\n`));
}

export function uptimeText(w: Ptr<Window>): void {
  const line = zeroed<Arr<u8, typeof LINE>>();
  const hundredths = u64(now()) / 10_000_000;
  const rest = hundredths % 100;
  w.put(slice(line, format(slice(line))`${hundredths / 100}.${rest < 10 ? "0" : ""}${rest}\n`));
}

function kilobytes(w: Ptr<Window>, name: string, frames: u64): void {
  const line = zeroed<Arr<u8, typeof LINE>>();
  let used = format(slice(line))`${name}:`;
  while (used < 16) line[used++] = byte(" ");
  used += format(slice(line).sub(used, LINE))`${frames * 4} kB\n`;
  w.put(slice(line, used));
}

export function meminfoText(w: Ptr<Window>): void {
  kilobytes(w, "MemTotal", totalFrames());
  kilobytes(w, "MemFree", freeFrames());
  kilobytes(w, "MemAvailable", freeFrames() + cachedFrames() - changedFrames());
  kilobytes(w, "Dirty", changedFrames());
  // From here on each frame is counted once: with the free ones these are all of them.
  const used = zeroed<Arr<usize, typeof OWNERS>>();
  countFrames(ref(used));
  for (let owner: usize = 0; owner < OWNERS; owner++) kilobytes(w, OWNER_NAMES[owner], used[owner]);
}

/** Small objects of the kernel by their size: how many there are, and what they take up. */
export function slabinfoText(w: Ptr<Window>): void {
  const line = zeroed<Arr<u8, typeof LINE>>();
  const facts = zeroed<SlabFacts>();
  w.put(bytes("bytes objects frames\n"));
  for (let index: usize = 0; slabFacts(index, ref(facts)); index++)
    w.put(slice(line, format(slice(line))`${facts.size} ${facts.used} ${facts.frames}\n`));
}

export function mountsText(w: Ptr<Window>): void {
  eachMount((mount) => {
    const line = zeroed<Arr<u8, typeof LINE>>();
    const source = text(slice(mount.source, mount.sourceBytes));
    const place = text(slice(mount.place, mount.placeBytes));
    const used = format(slice(line))`${source} ${place} ${mount.kind} ${mount.readOnly ? "ro" : "rw"} 0 0\n`;
    w.put(slice(line, used));
  });
}

export function interruptsText(w: Ptr<Window>): void {
  const line = zeroed<Arr<u8, typeof LINE>>();
  for (let index: u32 = 0; index < 256; index++) {
    let used: usize = 0;
    const there = showHandler(index, (vector, calls, controller, name) => {
      used = format(slice(line))`${vector}: ${calls} ${controller} ${name}\n`;
    });
    if (!there) return;
    w.put(slice(line, used));
  }
}

export function partitionsText(w: Ptr<Window>): void {
  w.put(bytes("sectors name\n"));
  for (let i: u32 = 0; i < 64; i++) {
    const device = blockDevice(i);
    if (device === null) return;
    const line = zeroed<Arr<u8, typeof LINE>>();
    w.put(slice(line, format(slice(line))`${device.sectors} ${device.name()}${device.readOnly ? " read-only" : ""}\n`));
  }
}

export function filesystemsText(w: Ptr<Window>): void {
  w.put(bytes("ext2\nnodev tmpfs\nnodev proc\n"));
}

/** What the kernel has said, as much as it remembers. */
export function kmsgText(w: Ptr<Window>): void {
  const piece = zeroed<Arr<u8, typeof LINE>>();
  const end = logEnd();
  for (let at = logStart(); at < end; ) {
    const got = readLog(at, slice(piece));
    if (got === 0) return;
    w.put(slice(piece, got));
    if (w.isFull()) return;
    at += u64(got);
  }
}

// ---- of one process

function number(w: Ptr<Window>, name: string, value: u64): void {
  const line = zeroed<Arr<u8, typeof LINE>>();
  w.put(slice(line, format(slice(line))`${name}:\t${value}\n`));
}

function stateName(letter: u8): string {
  if (letter === byte("R")) return "R (running)";
  if (letter === byte("S")) return "S (sleeping)";
  if (letter === byte("D")) return "D (disk sleep)";
  if (letter === byte("T")) return "T (stopped)";
  return "Z (zombie)";
}

export function statusText(w: Ptr<Window>, process: Ptr<Process>): void {
  const facts = zeroed<ProcessFacts>();
  processFacts(process, ref(facts));
  const line = zeroed<Arr<u8, typeof LINE>>();
  w.put(slice(line, format(slice(line))`Name:\t${text(slice(facts.name, usize(facts.nameLength)))}\n`));
  w.put(slice(line, format(slice(line))`State:\t${stateName(stateLetter(ref(facts)))}\n`));
  number(w, "Pid", u64(process.id));
  number(w, "PPid", u64(facts.parent));
  number(w, "NSpgid", u64(facts.group));
  number(w, "NSsid", u64(facts.session));
  number(w, "Threads", u64(facts.threads));
  w.put(slice(line, format(slice(line))`Nice:\t${facts.nice}\n`));
  number(w, "UserNanoseconds", facts.used.user);
  number(w, "SystemNanoseconds", facts.used.system);
  const space = process.space;
  if (space !== null && process === currentProcess()) {
    const pages = space.pages.load();
    w.put(slice(line, format(slice(line))`VmRSS:\t${pages * 4} kB\n`));
  }
}

/** Arguments with a zero behind each. */
export function commandText(w: Ptr<Window>, process: Ptr<Process>): void {
  w.put(slice(process.command, usize(process.commandLength)));
}

function regionLine(w: Ptr<Window>, space: Ptr<Space>, region: Ptr<Region>): void {
  const line = zeroed<Arr<u8, typeof LINE>>();
  const r = (region.rights & PROT_READ) !== 0 ? "r" : "-";
  const write = (region.rights & PROT_WRITE) !== 0 ? "w" : "-";
  const x = (region.rights & PROT_EXEC) !== 0 ? "x" : "-";
  const shared = (region.flags & REGION_SHARED) !== 0 ? "s" : "p";
  let used = format(slice(line))`${hex(region.start)}-${hex(region.end)} ${r}${write}${x}${shared}`;
  const file = region.file;
  if (file !== null) used += format(slice(line).sub(used, LINE))` inode ${file.inode} from ${region.offset}`;
  else if ((region.flags & REGION_STACK) !== 0) used += format(slice(line).sub(used, LINE))` [stack]`;
  else if (region.start === space.heapStart) used += format(slice(line).sub(used, LINE))` [heap]`;
  used += format(slice(line).sub(used, LINE))`\n`;
  w.put(slice(line, used));
}

/**
 * The regions of the process that reads: others' may go away under our hands. EACCES for those. Who has mapped this very file gets
 * here with the regions locked: so it does not wait for them. EAGAIN.
 */
export function mapsText(w: Ptr<Window>, process: Ptr<Process>): Res<void> {
  const space = process.space;
  if (process !== currentProcess()) return err(Errno.EACCES);
  if (space === null) return;
  if (!space.mutex.tryAcquire()) return err(Errno.EAGAIN);
  using _ = defer(() => space.mutex.release());
  for (let region = space.regions.first; region !== null; region = region.next) regionLine(w, space, region);
}
