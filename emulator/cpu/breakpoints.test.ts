/** Debug registers: SDM vol. 3, 17.2, 17.3.1 and 6.9; on the processor, and in lockstep with the reference processor. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { CS, DS, SS } from "../isa/instruction.ts";
import { flat32, long } from "./board.ts";
import { GENERAL_DETECT } from "./breakpoints.ts";
import { Lockstep, USABLE } from "./lockstep.ts";
import { operand, program, Random, TOP } from "./random-program.ts";
import { Flag } from "./state.ts";

const CODE = 0x1_0000;
const DATA = 0x2_0000;
const STACK = 0x3_0000;
const IDT = 0x6000;
const GDT = 0x7000;
const HANDLER = 0x7800;
/** DR6 and DR7 after power-on. */
const DR6 = 0xffff_0ff0n;
const Condition = { execute: 0, write: 1, port: 2, readWrite: 3 } as const;
const Length = { 1: 0, 2: 1, 8: 2, 4: 3 } as const;

/** DR7 with breakpoint `n` on, locally. */
const enable = (n: number, condition: number, bytes: keyof typeof Length = 1): bigint =>
  (1n << BigInt(2 * n)) | (BigInt(condition | (Length[bytes] << 2)) << BigInt(16 + 4 * n));

const qword = (value: bigint): Uint8Array => {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, value, true);
  return bytes;
};

/** Both processors at CODE in ring 0; #DB goes to a handler that sets RF in its frame and returns. */
function prepare(pair: Lockstep, bits: 32 | 64, code: readonly number[], fill = new Uint8Array(USABLE)): void {
  pair.reset(fill);
  const { board } = pair;
  const { state } = board.cpu;
  if (bits === 32) flat32(board);
  else long(board);
  state.set64("gdtrBase", BigInt(GDT));
  state.set32("gdtrLimit", 0x17);
  state.set64("idtrBase", BigInt(IDT));
  state.set32("idtrLimit", bits === 64 ? 0x1f : 0xf);
  state.set64("rip", BigInt(CODE));
  state.set64("general", BigInt(STACK), 4);
  const tables = new Uint8Array(0x3000);
  board.memory.read(0x8000, tables);
  pair.reference.memory.set(tables, 0x8000);
  pair.copyState();
  pair.write(GDT + 8, qword(bits === 64 ? 0x00af_9b00_0000_ffffn : 0x00cf_9b00_0000_ffffn));
  pair.write(GDT + 16, qword(0x00cf_9300_0000_ffffn));
  const gate = 0x0000_8e00_0008_0000n | BigInt(HANDLER);
  pair.write(IDT + (bits === 64 ? 16 : 8), qword(gate));
  pair.write(IDT + 24, qword(0n));
  // or dword ptr [sp + …], 10000H; iret
  pair.write(
    HANDLER,
    Uint8Array.from(
      bits === 64 ? [0x81, 0x4c, 0x24, 16, 0, 0, 1, 0, 0x48, 0xcf] : [0x81, 0x4c, 0x24, 8, 0, 0, 1, 0, 0xcf],
    ),
  );
  pair.write(CODE, Uint8Array.from(code));
  pair.setFlags(2);
}

function setDebug(pair: Lockstep, addresses: readonly number[], dr7: bigint, de = false): void {
  for (const [i, state] of pair.states.entries()) {
    for (const [n, address] of addresses.entries()) state.set64("debug", BigInt(address), n);
    state.set64("debug", dr7 | 0x400n, 7);
    if (de) state.set64("cr4", state.get64("cr4") | 8n);
    (i === 0 ? pair.board.cpu : pair.reference).modeChanged();
  }
}

/** After one step of the loop: whether #DB came, B0–B3 and BD, BS, BT of DR6, and the pushed RIP, from CODE on, and RF. */
function trapped(pair: Lockstep): string {
  const { state } = pair.board.cpu;
  const dr6 = (state.get64("debug", 6) ^ DR6).toString(16);
  if (state.get64("rip") !== BigInt(HANDLER)) return `none ${dr6}`;
  const top = Number(state.get64("general", 4));
  const wide = state.get32("codeSize") === 64;
  const rip = pair.board.memory.load(top, 4) - CODE;
  const rf = pair.board.memory.load(top + (wide ? 16 : 8), 4) & Flag.RF ? " RF" : "";
  return `${dr6} at ${rip}${rf}`;
}

const pair = new Lockstep();

/** What each step does: executed in lockstep. */
function steps(count: number): string[] {
  return Array.from({ length: count }, () => {
    assert.equal(pair.run(1), null);
    return trapped(pair);
  });
}

test("a data breakpoint traps behind the instruction that writes, not behind one that reads", () => {
  // mov eax, [20000H]; mov [20003H], eax; nop
  prepare(pair, 64, [0x8b, 4, 0x25, 0, 0, 2, 0, 0x89, 4, 0x25, 3, 0, 2, 0, 0x90]);
  setDebug(pair, [DATA + 4], enable(0, Condition.write, 2));
  assert.deepEqual(steps(2), ["none 0", "1 at 14"]);
});

test("a read/write breakpoint traps on both; a code fetch is no read", () => {
  prepare(pair, 64, [0x8b, 4, 0x25, 0, 0, 2, 0, 0x90]);
  setDebug(pair, [0, DATA + 2, CODE], enable(1, Condition.readWrite, 1) | enable(2, Condition.readWrite, 8));
  assert.deepEqual(steps(1), ["2 at 7"]);
});

for (const [bytes, first, last] of [
  [1, 0x11, 0x11],
  [2, 0x10, 0x11],
  [4, 0x10, 0x13],
  [8, 0x10, 0x17],
] as const)
  test(`a breakpoint of length ${bytes} covers exactly its aligned bytes`, () => {
    for (let at = 0x0e; at < 0x1a; at++) {
      // mov [20000H + at], al
      prepare(pair, 32, [0xa2, at, 0, 2, 0]);
      setDebug(pair, [DATA + 0x11], enable(0, Condition.write, bytes));
      assert.deepEqual(steps(1), [at >= first && at <= last ? "1 at 5" : "none 0"], `byte ${at.toString(16)}`);
    }
  });

test("an access that crosses into the watched page traps", () => {
  // mov [20ffeH], eax
  prepare(pair, 32, [0xa3, 0xfe, 0x0f, 2, 0]);
  setDebug(pair, [DATA + 0x1001], enable(0, Condition.write, 1));
  assert.deepEqual(steps(1), ["1 at 5"]);
});

test("pages that were in the TLB before are watched from then on, and no longer afterwards", () => {
  // mov [20000H], al three times; in between mov dr7, rbx and mov dr7, rcx
  const store = [0x88, 4, 0x25, 0, 0, 2, 0];
  prepare(pair, 64, [...store, 0x0f, 0x23, 0xfb, ...store, 0x0f, 0x23, 0xf9, ...store]);
  for (const state of pair.states) {
    state.set64("debug", BigInt(DATA), 0);
    state.set64("general", enable(0, Condition.write), 3);
    state.set64("general", 0n, 1);
  }
  assert.equal(pair.run(3), null);
  assert.equal(trapped(pair), "1 at 17");
  assert.equal(pair.run(4), null);
  assert.equal(trapped(pair), "none 1");
});

test("an instruction breakpoint strikes before the instruction, with RF clear; RF lets it pass once", () => {
  prepare(pair, 64, [0x90, 0x90, 0x90]);
  setDebug(pair, [CODE + 1], enable(0, Condition.execute));
  // nop; fault; or, iretq; nop under RF; nop
  assert.deepEqual(steps(6), ["none 0", "1 at 1", "none 1", "none 1", "none 1", "none 1"]);
  assert.equal(pair.board.cpu.state.get64("rip"), BigInt(CODE + 3));
});

test("a loop meets its instruction breakpoint in each round, however it was entered", () => {
  // inc eax; dec ecx; jnz −6
  prepare(pair, 32, [0x40, 0x90, 0x49, 0x75, 0xfb, 0x90]);
  for (const state of pair.states) state.set64("general", 5n, 1);
  // Once round the loop without it, so that code is decoded and linked.
  assert.equal(pair.run(4), null);
  setDebug(pair, [0, 0, 0, CODE + 2], enable(3, Condition.execute));
  let strikes = 0;
  for (let i = 0; i < 40; i++) if (steps(1)[0]!.startsWith("8 at 2")) strikes++;
  assert.equal(strikes, 4);
});

test("an instruction breakpoint comes before a page fault of the fetch, and before #UD", () => {
  // ud2
  prepare(pair, 64, [0x0f, 0x0b]);
  setDebug(pair, [CODE], enable(0, Condition.execute));
  assert.deepEqual(steps(1), ["1 at 0"]);
});

test("the shadow of MOV SS holds data breakpoints back and hides instruction breakpoints", () => {
  // mov ss, [20000H]; nop; nop
  prepare(pair, 32, [0x8e, 0x15, 0, 0, 2, 0, 0x90, 0x90]);
  pair.write(DATA, Uint8Array.from([0x10, 0]));
  setDebug(pair, [DATA, CODE + 6], enable(0, Condition.readWrite, 2) | enable(1, Condition.execute));
  assert.deepEqual(steps(2), ["none 0", "1 at 7"]);
});

test("a single step and a data breakpoint make one trap", () => {
  prepare(pair, 32, [0xa2, 0, 0, 2, 0]);
  setDebug(pair, [DATA], enable(0, Condition.write));
  pair.setFlags(2 | Flag.TF);
  assert.deepEqual(steps(1), ["4001 at 5"]);
});

test("I/O breakpoints need CR4.DE", () => {
  for (const de of [false, true]) {
    // out 80H, eax
    prepare(pair, 32, [0xe7, 0x80]);
    setDebug(pair, [0x82], enable(0, Condition.port, 2), de);
    assert.deepEqual(steps(1), [de ? "1 at 2" : "none 0"]);
  }
});

test("in REP MOVSB a data breakpoint traps behind its iteration, with RF set while there are more", () => {
  prepare(pair, 64, [0xf3, 0xa4, 0x90]);
  for (const state of pair.states) {
    state.set64("general", 4n, 1);
    state.set64("general", BigInt(DATA), 6);
    state.set64("general", BigInt(DATA + 0x100), 7);
  }
  setDebug(pair, [DATA + 0x101, DATA + 0x103], enable(0, Condition.write) | enable(1, Condition.write));
  assert.deepEqual(steps(2), ["none 0", "1 at 0 RF"]);
  // or, iretq, then iterations 3 and 4
  assert.deepEqual(steps(4).at(-1), "3 at 2");
});

test("an instruction breakpoint on REP MOVSB strikes once, however the iterations are cut", () => {
  prepare(pair, 64, [0xf3, 0xa4, 0x90]);
  for (const state of pair.states) {
    state.set64("general", 6n, 1);
    state.set64("general", BigInt(DATA), 6);
    state.set64("general", BigInt(DATA + 0x100), 7);
  }
  setDebug(pair, [CODE], enable(0, Condition.execute));
  const seen = steps(10);
  assert.equal(seen[0], "1 at 0");
  assert.equal(seen.filter((s) => !s.startsWith("none")).length, 1);
  assert.equal(pair.board.cpu.state.get64("rip"), BigInt(CODE + 3));
});

test("general detect: MOV DR faults with RF set in its frame, and the handler may use the registers", () => {
  // mov eax, dr0
  prepare(pair, 32, [0x0f, 0x21, 0xc0]);
  setDebug(pair, [], GENERAL_DETECT);
  assert.deepEqual(steps(1), ["2000 at 0 RF"]);
  assert.equal(pair.board.cpu.state.get64("debug", 7), 0x400n);
});

test("an instruction that faults has met no data breakpoint", () => {
  // push [20000H] with a stack that is not there
  prepare(pair, 64, [0xff, 0x34, 0x25, 0, 0, 2, 0]);
  for (const state of pair.states) state.set64("general", 0x8000_0000_0000n, 4);
  setDebug(pair, [DATA], enable(0, Condition.readWrite));
  pair.run(1);
  assert.equal(pair.board.cpu.state.get32("debugPending"), 0);
  assert.equal(pair.board.cpu.state.get64("debug", 6), DR6);
});

for (const bits of [32, 64] as const)
  test(`random programs of ${bits}-bit code with random breakpoints: as on the reference processor`, () => {
    const random = new Random(bits + 7);
    const fill = Uint8Array.from({ length: USABLE }, () => random.bits(8));
    let strikes = 0;
    for (let i = 0; i < 400; i++) {
      const seed = random.state;
      const { code, text, count } = program(random, bits);
      prepare(pair, bits, code, fill);
      const place = (): number => {
        if (random.below(3) === 0) return CODE + random.below(32);
        return random.below(2) === 0 ? STACK - 64 + random.below(80) : random.bits(17);
      };
      const mask = bits === 64 ? TOP : 0xffff_ffffn;
      const values = Array.from({ length: 16 }, () =>
        random.below(2) === 0 ? BigInt(place()) : operand(random) & mask,
      );
      for (const state of pair.states) {
        for (let r = 0; r < 16; r++) state.set64("general", values[r]!, r);
        state.set64("general", BigInt(STACK), 4);
      }
      let dr7 = BigInt(random.bits(16)) << 16n;
      for (let n = 0; n < 4; n++) dr7 |= random.below(3) === 0 ? 0n : 1n << BigInt(2 * n + random.below(2));
      const addresses = [place(), place(), random.below(2) === 0 ? Number(values[1]! & 0xffffffn) : place(), place()];
      setDebug(pair, addresses, dr7, random.below(2) === 0);
      pair.setFlags(2 | (random.below(8) === 0 ? Flag.TF : 0) | (random.below(8) === 0 ? Flag.RF : 0));
      assert.equal(pair.run(count), null, `seed ${seed}, DR7 ${dr7.toString(16)}: ${text}`);
      if ((pair.board.cpu.state.get64("debug", 6) & 15n) !== 0n) strikes++;
    }
    assert.ok(strikes > 10, `${strikes} programs met a breakpoint`);
  });

test("the registers of segments do not matter to data breakpoints: they hold linear addresses", () => {
  // mov ds:[0], al with a base of 20000H
  prepare(pair, 32, [0xa2, 0, 0, 0, 0]);
  for (const [i, state] of pair.states.entries()) {
    state.set64("segmentBase", BigInt(DATA), DS);
    (i === 0 ? pair.board.cpu : pair.reference).modeChanged();
  }
  setDebug(pair, [DATA], enable(0, Condition.write));
  assert.deepEqual(steps(1), ["1 at 5"]);
  assert.equal(pair.board.cpu.state.get32("segmentSelector", CS), 8);
  assert.equal(pair.board.cpu.state.get32("segmentSelector", SS), 16);
});
