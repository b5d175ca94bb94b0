// Mappings that come and go, with what is in them; copies of them by fork; and one that takes all memory.
import { SYS_MMAP, SYS_MPROTECT, SYS_MUNMAP } from "../../../../kernel/abi/calls.ts";
import { MAP_ANONYMOUS, MAP_PRIVATE, PROT_READ, PROT_WRITE } from "../../../../kernel/abi/processes.ts";
import { call } from "../../../lib/door.ts";
import type { Random } from "./random.ts";
import { check, end, fork, isShort, sleep, waitFor } from "./work.ts";

const PAGE: u64 = 4096;
const MAPPINGS = 10;
const RIGHTS = PROT_READ | PROT_WRITE;
const FLAGS = MAP_PRIVATE | MAP_ANONYMOUS;

class Mapping {
  at: u64;
  pages: u64;
  seed: u64;
}

class Words {
  mappings: Arr<Mapping, typeof MAPPINGS>;
}
const words = zeroed<Words>();

function wordAt(at: u64): Ptr<u64> {
  return unsafe.ptr<u64>(at);
}

function map(n: u64, random: Ptr<Random>): void {
  const mapping = ref(words.mappings[n]);
  mapping.pages = 1 + random.below(30);
  mapping.seed = random.next();
  const at = call(SYS_MMAP, 0, mapping.pages * PAGE, u64(RIGHTS), u64(FLAGS), 0, 0);
  if (isShort(at)) return;
  check(at > 0, "mmap");
  mapping.at = u64(at);
  for (let page: u64 = 0; page < mapping.pages; page++) {
    check(wordAt(mapping.at + page * PAGE)[0] === 0, "fresh memory is zeros");
    wordAt(mapping.at + page * PAGE)[0] = mapping.seed + page;
    wordAt(mapping.at + page * PAGE)[511] = ~mapping.seed;
  }
}

function verify(n: u64): void {
  const mapping = ref(words.mappings[n]);
  for (let page: u64 = 0; page < mapping.pages; page++) {
    check(wordAt(mapping.at + page * PAGE)[0] === mapping.seed + page, "the first word of a page");
    check(wordAt(mapping.at + page * PAGE)[511] === ~mapping.seed, "the last word of a page");
  }
}

function unmap(n: u64): void {
  const mapping = ref(words.mappings[n]);
  check(call(SYS_MUNMAP, mapping.at, mapping.pages * PAGE, 0, 0, 0, 0) === 0, "munmap");
  mapping.at = 0;
}

/** A child changes what it likes; here everything stays. */
function copy_(random: Ptr<Random>): void {
  const child = fork();
  if (child === 0) {
    for (let n: u64 = 0; n < MAPPINGS; n++) {
      if (words.mappings[n].at === 0) continue;
      verify(n);
      wordAt(words.mappings[n].at)[0] = 0;
    }
    end(0);
  }
  const n = random.below(MAPPINGS);
  const mapping = ref(words.mappings[n]);
  if (mapping.at !== 0) wordAt(mapping.at + (mapping.pages - 1) * PAGE)[100] = random.next();
  const status = waitFor(child);
  check(status === 0 || (status & 0x7f) === 7, "a child's copy");
}

export function memoryWork(random: Ptr<Random>, _: u32): void {
  for (let turn: u32 = 0; turn < 200; turn++) {
    const n = random.below(MAPPINGS);
    const there = words.mappings[n].at !== 0;
    const what = random.below(20);
    if (what === 0) copy_(random);
    else if (!there) map(n, random);
    else if (what < 8) verify(n);
    else if (what < 10) {
      const mapping = ref(words.mappings[n]);
      check(call(SYS_MPROTECT, mapping.at, PAGE, u64(PROT_READ), 0, 0, 0) === 0, "mprotect");
      verify(n);
      const back = call(SYS_MPROTECT, mapping.at, PAGE, u64(RIGHTS), 0, 0, 0);
      check(back === 0 || isShort(back), "mprotect back");
      if (back !== 0) unmap(n);
    } else unmap(n);
  }
}

/** Takes memory until there is none, holds it for a moment, and gives it back by ending. */
export function memoryHog(): void {
  const child = fork();
  if (child === 0) {
    for (let n: u32 = 0; n < 100_000; n++) {
      const at = call(SYS_MMAP, 0, 64 * PAGE, u64(RIGHTS), u64(FLAGS), 0, 0);
      if (at < 0) {
        check(isShort(at), "no memory is ENOMEM");
        break;
      }
      for (let page: u64 = 0; page < 64; page++) wordAt(u64(at) + page * PAGE)[0] = page;
    }
    sleep(20_000_000);
    end(0);
  }
  const status = waitFor(child);
  check(status === 0 || (status & 0x7f) === 7, "who takes all memory gets an error, or ends for want of it");
}
