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

async function makeGrubImage(folder: string): Promise<Uint8Array> {
  const tree = join(folder, "tree");
  await mkdir(join(tree, "boot/grub"), { recursive: true });
  await writeFile(join(tree, "boot/cor.elf"), bareSystem().elf);
  await writeFile(
    join(tree, "boot/grub/grub.cfg"),
    "serial --unit=0 --speed=115200\nterminal_output serial\necho GRUB runs its script\nlsmmap\nmultiboot2 /boot/cor.elf\nboot\n",
  );
  const image = join(folder, "grub.iso");
  // BIOS only: less to pack.
  const { status, stderr } = spawnSync("grub-mkrescue", ["-d", GRUB_MODULES, "-o", image, tree], { encoding: "utf8" });
  assert.equal(status, 0, stderr);
  return readFile(image);
}
