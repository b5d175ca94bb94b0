// Who is at a place of an ATA channel, and what it can do: 256 words that every drive has about itself. Asked at boot, looking
// at the status instead of waiting for interrupts. (ATA/ATAPI-7, volume 1, 6.17 IDENTIFY DEVICE)
import {
  COMMAND_STATUS,
  COUNT,
  CONTROL_QUIET,
  DEVICE,
  DEVICE_SECOND,
  LBA_HIGH,
  LBA_LOW,
  LBA_MIDDLE,
  lookStatus,
  readAta,
  readData,
  settle,
  STATUS_ERROR,
  STATUS_REQUEST,
  waitStatus,
  writeAta,
  writeControl,
} from "./ata-ports.ts";

const IDENTIFY: u8 = 0xec;
const LOOKS: u32 = 1_000_000;
const FLOATING: u8 = 0xff;

/** What a drive says of itself. */
export class AtaIdentity {
  sectors: u64;
  /** Addresses of 48 bits: without them, a disk ends at 128 GiB. */
  wide: boolean;
  dma: boolean;
  cache: boolean;
  model: Arr<u8, 40>;
  modelLength: usize;
}

function word(from: View<u8>, index: usize): u64 {
  return u64(from[index * 2]) | (u64(from[index * 2 + 1]) << 8);
}

/** ENODEV when nobody is there, or no disk; EIO when it does not answer. */
export function identify(channel: u32, place: u32, into: Ptr<AtaIdentity>): Res<void> {
  if (lookStatus(channel) === FLOATING) return err(Errno.ENODEV);
  writeControl(channel, CONTROL_QUIET);
  writeAta(channel, DEVICE, place === 0 ? 0xa0 : 0xa0 | DEVICE_SECOND);
  settle(channel);
  writeAta(channel, COUNT, 0);
  writeAta(channel, LBA_LOW, 0);
  writeAta(channel, LBA_MIDDLE, 0);
  writeAta(channel, LBA_HIGH, 0);
  writeAta(channel, COMMAND_STATUS, IDENTIFY);
  settle(channel);
  if (readAta(channel, COMMAND_STATUS) === 0) return err(Errno.ENODEV);
  const status = waitStatus(channel, STATUS_REQUEST, LOOKS);
  // What is no disk (a CD drive) fails, and leaves its signature here.
  if (readAta(channel, LBA_MIDDLE) !== 0 || readAta(channel, LBA_HIGH) !== 0) return err(Errno.ENODEV);
  if ((status & STATUS_ERROR) !== 0) return err(Errno.ENODEV);
  if ((status & STATUS_REQUEST) === 0) return err(Errno.EIO);
  const data = zeroed<Arr<u8, 512>>();
  readData(channel, slice(data));
  readAta(channel, COMMAND_STATUS);
  understand(slice(data), into);
}

function understand(data: View<u8>, into: Ptr<AtaIdentity>): void {
  const commands = word(data, 83);
  into.wide = (commands & 0x400) !== 0;
  into.dma = (word(data, 49) & 0x100) !== 0;
  into.cache = (word(data, 82) & 0x20) !== 0 || (commands & 0x3000) !== 0;
  into.sectors = word(data, 60) | (word(data, 61) << 16);
  if (into.wide)
    into.sectors = word(data, 100) | (word(data, 101) << 16) | (word(data, 102) << 32) | (word(data, 103) << 48);
  // Texts stand in words, the first letter in the upper half, and are filled with spaces.
  for (let i: usize = 0; i < 40; i++) into.model[i] = data[54 + (i ^ 1)];
  let length: usize = 40;
  while (length > 0 && into.model[length - 1] === byte(" ")) length--;
  into.modelLength = length;
}
