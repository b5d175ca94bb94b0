/** What the kernel says and shows, whatever machine it runs on and whoever booted it. */
import { ElfFile } from "../../emulator/formats/elf-reader.ts";
import { version } from "../../emulator/version.ts";
import { timerHz } from "../../kernel/boot/limits.ts";

/** The serial lines, from the first of the kernel's own to the prompt. */
export const greeting = `Hello from the kernel.
This is Cor ${version}, speaking on the serial console.
64-bit mode, in the higher half; no page is both writable and executable.
The timer ticks ${timerHz} times a second. Type help.
> `;

/** The screen after our own loader, on a machine with 64 MiB. */
export const screen = ` Cor ${version}: an x86_64 kernel in TypeScript

Hello from the kernel.

Booted through PVH
Command line: loader=cor
63 MiB of memory are usable

Switching to serial...`;

/**
 * Mistakes of a kernel: machine code to be put in the place of the command "panic", and what the report must say.
 * QEMU 7.2 gives the interrupt of a missing gate as vector × 16 + 2; the manual says × 8 (SDM vol. 3, figure 6-7).
 */
export const mistakes: readonly (readonly [name: string, code: readonly number[], report: RegExp])[] = [
  [
    "writing to address 0, which is nobody's",
    [0x31, 0xc0, 0x88, 0x00],
    /#PF page fault, error code 0x0{15}2\n.*CR2 0x0{16}/,
  ],
  [
    "writing to its own code",
    [0x48, 0x8d, 0x05, 0xf9, 0xff, 0xff, 0xff, 0x88, 0x00],
    /#PF page fault, error code 0x0{15}3\n/,
  ],
  ["executing its stack", [0xff, 0xe4], /#PF page fault, error code 0x0{14}11\n/],
  ["running out of stack", [0x50, 0xeb, 0xfd], /#DF double fault, error code 0x0{16}\n/],
  ["loading a segment that does not exist", [0xb0, 0x77, 0x8e, 0xd8], /#GP general protection, error code 0x0{14}74\n/],
  ["calling an interrupt that nobody handles", [0xcd, 0x80], /#GP general protection, error code 0x0{13}[48]02\n/],
  ["dividing by zero", [0x31, 0xc9, 0xf7, 0xf1], /#DE divide error, error code 0x0{16}\n/],
  [
    "using an address that is not canonical",
    [0x48, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0x80, 0x8a, 0x00],
    /#GP general protection, error code 0x0{16}\n/,
  ],
];

/** The kernel file with a mistake in it. */
export function mistakenKernel(elf: Uint8Array, code: readonly number[]): Uint8Array {
  const file = new ElfFile(elf);
  const address = file.symbols().find(({ name }) => name === "command_panic")?.value ?? 0n;
  const segment = file.programHeaders.find(
    ({ virtualAddress, fileSize }) => address >= virtualAddress && address < virtualAddress + BigInt(fileSize),
  );
  if (!segment) throw new Error("command_panic is in no segment");
  const changed = elf.slice();
  changed.set(code, segment.offset + Number(address - segment.virtualAddress));
  return changed;
}
