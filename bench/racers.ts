/**
 * The machines that race: Cor and its neighbours, each as a command that boots a disk image and passes on what the guest
 * says on port 0xE9.
 */
import { spawnSync } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { MEMORY_MIB } from "./guest/frame.ts";

export interface Racer {
  readonly name: string;
  readonly program: string;
  readonly args: readonly string[];
  /** Why it cannot take part; null: it can. */
  readonly missing: string | null;
  /** So much slower than the others that one round of it must do. */
  readonly once?: true;
}

const isHere = (program: string) => (spawnSync(program, ["--help"]).error === undefined ? null : "is not installed");

/** Cor as it is, or one tier of it alone. */
export function cor(image: string, megabytes = MEMORY_MIB, tier: "auto" | "interpreter" = "auto"): Racer {
  const launcher = resolve(import.meta.dirname, "../bin/cor.mjs");
  const args = ["run", "--time", "fast", "--memory", String(megabytes), "--serial", "none", "--debugcon", "stdio"];
  return {
    name: tier === "auto" ? "Cor" : `Cor ${tier}`,
    program: process.execPath,
    args: [launcher, ...args, "--tier", tier, "--disk", `${image},snapshot`],
    missing: null,
  };
}

export function qemu(image: string, megabytes = MEMORY_MIB): Racer {
  const program = "qemu-system-x86_64";
  const drive = ["-drive", `file=${image},format=raw,snapshot=on`];
  const quiet = ["-display", "none", "-serial", "none", "-monitor", "none", "-debugcon", "stdio"];
  const args = ["-accel", "tcg", "-cpu", "max", "-m", String(megabytes), ...quiet, ...drive];
  return { name: "QEMU TCG", program, args, missing: isHere(program) };
}

/** Writes its configuration beside the image. */
export function bochs(image: string, folder: string): Racer {
  const roms = ["/usr/share/bochs/BIOS-bochs-latest", "/usr/share/vgabios/vgabios.bin"];
  const configuration = join(folder, "bochsrc");
  const commands = join(folder, "commands");
  writeFileSync(commands, "c\n"); // Debian builds Bochs with its debugger: continue
  writeFileSync(
    configuration,
    `plugin_ctrl: speaker=0
config_interface: textconfig
display_library: rfb, options="timeout=0"
memory: guest=${MEMORY_MIB}, host=${MEMORY_MIB}
romimage: file=${roms[0]}
vgaromimage: file=${roms[1]}
ata0-master: type=disk, path="${image}", mode=volatile
boot: disk
port_e9_hack: enabled=1
cpu: model=ryzen, ips=400000000
clock: sync=none
log: ${join(folder, "bochs.log")}
`,
  );
  return {
    name: "Bochs",
    program: "bochs",
    args: ["-q", "-f", configuration, "-rc", commands],
    missing: isHere("bochs") ?? (roms.every((rom) => existsSync(rom)) ? null : "has no bochsbios and vgabios"),
    once: true,
  };
}

/** The host's own processor: `program` is what it runs. */
export const native = (program: string): Racer => ({
  name: "native",
  program,
  args: [],
  missing: process.platform === "linux" && process.arch === "x64" ? null : "needs an x86-64 host with Linux",
});

/** For 32-bit guests. */
export function v86(image: string): Racer {
  const roms = ["/usr/share/seabios/bios.bin", "/usr/share/seabios/vgabios-stdvga.bin"];
  return {
    name: "v86",
    program: process.execPath,
    args: [resolve(import.meta.dirname, "v86.ts"), image, String(MEMORY_MIB), ...roms],
    missing: roms.every((rom) => existsSync(rom)) ? null : "has no firmware: SeaBIOS is not installed",
  };
}
