/**
 * A processor with memory and nothing else around it, for tests: raw bytes at an address, in real-address, protected or
 * long mode, without any firmware having run.
 */
import { Bus } from "../bus.ts";
import { Clock } from "../clock.ts";
import { CS } from "../isa/instruction.ts";
import { type Channel, Log } from "../log.ts";
import { LOCAL_APIC, MiB } from "../map.ts";
import { Memory } from "../memory.ts";
import type { Tier, TierSettings } from "../translator/tiers.ts";
import { ApicRegister } from "./apic-registers.ts";
import { Counter } from "./counter.ts";
import type { CpuModel } from "./cpuid.ts";
import { Processor } from "./processor.ts";
import type { StateView } from "./state.ts";
import type { TimingModel } from "./timing-models.ts";

export interface Board {
  readonly memory: Memory;
  readonly bus: Bus;
  readonly clock: Clock;
  readonly cpu: Processor;
  readonly log: string[];
  /** The interrupt controller: what an acknowledge cycle gives. */
  acknowledge: () => number;
}

/** `megabytes` of RAM, an empty ROM; the processor as after reset, its interrupt pins let through. */
export function board({
  megabytes = 4,
  model,
  channels = [],
  interpreter,
  known,
  timing,
  tier,
}: Partial<BoardOptions> = {}): Board {
  const lines: string[] = [];
  const log = new Log(channels, (line) => lines.push(line));
  const bus = new Bus(log);
  const memory = new Memory({ ramBytes: megabytes * MiB, firmware: new Uint8Array(4096).fill(0xff), bus });
  const clock = new Clock(new Counter(memory));
  const made: Board = {
    memory,
    bus,
    clock,
    log: lines,
    acknowledge: () => 0x20,
    cpu: new Processor({
      memory,
      bus,
      clock,
      log,
      acknowledge: () => made.acknowledge(),
      model,
      interpreter,
      known,
      timing,
      tier,
    }),
  };
  // The local APIC as a piece of wire: on, LINT0 passes on what the 8259s would say, LINT1 is NMI.
  for (const [register, value] of [
    [ApicRegister.SVR, 0x1ff],
    [ApicRegister.LVT_LINT0, 0x700],
    [ApicRegister.LVT_LINT1, 0x400],
  ] as const)
    bus.writeMemory(LOCAL_APIC + register, 4, value);
  return made;
}

interface BoardOptions {
  readonly megabytes: number;
  readonly model: CpuModel | undefined;
  readonly interpreter: Uint8Array | undefined;
  readonly known: Uint8Array | undefined;
  readonly timing: TimingModel | undefined;
  readonly tier: Tier | TierSettings | undefined;
  readonly channels: readonly Channel[];
}

/** Puts code at a physical address and points CS:RIP there, CS's base being 0. */
export function place({ memory, cpu }: Board, address: number, code: Iterable<number>): void {
  memory.write(address, Uint8Array.from(code));
  cpu.state.set64("rip", BigInt(address));
}

/** Segments as a flat 32-bit system has them; CPL 0. */
export function flat32({ cpu }: Board): void {
  const { state } = cpu;
  state.set64("cr0", state.get64("cr0") | 1n);
  flatSegments(state, 0xc09b, 0xc093);
  cpu.modeChanged();
}

/** Real-address mode with all segments at 0. */
export function real({ cpu }: Board): void {
  for (let segment = 0; segment < 6; segment++) {
    cpu.state.set32("segmentSelector", 0, segment);
    cpu.state.set64("segmentBase", 0n, segment);
  }
  cpu.modeChanged();
}

/**
 * 64-bit mode at CPL 0 (or 3), with the first GiB mapped to itself by 2 MiB pages, writable and for users: tables at `tables` (12 KiB).
 */
export function long(on: Board, { cpl = 0, tables = 0x8000 } = {}): void {
  const { memory, cpu } = on;
  const { state } = cpu;
  const entry = (at: number, value: bigint) => {
    const bytes = new Uint8Array(8);
    new DataView(bytes.buffer).setBigUint64(0, value, true);
    memory.write(at, bytes);
  };
  entry(tables, BigInt(tables + 0x1000) | 7n);
  entry(tables + 0x1000, BigInt(tables + 0x2000) | 7n);
  for (let i = 0; i < 512; i++) entry(tables + 0x2000 + 8 * i, (BigInt(i) << 21n) | 0x87n);
  state.set64("cr3", BigInt(tables));
  state.set64("cr4", state.get64("cr4") | 0x20n);
  state.set64("efer", 0x501n);
  state.set64("cr0", state.get64("cr0") | 0x8000_0001n);
  flatSegments(state, 0xa09b | (cpl << 5), 0xc093 | (cpl << 5));
  state.set32("segmentSelector", 8 | cpl, CS);
  state.set32("cpl", cpl);
  cpu.modeChanged();
}

function flatSegments(state: StateView, code: number, data: number): void {
  for (let segment = 0; segment < 6; segment++) {
    state.set32("segmentSelector", segment === CS ? 8 : 16, segment);
    state.set64("segmentBase", 0n, segment);
    state.set32("segmentLimit", 0xffff_ffff, segment);
    state.set32("segmentAccess", segment === CS ? code : data, segment);
  }
}
