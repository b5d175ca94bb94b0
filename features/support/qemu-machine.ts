/** A scenario's machine on real QEMU: other people's firmware, other people's devices, the same images. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Qemu } from "../../disks/testing/qemu.ts";
import { images } from "./media.ts";
import type { Evidence, MachineSetup, TestMachine } from "./test-machine.ts";

export class QemuMachine implements TestMachine {
  readonly #qemu: Qemu;
  #seen = 0;

  constructor({ medium, memory, commandLine }: MachineSetup) {
    this.#qemu = new Qemu((folder) => {
      const file = (name: string, content: Uint8Array): string => {
        const path = join(folder, name);
        writeFileSync(path, content);
        return path;
      };
      const { img, iso, elf } = images();
      const from = {
        disk: () => ["-drive", `file=${file("cor.img", img)},format=raw`],
        CD: () => ["-cdrom", file("cor.iso", iso)],
        kernel: () => ["-kernel", file("cor.elf", elf), "-append", commandLine],
      };
      const exit = ["-device", "isa-debug-exit,iobase=0xf4,iosize=4"];
      return [...from[medium](), "-m", `${memory}`, ...exit, "-action", "reboot=reset"];
    });
  }

  get serial(): string {
    return this.#qemu.serial;
  }

  async see(text: string): Promise<void> {
    this.#seen = await this.#qemu.sees(text, this.#seen);
  }

  type(text: string): void {
    this.#qemu.type(text);
  }

  async end(): Promise<string> {
    const code = await this.#qemu.ends();
    return code === 0 ? "power-off" : `debug-exit ${code}`;
  }

  async evidence(): Promise<Evidence[]> {
    const evidence: Evidence[] = [{ name: "serial line", mediaType: "text/plain", body: this.serial }];
    try {
      const registers = await this.#qemu.monitor("info registers");
      evidence.push({ name: "registers", mediaType: "text/plain", body: registers });
      const picture = join(this.#qemu.folder, "screen.png");
      await this.#qemu.monitor(`screendump "${picture}" -f png`);
      evidence.push({ name: "screen", mediaType: "image/png", body: readFileSync(picture) });
    } catch {
      // It has ended, or is too old for PNG.
    }
    return evidence;
  }

  async close(): Promise<void> {
    await this.#qemu[Symbol.asyncDispose]();
  }
}
