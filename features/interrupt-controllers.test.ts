/**
 * The local APIC, the I/O APIC and the 8259s together, by one boot sector that drives them in 32-bit code and tells on COM1 what it
 * reads and which interrupts come, in which order. The same disk on Cor's machine and on real QEMU: the same lines.
 */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test } from "node:test";
import { buildBios } from "../bios/build.ts";
import { Qemu, withoutQemu } from "../disks/testing/qemu.ts";
import { Assembler } from "../dsl/asm/assembler.ts";
import { b, d, m } from "../dsl/asm/operand.ts";
import { Label } from "../dsl/out/expression.ts";
import { flatBinary } from "../dsl/out/flat.ts";
import { link } from "../dsl/out/link.ts";
import { ApicRegister as R } from "../emulator/cpu/apic-registers.ts";
import {
  al,
  ax,
  bx,
  cr0,
  cx,
  dh,
  ds,
  dx,
  eax,
  ebx,
  ecx,
  edx,
  es,
  esi,
  esp,
  sp,
  ss,
} from "../emulator/isa/registers.ts";
import { Machine } from "../emulator/machine.ts";
import { IO_APIC, LOCAL_APIC } from "../emulator/map.ts";

const SECTORS = 16;
const COM1 = 0x3f8;
const CODE = 0x08;
const DATA = 0x10;
/** Vectors of IRQ 0–7 by the 8259, and of all that the program provokes. */
const PIC = 0x20;
const VECTORS = [PIC, 0x31, 0x35, 0x41, 0x42, 0x52, 0x5f, 0x60, 0x70, 0x71, 0xe0] as const;
const SELF = 0x4_0000;
const DONE = "that is all";

function program(): Uint8Array {
  const a = new Assembler({ bits: 16 });
  a.section(".sector", { flags: "rwx", address: 0x7c00 });
  const [main, gdt, gdtr, idt, idtr, putText, putHex, pause, none] = Array.from({ length: 9 }, () => new Label());
  const stubs = VECTORS.map(() => new Label());

  // The rest of the program, then protected mode.
  a.xor(ax, ax);
  for (const segment of [ds, es, ss]) a.mov(segment, ax);
  a.mov(sp, 0x7c00);
  a.mov(ax, 0x0200 | (SECTORS - 1));
  a.mov(bx, 0x7e00);
  a.mov(cx, 2);
  a.mov(dh, 0);
  a.int(0x13);
  a.cli();
  a.o32.lgdt(m(gdtr!));
  a.o32.lidt(m(idtr!));
  a.mov(eax, cr0);
  a.or(al, 1);
  a.mov(cr0, eax);
  a.jmpFar(CODE, main!);
  a.align(8);
  a.here(gdt!);
  a.dq(0);
  a.dw(0xffff, 0, 0x9b00, 0x00cf);
  a.dw(0xffff, 0, 0x9300, 0x00cf);
  a.here(gdtr!);
  a.dw(23);
  a.dd(gdt!);
  a.here(idtr!);
  a.dw(0x7ff);
  a.dd(idt!);
  a.org(510);
  a.dw(0xaa55);

  a.bits(32);
  /** The text behind the call. */
  a.func(putText!, () => {
    a.xchg(d(esp), esi);
    a.push(eax);
    a.push(edx);
    const next = a.here();
    const done = new Label();
    a.lodsb();
    a.test(al, al);
    a.jz(done);
    a.push(eax);
    a.mov(dx, COM1 + 5);
    const wait = a.here();
    a.in(al, dx);
    a.test(al, 0x20);
    a.jz(wait);
    a.pop(eax);
    a.mov(dx, COM1);
    a.out(dx, al);
    a.jmp(next);
    a.here(done);
    a.pop(edx);
    a.pop(eax);
    a.xchg(d(esp), esi);
    a.ret();
  });
  const digit = new Label();
  /** EAX, eight digits. */
  a.func(putHex!, () => {
    a.pushad();
    a.mov(ebx, eax);
    a.mov(ecx, 8);
    const next = a.here();
    a.rol(ebx, 4);
    a.mov(eax, ebx);
    a.and(eax, 15);
    a.mov(al, b(eax, digit));
    const cell = new Label();
    a.mov(b(cell), al);
    a.call(putText!);
    a.here(cell);
    a.db("?", 0);
    a.dec(ecx);
    a.jnz(next);
    a.popad();
    a.ret();
  });
  a.here(digit);
  a.db("0123456789abcdef");
  const say = (text: string) => {
    a.call(putText!);
    a.db(text, 0);
  };
  const local = (register: number) => d(LOCAL_APIC + register);
  const show = (...registers: readonly (readonly [string, number])[]) => {
    for (const [name, register] of registers) {
      say(` ${name}=`);
      a.mov(eax, local(register));
      a.call(putHex!);
    }
  };
  const line = (name: string, ...registers: readonly (readonly [string, number])[]) => {
    say(name);
    show(...registers);
    say("\n");
  };

  // Each tells its vector and the priority it runs at, and ends itself.
  for (const [i, vector] of VECTORS.entries())
    a.func(stubs[i]!, () => {
      a.pushad();
      say(`vector ${vector.toString(16)}`);
      show(["ppr", R.PPR]);
      say("\n");
      if (vector === PIC) {
        a.mov(al, 0xff);
        a.out(0x21, al);
        a.mov(al, 0x20);
        a.out(0x20, al);
      } else a.mov(local(R.EOI), 0);
      a.popad();
      a.iretd();
    });
  a.func(none!, () => {
    say("an interrupt that nobody asked for\n");
    a.iretd();
  });
  /** Lets in what waits. */
  a.func(pause!, () => {
    a.sti();
    a.nop();
    a.nop();
    a.cli();
    a.ret();
  });
  a.align(8);
  a.here(idt!);
  for (let vector = 0; vector < 256; vector++) {
    const at = VECTORS.indexOf(vector as never);
    a.dw(at < 0 ? none! : stubs[at]!, CODE, 0x8e00, 0);
  }

  a.here(main!);
  a.mov(ax, DATA);
  for (const segment of [ds, es, ss]) a.mov(segment, ax);
  a.mov(esp, 0x7000);
  const out = (port: number, ...values: number[]) => {
    for (const value of values) {
      a.mov(al, value);
      a.out(port, al);
    }
  };
  const self = (...vectors: number[]) => {
    for (const vector of vectors) a.mov(local(R.ICR_LOW), SELF | vector);
  };

  // The 8259s: vectors out of the way of exceptions, everything masked. The APIC: on, pins masked.
  out(0x20, 0x11);
  out(0x21, PIC, 4, 1, 0xff);
  out(0xa0, 0x11);
  out(0xa1, PIC + 8, 2, 1, 0xff);
  a.mov(local(R.SVR), 0x1ff);
  a.mov(local(R.LVT_LINT0), 0x1_0700);
  a.mov(local(R.LVT_LINT1), 0x1_0400);
  for (const register of [R.TPR, R.LDR, R.ESR]) a.mov(local(register), 0);
  a.mov(local(R.DFR), 0xffff_ffff);
  line("start", ["id", R.ID], ["tpr", R.TPR], ["ppr", R.PPR], ["svr", R.SVR], ["dfr", R.DFR], ["lint0", R.LVT_LINT0]);

  // Priorities.
  self(0x31, 0x52, 0x35, 0x31);
  line(
    "waiting",
    ["irr1", R.IRR + 0x10],
    ["irr2", R.IRR + 0x20],
    ["isr2", R.ISR + 0x20],
    ["tmr2", R.TMR + 0x20],
    ["icr", R.ICR_LOW],
  );
  a.call(pause!);
  a.mov(local(R.TPR), 0x52);
  self(0x5f, 0x60, 0x41);
  line("behind TPR", ["tpr", R.TPR], ["ppr", R.PPR]);
  a.call(pause!);
  a.mov(local(R.TPR), 0x40);
  a.call(pause!);
  line("after 40", ["irr2", R.IRR + 0x20]);
  a.mov(local(R.TPR), 0);
  a.call(pause!);

  // Destinations: logical, flat and clustered; nobody.
  a.mov(local(R.LDR), 0x0400_0000);
  const to = (destination: number, low: number) => {
    a.mov(local(R.ICR_HIGH), destination << 24);
    a.mov(local(R.ICR_LOW), low);
  };
  to(0x04, 0x841);
  to(0x03, 0x842);
  line("flat", ["irr2", R.IRR + 0x20], ["ldr", R.LDR]);
  a.call(pause!);
  a.mov(local(R.DFR), 0x0fff_ffff);
  a.mov(local(R.LDR), 0x2400_0000);
  to(0x24, 0x841);
  to(0x14, 0x842);
  line("cluster", ["irr2", R.IRR + 0x20], ["dfr", R.DFR]);
  a.call(pause!);
  to(7, 0x42);
  to(0, 0x41);
  line("physical", ["irr2", R.IRR + 0x20]);
  a.call(pause!);

  // The timer, once.
  a.mov(local(R.DCR), 0xb);
  a.mov(local(R.LVT_TIMER), 0x70);
  a.mov(local(R.INITIAL_COUNT), 1000);
  const untilTimer = a.here();
  a.test(local(R.IRR + 0x30), 1 << 16);
  a.jz(untilTimer);
  a.call(pause!);
  line("one-shot", ["initial", R.INITIAL_COUNT], ["current", R.CURRENT_COUNT], ["lvt", R.LVT_TIMER], ["dcr", R.DCR]);
  // Again and again, until stopped; masked, it is not heard. QEMU's timer counts nanoseconds, ours a crystal of 25 MHz:
  // the period is long enough for a busy host to say a line of text in between.
  a.mov(local(R.LVT_TIMER), 0x2_0071);
  a.mov(local(R.INITIAL_COUNT), 300_000_000);
  for (let i = 0; i < 2; i++) {
    a.sti();
    a.hlt();
    a.cli();
  }
  a.mov(local(R.LVT_TIMER), 0x3_0071);
  a.mov(local(R.INITIAL_COUNT), 0);
  line("periodic", ["current", R.CURRENT_COUNT], ["lvt", R.LVT_TIMER]);

  // The 8259's interrupt by LINT0, the timer chip as its source.
  a.mov(local(R.LVT_LINT0), 0x700);
  out(0x43, 0x34);
  out(0x40, 0x00, 0x10);
  out(0x21, 0xfe);
  a.sti();
  a.hlt();
  a.cli();
  a.mov(local(R.LVT_LINT0), 0x1_0700);

  // The same by the I/O APIC, where it comes in at input 2.
  const io = (register: number, value: number) => {
    a.mov(d(IO_APIC), register);
    a.mov(d(IO_APIC + 0x10), value);
  };
  const showIo = (name: string, register: number) => {
    say(` ${name}=`);
    a.mov(d(IO_APIC), register);
    a.mov(eax, d(IO_APIC + 0x10));
    a.call(putHex!);
  };
  // One edge, however slow the host: the chip now counts to its end once, from when it gets the count.
  out(0x43, 0x30);
  say("I/O APIC");
  showIo("version", 1);
  showIo("entry2", 0x14);
  io(0x15, 0);
  io(0x14, 0x60);
  showIo("entry2", 0x14);
  say("\n");
  out(0x40, 0x00, 0x10);
  a.sti();
  a.hlt();
  a.cli();
  io(0x14, 0x1_0060);
  say(DONE);
  const stop = a.here();
  a.cli();
  a.hlt();
  a.jmp(stop);
  a.org(SECTORS * 512);
  const image = new Uint8Array(1 << 20);
  image.set(flatBinary(link([a.finish()], { pageSize: 1 })));
  return image;
}

function onCor(image: Uint8Array): string {
  let said = "";
  const machine = new Machine(
    { memory: 16, firmware: buildBios(), disks: [{ image }] },
    { output: (channel, byte) => (said += channel === "com1" ? String.fromCharCode(byte) : "") },
  );
  assert.equal(machine.run({ until: DONE, instructions: 20_000_000 }).kind, "text", said);
  return answers(said);
}

/** From the program's first word on. */
const answers = (said: string): string => said.slice(said.indexOf("start id=")).replaceAll("\r", "");

describe("interrupt controllers", () => {
  const image = program();

  test("on Cor's machine", () => {
    const lines = onCor(image).split("\n");
    const vectors = lines.filter((text) => text.startsWith("vector")).map((text) => text.split(" ")[1]);
    assert.deepEqual(
      vectors,
      ["52", "35", "31", "60", "5f", "41", "41", "41", "41", "70", "71", "71", "20", "60"],
      lines.join("\n"),
    );
    assert.ok(lines.includes("waiting irr1=00220000 irr2=00040000 isr2=00000000 tmr2=00000000 icr=00040031"));
  });

  test("on QEMU they say the same", { skip: withoutQemu }, async () => {
    const folder = mkdtempSync(join(tmpdir(), "cor-apic-"));
    try {
      writeFileSync(join(folder, "disk.img"), image);
      await using qemu = new Qemu("-drive", `file=${join(folder, "disk.img")},format=raw`);
      await qemu.sees(DONE);
      assert.equal(onCor(image), answers(qemu.serial));
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
