/**
 * Programs' memory against a model: random mappings, protections, writes and forks of several spaces. Each access is made as
 * the processor makes it, by the page tables, with a page fault where they do not allow it.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { layoutWithMemory, startMemoryText } from "../testing/arena.ts";
import { kernelModule } from "../testing/module.ts";

const arena = 8 << 20;
const PAGE = 4096;

/** Modules that need a running system. */
const doubles = {
  "kernel/layout.ts": layoutWithMemory(arena),
  "kernel/sync/mutex.ts": `
export class SleepingMutex {
  held: u32;
  lock(): HeldMutex {
    attr(maySleep);
    assert(this.held === 0, "the space's mutex is taken twice");
    this.held = 1;
    return new HeldMutex(ref<SleepingMutex>(this));
  }
}
export class HeldMutex implements Disposable {
  constructor(private mutex: Ptr<SleepingMutex>) {}
  [Symbol.dispose](): void {
    this.mutex.held = 0;
  }
}`,
  "kernel/task/task.ts": `
import type { Space } from "../memory/space.ts";
export class Task {
  space: Ptr<Space> | null;
}
const me = zeroed<Task>();
export function current(): Ptr<Task> {
  return ref(me);
}`,
  // A file whose byte at n is n / 7, and which keeps what is written to it.
  "kernel/fs/vnode.ts": `
export class Vnode {
  holders: u32;
  bytes: u64;
  written: Arr<u8, 65536>;
}
export function hold(v: Ptr<Vnode>): Ptr<Vnode> {
  v.holders++;
  return v;
}
export function drop(v: Ptr<Vnode>): void {
  v.holders--;
}
export function readVnode(v: Ptr<Vnode>, offset: u64, into: Slice<u8>): Res<usize> {
  attr(maySleep);
  if (offset === 0xf000) return err(Errno.EIO);
  let done: usize = 0;
  while (done < into.length && offset + done < v.bytes) {
    into[done] = v.written[offset + done];
    done++;
  }
  return done;
}
export function writeVnode(v: Ptr<Vnode>, offset: u64, from: View<u8>): Res<usize> {
  attr(maySleep);
  for (let i: usize = 0; i < from.length; i++) v.written[offset + i] = from[i];
  return from.length;
}`,
  "kernel/memory/kernel-space.ts": `
import type { Phys } from "../layout.ts";
import { OWNER_TABLES, physOf, zeroedFrame } from "./frames.ts";
let root: Phys = 0;
export function kernelRoot(): Phys {
  if (root !== 0) return root;
  const frame = zeroedFrame(OWNER_TABLES);
  if (isErr(frame)) panic("no memory");
  root = physOf(frame);
  return root;
}`,
};

const source = `
import { freeFrames } from "./memory/frames.ts";
import { PAGE_MASK, type Phys } from "./layout.ts";
import { create } from "./memory/slab.ts";
import { ADDRESS, findEntry, NO_EXECUTE, PRESENT, USER, WRITABLE, COPY_ON_WRITE } from "./memory/tables.ts";
import { createSpace, dropSpace, FaultEnd, forkSpace, handleFault, mapAnonymous, mapFile, mapStack, moveBreak, pageFaults, protect, setBreak, type Space, syncMapped, unmap } from "./memory/space.ts";
import { Vnode } from "./fs/vnode.ts";
import { current } from "./task/task.ts";
import { direct, unitPhys } from "./layout.ts";
${startMemoryText}
const spaces = zeroed<Arr<Ptr<Space> | null, 8>>();
const file = zeroed<Vnode>();
function spaceOf(n: u64): Ptr<Space> {
  const space = spaces[n];
  if (space === null) panic("no space");
  return space;
}
export function make(n: u64): u64 {
  const made = createSpace();
  if (isErr(made)) return u64(made.code);
  setBreak(made, 0x50_0000);
  spaces[n] = made;
  return 0;
}
export function fork(from: u64, to: u64): u64 {
  const made = forkSpace(spaceOf(from));
  if (isErr(made)) return u64(made.code);
  spaces[to] = made;
  return 0;
}
export function end(n: u64): void {
  dropSpace(spaceOf(n));
  spaces[n] = null;
}
function told(r: Res<u64>): u64 {
  return isErr(r) ? 0 - u64(r.code) : r;
}
function toldVoid(r: Res<void>): u64 {
  return isErr(r) ? 0 - u64(r.code) : 0;
}
export function map(n: u64, at: u64, bytes: u64, rights: u64, flags: u64): u64 {
  return told(mapAnonymous(spaceOf(n), at, bytes, u32(rights), u32(flags)));
}
export function mapTheFile(n: u64, at: u64, bytes: u64, rights: u64, flags: u64, offset: u64): u64 {
  return told(mapFile(spaceOf(n), at, bytes, u32(rights), u32(flags), ref(file), offset));
}
export function fillFile(bytes: u64): void {
  file.bytes = bytes;
  for (let i: usize = 0; i < bytes; i++) file.written[i] = u8(i / 7);
}
export function fileByte(at: u64): u64 {
  return u64(file.written[at]);
}
export function fileHolders(): u64 {
  return u64(file.holders);
}
export function stack(n: u64): u64 {
  return told(mapStack(spaceOf(n)));
}
export function unmapped(n: u64, at: u64, bytes: u64): u64 {
  return toldVoid(unmap(spaceOf(n), at, bytes));
}
export function protected_(n: u64, at: u64, bytes: u64, rights: u64): u64 {
  return toldVoid(protect(spaceOf(n), at, bytes, u32(rights)));
}
export function synced(n: u64, at: u64, bytes: u64): u64 {
  return toldVoid(syncMapped(spaceOf(n), at, bytes));
}
export function brk(n: u64, delta: u64): u64 {
  return told(moveBreak(spaceOf(n), i64(delta)));
}
/** kind 0 reads, 2 writes value, 16 executes. 0x100 + the byte, or FaultEnd. */
export function access(n: u64, at: u64, kind: u64, value: u64): u64 {
  const space = spaceOf(n);
  current().space = space;
  for (let turn = 0; turn < 4; turn++) {
    const entry = findEntry(space.root, at);
    let code = kind | 4;
    if (entry !== null && (entry[0] & PRESENT) !== 0) {
      const e = entry[0];
      assert((e & USER) !== 0, "a page that the program cannot reach");
      assert((e & WRITABLE) === 0 || (e & COPY_ON_WRITE) === 0, "a page that is written and copied");
      if ((kind !== 2 || (e & WRITABLE) !== 0) && (kind !== 16 || (e & NO_EXECUTE) === 0)) {
        const byte = ref(unsafe.ptr<u8>(direct(unit<Phys>((e & ADDRESS) | (at & PAGE_MASK))))[0]);
        if (kind === 2) {
          entry[0] = e | 0x40;
          byte[0] = u8(value);
        }
        return 0x100 + u64(byte[0]);
      }
      code |= 1;
    }
    const fault = handleFault(at, code);
    if (fault !== FaultEnd.Done) return u64(fault);
  }
  panic("page faults without end");
}
export function left(): u64 {
  return freeFrames();
}
`.replace(`import { direct, unitPhys } from "./layout.ts";\n`, `import { direct } from "./layout.ts";\n`);

const [READ, WRITE, EXEC] = [1n, 2n, 4n];
const [SHARED, PRIVATE, FIXED, ANONYMOUS] = [1n, 2n, 0x10n, 0x20n];
const [FORBIDDEN, FAILED] = [1n, 2n];

function machine() {
  let cr3 = 0n;
  const module = kernelModule(source, doubles, {
    machine: (name, args) => {
      if (name === "readCr3") return [cr3];
      if (name === "writeCr3") cr3 = args[0]!;
      if (name === "writeCr3" || name === "invlpg") return [];
      throw new Error(name);
    },
  });
  module.call("startMemory", 1n << 20n, BigInt(arena - (1 << 20)));
  const one = (name: string, ...args: (bigint | number)[]) => BigInt.asIntN(64, module.call(name, ...args.map(BigInt))[0]!);
  // What stays allocated for good: the kernel's root, and a frame of each class of small objects.
  one("make", 0);
  one("map", 0, 0, PAGE, READ, PRIVATE | ANONYMOUS);
  one("fork", 0, 1);
  module.call("end", 0n);
  module.call("end", 1n);
  const before = one("left");
  return { one, end: (n: number) => void module.call("end", BigInt(n)), before, fill: (n: number) => void module.call("fillFile", BigInt(n)) };
}

test("memory is zero, and there when it is touched, and comes back", () => {
  const { one, end, before } = machine();
  one("make", 0);
  const at = one("map", 0, 0, 10 * PAGE, READ | WRITE, PRIVATE | ANONYMOUS);
  assert.ok(at > 0n && at % 4096n === 0n);
  const used = one("left");
  assert.equal(one("access", 0, at + 5n, 0, 0), 0x100n);
  assert.equal(one("access", 0, at + 5n, 2, 0xab), 0x1abn);
  assert.equal(one("access", 0, at + 5n, 0, 0), 0x1abn);
  assert.ok(used - one("left") <= 5n, "a page and its tables");
  assert.equal(one("access", 0, at + 10n * 4096n, 0, 0), FORBIDDEN);
  assert.equal(one("access", 0, at, 16, 0), FORBIDDEN, "data is not executed");
  assert.equal(one("unmapped", 0, at, 4096), 0n);
  assert.equal(one("access", 0, at + 5n, 0, 0), FORBIDDEN);
  assert.equal(one("access", 0, at + 4096n, 0, 0), 0x100n);
  end(0);
  assert.equal(one("left"), before);
});

test("after fork each has its own, until then the same", () => {
  const { one, end, before } = machine();
  one("make", 0);
  const at = one("map", 0, 0, 4 * PAGE, READ | WRITE, PRIVATE | ANONYMOUS);
  for (let k = 0n; k < 4n; k++) one("access", 0, at + k * 4096n, 2, k + 1n);
  const beforeFork = one("left");
  assert.equal(one("fork", 0, 1), 0n);
  assert.ok(beforeFork - one("left") <= 5n, "tables only");
  one("access", 1, at, 2, 0x77);
  assert.equal(one("access", 0, at, 0, 0), 0x101n);
  assert.equal(one("access", 1, at, 0, 0), 0x177n);
  one("access", 0, at + 4096n, 2, 0x55);
  assert.equal(one("access", 1, at + 4096n, 0, 0), 0x102n);
  end(0);
  // The last one who has a page writes without a copy.
  const left = one("left");
  one("access", 1, at + 2n * 4096n, 2, 9);
  assert.equal(one("left"), left);
  end(1);
  assert.equal(one("left"), before);
});

test("what is shared stays shared after fork", () => {
  const { one, end, before } = machine();
  one("make", 0);
  const at = one("map", 0, 0, 2 * PAGE, READ | WRITE, SHARED | ANONYMOUS);
  one("fork", 0, 1);
  one("access", 1, at + 4096n, 2, 0x33);
  assert.equal(one("access", 0, at + 4096n, 0, 0), 0x133n);
  end(0);
  end(1);
  assert.equal(one("left"), before);
});

test("files: their bytes, zeros behind, errors of the disk, writing back", () => {
  const { one, end, before, fill } = machine();
  fill(6000);
  one("make", 0);
  const at = one("mapTheFile", 0, 0, 3 * PAGE, READ, PRIVATE, 0);
  assert.equal(one("access", 0, at + 700n, 0, 0), 0x100n + 100n);
  assert.equal(one("access", 0, at + 5999n, 0, 0), 0x100n + BigInt(Math.floor(5999 / 7) & 255));
  assert.equal(one("access", 0, at + 6000n, 0, 0), 0x100n);
  assert.equal(one("access", 0, at, 2, 1), FORBIDDEN);
  const other = one("mapTheFile", 0, 0, PAGE, READ | WRITE, SHARED, 4096);
  one("access", 0, other + 10n, 2, 0xee);
  assert.notEqual(one("fileByte", 4106), 0xeen);
  assert.equal(one("synced", 0, other, PAGE), 0n);
  assert.equal(one("fileByte", 4106), 0xeen);
  const copy = one("mapTheFile", 0, 0, PAGE, READ | WRITE, PRIVATE, 0);
  one("access", 0, copy, 2, 0x99);
  assert.equal(one("synced", 0, copy, PAGE), 0n);
  assert.equal(one("fileByte", 0), 0n, "a private copy is not written back");
  const broken = one("mapTheFile", 0, 0, PAGE, READ, PRIVATE, 0xf000);
  assert.equal(one("access", 0, broken, 0, 0), FAILED);
  assert.equal(one("fileHolders"), 4n);
  one("access", 0, other + 11n, 2, 0xdd);
  end(0);
  assert.equal(one("fileByte", 4107), 0xddn, "the end of a program writes back");
  assert.equal(one("fileHolders"), 0n);
  assert.equal(one("left"), before);
});

test("the stack grows, but not for ever and not into something else", () => {
  const { one, end, before } = machine();
  one("make", 0);
  const top = one("stack", 0);
  assert.equal(one("access", 0, top - 8n, 2, 1), 0x101n);
  assert.equal(one("access", 0, top - 100_000n, 2, 2), 0x102n);
  assert.equal(one("access", 0, top - 9n * 1024n * 1024n, 2, 2), FORBIDDEN);
  const below = top - 500n * 4096n;
  one("map", 0, below, PAGE, READ, PRIVATE | ANONYMOUS | FIXED);
  assert.equal(one("access", 0, below + 4096n, 2, 2), FORBIDDEN, "a page between stays free");
  assert.equal(one("access", 0, below + 8192n, 2, 2), 0x102n);
  end(0);
  assert.equal(one("left"), before);
});

test("the heap moves to the byte, back and forth", () => {
  const { one, end, before } = machine();
  one("make", 0);
  const start = one("brk", 0, 0);
  assert.equal(one("brk", 0, 100), start);
  assert.equal(one("access", 0, start + 99n, 2, 5), 0x105n);
  assert.equal(one("brk", 0, 10_000), start + 100n);
  assert.equal(one("access", 0, start + 10_099n, 2, 6), 0x106n);
  assert.equal(one("brk", 0, -10_000), start + 10_100n);
  assert.equal(one("access", 0, start + 9000n, 0, 0), FORBIDDEN);
  assert.equal(one("access", 0, start + 99n, 0, 0), 0x105n);
  assert.equal(one("brk", 0, -200), -22n);
  assert.equal(one("brk", 0, 1 << 30), -12n, "more than there is");
  assert.equal(one("brk", 0, 0), start + 100n);
  end(0);
  assert.equal(one("left"), before);
});

test("wrong arguments are errors", () => {
  const { one, end, before } = machine();
  one("make", 0);
  const anonymous = PRIVATE | ANONYMOUS;
  assert.equal(one("map", 0, 0, 0, READ, anonymous), -22n);
  assert.equal(one("map", 0, 0x1001, PAGE, READ, anonymous | FIXED), -22n);
  assert.equal(one("map", 0, 0, PAGE, READ, anonymous | FIXED), -22n, "page 0 is nobody's");
  assert.equal(one("map", 0, 0x7fff_ffff_f000n, PAGE, READ, anonymous | FIXED), -22n);
  assert.equal(one("map", 0, 0xffff_8000_0000_0000n, PAGE, READ, anonymous | FIXED), -22n);
  assert.equal(one("map", 0, 0, 1n << 62n, READ, anonymous), -22n);
  assert.equal(one("unmapped", 0, 0x1001, PAGE), -22n);
  assert.equal(one("protected_", 0, 0x10_0000, PAGE, READ), -12n, "nothing there");
  assert.equal(one("mapTheFile", 0, 0, PAGE, READ, PRIVATE, 100), -22n);
  end(0);
  assert.equal(one("left"), before);
});

test("out of memory is an error, and everything comes back", () => {
  const { one, end, before } = machine();
  one("make", 0);
  const all = before * 4096n;
  assert.equal(one("map", 0, 0, all, READ | WRITE, PRIVATE | ANONYMOUS), -12n);
  const most = (all * 3n) / 5n;
  const first = one("map", 0, 0, most, READ | WRITE, PRIVATE | ANONYMOUS);
  const second = one("map", 0, 0, most, READ | WRITE, PRIVATE | ANONYMOUS);
  let failed = 0;
  for (const at of [first, second])
    for (let k = 0n; k < most; k += 4096n) if (one("access", 0, at + k, 2, 1) === FAILED) failed++;
  assert.ok(failed > 0);
  assert.equal(one("fork", 0, 1), 12n, "not even tables for a child");
  assert.equal(one("map", 0, 0, PAGE * 4, READ | WRITE, SHARED | ANONYMOUS), -12n);
  end(0);
  assert.equal(one("left"), before);
});

test("random mappings, rights, writes and forks are as in the model", () => {
  const { one, end, before } = machine();
  let state = 99;
  const next = (below: number) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  const base = 0x1000_0000n;
  const pages = 64;
  /** By page: rights and the value at its beginning; null: nothing there. */
  type Model = ({ rights: bigint; value: bigint } | null)[];
  const models = new Map<number, Model>();
  models.set(0, new Array(pages).fill(null));
  one("make", 0);
  const rightsOf = [READ, READ | WRITE, READ | EXEC, 0n, READ | WRITE | EXEC];
  for (let turn = 0; turn < 6000; turn++) {
    const ids = [...models.keys()];
    const n = ids[next(ids.length)]!;
    const model = models.get(n)!;
    const from = next(pages);
    const count = 1 + next(Math.min(12, pages - from));
    const at = base + BigInt(from * PAGE);
    const rights = rightsOf[next(rightsOf.length)]!;
    switch (next(12)) {
      case 0:
        assert.equal(one("map", n, at, count * PAGE, rights, PRIVATE | ANONYMOUS | FIXED), at);
        for (let k = from; k < from + count; k++) model[k] = { rights, value: 0n };
        break;
      case 1:
        assert.equal(one("unmapped", n, at, count * PAGE), 0n);
        for (let k = from; k < from + count; k++) model[k] = null;
        break;
      case 2: {
        const whole = model.slice(from, from + count).every((it) => it !== null);
        assert.equal(one("protected_", n, at, count * PAGE, rights), whole ? 0n : -12n);
        if (whole) for (let k = from; k < from + count; k++) model[k]!.rights = rights;
        break;
      }
      case 3: {
        const to = [0, 1, 2, 3, 4].find((id) => !models.has(id));
        if (to === undefined || next(3) > 0) break;
        assert.equal(one("fork", n, to), 0n);
        models.set(to, model.map((it) => it && { ...it }));
        break;
      }
      case 4:
        if (models.size === 1 || next(3) > 0) break;
        end(n);
        models.delete(n);
        break;
      default: {
        const page = model[from]!;
        const kind = [0, 2, 2, 16][next(4)]!;
        const value = BigInt(next(256));
        const needed = kind === 0 ? READ | WRITE | EXEC : kind === 2 ? WRITE : EXEC;
        const allowed = page !== null && (page.rights & needed) !== 0n;
        const got = one("access", n, at, kind, value);
        if (allowed && kind === 2) page.value = value;
        assert.equal(got, allowed ? 0x100n + page.value : FORBIDDEN, `turn ${turn}`);
      }
    }
  }
  for (const n of models.keys()) end(n);
  assert.equal(one("left"), before);
});
