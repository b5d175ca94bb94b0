/** A scenario's machine on real QEMU: other people's firmware, other people's devices, the same images. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { Qemu } from "../../disks/testing/qemu.ts";
import { grubDisc, images } from "./media.ts";
import type { Evidence, MachineSetup, TestMachine } from "./test-machine.ts";

/** How QEMU's monitor calls keys that are no letters or digits. */
const keyNames: Readonly<Record<string, string>> = {
  ...{
    " ": "spc",
    ",": "comma",
    "/": "slash",
    ".": "dot",
    "-": "minus",
    "\r": "ret",
    "\x03": "ctrl-c",
    "\x04": "ctrl-d",
  },
};
/** Milliseconds until what the screen does not show is taken not to come, and between two looks. */
const PATIENCE = 60_000;
const LOOK = 100;

export class QemuMachine implements TestMachine {
  readonly #qemu: Qemu;
  #seen = 0;

  constructor(setup: MachineSetup) {
    const { medium, memory, commandLine, bootInterface, bootDisk, bootReadonly, disks, network } = setup;
    this.#qemu = new Qemu((folder) => {
      const file = (name: string, content: Uint8Array): string => {
        const path = join(folder, name);
        writeFileSync(path, content);
        return path;
      };
      const { img, iso, elf } = images();
      const from = {
        disk: () => {
          const path = typeof bootDisk === "string" ? bootDisk : file("cor.img", bootDisk ?? img);
          return ["-drive", `file=${path},format=raw,if=${bootInterface},readonly=${bootReadonly ? "on" : "off"}`];
        },
        CD: () => ["-cdrom", file("cor.iso", iso)],
        GRUB: () => ["-cdrom", file("grub.iso", grubDisc(commandLine))],
        kernel: () => ["-kernel", file("cor.elf", elf), "-append", commandLine],
      };
      const drives = disks.flatMap(({ image, interface: kind, readonly }, i) => [
        "-drive",
        `file=${file(`disk${i}.img`, image)},format=raw,if=${kind},readonly=${readonly ? "on" : "off"}`,
      ]);
      const card = network ? ["-nic", "user,model=virtio-net-pci,restrict=on"] : ["-nic", "none"];
      const exit = ["-device", "isa-debug-exit,iobase=0xf4,iosize=4"];
      return [...from[medium](), ...drives, ...card, "-m", `${memory}`, ...exit, "-action", "reboot=reset"];
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

  async press(text: string): Promise<void> {
    for (const key of text) await this.#qemu.monitor(`sendkey ${keyNames[key] ?? key}`);
  }

  async seeOnScreen(text: string): Promise<void> {
    const last = performance.now() + PATIENCE;
    while (!(await this.#screen()).includes(text)) {
      if (performance.now() > last) throw new Error(`"${text}" did not appear on the screen`);
      await setTimeout(LOOK);
    }
  }

  /** What video memory holds in text mode: every other byte is a character. */
  async #screen(): Promise<string> {
    const cells = await this.#qemu.memory(0xb8000, 80 * 25 * 2);
    const lines = Array.from({ length: 25 }, (_, row) =>
      Array.from({ length: 80 }, (_, column) => String.fromCharCode(cells[2 * (row * 80 + column)]!)).join(""),
    );
    return lines.join("\n");
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
