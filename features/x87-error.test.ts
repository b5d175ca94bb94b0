/** Floating-point errors on a PC: through the interrupt controllers with CR0.NE clear, as #MF with it set. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Assembler } from "../dsl/asm/assembler.ts";
import { w } from "../dsl/asm/operand.ts";
import { link } from "../dsl/out/link.ts";
import { al, ax, cr0, cs, dx, eax, ecx, sp, ss, st0, st1 } from "../emulator/isa/registers.ts";
import { Machine } from "../emulator/machine.ts";

const IRQ13 = 0x75;
const MF = 0x10;
const CONTROL = 0x700;
const IA32_APIC_BASE = 0x1b;
const DEBUG_CONSOLE = 0xe9;
const DEBUG_EXIT = 0xf4;

/** Firmware of 64 KiB that divides by zero with #Z unmasked, and what it says on the debug console. */
function firmware(ne: boolean): Uint8Array {
  const a = new Assembler({ bits: 16 });
  const start = a.newLabel("start");
  const irq = a.newLabel("irq");
  const fault = a.newLabel("fault");
  const say = (letter: string) => {
    a.mov(al, letter.charCodeAt(0));
    a.out(DEBUG_CONSOLE, al);
  };
  const outByte = (port: number, value: number) => {
    a.mov(al, value);
    a.out(port, al);
  };
  a.section(".text", { address: 0n });
  a.here(start);
  a.xor(ax, ax);
  a.mov(ss, ax);
  a.mov(sp, 0x7000);
  for (const [vector, handler] of [
    [IRQ13, irq],
    [MF, fault],
  ] as const) {
    a.mov(w(ss, 4 * vector), handler);
    a.mov(w(ss, 4 * vector + 2), cs);
  }
  // Without the local APIC, the 8259s reach the processor directly.
  a.mov(ecx, IA32_APIC_BASE);
  a.rdmsr();
  a.and(eax, 0xffff_f7ff);
  a.wrmsr();
  for (const [port, values] of [
    [0x20, [0x11, 0x08, 0x04, 0x01, 0xfb]],
    [0xa0, [0x11, 0x70, 0x02, 0x01, 0xdf]],
  ] as const)
    for (const [i, value] of values.entries()) outByte(i === 0 ? port : port + 1, value);
  if (ne) {
    a.mov(eax, cr0);
    a.or(eax, 0x20);
    a.mov(cr0, eax);
  }
  a.fninit();
  a.mov(w(ss, CONTROL), 0x037b);
  a.fldcw(w(ss, CONTROL));
  a.sti();
  a.fld1();
  a.fldz();
  a.fdivp(st1, st0);
  say("d");
  a.wait();
  say("w");
  a.mov(dx, DEBUG_EXIT);
  a.mov(al, 0);
  a.out(dx, al);
  a.hlt();
  a.here(irq);
  say("i");
  a.out(0xf0, al);
  // IGNNE# lets waiting instructions work while the error still stands.
  a.wait();
  say("g");
  a.fnclex();
  outByte(0xa0, 0x20);
  outByte(0x20, 0x20);
  a.iret();
  a.here(fault);
  say("f");
  a.fnclex();
  a.iret();
  const { bytes } = link([a.finish()], { regions: [{ address: 0 }] }).sections[0]!;
  const rom = new Uint8Array(0x1_0000);
  rom.set(bytes);
  // The reset vector: JMP F000:0000.
  rom.set([0xea, 0x00, 0x00, 0x00, 0xf0], 0xfff0);

  return rom;
}

function said(ne: boolean): string {
  let text = "";
  const machine = new Machine(
    { memory: 4, firmware: firmware(ne) },
    {
      output: (channel, byte) => {
        if (channel === "debugcon") text += String.fromCharCode(byte);
      },
    },
  );
  machine.run({ instructions: 100_000 });
  return text;
}

test("with CR0.NE clear an error waits for WAIT, and comes as interrupt 13; port F0h lets the handler go on", () => {
  assert.equal(said(false), "digw");
});

test("with CR0.NE set it comes as #MF before the next waiting instruction", () => {
  assert.equal(said(true), "dfw");
});
