/**
 * Guests whose lives must be the same each time, and how to live one: from power-on, or from a snapshot, up to a cycle, with
 * what is typed at fixed cycles. Among them is whatever could be under way when a snapshot is taken: repeated string
 * instructions, HLT, timers, a disk that is being written to, DMA, a serial line that sends and receives.
 */
import { buildBios } from "../../bios/build.ts";
import { bareSystem } from "../../disks/testing/bare.ts";
import { prepareInterpreter } from "../../emulator/cpu/execution.ts";
import { al, ax, dx, eax, ecx, edi, edx, esi } from "../../emulator/isa/registers.ts";
import { isEnd, Machine, type MachineOptions } from "../../emulator/machine.ts";
import type { Tier } from "../../emulator/translator/tiers.ts";
import { Random } from "../cpu/random.ts";
import { makePools, type Pools } from "../robustness/bytes.ts";
import { PLACES, setUp } from "../robustness/scene.ts";
import { Kernel } from "../system/kernel.ts";
import { kernels } from "../system/kernels.ts";

export interface Guest {
  readonly name: string;
  make(tier?: Tier): Machine;
  /** Where its life, as far as it is looked at, ends. */
  readonly cycles: number;
  /** What COM1 receives, and when. */
  readonly typed: readonly { readonly cycle: number; readonly text: string }[];
}

const kernelOptions = (image: Uint8Array): MachineOptions => ({
  memory: 4,
  kernel: { image, name: "kernel" } as never,
  disks: [{ image: new Uint8Array(64 * 1024).map((_, i) => i * 7) }],
});

/** Writes and reads a disk by PIO and bus-master DMA, moves memory with REP, asks fw_cfg by DMA, and says so on COM1. */
function busy(): Uint8Array {
  return new Kernel(32, new Set()).finish((a) => {
    const out8 = (port: number, value: number) => {
      a.mov(edx, port);
      a.mov(al, value);
      a.out(dx, al);
    };
    const out32 = (port: number, value: number) => {
      a.mov(edx, port);
      a.mov(eax, value);
      a.out(dx, eax);
    };
    const pci = (register: number, value: number) => {
      out32(0xcf8, 0x8000_0900 + register);
      out32(0xcfc, value);
    };
    const command = (sector: number, count: number, code: number) => {
      for (const [port, value] of [
        [0x1f6, 0xe0],
        [0x1f2, count],
        [0x1f3, sector],
        [0x1f4, 0],
        [0x1f5, 0],
        [0x1f7, code],
      ] as const)
        out8(port, value);
    };
    const fill = (address: number, count: number, value: number) => {
      a.mov(edi, address);
      a.mov(ecx, count);
      a.mov(eax, value);
      a.rep.stosd();
    };
    // The bus master of the IDE function at port C000h, its table of one region at 30000h.
    pci(0x20, 0xc000);
    pci(0x04, 5);
    const notReady = () => {
      a.mov(edx, 0x1f7);
      const busy = a.here();
      a.in(al, dx);
      a.test(al, 0x80);
      a.jnz(busy);
    };
    const again = a.here();
    notReady();
    // Sixteen sectors are written by PIO.
    command(8, 16, 0x30);
    a.mov(ax, 16);
    const sector = a.here();
    a.push(eax);
    a.mov(edx, 0x1f7);
    const wait = a.here();
    a.in(al, dx);
    a.test(al, 8);
    a.jz(wait);
    a.mov(edx, 0x1f0);
    a.mov(esi, 0x10_0000);
    a.mov(ecx, 256);
    a.rep.outsw();
    a.pop(eax);
    a.dec(ax);
    a.jnz(sector);
    notReady();
    // Others are read by DMA, while memory is moved and the serial line speaks.
    fill(0x3_0000, 1, 0x4_0000);
    fill(0x3_0004, 1, 0x8000_4000);
    out32(0xc004, 0x3_0000);
    command(32, 32, 0xc8);
    out8(0xc000, 0x09);
    // 300,000 bytes of fw_cfg item 19h to 200000h: big-endian.
    for (const [at, value] of [0x0a00_1900, 0xe093_0400, 0, 0x0000_2000].entries()) fill(0x3_1000 + 4 * at, 1, value);
    out32(0x514, 0);
    out32(0x518, 0x0010_0300);
    a.mov(esi, 0x4_0000);
    a.mov(edi, 0x8_0000);
    a.mov(ecx, 0x4000);
    a.rep.movsd();
    for (const letter of "busy\n") out8(0x3f8, letter.charCodeAt(0));
    notReady();
    out8(0xc000, 0);
    a.jmp(again);
  });
}

/** Scenes in several modes that live for a while. */
const SEEDS = [18, 19, 21] as const;

/** A scene of random programs, from a machine that has just been switched on. */
function random(seed: number, pools: Pools, interpreter: Uint8Array): Guest {
  return {
    name: `random program ${seed}`,
    cycles: 200_000,
    typed: [],
    make(tier) {
      const machine = new Machine({
        tier,
        memory: 4,
        firmware: buildBios(),
        disks: [{ image: new Uint8Array(0x1_0000) }],
        interpreter,
      });
      const random = new Random(seed);
      setUp(machine, random, pools, random.pick(PLACES), "instructions");
      return machine;
    },
  };
}

export function guests(): Guest[] {
  const { img } = bareSystem();
  const pools = makePools();
  const firmware = buildBios();
  const interpreter = prepareInterpreter();
  const boot: Guest = {
    name: "Cor's boot",
    cycles: 60_000_000,
    typed: [
      { cycle: 10_000_000, text: "help\r" },
      { cycle: 30_000_000, text: "mem\ruptime\r" },
    ],
    make: (tier) => new Machine({ memory: 16, firmware, disks: [{ image: img }], interpreter, tier }),
  };
  const system = (["protected", "long", "debug", "tasks"] as const).map((name): Guest => {
    const image = kernels[name]!(new Set());
    const make = (tier?: Tier) => new Machine({ ...kernelOptions(image), interpreter, tier });
    return { name: `kernel ${name}`, cycles: 20_000_000, typed: [], make };
  });
  const image = busy();
  const disk: Guest = {
    name: "busy kernel",
    cycles: 40_000_000,
    typed: [{ cycle: 20_000_000, text: "what nobody reads" }],
    make: (tier) => new Machine({ ...kernelOptions(image), interpreter, tier }),
  };
  // The branch predictor is state as well.
  const exact: Guest = {
    ...boot,
    name: "Cor's boot, exact timing",
    make: (tier) => new Machine({ memory: 16, firmware, disks: [{ image: img }], timing: "exact", tier }),
  };
  return [boot, disk, exact, ...system, ...SEEDS.map((seed) => random(seed, pools, interpreter))];
}

/** Runs a guest's machine up to a cycle, or to its end. */
export function live(machine: Machine, { typed }: Guest, until: number): void {
  for (;;) {
    const { cycles } = machine.now;
    if (cycles >= until) return;
    const next = typed.find(({ cycle }) => cycle > cycles)?.cycle ?? Number.POSITIVE_INFINITY;
    const stop = machine.run({ cycle: Math.min(until, next) });
    for (const { cycle, text } of typed)
      if (cycle > cycles && cycle <= machine.now.cycles)
        machine.input({ channel: "com1", bytes: new TextEncoder().encode(text) });
    if (isEnd(stop) || stop.kind === "idle") return;
  }
}
