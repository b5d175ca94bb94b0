/**
 * Where the instruction pointer ends. In 16-bit code IP goes on to 10000H, which a limit of FFFFH forbids and a greater one allows
 * (there is no 16-bit wrap but through jumps). EIP goes round from FFFFFFFFH to 0; an instruction that lies across faults, one that ends
 * there does not: with a limit of FFFFFFFFH the manual leaves it to the processor (SDM vol. 3, 5.3). The reference processor says the same.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { CS } from "../isa/instruction.ts";
import { flat32, real } from "./board.ts";
import { prepareInterpreter } from "./execution.ts";
import { Lockstep, USABLE } from "./lockstep.ts";
import { Access } from "./state.ts";

const interpreter = prepareInterpreter();
/** Where the end of the segment lies in memory. */
const END = 0x2_0000;
const STACK = 0x3_0000;

/** Instructions that end at, or lie across, the end; `before`: how many of their bytes lie before it. */
const programs: readonly { readonly name: string; readonly code: readonly number[]; readonly before: number }[] = [
  { name: "NOPs", code: [0x90, 0x90, 0x90, 0x40, 0x40], before: 3 },
  { name: "a conditional branch that is not taken", code: [0x39, 0xc0, 0x75, 0x10, 0x40], before: 4 },
  { name: "a branch across the end", code: [0xeb, 0x02, 0xf4, 0xf4, 0x40, 0x40], before: 3 },
  { name: "a branch back across the end", code: [0x40, 0x40, 0x75, 0xfc, 0x40], before: 1 },
  { name: "CALL as the last one", code: [0xe8, 0x02, 0x00, 0x00, 0x00, 0x40, 0x40, 0xc3], before: 5 },
  { name: "16-bit CALL as the last one", code: [0x66, 0xe8, 0x02, 0x00, 0x40, 0x40, 0xc3], before: 4 },
  { name: "a REP as the last one", code: [0xf3, 0xaa, 0x40], before: 2 },
  { name: "INT3 as the last one", code: [0xcc, 0x40], before: 1 },
  { name: "HLT as the last one", code: [0xf4, 0x40], before: 1 },
  { name: "UD2 behind the end", code: [0x90, 0x0f, 0x0b], before: 1 },
  { name: "UD2 across the end", code: [0x90, 0x0f, 0x0b], before: 2 },
  { name: "a MOV across the end", code: [0x90, 0xb8, 0x01, 0x02, 0x03, 0x04, 0x40], before: 4 },
  { name: "a prefix before the end", code: [0x90, 0x66, 0x40, 0x40], before: 2 },
];

const segments = [
  { name: "16-bit code, limit FFFFH", size: 16, end: 0x1_0000, limit: 0xffff },
  { name: "16-bit code, limit FFFFFFFFH, past FFFFH", size: 16, end: 0x1_0000, limit: 0xffff_ffff },
  { name: "16-bit code, limit FFFFFFFFH", size: 16, end: 0x1_0000_0000, limit: 0xffff_ffff },
  { name: "32-bit code, limit FFFFFFFFH", size: 32, end: 0x1_0000_0000, limit: 0xffff_ffff },
  { name: "32-bit code, limit FFFFH", size: 32, end: 0x1_0000, limit: 0xffff },
] as const;

for (const { name, size, end, limit } of segments)
  test(name, () => {
    const pair = new Lockstep(1, interpreter);
    const fill = new Uint8Array(USABLE);
    for (const { name: what, code, before } of programs)
      for (const count of [1, 2, 3, 4, 5, 6]) {
        pair.reset(fill);
        const { state } = pair.board.cpu;
        if (size === 16) real(pair.board);
        else flat32(pair.board);
        state.set64("segmentBase", BigInt((END - end) >>> 0), CS);
        state.set32("segmentLimit", limit, CS);
        state.set32(
          "segmentAccess",
          (state.get32("segmentAccess", CS) & ~Access.big) | (size === 32 ? Access.big : 0),
          CS,
        );
        state.set64("general", BigInt(size === 16 ? 0x8000 : STACK), 4);
        state.set64("general", 0x4000n, 7);
        state.set64("general", 3n, 1);
        state.set64("rip", BigInt(end - before));
        // Exceptions in real mode go to address 0; else they end in a shutdown.
        state.set32("idtrLimit", size === 16 ? 0x3ff : 0);
        pair.board.cpu.modeChanged();
        pair.copyState();
        pair.setFlags(2);
        pair.write(END - before, Uint8Array.from(code));
        assert.equal(pair.run(count), null, `${what}, ${count} instructions`);
      }
  });

test("EIP has gone round; IP has not", () => {
  const ends = segments.map(({ size, end, limit }) => {
    const pair = new Lockstep(1, interpreter);
    pair.reset(new Uint8Array(USABLE));
    const { cpu, memory } = pair.board;
    if (size === 16) real(pair.board);
    else flat32(pair.board);
    cpu.state.set64("segmentBase", BigInt((END - end) >>> 0), CS);
    cpu.state.set32("segmentLimit", limit, CS);
    cpu.state.set32("idtrLimit", 0);
    cpu.state.set64("rip", BigInt(end - 3));
    cpu.modeChanged();
    memory.write(END - 3, new Uint8Array(8).fill(0x90));
    const stop = cpu.run(5);
    return stop.kind === "shutdown" ? stop.faults[0]!.vector : cpu.state.get64("rip");
  });
  assert.deepEqual(ends, [13, 0x1_0002n, 2n, 2n, 13]);
});
