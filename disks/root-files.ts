/** Everything that is on Cor's root when it is made: programs, their further names, files, and folders that are empty at first. */
import type { DiskFile } from "./ext2.ts";
import { buildPrograms, type ProgramsOptions, plainFiles, programLinks } from "./programs.ts";

const executable = 0o100755;
const folder = 0o040755;
/** Who may write here may not remove what others wrote. */
const sticky = 0o041777;

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
