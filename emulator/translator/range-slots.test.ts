/**
 * Pointers that wander over large and small pages while their tables change, code lies in the midst of data, and address spaces take turns:
 * what regions remember of the way to memory (cpu/range-slots.ts) is never more than what the reference processor finds.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { long } from "../cpu/board.ts";
import { prepareInterpreter } from "../cpu/execution.ts";
import { Lockstep, USABLE } from "../cpu/lockstep.ts";
import { Random } from "../cpu/random-program.ts";
import { Activity } from "../cpu/state.ts";

const CODE = 0x1_0000;
/** Pointers, then values for page-directory entries, then for page-table entries: 32 each. */
const LISTS = 0x3_0000;
const TABLES = 0x8000;
const PAGE_TABLE = TABLES + 0x3000;
const OTHER_TABLES = TABLES + 0x4000;
/** Large pages 2 and 3 are mapped here and there, page 4 by a page table. */
const WINDOWS = [0x40_0000, 0x60_0000, 0x80_0000] as const;

const le32 = (value: number): number[] => [value, value >> 8, value >> 16, value >> 24].map((byte) => byte & 0xff);
const [RBP, RSI, RDI, RBX, RSP] = [5, 6, 7, 3, 4] as const;

/** A loop of random accesses; R12: LISTS, R13: TABLES, R15: rounds, RCX: number in the lists, R9 and R10: CR3. */
function program(random: Random, kernel: boolean): number[] {
  const pointers = [RBP, RSI, RDI, RBX];
  const pick = <T>(list: readonly T[]): T => list[random.below(list.length)]!;
  const distance = () => le32(random.below(8) === 0 ? random.below(0x1000) : 8 * random.below(8));
  const body: number[] = [];
  const access = (pointer = pick(pointers)) => {
    const modrm = 0x80 | (pick([0, 2]) << 3) | pointer;
    body.push(0x48, pick([0x8b, 0x89, 0x03, 0x01, 0x88, 0x8a, 0x33, 0x3b]), modrm, ...distance());
  };
  const record = () => {
    const pointer = pick(pointers);
    for (let i = 3 + random.below(4); i > 0; i--) access(random.below(8) === 0 ? pick(pointers) : pointer);
  };
  const stack = () => {
    if (random.below(2) === 0) body.push(0x49, 0x8b, (RSP << 3) | 4, 0xcc); // mov rsp,[r12+rcx*8]
    const kind = pick([0x50, 0x58]); // push, pop of rax or rdx
    for (let i = 2 + random.below(6); i > 0; i--) body.push((random.below(8) === 0 ? 0x50 : kind) | pick([0, 2]));
  };
  const next = () => body.push(0x83, 0xc1, 1 + random.below(30), 0x83, 0xe1, 0x1f); // add ecx,n; and ecx,31
  const point = () => body.push(0x49, 0x8b, (pick(pointers) << 3) | 4, 0xcc); // mov pointer,[r12+rcx*8]
  const change = () => {
    const large = random.below(2) === 0;
    body.push(0x4d, 0x8b, 0xb4, 0xcc, ...le32(large ? 0x100 : 0x200)); // mov r14,[r12+rcx*8+list]
    const entry = large ? 0x2010 + 8 * random.below(2) : 0x3000 + 8 * random.below(8);
    body.push(0x4d, 0x89, 0xb5, ...le32(entry)); // mov [r13+entry],r14
  };
  const turn = () => body.push(0x4d, 0x87, 0xd1, 0x41, 0x0f, 0x22, 0xd9); // xchg r9,r10; mov cr3,r9
  for (const pointer of pointers) body.push(0x49, 0x8b, (pointer << 3) | 4, 0xcc);
  for (let i = 8 + random.below(16); i > 0; i--) {
    const what = random.below(24);
    if (what < 9) access();
    else if (what < 12) record();
    else if (what < 15) stack();
    else if (what < 18) next();
    else if (what < 22) point();
    else if (what < 23) change();
    else if (kernel) turn();
  }
  next();
  body.push(0x41, 0xff, 0xcf); // dec r15d
  return [...body, 0x0f, 0x85, ...le32(-(body.length + 6)), 0xf4];
}

for (const cpl of [0, 3])
  for (const [name, tier] of [
    ["at once", "translator"],
    ["while it runs", { threshold: 2, cooling: 1, deferred: false, onlySeen: true }],
  ] as const)
    test(`pointers over changing page tables at CPL ${cpl}, translated ${name}: as on the reference processor`, () => {
      const random = new Random(7 + cpl);
      const pair = new Lockstep(8, prepareInterpreter(), tier);
      const { state } = pair.board.cpu;
      let ran = 0;
      for (let i = 0; i < 12; i++) {
        const seed = random.state;
        pair.reset(new Uint8Array(USABLE));
        long(pair.board, { cpl, tables: OTHER_TABLES });
        long(pair.board, { cpl, tables: TABLES });
        const lists = new BigUint64Array(96);
        const frames = [0, 0x20_0000, 0x40_0000, 0x60_0000];
        const harmless = i % 3 !== 0;
        for (let at = 0; at < 32; at++) {
          const window = WINDOWS[random.below(3)]!;
          // The first page of the program's code has data behind it.
          const within = [random.below(0x7000), CODE + 0x800 + random.below(0x400), 0x10_0000 + random.below(0x8000)];
          // Often what belongs together lies on two pages.
          const small = [random.below(0x7000), 0x1000 * (1 + random.below(7)) - random.below(96)][random.below(2)]!;
          const offset = window === WINDOWS[2] ? small : within[random.below(3)]!;
          lists[at] = BigInt(window + offset);
          if (window !== WINDOWS[2] && offset < 0x1_0000) lists[at]! |= 0x10_0000n;
          const odd = harmless || random.below(6) !== 0 ? 7 : [5, 0, 3][random.below(3)]!;
          lists[32 + at] = BigInt(frames[random.below(4)]! | 0x80 | odd | (random.below(2) === 0 ? 0x60 : 0));
          lists[64 + at] = BigInt((0x20_0000 + 0x1000 * random.below(12)) | odd | (random.below(2) === 0 ? 0x60 : 0));
        }
        pair.board.memory.store(TABLES + 0x2020, 4, PAGE_TABLE | 7);
        pair.board.memory.store(OTHER_TABLES + 0x2020, 4, PAGE_TABLE | 7);
        for (let page = 0; page < 8; page++)
          pair.board.memory.store(PAGE_TABLE + 8 * page, 4, Number(lists[64 + page]! & ~7n) | 7);
        const tables = new Uint8Array(0x8000);
        pair.board.memory.read(TABLES, tables);
        pair.reference.memory.set(tables, TABLES);
        pair.write(LISTS, new Uint8Array(lists.buffer));
        const registers = { 9: TABLES, 10: OTHER_TABLES, 12: LISTS, 13: TABLES, 15: 60 };
        for (const [register, value] of Object.entries(registers))
          state.set64("general", BigInt(value), Number(register));
        for (const register of [0, 2]) state.set64("general", BigInt(random.bits(48)), register);
        state.set64("general", 0n, 1);
        state.set32("idtrLimit", 0);
        state.set64("rip", BigInt(CODE));
        pair.copyState();
        pair.setFlags(2 | (random.bits(12) & 0x8d5));
        pair.write(CODE, Uint8Array.from(program(random, cpl === 0)));
        for (let part = 0; part < 8 && state.get32("activity") === Activity.running; part++)
          assert.equal(pair.run(1 + random.below(400)), null, `seed ${seed}, program ${i}, part ${part}`);
        ran += pair.board.cpu.instructions;
      }
      assert.ok(pair.board.cpu.translator.made > 12 && ran > 2_000);
    });
