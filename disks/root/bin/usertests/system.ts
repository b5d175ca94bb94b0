// Time and the system: clocks, sleep, times, random bytes, names, numbers; and that two who calculate share.
import {
  SYS_CLOCK_GETTIME,
  SYS_CLOCK_SETTIME,
  SYS_FORK,
  SYS_GETRANDOM,
  SYS_KILL,
  SYS_MMAP,
  SYS_REBOOT,
  SYS_SLEEP,
  SYS_SYNC,
  SYS_SYSINFO,
  SYS_TIMES,
  SYS_UNAME,
  SYS_WAIT,
} from "../../../../kernel/abi/calls.ts";
import type { TimeSpec } from "../../../../kernel/abi/files.ts";
import {
  CLOCK_MONOTONIC,
  CLOCK_PROCESS_CPUTIME,
  CLOCK_REALTIME,
  MAP_ANONYMOUS,
  MAP_SHARED,
  PROT_READ,
  PROT_WRITE,
  type SystemInfo,
  type SystemNames,
  type Times,
} from "../../../../kernel/abi/processes.ts";
import { call } from "../../../lib/door.ts";
import { cell, end, equal, expect, fails, fork, inChild, KERNEL, NOWHERE, ownGroup, test, waitFor, word, works } from "./harness.ts";

const MILLISECOND: u64 = 1_000_000;

class Words {
  time: TimeSpec;
  times: Times;
  info: SystemInfo;
  names: SystemNames;
  bytes: Arr<u8, 64>;
  others: Arr<u8, 64>;
}
const words = zeroed<Words>();

function clock(which: u32): u64 {
  equal(call(SYS_CLOCK_GETTIME, u64(which), addr(ref(words.time)), 0, 0, 0, 0), 0, "clock_gettime");
  expect(words.time.nanoseconds >= 0 && words.time.nanoseconds < 1_000_000_000, "nanoseconds");
  return u64(words.time.seconds) * 1_000_000_000 + u64(words.time.nanoseconds);
}

function setClock(which: u32, seconds: i64, nanoseconds: i64): i64 {
  words.time.seconds = seconds;
  words.time.nanoseconds = nanoseconds;
  return call(SYS_CLOCK_SETTIME, u64(which), addr(ref(words.time)), 0, 0, 0, 0);
}

function sleep(nanoseconds: u64): i64 {
  return call(SYS_SLEEP, nanoseconds, 0, 0, 0, 0, 0);
}

function burn(nanoseconds: u64): void {
  const until = clock(CLOCK_MONOTONIC) + nanoseconds;
  while (clock(CLOCK_MONOTONIC) < until) continue;
}

export function systemTests(): void {
  test("the monotonic clock never goes back", () => {
    let before: u64 = 0;
    for (let n: u32 = 0; n < 1000; n++) {
      const now = clock(CLOCK_MONOTONIC);
      expect(now >= before, "later");
      before = now;
    }
  });
  test("sleep takes as long as it should, at least", () => {
    const times: Arr<u64, 3> = [1000, 1_000_000, 25_000_000];
    for (const wanted of times) {
      const before = clock(CLOCK_MONOTONIC);
      equal(sleep(wanted), 0, "sleep");
      expect(clock(CLOCK_MONOTONIC) - before >= wanted, "long enough");
    }
    equal(sleep(0), 0, "no time");
  });
  test("sleepers wake in their order", () => {
    const at = works(call(SYS_MMAP, 0, 4096, u64(PROT_READ | PROT_WRITE), u64(MAP_SHARED | MAP_ANONYMOUS), 0, 0), "mmap");
    for (let n: u64 = 5; n > 0; n--) {
      if (fork() === 0) {
        sleep(n * 25 * MILLISECOND);
        word(at)[0] = word(at)[0] * 10 + n;
        end(0);
      }
    }
    for (let n: u32 = 0; n < 5; n++) call(SYS_WAIT, u64(-1), 0, 0, 0, 0, 0);
    equal(i64(word(at)[0]), 12345, "order");
  });
  test("the wall clock can be set, and goes on from there", () => {
    const before = clock(CLOCK_REALTIME);
    expect(before > 900_000_000 * 1_000_000_000, "after 1998");
    equal(setClock(CLOCK_REALTIME, 2_000_000_000, 0), 0, "clock_settime");
    const after = clock(CLOCK_REALTIME);
    expect(after >= 2_000_000_000 * 1_000_000_000 && after < 2_000_000_100 * 1_000_000_000, "set");
    setClock(CLOCK_REALTIME, i64(before / 1_000_000_000), i64(before % 1_000_000_000));
  });
  test("clocks: what is none is EINVAL, what is no time too, bad addresses are EFAULT", () => {
    fails(call(SYS_CLOCK_GETTIME, 77, addr(ref(words.time)), 0, 0, 0, 0), Errno.EINVAL, "no clock");
    fails(call(SYS_CLOCK_GETTIME, u64(CLOCK_REALTIME), KERNEL, 0, 0, 0, 0), Errno.EFAULT, "to write to");
    fails(call(SYS_CLOCK_SETTIME, u64(CLOCK_REALTIME), NOWHERE, 0, 0, 0, 0), Errno.EFAULT, "to read from");
    fails(setClock(CLOCK_MONOTONIC, 5, 0), Errno.EINVAL, "one that cannot be set");
    fails(setClock(CLOCK_REALTIME, -1, 0), Errno.EINVAL, "before 1970");
    fails(setClock(CLOCK_REALTIME, 1, 1_000_000_000), Errno.EINVAL, "too many nanoseconds");
    fails(setClock(CLOCK_REALTIME, 0x7fff_ffff_ffff_ffff, 0), Errno.EINVAL, "the end of time");
  });
  test("processor time grows by calculating, not by sleeping", () => {
    const before = clock(CLOCK_PROCESS_CPUTIME);
    sleep(50 * MILLISECOND);
    const slept = clock(CLOCK_PROCESS_CPUTIME);
    expect(slept - before < 30 * MILLISECOND, "sleeping");
    burn(50 * MILLISECOND);
    expect(clock(CLOCK_PROCESS_CPUTIME) - slept >= 20 * MILLISECOND, "calculating");
  });
  test("times tells of children that were waited for", () => {
    equal(call(SYS_TIMES, addr(ref(words.times)), 0, 0, 0, 0, 0), 0, "times");
    equal(i64(words.times.childrenUser + words.times.childrenSystem), 0, "of no children");
    inChild(() => burn(50 * MILLISECOND));
    equal(call(SYS_TIMES, addr(ref(words.times)), 0, 0, 0, 0, 0), 0, "times");
    expect(words.times.childrenUser + words.times.childrenSystem >= 20 * MILLISECOND, "of one");
    fails(call(SYS_TIMES, KERNEL, 0, 0, 0, 0, 0), Errno.EFAULT, "a bad address");
  });
  test("two that calculate get about the same", () => {
    const at = works(call(SYS_MMAP, 0, 4096, u64(PROT_READ | PROT_WRITE), u64(MAP_SHARED | MAP_ANONYMOUS), 0, 0), "mmap");
    const first = fork();
    if (first === 0) for (;;) cell(at)[0].add(1);
    const second = fork();
    if (second === 0) for (;;) cell(at + 8)[0].add(1);
    // However slow the machine is: sooner or later the two are close.
    let close = false;
    for (let n: u32 = 0; n < 40 && !close; n++) {
      sleep(200 * MILLISECOND);
      const a = cell(at)[0].load();
      const b = cell(at + 8)[0].load();
      close = a > 0 && b > 0 && a < b * 2 && b < a * 2;
    }
    call(SYS_KILL, u64(first), 9, 0, 0, 0, 0);
    call(SYS_KILL, u64(second), 9, 0, 0, 0, 0);
    waitFor(first);
    waitFor(second);
    expect(close, "both about half");
  });
  test("one that calculates does not keep others waiting", () => {
    const spinner = fork();
    if (spinner === 0) for (;;) continue;
    for (let n: u32 = 0; n < 5; n++) {
      const before = clock(CLOCK_MONOTONIC);
      sleep(5 * MILLISECOND);
      expect(clock(CLOCK_MONOTONIC) - before < 100 * MILLISECOND, "woken soon");
    }
    call(SYS_KILL, u64(spinner), 9, 0, 0, 0, 0);
    waitFor(spinner);
  });
  test("random bytes differ", () => {
    equal(call(SYS_GETRANDOM, addr(ref(words.bytes[0])), 64, 0, 0, 0, 0), 64, "getrandom");
    equal(call(SYS_GETRANDOM, addr(ref(words.others[0])), 64, 0, 0, 0, 0), 64, "getrandom");
    let same: u32 = 0;
    for (let n: usize = 0; n < 64; n++) if (words.bytes[n] === words.others[n]) same++;
    expect(same < 10, "different");
    equal(call(SYS_GETRANDOM, addr(ref(words.bytes[0])), 0, 0, 0, 0, 0), 0, "none");
    fails(call(SYS_GETRANDOM, KERNEL, 64, 0, 0, 0, 0), Errno.EFAULT, "a bad address");
  });
  test("uname tells who we are", () => {
    equal(call(SYS_UNAME, addr(ref(words.names)), 0, 0, 0, 0, 0), 0, "uname");
    expect(text(slice(words.names.system, 4)) === "Cor\0", "system");
    expect(text(slice(words.names.machine, 7)) === "x86_64\0", "machine");
    fails(call(SYS_UNAME, NOWHERE, 0, 0, 0, 0, 0), Errno.EFAULT, "a bad address");
  });
  test("sysinfo counts", () => {
    equal(call(SYS_SYSINFO, addr(ref(words.info)), 0, 0, 0, 0, 0), 0, "sysinfo");
    const calls = words.info.systemCalls;
    const switches = words.info.contextSwitches;
    expect(words.info.frames > words.info.freeFrames && words.info.freeFrames > 0, "frames");
    expect(words.info.processes >= 3 && words.info.uptime > 0, "processes and time");
    sleep(20 * MILLISECOND);
    equal(call(SYS_SYSINFO, addr(ref(words.info)), 0, 0, 0, 0, 0), 0, "sysinfo");
    expect(words.info.systemCalls >= calls + 2, "calls");
    expect(words.info.contextSwitches > switches, "switches");
    fails(call(SYS_SYSINFO, KERNEL, 0, 0, 0, 0, 0), Errno.EFAULT, "a bad address");
  });
  test("reboot of no kind is EINVAL", () => {
    fails(call(SYS_REBOOT, 77, 0, 0, 0, 0, 0), Errno.EINVAL, "reboot");
  });
  test("sync works", () => {
    equal(call(SYS_SYNC, 0, 0, 0, 0, 0, 0), 0, "sync");
  });
  test("a storm of forks ends, by an error or by itself", () => {
    const status = inChild(() => {
      ownGroup();
      for (let n: u32 = 0; n < 3000; n++) {
        const child = call(SYS_FORK, 0, 0, 0, 0, 0, 0);
        if (child === 0) for (;;) sleep(10_000 * MILLISECOND);
        if (child < 0) {
          expect(child === -11 || child === -12, "EAGAIN or ENOMEM");
          break;
        }
      }
      call(SYS_KILL, 0, 9, 0, 0, 0, 0);
    });
    equal(i64(status), 9, "status");
    // Process 1 gets them all, and asks for them.
    for (let n: u32 = 0; n < 200; n++) {
      equal(call(SYS_SYSINFO, addr(ref(words.info)), 0, 0, 0, 0, 0), 0, "sysinfo");
      if (words.info.processes < 20) return;
      sleep(10 * MILLISECOND);
    }
    expect(false, "all of them are gone");
  });
}
