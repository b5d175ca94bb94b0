/**
 * A disk image has at most one writer. The lock is a file beside the image, created exclusively, which names the process
 * that holds it; a lock whose process is gone is taken over, so that a crash leaves nothing to clean up by hand. Two
 * machines of one process exclude each other the same way.
 */
import { linkSync, readFileSync, renameSync, rmSync, unlinkSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { threadId } from "node:worker_threads";
import { systemReason, UserError } from "./user-error.ts";

interface Holder {
  readonly pid: number;
  readonly host: string;
  /** When the process was started, in the kernel's own count, so that a reused pid is not mistaken; "" where unknown. */
  readonly started: string;
}

export class ImageLock {
  /** The lock file. */
  readonly path: string;

  private constructor(path: string) {
    this.path = path;
  }

  /** Locks the image at `image` (a real path). Throws a UserError when somebody else holds it. */
  static acquire(image: string): ImageLock {
    const path = `${image}.lock`;
    const self: Holder = { pid: process.pid, host: hostname(), started: startOf(process.pid) };
    for (let attempt = 0; attempt < 10; attempt++) {
      try {
        createWhole(path, JSON.stringify(self));
        return new ImageLock(path);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "EEXIST") {
          throw new UserError(
            `cannot lock ${image}: ${systemReason(error)} for ${path}; to use the image without writing, say --disk FILE,readonly or --disk FILE,snapshot`,
          );
        }
      }
      const holder = holderOf(path);
      if (holder !== null && isAlive(holder)) {
        const who = holder.pid === process.pid ? "this process" : `process ${holder.pid}`;
        const where = holder.host === self.host ? "" : ` on ${holder.host}; if it is gone, remove ${path}`;
        throw new UserError(
          `${image} is open in another machine (${who}${where}); stop that one, or say --disk FILE,readonly or --disk FILE,snapshot`,
        );
      }
      removeStale(path, holder);
    }
    throw new UserError(`cannot lock ${image}: others keep taking ${path}; try again`);
  }

  release(): void {
    try {
      unlinkSync(this.path);
    } catch {
      // Somebody tidied up; the image is free either way.
    }
  }
}

/** Creates a file that must not be there, with its content in the same instant: nobody ever reads half a lock. */
function createWhole(path: string, content: string): void {
  const draft = `${path}.${process.pid}.${threadId}`;
  try {
    writeFileSync(draft, content);
    linkSync(draft, path);
  } finally {
    rmSync(draft, { force: true });
  }
}

/** null: no lock of ours. */
function holderOf(path: string): Holder | null {
  try {
    const { pid, host, started } = JSON.parse(readFileSync(path, "utf8")) as Holder;
    return typeof pid === "number" && typeof host === "string" ? { pid, host, started } : null;
  } catch {
    return null;
  }
}

function isAlive(holder: Holder): boolean {
  if (holder.host !== hostname()) return true;
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return false;
  }
  return startOf(holder.pid) === holder.started;
}

/** Field 22 of /proc/PID/stat, counted after the command's closing parenthesis, or "". */
function startOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? "";
  } catch {
    return "";
  }
}

/**
 * Removes a lock that nobody holds. Two processes may find it at once: it is moved aside first, and put back if what was
 * moved is not what was looked at.
 */
function removeStale(path: string, expected: Holder | null): void {
  const aside = `${path}.${process.pid}.${threadId}`;
  try {
    renameSync(path, aside);
    const moved = holderOf(aside);
    if (JSON.stringify(moved) === JSON.stringify(expected)) unlinkSync(aside);
    else renameSync(aside, path);
  } catch {
    // Another process was faster.
  }
}
