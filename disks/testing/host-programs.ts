/**
 * Cor's programs made for the host's Linux, so that they run natively beside the tools that everybody knows: one module of
 * the library, the door to the kernel, is exchanged. What was made is kept in the system's folder for temporary files under
 * a hash of all sources, because several test files want it.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { hashOfSources } from "../../cli/cache.ts";
import { ObjectStore } from "../../dsl/store.ts";
import { runsHere } from "../../dsl/x64/native.ts";
import { buildPrograms, programLinks } from "../programs.ts";
import { linuxDoor } from "./linux-door.ts";

const project = join(import.meta.dirname, "../..");

/** Why tests that need some of the host's tools are left out; false when all are there. */
export function lacksTools(...names: string[]): string | false {
  const missing = names.find((name) => spawnSync("which", [name]).status !== 0);
  return runsHere || (missing === undefined ? false : `there is no ${missing}`);
}

/** The folder whose bin and sbin hold the programs. */
export function hostPrograms(): string {
  const hash = createHash("sha256");
  for (const folder of ["disks/lib", "disks/root", "disks/testing", "kernel/abi", "dsl"]) {
    for (const name of readdirSync(join(project, folder), { recursive: true, encoding: "utf8" }).sort())
      if (/\.(ts|ir)$/.test(name) && !/\.(test|long)\.ts$/.test(name))
        hash.update(`${name}\n`).update(readFileSync(join(project, folder, name)));
  }
  const folder = join(tmpdir(), `cor-host-programs-${hash.digest("hex").slice(0, 16)}`);
  const made = spawnSync("test", ["-x", join(folder, "bin/sh")]).status === 0;
  return made ? folder : make(folder);
}

function make(folder: string): string {
  const draft = mkdtempSync(`${folder}-`);
  const programs = buildPrograms({
    target: "linux",
    read: (file) => (file === "disks/lib/door.ts" ? linuxDoor : null),
    unsafe: ["disks/lib/door.ts"],
    store: new ObjectStore(
      join(tmpdir(), "cor-host-objects"),
      hashOfSources(["dsl", "emulator/isa", "emulator/formats"]),
    ),
  });
  for (const [path, bytes] of programs) {
    mkdirSync(join(draft, dirname(path)), { recursive: true });
    writeFileSync(join(draft, path), bytes, { mode: 0o755 });
  }
  for (const [path, target] of programLinks) symlinkSync(join(folder, target), join(draft, path));
  try {
    renameSync(draft, folder);
  } catch {
    // Another process was faster.
    rmSync(draft, { recursive: true });
  }
  return folder;
}

/** One command that two implementations are given. */
export interface Case {
  /** For the shell: run in a fresh folder with the files. `$T` stands right before a tool's name: `$Tsort`. */
  readonly command: string;
  readonly input?: string;
}

export interface Outcome {
  readonly stdout: string;
  readonly status: number;
}

/**
 * Runs all commands in a row, each in a folder of its own under `folder` that has the files, with `$T` as what stands before
 * a tool's name ("busybox " or a folder of programs with a slash).
 */
export function runCases(
  cases: readonly Case[],
  tool: string,
  files: ReadonlyMap<string, string> = new Map(),
): Outcome[] {
  const folder = mkdtempSync(join(tmpdir(), "cor-cases-"));
  try {
    const lines = ["#!/bin/sh", "export LC_ALL=C TZ=UTC"];
    cases.forEach(({ command, input }, k) => {
      mkdirSync(join(folder, `${k}`));
      for (const [name, text] of files) writeFileSync(join(folder, `${k}`, name), text);
      writeFileSync(join(folder, `${k}.in`), input ?? "");
      lines.push(
        `(cd ${k}; ${command.replaceAll("$T", tool)}\n) < ${k}.in > ${k}.out 2>/dev/null; echo $? > ${k}.status`,
      );
    });
    writeFileSync(join(folder, "run"), lines.join("\n"));
    execFileSync("bash", ["run"], { cwd: folder, stdio: "ignore", timeout: 300_000 });
    return cases.map((_, k) => ({
      stdout: readFileSync(join(folder, `${k}.out`), "latin1"),
      status: Number(readFileSync(join(folder, `${k}.status`), "utf8")),
    }));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
