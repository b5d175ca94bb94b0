// Does many things at once, for long, and looks whether each comes out right: forks, pipes, files, mappings, signals, and
// one that takes all the memory there is. What it does is random, and the same again for the same seed. At the end there
// have to be as many processes as before, and as much memory.
import { SYS_FORK, SYS_WAIT } from "../../../kernel/abi/calls.ts";
import { SIGBUS, SIGKILL, SIGSEGV } from "../../../kernel/abi/signals.ts";
import { call } from "../../lib/door.ts";
import { KernelMemory, processCount } from "../../lib/kernel-memory.ts";
import { beginOptions } from "../../lib/start.ts";
import { out } from "../../lib/stream.ts";
import { parseNumber } from "../../lib/text.ts";
import { fileWork } from "./stress/files.ts";
import { forkWork } from "./stress/forks.ts";
import { keepFiles } from "./stress/keeper.ts";
import { memoryHog, memoryWork } from "./stress/memory.ts";
import { pipeWork } from "./stress/pipes.ts";
import { Random } from "./stress/random.ts";
import { signalWork } from "./stress/signals.ts";
import { end } from "./stress/work.ts";

const HELP = `Usage: stress [-n ROUNDS] [-s SEED] [-w WORKERS] [-m] | stress -k FOLDER [-n STEPS] [-s SEED]
Does many things at once and looks whether each comes out right.
  -n ROUNDS   so many rounds of each kind of work (10)
  -s SEED     other random numbers (1)
  -w WORKERS  so many workers of each kind at once (1)
  -m          without the one that takes all memory
  -k FOLDER   works with files in FOLDER, and says what it does and what was synced, for whoever cuts the power`;

class Kind {
  name: string;
  work: Fn<(random: Ptr<Random>, number: u32) => void>;
}

const KINDS: Arr<Kind, 5> = [
  { name: "forks", work: forkWork },
  { name: "pipes", work: pipeWork },
  { name: "files", work: fileWork },
  { name: "memory", work: memoryWork },
  { name: "signals", work: signalWork },
];

class Room {
  status: i32;
  /** After the first round, and after the last one. */
  first: KernelMemory;
  last: KernelMemory;
}
const room = zeroed<Room>();

/** One round: all workers of all kinds together; how many of them found a mistake. */
function runRound(seed: u64, workers: u32, hungry: boolean): u32 {
  const numbers = zeroed<Arr<i64, 64>>();
  let count: usize = 0;
  for (let kind: usize = 0; kind < KINDS.length; kind++)
    for (let worker: u32 = 0; worker < workers && count < 60; worker++) {
      numbers[count] = begin(kind, seed * 1000 + u64(kind) * 100 + u64(worker), u32(count));
      count++;
    }
  if (hungry) {
    numbers[count] = fork();
    if (numbers[count] === 0) {
      memoryHog();
      end(0);
    }
    count++;
  }
  let bad: u32 = 0;
  for (let n: usize = 0; n < count; n++) {
    if (numbers[n] < 0) continue;
    const number = call(SYS_WAIT, u64(numbers[n]), addr(ref(room.status)), 0, 0, 0, 0);
    if (number !== numbers[n]) {
      print`wait for ${numbers[n]} gave ${number}\n`;
      bad++;
      continue;
    }
    const status = room.status;
    // Whoever has no memory when it needs a page is ended: that is what the hungry one is for.
    const starved = hungry && ((status & 0x7f) === i32(SIGBUS) || (status & 0x7f) === i32(SIGKILL));
    if (status === 0 || starved) continue;
    bad++;
    const kind = n < KINDS.length * usize(workers) ? n / usize(workers) : KINDS.length;
    print`${kind < KINDS.length ? KINDS[kind].name : "hungry"} of seed ${seed} ended with ${status}\n`;
    if ((status & 0x7f) === i32(SIGSEGV)) print`by an address that is none\n`;
  }
  return bad;
}

function fork(): i64 {
  out.flush();
  return call(SYS_FORK, 0, 0, 0, 0, 0, 0);
}

/** A worker; below 0 where there is no memory for one. */
function begin(kind: usize, seed: u64, number: u32): i64 {
  const child = fork();
  if (child !== 0) return child;
  const random = zeroed<Random>();
  random.start(seed);
  KINDS[kind].work(ref(random), number);
  end(0);
}

function option(given: string): u64 {
  const number = parseNumber(given);
  if (isErr(number)) {
    print`${given} is no number\n`;
    end(2);
  }
  return number;
}

function say(round: u64, rounds: u64, bad: u32): void {
  print`stress: round ${round} of ${rounds}, ${bad} mistakes\n`;
  out.flush();
}

export function main(argc: u64, argv: Ptr<u64>): i32 {
  const options = beginOptions(argc, argv, "n:s:w:mk:", "", HELP, 2);
  let rounds: u64 = 10;
  let seed: u64 = 1;
  let workers: u32 = 1;
  let hungry = true;
  let folder = "";
  for (let letter = options.take(); letter !== 0; letter = options.take()) {
    if (letter === byte("n")) rounds = option(options.value);
    else if (letter === byte("s")) seed = option(options.value);
    else if (letter === byte("w")) workers = u32(option(options.value));
    else if (letter === byte("k")) folder = options.value;
    else hungry = false;
  }
  if (folder.length > 0) {
    const random = zeroed<Random>();
    random.start(seed);
    keepFiles(folder, seed, rounds, ref(random));
    return 0;
  }
  const before = processCount();
  // The first round fills what the kernel keeps ready.
  let bad = runRound(seed, workers, hungry);
  say(1, rounds, bad);
  // Twice, because the first look touches pages of this very program that it then has.
  let looked = room.last.lookAfter(before, "stress") && room.first.lookAfter(before, "stress");
  for (let round: u64 = 2; round <= rounds; round++) {
    bad += runRound(seed + round - 1, workers, hungry);
    say(round, rounds, bad);
  }
  looked = room.last.lookAfter(before, "stress") && looked;
  print`stress: ${rounds} rounds, ${bad} mistakes, ${room.first.free} frames free after the first and ${room.last.free} after the last\n`;
  if (processCount() > before) print`stress: ${processCount() - before} processes are left\n`;
  if (bad !== 0 || !looked || processCount() > before) return 1;
  if (room.last.differsFrom(ref(room.first))) {
    print`stress: memory is not where it was after the first round\n`;
    return 1;
  }
  print`stress: all is well\n`;
  return 0;
}
