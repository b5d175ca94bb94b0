// The one place where a program enters the kernel. Everything else in the library calls through here, so that the tests can
// put another door in its place that leads to the host's kernel (disks/testing/linux-door.ts).

declare function systemCall(number: u64, a: u64, b: u64, c: u64, d: u64, e: u64, f: u64): i64;

/** A system call by its number (kernel/abi/calls.ts), through SYSCALL: what it gives, or minus an error code. */
export function call(number: u64, a: u64, b: u64, c: u64, d: u64, e: u64, f: u64): i64 {
  attr(inline);
  return systemCall(number, a, b, c, d, e, f);
}
