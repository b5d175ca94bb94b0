import assert from "node:assert/strict";
import { test } from "node:test";
import { board, long, place } from "../cpu/board.ts";
import { prepareInterpreter } from "../cpu/execution.ts";
import { commonShapes, hotShapes } from "./hot-shapes.ts";
import { decodePrepared } from "./prepared.ts";
import { shapeNumber } from "./shape.ts";

test("the lists of shapes name each shape once", () => {
  const numbers = [...hotShapes(), ...commonShapes()].map(shapeNumber);
  assert.equal(new Set(numbers).size, numbers.length);
});

test("a prepared interpreter does what one does that makes its handlers as it goes", () => {
  // mov ecx,200000; again: push rcx; mov rax,[rsp]; add rbx,rax; imul rdx,rcx; pop rcx; xor [0x3000],rdx; dec rcx; jnz; hlt
  const code = [
    [0xb9, 0x40, 0x0d, 3, 0, 0x51, 0x48, 0x8b, 0x04, 0x24, 0x48, 0x01, 0xc3, 0x48, 0x0f, 0xaf, 0xd1, 0x59],
    [0x48, 0x31, 0x14, 0x25, 0, 0x30, 0, 0, 0x48, 0xff, 0xc9, 0x75, 0xe6, 0xf4],
  ].flat();
  const interpreter = prepareInterpreter();
  assert.ok(decodePrepared(interpreter).shapes.length > 500);
  const results = [undefined, interpreter].map((prepared) => {
    const b = board({ interpreter: prepared });
    long(b);
    b.cpu.state.set64("general", 0x5000n, 4);
    place(b, 0x1000, code);
    b.cpu.run(10_000_000);
    const registers = Array.from({ length: 16 }, (_, i) => b.cpu.state.get64("general", i));
    return { registers, instructions: b.cpu.instructions, flags: b.cpu.flags, stored: b.memory.load(0x3000, 4) };
  });
  assert.equal(results[0]!.registers[3], 20_000_100_000n);
  assert.deepEqual(results[1], results[0]);
});

test("a machine that lives long prepares itself, in the middle of a loop", () => {
  const b = board();
  long(b);
  // mov ecx,13000000; again: add rax,rcx; dec rcx; jnz again; hlt
  place(b, 0x1000, [0xb9, 0x40, 0x5d, 0xc6, 0, 0x48, 0x01, 0xc8, 0x48, 0xff, 0xc9, 0x75, 0xf8, 0xf4]);
  assert.deepEqual(b.cpu.run(100_000_000), { kind: "halted", interruptible: false });
  assert.equal(b.cpu.state.get64("general", 0), (13_000_000n * 13_000_001n) / 2n);
  assert.equal(b.cpu.instructions, 39_000_002);
});
