/**
 * START HERE: the kernel, from its first words to its idle loop.
 *
 * This is the first kernel, written with the assembler while the kernel language grows; it already stands where its
 * successors will: in the highest two gigabytes, on pages that are writable or executable but never both. How it came
 * there is told in boot/entry.ts.
 */
import { Assembler } from "../../dsl/asm/assembler.ts";
import { b, d, m, q } from "../../dsl/asm/operand.ts";
import { Label } from "../../dsl/out/expression.ts";
import { eax, ecx, rax, rbx, rdi, rsi } from "../../emulator/isa/registers.ts";
import { version } from "../../emulator/version.ts";
import { bootEntry } from "../boot/entry.ts";
import { bootProtocol, commandLine, loaderName, memoryMap, protocol, region, regionCount } from "../boot/info.ts";
import { timerHz } from "../boot/limits.ts";
import { leaText, openSections } from "../boot/sections.ts";
import { console, print, printDecimal, printRoutines, say } from "./console/print.ts";
import { colour, colours, screenColours, screenPut, screenRoutines, screenStart } from "./console/screen.ts";
import { serialPut, serialRoutines, serialStart } from "./console/serial.ts";
import { monitor, monitorRoutines } from "./monitor.ts";
import { timer, timerStart } from "./timer.ts";
import { descriptors, descriptorsStart } from "./trap/descriptors.ts";
import { panic } from "./trap/panic.ts";
import { pic, picStart } from "./trap/pic.ts";
import { traps, trapsStart } from "./trap/traps.ts";

export const main = new Label("main");

/** The whole kernel as a recorded program, not yet laid out. */
export function kernel(): Assembler {
  const a = new Assembler();
  const sections = openSections(a);
  bootEntry(a, sections, main);

  a.func(main, () => {
    a.call(descriptorsStart);
    a.call(trapsStart); // from here on, a mistake is a message
    a.call(picStart); // before any device asks for attention: starting the controllers forgets who asked

    leaText(a, rsi, `Cor ${version}: an x86_64 kernel in TypeScript`);
    a.call(screenStart);
    consoleIs(a, screenPut); // first words
    inColours(a, colours(colour.yellow), () => say(a, "Hello from the kernel.\n\n"));
    tellWhoBooted(a);
    tellMemory(a);

    a.call(serialStart);
    inColours(a, colours(colour.lightCyan), () => say(a, "\nSwitching to serial...\n"));
    consoleIs(a, serialPut); // from here on, the serial line is the console
    a.call(timerStart);
    a.sti(); // from here on, the timer ticks and the line sends while the kernel goes on
    say(a, "Hello from the kernel.\n");
    say(a, `This is Cor ${version}, speaking on the serial console.\n`);
    say(a, "64-bit mode, in the higher half; no page is both writable and executable.\n");
    say(a, `The timer ticks ${timerHz} times a second. Type help.\n`);
    a.jmp(monitor); // waits for somebody to type, asleep
  });

  screenRoutines(a);
  serialRoutines(a);
  printRoutines(a);
  descriptors(a);
  panic(a);
  traps(a);
  pic(a);
  timer(a);
  monitorRoutines(a);
  return a;
}

function consoleIs(a: Assembler, put: Label): void {
  a.macro(consoleIs, () => {
    a.lea(rax, m(put));
    a.mov(q(console), rax);
  });
}

function inColours(a: Assembler, value: number, body: () => void): void {
  a.macro(inColours, () => {
    a.mov(b(screenColours), value);
    body();
    a.mov(b(screenColours), colours(colour.lightGrey));
  });
}

/** "Booted by GRUB 2.06 through multiboot 2", and the command line if there is one. */
function tellWhoBooted(a: Assembler): void {
  const nameless = new Label();
  const noCommandLine = new Label();
  say(a, "Booted ");
  a.cmp(b(loaderName), 0);
  a.je(nameless);
  say(a, "by ");
  a.lea(rdi, m(loaderName));
  a.call(print);
  say(a, " ");
  a.here(nameless);
  say(a, "through ");
  for (const [name, number] of [
    ["multiboot 1", protocol.multiboot1],
    ["multiboot 2", protocol.multiboot2],
    ["PVH", protocol.pvh],
  ] as const) {
    const other = new Label();
    a.cmp(d(bootProtocol), number);
    a.jne(other);
    say(a, name);
    a.here(other);
  }
  a.cmp(b(commandLine), 0);
  a.je(noCommandLine);
  say(a, "\nCommand line: ");
  a.lea(rdi, m(commandLine));
  a.call(print);
  a.here(noCommandLine);
  say(a, "\n");
}

/** The sum of the usable regions. */
function tellMemory(a: Assembler): void {
  const next = new Label();
  const other = new Label();
  a.lea(rbx, m(memoryMap));
  a.mov(ecx, d(regionCount));
  a.xor(eax, eax);
  a.here(next);
  a.dec(ecx);
  const counted = new Label();
  a.js(counted);
  a.cmp(d(rbx, region.type), 1);
  a.jne(other);
  a.add(rax, q(rbx, region.length));
  a.here(other);
  a.add(rbx, region.size);
  a.jmp(next);
  a.here(counted);
  a.shr(rax, 20);
  a.mov(rdi, rax);
  a.call(printDecimal);
  say(a, " MiB of memory are usable\n");
}
