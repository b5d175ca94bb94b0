/** A guest that writes anything anywhere into APICs and PCI configuration: no exception in the host, and time goes on. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { AccessSize } from "./bus.ts";
import { Machine } from "./machine.ts";
import { IO_APIC, LOCAL_APIC } from "./map.ts";

/** xorshift32: the same sequence for the same seed. */
function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

const SIZES: readonly AccessSize[] = [1, 2, 4];
const OPERATIONS = 100_000;

for (const seed of [1, 2])
  test(`random accesses to the platform's registers, seed ${seed}`, () => {
    const firmware = new Uint8Array(0x1_0000).fill(0xf4);
    const machine = new Machine({ memory: 4, firmware });
    const { bus, clock, memory, processor } = machine;
    const next = random(seed);
    const value = (): number => [next(2 ** 32), next(256), 0xffff_ffff, 0, 1 << next(31)][next(5)]! >>> 0;
    const rom = new Uint8Array(firmware);
    for (let i = 0; i < OPERATIONS; i++) {
      const size = SIZES[next(3)]!;
      switch (next(9)) {
        case 0:
        case 1: {
          // A register of a function that may be there.
          bus.writePort(0xcf8, 4, (0x8000_0000 | (next(3) << 11) | (next(8) << 8) | (next(64) << 2)) >>> 0);
          const register = 0xcfc + next(4);
          if (next(2)) bus.readPort(register, size);
          else bus.writePort(register, size, value());
          break;
        }
        case 2:
          bus.writeMemory(LOCAL_APIC + next(0x40) * 16 + (next(8) === 0 ? next(16) : 0), size, value());
          break;
        case 3:
          bus.readMemory(LOCAL_APIC + next(0xffd), size);
          break;
        case 4:
          bus.writeMemory(IO_APIC, 4, next(0x48));
          bus.writeMemory(IO_APIC + (next(8) === 0 ? next(0xffd) : 0x10), size, value());
          break;
        case 5:
          processor.setInterruptRequest(next(2) === 1);
          if (next(4) === 0) processor.apic.acknowledge();
          break;
        case 6: {
          const base = [0xfee0_0000, 0x10_0000, 0xc_0000, 0xa_0000, 0xffff_0000, 0xfec0_0000][next(6)]!;
          const wanted = BigInt(base + next(4) * 0x1000) | (BigInt(next(4)) << 10n) | 0x100n;
          if (processor.apic.allowsBase(wanted)) processor.apic.setBase(wanted);
          processor.apic.writeMsr(0x800 + next(0x40), BigInt(value()));
          break;
        }
        case 7:
          clock.advanceTo(clock.now + next(10_000));
          break;
        default:
          memory.store(next(0x3f_fffc) & ~3, size, value());
          memory.load(0xc_0000 + (next(0x4_0000) & ~3), size);
      }
    }
    processor.apic.setBase(BigInt(LOCAL_APIC) | 0x100n);
    memory.read(0xffff_0000, rom);
    assert.deepEqual(rom, firmware, "ROM at the end of 4 GiB");
    machine.restore(machine.save());
    machine.reset();
    memory.read(0xf_0000, rom);
    assert.deepEqual(rom, firmware, "ROM below 1 MiB");
  });
