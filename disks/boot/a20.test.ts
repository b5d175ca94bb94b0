/**
 * The A20 gate, really shut: a sector of ours runs before the boot sector, shuts the gate, and may spoil ways to open it.
 * The kernel's greeting then proves that the loader opened it, for the kernel lies in the odd megabyte that would
 * otherwise land at address 0.
 */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { Assembler } from "../../dsl/asm/assembler.ts";
import { b, d, m } from "../../dsl/asm/operand.ts";
import { Label } from "../../dsl/out/expression.ts";
import { flatBinary } from "../../dsl/out/flat.ts";
import { link } from "../../dsl/out/link.ts";
import { ah, al, ax, bp, cs, cx, di, ds, eax, es, si, sp, ss } from "../../emulator/isa/registers.ts";
import { bareSystem } from "../testing/bare.ts";
import { Qemu, withoutQemu } from "../testing/qemu.ts";

const hiddenSector = 2000; // where the real first sector waits

/** Runs at 0x600 and stays there: shuts the gate, hooks INT 15h to refuse to open it, brings the real first sector and jumps to it. */
function saboteur(refuseBiosCall: boolean): Uint8Array {
  const a = new Assembler({ bits: 16 });
  const begin = new Label();
  const packet = new Label();
  a.xor(ax, ax);
  a.mov(ds, ax);
  a.mov(es, ax);
  a.mov(ss, ax);
  a.mov(sp, 0x7c00);
  a.cld();
  a.mov(si, 0x7c00);
  a.mov(di, 0x600);
  a.mov(cx, 256);
  a.rep.movsw();
  a.jmpFar(0, begin);
  a.here(begin);
  a.in(al, 0x92);
  a.and(al, 0xfc);
  a.out(0x92, al);
  if (refuseBiosCall) {
    hook(a, 0x15, 0x2401, () => {
      a.push(bp);
      a.mov(bp, sp);
      a.or(b(bp, 6), 1); // CF of the caller
      a.pop(bp);
    });
  }
  a.mov(si, packet);
  a.mov(ah, 0x42);
  a.int(0x13);
  a.jmpFar(0, 0x7c00);
  a.align(4);
  a.here(packet);
  a.dw(16, 1, 0x7c00, 0);
  a.dq(hiddenSector);
  a.org(510);
  a.dw(0xaa55);
  return flatBinary(link([a.finish()], { regions: [{ address: 0x600 }] }));
}

/** Calls of a BIOS interrupt with this AX do what the body records, all others what they always did. */
function hook(a: Assembler, vector: number, functionAx: number, body: () => void): void {
  const handler = new Label();
  const chain = new Label();
  const old = new Label();
  const go = new Label();
  a.mov(eax, handler); // segment 0
  a.xchg(d(4 * vector), eax);
  a.mov(d(old), eax);
  a.jmp(go);
  a.here(handler);
  a.cmp(ax, functionAx);
  a.jne(chain);
  body();
  a.iret();
  a.here(chain);
  a.seg(cs).jmpFar(m(old));
  a.here(old);
  a.dd(0);
  a.here(go);
}

describe("the A20 gate is opened", { skip: withoutQemu }, () => {
  const folder = mkdtempSync(join(tmpdir(), "cor-a20-"));
  after(() => rmSync(folder, { recursive: true }));
  const cases = [
    ["by the BIOS", false],
    ["through the keyboard controller or port 92h, when the BIOS refuses", true],
  ] as const;
  cases.forEach(([name, refuseBiosCall], index) => {
    test(name, async () => {
      const { img } = bareSystem();
      img.copyWithin(hiddenSector * 512, 0, 512);
      img.set(saboteur(refuseBiosCall));
      const path = join(folder, `${index}.img`);
      writeFileSync(path, img);
      await using qemu = new Qemu("-drive", `file=${path},format=raw,if=ide`);
      await qemu.sees("speaking on the serial console");
      assert.match(await qemu.monitor("info registers"), /A20=1/);
    });
  });
});
