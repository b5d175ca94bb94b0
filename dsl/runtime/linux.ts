// What a program on Linux stands on: system calls, buffered output, the end of a failed check. System call numbers are
// those of arch/x86/entry/syscalls/syscall_64.tbl.

declare function systemCall(number: u64, a: u64, b: u64, c: u64, d: u64, e: u64, f: u64): i64;

const SYS_WRITE = 1;
const SYS_MMAP = 9;
const SYS_GETPID = 39;
const SYS_EXIT_GROUP = 231;
const SYS_PROCESS_VM_READV = 310;
const SYS_PROCESS_VM_WRITEV = 311;

/** As a shell shows a process that SIGABRT ended. */
const PANIC_STATUS = 134;

export function write(fd: i32, at: Ptr<u8>, bytes: usize): i64 {
  attr(symbol("write"));
  return systemCall(SYS_WRITE, u64(fd), addr(at), bytes, 0, 0, 0);
}

/** Ends the program, after what it printed has gone out. */
export function exit(status: i32): never {
  attr(symbol("exit"));
  flush();
  for (;;) systemCall(SYS_EXIT_GROUP, u64(status), 0, 0, 0, 0, 0);
}

/** Fresh zeroed pages (PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS): their address, or a negated error code. */
export function mmap(bytes: usize): i64 {
  attr(symbol("mmap"));
  return systemCall(SYS_MMAP, 0, bytes, 3, 0x22, 0xffff_ffff_ffff_ffff, 0);
}

// ---- the console

class Output {
  text: Arr<u8, 4096>;
  used: usize;
}

const output = zeroed<Output>();

/** Writes it all, however often the system takes only a part; gives up on an error. */
function writeAll(fd: i32, at: Ptr<u8>, bytes: usize): void {
  let done: usize = 0;
  while (done < bytes) {
    const now = write(fd, ref(at[done]), bytes - done);
    if (now <= 0) return;
    done += usize(now);
  }
}

function flush(): void {
  writeAll(1, ref(output.text[0]), output.used);
  output.used = 0;
}

/** Sink 0 is standard output, by lines; sink 1, the log, is standard error, at once. */
function consoleWrite(sink: u64, at: Ptr<u8>, bytes: usize): void {
  attr(symbol("cor_write"));
  if (sink === 1) {
    writeAll(2, at, bytes);
    return;
  }
  const text = slice(at, bytes);
  let line = false;
  for (const c of text) {
    if (output.used === output.text.length) flush();
    output.text[output.used] = c;
    output.used++;
    if (c === byte("\n")) line = true;
  }
  if (line) flush();
}

// ---- failed checks

/** A message, and up to two words that tell what was wrong. */
function failed(text: Ptr<u8>, bytes: usize, count: u64, a: u64, b: u64): never {
  attr(symbol("cor.panic"));
  flush();
  writeAll(2, text, bytes);
  if (count === 1) klog`: ${a}`;
  else if (count === 2) klog`: ${a}, ${b}`;
  else klog``;
  exit(PANIC_STATUS);
}

function panicWith(text: Ptr<u8>, bytes: usize): never {
  attr(symbol("panic"));
  failed(text, bytes, 0, 0, 0);
}

// ---- one processor, one program: user memory is the program's own

function cpuId(): u32 {
  attr(symbol("cpuId"));
  return 0;
}

function perCpuOffset(cpu: u32): u64 {
  attr(symbol("perCpuOffset"));
  return 0;
}

class IoVector {
  base: u64;
  bytes: usize;
}

/** Reads or writes memory that need not be there, through the kernel, which answers EFAULT. */
function reach(call: u64, own: u64, user: u64, bytes: usize): Res<usize> {
  const mine: IoVector = { base: own, bytes: bytes };
  const theirs: IoVector = { base: user, bytes: bytes };
  const pid = u64(systemCall(SYS_GETPID, 0, 0, 0, 0, 0, 0));
  const done = systemCall(call, pid, addr(ref(mine)), 1, addr(ref(theirs)), 1, 0);
  if (done < 0 || usize(done) !== bytes) return err(Errno.EFAULT);
  return bytes;
}

function copyFromUser(to: u64, from: u64, bytes: usize): Res<usize> {
  attr(symbol("copyIn"));
  return reach(SYS_PROCESS_VM_READV, to, from, bytes);
}

function copyToUser(to: u64, from: u64, bytes: usize): Res<usize> {
  attr(symbol("copyOut"));
  return reach(SYS_PROCESS_VM_WRITEV, from, to, bytes);
}
