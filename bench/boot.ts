/** From Enter to the kernel's greeting on the serial line: what somebody who edits and runs a kernel waits for. */
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { build } from "../disks/build.ts";
import type { Benchmark } from "./compare.ts";

const BANNER = "speaking on the serial console";
const QEMU = "qemu-system-x86_64";

/** Milliseconds until a program's output contains the banner; the program is then ended. */
function untilBanner(program: string, args: readonly string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const began = performance.now();
    const child = spawn(program, args, { stdio: ["ignore", "pipe", "inherit"] });
    let said = "";
    let time: number | null = null;
    child.stdout.on("data", (part) => {
      said += part;
      if (time !== null || !said.includes(BANNER)) return;
      time = performance.now() - began;
      child.kill("SIGKILL");
    });
    child.on("error", reject);
    child.on("close", () => (time === null ? reject(new Error(`${program} said only:\n${said}`)) : resolve(time)));
  });
}

export const boot: Benchmark = {
  name: "boot",
  describe: "from process start to the kernel's greeting, from the disk image",
  contestants() {
    const folder = mkdtempSync(join(tmpdir(), "cor-bench-"));
    process.on("exit", () => rmSync(folder, { recursive: true }));
    const image = join(folder, "cor.img");
    writeFileSync(image, build().img);
    const launcher = resolve(import.meta.dirname, "../bin/cor.mjs");
    const drive = `file=${image},format=raw,snapshot=on`;
    const qemu = ["-display", "none", "-serial", "stdio", "-no-reboot", "-m", "128", "-drive", drive];
    const missing = spawnSync(QEMU, ["--version"]).status === 0 ? null : "is not installed";
    return [
      {
        name: "Cor",
        missing: null,
        run: () => untilBanner(process.execPath, [launcher, "run", "--disk", `${image},snapshot`, "--time", "real"]),
      },
      { name: "QEMU (TCG, SeaBIOS)", missing, run: () => untilBanner(QEMU, ["-accel", "tcg", ...qemu]) },
    ];
  },
};
