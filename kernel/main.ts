// START HERE: the kernel, from its first words to its idle loop. How it came to run here, in 64-bit mode, two gigabytes
// below the top of all addresses, is told in boot/entry.ts; what lies where, in layout.ts.
import {
  type BootInfo,
  hasOption,
  PROTOCOL_MULTIBOOT1,
  PROTOCOL_MULTIBOOT2,
  REGION_USABLE,
  zeroTerminated,
} from "./boot-info.ts";
import { addSink, dropSinks } from "./console/log.ts";
import { rescue } from "./console/rescue.ts";
import { screenWrite, startScreen } from "./drivers/screen.ts";
import { serialWrite, startSerialEarly } from "./drivers/serial.ts";
import { startDrivers } from "./drivers/start.ts";
import { startTimer } from "./drivers/tick.ts";
import { startClock } from "./drivers/timer.ts";
import { mountRoot, startFiles } from "./fs/start.ts";
import { direct } from "./layout.ts";
import { freeFrames, startFrames } from "./memory/frames.ts";
import { startKernelSpace } from "./memory/kernel-space.ts";
import "./syscall/dispatch.ts";
import { startInit } from "./task/init.ts";
import { idle, spawnTask, startTasks } from "./task/schedule.ts";
import { LEVEL_KERNEL } from "./task/task.ts";
import { startUndertaker } from "./task/undertaker.ts";
import { startVectors } from "./task/vector.ts";
import { startApic } from "./trap/apic.ts";
import { guardStacks, startCpu, startProtection } from "./trap/cpu.ts";
import "./trap/exceptions.ts";
import { startLines } from "./trap/lines.ts";
import { VERSION } from "./version.ts";

export function main(boot: Ptr<BootInfo>): never {
  attr(maySleep, mayAlloc);
  startCpu(boot.bootStack); // from here on, a mistake is a message

  startScreen(); // first words
  addSink(screenWrite);
  print`\x1b[97;44m Cor ${VERSION}: an x86_64 kernel in TypeScript\x1b[K\x1b[m\n\n`;
  print`\x1b[93mHello from the kernel.\x1b[m\n\n`;
  tellBoot(boot);

  print`\n\x1b[96mSwitching to serial...\x1b[m\n`;
  startSerialEarly();
  dropSinks();
  addSink(serialWrite); // from here on, the serial line is the console
  print`Hello from the kernel.\n`;
  print`This is Cor ${VERSION}, speaking on the serial console.\n`;

  print`Initializing MM..\n`;
  startFrames(boot); // who owns which physical frame
  startKernelSpace(boot); // all memory in sight; what is written is not executed
  print`${freeFrames() / 256} of ${usableBytes(boot) >> 20} MiB of memory are free.\n`;

  print`Starting timer..\n`;
  startApic(hasOption(boot, "nolapic"));
  startLines(boot); // and the devices' wires lead to it
  startClock(); // from here on, there is time

  print`Setting up TSS..\n`;
  guardStacks(); // from here on, running over a stack is found out
  startProtection();

  startVectors(); // programs may calculate with floating point
  startTasks(); // from here on, more than one thing happens
  startUndertaker();
  const ticking = startTimer(); // and nobody keeps the processor for himself
  assert(!isErr(ticking), "no interrupt vector for the timer");
  const started = spawnTask("start", goOn, addr(boot), LEVEL_KERNEL);
  assert(!isErr(started), "no memory for the first task");
  idle();
}

/** The rest of the boot, where waiting is possible. */
function goOn(argument: u64): void {
  attr(maySleep, mayAlloc);
  const boot = unsafe.ptr<BootInfo>(argument);
  const commandLine = zeroTerminated(slice(boot.commandLine));
  startFiles();

  print`Detecting PCI things...\n`;
  startDrivers(boot); // disks, terminals, and whatever else is there

  const mounted = mountRoot(bytes(commandLine), moduleOf(boot));
  if (isErr(mounted)) print`There is no root: no disk has a file system that can be read.\n`;
  if (isErr(mounted) || hasOption(boot, "rescue")) rescue(boot);
  startInit(); // from here on, programs have the machine
}

/** What the boot loader brought along, empty when it was nothing. */
function moduleOf(boot: Ptr<BootInfo>): View<u8> {
  return slice(unsafe.ptr<u8>(direct(boot.module)), boot.moduleBytes);
}

/** "Booted by GRUB 2.06 through multiboot 2", and the command line if there is one. */
function tellBoot(boot: Ptr<BootInfo>): void {
  const loader = zeroTerminated(slice(boot.loaderName));
  const commandLine = zeroTerminated(slice(boot.commandLine));
  print`Booted `;
  if (loader.length > 0) print`by ${loader} `;
  if (boot.protocol === PROTOCOL_MULTIBOOT1) print`through multiboot 1\n`;
  else if (boot.protocol === PROTOCOL_MULTIBOOT2) print`through multiboot 2\n`;
  else print`through PVH\n`;
  if (commandLine.length > 0) print`Command line: ${commandLine}\n`;
  print`${usableBytes(boot) >> 20} MiB of memory are usable\n`;
}

function usableBytes(boot: Ptr<BootInfo>): u64 {
  let sum: u64 = 0;
  for (let i: usize = 0; i < usize(boot.regions); i++)
    if (boot.memoryMap[i].kind === REGION_USABLE) sum += boot.memoryMap[i].bytes;
  return sum;
}
