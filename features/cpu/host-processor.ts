/** The host's processor as this process sees it: batches of cases go to the driver (host-driver.ts), outcomes come back. */
import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable, Writable } from "node:stream";
import type { Group } from "./groups.ts";
import { driver } from "./host-driver.ts";
import { Case, Outcome } from "./user-case.ts";

/** Null where the host's processor can be asked; else why not. */
export const hostUnavailable: string | null =
  process.platform === "linux" && process.arch === "x64" ? null : "is not that of an x86-64 Linux";

/** No batch takes a hundredth of it on an idle machine. */
const PATIENCE_MS = 20_000;

/** What a driver that did not come to the end of its batch died of. */
export class DriverDied extends Error {}

export class HostProcessor {
  readonly #group: Group;
  readonly #folder: string;
  readonly #cases: number;
  readonly #outcomes: number;
  #child: ChildProcess | null = null;
  readonly #executable: string;

  constructor(group: Group) {
    this.#group = group;
    this.#folder = mkdtempSync(join(tmpdir(), "cor-oracle-"));
    this.#executable = join(this.#folder, "driver");
    writeFileSync(this.#executable, driver(group), { mode: 0o755 });
    this.#cases = openSync(join(this.#folder, "cases"), "w+");
    this.#outcomes = openSync(join(this.#folder, "outcomes"), "w+");
  }

  /**
   * What becomes of `count` cases (BATCH_CASES at most), which lie one behind the other in `cases`; outcomes likewise. One batch
   * at a time. Throws `DriverDied` when the driver ends or hangs, which no program should bring about.
   */
  async run(cases: Uint8Array, count: number): Promise<Uint8Array> {
    if (count === 0) return new Uint8Array();
    writeSync(this.#cases, cases, 0, count * Case.bytes(this.#group.stateBytes), 0);
    const child = this.#start();
    const done = new Promise<void>((resolve, reject) => {
      let timer = setTimeout(() => {
        // The timer may be late, and the answer there already: events come first, then patience is at an end.
        timer = setTimeout(() => child.kill("SIGKILL"), PATIENCE_MS);
      }, PATIENCE_MS);
      const onExit = (code: number | null, signal: string | null) => {
        clearTimeout(timer);
        reject(new DriverDied(`the host's driver ended with ${signal ?? code}`));
      };
      child.once("exit", onExit);
      (child.stdout as Readable).once("data", () => {
        clearTimeout(timer);
        child.off("exit", onExit);
        resolve();
      });
    });
    const request = new Uint8Array(8);
    new DataView(request.buffer).setUint32(0, count, true);
    (child.stdin as Writable).write(request);
    await done;
    const outcomes = new Uint8Array(count * Outcome.bytes(this.#group.stateBytes));
    readSync(this.#outcomes, outcomes, 0, outcomes.length, 0);
    return outcomes;
  }

  /** The driver that runs, or a new one. */
  #start(): ChildProcess {
    if (this.#child !== null) return this.#child;
    const child = spawn(this.#executable, { stdio: ["pipe", "pipe", "inherit", this.#cases, this.#outcomes] });
    child.once("exit", () => {
      this.#child = null;
    });
    // Its end is told by "exit".
    child.stdin?.on("error", () => {});
    this.#child = child;
    return child;
  }

  close(): void {
    (this.#child?.stdin as Writable | undefined)?.end();
    closeSync(this.#cases);
    closeSync(this.#outcomes);
    rmSync(this.#folder, { recursive: true });
  }
}
