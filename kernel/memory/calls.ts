// System calls about memory. Arguments come from programs: everything is looked at, and what they get wrong is an error.
import {
  MAP_ANONYMOUS,
  MAP_FIXED,
  MAP_PRIVATE,
  MAP_SHARED,
  PROT_EXEC,
  PROT_READ,
  PROT_WRITE,
} from "../abi/processes.ts";
import { dropFile } from "../fs/file.ts";
import { PAGE_MASK } from "../layout.ts";
import { currentFiles } from "../task/process.ts";
import { current } from "../task/task.ts";
import { mapAnonymous, mapFile, moveBreak, protect, type Space, syncMapped, unmap } from "./space.ts";

const RIGHTS: u32 = PROT_READ | PROT_WRITE | PROT_EXEC;

function ownSpace(): Ptr<Space> {
  const space = current().space;
  assert(space !== null, "a system call without a program");
  return space;
}

/** Moves the end of the heap; where it was. */
export function sysMoremem(delta: i64): Res<u64> {
  attr(maySleep, mayAlloc);
  return moveBreak(ownSpace(), delta);
}

/** mmap as POSIX has it. EINVAL, EBADF, EACCES, ENODEV, ENOMEM. */
export function sysMmap(at: u64, bytes: usize, rights: u32, flags: u32, fd: i32, offset: u64): Res<u64> {
  attr(maySleep, mayAlloc);
  const kind = flags & (MAP_SHARED | MAP_PRIVATE);
  if ((rights & ~RIGHTS) !== 0 || (kind !== MAP_SHARED && kind !== MAP_PRIVATE)) return err(Errno.EINVAL);
  if ((flags & ~(MAP_SHARED | MAP_PRIVATE | MAP_FIXED | MAP_ANONYMOUS)) !== 0) return err(Errno.EINVAL);
  if ((flags & MAP_ANONYMOUS) !== 0) return mapAnonymous(ownSpace(), at, bytes, rights, flags);
  const file = orReturn(currentFiles().get(fd));
  using _ = defer(() => dropFile(file));
  const vnode = file.vnode;
  if (vnode === null || !vnode.isRegular()) return err(Errno.ENODEV);
  if (!file.readable()) return err(Errno.EACCES);
  if (kind === MAP_SHARED && (rights & PROT_WRITE) !== 0 && !file.writable()) return err(Errno.EACCES);
  return mapFile(ownSpace(), at, bytes, rights, flags, vnode, offset);
}

export function sysMunmap(at: u64, bytes: usize): Res<void> {
  attr(maySleep, mayAlloc);
  return unmap(ownSpace(), at, bytes);
}

export function sysMprotect(at: u64, bytes: usize, rights: u32): Res<void> {
  attr(maySleep, mayAlloc);
  if ((rights & ~RIGHTS) !== 0) return err(Errno.EINVAL);
  if ((at & PAGE_MASK) !== 0) return err(Errno.EINVAL);
  if (bytes > 0) orReturn(protect(ownSpace(), at, bytes, rights));
}

/** Writes what was changed in shared mappings of files. */
export function sysMsync(at: u64, bytes: usize, _flags: u32): Res<void> {
  attr(maySleep, mayAlloc);
  return syncMapped(ownSpace(), at, bytes);
}
