/**
 * Loops of user code that make system calls, whose handlers look at what SYSCALL left them, change it, look at flags, and return: in regions as they
 * are made while it runs, beside the reference processor.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { long } from "../cpu/board.ts";
import { prepareInterpreter } from "../cpu/execution.ts";
import { Lockstep, USABLE } from "../cpu/lockstep.ts";
import { Random } from "../cpu/random-program.ts";
import { Activity } from "../cpu/state.ts";

const CODE = 0x1_0000;
const HANDLERS = [CODE + 0x400, 0x1_1000] as const;
const DATA = 0x3_0000;
const TABLES = 0x8000;
const SCE = 1n;
const SMAP = 1n << 21n;
const AC = 1 << 18;

const le32 = (value: number): number[] => [value, value >> 8, value >> 16, value >> 24].map((byte) => byte & 0xff);

/** Works on RAX, RDX, R8 to R10, and the words at RBX. */
function work(random: Random, most: number): number[] {
  const pick = <T>(list: readonly T[]): T => list[random.below(list.length)]!;
  const pieces = [
    () => [0x48, pick([0x01, 0x29, 0x11, 0x31, 0x21, 0x39]), 0xc0 | (2 << 3)], // add, sub, adc, xor, and, cmp rax,rdx
    () => [0x48, 0xff, pick([0xc0, 0xc8, 0xc2, 0xca])], // inc, dec rax, rdx
    () => [0x4d, pick([0x01, 0x29, 0x19]), 0xc8], // add, sub, sbb r8,r9
    () => [0x48, pick([0x8b, 0x03, 0x33]), 0x43, 8 * random.below(8)], // mov, add, xor rax,[rbx+n]
    () => [0x48, pick([0x89, 0x01]), 0x53, 8 * random.below(8)], // mov, add [rbx+n],rdx
    () => [0x48, 0x0f, 0x42, 0xd0], // cmovc rdx,rax
    () => [0x0f, 0x90 | random.below(16), 0xc2], // setcc dl
    () => [0x48, 0xd3, pick([0xc0, 0xe0, 0xe8])], // rol, shl, shr rax,cl
  ];
  return Array.from({ length: random.below(most + 1) }, () => pick(pieces)()).flat();
}

function handler(random: Random): number[] {
  const odd = [
    [0x49, 0x83, 0xf3, 0x01], // xor r11,1
    [0x49, 0x81, 0xf3, ...le32(random.bits(12) & 0xcd5)], // xor r11,status flags and DF
    [0x49, 0x81, 0xf3, ...le32(0x200)], // xor r11,IF
    [0x49, 0x81, 0xf3, ...le32(0x20_0000)], // xor r11,ID
    [0x4d, 0x31, 0xda], // xor r10,r11
    [0x48, 0x01, 0xca], // add rdx,rcx
    [0xfc], // cld
    [0xfb], // sti
    [0x0f, 0x01, 0xf8], // swapgs
    [0x48, 0x83, 0xc1, 0x01], // add rcx,1: over a NOP
    random.below(4) === 0 ? [0x49, 0x81, 0xf3, ...le32(AC)] : [],
  ];
  const some = () => (random.below(3) === 0 ? odd[random.below(odd.length)]! : []);
  const look = random.below(2) === 0 ? [0x9c, 0x41, 0x5a] : []; // pushfq; pop r10
  return [...look, ...work(random, 5), ...some(), ...work(random, 3), ...some(), 0x48, 0x0f, 0x07];
}

/** R15: rounds. */
function program(random: Random): number[] {
  const body = [...work(random, 6)];
  for (let calls = 1 + random.below(2); calls > 0; calls--) body.push(0x0f, 0x05, 0x90, ...work(random, 4));
  body.push(0x41, 0xff, 0xcf); // dec r15d
  return [...body, 0x0f, 0x85, ...le32(-(body.length + 6)), 0xeb, 0xfe];
}

for (const [name, tier] of [
  ["at once", "translator"],
  ["while it runs", { threshold: 2, cooling: 1, deferred: false, onlySeen: true }],
] as const)
  test(`system calls, translated ${name}: as on the reference processor`, () => {
    const random = new Random(11);
    const pair = new Lockstep(1, prepareInterpreter(), tier);
    const { state } = pair.board.cpu;
    for (let i = 0; i < 30; i++) {
      const seed = random.state;
      pair.reset(new Uint8Array(USABLE));
      long(pair.board, { cpl: 3, tables: TABLES });
      const tables = new Uint8Array(0x4000);
      pair.board.memory.read(TABLES, tables);
      pair.reference.memory.set(tables, TABLES);
      state.set64("efer", state.get64("efer") | SCE);
      if (i % 4 === 3) state.set64("cr4", state.get64("cr4") | SMAP);
      const lstar = HANDLERS[random.below(2)]!;
      state.set64("lstar", BigInt(lstar));
      state.set64("star", 0x0013_0008_0000_0000n | (BigInt(random.below(8)) << 51n));
      state.set64("fmask", BigInt([0, 0x200, 0x4_7700, 0x4_7fd5][random.below(4)]!));
      for (const register of [0, 2, 8, 9, 10]) state.set64("general", BigInt(random.bits(48)), register);
      state.set64("general", BigInt(DATA), 3);
      state.set64("general", 40n, 15);
      state.set64("general", BigInt(DATA + 0x800), 4);
      state.set32("idtrLimit", 0);
      state.set64("rip", BigInt(CODE));
      pair.board.cpu.modeChanged();
      pair.copyState();
      pair.setFlags(2 | (random.bits(12) & 0x8d5) | (random.below(2) << 9));
      pair.write(
        DATA,
        Uint8Array.from({ length: 64 }, () => random.bits(8)),
      );
      pair.write(CODE, Uint8Array.from(program(random)));
      pair.write(lstar, Uint8Array.from(handler(random)));
      for (let part = 0; part < 8 && state.get32("activity") === Activity.running; part++)
        assert.equal(pair.run(1 + random.below(600)), null, `seed ${seed}, program ${i}, part ${part}`);
    }
    assert.ok(pair.board.cpu.translator.made > 30);
  });
