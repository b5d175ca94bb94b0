// Who drives what: the bus is asked, and each device that we know gets its driver. A device that does not start is reported and
// left alone; the machine goes on without it.
import { type BootInfo, hasOption } from "../boot-info.ts";
import { startAta } from "./ata.ts";
import { blockDevice, MOST_BLOCK_DEVICES } from "./block.ts";
import { startKeyboard } from "./keyboard.ts";
import { doWithoutMessages } from "./msix.ts";
import { findPartitions } from "./partitions.ts";
import { type PciFunction, pciFunction, startPci } from "./pci.ts";
import { startPower } from "./power.ts";
import { startRandom } from "./random.ts";
import { screenTty, startScreenTty } from "./screen.ts";
import { serialPresent, serialTty, startSerial } from "./serial.ts";
import type { Tty } from "./tty.ts";
import { registerConsole, registerTty } from "./tty-table.ts";
import { VIRTIO_BLOCK, VIRTIO_CONSOLE, VIRTIO_NETWORK, VIRTIO_RANDOM, virtioKind } from "./virtio.ts";
import { startVirtioBlock } from "./virtio-block.ts";
import { startVirtioConsole } from "./virtio-console.ts";
import { startVirtioNetwork } from "./virtio-network.ts";
import { startVirtioRandom } from "./virtio-random.ts";

/** COM1 and COM2. */
const SERIAL_LINES: u32 = 2;
/** Base class and subclass of disk controllers of the old kind. */
const IDE_CLASS: u32 = 0x0101;

/** Everything that is no part of the processor. In a task, once /dev is there; disks are there when it returns. */
export function startDrivers(boot: Ptr<BootInfo>): void {
  attr(maySleep, mayAlloc);
  startRandom();
  startPower(boot.rsdp);
  startPci();
  if (hasOption(boot, "pci=nomsi")) doWithoutMessages();
  startTerminals();
  const byHand = hasOption(boot, "ata=pio");
  for (let i: u32 = 0; ; i++) {
    const it = pciFunction(i);
    if (it === null) break;
    report(it, startFunction(it, byHand));
  }
  readPartitions();
}

function report(it: Ptr<PciFunction>, started: Res<void>): void {
  if (isErr(started)) klog`pci ${it.bus()}:${it.slot()}.${it.number()}: it does not start, error ${u32(started.code)}`;
}

function startFunction(it: Ptr<PciFunction>, byHand: boolean): Res<void> {
  attr(maySleep, mayAlloc);
  switch (virtioKind(it)) {
    case VIRTIO_BLOCK:
      return startVirtioBlock(it);
    case VIRTIO_NETWORK:
      return startVirtioNetwork(it);
    case VIRTIO_RANDOM:
      return startVirtioRandom(it);
    default:
      break;
  }
  if (it.class >> 8 === IDE_CLASS) return startAta(it, byHand);
}

// ---- terminals

/** The first program gets the virtual console where there is one, else the first serial line, else screen and keyboard. */
function startTerminals(): void {
  attr(maySleep, mayAlloc);
  startScreenTty();
  if (isErr(startKeyboard())) klog`there is no keyboard controller`;
  let console = register("tty1", screenTty());
  startSerial();
  for (let line: u32 = SERIAL_LINES; line > 0; line--) {
    if (!serialPresent(line - 1)) continue;
    const index = register(line === 1 ? "ttyS0" : "ttyS1", serialTty(line - 1));
    if (line === 1) console = index;
  }
  const virtual = startVirtualConsole();
  if (!isErr(virtual)) console = virtual;
  if (isErr(registerConsole(console))) klog`there is no /dev/console`;
}

/** Its number, or 0 when it gets no device file. */
function register(name: string, tty: Ptr<Tty>): u32 {
  attr(maySleep, mayAlloc);
  const index = registerTty(name, tty);
  if (!isErr(index)) return index;
  klog`there is no /dev/${name}, error ${u32(index.code)}`;
  return 0;
}

/** ENODEV when there is none. */
function startVirtualConsole(): Res<u32> {
  attr(maySleep, mayAlloc);
  for (let i: u32 = 0; ; i++) {
    const it = pciFunction(i);
    if (it === null) return err(Errno.ENODEV);
    if (virtioKind(it) !== VIRTIO_CONSOLE) continue;
    const tty = startVirtioConsole(it);
    if (!isErr(tty)) return register("hvc0", tty);
    klog`virtio-console: it does not start, error ${u32(tty.code)}`;
    return tty;
  }
}

// ---- disks

function readPartitions(): void {
  attr(maySleep, mayAlloc);
  for (let i: u32 = 0; i < MOST_BLOCK_DEVICES; i++) {
    const device = blockDevice(i);
    if (device === null) return;
    if (device.whole !== null) continue;
    const found = findPartitions(device);
    if (isErr(found)) klog`${device.name()}: its partition table cannot be read, error ${u32(found.code)}`;
  }
}
