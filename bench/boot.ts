/**
 * From Enter to the kernel's greeting, to the shell's prompt on the serial line, and to the answer to a command that is typed when the prompt
 * appears: what somebody who runs a system often waits for. Cor is asked twice: as it is, when it begins where an earlier run of the same image waited
 * (emulator/kept-start.ts), and executing every instruction from power-on. The answer counts beside the prompt, because a kept start repeats what was said
 * while its machine is still being made.
 */
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { build } from "../disks/build.ts";
import type { Benchmark } from "./compare.ts";

const PROMPT = "~ # ";
/** What is typed at the prompt, such that its echo on the line is not the answer. */
const COMMAND = "echo he''llo\n";
/** What the serial line says at each moment. */
const SIGNS = ["speaking on the serial console", PROMPT, "\nhello"];
const QEMU = "qemu-system-x86_64";

/** Milliseconds until a program's output contains each of the signs; the program is then ended. At the prompt the command is typed. */
export function untilSigns(program: string, args: readonly string[], env = process.env): Promise<number[]> {
  return new Promise((resolve, reject) => {
    const began = performance.now();
    const child = spawn(program, args, { stdio: ["pipe", "pipe", "inherit"], env });
    // It may be gone when somebody types.
    child.stdin.on("error", () => {});
    let said = "";
    const times: number[] = [];
    child.stdout.on("data", (part) => {
      said += part;
      while (times.length < SIGNS.length && said.includes(SIGNS[times.length]!)) {
        if (SIGNS[times.length] === PROMPT) child.stdin.write(COMMAND);
        times.push(performance.now() - began);
      }
      // Cor ends as its users end it: what it keeps for the next start is written at the end. QEMU keeps nothing.
      if (times.length === SIGNS.length) child.kill(program === QEMU ? "SIGKILL" : "SIGTERM");
    });
    child.on("error", reject);
    child.on("close", () =>
      times.length < SIGNS.length ? reject(new Error(`${program} said only:\n${said}`)) : resolve(times),
    );
  });
}

/** What `untilSigns` measures. */
export const moments: readonly string[] = [
  "to the kernel's greeting",
  "to the shell's prompt",
  "to the answer to a command typed at the prompt",
];

export const boot: Benchmark = {
  name: "boot",
  describe: "from process start, from the disk image",
  moments,
  contestants() {
    const folder = mkdtempSync(join(tmpdir(), "cor-bench-"));
    process.on("exit", () => rmSync(folder, { recursive: true }));
    const image = join(folder, "cor.img");
    writeFileSync(image, build().img);
    const launcher = resolve(import.meta.dirname, "../bin/cor.mjs");
    const drive = `file=${image},format=raw,snapshot=on`;
    const cor = [launcher, "run", "--disk", `${image},snapshot`, "--time", "real"];
    const qemu = ["-display", "none", "-serial", "stdio", "-no-reboot", "-m", "128", "-drive", drive];
    const missing = spawnSync(QEMU, ["--version"]).status === 0 ? null : "is not installed";
    return [
      {
        name: "Cor",
        missing: null,
        run: () => untilSigns(process.execPath, cor),
      },
      {
        name: "Cor, every instruction (--cold)",
        missing: null,
        run: () => untilSigns(process.execPath, [...cor, "--cold"]),
      },
      { name: "QEMU (TCG, SeaBIOS)", missing, run: () => untilSigns(QEMU, ["-accel", "tcg", ...qemu]) },
    ];
  },
};
