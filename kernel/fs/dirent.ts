// One entry of a directory as programs get it (getdents): a head of fixed fields, the name, a zero, and room up to a multiple of 8.
import { DIRECTORY_ENTRY_NAME, DirectoryEntry, NAME_MAX } from "../abi/files.ts";

/** Writes one entry as getdents gives it; its bytes, 0 when there is no room. */
export function putDirent(into: Slice<u8>, inode: u64, next: u64, kind: u8, name: View<u8>): usize {
  const bytes = (DIRECTORY_ENTRY_NAME + name.length + 1 + 7) & ~7;
  if (bytes > into.length || name.length > NAME_MAX) return 0;
  const entry = into.sub(0, bytes);
  fill(entry, 0);
  putNumber(entry, offsetOf<DirectoryEntry>("inode"), 8, inode);
  putNumber(entry, offsetOf<DirectoryEntry>("next"), 8, next);
  putNumber(entry, offsetOf<DirectoryEntry>("bytes"), 2, bytes);
  putNumber(entry, offsetOf<DirectoryEntry>("kind"), 1, u64(kind));
  copySlice(entry.sub(DIRECTORY_ENTRY_NAME, DIRECTORY_ENTRY_NAME + name.length), name);
  return bytes;
}

function putNumber(to: Slice<u8>, at: usize, bytes: usize, value: u64): void {
  for (let i: usize = 0; i < bytes; i++) to[at + i] = u8(value >> (i * 8));
}
