// Processes, memory and time, as programs see them. Numbers are those of Linux on x86-64 where the meaning is the same.

// wait
export const WNOHANG = 1;
export const WUNTRACED = 2;
export const WCONTINUED = 8;
// What wait says of a process: an exit status shifted by 8, or the signal that ended it, or 0x7f | signal << 8 when it is stopped.
export const STATUS_STOPPED = 0x7f;
export const STATUS_CONTINUED = 0xffff;

// mmap, mprotect, msync
export const PROT_NONE = 0;
export const PROT_READ = 1;
export const PROT_WRITE = 2;
export const PROT_EXEC = 4;
export const MAP_SHARED = 1;
export const MAP_PRIVATE = 2;
export const MAP_FIXED = 0x10;
export const MAP_ANONYMOUS = 0x20;

// clocks
export const CLOCK_REALTIME = 0;
export const CLOCK_MONOTONIC = 1;
export const CLOCK_PROCESS_CPUTIME = 2;

/** times: nanoseconds of processor time. */
export class Times {
  user: u64;
  system: u64;
  childrenUser: u64;
  childrenSystem: u64;
}

// futex
export const FUTEX_WAIT = 0;
export const FUTEX_WAKE = 1;

// reboot
export const REBOOT_POWEROFF = 1;
export const REBOOT_RESTART = 2;
export const REBOOT_HALT = 3;

/** uname: texts with a zero at their end. */
export class SystemNames {
  system: Arr<u8, 65>;
  node: Arr<u8, 65>;
  release: Arr<u8, 65>;
  version: Arr<u8, 65>;
  machine: Arr<u8, 65>;
}

/** sysinfo: bytes and numbers of things. */
export class SystemInfo {
  /** Nanoseconds since the start. */
  uptime: u64;
  memoryBytes: u64;
  freeBytes: u64;
  /** Of the free ones, what caches hold and would give back. */
  cacheBytes: u64;
  frames: u64;
  freeFrames: u64;
  processes: u64;
  contextSwitches: u64;
  interrupts: u64;
  pageFaults: u64;
  systemCalls: u64;
}

// The auxiliary vector behind a new program's environment (System V ABI, "Process Initialization").
export const AT_NULL = 0;
export const AT_PHDR = 3;
export const AT_PHENT = 4;
export const AT_PHNUM = 5;
export const AT_PAGESZ = 6;
export const AT_BASE = 7;
export const AT_ENTRY = 9;
export const AT_RANDOM = 25;
export const AT_EXECFN = 31;

/** Most bytes of arguments and environment together, with their pointers. */
export const ARG_MAX = 131072;
