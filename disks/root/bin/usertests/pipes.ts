// Pipes, named and not, and poll.
import {
  SYS_CLOSE,
  SYS_FCNTL,
  SYS_LSEEK,
  SYS_MKNOD,
  SYS_OPEN,
  SYS_PIPE,
  SYS_POLL,
  SYS_PREAD,
  SYS_READ,
  SYS_SLEEP,
  SYS_UNLINK,
  SYS_WRITE,
} from "../../../../kernel/abi/calls.ts";
import {
  F_GETFD,
  FD_CLOEXEC,
  O_CLOEXEC,
  O_NONBLOCK,
  O_RDONLY,
  O_WRONLY,
  POLLHUP,
  POLLIN,
  POLLNVAL,
  POLLOUT,
  type PollFd,
  S_IFIFO,
} from "../../../../kernel/abi/files.ts";
import { call } from "../../../lib/door.ts";
import { end, equal, expect, fails, fork, KERNEL, NO_FILE, path, test, waitFor, works } from "./harness.ts";

const MILLISECOND: u64 = 1_000_000;

class Words {
  ends: Arr<i32, 2>;
  bytes: Arr<u8, 8192>;
  polled: Arr<PollFd, 4>;
}
const words = zeroed<Words>();

function pipe(flags: u32): void {
  equal(call(SYS_PIPE, addr(ref(words.ends[0])), u64(flags), 0, 0, 0, 0), 0, "pipe");
}

function reading(): u64 {
  return u64(words.ends[0]);
}

function writing(): u64 {
  return u64(words.ends[1]);
}

function read(fd: u64, length: u64): i64 {
  return call(SYS_READ, fd, addr(ref(words.bytes[0])), length, 0, 0, 0);
}

function write(fd: u64, length: u64): i64 {
  return call(SYS_WRITE, fd, addr(ref(words.bytes[0])), length, 0, 0, 0);
}

function close(fd: u64): void {
  equal(call(SYS_CLOSE, fd, 0, 0, 0, 0, 0), 0, "close");
}

function sleep(nanoseconds: u64): void {
  call(SYS_SLEEP, nanoseconds, 0, 0, 0, 0, 0);
}

/** Polls one descriptor; what it has. */
function poll(fd: u64, events: u16, timeout: i32): u16 {
  words.polled[0].fd = i32(fd);
  words.polled[0].events = events;
  words.polled[0].revents = 0;
  works(call(SYS_POLL, addr(ref(words.polled[0])), 1, u64(timeout), 0, 0, 0), "poll");
  return words.polled[0].revents;
}

export function pipeTests(): void {
  test("what goes into a pipe comes out", () => {
    pipe(0);
    equal(call(SYS_WRITE, writing(), addr("through"), 7, 0, 0, 0), 7, "write");
    equal(read(reading(), 100), 7, "read");
    expect(text(slice(words.bytes, 7)) === "through", "bytes");
  });
  test("a pipe without writers is at its end", () => {
    pipe(0);
    write(writing(), 3);
    close(writing());
    equal(read(reading(), 100), 3, "what was in it");
    equal(read(reading(), 100), 0, "the end");
  });
  test("reading waits for a writer", () => {
    pipe(0);
    const child = fork();
    if (child === 0) {
      sleep(30 * MILLISECOND);
      end(write(writing(), 5) === 5 ? 0 : 1);
    }
    equal(read(reading(), 100), 5, "read");
    equal(i64(waitFor(child)), 0, "status");
  });
  test("writing waits for a reader when the pipe is full", () => {
    pipe(0);
    const child = fork();
    if (child === 0) {
      for (let n: u32 = 0; n < 40; n++) if (write(writing(), 8192) !== 8192) end(1);
      end(0);
    }
    close(writing());
    let sum: u64 = 0;
    for (;;) {
      const got = works(read(reading(), 1000), "read");
      if (got === 0) break;
      sum += got;
    }
    equal(i64(sum), 40 * 8192, "bytes");
    equal(i64(waitFor(child)), 0, "status");
  });
  test("O_NONBLOCK: an empty pipe and a full one are EAGAIN", () => {
    pipe(O_NONBLOCK);
    fails(read(reading(), 1), Errno.EAGAIN, "read");
    let got: i64 = 0;
    for (let n: u32 = 0; n < 1000; n++) {
      got = write(writing(), 4096);
      if (got < 0) break;
    }
    fails(got, Errno.EAGAIN, "write");
  });
  test("pipe: flags, bad flags, a bad address", () => {
    pipe(O_CLOEXEC);
    equal(call(SYS_FCNTL, reading(), u64(F_GETFD), 0, 0, 0, 0), i64(FD_CLOEXEC), "F_GETFD");
    fails(call(SYS_PIPE, addr(ref(words.ends[0])), 1, 0, 0, 0, 0), Errno.EINVAL, "flags");
    fails(call(SYS_PIPE, KERNEL, 0, 0, 0, 0, 0), Errno.EFAULT, "address");
  });
  test("pipes have no places", () => {
    pipe(0);
    fails(call(SYS_LSEEK, reading(), 0, 0, 0, 0, 0), Errno.ESPIPE, "lseek");
    fails(call(SYS_PREAD, reading(), addr(ref(words.bytes[0])), 1, 0, 0, 0), Errno.ESPIPE, "pread");
  });
  test("the wrong end is EBADF", () => {
    pipe(0);
    fails(write(reading(), 1), Errno.EBADF, "write");
    fails(read(writing(), 1), Errno.EBADF, "read");
  });
  test("writes of up to 4096 bytes stay together", () => {
    pipe(0);
    for (let child: u8 = 0; child < 3; child++) {
      if (fork() === 0) {
        fill(slice(words.bytes), byte("a") + child);
        for (let n: u32 = 0; n < 20; n++) write(writing(), 3000);
        end(0);
      }
    }
    close(writing());
    let in_: u64 = 0;
    let last: u8 = 0;
    let sum: u64 = 0;
    for (;;) {
      const got = works(read(reading(), 8192), "read");
      if (got === 0) break;
      for (let n: usize = 0; n < got; n++) {
        if (in_ % 3000 === 0) last = words.bytes[n];
        expect(words.bytes[n] === last, "one writer's bytes");
        in_++;
      }
      sum += got;
    }
    equal(i64(sum), 180_000, "bytes");
    for (let child: u32 = 0; child < 3; child++) expect(call(9, u64(-1), 0, 0, 0, 0, 0) > 0, "wait");
  });
  test("a named pipe connects two who open it", () => {
    equal(call(SYS_MKNOD, path("/tmp/fifo"), u64(S_IFIFO | 0o600), 0, 0, 0, 0), 0, "mknod");
    const child = fork();
    if (child === 0) {
      const fd = works(call(SYS_OPEN, path("/tmp/fifo"), u64(O_WRONLY), 0, 0, 0, 0), "open");
      end(write(fd, 9) === 9 ? 0 : 1);
    }
    const fd = works(call(SYS_OPEN, path("/tmp/fifo"), u64(O_RDONLY), 0, 0, 0, 0), "open");
    equal(read(fd, 100), 9, "read");
    equal(read(fd, 100), 0, "the end");
    equal(i64(waitFor(child)), 0, "status");
    call(SYS_UNLINK, path("/tmp/fifo"), 0, 0, 0, 0, 0);
  });
  test("poll tells what can be read and written", () => {
    pipe(0);
    equal(i64(poll(reading(), POLLIN, 0)), 0, "an empty pipe");
    equal(i64(poll(writing(), POLLOUT, 0)), i64(POLLOUT), "one with room");
    write(writing(), 1);
    equal(i64(poll(reading(), POLLIN, 0)), i64(POLLIN), "one with a byte");
    read(reading(), 1);
    close(writing());
    expect((poll(reading(), POLLIN, 0) & POLLHUP) !== 0, "one without writers");
  });
  test("poll waits for a byte, and not longer than asked", () => {
    pipe(0);
    const child = fork();
    if (child === 0) {
      sleep(30 * MILLISECOND);
      write(writing(), 1);
      end(0);
    }
    equal(i64(poll(reading(), POLLIN, 5000)), i64(POLLIN), "a byte came");
    read(reading(), 1);
    equal(i64(poll(reading(), POLLIN, 20)), 0, "nothing came");
    waitFor(child);
  });
  test("poll: no file is POLLNVAL, a negative one is left out, bad addresses are EFAULT", () => {
    equal(i64(poll(NO_FILE, POLLIN, 0)), i64(POLLNVAL), "no file");
    equal(i64(poll(u64(-1), POLLIN, 0)), 0, "a negative one");
    fails(call(SYS_POLL, KERNEL, 1, 0, 0, 0, 0), Errno.EFAULT, "address");
    fails(call(SYS_POLL, addr(ref(words.polled[0])), 100_000, 0, 0, 0, 0), Errno.EINVAL, "too many");
  });
}
