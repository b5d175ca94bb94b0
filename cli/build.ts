/** `cor build`: writes Cor's images and the kernel into a folder. */
import { accessSync, constants, writeFileSync } from "node:fs";
import { join } from "node:path";
import { systemReason, UserError } from "../emulator/user-error.ts";
import { makeFolder } from "./folder.ts";
import { ownObjects, ownRoot } from "./own.ts";

/** Writes cor.img, cor.elf, cor.iso and cor.map into `folder`, which is made if need be. Gives the exit code. */
export async function build(folder: string): Promise<number> {
  if (folder === "") throw new UserError('--out needs a folder, for instance "--out build"');
  const cannot = (path: string, error: unknown) =>
    new UserError(`cannot write ${path}: ${systemReason(error)}; give --out another folder`);
  try {
    // Before the work, not after it.
    makeFolder(folder);
    accessSync(folder, constants.W_OK);
  } catch (error) {
    throw cannot(join(folder, "cor.img"), error);
  }
  const { build: buildAll } = await import("../disks/build.ts");
  const { img, elf, iso, map } = buildAll({ root: await ownRoot(), store: await ownObjects() });
  const files = { "cor.img": img, "cor.elf": elf, "cor.iso": iso, "cor.map": map };
  for (const [name, content] of Object.entries(files)) {
    const path = join(folder, name);
    try {
      writeFileSync(path, content);
    } catch (error) {
      throw cannot(path, error);
    }
    process.stdout.write(`${path}  ${content.length} bytes\n`);
  }
  return 0;
}
