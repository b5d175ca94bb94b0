/** Random programs in all three modes: objdump must see the same instructions, labels and targets that layout placed. */
import assert from "node:assert/strict";
import test from "node:test";
import { ax, bx, cx, eax, ebx, ecx, esi, r9, rax, rbx, rcx, rsi, si } from "../../emulator/isa/registers.ts";
import type { Label } from "../out/expression.ts";
import { flatBinary } from "../out/flat.ts";
import { link } from "../out/link.ts";
import { disassemble, missing } from "../out/oracle.ts";
import { Assembler } from "./assembler.ts";
import { b, d, m, q, w } from "./operand.ts";

/** Numerical Recipes' linear congruential generator: the same programs every time. */
function randomFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** Instructions without labels: what lies between. */
const plain: Record<16 | 32 | 64, ((a: Assembler, n: number) => void)[]> = {
  16: [
    (a, n) => a.mov(ax, n & 0xff),
    (a) => a.add(w(bx, si, 4), ax),
    (a) => a.mov(eax, ebx),
    (a) => a.push(cx),
    (a, n) => a.cmp(b(0x7000 + n), 3),
  ],
  32: [
    (a, n) => a.mov(eax, d(ebx, [esi, 4], n)),
    (a) => a.imul(eax, ecx, 1000),
    (a) => a.inc(ecx),
    (a) => a.xchg(d(ebx), eax),
    (a) => a.add(ax, w(esi)),
  ],
  64: [
    (a, n) => a.mov(rax, q(rbx, [rsi, 8], n)),
    (a, n) => a.movabs(r9, 0x1234_5678_9abcn + BigInt(n)),
    (a) => a.shl(rax, 3),
    (a) => a.lock.xadd(q(rbx), rcx),
    (a) => a.movzx(eax, b(rsi)),
  ],
};

/** Instructions that name a label, and what objdump prints for its address there. */
const naming: Record<16 | 32 | 64, ((a: Assembler, label: Label) => void)[]> = {
  16: [
    (a, l) => a.jmp(l),
    (a, l) => a.jnz(l),
    (a, l) => a.call(l),
    (a, l) => a.o32.jmpFar(8, l),
    (a, l) => a.mov(ax, w(l)),
  ],
  32: [
    (a, l) => a.jmp(l),
    (a, l) => a.ja(l),
    (a, l) => a.call(l),
    (a, l) => a.mov(ecx, d(l)),
    (a, l) => a.jmpFar(8, l),
  ],
  64: [
    (a, l) => a.jmp(l),
    (a, l) => a.js(l),
    (a, l) => a.call(l),
    (a, l) => a.lea(rax, m(l)),
    (a, l) => a.cmp(b(l), 1),
  ],
};

for (const mode of [16, 32, 64] as const) {
  test(`random ${mode}-bit programs: labels and targets are where objdump sees them`, {
    skip: missing("objdump"),
  }, () => {
    for (let seed = 1; seed <= 8; seed++) {
      const random = randomFrom(seed);
      const a = new Assembler({ bits: mode });
      a.section(".text", { address: 0x1000 });
      const labels = Array.from({ length: 60 }, () => a.newLabel());
      const unplaced = [...labels];
      const mentioned: Label[] = [];
      let instructions = 0;
      while (unplaced.length > 0) {
        const choice = random(10);
        if (choice < 5) plain[mode][random(5)]!(a, random(256));
        else if (choice < 8) {
          const label = labels[random(labels.length)]!;
          mentioned.push(label);
          naming[mode][random(5)]!(a, label);
        } else if (choice < 9 || random(8) > 0) {
          a.here(unplaced.splice(random(unplaced.length), 1)[0]!);
          continue;
        } else {
          a.align(1 << random(6));
          continue;
        }
        instructions++;
      }
      a.nop();
      const object = a.finish();
      const image = link([object], { pageSize: 1 });
      const start = Number(image.sections[0]!.address);
      const listing = disassemble(flatBinary(image), mode, start);
      const addressOf = (label: Label) => start + object.places.get(label)!.offset;

      const boundaries = new Set(listing.map(({ address }) => address));
      for (const label of labels) assert.ok(boundaries.has(addressOf(label)), `seed ${seed}: ${addressOf(label)}`);
      const targets = listing.flatMap(({ text }) => targetOf(text) ?? []);
      assert.deepEqual(targets, mentioned.map(addressOf), `seed ${seed}`);
      assert.ok(listing.length >= instructions + 1, `seed ${seed}: ${listing.length} of ${instructions}`);
    }
  });
}

/** The address a line of objdump's names: branch target, RIP-relative address, absolute address in our section. */
function targetOf(text: string): number | null {
  const match =
    /# 0x([0-9a-f]+)$/.exec(text) ??
    /^(?:j\w+|call) +(?:0x8:)?0x([0-9a-f]+)$/.exec(text) ??
    /^mov (?:ax|ecx),.*ds:0x([0-9a-f]+)$/.exec(text);
  return match && Number.parseInt(match[1]!, 16);
}
