/**
 * Cor's programs, made: everything under disks/root that is source (bin/*.ts, sbin/*.ts) in one compilation, because most of
 * each program is the same library, and then linked one by one, each with what its own main leads to. The result is what
 * the image builders put on a disk.
 */

import { readdirSync, readFileSync } from "node:fs";
import { type CompileCache, compile, diagnosticsText } from "../dsl/compile.ts";
import { MANIFEST, readManifest } from "../dsl/manifest.ts";
import { elfExecutable } from "../dsl/out/elf-executable.ts";
import { link } from "../dsl/out/link.ts";
import type { ObjectStore } from "../dsl/store.ts";
import { type TargetName, targets } from "../dsl/targets.ts";
import { startCode } from "../dsl/x64/start.ts";
import { UserError } from "../emulator/user-error.ts";

const project = new URL("../", import.meta.url);
const rootFolder = "disks/root/";
/** Where programs lie; what lies in folders below these are parts of programs. */
const folders = ["bin", "sbin"];

export interface ProgramsOptions {
  /** Paths on the disk ("bin/ls"); default: all of them. */
  readonly only?: readonly string[];
  /** `linux` is for tests, with modules exchanged by `read`. */
  readonly target?: Extract<TargetName, "cor-user" | "linux">;
  /** The text of a module in place of the project's own; null: the project's. */
  readonly read?: (file: string) => string | null;
  readonly cache?: CompileCache;
  /** What earlier processes left: with it only what changed is compiled. */
  readonly store?: ObjectStore;
  /** Whether the files carry symbols and what a debugger wants; default: no, they are a fifth of the size without. */
  readonly debug?: boolean;
  /** Modules that may be unsafe besides those of the manifest: exchanged ones. */
  readonly unsafe?: readonly string[];
}

/** Further names of programs, which look at the name that they are called by. */
export const programLinks: ReadonlyMap<string, string> = new Map([
  ["bin/[", "bin/test"],
  ["sbin/reboot", "sbin/poweroff"],
  ["sbin/halt", "sbin/poweroff"],
  ["bin/egrep", "bin/grep"],
  ["bin/fgrep", "bin/grep"],
]);

/** Paths on the disk of all programs, sorted. */
export function programPaths(): string[] {
  const found = folders.flatMap((folder) =>
    readdirSync(new URL(`${rootFolder}${folder}/`, project), { withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
      .map((entry) => `${folder}/${entry.name.slice(0, -".ts".length)}`),
  );
  return found.sort();
}

/** The executables by their paths on the disk. Throws with the compiler's messages when a source is wrong. */
export function buildPrograms(options: ProgramsOptions = {}): Map<string, Uint8Array> {
  const { only = programPaths(), target = "cor-user", cache, store } = options;
  const read = (file: string): string | null => options.read?.(file) ?? projectText(file);
  const entryOf = (path: string) => `${rootFolder}${path}`;
  const result = compile({
    entries: only.map((path) => `${entryOf(path)}.ts`),
    read,
    target,
    manifest: userManifest(read),
    unsafe: options.unsafe,
    link: false,
    debug: options.debug ?? false,
    cache,
    store,
  });
  if (result.diagnostics.length > 0)
    throw new UserError("the programs do not compile; mend what is shown above", diagnosticsText(result));
  const { address, movable, linux } = targets[target].program!;
  const programs = new Map<string, Uint8Array>();
  for (const path of only) {
    const main = `${entryOf(path)}.main`;
    const start = startCode(result.ir!, { main, movable, linux });
    const image = link([start, ...result.objects], {
      entry: "_start",
      regions: [{ address }],
      keep: [main, "exit"],
      movable,
    });
    programs.set(path, elfExecutable(options.debug ? image : { ...image, symbols: [] }));
  }
  return programs;
}

/** Files of disks/root that are no programs, by their paths on the disk. */
export function plainFiles(): Map<string, Uint8Array> {
  const files = new Map<string, Uint8Array>();
  const walk = (folder: string): void => {
    for (const entry of readdirSync(new URL(rootFolder + folder, project), { withFileTypes: true })) {
      const path = folder + entry.name;
      if (entry.isDirectory()) walk(`${path}/`);
      else if (!path.endsWith(".ts")) files.set(path, readFileSync(new URL(rootFolder + path, project)));
    }
  };
  walk("");
  return files;
}

function projectText(file: string): string | null {
  try {
    return readFileSync(new URL(file, project), "utf8");
  } catch {
    return null;
  }
}

/** Which modules may be unsafe; the sizes of stacks in the manifest are the kernel's. */
function userManifest(read: (file: string) => string | null) {
  const text = read(MANIFEST);
  if (text === null) throw new Error(`there is no ${MANIFEST}`);
  return { ...readManifest(text, MANIFEST), stacks: new Map<string, number>() };
}
