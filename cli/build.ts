/** `cor build`: writes Cor's images and the kernel into a folder. */
import { accessSync, constants, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { systemReason, UserError } from "../emulator/user-error.ts";
import { makeFolder } from "./folder.ts";
import { ownArchive, ownObjects, ownRoot } from "./own.ts";

/** What programs do while the stacks are measured. */
const WORK = "ls -l /bin | sort | tail -1 > /tmp/x; cat /tmp/x; rm /tmp/x; ps; sync";
/** Instructions that are watched at most. */
const WATCHED = 40_000_000;

async function reportPage(disk: Uint8Array): Promise<string> {
  const [{ compileKernel }, { kernelReport }, { measureStacks }] = await Promise.all([
    import("../kernel/image.ts"),
    import("./kernel-report.ts"),
    import("./measure-stacks.ts"),
  ]);
  const kernel = compileKernel({ store: await ownObjects() });
  return kernelReport(kernel, manifestText(), measureStacks(kernel, disk, WORK, WATCHED));
}

const manifestText = (): string => readFileSync(new URL("../cor.json", import.meta.url), "utf8");

/** Writes cor.img, cor.elf, cor.iso, root.cpio and cor.map into `folder`, and kernel-report.md if that is wanted. The folder is made if need be. Gives the exit code. */
export async function build(folder: string, report: boolean): Promise<number> {
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
  const { img, elf, iso, archive, map } = buildAll({
    root: await ownRoot(),
    archive: await ownArchive(),
    store: await ownObjects(),
  });
  const page = report ? { "kernel-report.md": await reportPage(img) } : {};
  const files = { "cor.img": img, "cor.elf": elf, "cor.iso": iso, "root.cpio": archive, "cor.map": map, ...page };
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
