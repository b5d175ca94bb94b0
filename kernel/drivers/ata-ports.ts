// The registers of the two ATA channels of a PC, at the ports where they have been since the hard disk controller of the PC/AT
// was replaced by one on the disk itself. Each channel has two places for drives, of which one is selected and listens.
// (ATA/ATAPI-7, volume 2: register set and status bits)
const primary = claimPorts(0x1f0, 8);
const primaryControl = claimPorts(0x3f6, 1);
const secondary = claimPorts(0x170, 8);
const secondaryControl = claimPorts(0x376, 1);

// Command block.
const DATA = 0;
export const COUNT: u32 = 2;
export const LBA_LOW: u32 = 3;
export const LBA_MIDDLE: u32 = 4;
export const LBA_HIGH: u32 = 5;
export const DEVICE: u32 = 6;
export const COMMAND_STATUS: u32 = 7;

export const STATUS_ERROR: u8 = 0x01;
/** Data request: the drive wants data moved. */
export const STATUS_REQUEST: u8 = 0x08;
export const STATUS_FAULT: u8 = 0x20;
export const STATUS_BUSY: u8 = 0x80;

/** Device control: interrupts off, reset. */
export const CONTROL_QUIET: u8 = 0x02;
export const CONTROL_RESET: u8 = 0x04;

export const DEVICE_LBA: u8 = 0x40;
export const DEVICE_SECOND: u8 = 0x10;

export const CHANNELS = 2;
/** Interrupt lines of the channels. */
export const ATA_LINES: Arr<u8, 2> = [14, 15];

export function readAta(channel: u32, register: u32): u8 {
  attr(irqSafe);
  return channel === 0 ? primary.in8(register) : secondary.in8(register);
}

export function writeAta(channel: u32, register: u32, value: u8): void {
  attr(irqSafe);
  if (channel === 0) primary.out8(register, value);
  else secondary.out8(register, value);
}

/** The status without the side effect that reading it has: an interrupt that waits keeps waiting. */
export function lookStatus(channel: u32): u8 {
  attr(irqSafe);
  return channel === 0 ? primaryControl.in8(0) : secondaryControl.in8(0);
}

export function writeControl(channel: u32, value: u8): void {
  attr(irqSafe);
  if (channel === 0) primaryControl.out8(0, value);
  else secondaryControl.out8(0, value);
}

/** 400 ns, which a drive has until its status is true: as long as four looks take. */
export function settle(channel: u32): void {
  attr(irqSafe);
  for (let i: u32 = 0; i < 4; i++) lookStatus(channel);
}

/** Waits until the drive is not busy, and (if `wanted` is not 0) shows one of those bits. The last status; BUSY when it took too long. */
export function waitStatus(channel: u32, wanted: u8, looks: u32): u8 {
  attr(irqSafe);
  for (let i: u32 = 0; i < looks; i++) {
    const status = lookStatus(channel);
    if ((status & STATUS_BUSY) === 0 && (wanted === 0 || (status & (wanted | STATUS_ERROR | STATUS_FAULT)) !== 0))
      return status;
  }
  return STATUS_BUSY;
}

/** Takes words from the drive, two bytes each. */
export function readData(channel: u32, into: Slice<u8>): void {
  attr(irqSafe);
  for (let at: usize = 0; at + 1 < into.length; at += 2) {
    const word = channel === 0 ? primary.in16(DATA) : secondary.in16(DATA);
    into[at] = u8(word);
    into[at + 1] = u8(word >> 8);
  }
}

export function writeData(channel: u32, from: View<u8>): void {
  attr(irqSafe);
  for (let at: usize = 0; at + 1 < from.length; at += 2) {
    const word = u16(from[at]) | (u16(from[at + 1]) << 8);
    if (channel === 0) primary.out16(DATA, word);
    else secondary.out16(DATA, word);
  }
}
