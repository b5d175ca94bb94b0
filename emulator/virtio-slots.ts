/**
 * Which virtio devices a machine has and where they sit: one to a PCI slot, in the order network card, console, entropy source,
 * disks, from slot 3 on (slot 2 is where other PCs have their video adapter).
 */
import type { Bus } from "./bus.ts";
import type { Clock } from "./clock.ts";
import type { MsixTable } from "./devices/msix.ts";
import type { PciBus } from "./devices/pci.ts";
import { VirtioBlk } from "./devices/virtio-blk.ts";
import { VirtioConsole } from "./devices/virtio-console.ts";
import { VirtioNet } from "./devices/virtio-net.ts";
import { VirtioFunction } from "./devices/virtio-pci.ts";
import type { VirtioDevice } from "./devices/virtio-registers.ts";
import { VirtioRng } from "./devices/virtio-rng.ts";
import type { Disk } from "./disk.ts";
import type { InterruptBus } from "./interrupt-bus.ts";
import type { Log } from "./log.ts";
import type { Memory } from "./memory.ts";
import { UserError } from "./user-error.ts";

/** The virtio devices of a machine, beside its disks. Plain data. */
export interface VirtioOptions {
  /** A network card; without a cable for now. `mac`: six bytes, default 52:54:00:12:34:56. */
  readonly network?: { readonly mac?: readonly number[] };
  /** A console, whose two ends are the channel "console". */
  readonly console?: boolean;
  /** A source of random bytes, which are the same in every run. */
  readonly rng?: boolean;
}

const FIRST_SLOT = 3;
const LAST_SLOT = 31;
const DEFAULT_MAC = [0x52, 0x54, 0x00, 0x12, 0x34, 0x56];

/** How many disks find a place beside the other three. */
export const MOST_VIRTIO_DISKS = LAST_SLOT - FIRST_SLOT + 1 - 3;

export interface VirtioWorld {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly log: Log;
  readonly memory: Memory;
  readonly interrupts: InterruptBus;
  readonly pci: PciBus;
  /** What the guest's console says. */
  readonly transmit: (byte: number) => void;
}

/** Plugs the devices in. Throws a UserError for an address that no card can have. */
export function plugVirtio(
  world: VirtioWorld,
  options: VirtioOptions,
  disks: readonly Disk[],
): { readonly functions: readonly VirtioFunction[]; readonly console: VirtioConsole | null } {
  const { clock, pci, interrupts } = world;
  const signal: ConstructorParameters<typeof MsixTable>[1] = (address, data) => interrupts.signal(address, data);
  const functions: VirtioFunction[] = [];
  const plug = (name: string, device: VirtioDevice): void => {
    const it = new VirtioFunction(device, { ...world, signal, name });
    pci.plug(FIRST_SLOT + functions.length, 0, it);
    functions.push(it);
  };
  if (options.network !== undefined) {
    const mac = Uint8Array.from(checkMac(options.network.mac ?? DEFAULT_MAC));
    plug("virtio.net", new VirtioNet({ name: "virtio.net", clock, mac, end: null }));
  }
  const console = options.console
    ? new VirtioConsole({ name: "virtio.console", clock, transmit: world.transmit })
    : null;
  if (console !== null) plug("virtio.console", console);
  if (options.rng) plug("virtio.rng", new VirtioRng());
  disks.forEach((disk, i) => {
    const name = `virtio.blk.${i}`;
    plug(name, new VirtioBlk({ name, clock, disk, id: `cor-disk-${i}` }));
  });
  return { functions, console };
}

function checkMac(mac: readonly number[]): readonly number[] {
  const isOctet = (n: number): boolean => Number.isInteger(n) && n >= 0 && n <= 0xff;
  if (mac.length !== 6 || !mac.every(isOctet) || (mac[0]! & 1) !== 0)
    throw new UserError(`a network card cannot have the address ${mac.join(":")}; give six octets, the first one even`);
  return mac;
}
