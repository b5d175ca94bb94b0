/**
 * Somebody to talk to: reads lines from the serial console and does what they say. Between the bytes the processor
 * sleeps; the timer wakes it a hundred times a second, the serial line when a key was pressed.
 */
import type { Assembler } from "../../dsl/asm/assembler.ts";
import { b, d, m, q } from "../../dsl/asm/operand.ts";
import { Label } from "../../dsl/out/expression.ts";
import { al, eax, ebp, ecx, edi, edx, r12, rax, rbp, rbx, rcx, rdi, rdx, rsi } from "../../emulator/isa/registers.ts";
import { memoryMap, region, regionCount } from "../boot/info.ts";
import { lineBytes, timerHz } from "../boot/limits.ts";
import { constants, text, variable } from "../boot/sections.ts";
import { console, print, printDecimal, printHex, say } from "./console/print.ts";
import { serialFlush, serialTyped } from "./console/serial.ts";
import { ticks } from "./timer.ts";

/** Never returns. Interrupts must be ready to be switched on. */
export const monitor = new Label("monitor");

const prompt = "> ";
const line = new Label("line");

interface Command {
  readonly name: string;
  readonly help: string;
  /** Records what it does; may change all registers but RSP. */
  readonly body: (a: Assembler) => void;
}

const commands: readonly Command[] = [
  {
    name: "help",
    help: "this list",
    body: (a) => {
      for (const { name, help } of commands) say(a, `${name.padEnd(8)} ${help}\n`);
    },
  },
  { name: "mem", help: "the memory map", body: printMemoryMap },
  { name: "uptime", help: "seconds since the timer was started", body: printUptime },
  { name: "panic", help: "what a mistake in the kernel looks like", body: (a) => a.ud2() },
  { name: "reboot", help: "reset the machine", body: reboot },
  {
    name: "halt",
    help: "stop for ever",
    body: (a) => {
      a.call(serialFlush);
      a.cli();
      const stop = a.here();
      a.hlt();
      a.jmp(stop);
    },
  },
];

export function monitorRoutines(a: Assembler): void {
  const table = new Label("commands");
  const run = new Label("runCommand");
  const next = new Label("nextTyped");
  variable(a, line, lineBytes, 1);

  const rows = commands.map(({ name, body }) => {
    const code = a.func(`command_${name}`, () => {
      body(a);
      a.ret();
    });
    return [text(a, name), code] as const;
  });
  constants(a, () => {
    a.align(8);
    a.object(table, () => {
      for (const row of rows) a.dq(...row);
      a.dq(0, 0);
    });
  });

  a.func(monitor, () => {
    const sleep = new Label();
    const erase = new Label();
    const enter = new Label();
    a.xor(ebp, ebp); // RBP: how many characters the line has
    say(a, prompt);

    a.here(next);
    a.cli();
    a.call(serialTyped);
    a.jc(sleep);
    a.sti();
    a.cmp(al, 0x0d);
    a.je(enter);
    a.cmp(al, 0x0a);
    a.je(enter);
    a.cmp(al, 0x08);
    a.je(erase);
    a.cmp(al, 0x7f);
    a.je(erase);
    a.cmp(al, 0x20); // other control characters are not for us
    a.jb(next);
    a.cmp(ebp, lineBytes - 1);
    a.jae(next);
    a.lea(rdx, m(line));
    a.mov(b(rdx, rbp), al);
    a.inc(ebp);
    a.movzx(edi, al);
    a.call(q(console));
    a.jmp(next);

    // STI takes effect after the instruction that follows it, so nothing can come in between the look at the ring and
    // the sleep that would then miss it.
    a.here(sleep);
    a.sti();
    a.hlt();
    a.jmp(next);

    a.here(erase);
    a.test(ebp, ebp);
    a.jz(next);
    a.dec(ebp);
    say(a, "\b \b");
    a.jmp(next);

    a.here(enter);
    say(a, "\n");
    a.lea(rdx, m(line));
    a.mov(b(rdx, rbp), 0);
    a.test(ebp, ebp);
    const empty = new Label();
    a.jz(empty);
    a.call(run);
    a.here(empty);
    a.xor(ebp, ebp);
    say(a, prompt);
    a.jmp(next);
  });

  // Compares the line with each name of the table.
  a.func(run, () => {
    const row = new Label();
    const same = new Label();
    const other = new Label();
    const unknown = new Label();
    a.lea(rbx, m(table));
    a.here(row);
    a.mov(rdi, q(rbx));
    a.test(rdi, rdi);
    a.jz(unknown);
    a.lea(rsi, m(line));
    a.here(same);
    a.lodsb();
    a.scasb();
    a.jne(other);
    a.test(al, al);
    a.jnz(same);
    a.jmp(q(rbx, 8));
    a.here(other);
    a.add(rbx, 16);
    a.jmp(row);
    a.here(unknown);
    a.lea(rdi, m(line));
    a.call(print);
    say(a, "? Type help.\n");
    a.ret();
  });
}

/** One line per region: first and last byte, and what it is. */
function printMemoryMap(a: Assembler): void {
  const next = new Label();
  const known = new Label();
  const end = new Label();
  const names = new Label("regionTypes");
  const texts = ["of unknown kind", "usable", "reserved", "ACPI tables", "ACPI NVS", "bad memory"].map((name) =>
    text(a, name),
  );
  constants(a, () => {
    a.align(8);
    a.object(names, () => a.dq(...texts));
  });
  a.lea(rbx, m(memoryMap));
  a.mov(ecx, d(regionCount));
  a.imul(ecx, ecx, region.size);
  a.lea(r12, m(rbx, rcx));
  a.here(next);
  a.cmp(rbx, r12);
  a.jae(end);
  a.mov(rdi, q(rbx, region.base));
  a.call(printHex);
  say(a, "-");
  a.mov(rdi, q(rbx, region.base));
  a.add(rdi, q(rbx, region.length));
  a.dec(rdi);
  a.call(printHex);
  say(a, " ");
  a.mov(eax, d(rbx, region.type));
  a.cmp(eax, texts.length);
  a.jb(known);
  a.xor(eax, eax);
  a.here(known);
  a.lea(rdi, m(names));
  a.mov(rdi, q(rdi, [rax, 8]));
  a.call(print);
  say(a, "\n");
  a.add(rbx, region.size);
  a.jmp(next);
  a.here(end);
}

function printUptime(a: Assembler): void {
  a.mov(rax, q(ticks));
  a.mov(ecx, timerHz);
  a.xor(edx, edx);
  a.div(rcx);
  a.mov(rdi, rax);
  a.call(printDecimal);
  say(a, " seconds\n");
}

/** The keyboard controller holds the processor's reset line. (IBM PC AT technical reference, 8042 command FE) */
function reboot(a: Assembler): void {
  a.call(serialFlush);
  const wait = a.here();
  a.in(al, 0x64);
  a.test(al, 2); // it is still busy with the last command
  a.jnz(wait);
  a.mov(al, 0xfe);
  a.out(0x64, al);
  const stop = a.here();
  a.hlt();
  a.jmp(stop);
}
