/** FXSAVE, XSAVE and their counterparts in lockstep with the reference processor, over areas on one page and across two. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { long } from "./board.ts";
import { Lockstep, USABLE } from "./lockstep.ts";
import { Random } from "./random-program.ts";
import { Activity } from "./state.ts";

const CODE = 0x1_0000;
const AREAS = 0x4_0000;

/** With REX.W: FXSAVE64, FXRSTOR64, XSAVE64, XRSTOR64, XSAVEOPT64, XSAVEC64 of [RBX] or [RSI]. */
const forms = [
  [0x48, 0x0f, 0xae, 0x03],
  [0x48, 0x0f, 0xae, 0x0b],
  [0x48, 0x0f, 0xae, 0x23],
  [0x48, 0x0f, 0xae, 0x2b],
  [0x48, 0x0f, 0xae, 0x33],
  [0x48, 0x0f, 0xc7, 0x23],
  [0x48, 0x0f, 0xae, 0x26],
  [0x48, 0x0f, 0xae, 0x2e],
];
/** PADDB XMM1, XMM2; PXOR XMM5, XMM1; VPXOR YMM3, YMM3, YMM4; FLD1; FINIT; VZEROUPPER */
const changes = [
  [0x66, 0x0f, 0xfc, 0xca],
  [0x66, 0x0f, 0xef, 0xe9],
  [0xc5, 0xe5, 0xef, 0xdc],
  [0xd9, 0xe8],
  [0x9b, 0xdb, 0xe3],
  [0xc5, 0xf8, 0x77],
];

test("state saved and restored: as on the reference processor", () => {
  const random = new Random(13);
  const pair = new Lockstep(1);
  const { cpu, memory } = pair.board;
  const { state } = cpu;
  const fill = new Uint8Array(USABLE);
  let shutdowns = 0;
  for (let i = 0; i < 80; i++) {
    const seed = random.state;
    const code: number[] = [];
    let count = 0;
    for (; count < 24; count++) {
      const from = random.below(2) === 0 ? forms : changes;
      code.push(...from[random.below(from.length)]!);
    }
    fill.fill(0x90, CODE, CODE + 0x200);
    fill.set(code, CODE);
    pair.reset(fill);
    long(pair.board);
    const tables = new Uint8Array(0x3000);
    memory.read(0x8000, tables);
    pair.reference.memory.set(tables, 0x8000);
    state.set64("cr0", (state.get64("cr0") | 0x32n) & ~0xcn);
    state.set64("cr4", state.get64("cr4") | 0x4_0600n);
    state.set64("xcr0", 7n);
    for (let word = 0; word < 64; word++)
      state.set64("vector", (BigInt(random.bits(32)) << 32n) | BigInt(random.bits(32)), word);
    state.set64("general", BigInt(random.bits(3)), 0);
    state.set64("general", 0n, 2);
    state.set64("general", BigInt(AREAS + 0x1000 * random.below(4)), 3);
    // Across two pages, as far as the alignment allows.
    state.set64("general", BigInt(AREAS + 0x1_0000 - 64 * (1 + random.below(12))), 6);
    state.set32("idtrLimit", 0);
    state.set64("rip", BigInt(CODE));
    cpu.modeChanged();
    pair.copyState();
    pair.setFlags(2);
    assert.equal(pair.run(count), null, `seed ${seed}`);
    if (state.get32("activity") === Activity.shutdown) shutdowns++;
  }
  assert.ok(shutdowns < 40, `${shutdowns} programs faulted`);
});
