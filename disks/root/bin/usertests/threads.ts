// Threads, futexes, a thread's own variables; and both doors of system calls.
import {
  SYS_EXEC,
  SYS_FUTEX,
  SYS_GETPID,
  SYS_GETTID,
  SYS_MMAP,
  SYS_SET_FS_BASE,
  SYS_SLEEP,
  SYS_THREAD_CREATE,
  SYS_THREAD_EXIT,
  SYS_UNAME,
  SYS_YIELD,
} from "../../../../kernel/abi/calls.ts";
import { FUTEX_WAIT, FUTEX_WAKE, MAP_ANONYMOUS, MAP_PRIVATE, PROT_READ, PROT_WRITE } from "../../../../kernel/abi/processes.ts";
import { call } from "../../../lib/door.ts";
import { code, end, equal, expect, fails, fork, inChild, KERNEL, NOWHERE, path, run, test, waitFor, word, works } from "./harness.ts";

const MILLISECOND: u64 = 1_000_000;
const FOREVER: u64 = 0xffff_ffff_ffff_ffff;
const STACK: u64 = 16384;

class Shared {
  counter: Atomic<u64>;
  lock: Atomic<u32>;
  plain: u64;
  /** The kernel makes these 0 when a thread has ended. */
  alive: Arr<Atomic<u32>, 8>;
  ids: Arr<u64, 8>;
  stop: Atomic<u32>;
  turn: Atomic<u32>;
}
const shared = zeroed<Shared>();

function futex(at: u64, what: u32, value: u64, nanoseconds: u64): i64 {
  return call(SYS_FUTEX, at, u64(what), value, nanoseconds, 0, 0);
}

function leave(): never {
  for (;;) call(SYS_THREAD_EXIT, 0, 0, 0, 0, 0, 0);
}

class Entry {
  function: Fn<(argument: u64) => never>;
}

function addressOf(f: Fn<(argument: u64) => never>): u64 {
  const entry = zeroed<Entry>();
  entry.function = f;
  return unsafe.cast<Ptr<u64>>(ref(entry.function))[0];
}

function newStack(): u64 {
  const rights = u64(PROT_READ | PROT_WRITE);
  return works(call(SYS_MMAP, 0, STACK, rights, u64(MAP_PRIVATE | MAP_ANONYMOUS), 0, 0), "mmap for a stack") + STACK;
}

/** Starts thread `n`; its number. */
function start(n: u64, f: Fn<(argument: u64) => never>, argument: u64): u64 {
  shared.alive[n].store(1);
  const cleared = addr(ref(shared.alive[n]));
  return works(call(SYS_THREAD_CREATE, addressOf(f), newStack(), argument, 0, cleared, 0), "thread_create");
}

function join(n: u64): void {
  while (shared.alive[n].load() !== 0) futex(addr(ref(shared.alive[n])), FUTEX_WAIT, 1, FOREVER);
}

function adds(times: u64): never {
  for (let n: u64 = 0; n < times; n++) shared.counter.add(1);
  leave();
}

/** A lock as programs make it: 0 free, 1 held, 2 held and somebody waits. */
function acquire(): void {
  if (shared.lock.cas(0, 1)) return;
  while (shared.lock.swap(2) !== 0) futex(addr(ref(shared.lock)), FUTEX_WAIT, 2, FOREVER);
}

function release(): void {
  if (shared.lock.swap(0) === 2) futex(addr(ref(shared.lock)), FUTEX_WAKE, 1, 0);
}

function locksAndAdds(times: u64): never {
  for (let n: u64 = 0; n < times; n++) {
    acquire();
    const before = shared.plain;
    if ((n & 63) === 0) call(SYS_YIELD, 0, 0, 0, 0, 0, 0);
    shared.plain = before + 1;
    release();
  }
  leave();
}

function tellsNumber(n: u64): never {
  shared.ids[n] = u64(call(SYS_GETTID, 0, 0, 0, 0, 0, 0));
  shared.plain = u64(call(SYS_GETPID, 0, 0, 0, 0, 0, 0));
  leave();
}

function spins(_: u64): never {
  for (;;) shared.counter.add(1);
}

function waits(_: u64): never {
  futex(addr(ref(shared.turn)), FUTEX_WAIT, 0, FOREVER);
  shared.counter.add(1);
  leave();
}

function endsProcess(status: u64): never {
  end(i32(status));
}

function checksBase(base: u64): never {
  for (let n: u32 = 0; n < 200; n++) {
    if (run(shared.plain, 0, 0, 0) !== base) end(1);
    call(SYS_YIELD, 0, 0, 0, 0, 0, 0);
  }
  leave();
}

/** mov rax, fs:[0]; ret */
const readBase: Arr<u8, 10> = [0x64, 0x48, 0x8b, 0x04, 0x25, 0, 0, 0, 0, 0xc3];

/** Number, then two words, by INT 0x14: push rbx; mov rax, rdi; mov rbx, rsi; mov rcx, rdx; int 0x14; pop rbx; ret */
const door14: Arr<u8, 14> = [0x53, 0x48, 0x89, 0xf8, 0x48, 0x89, 0xf3, 0x48, 0x89, 0xd1, 0xcd, 0x14, 0x5b, 0xc3];
const door31: Arr<u8, 14> = [0x53, 0x48, 0x89, 0xf8, 0x48, 0x89, 0xf3, 0x48, 0x89, 0xd1, 0xcd, 0x31, 0x5b, 0xc3];
/** The same for a call without words; RAX: RCX, RDX, RSI, RDI, R8 to R11 and RBP added up, after they were set to 1 … 9. */
const keeps: Arr<u8, 101> = [
  0x55, 0x48, 0x89, 0xf8, // push rbp; mov rax, rdi
  0x48, 0xc7, 0xc1, 1, 0, 0, 0, 0x48, 0xc7, 0xc2, 2, 0, 0, 0, 0x48, 0xc7, 0xc6, 3, 0, 0, 0, 0x48, 0xc7, 0xc7, 4, 0, 0, 0,
  0x49, 0xc7, 0xc0, 5, 0, 0, 0, 0x49, 0xc7, 0xc1, 6, 0, 0, 0, 0x49, 0xc7, 0xc2, 7, 0, 0, 0, 0x49, 0xc7, 0xc3, 8, 0, 0, 0,
  0x48, 0xc7, 0xc5, 9, 0, 0, 0, // mov rbp, 9
  0xcd, 0x14, 0x48, 0x89, 0xc8, // int 0x14; mov rax, rcx
  0x48, 0x01, 0xd0, 0x48, 0x01, 0xf0, 0x48, 0x01, 0xf8, 0x4c, 0x01, 0xc0, 0x4c, 0x01, 0xc8, 0x4c, 0x01, 0xd0, 0x4c, 0x01, 0xd8,
  0x48, 0x01, 0xe8, 0x5d, 0xc3, 0x90, 0x90, 0x90, // add rax, rbp; pop rbp; ret
];

export function threadTests(): void {
  test("threads share memory", () => {
    for (let n: u64 = 0; n < 4; n++) start(n, adds, 10_000);
    for (let n: u64 = 0; n < 4; n++) join(n);
    equal(i64(shared.counter.load()), 40_000, "sum");
  });
  test("a lock of a futex keeps threads apart", () => {
    for (let n: u64 = 0; n < 4; n++) start(n, locksAndAdds, 500);
    for (let n: u64 = 0; n < 4; n++) join(n);
    equal(i64(shared.plain), 2000, "sum");
  });
  test("a thread has a number of its own, and its process's", () => {
    const first = start(0, tellsNumber, 0);
    join(0);
    expect(shared.ids[0] === first, "gettid in the thread is what thread_create gave");
    expect(first !== u64(call(SYS_GETTID, 0, 0, 0, 0, 0, 0)), "another than the first thread's");
    equal(call(SYS_GETPID, 0, 0, 0, 0, 0, 0), i64(shared.plain), "getpid in the thread");
  });
  test("exit in one thread ends them all", () => {
    equal(
      i64(
        inChild(() => {
          start(0, spins, 0);
          start(1, waits, 0);
          start(2, endsProcess, 5);
          for (;;) call(SYS_SLEEP, 1000 * MILLISECOND, 0, 0, 0, 0, 0);
        }),
      ),
      5 << 8,
      "status",
    );
  });
  test("the first thread may end before the others", () => {
    equal(
      i64(
        inChild(() => {
          start(0, endsProcess, 6);
          leave();
        }),
      ),
      6 << 8,
      "status",
    );
  });
  test("a signal that ends a process ends all threads", () => {
    equal(
      i64(
        inChild(() => {
          start(0, spins, 0);
          call(12, u64(call(SYS_GETPID, 0, 0, 0, 0, 0, 0)), 15, 0, 0, 0, 0);
        }),
      ),
      15,
      "status",
    );
  });
  test("fork in a process with threads copies one", () => {
    start(0, spins, 0);
    const child = fork();
    if (child === 0) {
      const before = shared.counter.load();
      call(SYS_SLEEP, 20 * MILLISECOND, 0, 0, 0, 0, 0);
      end(shared.counter.load() === before ? 0 : 1);
    }
    equal(i64(waitFor(child)), 0, "the other one does not run");
  });
  test("exec in a process with threads leaves one", () => {
    equal(
      i64(
        inChild(() => {
          start(0, spins, 0);
          start(1, waits, 0);
          const list: Arr<u64, 2> = [path("true"), 0];
          call(SYS_EXEC, path("/bin/true"), addr(ref(list[0])), 0, 0, 0, 0);
        }),
      ),
      0,
      "status",
    );
  });
  test("many threads, one after the other", () => {
    for (let n: u32 = 0; n < 100; n++) {
      start(0, adds, 1);
      join(0);
    }
    equal(i64(shared.counter.load()), 100, "sum");
  });
  test("thread_create with addresses of the kernel is refused", () => {
    const f = addressOf(adds);
    fails(call(SYS_THREAD_CREATE, KERNEL, newStack(), 0, 0, 0, 0), Errno.EINVAL, "entry");
    fails(call(SYS_THREAD_CREATE, f, KERNEL, 0, 0, 0, 0), Errno.EINVAL, "stack");
    fails(call(SYS_THREAD_CREATE, f, newStack(), 0, KERNEL, 0, 0), Errno.EINVAL, "variables");
    fails(call(SYS_THREAD_CREATE, f, NOWHERE, 0, 0, 0, 0), Errno.EFAULT, "a stack that is not there");
  });

  test("futex: another value than expected is EAGAIN", () => {
    shared.turn.store(3);
    fails(futex(addr(ref(shared.turn)), FUTEX_WAIT, 4, FOREVER), Errno.EAGAIN, "wait");
  });
  test("futex: the time can be over", () => {
    fails(futex(addr(ref(shared.turn)), FUTEX_WAIT, 0, 20 * MILLISECOND), Errno.ETIMEDOUT, "wait");
  });
  test("futex: wake tells how many, and wakes no more than asked", () => {
    for (let n: u64 = 0; n < 3; n++) start(n, waits, 0);
    call(SYS_SLEEP, 30 * MILLISECOND, 0, 0, 0, 0, 0);
    equal(futex(addr(ref(shared.turn)), FUTEX_WAKE, 1, 0), 1, "one");
    call(SYS_SLEEP, 20 * MILLISECOND, 0, 0, 0, 0, 0);
    equal(i64(shared.counter.load()), 1, "that went on");
    equal(futex(addr(ref(shared.turn)), FUTEX_WAKE, 10, 0), 2, "the others");
    for (let n: u64 = 0; n < 3; n++) join(n);
    equal(futex(addr(ref(shared.turn)), FUTEX_WAKE, 10, 0), 0, "nobody");
  });
  test("futex: bad addresses and operations", () => {
    fails(futex(NOWHERE, FUTEX_WAIT, 0, FOREVER), Errno.EFAULT, "nowhere");
    fails(futex(KERNEL, FUTEX_WAIT, 0, FOREVER), Errno.EFAULT, "in the kernel");
    fails(futex(addr(ref(shared.turn)) + 2, FUTEX_WAIT, 0, FOREVER), Errno.EINVAL, "between words");
    fails(futex(addr(ref(shared.turn)), 7, 0, 0), Errno.EINVAL, "no operation");
  });
  test("futex: processes with equal addresses do not wake each other", () => {
    const child = fork();
    if (child === 0) end(futex(addr(ref(shared.turn)), FUTEX_WAIT, 0, 60 * MILLISECOND) === -110 ? 0 : 1);
    call(SYS_SLEEP, 20 * MILLISECOND, 0, 0, 0, 0, 0);
    equal(futex(addr(ref(shared.turn)), FUTEX_WAKE, 1, 0), 0, "wake");
    equal(i64(waitFor(child)), 0, "status");
  });

  test("FS reaches a thread's own variables", () => {
    const area = newStack() - STACK;
    word(area)[0] = 0x1122_3344;
    equal(call(SYS_SET_FS_BASE, area, 0, 0, 0, 0, 0), 0, "set_fs_base");
    equal(i64(run(code(slice(readBase)), 0, 0, 0)), 0x1122_3344, "FS:0");
  });
  test("each thread has its own FS, whoever runs in between", () => {
    shared.plain = code(slice(readBase));
    for (let n: u64 = 0; n < 4; n++) {
      const area = newStack() - STACK;
      word(area)[0] = area;
      shared.alive[n].store(1);
      const cleared = addr(ref(shared.alive[n]));
      works(call(SYS_THREAD_CREATE, addressOf(checksBase), newStack(), area, area, cleared, 0), "thread_create");
    }
    for (let n: u64 = 0; n < 4; n++) join(n);
  });
  test("fork keeps FS", () => {
    const area = newStack() - STACK;
    word(area)[0] = 77;
    call(SYS_SET_FS_BASE, area, 0, 0, 0, 0, 0);
    const at = code(slice(readBase));
    equal(i64(inChild(() => end(i32(run(at, 0, 0, 0))))), 77 << 8, "status");
  });
  test("set_fs_base with an address of the kernel is EINVAL", () => {
    fails(call(SYS_SET_FS_BASE, KERNEL, 0, 0, 0, 0, 0), Errno.EINVAL, "in the kernel");
    fails(call(SYS_SET_FS_BASE, 0x8000_0000_0000_0000, 0, 0, 0, 0, 0), Errno.EINVAL, "no address");
  });

  test("INT 0x14 and INT 0x31 lead to the same calls", () => {
    const id = call(SYS_GETPID, 0, 0, 0, 0, 0, 0);
    equal(i64(run(code(slice(door14)), SYS_GETPID, 0, 0)), id, "INT 0x14");
    equal(i64(run(code(slice(door31)), SYS_GETPID, 0, 0)), id, "INT 0x31");
  });
  test("INT 0x14 takes its words from RBX, RCX and RDX", () => {
    const area = newStack() - STACK;
    equal(i64(run(code(slice(door14)), SYS_UNAME, area, 0)), 0, "uname");
    expect(word(area)[0] !== 0, "the answer");
    equal(i64(run(code(slice(door14)), SYS_UNAME, KERNEL, 0)), -14, "EFAULT");
  });
  test("INT 0x14 keeps every register but RAX", () => {
    equal(i64(run(code(slice(keeps)), SYS_GETPID, 0, 0)), 45, "the sum of the registers");
  });
  test("numbers that are no calls are ENOSYS, through each door", () => {
    const none: Arr<u64, 5> = [0, 76, 77, 1000, 0xffff_ffff];
    for (const number of none) fails(call(number, 0, 0, 0, 0, 0, 0), Errno.ENOSYS, "SYSCALL");
    fails(call(0x1_0000_0001, 0, 0, 0, 0, 0, 0), Errno.ENOSYS, "beyond 32 bits");
    fails(call(u64(-1), 0, 0, 0, 0, 0, 0), Errno.ENOSYS, "-1");
    equal(i64(run(code(slice(door14)), 0, 0, 0)), -38, "INT 0x14");
    equal(i64(run(code(slice(door31)), 9999, 0, 0)), -38, "INT 0x31");
  });
}
