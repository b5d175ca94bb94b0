// Bytes through a chain of processes, in pieces of any size; none may be lost, doubled or out of place.
import { SYS_CLOSE, SYS_PIPE, SYS_READ, SYS_WRITE } from "../../../../kernel/abi/calls.ts";
import { call } from "../../../lib/door.ts";
import type { Random } from "./random.ts";
import { check, end, fork, isShort, sleep, waitFor } from "./work.ts";

class Words {
  ends: Arr<i32, 2>;
  bytes: Arr<u8, 8192>;
}
const words = zeroed<Words>();

function pipe(): void {
  for (;;) {
    const done = call(SYS_PIPE, addr(ref(words.ends[0])), 0, 0, 0, 0, 0);
    if (done === 0) return;
    check(isShort(done), "pipe");
    sleep(5_000_000);
  }
}

function close(fd: u64): void {
  call(SYS_CLOSE, fd, 0, 0, 0, 0, 0);
}

function writeAll(fd: u64, count: usize): void {
  let done: usize = 0;
  while (done < count) {
    const now = call(SYS_WRITE, fd, addr(ref(words.bytes[done])), count - done, 0, 0, 0);
    check(now > 0, "write to a pipe");
    done += usize(now);
  }
}

/** The byte at a place of the stream. */
function byteAt(place: u64): u8 {
  return u8((place * 31) ^ (place >> 8));
}

function relay(from: u64, to: u64, random: Ptr<Random>): never {
  for (;;) {
    const got = call(SYS_READ, from, addr(ref(words.bytes[0])), 1 + random.below(8192), 0, 0, 0);
    check(got >= 0, "read from a pipe");
    if (got === 0) end(0);
    writeAll(to, usize(got));
  }
}

export function pipeWork(random: Ptr<Random>, _: u32): void {
  const length = 20_000 + random.below(60_000);
  const children = zeroed<Arr<i64, 4>>();
  pipe();
  let reading = u64(words.ends[0]);
  let writing = u64(words.ends[1]);
  children[0] = fork();
  if (children[0] === 0) {
    close(reading);
    let place: u64 = 0;
    while (place < length) {
      const left = length - place;
      const wanted = 1 + random.below(5000);
      const count = wanted < left ? wanted : left;
      for (let n: u64 = 0; n < count; n++) words.bytes[n] = byteAt(place + n);
      writeAll(writing, count);
      place += count;
    }
    end(0);
  }
  close(writing);
  for (let stage: usize = 1; stage < 4; stage++) {
    pipe();
    const next = u64(words.ends[0]);
    writing = u64(words.ends[1]);
    random.next();
    children[stage] = fork();
    if (children[stage] === 0) {
      close(next);
      relay(reading, writing, random);
    }
    close(reading);
    close(writing);
    reading = next;
  }
  let place: u64 = 0;
  for (;;) {
    const got = call(SYS_READ, reading, addr(ref(words.bytes[0])), 1 + random.below(8192), 0, 0, 0);
    check(got >= 0, "read from the last pipe");
    if (got === 0) break;
    for (let n: u64 = 0; n < u64(got); n++) check(words.bytes[n] === byteAt(place + n), "each byte in its place");
    place += u64(got);
  }
  let starved = false;
  for (let stage: usize = 0; stage < 4; stage++) if (waitFor(children[stage]) !== 0) starved = true;
  check(place === length || starved, "all bytes have come");
}
