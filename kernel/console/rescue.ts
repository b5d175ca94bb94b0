// Somebody to talk to when there is no program to start: no disk, no root on it, or "rescue" on the kernel's command line. A few
// commands at the serial console, by a task of the kernel's own.
import type { BootInfo } from "../boot-info.ts";
import { halt, powerOff, restart } from "../drivers/power.ts";
import { serialTty } from "../drivers/serial.ts";
import { type Tty, ttyWrite } from "../drivers/tty.ts";
import { freeFrames, totalFrames } from "../memory/frames.ts";
import { slabBytes } from "../memory/slab.ts";
import { now } from "../task/clock.ts";

const LINE_BYTES = 80;
const KINDS: Arr<string, 6> = ["", "usable", "reserved", "ACPI tables", "ACPI NVS", "defective"];

/** Reads commands and obeys them, for ever. */
export function rescue(boot: Ptr<BootInfo>): never {
  attr(maySleep);
  const tty = serialTty(0);
  const line = zeroed<Arr<u8, typeof LINE_BYTES>>();
  print`Type help.\n`;
  for (;;) {
    say(tty, "> ");
    const length = readLine(tty, slice(line));
    obey(boot, text(slice(line, length)));
  }
}

/** To the terminal, so that it keeps its place in what is echoed. */
function say(tty: Ptr<Tty>, what: string): void {
  ttyWrite(tty, bytes(what));
}

/** A line without its end; what does not fit is dropped. */
function readLine(tty: Ptr<Tty>, to: Slice<u8>): usize {
  attr(maySleep);
  let length: usize = 0;
  for (;;) {
    tty.readers.waitAlways(() => available(tty) > 0);
    const c = readByte(tty);
    if (c === byte("\n") || c === 0) return length;
    // Control characters mean nothing here.
    if (c < byte(" ") || length === to.length) continue;
    to[length] = c;
    length++;
  }
}

function available(tty: Ptr<Tty>): u32 {
  using s = tty.state.enter();
  return s.v.discipline.available();
}

/** 0 at what means the end of a file. */
function readByte(tty: Ptr<Tty>): u8 {
  const got = zeroed<Arr<u8, 1>>();
  using s = tty.state.enter();
  s.v.discipline.read(slice(got));
  return got[0];
}

function obey(boot: Ptr<BootInfo>, command: string): void {
  attr(maySleep);
  if (command === "help") help();
  else if (command === "mem") showMemory(boot);
  else if (command === "uptime") print`${u64(now()) / 1_000_000_000} seconds\n`;
  else if (command === "panic") mistake();
  else if (command === "reboot") restart();
  else if (command === "halt") halt();
  else if (command === "poweroff") powerOff();
  else if (command !== "") print`${command}? Type help.\n`;
}

function help(): void {
  print`help     this list\n`;
  print`mem      the memory map\n`;
  print`uptime   seconds since the timer was started\n`;
  print`panic    what a mistake in the kernel looks like\n`;
  print`reboot   reset the machine\n`;
  print`poweroff switch it off\n`;
  print`halt     stop for ever\n`;
}

function showMemory(boot: Ptr<BootInfo>): void {
  for (let i: usize = 0; i < usize(boot.regions); i++) {
    const region = ref(boot.memoryMap[i]);
    const kind = usize(region.kind) < KINDS.length ? KINDS[region.kind] : "unknown";
    print`${hex(region.base)} to ${hex(u64(region.base) + region.bytes - 1)} ${kind}\n`;
  }
  print`${freeFrames()} of ${totalFrames()} frames are free, ${slabBytes()} bytes in small objects\n`;
}

const numbers: Arr<u32, 4> = [1, 2, 3, 4];

/** An index beyond the end of a list. */
function mistake(): void {
  attr(noInline, symbol("mistake"));
  let sum: u32 = 0;
  for (let i: usize = 0; i < 4 + 1 + (u64(now()) & 1); i++) sum += numbers[i];
  print`${sum}\n`;
}
