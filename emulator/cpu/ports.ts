/**
 * I/O permission and port access (SDM vol. 1, 18.5): in protected mode CPL ≤ IOPL is enough; else, and always in
 * virtual-8086 mode, every port's bit in the TSS's permission bitmap must be clear.
 */
import type { AccessSize } from "../bus.ts";
import { type CpuContext, Fault } from "./context.ts";
import { inVirtual8086, SystemType } from "./segmentation.ts";
import { Access, Flag, TR, Vector } from "./state.ts";

const system = { supervisor: true } as const;
const MAP_BASE = 0x66;

/** Throws #GP(0) unless the running code may access `bytes` ports from `port` on. */
export function checkPort(cpu: CpuContext, port: number, bytes: number): void {
  const { state } = cpu;
  // In real-address mode CPL is 0.
  const iopl = (state.get32("flagsOther") & Flag.IOPL) >> 12;
  if (state.get32("cpl") <= iopl && !inVirtual8086(cpu)) return;
  const refusal = () => new Fault(Vector.GP, 0);
  const type = state.get32("segmentAccess", TR) & Access.typeMask;
  const limit = state.get32("segmentLimit", TR);
  if ((type !== SystemType.tss32 && type !== SystemType.tss32Busy) || limit < MAP_BASE + 1) throw refusal();
  const tss = state.get64("segmentBase", TR);
  const at = Number(cpu.readLinear(tss + BigInt(MAP_BASE), 2, system)) + (port >> 3);
  // Two bytes are read whatever the width: a dword access may straddle.
  if (at + 1 > limit) throw refusal();
  const bits = Number(cpu.readLinear(tss + BigInt(at), 2, system)) >> (port & 7);
  if (bits & ((1 << bytes) - 1)) throw refusal();
}

export function readPort(cpu: CpuContext, port: number, bytes: number): number {
  if (cpu.breakpoints.ports) cpu.breakpoints.port(port, bytes);
  return cpu.bus.readPort(port, bytes as AccessSize);
}

export function writePort(cpu: CpuContext, port: number, bytes: number, value: number): void {
  if (cpu.breakpoints.ports) cpu.breakpoints.port(port, bytes);
  cpu.bus.writePort(port, bytes as AccessSize, value);
}
