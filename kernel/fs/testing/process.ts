// Double of task/process.ts for tests: one process, which has files and nothing else.
import { createFileTable, type FileTable } from "../fs/descriptors.ts";

let files: Ptr<FileTable> = late();

export function startProcess(): void {
  const table = createFileTable();
  if (isErr(table)) panic("no memory for a file table");
  files = table;
}

export function currentFiles(): Ptr<FileTable> {
  return files;
}
