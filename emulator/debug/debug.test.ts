import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { board, place, real } from "../cpu/board.ts";
import { Fault } from "../cpu/context.ts";
import { Cr0, Cr4, Efer } from "../cpu/control-bits.ts";
import { describeNextInstruction } from "./instruction.ts";
import { peek, translate } from "./peek.ts";
import { describeRegisters, flagNames } from "./registers.ts";

/** Fills all RAM so that every byte tells where it is, then puts page-table entries of 4 or 8 bytes on top. */
function paged(bytes: 4 | 8, entries: readonly (readonly [address: number, value: bigint])[]) {
  const made = board({ megabytes: 8 });
  const { memory } = made;
  const marks = new Uint32Array((8 << 20) / 4).map((_, i) => i);
  memory.write(0, new Uint8Array(marks.buffer, 0, 0xa_0000));
  memory.write(0x10_0000, new Uint8Array(marks.buffer, 0x10_0000));
  memory.write(0x1000, new Uint8Array(0x8000));
  for (const [address, value] of entries) {
    const entry = new DataView(new ArrayBuffer(8));
    entry.setBigUint64(0, value, true);
    memory.write(address, new Uint8Array(entry.buffer, 0, bytes));
  }
  return made;
}

/** `translate` against the processor's own walk, wherever that may read. */
function agrees({ cpu, memory }: ReturnType<typeof paged>, linears: readonly bigint[]): number {
  let mapped = 0;
  for (const linear of linears) {
    const physical = translate(cpu, linear);
    let expected: bigint | null;
    try {
      expected = cpu.readLinear(linear, 4);
    } catch (fault) {
      assert.ok(fault instanceof Fault);
      expected = null;
    }
    const found = physical === null ? null : BigInt(memory.load(Number(physical), 4));
    assert.equal(found, expected, `0x${linear.toString(16)}`);
    if (expected !== null) {
      mapped++;
      assert.deepEqual(peek(cpu, linear, 4), new Uint8Array(Uint32Array.of(Number(expected)).buffer));
    }
  }
  return mapped;
}

const PW = 3n;
const LARGE = 0x80n;

describe("reading by linear address follows the page tables as the processor does", () => {
  test("without paging", () => {
    const machine = paged(4, []);
    assert.equal(translate(machine.cpu, 0x12_3456n), 0x12_3456n);
    assert.equal(agrees(machine, [0x20_0000n, 0x3_0000n]), 2);
  });

  test("32-bit, with 4 KiB and 4 MiB pages", () => {
    const machine = paged(4, [
      [0x1000, 0x2000n | PW],
      [0x1000 + 4 * 0x200, 0x40_0000n | LARGE | PW],
      [0x2000 + 4 * 5, 0x30_0000n | PW],
      [0x2000 + 4 * 6, 0x30_1000n],
    ]);
    const { cpu } = machine;
    cpu.state.set64("cr3", 0x1000n);
    cpu.state.set64("cr4", Cr4.PSE);
    cpu.state.set64("cr0", Cr0.PG | Cr0.PE | Cr0.ET);
    cpu.modeChanged();
    const linears = [0x5000n, 0x5ffcn, 0x6000n, 0x7000n, 0x8000_0000n, 0x803f_fff0n, 0x8040_0000n];
    assert.equal(agrees(machine, linears), 4);
    assert.equal(translate(cpu, 0x8012_3454n), 0x52_3454n);
  });

  test("PAE", () => {
    const machine = paged(8, [
      [0x2000 + 8 * 7, 0x3000n | PW],
      [0x2000 + 8 * 8, 0x20_0000n | LARGE | PW],
      [0x3000 + 8 * 1, 0x40_1000n | PW],
    ]);
    const { cpu } = machine;
    cpu.state.set64("pdpte", 0x2000n | 1n, 3);
    cpu.state.set64("cr4", Cr4.PAE);
    cpu.state.set64("cr0", Cr0.PG | Cr0.PE | Cr0.ET);
    cpu.modeChanged();
    const base = 0xc000_0000n + 7n * 0x20_0000n;
    assert.equal(agrees(machine, [base, base + 0x1000n, base + 0x1ff0n, base + 0x20_0000n, base + 0x3f_fff0n, 0n]), 4);
  });

  test("4-level, with pages of all three sizes, and no memory behind some", () => {
    const machine = paged(8, [
      [0x1000 + 8 * 0x1ff, 0x2000n | PW],
      [0x2000 + 8 * 0x1fe, 0x3000n | PW],
      [0x2000 + 8 * 0x1fd, LARGE | PW],
      [0x3000, 0x4000n | PW],
      [0x3000 + 8, 0x60_0000n | LARGE | PW],
      [0x4000 + 8 * 9, 0x12_3000n | PW],
      [0x4000 + 8 * 10, 0x7fff_f000n | PW],
    ]);
    const { cpu } = machine;
    cpu.state.set64("cr3", 0x1000n);
    cpu.state.set64("cr4", Cr4.PAE);
    cpu.state.set64("efer", Efer.LME | Efer.LMA);
    cpu.state.set64("cr0", Cr0.PG | Cr0.PE | Cr0.ET);
    cpu.modeChanged();
    const top = 0xffff_ffff_8000_0000n;
    assert.equal(agrees(machine, [top, top + 0x9000n, top + 0x9ffcn, top + 0x20_0010n, 0x1000n]), 3);
    assert.equal(translate(cpu, top - 0x4000_0000n + 0x12_3456n), 0x12_3456n, "a page of 1 GiB");
    assert.equal(peek(cpu, top + 0x9ff0n, 32).length, 16, "as far as there is memory");
  });
});

test("looking leaves no accessed bit", () => {
  const machine = paged(4, [
    [0x1000, 0x2000n | PW],
    [0x2000, 0x30_0000n | PW],
  ]);
  const { cpu, memory } = machine;
  cpu.state.set64("cr3", 0x1000n);
  cpu.state.set64("cr0", Cr0.PG | Cr0.PE | Cr0.ET);
  cpu.modeChanged();
  assert.equal(peek(cpu, 0n, 16).length, 16);
  assert.deepEqual([memory.load(0x1000, 4), memory.load(0x2000, 4)], [0x2003, 0x30_0003]);
});

test("the next instruction in words, or why there is none", () => {
  const made = board();
  real(made);
  place(made, 0x7c00, [0xb8, 0x34, 0x12]);
  assert.equal(describeNextInstruction(made.cpu), "0000:7c00  b83412                mov ax,1234h");
  place(made, 0x7c00, [0x0f, 0x04]);
  assert.match(describeNextInstruction(made.cpu), /^0000:7c00 {2}0f04\w* +\(no instruction\)$/);
  made.cpu.state.set64("rip", 0xa_0000n);
  assert.match(describeNextInstruction(made.cpu), /\(no memory\)$/);
});

test("registers and flags by name", () => {
  const { cpu } = board();
  cpu.state.set64("general", 0x1122_3344_5566_7788n, 0);
  cpu.setFlags(0x246);
  const text = describeRegisters(cpu);
  assert.match(text, /^rax 1122334455667788 {2}rcx 0{16} /);
  assert.match(text, / flags 00000246 PF ZF IF {2}iopl 0 {2}cpl 0\n/);
  assert.match(text, /\ncs {3}f000 {2}base 0{8}\w{8} {2}limit 0000ffff /);
  assert.equal(flagNames(0x3003), "CF");
});
