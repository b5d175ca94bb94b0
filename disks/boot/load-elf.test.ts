/**
 * The loader with a kernel that is not ours: large, at odd places in its file, with other notes before the one that
 * matters. It adds up what was loaded and what must be zero, and says on the serial line whether that is right.
 */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { Assembler } from "../../dsl/asm/assembler.ts";
import { b, d } from "../../dsl/asm/operand.ts";
import { elfExecutable } from "../../dsl/out/elf-executable.ts";
import { Label } from "../../dsl/out/expression.ts";
import { link } from "../../dsl/out/link.ts";
import { al, dx, eax, ebx, ecx, edx, esi } from "../../emulator/isa/registers.ts";
import { cdImage, diskImage } from "../build.ts";
import { Qemu, withoutQemu } from "../testing/qemu.ts";

const dataBytes = 300_001;
const zeroBytes = 70_000;
const data = Uint8Array.from({ length: dataBytes }, (_, i) => (i * 31 + (i >> 8)) & 0xff);
const sum = data.reduce((total, byte) => total + byte, 0);

/** withNote false: no way in. */
function otherKernel(withNote = true): Uint8Array {
  const a = new Assembler({ bits: 32 });
  const entry = new Label("entry");
  a.section(".note.test", { flags: "r", align: 4 });
  a.dd(5, 3, 1); // a note with lengths that need padding
  a.db("Other\0\0\0", 1, 2, 3, 0);
  a.dd(4, 8, withNote ? 18 : 17);
  a.db("Xen\0");
  a.dq(entry);
  const bytes = a.section(".data", {}, () => a.db(data));
  const zeros = a.section(".bss", {}, () => a.space(zeroBytes));

  a.section(".text");
  a.func(entry, () => {
    const wrong = new Label();
    a.cmp(d(ebx), 0x336ec578);
    a.jne(wrong);
    add(bytes.start, dataBytes);
    a.cmp(eax, sum);
    a.jne(wrong);
    add(zeros.start, zeroBytes);
    a.test(eax, eax);
    a.jnz(wrong);
    say("all there\n");
    a.here(wrong);
    say("wrong\n");
  });
  return elfExecutable(link([a.finish()], { regions: [{ address: 0x20_0000 }] }));

  /** EAX: the sum of the bytes. */
  function add(start: Label, bytes: number): void {
    a.xor(eax, eax);
    a.mov(esi, start);
    a.mov(ecx, bytes);
    const next = a.here();
    a.movzx(edx, b(esi));
    a.add(eax, edx);
    a.inc(esi);
    a.dec(ecx);
    a.jnz(next);
  }

  function say(text: string): void {
    a.mov(dx, 0x3f8);
    for (const character of text) {
      a.mov(al, character.charCodeAt(0));
      a.out(dx, al);
    }
    const stop = a.here();
    a.hlt();
    a.jmp(stop);
  }
}

/** The same file with everything behind its program headers moved by `bytes`. */
function shifted(elf: Uint8Array, bytes: number): Uint8Array {
  const file = Buffer.from(elf);
  const headersEnd = 64 + 56 * file.readUInt16LE(56);
  for (let at = 64; at < headersEnd; at += 56) {
    file.writeBigUInt64LE(file.readBigUInt64LE(at + 8) + BigInt(bytes), at + 8);
  }
  return Buffer.concat([file.subarray(0, headersEnd), new Uint8Array(bytes), file.subarray(headersEnd)]);
}

describe("the loader loads another kernel", { skip: withoutQemu }, () => {
  const folder = mkdtempSync(join(tmpdir(), "cor-load-"));
  after(() => rmSync(folder, { recursive: true }));
  const file = (name: string, content: Uint8Array) => {
    const path = join(folder, name);
    writeFileSync(path, content);
    return path;
  };
  /** What memory holds before: anything but zeros. */
  const dirt = file("dirt", new Uint8Array(1 << 20).fill(0xdb));
  const disk = (name: string, elf: Uint8Array) => [
    "-drive",
    `file=${file(name, diskImage(elf))},format=raw,if=ide,snapshot=on`,
  ];
  const boots = async (says: string, ...args: readonly string[]) => {
    await using qemu = new Qemu("-device", `loader,file=${dirt},addr=0x200000,force-raw=on`, ...args);
    await qemu.sees("\n");
    await qemu.sees(says);
    assert.ok(!qemu.serial.includes("wrong"));
  };

  test("from a disk", () => boots("all there", ...disk("even.img", otherKernel())));

  test("from a disk, with segments that begin anywhere in a sector", () =>
    boots("all there", ...disk("odd.img", shifted(otherKernel(), 777))));

  test("from a CD, with segments that begin anywhere in a sector", () =>
    boots("all there", "-cdrom", file("odd.iso", cdImage(shifted(otherKernel(), 1999)))));

  test("but not one without a PVH entry", () =>
    boots("Cor: cannot boot: the kernel has no PVH entry point.", ...disk("closed.img", otherKernel(false))));
});
