// bench: what the kernel's services cost, in cycles of the time-stamp counter.
//
// Each line is the smallest of several rounds: what the service costs when nothing comes between, neither the timer nor
// another program. On Cor a cycle is one of the machine's model of time (docs/02), the same in every run.

import { O_CREAT, O_RDONLY, O_RDWR, O_TRUNC, SEEK_SET, type Stat } from "../../../kernel/abi/files.ts";
import { SYS_GETPPID, SYS_MOREMEM } from "../../../kernel/abi/calls.ts";
import { call } from "../../lib/door.ts";
import { complain, die } from "../../lib/failing.ts";
import { beginOptions } from "../../lib/start.ts";
import { out } from "../../lib/stream.ts";
import {
  close, exec, fork, leave, open, pipe, PipeEnds, read, seek, stat, unlink, wait, write, yieldProcessor,
} from "../../lib/sys.ts";

declare function interruptCall(number: u64, a: u64, b: u64, c: u64, d: u64, e: u64): i64;

const help = `Usage: bench [-r ROUNDS] [NAME]...
Measures what the kernel's services cost: cycles for each, the smallest of ROUNDS rounds (5).
Names choose some of the lines; without any all are measured.
`;

const PAGE = 4096;
const FILE = "/tmp/bench.file";
const BLOCK = 4096;
const block = zeroed<Arr<u8, typeof BLOCK>>();

/** Ends the program when something that must work does not. */
function must<T>(r: Res<T>, what: string): T {
  if (isErr(r)) {
    complain(what, r.code);
    leave(1);
  }
  return r;
}

function mustDo(r: Res<void>, what: string): void {
  if (!isErr(r)) return;
  complain(what, r.code);
  leave(1);
}

/** A child that does `body` and ends. */
function child(body: () => void): i32 {
  const pid = must(fork(), "fork");
  if (pid !== 0) return pid;
  body();
  leave(0);
}

function waitFor(pid: i32): void {
  let status: i32 = 0;
  must(wait(pid, ref(status), 0), "wait");
}

/** Cycles that `times` calls of a body take. */
function cycles(times: u64, body: () => void): u64 {
  const start = cpu.rdtsc();
  for (let i: u64 = 0; i < times; i++) body();
  return cpu.rdtsc() - start;
}

// ---- what is measured: each runs `times` times and tells the cycles of all

function syscallDoor(times: u64): u64 {
  return cycles(times, () => {
    call(SYS_GETPPID, 0, 0, 0, 0, 0, 0);
  });
}

function interruptDoor(times: u64): u64 {
  return cycles(times, () => {
    interruptCall(SYS_GETPPID, 0, 0, 0, 0, 0);
  });
}

/** Two processes that yield to each other: two switches for each call. */
function contextSwitch(times: u64): u64 {
  const other = child(() => {
    for (let i: u64 = 0; i < times; i++) yieldProcessor();
  });
  const spent = cycles(times, yieldProcessor);
  waitFor(other);
  return spent / 2;
}

/** Pages of zeros, touched for the first time. */
function pageFault(times: u64): u64 {
  const from = call(SYS_MOREMEM, (times + 1) * PAGE, 0, 0, 0, 0, 0);
  if (from < 0) die(1, "no memory");
  const first = (u64(from) + PAGE - 1) & ~(u64(PAGE) - 1);
  let at = first;
  const spent = cycles(times, () => {
    unsafe.ptr<u8>(at)[0] = 1;
    at += PAGE;
  });
  call(SYS_MOREMEM, 0 - (times + 1) * PAGE, 0, 0, 0, 0, 0);
  return spent;
}

function forkExit(times: u64): u64 {
  return cycles(times, () => {
    waitFor(child(() => {}));
  });
}

function forkExec(times: u64): u64 {
  return cycles(times, () => {
    const pid = child(() => {
      const argv: Arr<u64, 2> = [0, 0];
      const none: Arr<u64, 1> = [0];
      const failed = exec("/bin/true", ref(argv[0]), ref(none[0]));
      complain("/bin/true", failed.code);
    });
    waitFor(pid);
  });
}

/** One byte to another process and back. */
function pipeRound(times: u64): u64 {
  const there = zeroed<PipeEnds>();
  const back = zeroed<PipeEnds>();
  mustDo(pipe(ref(there), 0), "pipe");
  mustDo(pipe(ref(back), 0), "pipe");
  const byteOf = slice(block).sub(0, 1);
  const other = child(() => {
    for (let i: u64 = 0; i < times; i++) {
      must(read(there.reading, byteOf), "read");
      must(write(back.writing, byteOf), "write");
    }
  });
  const spent = cycles(times, () => {
    must(write(there.writing, byteOf), "write");
    must(read(back.reading, byteOf), "read");
  });
  waitFor(other);
  const ends: Arr<i32, 4> = [there.reading, there.writing, back.reading, back.writing];
  for (const fd of ends) mustDo(close(fd), "close");
  return spent;
}

/** 4 KiB through a pipe to another process that throws them away. */
function pipeThroughput(times: u64): u64 {
  const ends = zeroed<PipeEnds>();
  mustDo(pipe(ref(ends), 0), "pipe");
  const other = child(() => {
    mustDo(close(ends.writing), "close");
    while (must(read(ends.reading, slice(block)), "read") > 0) continue;
  });
  mustDo(close(ends.reading), "close");
  const start = cpu.rdtsc();
  for (let i: u64 = 0; i < times; i++) must(write(ends.writing, slice(block)), "write");
  mustDo(close(ends.writing), "close");
  waitFor(other);
  return cpu.rdtsc() - start;
}

function openClose(times: u64): u64 {
  return cycles(times, () => {
    mustDo(close(must(open("/bin/sh", O_RDONLY, 0), "open")), "close");
  });
}

function statPath(times: u64): u64 {
  const facts = zeroed<Stat>();
  return cycles(times, () => {
    mustDo(stat("/bin/sh", ref(facts)), "stat");
  });
}

function createUnlink(times: u64): u64 {
  return cycles(times, () => {
    mustDo(close(must(open(FILE, O_RDWR | O_CREAT | O_TRUNC, 0x1a4), FILE)), "close");
    mustDo(unlink(FILE), FILE);
  });
}

/** A file of one block, read or written from its start again and again: in the cache. */
function inFile(times: u64, writes: boolean): u64 {
  const fd = must(open(FILE, O_RDWR | O_CREAT | O_TRUNC, 0x1a4), FILE);
  must(write(fd, slice(block)), "write");
  const spent = cycles(times, () => {
    must(seek(fd, 0, SEEK_SET), "lseek");
    must(writes ? write(fd, slice(block)) : read(fd, slice(block)), "read");
  });
  mustDo(close(fd), "close");
  mustDo(unlink(FILE), FILE);
  return spent;
}

function fileRead(times: u64): u64 {
  return inFile(times, false);
}
function fileWrite(times: u64): u64 {
  return inFile(times, true);
}

class Line {
  constructor(
    readonly name: string,
    readonly about: string,
    readonly times: u64,
    readonly measure: Fn<(times: u64) => u64>,
  ) {}
}

function show(line: Ptr<Line>, rounds: u64): void {
  let best: u64 = 0;
  for (let i: u64 = 0; i < rounds; i++) {
    const spent = line.measure(line.times);
    if (i === 0 || spent < best) best = spent;
  }
  out.left(line.name, 14);
  out.numberRight(best / line.times, 10);
  out.write("  ");
  out.line(line.about);
  out.flush();
}

function isChosen(name: string, names: View<string>): boolean {
  for (const one of names) if (one === name) return true;
  return names.length === 0;
}

export function main(argc: u64, argv: Ptr<u64>): i32 {
  const lines: Arr<Line, 13> = [
    new Line("syscall", "null system call through SYSCALL", 10000, syscallDoor),
    new Line("int", "null system call through INT 0x14", 10000, interruptDoor),
    new Line("switch", "context switch between two processes", 2000, contextSwitch),
    new Line("fault", "page fault: a page of zeros", 256, pageFault),
    new Line("fork", "fork, exit, wait", 50, forkExit),
    new Line("exec", "fork, exec of /bin/true, exit, wait", 20, forkExec),
    new Line("pipe", "one byte to another process and back", 500, pipeRound),
    new Line("pipe-4k", "4 KiB through a pipe", 500, pipeThroughput),
    new Line("open", "open and close a file", 1000, openClose),
    new Line("stat", "stat of a path", 1000, statPath),
    new Line("create", "create, close and unlink a file", 100, createUnlink),
    new Line("read-4k", "lseek and read 4 KiB from the cache", 1000, fileRead),
    new Line("write-4k", "lseek and write 4 KiB into the cache", 1000, fileWrite),
  ];
  const options = beginOptions(argc, argv, "r:", "rounds=r", help);
  let rounds: u64 = 5;
  for (let o = options.take(); o !== 0; o = options.take()) {
    rounds = 0;
    for (const c of options.value) {
      if (c < byte("0") || c > byte("9") || rounds > 1000) die(1, "ROUNDS is a number from 1 to 1000");
      rounds = rounds * 10 + u64(c - byte("0"));
    }
    if (rounds === 0) die(1, "ROUNDS is a number from 1 to 1000");
  }
  const names = options.rest();
  for (const name of names) {
    let known = false;
    for (let i: usize = 0; i < lines.length; i++) if (lines[i].name === name) known = true;
    if (!known) die(1, "there is no such line");
  }
  out.line("name              cycles  what");
  for (let i: usize = 0; i < lines.length; i++) if (isChosen(lines[i].name, names)) show(ref(lines[i]), rounds);
  return 0;
}
