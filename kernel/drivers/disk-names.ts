// vda, vdb, hda: which driver, and a letter for each disk in the order in which it was found.
import type { BlockDevice } from "./block.ts";

/** Names a disk; index 0 is "a", at most 25. */
export function nameDisk(device: Ptr<BlockDevice>, prefix: string, index: u32): void {
  const letters = zeroed<Arr<u8, 8>>();
  const length = format(slice(letters))`${prefix}`;
  letters[length] = byte("a") + u8(index);
  device.setName(text(slice(letters, length + 1)));
}

/** Names a partition: the disk's name and a number from 1 on. */
export function namePartition(device: Ptr<BlockDevice>, disk: Ptr<BlockDevice>, number: u32): void {
  const letters = zeroed<Arr<u8, 16>>();
  const length = format(slice(letters))`${disk.name()}${number}`;
  device.setName(text(slice(letters, length)));
}
