/**
 * The manifest, one file for a project (`cor.json` at its root): which modules may be unsafe, each with its reason, and how
 * large stacks are; for a kernel also the module that makes its assembler code.
 *
 *     {
 *       "unsafe": {
 *         "kernel/memory/tables.ts": "page tables are written where the processor looks for them",
 *         "kernel/boot/": "runs before there is memory that could be safe"
 *       },
 *       "assembler": "kernel/boot/parts.ts",
 *       "stacks": { "default": 16384, "interrupt": 4096, "kernel/main.main": 65536 }
 *     }
 *
 * The assembler's module runs in Node while the kernel is built and exports `assembler`, which gives the objects to link
 * and the layout (KernelParts in link-program.ts). Modules are named from the root; a name that ends in "/" is a folder. Sizes
 * are bytes; a stack is looked up by the name of the function that begins on it, then by kind (entry, export, task,
 * interrupt, exception, door, syscall), then under "default".
 */
import type { Site } from "./out/site.ts";
import type { Diagnostic } from "./syntax/diagnostic.ts";
import { Source } from "./syntax/source.ts";

export const MANIFEST = "cor.json";

export interface Manifest {
  /** As messages name it. */
  readonly file: string;
  readonly text: string;
  /** Why a module or folder may be unsafe. */
  readonly unsafe: ReadonlyMap<string, string>;
  /** Bytes, by function or kind of entry, or under "default". */
  readonly stacks: ReadonlyMap<string, number>;
  /** The module that makes a kernel's assembler code. */
  readonly assembler: string | null;
}

/** What is wrong with a manifest, in one line that names it. */
export class ManifestError extends Error {}

const sections: readonly string[] = ["unsafe", "stacks", "assembler"];

/** Reads a manifest. Throws ManifestError. */
export function readManifest(text: string, file: string): Manifest {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    throw new ManifestError(`${file} is no JSON: ${(error as Error).message}`);
  }
  const manifest = object(parsed, file, "the manifest");
  for (const name of Object.keys(manifest))
    if (!sections.includes(name))
      throw new ManifestError(`${file}: there is no section "${name}"; ${sections.join(", ")}`);
  const unsafe = new Map<string, string>();
  for (const [module, why] of Object.entries(object(manifest.unsafe ?? {}, file, '"unsafe"'))) {
    if (typeof why !== "string" || why.trim() === "")
      throw new ManifestError(`${file}: "${module}" may be unsafe, but why? Give the reason as a text`);
    if (!isModule(module) && !(module.endsWith("/") && isModule(`${module}it.ts`)))
      throw new ManifestError(
        `${file}: "${module}" is neither a module ("kernel/page.ts") nor a folder ("kernel/boot/")`,
      );
    unsafe.set(module, why);
  }
  const stacks = new Map<string, number>();
  for (const [name, bytes] of Object.entries(object(manifest.stacks ?? {}, file, '"stacks"'))) {
    if (typeof bytes !== "number" || !Number.isSafeInteger(bytes) || bytes <= 0 || bytes % 16 !== 0)
      throw new ManifestError(`${file}: the stack of "${name}" is a number of bytes, a multiple of 16`);
    stacks.set(name, bytes);
  }
  const { assembler = null } = manifest;
  if (assembler !== null && (typeof assembler !== "string" || !isModule(assembler)))
    throw new ManifestError(`${file}: "assembler" names a module, for instance "kernel/boot/parts.ts"`);
  return { file, text, unsafe, stacks, assembler };
}

/** A path from the root, of a source. */
const isModule = (path: string): boolean => /^(?!\/|\.\.?\/)[^\\]+\.ts$/.test(path);

function object(value: unknown, file: string, what: string): { readonly [name: string]: unknown } {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new ManifestError(`${file}: ${what} is an object, { … }`);
  return value as { readonly [name: string]: unknown };
}

/** Where a name stands in the manifest. */
export function manifestSite({ file, text }: Manifest, name: string): Site {
  return new Source(file, text).site(Math.max(0, text.indexOf(JSON.stringify(name))));
}

/** Modules of the program that are listed, but say nothing unsafe: a permission that nobody needs is taken back. */
export function unneededPermissions(manifest: Manifest, sources: ReadonlyMap<string, Source>): Diagnostic[] {
  const found: Diagnostic[] = [];
  for (const module of manifest.unsafe.keys()) {
    const source = sources.get(module);
    if (source === undefined || /\bunsafe\s*\./.test(source.text)) continue;
    found.push({
      site: manifestSite(manifest, module),
      length: module.length + 2,
      message: `${module} is listed as unsafe and says nothing unsafe`,
      hint: "take it out",
      rule: "unsafe",
    });
  }
  return found;
}
