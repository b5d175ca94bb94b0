/**
 * The kernel's file systems in Node: the real modules from the system calls down to the block layer, with a disk in an array
 * that remembers every write since the last flush. For everything else of the kernel there are doubles (kernel/fs/testing):
 * one process, no waiting, a clock that moves on by itself.
 */
import { readFileSync } from "node:fs";
import { layoutWithMemory, startMemoryText } from "./arena.ts";
import { type KernelModule, kernelModule } from "./module.ts";

const source = (path: string): string => readFileSync(new URL(`../${path}`, import.meta.url), "utf8");
const double = (name: string): string => source(`fs/testing/${name}.ts`);

const program = `
import type { Phys } from "./layout.ts";
${startMemoryText}
import { startDisk } from "./fs/testing/disk.ts";
import { shrinkCache, startCache, cachedFrames, changedFrames } from "./fs/cache.ts";
import { startExt2, mountExt2 } from "./fs/ext2.ts";
import { mountMemory } from "./fs/memory-files.ts";
import { unpackCpio } from "./fs/cpio.ts";
import { addMount, rootDirectory } from "./fs/mount.ts";
import { registerPlainDevices } from "./fs/plain-devices.ts";
import { deviceFileSystem } from "./fs/devices.ts";
import { drop, type Mount } from "./fs/vnode.ts";
import { registerBlock } from "./drivers/block.ts";
import { startProcess } from "./task/process.ts";
import { raisedSignal } from "./task/signals.ts";
import { freeFrames, totalFrames } from "./memory/frames.ts";
import { slabBytes } from "./memory/slab.ts";
import { sysClose, sysRead, sysWrite, sysPread, sysPwrite, sysLseek, sysDup, sysDup2, sysPipe, sysFcntl, sysIoctl, sysFstat,
  sysFtruncate, sysGetdents, sysFsync, sysSync, sysPoll } from "./fs/calls.ts";
import { sysOpen, sysStat, sysLstat, sysAccess, sysMkdir, sysRmdir, sysUnlink, sysLink, sysSymlink, sysReadlink, sysRename,
  sysMknod, sysChdir, sysGetcwd, sysUmask, sysChmod, sysChown, sysUtimes, sysTruncate, sysStatfs, sysMount, sysUmount } from "./fs/name-calls.ts";

@align(4096)
class Memory {
  bytes: Arr<u8, 262144>;
}
const memory = zeroed<Memory>();
export function programMemory(): u64 {
  return addr(ref(memory));
}

let root: Ptr<Mount> = late();

export function start(sectors: u64, readOnly: boolean): i64 {
  startCache();
  startExt2();
  startProcess();
  const registered = registerPlainDevices();
  if (isErr(registered)) return -i64(registered.code);
  const disk = startDisk(sectors, readOnly);
  const known = registerBlock(disk);
  if (isErr(known)) return -i64(known.code);
  if (sectors === 0) return startInMemory();
  const mount = mountExt2(disk, 0);
  if (isErr(mount)) return -i64(mount.code);
  root = mount;
  const added = addMount(mount, null, bytes("vda"), bytes("/"));
  return isErr(added) ? -i64(added.code) : 0;
}
function startInMemory(): i64 {
  const mount = mountMemory();
  if (isErr(mount)) return -i64(mount.code);
  root = mount;
  const added = addMount(mount, null, bytes("none"), bytes("/"));
  return isErr(added) ? -i64(added.code) : 0;
}
/** Mounts /dev over the directory of that name. */
export function devices(): i64 {
  const at = root.ops.sync(root);
  if (isErr(at)) return -i64(at.code);
  const dev = root.root.ops.lookup(root.root, bytes("dev"));
  if (isErr(dev)) return -i64(dev.code);
  const added = addMount(deviceFileSystem(), dev, bytes("devfs"), bytes("/dev"));
  return isErr(added) ? -i64(added.code) : 0;
}
export function stop(): i64 {
  const done = root.ops.unmount(root);
  return isErr(done) ? -i64(done.code) : 0;
}
export function shrink(): u64 {
  return shrinkCache();
}
export function unpack(count: u64): i64 {
  const done = unpackCpio(slice(memory.bytes, count), root.root);
  return isErr(done) ? -i64(done.code) : i64(done);
}
export function frames(): u64 {
  return freeFrames() + cachedFrames();
}
export function slabs(): u64 {
  return slabBytes();
}
export function changed(): u64 {
  return changedFrames();
}
export function signal(): u64 {
  return u64(raisedSignal());
}

function nothing(r: Res<void>): i64 {
  return isErr(r) ? -i64(r.code) : 0;
}
function word(r: Res<u64>): i64 {
  return isErr(r) ? -i64(r.code) : i64(r);
}
function small(r: Res<i32>): i64 {
  return isErr(r) ? -i64(r.code) : i64(r);
}
export function open(a: u64, b: u64, c: u64): i64 { return small(sysOpen(unsafe.user<u8>(a), u32(b), u32(c))); }
export function close(a: u64): i64 { return nothing(sysClose(i32(a))); }
export function read(a: u64, b: u64, c: u64): i64 { return word(sysRead(i32(a), unsafe.user<u8>(b), c)); }
export function write(a: u64, b: u64, c: u64): i64 { return word(sysWrite(i32(a), unsafe.user<u8>(b), c)); }
export function pread(a: u64, b: u64, c: u64, d: u64): i64 { return word(sysPread(i32(a), unsafe.user<u8>(b), c, i64(d))); }
export function pwrite(a: u64, b: u64, c: u64, d: u64): i64 { return word(sysPwrite(i32(a), unsafe.user<u8>(b), c, i64(d))); }
export function lseek(a: u64, b: u64, c: u64): i64 { return word(sysLseek(i32(a), i64(b), i32(c))); }
export function dup(a: u64): i64 { return small(sysDup(i32(a))); }
export function dup2(a: u64, b: u64): i64 { return small(sysDup2(i32(a), i32(b))); }
export function pipe(a: u64, b: u64): i64 { return nothing(sysPipe(unsafe.user<i32>(a), u32(b))); }
export function fcntl(a: u64, b: u64, c: u64): i64 { return word(sysFcntl(i32(a), u32(b), c)); }
export function ioctl(a: u64, b: u64, c: u64): i64 { return word(sysIoctl(i32(a), b, unsafe.user<u8>(c))); }
export function fstat(a: u64, b: u64): i64 { return nothing(sysFstat(i32(a), unsafe.user(b))); }
export function ftruncate(a: u64, b: u64): i64 { return nothing(sysFtruncate(i32(a), i64(b))); }
export function getdents(a: u64, b: u64, c: u64): i64 { return word(sysGetdents(i32(a), unsafe.user<u8>(b), c)); }
export function fsync(a: u64): i64 { return nothing(sysFsync(i32(a))); }
export function sync(): i64 { return nothing(sysSync()); }
export function poll(a: u64, b: u64, c: u64): i64 { return word(sysPoll(unsafe.user(a), b, i32(c))); }
export function stat(a: u64, b: u64): i64 { return nothing(sysStat(unsafe.user<u8>(a), unsafe.user(b))); }
export function lstat(a: u64, b: u64): i64 { return nothing(sysLstat(unsafe.user<u8>(a), unsafe.user(b))); }
export function access(a: u64, b: u64): i64 { return nothing(sysAccess(unsafe.user<u8>(a), u32(b))); }
export function mkdir(a: u64, b: u64): i64 { return nothing(sysMkdir(unsafe.user<u8>(a), u32(b))); }
export function rmdir(a: u64): i64 { return nothing(sysRmdir(unsafe.user<u8>(a))); }
export function unlink(a: u64): i64 { return nothing(sysUnlink(unsafe.user<u8>(a))); }
export function link(a: u64, b: u64): i64 { return nothing(sysLink(unsafe.user<u8>(a), unsafe.user<u8>(b))); }
export function symlink(a: u64, b: u64): i64 { return nothing(sysSymlink(unsafe.user<u8>(a), unsafe.user<u8>(b))); }
export function readlink(a: u64, b: u64, c: u64): i64 { return word(sysReadlink(unsafe.user<u8>(a), unsafe.user<u8>(b), c)); }
export function rename(a: u64, b: u64): i64 { return nothing(sysRename(unsafe.user<u8>(a), unsafe.user<u8>(b))); }
export function mknod(a: u64, b: u64, c: u64): i64 { return nothing(sysMknod(unsafe.user<u8>(a), u32(b), c)); }
export function chdir(a: u64): i64 { return nothing(sysChdir(unsafe.user<u8>(a))); }
export function getcwd(a: u64, b: u64): i64 { return word(sysGetcwd(unsafe.user<u8>(a), b)); }
export function umask(a: u64): i64 {
  const r = sysUmask(u32(a));
  return isErr(r) ? -i64(r.code) : i64(r);
}
export function chmod(a: u64, b: u64): i64 { return nothing(sysChmod(unsafe.user<u8>(a), u32(b))); }
export function chown(a: u64, b: u64, c: u64): i64 { return nothing(sysChown(unsafe.user<u8>(a), u32(b), u32(c))); }
export function utimes(a: u64, b: u64): i64 { return nothing(sysUtimes(unsafe.user<u8>(a), unsafe.user(b))); }
export function truncate(a: u64, b: u64): i64 { return nothing(sysTruncate(unsafe.user<u8>(a), i64(b))); }
export function statfs(a: u64, b: u64): i64 { return nothing(sysStatfs(unsafe.user<u8>(a), unsafe.user(b))); }
export function mount(a: u64, b: u64, c: u64, d: u64): i64 {
  return nothing(sysMount(unsafe.user<u8>(a), unsafe.user<u8>(b), unsafe.user<u8>(c), d));
}
export function umount(a: u64): i64 { return nothing(sysUmount(unsafe.user<u8>(a))); }
`;

/** A machine that has files and nothing else. */
export interface Machine {
  readonly module: KernelModule;
  readonly disk: TestDisk;
  /** A system call: texts are put into the program's memory, numbers are themselves. What it gives: a number, or minus an error. */
  readonly call: (name: string, ...args: readonly (number | bigint | string)[]) => number;
  /** The program's memory, where `buffer` is the number that calls know it by. */
  readonly bytes: (offset: number, length: number) => Uint8Array;
  readonly buffer: number;
}

export interface DiskWrite {
  readonly sector: number;
  /** 512 bytes. */
  readonly bytes: Uint8Array;
}

/** A disk: what it has now, what a power cut would have left for certain, and what was written since then. */
export class TestDisk {
  readonly now: Uint8Array;
  /** As after the last flush. */
  flushed: Uint8Array;
  since: DiskWrite[] = [];
  /** Told of each write and flush; an error number makes it fail. */
  fail: ((what: "read" | "write" | "flush", sector: number) => number) | null = null;
  flushes = 0;
  /** Whether writes are remembered. */
  remembers = false;

  constructor(image: Uint8Array) {
    this.now = new Uint8Array(image);
    this.flushed = new Uint8Array(image);
  }

  read(sector: number, into: Uint8Array): number {
    const failure = this.fail?.("read", sector) ?? 0;
    if (failure === 0) into.set(this.now.subarray(sector * 512, sector * 512 + into.length));
    return failure;
  }

  write(sector: number, from: Uint8Array): number {
    const failure = this.fail?.("write", sector) ?? 0;
    if (failure !== 0) return failure;
    this.now.set(from, sector * 512);
    if (this.remembers)
      for (let at = 0; at < from.length; at += 512)
        this.since.push({ sector: sector + at / 512, bytes: from.slice(at, at + 512) });
    return 0;
  }

  flush(): number {
    const failure = this.fail?.("flush", 0) ?? 0;
    if (failure !== 0) return failure;
    this.flushes++;
    if (this.remembers) {
      for (const { sector, bytes } of this.since) this.flushed.set(bytes, sector * 512);
      this.since = [];
    }
    return 0;
  }
}

const MEMORY = 262144;
const textsAt = MEMORY - 16384;

/**
 * Starts one, with its root on an ext2 image, or without an image in memory; `mounted` is what mounting gave.
 * @param memory bytes of physical memory
 */
export function startMachine(
  image: Uint8Array | null,
  { readOnly = false, memory = 16 << 20 } = {},
): Machine & { readonly mounted: number } {
  const disk = new TestDisk(image ?? new Uint8Array(0));
  const module = kernelModule(
    program,
    {
      "kernel/layout.ts": layoutWithMemory(memory),
      "kernel/memory/user.ts": source("memory/user.ts")
        .replaceAll(/unsafe\.copyFaulting\(to, from, bytes\) !== 0/g, "!copyPlain(to, from, bytes)")
        .concat(`
function copyPlain(to: u64, from: u64, bytes: usize): boolean {
  copySlice(slice(unsafe.ptr<u8>(to), bytes), slice(unsafe.ptr<u8>(from), bytes));
  return true;
}`),
      "kernel/sync/mutex.ts": double("mutex"),
      "kernel/sync/wait.ts": double("wait"),
      "kernel/task/clock.ts": double("clock"),
      "kernel/task/process.ts": double("process"),
      "kernel/task/signals.ts": double("signals"),
      "kernel/fs/proc.ts": double("proc"),
      "kernel/drivers/random.ts": "export function randomBytes(to: Slice<u8>): void { fill(to, 4); }",
    },
    {
      extern: (name, args) => {
        const [write, sector, at, count] = args.map(Number) as [number, number, number, number];
        if (name === "diskFlush") return [BigInt(disk.flush())];
        if (name !== "diskMove") return [];
        const bytes = module.run.memory.subarray(at, at + count);
        return [BigInt(write ? disk.write(sector, bytes) : disk.read(sector, bytes))];
      },
    },
  );
  module.call("startMemory", 1n << 20n, BigInt(memory - (1 << 20)));
  const buffer = Number(module.call("programMemory")[0]);
  const call = (name: string, ...args: readonly (number | bigint | string)[]): number => {
    let at = buffer + textsAt;
    const words = args.map((arg) => {
      if (typeof arg !== "string") return BigInt.asUintN(64, BigInt(arg));
      const text = new TextEncoder().encode(`${arg}\0`);
      module.run.memory.set(text, at);
      at += text.length;
      return BigInt(at - text.length);
    });
    return Number(BigInt.asIntN(64, module.call(name, ...words)[0]!));
  };
  const bytes = (offset: number, length: number) =>
    module.run.memory.subarray(buffer + offset, buffer + offset + length);
  const mounted = call("start", disk.now.length / 512, readOnly ? 1 : 0);
  return { module, disk, call, bytes, buffer, mounted };
}
