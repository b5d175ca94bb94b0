/** `cor compile`: kernel-language sources to a program or an object. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { basename, dirname, join, relative, resolve, sep } from "node:path";
import { pathToFileURL } from "node:url";
import type { Dump } from "../dsl/compile.ts";
import { compile as compileSources, diagnosticsText, dumpNames, headerOf, stackText } from "../dsl/compile.ts";
import type { KernelParts } from "../dsl/link-program.ts";
import { MANIFEST, type Manifest, ManifestError, readManifest } from "../dsl/manifest.ts";
import { objectFromElf } from "../dsl/out/elf-input.ts";
import { elfObject } from "../dsl/out/elf-object.ts";
import { mapFile } from "../dsl/out/map.ts";
import type { ObjectFile } from "../dsl/out/object.ts";
import { SourceError } from "../dsl/out/site.ts";
import { targets } from "../dsl/targets.ts";
import { ElfError } from "../emulator/formats/elf.ts";
import { systemReason, UserError } from "../emulator/user-error.ts";
import type { CompileArguments } from "./compile-options.ts";
import { REJECTED } from "./exit-codes.ts";

/** Compiles as the command line says. Gives the exit code: 1 when the sources are rejected. */
export async function compile(args: CompileArguments): Promise<number> {
  const { target, object } = args;
  const files = args.files.map((file) => resolve(file));
  if (args.objects.length > 0 && (object || targets[target].program === null))
    throw new UserError("--link needs a linked program: --target linux or cor-user, without --object");
  if (args.report === "stack" && target === "wasm")
    throw new UserError("--report stack needs machine code: --target linux, cor-kernel or cor-user");
  const root = rootOf(files);
  const inProject = (path: string) => relative(root, path).split(sep).join("/");
  for (const file of files) if (!file.endsWith(".ts")) throw new UserError(`${file} is no source: a name ends in .ts`);
  for (const file of files) if (readSource(file) === null) throw new UserError(`there is no file ${file}`);
  const manifest = manifestIn(root);
  const parts = target === "cor-kernel" && !object ? await kernelParts(root, manifest) : null;
  const result = compileSources({
    entries: files.map(inProject),
    read: (file) => readSource(join(root, file)),
    target,
    manifest,
    link: !object,
    oneObject: object || (targets[target].program === null && parts === null),
    objects: [...(parts?.objects ?? []), ...args.objects.map(readObject)],
    layout: parts?.layout,
    stack: args.report === "stack",
    dump: args.dump.length > 0 ? dumpOf(args.dump) : undefined,
  });
  if (args.time) process.stderr.write(timesText(result.times));
  if (result.diagnostics.length > 0) {
    process.stderr.write(`${diagnosticsText(result)}\n`);
    return REJECTED;
  }
  if (args.report === "stack") process.stdout.write(stackText(result));
  const stem = basename(files[0]!, ".ts");
  const linked = result.bytes !== null;
  const output = args.output ?? (target === "wasm" ? `${stem}.wasm` : linked ? stem : `${stem}.o`);
  write(output, result.bytes ?? elfObject(result.objects[0]!), linked && targets[target].program !== null);
  if (args.header !== undefined)
    write(args.header, headerOf(result, `${stem.toUpperCase().replace(/\W/g, "_")}_H`), false);
  if (args.map !== undefined) {
    if (result.image === null)
      throw new UserError(`--map needs a linked program, and --target ${target} gives none here`);
    write(args.map, mapFile(result.image), false);
  }
  return 0;
}

/** The folder that module names are relative to: the current one, if all files lie in it, else the first one's own. */
function rootOf(files: readonly string[]): string {
  const here = process.cwd();
  if (files.every((file) => file.startsWith(here + sep))) return here;
  return dirname(files[0]!);
}

/** The manifest at the project's root, if there is one. */
function manifestIn(root: string): Manifest | undefined {
  const text = readSource(join(root, MANIFEST));
  if (text === null) return undefined;
  try {
    const manifest = readManifest(text, MANIFEST);
    for (const module of manifest.unsafe.keys())
      if (!existsSync(join(root, module)))
        throw new UserError(`${MANIFEST} lists ${module}, which does not exist; take it out`);
    return manifest;
  } catch (error) {
    if (error instanceof ManifestError) throw new UserError(error.message);
    throw error;
  }
}

/** What the project's assembler gives for its kernel; null where there is none: then a kernel is an object. */
async function kernelParts(root: string, manifest: Manifest | undefined): Promise<KernelParts | null> {
  if (manifest === undefined || manifest.assembler === null) return null;
  const path = join(root, manifest.assembler);
  if (!existsSync(path)) throw new UserError(`${MANIFEST} names ${manifest.assembler}, which does not exist`);
  const module: { readonly assembler?: () => KernelParts } = await import(pathToFileURL(path).href);
  if (typeof module.assembler !== "function")
    throw new UserError(`${manifest.assembler} exports no function assembler, as ${MANIFEST} says it does`);
  return module.assembler();
}

/** An object of another compiler. */
function readObject(path: string): ObjectFile {
  try {
    return objectFromElf(readFileSync(path), basename(path));
  } catch (error) {
    if (error instanceof ElfError || error instanceof SourceError)
      throw new UserError(`--link ${path}: ${error.message}`);
    throw new UserError(`cannot read ${path}: ${systemReason(error)}`);
  }
}

function readSource(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (["ENOENT", "ENOTDIR"].includes((error as NodeJS.ErrnoException).code ?? "")) return null;
    throw new UserError(`cannot read ${path}: ${systemReason(error)}`);
  }
}

function write(path: string, content: Uint8Array | string, executable: boolean): void {
  try {
    writeFileSync(path, content, { mode: executable ? 0o755 : 0o644 });
  } catch (error) {
    throw new UserError(`cannot write ${path}: ${systemReason(error)}; give --output another name`);
  }
}

/** "gvn" or "gvn:demo.sort": the results of a pass, on standard output. */
function dumpOf(wishes: readonly string[]): Dump {
  const wanted = wishes.map((wish) => {
    const [pass, name] = wish.split(/:(.*)/) as [string, string | undefined];
    if (!dumpNames.includes(pass)) throw new UserError(`--dump ${wish}: the passes are ${dumpNames.join(", ")}`);
    return { pass, name };
  });
  return {
    wants: (pass, name) => wanted.some((w) => w.pass === pass && (w.name === undefined || name === w.name)),
    show: (pass, name, text) => process.stdout.write(`; ${pass}${name === null ? "" : ` ${name}`}\n${text}\n`),
  };
}

function timesText(times: ReadonlyMap<string, number>): string {
  return [...times].map(([pass, ms]) => `${pass.padEnd(10)} ${ms.toFixed(1).padStart(8)} ms\n`).join("");
}
