/** What the kernel says and shows, whatever machine it runs on and whoever booted it. */
import assert from "node:assert/strict";
import { ElfFile } from "../../emulator/formats/elf-reader.ts";
import { version } from "../../emulator/version.ts";

/** The boot's story on the serial line, without a root: from the first words to the rescue console's prompt, with gaps. */
const story = [
  "Hello from the kernel.",
  `This is Cor ${version}, speaking on the serial console.`,
  "Initializing MM..",
  / of \d+ MiB of memory are free\./,
  "Starting timer..",
  "Setting up TSS..",
  "Detecting PCI things...",
  "There is no root: no disk has a file system that can be read.",
  "Type help.",
] as const;

/** The rescue console's prompt, behind its first words. */
export const ready = "Type help.\n> ";

/** Throws unless the serial line has told the boot's story, line by line, and waits at the prompt. */
export function assertGreeting(serial: string): void {
  const lines = serial.split("\n");
  let at = 0;
  for (const wanted of story) {
    const found = lines.findIndex(
      (line, k) => k >= at && (typeof wanted === "string" ? line.endsWith(wanted) : wanted.test(line)),
    );
    assert.ok(found >= 0, `"${wanted}" is missing, or not at its place:\n${serial}`);
    at = found + 1;
  }
  assert.ok(serial.endsWith(ready), serial);
}

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
    /#PF page fault, error code 0x2 \(at t=\d+\)\n(.*\n)* {2}CR2 0x0 /,
  ],
  [
    "writing to its own code",
    [0x48, 0x8d, 0x05, 0xf9, 0xff, 0xff, 0xff, 0x88, 0x00],
    /#PF page fault, error code 0x3 /,
  ],
  ["executing its stack", [0xff, 0xe4], /#PF page fault, error code 0x11 /],
  ["running out of stack", [0x50, 0xeb, 0xfd], /#DF double fault, error code 0x0 /],
  ["loading a segment that does not exist", [0xb0, 0x77, 0x8e, 0xd8], /#GP general protection, error code 0x74 /],
  ["dividing by zero", [0x31, 0xc9, 0xf7, 0xf1], /#DE divide error, error code 0x0 /],
  [
    "using an address that is not canonical",
    [0x48, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0x80, 0x8a, 0x00],
    /#GP general protection, error code 0x0 /,
  ],
];

/** What a report ends with: names of functions, from the mistake outward. */
export const trace =
  /\n {2}at mistake \(kernel\/[\w/]+\.ts:\d+\)\n {2}at kernel\/console\/rescue\.\w+ \(kernel\/console\/rescue\.ts:\d+\)\n/;

/** The kernel file with a mistake in it. */
export function mistakenKernel(elf: Uint8Array, code: readonly number[]): Uint8Array {
  const file = new ElfFile(elf);
  const address = file.symbols().find(({ name }) => name === "mistake")?.value ?? 0n;
  const segment = file.programHeaders.find(
    ({ virtualAddress, fileSize }) => address >= virtualAddress && address < virtualAddress + BigInt(fileSize),
  );
  if (!segment) throw new Error("mistake is in no segment");
  const changed = elf.slice();
  changed.set(code, segment.offset + Number(address - segment.virtualAddress));
  return changed;
}
