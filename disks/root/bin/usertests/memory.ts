// Memory: the heap, mappings, rights, copy on write, the stack, and what happens when there is no more.
import {
  SYS_CLOSE,
  SYS_MMAP,
  SYS_MOREMEM,
  SYS_MPROTECT,
  SYS_MSYNC,
  SYS_MUNMAP,
  SYS_OPEN,
  SYS_READ,
  SYS_SYSINFO,
  SYS_UNLINK,
  SYS_WRITE,
} from "../../../../kernel/abi/calls.ts";
import { O_CREAT, O_RDONLY, O_RDWR, O_TRUNC } from "../../../../kernel/abi/files.ts";
import {
  MAP_ANONYMOUS,
  MAP_FIXED,
  MAP_PRIVATE,
  MAP_SHARED,
  PROT_EXEC,
  PROT_NONE,
  PROT_READ,
  PROT_WRITE,
  type SystemInfo,
} from "../../../../kernel/abi/processes.ts";
import { SIGSEGV } from "../../../../kernel/abi/signals.ts";
import { call } from "../../../lib/door.ts";
import { byteAt, end, equal, expect, fails, inChild, KERNEL, NO_FILE, path, run, test, word, works } from "./harness.ts";

const PAGE: u64 = 4096;
const BOTH: u32 = PROT_READ | PROT_WRITE;
const PRIVATE: u32 = MAP_PRIVATE | MAP_ANONYMOUS;
const SHARED: u32 = MAP_SHARED | MAP_ANONYMOUS;

class Words {
  info: SystemInfo;
  bytes: Arr<u8, 64>;
}
const words = zeroed<Words>();

function map(at: u64, length: u64, rights: u32, flags: u32): i64 {
  return call(SYS_MMAP, at, length, u64(rights), u64(flags), 0, 0);
}

function mapped(length: u64): u64 {
  return works(map(0, length, BOTH, PRIVATE), "mmap");
}

function unmap(at: u64, length: u64): i64 {
  return call(SYS_MUNMAP, at, length, 0, 0, 0, 0);
}

function protect(at: u64, length: u64, rights: u32): i64 {
  return call(SYS_MPROTECT, at, length, u64(rights), 0, 0, 0);
}

/** The signal that ends a child which reads, or writes, a byte; 0: it may. */
function reads(at: u64): i32 {
  return inChild(() => end(byteAt(at)[0] === 255 ? 1 : 0)) & 0x7f;
}

function writes(at: u64): i32 {
  return (
    inChild(() => {
      byteAt(at)[0] = 1;
    }) & 0x7f
  );
}

function free(): u64 {
  equal(call(SYS_SYSINFO, addr(ref(words.info)), 0, 0, 0, 0, 0), 0, "sysinfo");
  return words.info.freeFrames;
}

function deep(left: u64): u64 {
  attr(bounded(4096));
  const room = zeroed<Arr<u64, 120>>();
  room[left % 120] = left;
  if (left === 0) return room[0];
  return deep(left - 1) + room[left % 120];
}

/** A file with a byte pattern over so many bytes; its descriptor. */
function file(name: string, length: u64): u64 {
  const fd = works(call(SYS_OPEN, path(name), u64(O_CREAT | O_RDWR | O_TRUNC), 0o644, 0, 0, 0), "open");
  const block = mapped(length);
  for (let n: u64 = 0; n < length; n++) byteAt(block)[n] = u8(n * 7 + (n >> 8));
  equal(call(SYS_WRITE, fd, block, length, 0, 0, 0), i64(length), "write");
  return fd;
}

export function memoryTests(): void {
  test("moremem gives zeros, where the heap ended before", () => {
    const before = works(call(SYS_MOREMEM, 0, 0, 0, 0, 0, 0), "moremem 0");
    equal(call(SYS_MOREMEM, 3 * PAGE, 0, 0, 0, 0, 0), i64(before), "moremem");
    for (let n: u64 = 0; n < 3 * PAGE; n += 512) expect(byteAt(before)[n] === 0, "zero");
    byteAt(before)[3 * PAGE - 1] = 9;
    equal(call(SYS_MOREMEM, 0, 0, 0, 0, 0, 0), i64(before + 3 * PAGE), "the end");
  });
  test("moremem backwards gives memory back", () => {
    const before = works(call(SYS_MOREMEM, 4 * PAGE, 0, 0, 0, 0, 0), "moremem");
    const start = (before + PAGE - 1) & ~(PAGE - 1);
    byteAt(start)[PAGE] = 1;
    equal(call(SYS_MOREMEM, u64(-4 * i64(PAGE)), 0, 0, 0, 0, 0), i64(before + 4 * PAGE), "back");
    equal(i64(reads(start + PAGE)), i64(SIGSEGV), "reading it");
    works(call(SYS_MOREMEM, 4 * PAGE, 0, 0, 0, 0, 0), "again");
    expect(byteAt(start)[PAGE] === 0, "zeros again");
  });
  test("moremem below the beginning is EINVAL, without end ENOMEM", () => {
    fails(call(SYS_MOREMEM, u64(-0x1000_0000_0000), 0, 0, 0, 0, 0), Errno.EINVAL, "below");
    fails(call(SYS_MOREMEM, 0x7000_0000_0000, 0, 0, 0, 0, 0), Errno.ENOMEM, "above");
  });
  test("mmap gives zeros", () => {
    const at = mapped(5 * PAGE);
    equal(i64(at & (PAGE - 1)), 0, "a page's beginning");
    for (let n: u64 = 0; n < 5 * PAGE; n += 8) expect(word(at + n)[0] === 0, "zero");
  });
  test("mmap rounds up to pages", () => {
    const at = mapped(1);
    byteAt(at)[PAGE - 1] = 1;
    equal(i64(reads(at + PAGE)), i64(SIGSEGV), "behind");
  });
  test("mappings do not overlap", () => {
    const first = mapped(3 * PAGE);
    const second = mapped(3 * PAGE);
    expect(first + 3 * PAGE <= second || second + 3 * PAGE <= first, "apart");
  });
  test("mmap with MAP_FIXED goes where it is told, over what is there", () => {
    const at = mapped(3 * PAGE);
    byteAt(at)[PAGE] = 5;
    equal(map(at + PAGE, PAGE, BOTH, PRIVATE | MAP_FIXED), i64(at + PAGE), "mmap");
    expect(byteAt(at)[PAGE] === 0, "zeros");
  });
  test("mmap: bad lengths, places and flags", () => {
    fails(map(0, 0, BOTH, PRIVATE), Errno.EINVAL, "no length");
    fails(map(0x1001, PAGE, BOTH, PRIVATE | MAP_FIXED), Errno.EINVAL, "inside a page");
    fails(map(KERNEL, PAGE, BOTH, PRIVATE | MAP_FIXED), Errno.EINVAL, "the kernel's");
    fails(map(0, PAGE, BOTH, MAP_ANONYMOUS), Errno.EINVAL, "neither private nor shared");
    fails(map(0, 0x7fff_ffff_f000, BOTH, PRIVATE), Errno.ENOMEM, "all there is");
    fails(map(0, u64(-1), BOTH, PRIVATE), Errno.ENOMEM, "more than there is");
  });
  test("munmap takes memory away, also from the middle", () => {
    const at = mapped(3 * PAGE);
    for (let n: u64 = 0; n < 3; n++) byteAt(at)[n * PAGE] = 1;
    equal(unmap(at + PAGE, PAGE), 0, "munmap");
    equal(i64(reads(at)), 0, "the first");
    equal(i64(reads(at + PAGE)), i64(SIGSEGV), "the second");
    equal(i64(reads(at + 2 * PAGE)), 0, "the third");
  });
  test("munmap of what is not mapped does nothing; a bad range is EINVAL", () => {
    const at = mapped(PAGE);
    unmap(at, PAGE);
    equal(unmap(at, PAGE), 0, "twice");
    fails(unmap(at + 1, PAGE), Errno.EINVAL, "inside a page");
    fails(unmap(at, 0), Errno.EINVAL, "no length");
    fails(unmap(KERNEL & ~(PAGE - 1), PAGE), Errno.EINVAL, "the kernel's");
  });
  test("munmap gives frames back", () => {
    const warm = mapped(64 * PAGE);
    unmap(warm, 64 * PAGE);
    const before = free();
    const at = mapped(64 * PAGE);
    for (let n: u64 = 0; n < 64; n++) byteAt(at)[n * PAGE] = 1;
    expect(free() + 64 <= before, "64 frames are in use");
    unmap(at, 64 * PAGE);
    expect(free() + 4 >= before, "and back");
  });
  test("mprotect takes rights and gives them", () => {
    const at = mapped(PAGE);
    byteAt(at)[0] = 42;
    equal(protect(at, PAGE, PROT_READ), 0, "only reading");
    equal(i64(writes(at)), i64(SIGSEGV), "writing");
    equal(i64(reads(at)), 0, "reading");
    equal(protect(at, PAGE, PROT_NONE), 0, "nothing");
    equal(i64(reads(at)), i64(SIGSEGV), "reading");
    equal(protect(at, PAGE, BOTH), 0, "both");
    expect(byteAt(at)[0] === 42, "what was there");
  });
  test("mprotect of a part leaves the rest", () => {
    const at = mapped(3 * PAGE);
    equal(protect(at + PAGE, PAGE, PROT_READ), 0, "mprotect");
    equal(i64(writes(at)), 0, "the first");
    equal(i64(writes(at + PAGE)), i64(SIGSEGV), "the second");
    equal(i64(writes(at + 2 * PAGE)), 0, "the third");
  });
  test("mprotect: bad ranges and rights", () => {
    const at = mapped(PAGE);
    fails(protect(at + 1, PAGE, BOTH), Errno.EINVAL, "inside a page");
    fails(protect(at, PAGE, 0x100), Errno.EINVAL, "rights");
    unmap(at, PAGE);
    fails(protect(at, PAGE, BOTH), Errno.ENOMEM, "nothing there");
  });
  test("data is not executed unless that was asked for", () => {
    const at = mapped(PAGE);
    byteAt(at)[0] = 0xc3;
    equal(i64(inChild(() => void_(run(at, 0, 0, 0))) & 0x7f), i64(SIGSEGV), "data");
    equal(protect(at, PAGE, PROT_READ | PROT_EXEC), 0, "mprotect");
    equal(i64(inChild(() => void_(run(at, 0, 0, 0))) & 0x7f), 0, "code");
  });
  test("a program's text cannot be written", () => {
    equal(i64(writes(addressOfCode())), i64(SIGSEGV), "writing");
  });
  test("private memory is copied at fork when it is written, by whomever", () => {
    const at = mapped(2 * PAGE);
    word(at)[0] = 1;
    word(at + PAGE)[0] = 1;
    inChild(() => {
      word(at)[0] = 2;
    });
    equal(i64(word(at)[0]), 1, "written by the child");
    equal(
      i64(
        inChild(() => {
          for (let n: u32 = 0; n < 1000; n++) if (word(at + PAGE)[0] !== 1) end(1);
        }),
      ),
      0,
      "the child's",
    );
    word(at + PAGE)[0] = 3;
    equal(i64(word(at + PAGE)[0]), 3, "the parent's");
  });
  test("shared memory is shared with children", () => {
    const at = works(map(0, PAGE, BOTH, SHARED), "mmap");
    inChild(() => {
      word(at)[0] = 77;
    });
    equal(i64(word(at)[0]), 77, "what the child wrote");
  });
  test("copy on write by a system call", () => {
    const at = mapped(PAGE);
    word(at)[0] = 5;
    equal(
      i64(
        inChild(() => {
          equal(call(SYS_SYSINFO, at, 0, 0, 0, 0, 0), 0, "sysinfo writes there");
        }),
      ),
      0,
      "child",
    );
    equal(i64(word(at)[0]), 5, "the parent's");
  });
  test("the stack grows", () => {
    expect(deep(2000) !== 0, "two megabytes deep");
  });
  test("the stack has an end", () => {
    // push rax; jmp back
    const pushes: Arr<u8, 3> = [0x50, 0xeb, 0xfd];
    const at = mapped(PAGE);
    copySlice(slice(byteAt(at), 3), slice(pushes));
    equal(protect(at, PAGE, PROT_READ | PROT_EXEC), 0, "mprotect");
    equal(i64(inChild(() => void_(run(at, 0, 0, 0))) & 0x7f), i64(SIGSEGV), "signal");
  });
  test("a file in memory, with zeros behind its end", () => {
    const fd = file("/tmp/mapped", 5000);
    const at = works(call(SYS_MMAP, 0, 5000, u64(PROT_READ), u64(MAP_PRIVATE), fd, 0), "mmap");
    for (let n: u64 = 0; n < 5000; n += 3) expect(byteAt(at)[n] === u8(n * 7 + (n >> 8)), "the file's bytes");
    for (let n: u64 = 5000; n < 8192; n++) expect(byteAt(at)[n] === 0, "zeros");
    call(SYS_UNLINK, path("/tmp/mapped"), 0, 0, 0, 0, 0);
  });
  test("a file's second page, and a file that is closed", () => {
    const fd = file("/tmp/mapped", 8192);
    const at = works(call(SYS_MMAP, 0, PAGE, u64(PROT_READ), u64(MAP_PRIVATE), fd, PAGE), "mmap");
    call(SYS_CLOSE, fd, 0, 0, 0, 0, 0);
    call(SYS_UNLINK, path("/tmp/mapped"), 0, 0, 0, 0, 0);
    expect(byteAt(at)[5] === u8(4101 * 7 + 16), "byte");
  });
  test("what is written to a private mapping does not come to the file", () => {
    const fd = file("/tmp/mapped", 100);
    const at = works(call(SYS_MMAP, 0, 100, u64(BOTH), u64(MAP_PRIVATE), fd, 0), "mmap");
    byteAt(at)[3] = 0xee;
    unmap(at, PAGE);
    const again = works(call(SYS_OPEN, path("/tmp/mapped"), u64(O_RDONLY), 0, 0, 0, 0), "open");
    equal(call(SYS_READ, again, addr(ref(words.bytes[0])), 4, 0, 0, 0), 4, "read");
    equal(i64(words.bytes[3]), 21, "byte");
    call(SYS_UNLINK, path("/tmp/mapped"), 0, 0, 0, 0, 0);
  });
  test("what is written to a shared mapping comes to the file", () => {
    const fd = file("/tmp/mapped", 100);
    const at = works(call(SYS_MMAP, 0, 100, u64(BOTH), u64(MAP_SHARED), fd, 0), "mmap");
    byteAt(at)[3] = 0xee;
    equal(call(SYS_MSYNC, at, PAGE, 0, 0, 0, 0), 0, "msync");
    const again = works(call(SYS_OPEN, path("/tmp/mapped"), u64(O_RDONLY), 0, 0, 0, 0), "open");
    equal(call(SYS_READ, again, addr(ref(words.bytes[0])), 4, 0, 0, 0), 4, "read");
    equal(i64(words.bytes[3]), 0xee, "byte");
    call(SYS_UNLINK, path("/tmp/mapped"), 0, 0, 0, 0, 0);
  });
  test("mmap of files: no file, no right, no page", () => {
    fails(call(SYS_MMAP, 0, PAGE, u64(PROT_READ), u64(MAP_PRIVATE), NO_FILE, 0), Errno.EBADF, "no file");
    const fd = works(call(SYS_OPEN, path("/etc/passwd"), u64(O_RDONLY), 0, 0, 0, 0), "open");
    fails(call(SYS_MMAP, 0, PAGE, u64(BOTH), u64(MAP_SHARED), fd, 0), Errno.EACCES, "no right to write");
    fails(call(SYS_MMAP, 0, PAGE, u64(PROT_READ), u64(MAP_PRIVATE), fd, 1), Errno.EINVAL, "inside a page");
  });
  test("no more memory is an error, and no end", () => {
    equal(
      i64(
        inChild(() => {
          let count: u64 = 0;
          for (; count < 100_000; count++) {
            const at = map(0, 256 * PAGE, BOTH, SHARED);
            if (at < 0) {
              equal(at, -12, "ENOMEM");
              break;
            }
          }
          end(count < 100_000 ? 0 : 1);
        }),
      ),
      0,
      "status",
    );
    word(mapped(PAGE))[0] = 1;
  });
  test("memory that was promised and is not there ends the program, not the kernel", () => {
    const status = inChild(() => {
      for (let n: u64 = 0; n < 1_000_000; n++) {
        const at = call(SYS_MOREMEM, 64 * PAGE, 0, 0, 0, 0, 0);
        if (at < 0) end(0);
        for (let page: u64 = 0; page < 64; page++) byteAt(u64(at))[page * PAGE] = 1;
      }
    });
    expect(status === 0 || (status & 0x7f) !== 0, "an error or a signal");
  });
}

function void_(_: u64): void {}

class Code {
  function: Fn<() => void>;
}

function addressOfCode(): u64 {
  const own = zeroed<Code>();
  own.function = memoryTests;
  return unsafe.cast<Ptr<u64>>(ref(own.function))[0];
}
