/**
 * START HERE: what happens between the firmware and the kernel.
 *
 * The boot sector has brought the loader into memory. It sets the screen to text, opens the A20 gate, asks the firmware
 * what memory there is, goes to protected mode, loads the kernel file above 1 MiB and jumps to it, as the PVH boot protocol
 * says. Long mode is the kernel's own business, so that it is done once, whoever loads it: this loader, GRUB, or QEMU.
 */
import { Assembler } from "../../dsl/asm/assembler.ts";
import { d } from "../../dsl/asm/operand.ts";
import { Label } from "../../dsl/out/expression.ts";
import { ax, di, eax, ebx, ecx, edi, edx, si } from "../../emulator/isa/registers.ts";
import { sectorSize } from "../partition-table.ts";
import { a20Routines, openA20 } from "./a20.ts";
import { bootSector, fail, loader, type Medium } from "./boot-sector.ts";
import { findKernel } from "./find-kernel.ts";
import { loaderAt, memoryMapAt, moduleAt } from "./layout.ts";
import { loadElf, memoryMapEnd } from "./load-elf.ts";
import { loadModule, moduleCount, moduleLength } from "./load-module.ts";
import { memoryMapEntry, memoryMapRoutine, readMemoryMap } from "./memory-map.ts";
import { enterProtectedMode, modeSwitch } from "./mode-switch.ts";
import { fileRoutines, kernelSector } from "./read-file.ts";

/** Who loaded the kernel, for its boot messages. */
const commandLine = "loader=cor";

/** The order of the program's sections in memory and on the disk. */
export const bootProgramSections = [".bootsector", ".loader", ".loader.failures"];

/** Boot sector and loader of a medium as one program that begins at 0x7C00, not yet laid out. Its sections, in this order: bootProgramSections. */
export function bootProgram(medium: Medium): Assembler {
  const a = new Assembler({ bits: 16 });
  const { end } = a.section(".loader.failures", { flags: "rwx" });
  const roundUp = sectorSize - 1 - loaderAt;
  bootSector(a, medium, end.plus(roundUp).shr(Math.log2(sectorSize)));

  a.section(".loader", { flags: "rwx" });
  const startInfo = new Label("startInfo");
  const entries = new Label();
  a.func(loader, () => {
    a.mov(ax, 3); // 80×25 characters, 16 colours; clears the screen
    a.int(0x10);
    a.call(openA20);
    orFail(a, "the A20 gate stays shut");
    a.call(readMemoryMap);
    orFail(a, "the firmware does not say what memory there is (INT 15h, E820)");
    enterProtectedMode(a);
    a.movzx(eax, di);
    a.mov(d(memoryMapEnd), eax);
    findKernel(a, medium);
    a.mov(d(kernelSector), ebx);
    loadElf(a);
    if (medium === "cd") {
      a.push(eax);
      loadModule(a);
      a.pop(eax);
    }

    // The start info's last field, then the kernel. (Xen, docs/misc/pvh and arch-x86/hvm/start_info.h)
    a.mov(edi, eax);
    a.mov(eax, d(memoryMapEnd));
    a.sub(eax, memoryMapAt);
    a.xor(edx, edx);
    a.mov(ecx, memoryMapEntry);
    a.div(ecx);
    a.mov(d(entries), eax);
    a.mov(ebx, startInfo);
    a.jmp(edi);
  });

  a.bits(16);
  a20Routines(a);
  memoryMapRoutine(a);
  modeSwitch(a);
  a.bits(32);
  fileRoutines(a, medium);

  const text = new Label();
  const modules = new Label("modules");
  a.align(8);
  a.object(startInfo, () => {
    a.dd(0x336ec578, 1, 0); // magic, version, flags
    a.here(moduleCount);
    a.dd(0);
    a.dq(modules, text, 0, memoryMapAt); // module list, command line, ACPI's root pointer (the kernel looks for it), memory map
    a.here(entries);
    a.dd(0, 0);
  });
  a.object(modules, () => {
    a.dq(moduleAt);
    a.here(moduleLength);
    a.dq(0, 0, 0); // length, command line, reserved
  });
  a.here(memoryMapEnd);
  a.dd(0);
  a.here(text);
  a.db(commandLine, 0);
  return a;
}

/** 16-bit: CF ends the journey, with the reason in words. */
function orFail(a: Assembler, reason: string): void {
  const message = new Label();
  const fine = new Label();
  a.jnc(fine);
  a.mov(si, message);
  a.jmp(fail);
  a.here(message);
  a.db(`\r\nCor: cannot boot: ${reason}.\0`);
  a.here(fine);
}
