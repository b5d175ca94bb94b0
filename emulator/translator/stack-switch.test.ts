/**
 * Tasks that take turns, each with a stack of its own, by a function that returns to where another one has called it: in regions as they are made while
 * it runs, beside the reference processor.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { long } from "../cpu/board.ts";
import { prepareInterpreter } from "../cpu/execution.ts";
import { Lockstep, USABLE } from "../cpu/lockstep.ts";
import { Random } from "../cpu/random-program.ts";
import { Activity } from "../cpu/state.ts";

const CODE = 0x1_0000;
const CHANGE = CODE + 0x800;
const TABLES = 0x8000;
/** Where a task's stack pointer is kept, 8 bytes each. */
const POINTERS = 0x3_0000;
const STACKS = 0x3_1000;
const PAGE = 0x1000;
const TASKS = 3;

const RSI = 6;
const CHANGED_REGISTERS = [[0x53], [0x55], [0x41, 0x54], [0x41, 0x55], [0x41, 0x56], [0x41, 0x57]];

const le32 = (value: number): number[] => [value, value >> 8, value >> 16, value >> 24].map((byte) => byte & 0xff);
const callTo = (at: number, target: number): number[] => [0xe8, ...le32(target - (at + 5))];

/** change(RDI: where to keep this stack's pointer, RSI: where the other's is kept). */
function change(random: Random): number[] {
  const saved = CHANGED_REGISTERS.slice(0, random.below(CHANGED_REGISTERS.length + 1));
  const pops = saved.toReversed().map((code) => code.with(-1, code.at(-1)! + 8));
  const take = [
    [0x48, 0x8b, 0x26], // mov rsp,[rsi]
    [0x48, 0x8b, 0x06, 0x48, 0x89, 0xc4], // mov rax,[rsi]; mov rsp,rax
    [0x48, 0x8b, 0x06, 0x48, 0x94], // mov rax,[rsi]; xchg rax,rsp
    [0xff, 0x36, 0x5c], // push qword [rsi]; pop rsp
  ][random.below(4)]!;
  return [...saved.flat(), 0x48, 0x89, 0x27, ...take, ...pops.flat(), 0xc3];
}

/** A task's loop: works, gives the processor to others, perhaps from within a function of its own. */
function task(random: Random, number: number, at: number): number[] {
  const code: number[] = [];
  for (let turns = 1 + random.below(2); turns > 0; turns--) {
    const next = (number + 1 + random.below(TASKS - 1)) % TASKS;
    code.push(0x48, 0xff, 0xc3, 0x4c, 0x01, 0xe5, 0x49, 0x83, 0xc4, number); // inc rbx; add rbp,r12; add r12,number
    code.push(0xbf, ...le32(POINTERS + 8 * number), 0xbe, ...le32(POINTERS + 8 * next));
    const inner = random.below(2) === 0;
    if (inner) code.push(0x6a, number, 0xe8, ...le32(2), 0xeb, 8); // push n; call over the jump behind
    code.push(...callTo(at + code.length, CHANGE));
    if (inner) code.push(0xc3, 0x90, 0x90, 0x58); // ret; …; pop rax
  }
  return [
    ...code,
    0x41,
    0xff,
    0xcf,
    0x0f,
    0x84,
    ...le32(2),
    0xeb,
    0x02,
    0xeb,
    0xfe,
    0xe9,
    ...le32(-(code.length + 18)),
  ];
}

for (const [name, tier] of [
  ["at once", "translator"],
  ["while it runs", { threshold: 4, cooling: 1, deferred: false, onlySeen: true }],
] as const)
  test(`tasks with stacks of their own, translated ${name}: as on the reference processor`, () => {
    const random = new Random(5);
    const pair = new Lockstep(1, prepareInterpreter(), tier);
    const { state } = pair.board.cpu;
    for (let i = 0; i < 30; i++) {
      const seed = random.state;
      pair.reset(new Uint8Array(USABLE));
      long(pair.board, { tables: TABLES });
      const tables = new Uint8Array(0x4000);
      pair.board.memory.read(TABLES, tables);
      pair.reference.memory.set(tables, TABLES);
      for (const register of [3, 5, 12, 13, 14]) state.set64("general", BigInt(random.bits(32)), register);
      state.set64("general", 400n, 15);
      state.set32("idtrLimit", 0);
      const stacks = Array.from({ length: TASKS }, (_, n) => STACKS + n * 2 * PAGE + PAGE + 8 * random.below(24));
      pair.write(CHANGE, Uint8Array.from(change(random)));
      for (let n = 0; n < TASKS; n++) {
        const at = CODE + 0x100 * n;
        pair.write(at, Uint8Array.from(task(random, n, at)));
        // As if it had called: whatever it finds for its registers, and where it begins.
        const frame = stacks[n]! - 8 * 8;
        for (let word = 0; word < 8; word++) pair.write(frame + 8 * word, Uint8Array.from([...le32(at), 0, 0, 0, 0]));
        pair.write(POINTERS + 8 * n, Uint8Array.from([...le32(frame), 0, 0, 0, 0]));
      }
      state.set64("general", BigInt(stacks[0]!), 4);
      state.set64("general", BigInt(POINTERS), RSI);
      state.set64("rip", BigInt(CODE));
      pair.board.cpu.modeChanged();
      pair.copyState();
      pair.setFlags(2);
      for (let part = 0; part < 10 && state.get32("activity") === Activity.running; part++)
        assert.equal(pair.run(1 + random.below(2000)), null, `seed ${seed}, program ${i}, part ${part}`);
    }
    assert.ok(pair.board.cpu.translator.made > 30);
  });
