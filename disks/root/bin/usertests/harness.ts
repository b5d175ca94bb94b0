// Tests of system calls, each in a process of its own: what a test breaks, leaves open or forgets to give back ends with it,
// and a test that hangs ends by an alarm. The first thing that is not as it should be ends the test with a line about it.
import {
  SYS_ALARM,
  SYS_EXIT,
  SYS_FORK,
  SYS_GETPGID,
  SYS_MMAP,
  SYS_SETPGID,
  SYS_WAIT,
} from "../../../../kernel/abi/calls.ts";
import { MAP_ANONYMOUS, MAP_PRIVATE, PROT_EXEC, PROT_READ, PROT_WRITE } from "../../../../kernel/abi/processes.ts";
import { call } from "../../../lib/door.ts";
import { out } from "../../../lib/stream.ts";

/** Seconds that a test may take. */
const TIME: u64 = 60;

class State {
  passed: u32;
  failed: u32;
  /** Only tests whose name contains this. */
  wanted: string;
  quiet: boolean;
}

const state = zeroed<State>();

export function only(name: string): void {
  state.wanted = name;
}

/** Tells of failures only. */
export function quiet(): void {
  state.quiet = true;
}

export function passed(): u32 {
  return state.passed;
}

export function failed(): u32 {
  return state.failed;
}

export function forgetCounts(): void {
  state.passed = 0;
  state.failed = 0;
}

function contains(all: string, part: string): boolean {
  for (let at: usize = 0; at + part.length <= all.length; at++) if (all.sub(at, at + part.length) === part) return true;
  return part.length === 0;
}

/** Runs a test, and says how it ended. */
export function test(name: string, body: () => void): void {
  if (!contains(name, state.wanted)) return;
  const status = inChild(() => {
    call(SYS_ALARM, TIME, 0, 0, 0, 0, 0);
    body();
  });
  if (status === 0) {
    state.passed++;
    if (!state.quiet) print`ok ${name}\n`;
  } else {
    state.failed++;
    print`FAILED ${name} (${status})\n`;
  }
  out.flush();
}

/** Calls a function in a child; its status as wait shows it. */
export function inChild(body: () => void): i32 {
  out.flush();
  const child = fork();
  if (child === 0) {
    body();
    end(0);
  }
  return waitFor(child);
}

/** A child's number, or 0 in the child. */
export function fork(): i64 {
  out.flush();
  const child = call(SYS_FORK, 0, 0, 0, 0, 0, 0);
  expect(child >= 0, "fork");
  return child;
}

/** How a child ended, once it has. */
export function waitFor(child: i64): i32 {
  const status: Arr<i32, 1> = [-1];
  const got = call(SYS_WAIT, u64(child), addr(ref(status[0])), 0, 0, 0, 0);
  equal(got, child, "wait");
  return status[0];
}

export function end(status: i32): never {
  out.flush();
  for (;;) call(SYS_EXIT, u64(status), 0, 0, 0, 0, 0);
}

// ---- what should be

export function expect(holds: boolean, what: string): void {
  if (holds) return;
  print`    not so: ${what}\n`;
  end(1);
}

export function equal(got: i64, wanted: i64, what: string): void {
  if (got === wanted) return;
  print`    ${what}: ${got} instead of ${wanted}\n`;
  end(1);
}

/** A call that should fail in a certain way. */
export function fails(got: i64, code: Errno, what: string): void {
  if (got === 0 - i64(code)) return;
  print`    ${what}: ${got} instead of error ${code}\n`;
  end(1);
}

/** A call that should work; what it gave. */
export function works(got: i64, what: string): u64 {
  if (got >= 0) return u64(got);
  print`    ${what}: error ${-got}\n`;
  end(1);
}

// ---- addresses

/** A text with a zero at its end, for calls that take paths. At most 255 bytes; a few of them live at a time. */
class Paths {
  rooms: Arr<Arr<u8, 256>, 8>;
  next: usize;
}

const paths = zeroed<Paths>();

export function path(t: string): u64 {
  const room = ref(paths.rooms[paths.next % 8]);
  paths.next++;
  const all = slice(room[0]);
  copySlice(all.sub(0, t.length), bytes(t));
  all[t.length] = 0;
  return addr(ref(all[0]));
}

/** An address where nothing is, and one in the kernel. */
export const NOWHERE: u64 = 0x10;
export const KERNEL: u64 = 0xffff_ffff_8010_0000;
/** The number of no open file. */
export const NO_FILE: u64 = 99;

// ---- instructions that no compiler makes

/** Memory with these instructions in it: where they are. */
export function code(instructions: View<u8>): u64 {
  const rights = u64(PROT_READ | PROT_WRITE | PROT_EXEC);
  const at = works(call(SYS_MMAP, 0, 4096, rights, u64(MAP_PRIVATE | MAP_ANONYMOUS), 0, 0), "mmap for code");
  copySlice(slice(unsafe.ptr<u8>(at), instructions.length), instructions);
  return at;
}

/** Calls instructions at an address with three words; what they leave in RAX. */
export function run(at: u64, a: u64, b: u64, c: u64): u64 {
  return unsafe.code<Fn<(a: u64, b: u64, c: u64) => u64>>(at)(a, b, c);
}

/** The signal that ends a child which runs these instructions; 0: none did. */
export function signalOf(instructions: View<u8>): i32 {
  const at = code(instructions);
  return inChild(() => {
    run(at, 0, 0, 0);
  }) & 0x7f;
}

export function word(at: u64): Ptr<u64> {
  return unsafe.ptr<u64>(at);
}

/** A word that others change, too. */
export function cell(at: u64): Ptr<Atomic<u64>> {
  return unsafe.ptr<Atomic<u64>>(at);
}

export function byteAt(at: u64): Ptr<u8> {
  return unsafe.ptr<u8>(at);
}

/** Puts the process into a group of its own; its number. */
export function ownGroup(): u64 {
  works(call(SYS_SETPGID, 0, 0, 0, 0, 0, 0), "setpgid");
  return works(call(SYS_GETPGID, 0, 0, 0, 0, 0, 0), "getpgid");
}
