import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import {
  al,
  ax,
  bl,
  bx,
  cl,
  cr0,
  cr3,
  ds,
  dx,
  eax,
  ebx,
  ecx,
  es,
  r8,
  rax,
  rbx,
  rcx,
} from "../../emulator/isa/registers.ts";
import { Assembler } from "./assembler.ts";
import { mnemonicsSource } from "./generate-mnemonics.ts";
import { b, d, m, q, w } from "./operand.ts";

test("mnemonics.ts is what the instruction table makes of it", () => {
  const committed = readFileSync(new URL("mnemonics.ts", import.meta.url), "utf8");
  assert.ok(committed === mnemonicsSource(), "stale: run node dsl/asm/generate-mnemonics.ts");
});

/** Each is an error in the editor, which tsc checks (an unused @ts-expect-error fails it), and refused when run. */
const mistakes: ((a: Assembler) => void)[] = [
  // @ts-expect-error 64 and 32 bits
  (a) => a.mov(rax, ebx),
  // @ts-expect-error 8 and 16 bits
  (a) => a.add(al, bx),
  // @ts-expect-error memory of another width
  (a) => a.add(eax, q(rbx)),
  // @ts-expect-error two memory operands
  (a) => a.mov(d(rax), d(rbx)),
  // @ts-expect-error no width
  (a) => a.inc(m(rax)),
  // @ts-expect-error to a narrower register
  (a) => a.movzx(al, b(rbx)),
  // @ts-expect-error shift counts are in CL
  (a) => a.shl(rax, rcx),
  // @ts-expect-error an immediate is no destination
  (a) => a.add(1, rax),
  // @ts-expect-error segment registers take no immediate
  (a) => a.mov(ds, 8),
  // @ts-expect-error control registers take no memory
  (a) => a.mov(cr3, q(rax)),
  // @ts-expect-error LEA wants memory
  (a) => a.lea(rax, rbx),
  // @ts-expect-error operands missing
  (a) => a.add(rax),
  // @ts-expect-error operands too many
  (a) => a.hlt(rax),
  // @ts-expect-error LGDT takes no sized memory
  (a) => a.lgdt(q(rax)),
  // @ts-expect-error no such register width in BT
  (a) => a.bt(al, 1),
];

test("wrong operands are an editor error, and refused all the same when they slip through", () => {
  for (const mistake of mistakes) {
    assert.throws(
      () => mistake(new Assembler()),
      /^SourceError: dsl\/asm\/mnemonics\.test\.ts:\d+:\d+: \w+/,
      `${mistake}`,
    );
  }
});

test("registers of one address have one width", () => {
  // @ts-expect-error RAX and EBX
  assert.throws(() => q(rax, ebx), /rax and ebx in one address have different widths/);
  // @ts-expect-error a 16-bit index is never scaled
  assert.throws(() => new Assembler().mov(al, b([bx, 2])), /no scale|16-bit/);
  assert.throws(() => q(rax, rbx, rcx), /more than two registers/);
});

test("LOCK and REP stand only before instructions that take them", () => {
  const a = new Assembler();
  a.lock.add(d(rax), 1);
  a.rep.movsb();
  a.repne.scasb();
  // @ts-expect-error LOCK MOV does not exist
  assert.throws(() => a.lock.mov(d(rax), eax), /LOCK needs/);
  // @ts-expect-error REP ADD does not exist
  assert.throws(() => a.rep.add(eax, 1), /REP and REPNE belong to string instructions/);
  // @ts-expect-error REPNE MOVS does nothing that REP does not
  a.repne.movsb();
});

test("what the manual allows type-checks and encodes", () => {
  const a = new Assembler();
  a.mov(al, 1);
  a.mov(rax, 0xffff_ffff_8000_0000n);
  a.movzx(eax, bl);
  a.movsx(r8, w(rbx));
  a.shl(rax, cl);
  a.shl(d(rbx), 3);
  a.mov(cr0, rax);
  a.mov(rax, cr0);
  a.mov(es, ax);
  a.in(al, dx);
  a.out(0x80, al);
  a.imul(ecx, d(rbx), -5);
  a.cmpxchg16b(m(rbx));
  a.lgdt(m(rax));
  a.invlpg(b(rax));
  a.jz(a.here());
  a.setc(bl);
  a.sal(al, 1);
  assert.equal(a.finish().sections[0]!.relocations.length, 0);
});
