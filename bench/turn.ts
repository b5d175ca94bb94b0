/**
 * One machine's turn: it boots the image, and the clock on the wall is read at each workload's two marks on port 0xE9; at the
 * second, how much memory the machine's processes hold.
 */
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { BEGIN, END, LACKS } from "./guest/frame.ts";
import type { Racer } from "./racers.ts";

export interface Turn {
  /** Milliseconds, in the workloads' order; NaN where the machine lacks what it takes. */
  readonly times: readonly number[];
  readonly results: readonly string[];
  /** Bytes that the machine's processes held in memory at the end of each workload; NaN where nobody tells. */
  readonly memory: readonly number[];
}

/** Longest time in milliseconds that one machine may take for all workloads. */
const PATIENCE = 600_000;

/** Bytes in memory of a process and those that it started (Linux, proc(5)). */
function residentBytes(pid: number): number {
  try {
    const own = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "latin1"));
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "latin1").trim().split(" ").filter(Boolean);
    return children.reduce((sum, child) => sum + residentBytes(Number(child)), Number(own?.[1]) * 1024);
  } catch {
    return Number.NaN;
  }
}

/** One machine runs all workloads of the image. */
export function turn({ name, program, args }: Racer, count: number): Promise<Turn> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"] });
    const times: number[] = [];
    const results: string[] = [];
    const memory: number[] = [];
    const said: string[] = [];
    let line = "";
    let began = 0;
    const timer = setTimeout(() => child.kill("SIGKILL"), PATIENCE);
    child.stderr.on("data", (part) => said.push(String(part)));
    child.stdout.on("data", (part) => {
      const now = performance.now();
      for (const letter of part.toString("latin1")) {
        if (letter !== "\n") line += letter;
        if (line === BEGIN) began = now;
        if (letter !== "\n") continue;
        const end = new RegExp(`^${BEGIN}${END}([0-9a-f]{16}|${LACKS})$`).exec(line);
        if (end !== null) {
          // What begins and ends in one piece of output took less than a millisecond.
          times.push(end[1] === LACKS ? Number.NaN : Math.max(now - began, 0.5));
          results.push(end[1]!);
          memory.push(residentBytes(child.pid!));
          if (times.length === count) child.kill("SIGKILL");
        }
        line = "";
      }
    });
    child.on("error", reject);
    child.on("close", () => {
      clearTimeout(timer);
      if (times.length === count) resolve({ times, results, memory });
      else
        reject(new Error(`${name} ended after ${times.length} of ${count} workloads:\n${said.join("").slice(-2000)}`));
    });
  });
}
