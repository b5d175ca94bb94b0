/**
 * A guest that never stops generating code: each function is new, gets hot, and is never called again. Regions made of it must go
 * again, or the process grows as long as the guest lives.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Assembler } from "../../dsl/asm/assembler.ts";
import { b, d } from "../../dsl/asm/operand.ts";
import { Label } from "../../dsl/out/expression.ts";
import { eax, ebx, edi } from "../../emulator/isa/registers.ts";
import { Machine } from "../../emulator/machine.ts";
import { MOST_REGIONS } from "../../emulator/translator/cache.ts";
import { Kernel } from "../system/kernel.ts";

const INSTRUCTIONS = Number(process.env.INSTRUCTIONS ?? 10_000_000_000);
const AREA = 0x100_0000;
const AREA_BYTES = 0x200_0000;
const STRIDE = 32;
/** Of each function's loop: enough to be worth a region. */
const TURNS = 6000;
const STEPS = 20;
/** What the host's collector may leave lying about. */
const SLACK = 256 * 2 ** 20;

/** EBX: the function's number, EAX: the sum of what all have added, EDI: where the next one goes. */
function generate(a: Assembler): void {
  const [next, room] = [new Label("next"), new Label("room")];
  a.xor(eax, eax);
  a.xor(ebx, ebx);
  a.mov(edi, AREA);
  a.here(next);
  // mov ecx, TURNS; add eax, EBX's value; dec ecx; jnz back to the addition; ret
  a.mov(b(edi), 0xb9);
  a.mov(d(edi, 1), TURNS);
  a.mov(b(edi, 5), 0x05);
  a.mov(d(edi, 6), ebx);
  a.mov(d(edi, 10), 0xc3f8_7549);
  a.call(edi);
  a.inc(ebx);
  a.add(edi, STRIDE);
  a.cmp(edi, AREA + AREA_BYTES);
  a.jb(room);
  a.mov(edi, AREA);
  a.here(room);
  a.jmp(next);
}

test("the process does not grow with the code that its guest generates", (context) => {
  const image = new Kernel(32, new Set()).finish(generate);
  const machine = new Machine({ memory: 64, kernel: { image, name: "kernel" }, tier: "auto" });
  const held: number[] = [];
  try {
    for (let step = 1; step <= STEPS; step++) {
      machine.run({ instructions: (step * INSTRUCTIONS) / STEPS - machine.now.instructions });
      held.push(process.memoryUsage.rss());
    }
    const { state, translator } = machine.processor;
    const [sum, , , count] = [0, 1, 2, 3].map((i) => Number(state.get64("general", i)));
    const { made } = translator;
    context.diagnostic(`${count} functions, ${made} regions, MiB: ${held.map((n) => n >> 20).join(" ")}`);
    assert.ok(count! > INSTRUCTIONS / (3.1 * TURNS), `${count} functions`);
    // How many of them are translated depends on how fast the host's other processors are.
    assert.ok(made > 3 * MOST_REGIONS, `${made} regions: the cache was hardly full`);
    // All before the present one have added their number TURNS times, the present one some times.
    const before = BigInt.asUintN(32, (BigInt(TURNS) * BigInt(count!) * BigInt(count! - 1)) / 2n);
    const some = BigInt.asUintN(32, BigInt(sum!) - before);
    assert.ok(some % BigInt(count!) === 0n && some / BigInt(count!) <= TURNS, `sum ${sum}`);
    const [first, second] = [held.slice(4, STEPS / 2), held.slice(STEPS / 2)];
    assert.ok(Math.max(...second) < Math.max(...first) + SLACK, `${held}`);
  } finally {
    machine.close();
  }
});
