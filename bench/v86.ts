/**
 * v86 as a program: `node v86.ts IMAGE MEGABYTES BIOS VGABIOS` boots a disk image and passes on what the guest says on port
 * 0xE9.
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { V86 } from "v86";

const [image, megabytes, bios, vgaBios] = process.argv.slice(2) as [string, string, string, string];
const bytes = (file: string): ArrayBuffer => {
  const { buffer, byteOffset, byteLength } = readFileSync(file);
  return (buffer as ArrayBuffer).slice(byteOffset, byteOffset + byteLength);
};
const wasm = join(createRequire(import.meta.url).resolve("v86"), "..", "v86.wasm");

const machine = new V86({
  wasm_path: wasm,
  memory_size: Number(megabytes) << 20,
  bios: { buffer: bytes(bios) },
  vga_bios: { buffer: bytes(vgaBios) },
  hda: { buffer: bytes(image) },
  disable_speaker: true,
  autostart: false,
});

/** What its type declarations keep to themselves: the ports. */
interface Inside {
  readonly v86: {
    readonly cpu: {
      readonly io: { register_write(port: number, device: unknown, write: (value: number) => void): void };
    };
  };
}

machine.add_listener("emulator-loaded", () => {
  (machine as unknown as Inside).v86.cpu.io.register_write(0xe9, machine, (value) => {
    process.stdout.write(Uint8Array.of(value));
  });
  machine.run();
});
