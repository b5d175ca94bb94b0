// Texts as the kernel and C know them: bytes up to a zero. Everywhere else a text carries its length.

import { PATH_MAX } from "../../kernel/abi/files.ts";
import { allocateBytes } from "./heap.ts";

/** The text up to the zero, in place. */
export function textAt(at: Ptr<u8>): string {
  let length: usize = 0;
  while (at[length] !== 0) length++;
  return text(slice(at, length));
}

/** A copy on the heap with a zero at its end. */
export function zeroTerminated(t: string): Ptr<u8> {
  const copy = allocateBytes(t.length + 1);
  copySlice(slice(copy, t.length), bytes(t));
  copy[t.length] = 0;
  return copy;
}

/** Room for a path with its zero, on the stack of whoever asks the kernel about a file. */
export class PathText {
  bytes: Arr<u8, 4096>;

  /** The address of the path with a zero behind it. ENAMETOOLONG when it does not fit, ENOENT when it holds a zero. */
  from(path: string): Res<u64> {
    if (path.length >= PATH_MAX) return err(Errno.ENAMETOOLONG);
    const to = slice(this.bytes);
    copySlice(to.sub(0, path.length), bytes(path));
    to[path.length] = 0;
    return addr(ref(this.bytes[0]));
  }
}
