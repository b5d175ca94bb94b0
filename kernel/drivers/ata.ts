// The disks of a plain PC. A channel does one thing at a time: the registers hold one command, so requests wait in a line for
// it. Data moves in one of two ways. With a bus master, the channel is given a list of places in memory and moves everything
// itself; one interrupt says that it is done. Without, the processor carries each sector through one port, word by word, with an
// interrupt for each: that is how it was, and how it still is where there is no bus master or memory beyond its reach.
//
// (ATA/ATAPI-7, volumes 1 and 2; Intel 82371AB PIIX4, bus master IDE registers)
import type { Phys } from "../layout.ts";
import { allocFrame, type Frame, frameOf, isFrame, OWNER_DRIVERS, physOf, virtOf } from "../memory/frames.ts";
import { create } from "../memory/slab.ts";
import { Locked } from "../sync/spin.ts";
import { claimLine } from "../trap/irq.ts";
import { AtaIdentity, identify } from "./ata-identify.ts";
import {
  ATA_LINES,
  CHANNELS,
  COMMAND_STATUS,
  CONTROL_RESET,
  COUNT,
  DEVICE,
  DEVICE_LBA,
  DEVICE_SECOND,
  LBA_HIGH,
  LBA_LOW,
  LBA_MIDDLE,
  readAta,
  readData,
  settle,
  STATUS_BUSY,
  STATUS_ERROR,
  STATUS_FAULT,
  STATUS_REQUEST,
  waitStatus,
  writeAta,
  writeControl,
  writeData,
} from "./ata-ports.ts";
import { type BlockDevice, BlockKind, type BlockRequest, MOST_PIECES, registerBlock, SECTOR } from "./block.ts";
import { nameDisk } from "./disk-names.ts";
import { barPorts, enable, type PciFunction } from "./pci.ts";

const READ: u8 = 0x20;
const READ_WIDE: u8 = 0x24;
const WRITE: u8 = 0x30;
const WRITE_WIDE: u8 = 0x34;
const READ_DMA: u8 = 0xc8;
const READ_DMA_WIDE: u8 = 0x25;
const WRITE_DMA: u8 = 0xca;
const WRITE_DMA_WIDE: u8 = 0x35;
const FLUSH: u8 = 0xe7;
const FLUSH_WIDE: u8 = 0xea;

/** Bus master registers of a channel. */
const BM_COMMAND = 0;
const BM_STATUS = 2;
const BM_TABLE = 4;
const BM_START: u8 = 1;
/** The direction as the disk sees it: it writes to memory. */
const BM_TO_MEMORY: u8 = 8;
const BM_ERROR: u8 = 2;
const BM_INTERRUPT: u8 = 4;
const MASTER_BAR: u32 = 4;
const LAST_ENTRY: u32 = 0x8000_0000;
const BOUNDARY: u64 = 0x1_0000;
const MOST_ENTRIES = 64;

/** Requests that cannot even begin, one after the other, before somebody else gets the processor. */
const MOST_FAILURES: u32 = 256;
/** Looks at the status until a drive is given up: what is waited for this way takes microseconds. */
const LOOKS: u32 = 200_000;
const RESET_LOOKS: u32 = 5_000_000;

/** An entry of the list that the bus master reads: where, how many bytes (0: 65,536), and whether it is the last one. */
class Region {
  at: u32;
  bytes: u32;
}

class Drive {
  device: Ptr<BlockDevice> | null;
  wide: boolean;
  dma: boolean;
  flushes: boolean;
}

const IDLE: u8 = 0;
const WITH_MASTER: u8 = 1;
const BY_HAND: u8 = 2;
const WITHOUT_DATA: u8 = 3;

class Channel {
  hasMaster: boolean;
  master: Ports<8>;
  table: Ptr<Frame> | null;
  drives: Arr<Drive, 2>;
  /** What is being done, and how. */
  mode: u8;
  active: Ptr<BlockRequest> | null;
  /** By hand: the piece and the byte in it that come next, and bytes that are left. */
  piece: u32;
  offset: u32;
  left: u64;
  /** It is done: how (an Errno, or 0). */
  done: boolean;
  failure: u32;
  first: Ptr<BlockRequest> | null;
  last: Ptr<BlockRequest> | null;
}

const channels = zeroed<Arr<Locked<Channel>, typeof CHANNELS>>();

/** The channels of an IDE controller that answers at the customary ports. EMFILE. */
export function startAta(it: Ptr<PciFunction>, byHand: boolean): Res<void> {
  enable(it);
  for (let channel: u32 = 0; channel < CHANNELS; channel++) {
    const master = barPorts<16>(it, MASTER_BAR);
    if (!isErr(master) && !byHand) prepareMaster(channel, master.part(0, 8), master.part(8, 8));
    orReturn(startChannel(channel));
  }
}

function prepareMaster(channel: u32, primary: Ports<8>, secondary: Ports<8>): void {
  const frame = allocFrame(OWNER_DRIVERS);
  // The list is named by 32 bits; without one, by hand.
  if (isErr(frame) || u64(physOf(frame)) >> 32 !== 0) return;
  using c = channels[channel].enter();
  c.v.hasMaster = true;
  c.v.master = channel === 0 ? primary : secondary;
  c.v.table = frame;
}

function startChannel(channel: u32): Res<void> {
  let some = false;
  for (let place: u32 = 0; place < 2; place++) {
    const identity = zeroed<AtaIdentity>();
    const found = identify(channel, place, ref(identity));
    if (isErr(found)) continue;
    orReturn(addDrive(channel, place, ref(identity)));
    some = true;
  }
  if (!some) return;
  orReturn(claimLine(ATA_LINES[channel], "ata", onInterrupt, afterInterrupt, u64(channel)));
  readAta(channel, COMMAND_STATUS);
  writeControl(channel, 0);
}

function addDrive(channel: u32, place: u32, identity: Ptr<AtaIdentity>): Res<void> {
  const device = orReturn(create<BlockDevice>());
  nameDisk(device, "hd", channel * 2 + place);
  device.sectors = identity.sectors;
  device.driver = u64(channel * 2 + place);
  device.submit = submit;
  device.recover = recover;
  {
    using c = channels[channel].enter();
    const drive = ref(c.v.drives[place]);
    drive.device = device;
    drive.wide = identity.wide;
    drive.dma = identity.dma && c.v.hasMaster;
    drive.flushes = identity.cache;
  }
  orReturn(registerBlock(device));
  klog`${device.name()}: ${device.sectors / 2048} MiB (${text(slice(identity.model, identity.modelLength))})`;
}

// ---- requests go

function submit(request: Ptr<BlockRequest>, driver: u64): Res<void> {
  request.mark = u32(driver) & 1;
  const channel = u32(driver) >> 1;
  using c = channels[channel].enter();
  if (request.kind === BlockKind.Flush && !c.v.drives[request.mark].flushes) {
    request.finish(0);
    return;
  }
  request.next = null;
  const last = c.v.last;
  if (last === null) c.v.first = request;
  else last.next = request;
  c.v.last = request;
  if (c.v.mode === IDLE) startNext(channel, c.v);
}

/** Begins with the first request that waits. One that cannot begin has failed, and the next one gets its turn. */
function startNext(channel: u32, c: Ptr<Channel>): void {
  for (let n: u32 = 0; n < MOST_FAILURES; n++) {
    const request = c.first;
    if (request === null) return;
    c.first = request.next;
    if (c.first === null) c.last = null;
    c.active = request;
    c.done = false;
    if (begin(channel, c, request)) return;
    c.mode = IDLE;
    c.active = null;
    request.finish(u32(Errno.EIO));
  }
}

function begin(channel: u32, c: Ptr<Channel>, request: Ptr<BlockRequest>): boolean {
  const drive = ref(c.drives[request.mark & 1]);
  const wide = drive.wide;
  if ((waitStatus(channel, 0, LOOKS) & STATUS_BUSY) !== 0) return false;
  if (request.kind === BlockKind.Flush) {
    c.mode = WITHOUT_DATA;
    address(channel, request, wide, 0);
    writeAta(channel, COMMAND_STATUS, wide ? FLUSH_WIDE : FLUSH);
    return true;
  }
  const isRead = request.kind === BlockKind.Read;
  const sectors = request.bytes() / SECTOR;
  if (!wide && request.sector + sectors > 1 << 28) return false;
  if (drive.dma && listRegions(c, request)) {
    c.mode = WITH_MASTER;
    c.master.out8(BM_STATUS, c.master.in8(BM_STATUS) | BM_ERROR | BM_INTERRUPT);
    c.master.out8(BM_COMMAND, isRead ? BM_TO_MEMORY : 0);
    address(channel, request, wide, u32(sectors));
    if (isRead) writeAta(channel, COMMAND_STATUS, wide ? READ_DMA_WIDE : READ_DMA);
    else writeAta(channel, COMMAND_STATUS, wide ? WRITE_DMA_WIDE : WRITE_DMA);
    c.master.out8(BM_COMMAND, (isRead ? BM_TO_MEMORY : 0) | BM_START);
    return true;
  }
  return beginByHand(channel, c, request, wide, u32(sectors));
}

function beginByHand(channel: u32, c: Ptr<Channel>, request: Ptr<BlockRequest>, wide: boolean, sectors: u32): boolean {
  c.mode = BY_HAND;
  c.piece = 0;
  c.offset = 0;
  c.left = request.bytes();
  address(channel, request, wide, sectors);
  if (request.kind === BlockKind.Read) {
    writeAta(channel, COMMAND_STATUS, wide ? READ_WIDE : READ);
    return true;
  }
  writeAta(channel, COMMAND_STATUS, wide ? WRITE_WIDE : WRITE);
  settle(channel);
  // For its first sector of a write the drive does not interrupt.
  if ((waitStatus(channel, STATUS_REQUEST, LOOKS) & STATUS_REQUEST) === 0) return false;
  moveSector(channel, c, request);
  return true;
}

/** Drive, sector and count into the registers. With 48 bits each register is written twice, upper half first. */
function address(channel: u32, request: Ptr<BlockRequest>, wide: boolean, sectors: u32): void {
  const at = request.sector;
  const second = (request.mark & 1) === 0 ? u8(0) : DEVICE_SECOND;
  writeAta(channel, DEVICE, DEVICE_LBA | second | (wide ? 0 : u8(at >> 24) & 15));
  settle(channel);
  if (wide) {
    writeAta(channel, COUNT, u8(sectors >> 8));
    writeAta(channel, LBA_LOW, u8(at >> 24));
    writeAta(channel, LBA_MIDDLE, u8(at >> 32));
    writeAta(channel, LBA_HIGH, u8(at >> 40));
  }
  writeAta(channel, COUNT, u8(sectors));
  writeAta(channel, LBA_LOW, u8(at));
  writeAta(channel, LBA_MIDDLE, u8(at >> 8));
  writeAta(channel, LBA_HIGH, u8(at >> 16));
}

/** The request's memory as the bus master wants it: below 4 GiB, no entry across a multiple of 64 KiB. False where that cannot be. */
function listRegions(c: Ptr<Channel>, request: Ptr<BlockRequest>): boolean {
  const frame = c.table;
  if (frame === null) return false;
  const list = slice(virtOf<Region>(frame), MOST_ENTRIES);
  let used: u32 = 0;
  for (let i: u32 = 0; i < MOST_PIECES && i < request.count; i++) {
    let at = u64(request.pieces[i].at);
    let left = u64(request.pieces[i].bytes);
    if ((at + left) >> 32 !== 0 || (at & 1) !== 0) return false;
    for (let n: u32 = 0; n < MOST_ENTRIES && left > 0; n++) {
      const room = BOUNDARY - (at & (BOUNDARY - 1));
      const bytes = left < room ? left : room;
      if (used === MOST_ENTRIES) return false;
      list[used].at = u32(at);
      list[used].bytes = u32(bytes & 0xffff);
      used++;
      at += bytes;
      left -= bytes;
    }
  }
  if (used === 0) return false;
  list[used - 1].bytes |= LAST_ENTRY;
  cpu.wmb();
  c.master.out32(BM_TABLE, u32(u64(physOf(frame))));
  return true;
}

// ---- interrupts

function onInterrupt(context: u64): boolean {
  const channel = u32(context);
  using c = channels[channel].enter();
  const active = c.v.active;
  if (active === null || c.v.done) {
    // Nobody asked; reading the status makes it quiet.
    readAta(channel, COMMAND_STATUS);
    return false;
  }
  if (c.v.mode === WITH_MASTER) masterDone(channel, c.v);
  else moved(channel, c.v, active);
  return c.v.done;
}

function masterDone(channel: u32, c: Ptr<Channel>): void {
  const status = c.master.in8(BM_STATUS);
  if ((status & BM_INTERRUPT) === 0) return;
  c.master.out8(BM_COMMAND, 0);
  c.master.out8(BM_STATUS, status);
  const drive = readAta(channel, COMMAND_STATUS);
  ended(c, (drive & (STATUS_ERROR | STATUS_FAULT)) !== 0 || (status & BM_ERROR) !== 0);
}

function ended(c: Ptr<Channel>, failed: boolean): void {
  c.done = true;
  c.failure = failed ? u32(Errno.EIO) : 0;
}

/** By hand: another sector is there, or may come; or it was the last one. */
function moved(channel: u32, c: Ptr<Channel>, request: Ptr<BlockRequest>): void {
  const status = readAta(channel, COMMAND_STATUS);
  if ((status & (STATUS_ERROR | STATUS_FAULT)) !== 0) {
    ended(c, true);
    return;
  }
  if ((status & STATUS_BUSY) !== 0) return;
  if (c.left > 0) {
    if ((status & STATUS_REQUEST) === 0) return;
    moveSector(channel, c, request);
    // After the last sector of a read there is no further interrupt.
    if (c.left > 0 || request.kind === BlockKind.Write) return;
  }
  ended(c, false);
}

function moveSector(channel: u32, c: Ptr<Channel>, request: Ptr<BlockRequest>): void {
  if (c.piece >= request.count || c.piece >= MOST_PIECES) return;
  const piece = ref(request.pieces[c.piece]);
  const at = piece.at + unit<Phys>(u64(c.offset));
  if (!isFrame(at)) return;
  // Sectors begin on multiples of 512 bytes, so none lies in two frames.
  const inFrame = usize(u64(at) & 0xfff);
  const memory = slice(virtOf<u8>(frameOf(at)), 4096).sub(inFrame, inFrame + SECTOR);
  if (request.kind === BlockKind.Read) readData(channel, memory);
  else writeData(channel, memory);
  c.left -= SECTOR;
  c.offset += SECTOR;
  if (c.offset < piece.bytes) return;
  c.offset = 0;
  c.piece++;
}

function afterInterrupt(context: u64): void {
  const channel = u32(context);
  using c = channels[channel].enter();
  if (!c.v.done) return;
  const request = c.v.active;
  c.v.done = false;
  c.v.active = null;
  c.v.mode = IDLE;
  if (request !== null) request.finish(c.v.failure);
  startNext(channel, c.v);
}

// ---- when it does not answer

/** Resets the channel: what was being done has failed, the others get their turn. */
function recover(device: Ptr<BlockDevice>): void {
  const channel = u32(device.driver) >> 1;
  using c = channels[channel].enter();
  if (c.v.hasMaster) c.v.master.out8(BM_COMMAND, 0);
  writeControl(channel, CONTROL_RESET);
  settle(channel);
  settle(channel);
  writeControl(channel, 0);
  const status = waitStatus(channel, 0, RESET_LOOKS);
  const request = c.v.active;
  c.v.active = null;
  c.v.mode = IDLE;
  c.v.done = false;
  if (request !== null) request.finish(u32(Errno.EIO));
  if ((status & STATUS_BUSY) === 0) {
    startNext(channel, c.v);
    return;
  }
  for (let waiting = c.v.first; waiting !== null; waiting = c.v.first) {
    c.v.first = waiting.next;
    waiting.finish(u32(Errno.EIO));
  }
  c.v.last = null;
}
