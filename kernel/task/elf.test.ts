/**
 * What a file says about its program, good and bad. A model in JavaScript says of each file whether it is one; files are
 * damaged in thousands of ways, and whatever is accepted has to be fit to be mapped.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { kernelModule } from "../testing/module.ts";

const source = `
import { checkHeader, ElfHeader, isElf, Program, ProgramHeader, readProgram } from "./task/elf.ts";
class File {
  header: ElfHeader;
  list: Arr<ProgramHeader, 64>;
}
const file = zeroed<File>();
const program = zeroed<Program>();
export function where(): u64 {
  return addr(ref(file));
}
/** 0, or the error. */
export function read(fileBytes: u64): u64 {
  fill(slice(unsafe.cast<Ptr<u8>>(ref(program)), sizeOf<Program>()), 0);
  if (!isElf(ref(file.header))) return 1;
  const checked = checkHeader(ref(file.header), fileBytes);
  if (isErr(checked)) return u64(checked.code);
  const done = readProgram(ref(file.header), slice(file.list, usize(file.header.programHeaderCount)), fileBytes, ref(program));
  return isErr(done) ? u64(done.code) : 0;
}
export function entry(): u64 {
  return program.entry;
}
export function headers(): u64 {
  return program.headers;
}
export function end(): u64 {
  return program.end;
}
export function count(): u64 {
  return program.count;
}
export function segment(n: u64, what: u64): u64 {
  const it = ref(program.segments[n]);
  return what === 0 ? it.address : what === 1 ? it.memoryBytes : what === 2 ? it.offset : what === 3 ? it.fileBytes : u64(it.flags);
}
`;

interface Segment {
  type: number;
  flags: number;
  offset: bigint;
  address: bigint;
  fileBytes: bigint;
  memoryBytes: bigint;
  align: bigint;
}

const HEADER = 64;
const limit = 0x7000_0000_0000n;
const base = 0x5555_5540_0000n;
const ENOEXEC = 8n;

const load = (address: bigint, offset: bigint, fileBytes: bigint, memoryBytes: bigint, flags: number): Segment => ({
  ...{ type: 1, flags, offset, address, fileBytes, memoryBytes, align: 0x1000n },
});

/** Text, data and BSS at an address, in a file of 0x3000 bytes. */
const plain = (at: bigint): Segment[] => [
  load(at, 0n, 0x800n, 0x800n, 5),
  load(at + 0x1000n, 0x1000n, 0x1234n, 0x5000n, 6),
];

function bytesOf(type: number, entry: bigint, segments: readonly Segment[]): Uint8Array {
  const bytes = new Uint8Array(HEADER + 56 * Math.max(segments.length, 1));
  const view = new DataView(bytes.buffer);
  bytes.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  view.setUint16(16, type, true);
  view.setUint16(18, 62, true);
  view.setUint32(20, 1, true);
  view.setBigUint64(24, entry, true);
  view.setBigUint64(32, 64n, true);
  view.setUint16(52, 64, true);
  view.setUint16(54, 56, true);
  view.setUint16(56, segments.length, true);
  segments.forEach((s, k) => {
    const at = HEADER + 56 * k;
    view.setUint32(at, s.type, true);
    view.setUint32(at + 4, s.flags, true);
    const words = [s.offset, s.address, s.address, s.fileBytes, s.memoryBytes, s.align];
    words.forEach((word, w) => {
      view.setBigUint64(at + 8 + 8 * w, BigInt.asUintN(64, word), true);
    });
  });
  return bytes;
}

/** Whether a file is a program, by the words of the System V ABI and of elf.ts. */
function isProgram(bytes: Uint8Array, fileBytes: bigint): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const magic = [0x7f, 0x45, 0x4c, 0x46, 2, 1, 1];
  if (magic.some((byte, k) => bytes[k] !== byte)) return false;
  const type = view.getUint16(16, true);
  if ((type !== 2 && type !== 3) || view.getUint16(18, true) !== 62 || view.getUint32(20, true) !== 1) return false;
  const [entry, headers] = [view.getBigUint64(24, true), view.getBigUint64(32, true)];
  const count = view.getUint16(56, true);
  if (view.getUint16(54, true) !== 56 || count < 1 || count > 64) return false;
  if (headers + BigInt(count) * 56n > fileBytes || entry >= limit) return false;
  const moved = type === 3 ? base : 0n;
  let [end, loaded, executable] = [0n, 0, false];
  for (let k = 0; k < count; k++) {
    const at = HEADER + 56 * k;
    const word = (offset: number) => view.getBigUint64(at + offset, true);
    const [kind, flags] = [view.getUint32(at, true), view.getUint32(at + 4, true)];
    if (kind === 3) return false;
    const [offset, address, inFile, inMemory, align] = [word(8), word(16), word(32), word(40), word(48)];
    if (kind !== 1 || inMemory === 0n) continue;
    if (inFile > inMemory || (inFile > 0n && offset + inFile > fileBytes)) return false;
    if ((align & (align - 1n)) !== 0n || (align > 1n && (address - offset) % align !== 0n)) return false;
    const from = address + moved;
    if (from < 0x1000n || from + inMemory > limit || from < end) return false;
    if (++loaded > 16) return false;
    end = from + inMemory;
    if ((flags & 1) !== 0 && entry + moved >= from && entry + moved < end) executable = true;
  }
  return executable;
}

test("programs at any address, and those that can be moved, say where they want to lie", () => {
  const { call, run } = kernelModule(source);
  const at = Number(call("where")[0]);
  const read = (type: number, entry: bigint, segments: readonly Segment[]) => {
    run.memory.set(bytesOf(type, entry, segments), at);
    return call("read", 0x3000n)[0];
  };
  for (const address of [0x40_0000n, 0x1_0000n, 0x1000n, 0x8_0000_0000n]) {
    assert.equal(read(2, address + 0x100n, plain(address)), 0n);
    assert.deepEqual([call("entry")[0], call("count")[0], call("end")[0]], [address + 0x100n, 2n, address + 0x6000n]);
    assert.equal(call("headers")[0], address + 64n);
    const second = [0n, 1n, 2n, 3n, 4n].map((what) => call("segment", 1n, what)[0]);
    assert.deepEqual(second, [address + 0x1000n, 0x5000n, 0x1000n, 0x1234n, 6n]);
  }
  assert.equal(read(3, 0x100n, plain(0n)), 0n);
  assert.equal(call("entry")[0], base + 0x100n);
  // What is not loaded does not matter: notes, stack flags, thread-local storage.
  const others = [0x6474_e551, 4, 7, 0x6474_e552].map((type) => ({ ...load(0n, ~0n, ~0n, ~0n, 7), type }));
  assert.equal(read(2, 0x40_0100n, [...others, ...plain(0x40_0000n)]), 0n);
  assert.equal(call("count")[0], 2n);
});

test("files that are no programs are refused", () => {
  const { call, run } = kernelModule(source);
  const at = Number(call("where")[0]);
  const [text, data] = plain(0x40_0000n) as [Segment, Segment];
  const read = (segments: readonly Segment[], entry = 0x40_0100n, type = 2) => {
    run.memory.set(bytesOf(type, entry, segments), at);
    return call("read", 0x3000n)[0];
  };
  assert.equal(read([text, data]), 0n);
  const bad: [string, Segment[], bigint?, number?][] = [
    ["wants an interpreter", [{ ...text, type: 3 }, text, data]],
    ["more in the file than in memory", [text, { ...data, memoryBytes: 0x1233n }]],
    ["beyond the file's end", [text, { ...data, offset: 0x2000n, fileBytes: 0x1001n, address: 0x40_2000n }]],
    ["beyond the file's end by wrapping", [text, { ...data, offset: ~0xfffn, fileBytes: 0x1001n }]],
    ["apart from the file by half a page", [text, { ...data, address: 0x40_1800n }]],
    ["an alignment that is none", [{ ...text, align: 0x1001n }, data]],
    ["in page 0", [{ ...text, address: 0n, align: 1n }, data]],
    ["in the kernel's half", [text, { ...data, address: 0xffff_8000_0000_1000n }]],
    ["into the kernel's half by its size", [text, { ...data, memoryBytes: ~0n }]],
    ["one over the other", [text, { ...data, address: 0x40_0000n }]],
    ["in the wrong order", [data, text]],
    ["nothing to load", [{ ...text, type: 4 }]],
    ["nothing to run", [{ ...text, flags: 4 }, data]],
    ["an entry outside", [text, data], 0x40_0900n],
    ["an entry in data", [text, data], 0x40_1000n],
    ["an entry that wraps", plain(0n), BigInt.asUintN(64, 0x100n - base), 3],
    ["an object file", [text, data], 0x40_0100n, 1],
    ["too many pieces", Array.from({ length: 17 }, (_, k) => load(0x40_0000n + BigInt(k) * 0x1000n, 0n, 16n, 16n, 5))],
  ];
  for (const [why, segments, entry, type] of bad) assert.equal(read(segments, entry, type), ENOEXEC, why);
});

test("damaged files: the model and the kernel agree, and what is accepted can be mapped", () => {
  const { call, run } = kernelModule(source);
  const at = Number(call("where")[0]);
  let state = 99;
  const random = (below: number) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  const edges = [0n, 1n, 0xfffn, 0x1000n, 0x3000n, limit, limit - 1n, 1n << 47n, 1n << 63n, ~0n, ~0xfffn, -base];
  let accepted = 0;
  for (let turn = 0; turn < 6000; turn++) {
    const movable = random(2) === 1;
    const start = movable ? 0n : 0x40_0000n;
    const bytes = bytesOf(movable ? 3 : 2, start + 0x100n, plain(start));
    const view = new DataView(bytes.buffer);
    for (let times = random(4); times >= 0; times--) {
      const where = random(bytes.length);
      if (random(3) === 0) bytes[where] = random(256);
      else if (random(2) === 0) bytes[where]! ^= 1 << random(8);
      else {
        const word = edges[random(edges.length)]! + BigInt(random(3) - 1);
        view.setBigUint64(Math.min(where & ~7, bytes.length - 8), BigInt.asUintN(64, word), true);
      }
    }
    run.memory.fill(0, at, at + HEADER + 56 * 64);
    run.memory.set(bytes, at);
    const file = new Uint8Array(run.memory.slice(at, at + HEADER + 56 * 64));
    const fileBytes = BigInt(random(4) === 0 ? random(0x4000) : 0x3000);
    const ok = call("read", fileBytes)[0] === 0n;
    assert.equal(ok, isProgram(file, fileBytes), `turn ${turn}`);
    if (!ok) continue;
    accepted++;
    let end = 0x1000n;
    for (let n = 0n; n < call("count")[0]!; n++) {
      const [address, memory, offset, inFile] = [0n, 1n, 2n, 3n].map((what) => call("segment", n, what)[0]!);
      assert.ok(address! >= end && inFile! <= memory! && (inFile === 0n || offset! + inFile! <= fileBytes));
      end = address! + memory!;
      assert.ok(end <= limit);
    }
  }
  assert.ok(accepted > 300 && accepted < 5700, `${accepted} accepted`);
});
