/**
 * Pipelines typed at the shell of Cor's own system, on Cor and on QEMU: processes that begin and end, read files, and speak through
 * pipes. What counts is the time from Enter to the words behind the last command: when a pipeline is typed for the first time after the start,
 * and when it is typed again in the same machine.
 */
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { build } from "../disks/build.ts";
import { type Benchmark, median } from "./compare.ts";

const QEMU = "qemu-system-x86_64";
const PROMPT = "~ # ";
/** Said by the guest; what is typed, and echoed, is a sum. */
const OVER = "over 42";
const SAY_OVER = "echo over $((40 + 2))";

const pipelines = [
  { name: "text", typed: "seq 30000 | grep 7 | sort -r | uniq | wc -l" },
  { name: "files", typed: "find / | sort | cut -c1-8 | uniq -c | sort -rn | head -n 3" },
  {
    name: "small processes",
    typed: "for i in $(seq 100); do echo $i | cat | wc -c; done | sort | uniq -c",
  },
] as const;

/** How often each is typed again. */
const AGAIN = 4;
const typed = Array.from({ length: 1 + AGAIN }, () => pipelines).flat();

/** Milliseconds that each pipeline takes the first time in a machine's life, and the median of the other times. */
function typePipelines(program: string, args: readonly string[]): Promise<number[]> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ["pipe", "pipe", "inherit"] });
    const times: number[] = [];
    let all = "";
    let said = "";
    let began: number | null = null;
    child.stdout.on("data", (part) => {
      said += part;
      all += part;
      if (began !== null && said.includes(OVER)) {
        times.push(performance.now() - began);
        began = null;
        said = said.slice(said.indexOf(OVER) + OVER.length);
        // Cor ends as its users end it: what it keeps for the next start is written at the end. QEMU keeps nothing.
        if (times.length === typed.length) child.kill(program === QEMU ? "SIGKILL" : "SIGTERM");
      }
      if (began === null && times.length < typed.length && said.includes(PROMPT)) {
        said = "";
        began = performance.now();
        child.stdin.write(`${typed[times.length]!.typed}; ${SAY_OVER}\n`);
      }
    });
    child.on("error", reject);
    child.on("close", () =>
      times.length < typed.length ? reject(new Error(`${program} said only:\n${all}`)) : resolve(firstAndOthers(times)),
    );
  });
}

/** In the order of `moments`. */
const firstAndOthers = (times: readonly number[]): number[] =>
  pipelines.flatMap((_, i) => {
    const [first, ...others] = times.filter((_, turn) => turn % pipelines.length === i);
    return [first!, median(others)];
  });

export const shell: Benchmark = {
  name: "shell",
  describe: "pipelines at the shell of Cor's own system",
  moments: pipelines.flatMap(({ name, typed }) => [
    `${name}, the first time: ${typed}`,
    `${name}, again: the median of ${AGAIN} times`,
  ]),
  contestants() {
    const folder = mkdtempSync(join(tmpdir(), "cor-bench-"));
    process.on("exit", () => rmSync(folder, { recursive: true }));
    const image = join(folder, "cor.img");
    writeFileSync(image, build().img);
    const launcher = resolve(import.meta.dirname, "../bin/cor.mjs");
    const drive = `file=${image},format=raw,snapshot=on`;
    const qemu = ["-display", "none", "-serial", "stdio", "-monitor", "none", "-no-reboot", "-m", "128"];
    const missing = spawnSync(QEMU, ["--version"]).status === 0 ? null : "is not installed";
    const cor = (tier: string): readonly string[] => [
      launcher,
      "run",
      "--time",
      "fast",
      "--tier",
      tier,
      "--disk",
      `${image},snapshot`,
    ];
    return [
      { name: "Cor", missing: null, run: () => typePipelines(process.execPath, cor("auto")) },
      { name: "Cor interpreter", missing: null, run: () => typePipelines(process.execPath, cor("interpreter")) },
      {
        name: "QEMU (TCG, SeaBIOS)",
        missing,
        run: () => typePipelines(QEMU, ["-accel", "tcg", ...qemu, "-drive", drive]),
      },
    ];
  },
};
