/**
 * A guest that does anything to a virtio device: random registers, rings full of lies, chains that loop, resets in flight. Used by
 * a short test and a long one. Whatever it does, no exception reaches the host, no byte outside of RAM changes, and time goes on.
 */

import type { AccessSize } from "../../bus.ts";
import { Machine, type MachineOptions } from "../../machine.ts";
import { GUARD_SIZE, RAM_BASE } from "../../memory.ts";
import { VirtioDriver } from "./virtio-driver.ts";

/** xorshift32: the same sequence for the same seed. */
function sequence(seed: number): (below: number) => number {
  let state = seed * 2_654_435_761 || 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

const SIZES: readonly AccessSize[] = [1, 2, 4];
const kinds: Readonly<Record<string, MachineOptions>> = {
  blk: { disks: [{ image: new Uint8Array(64 * 512), interface: "virtio" }] },
  console: { console: true },
  rng: { rng: true },
  net: { network: {} },
};
export const deviceKinds = Object.keys(kinds);

/** So many random operations on a device of this kind. Throws when something reaches the host that must not. */
export function attack(kind: string, seed: number, operations: number): void {
  const firmware = new Uint8Array(0x1_0000).fill(0xf4);
  const machine = new Machine({ memory: 8, firmware, ...kinds[kind] }, { output() {} });
  const { memory, bus } = machine;
  const guards = [RAM_BASE - GUARD_SIZE, memory.bytes.length - GUARD_SIZE];
  for (const at of guards) memory.bytes.fill(0xa5, at, at + GUARD_SIZE);
  const next = sequence(seed);
  const driver = new VirtioDriver(machine, {
    slot: 3,
    features: BigInt(next(2 ** 32)),
    legacy: next(3) === 0,
    msix: next(2) === 0,
    indirect: next(2) === 0,
  });
  const value = (): number => [next(2 ** 32), next(256), 0xffff_ffff, 0, 1 << next(31), next(16)][next(6)]! >>> 0;
  /** Addresses where something is that the device uses, or near. */
  const place = (): number => {
    const q = driver.queues[next(driver.queues.length)]!;
    return [q.descriptors, q.driver, q.device, 0x40_0000][next(4)]! + next(64) * 2;
  };
  const bar = (): number => (driver.config(0x20, 4) & ~15) >>> 0;
  const step: readonly (() => void)[] = [
    () => memory.store(place() & ~3, SIZES[next(3)]!, value()),
    () => {
      // A plausible descriptor.
      const q = driver.queues[next(driver.queues.length)]!;
      const address = next(4) === 0 ? value() : 0x40_0000 + next(0x1000);
      const bytes = next(4) === 0 ? value() : next(2048);
      driver.descriptor(q.descriptors, next(8), address, bytes, next(8), next(8));
    },
    () => driver.makeAvailable(next(driver.queues.length), next(8)),
    () => driver.kick(next(driver.queues.length + 1)),
    () => driver.wait(next(100_000)),
    () => bus.writeMemory(bar() + [0, 0x1000, 0x2000, 0x3000][next(4)]! + next(64), SIZES[next(3)]!, value()),
    () => bus.readMemory(bar() + [0, 0x1000, 0x2000, 0x3000][next(4)]! + next(64), SIZES[next(3)]!),
    () => bus.writePort(driver.ports + next(60), SIZES[next(3)]!, value()),
    () => bus.readPort(driver.ports + next(60), SIZES[next(3)]!),
    () => bus.writeMemory(driver.table + next(0x900), SIZES[next(3)]!, value()),
    () => machine.input({ channel: "console", bytes: Uint8Array.of(next(256)) }),
    () => {
      // A header for a disk.
      memory.write(0x40_0000 + next(64) * 16, Uint8Array.of(next(16), 0, 0, 0, 0, 0, 0, 0, next(80)));
    },
    () => {
      if (next(200) === 0) driver.setConfig(next(64) * 4, 4, value());
    },
    () => {
      if (next(20) !== 0 && (driver.status & 0x40) === 0) return;
      driver.setConfig(0x10, 4, 0xc300);
      driver.setConfig(0x14, 4, 0xe030_0000);
      driver.setConfig(0x20, 4, 0xe031_0000);
      driver.setConfig(0x24, 4, 0);
      driver.setConfig(0x04, 2, 7);
      driver.status = 0;
      driver.status = 3;
      if (driver.status === 3) {
        try {
          driver.negotiate();
        } catch (error) {
          // The driver's own complaint about what this attack did to the device's registers.
          if (!(error instanceof Error) || error.message !== "the device takes none of the features") throw error;
        }
      }
    },
  ];
  for (let i = 0; i < operations; i++) step[next(step.length)]!();
  for (const at of guards)
    if (memory.bytes.subarray(at, at + GUARD_SIZE).some((byte) => byte !== 0xa5))
      throw new Error(`${kind}, seed ${seed}: memory outside of the guest's was written`);
  machine.restore(structuredClone(machine.save()));
  machine.reset();
}
