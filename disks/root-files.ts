/** Everything that is on Cor's root when it is made: programs, their further names, files, and folders that are empty at first. */
import { cpioArchive } from "./cpio.ts";
import type { DiskFile } from "./ext2.ts";
import { buildPrograms, type ProgramsOptions, plainFiles, programLinks } from "./programs.ts";

const executable = 0o100755;
const folder = 0o040755;
/** Who may write here may not remove what others wrote. */
const sticky = 0o041777;

/** The same as an archive, for a root that a boot loader brings along. Names that others have too are files of their own. */
export function rootArchive(options: Pick<ProgramsOptions, "store"> = {}): Uint8Array {
  const files = rootFiles(options);
  const byPath = new Map(files.map((file) => [file.path, file]));
  const ordered = files.map(({ path, mode, content, target, sameAs }) => {
    const same = sameAs === undefined ? undefined : byPath.get(sameAs);
    return {
      name: path,
      mode: same?.mode ?? mode ?? (target === undefined ? 0o100644 : 0o120777),
      content: same?.content ?? content ?? (target === undefined ? undefined : new TextEncoder().encode(target)),
    };
  });
  // A directory comes before what is in it.
  const folders = new Set(ordered.flatMap(({ name }) => above(name)));
  const missing = [...folders].filter((name) => !byPath.has(name)).map((name) => ({ name, mode: folder }));
  return cpioArchive([...missing, ...ordered].sort((a, b) => (a.name < b.name ? -1 : 1)));
}

function above(path: string): string[] {
  const parts = path.split("/").slice(0, -1);
  return parts.map((_, i) => parts.slice(0, i + 1).join("/"));
}

/** By path on the disk. */
export function rootFiles(options: Pick<ProgramsOptions, "store"> = {}): DiskFile[] {
  const folders: DiskFile[] = ["dev", "proc", "mnt", "home"].map((path) => ({ path, mode: folder }));
  return [
    ...folders,
    { path: "tmp", mode: sticky },
    { path: "root", mode: 0o040700 },
    ...[...buildPrograms(options)].map(([path, content]) => ({ path, content, mode: executable })),
    ...[...programLinks].map(([path, sameAs]) => ({ path, sameAs })),
    ...[...plainFiles()].map(([path, content]) => ({ path, content })),
  ];
}
