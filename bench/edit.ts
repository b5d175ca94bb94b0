/**
 * From Enter to the kernel's greeting when a file of the kernel has been edited since the last start: `cor run` compiles it then. A
 * copy of Cor is edited, with caches of its own. Before each edit Cor is started without it, so that what the compiler kept is of a
 * program in which nothing else is different.
 */
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { moments, untilSigns } from "./boot.ts";
import type { Benchmark } from "./compare.ts";

interface Edit {
  readonly name: string;
  readonly file: string;
  readonly before: string;
  /** In front of that, or instead of it. "#": a number. */
  readonly added: string;
  readonly instead?: boolean;
}

const CALLS = "kernel/task/calls.ts";
const PIPE = "kernel/fs/pipe.ts";

const edits: readonly Edit[] = [
  { name: "a comment", file: CALLS, before: "  const block = orReturn", added: "  // Note #.\n" },
  { name: "a number", file: CALLS, before: "(status & 0xff) << 8", added: "(status & 0xff) << 9", instead: true },
  { name: "a statement", file: PIPE, before: "  const writing = openEnd", added: "  if (flags === #) pipe.hold();\n" },
  {
    name: "a function",
    file: "kernel/task/times.ts",
    before: "export class Used",
    added: "function times#(x: u64): u64 {\n  return x * #;\n}\n\n",
  },
  {
    name: "an export",
    file: CALLS,
    before: "export function sysExit",
    added: "export function more#(x: u32): u32 {\n  return x * #;\n}\n\n",
  },
  { name: "a field", file: PIPE, before: "  private canWrite:", added: "  private more#: u64;\n" },
];

const root = resolve(import.meta.dirname, "..");
const parts = ["bin", "cli", "cli.ts", "cor.json", "package.json", "bios", "disks", "dsl", "emulator", "kernel"];

export const edit: Benchmark = {
  name: "edit",
  describe: "cor run, after an edit of the kernel",
  moments,
  contestants() {
    const folder = mkdtempSync(join(tmpdir(), "cor-bench-"));
    process.on("exit", () => rmSync(folder, { recursive: true }));
    for (const part of parts) cpSync(join(root, part), join(folder, part), { recursive: true });
    symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
    const env = { ...process.env, XDG_CACHE_HOME: join(folder, "cache") };
    const start = () => untilSigns(process.execPath, [join(folder, "bin/cor.mjs"), "run", "--time", "real"], env);
    let number = 100;
    const run = async ({ file, before, added, instead }: Edit): Promise<number[]> => {
      const path = join(folder, file);
      const text = readFileSync(path, "utf8");
      if (!text.includes(before)) throw new Error(`${file} has no ${before}`);
      number++;
      const line = added.replaceAll("#", String(number));
      try {
        writeFileSync(path, `${text}// ${number}\n`);
        await start();
        writeFileSync(path, `${text.replace(before, instead ? line : line + before)}// ${number}\n`);
        return await start();
      } finally {
        writeFileSync(path, text);
      }
    };
    const unedited = async () => {
      await start();
      return start();
    };
    return [
      { name: "no edit", missing: null, run: unedited },
      ...edits.map((item) => ({ name: item.name, missing: null, run: () => run(item) })),
    ];
  },
};
