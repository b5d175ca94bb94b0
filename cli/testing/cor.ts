/** Runs the real `cor` command in tests, the way a shell would. */
import { type SpawnOptions, spawn } from "node:child_process";
import { join, resolve } from "node:path";

/** The clone's root. */
export const root = resolve(import.meta.dirname, "../..");
export const launcher = join(root, "bin/cor.mjs");

export interface Outcome {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `cor` with these arguments, stdin empty or `input`, and waits for its end. */
export function cor(args: readonly string[], input = "", options: SpawnOptions = {}): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [launcher, ...args], { ...options, stdio: ["pipe", "pipe", "pipe"] });
    const [out, err] = ["", ""].map(() => [] as Buffer[]) as [Buffer[], Buffer[]];
    child.stdout!.on("data", (bytes: Buffer) => out.push(bytes));
    child.stderr!.on("data", (bytes: Buffer) => err.push(bytes));
    child.stdin!.on("error", () => {});
    child.stdin!.end(input);
    child.on("error", reject);
    child.on("close", (code, signal) => {
      resolve({ code, signal, stdout: Buffer.concat(out).toString(), stderr: Buffer.concat(err).toString() });
    });
  });
}
