// <dirent.h>.

import { SYS_GETDENTS } from "../../../kernel/abi/calls.ts";
import { type DirectoryEntry, O_CLOEXEC, O_DIRECTORY, SEEK_SET } from "../../../kernel/abi/files.ts";
import { call } from "../door.ts";
import { free } from "../heap.ts";
import { outcome } from "./errno.ts";
import { allocate, close, lseek, open } from "./unistd.ts";

/// <dirent.h>
/*h
#include <sys/types.h>
typedef struct __directory DIR;
struct dirent { ino_t d_ino; off_t d_off; unsigned short d_reclen; unsigned char d_type; char d_name[256]; } __attribute__((packed));
*/
/// DT_* from kernel/abi/files.ts

class Directory {
  fd: i32;
  at: usize;
  end: usize;
  @align(8) buffer: Arr<u8, 2048>;
}

/// DIR *opendir(const char *path);
export function opendir(path: Ptr<u8>): Ptr<Directory> | null {
  attr(symbol("opendir"));
  const fd = open(path, i32(O_DIRECTORY | O_CLOEXEC), 0);
  if (fd < 0) return null;
  const room = allocate(sizeOf<Directory>());
  if (room === null) {
    close(fd);
    return null;
  }
  const directory = unsafe.cast<Ptr<Directory>>(room);
  directory.fd = fd;
  directory.at = 0;
  directory.end = 0;
  return directory;
}
/// struct dirent *readdir(DIR *directory);
export function readdir(directory: Ptr<Directory>): Ptr<DirectoryEntry> | null {
  attr(symbol("readdir"));
  if (directory.at === directory.end) {
    const to = addr(ref(directory.buffer[0]));
    const got = outcome(call(SYS_GETDENTS, u64(directory.fd), to, directory.buffer.length, 0, 0, 0));
    if (got <= 0) return null;
    directory.at = 0;
    directory.end = usize(got);
  }
  const entry = unsafe.cast<Ptr<DirectoryEntry>>(ref(directory.buffer[directory.at]));
  directory.at += usize(entry.bytes);
  return entry;
}
/// int closedir(DIR *directory);
export function closedir(directory: Ptr<Directory>): i32 {
  attr(symbol("closedir"));
  const result = close(directory.fd);
  free(unsafe.cast<Ptr<u8>>(directory));
  return result;
}
/// void rewinddir(DIR *directory);
export function rewinddir(directory: Ptr<Directory>): void {
  attr(symbol("rewinddir"));
  directory.at = 0;
  directory.end = 0;
  lseek(directory.fd, 0, SEEK_SET);
}
/// int dirfd(DIR *directory);
export function dirfd(directory: Ptr<Directory>): i32 {
  attr(symbol("dirfd"));
  return directory.fd;
}
