// Tests of every system call from a program's side: what it promises, and what it refuses. Each runs in a process of its
// own. The kernel's memory is counted when all of them are over, with its caches empty: from the second round on (in the first one
// the kernel makes what it then keeps, such as page tables for stacks) nothing of it may be more or less than before.
import { KernelMemory, processCount } from "../../lib/kernel-memory.ts";
import { beginOptions } from "../../lib/start.ts";
import { out } from "../../lib/stream.ts";
import { parseNumber } from "../../lib/text.ts";
import { fileTests } from "./usertests/files.ts";
import { failed, forgetCounts, only, passed, quiet } from "./usertests/harness.ts";
import { memoryTests } from "./usertests/memory.ts";
import { nameTests } from "./usertests/names.ts";
import { pipeTests } from "./usertests/pipes.ts";
import { processTests } from "./usertests/processes.ts";
import { signalTests } from "./usertests/signals.ts";
import { systemTests } from "./usertests/system.ts";
import { threadTests } from "./usertests/threads.ts";

const HELP = `Usage: usertests [-q] [-n ROUNDS] [NAME]
Tests the system calls. With NAME, only tests whose name contains it.
  -n ROUNDS  run all tests so often
  -q         tell of failures only`;

class Room {
  /** After the second round, and after the last one. */
  wanted: KernelMemory;
  found: KernelMemory;
}
const room = zeroed<Room>();

/** Whether all memory is where it was after the second round. */
function sameMemory(round: u64, before: u64): boolean {
  const now = round <= 2 ? ref(room.wanted) : ref(room.found);
  if (!now.lookAfter(before, "FAILED")) return false;
  print`round ${round}: ${passed()} tests passed, ${failed()} failed, ${now.free} frames free, ${now.slabs} in slabs\n`;
  if (round <= 2 || !room.found.differsFrom(ref(room.wanted))) return true;
  print`FAILED: memory is not where it was after the second round\n`;
  return false;
}

function runAll(): void {
  processTests();
  signalTests();
  threadTests();
  memoryTests();
  fileTests();
  nameTests();
  pipeTests();
  systemTests();
}

export function main(argc: u64, argv: Ptr<u64>): i32 {
  const options = beginOptions(argc, argv, "n:q", "", HELP, 2);
  let rounds: u64 = 1;
  for (let option = options.take(); option !== 0; option = options.take()) {
    if (option === byte("q")) quiet();
    if (option === byte("n")) {
      const number = parseNumber(options.value);
      if (isErr(number)) return 2;
      rounds = number;
    }
  }
  const names = options.rest();
  if (names.length > 0) only(names[0]);
  let bad: u32 = 0;
  const before = processCount();
  for (let round: u64 = 1; round <= rounds; round++) {
    forgetCounts();
    runAll();
    bad += failed();
    if (!sameMemory(round, before)) bad++;
    out.flush();
  }
  if (bad === 0) print`ALL TESTS PASSED\n`;
  return bad === 0 ? 0 : 1;
}
