/** Other people's boot loader for tests: an image with GRUB 2, made by GRUB's own tools where they are installed. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bareSystem } from "./bare.ts";

/** Debian's grub-pc-bin. */
const GRUB_MODULES = "/usr/lib/grub/i386-pc";
const hasGrub = existsSync(GRUB_MODULES) && spawnSync("grub-mkrescue", ["--version"]).status === 0;
/** Why a test is skipped, or false. */
export const withoutGrub = hasGrub ? false : "GRUB is not installed (grub-mkrescue, grub-pc-bin)";

/** Made when first wanted: an image, CD and disk at once, with a script that shows the memory map and starts Cor's kernel. */
let grub: Promise<Uint8Array> | undefined;
export const grubImage = () => (grub ??= inFolder(makeGrubImage));

async function inFolder<T>(body: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), "cor-grub-"));
  try {
    return await body(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** An image that starts a kernel through multiboot 2, with an archive for its root, at once; the kernel gets `commandLine`. */
export const grubImageOf = (kernel: { readonly elf: Uint8Array; readonly archive: Uint8Array }, commandLine = "") =>
  inFolder((folder) =>
    pack(folder, { "cor.elf": kernel.elf, "root.cpio": kernel.archive }, [
      `multiboot2 /boot/cor.elf ${commandLine}`,
      "module2 /boot/root.cpio",
      "boot",
    ]),
  );

function makeGrubImage(folder: string): Promise<Uint8Array> {
  return pack(folder, { "cor.elf": bareSystem().elf }, [
    ...["serial --unit=0 --speed=115200", "terminal_output serial", "echo GRUB runs its script", "lsmmap"],
    ...["multiboot2 /boot/cor.elf", "boot"],
  ]);
}

async function pack(
  folder: string,
  files: Readonly<Record<string, Uint8Array>>,
  configuration: readonly string[],
): Promise<Uint8Array> {
  const tree = join(folder, "tree");
  await mkdir(join(tree, "boot/grub"), { recursive: true });
  for (const [name, content] of Object.entries(files)) await writeFile(join(tree, "boot", name), content);
  await writeFile(join(tree, "boot/grub/grub.cfg"), `${configuration.join("\n")}\n`);
  const image = join(folder, "grub.iso");
  // BIOS only: less to pack.
  const { status, stderr } = spawnSync("grub-mkrescue", ["-d", GRUB_MODULES, "-o", image, tree], { encoding: "utf8" });
  assert.equal(status, 0, stderr);
  return readFile(image);
}
