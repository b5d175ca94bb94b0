/** The processor's state after power-on, RESET and INIT (SDM vol. 3, table 9-1). */
import { CS } from "../isa/instruction.ts";
import type { CpuContext } from "./context.ts";
import { Cr0 } from "./control-bits.ts";
import { resetMemoryTypes, resetMsrs } from "./msr.ts";
import { Activity, LDTR, type StateField, stateFields, TR } from "./state.ts";

/** What survives a reset: time, where the random sequence stands, and the A20 gate, which is the board's. */
const KEPT: ReadonlySet<StateField> = new Set(["instructions", "ticks", "random", "a20Mask"]);

/** What survives INIT besides: machine check, memory types, time and system-call registers, and the extended state. */
const KEPT_BY_INIT: ReadonlySet<StateField> = new Set([
  ...KEPT,
  ...(["xcr0", "tscOffset", "tscAux", "star", "lstar", "cstar", "fmask", "kernelGsBase"] as const),
  ...(["sysenterCs", "sysenterEsp", "sysenterEip", "miscEnable", "pat"] as const),
  ...(["mtrrDefault", "mtrrFixed", "mtrrVariable", "vector", "mxcsr"] as const),
  ...(["x87Significand", "x87Exponent", "x87Control", "x87Status", "x87Tags"] as const),
  ...(["x87Opcode", "x87CodeOffset", "x87DataOffset"] as const),
]);
const KEPT_BY_RESTART: ReadonlySet<StateField> = new Set([
  ...KEPT,
  ...(["pat", "mtrrDefault", "mtrrFixed", "mtrrVariable"] as const),
]);
const CACHE_BITS = Cr0.CD | Cr0.NW;

/** INIT (table 9-1): as a reset, but MSRs, extended state and the caches' bits in CR0 stay. */
export function initState(cpu: CpuContext): void {
  const { state } = cpu;
  const caching = state.get64("cr0") & CACHE_BITS;
  putBack(cpu, KEPT_BY_INIT);
  state.set64("cr0", Cr0.ET | caching);
}

/** Puts the whole state back; the caller then lets the processor look at it anew (`modeChanged`). */
export function resetState(cpu: CpuContext): void {
  restart(cpu, KEPT);
  resetMemoryTypes(cpu);
}

/** As `resetState`, but the memory types stay as firmware has set them. */
export function restartState(cpu: CpuContext): void {
  restart(cpu, KEPT_BY_RESTART);
}

function restart(cpu: CpuContext, kept: ReadonlySet<StateField>): void {
  putBack(cpu, kept);
  cpu.state.set64("cr0", Cr0.ET | CACHE_BITS);
  cpu.state.set64("xcr0", 1n);
  // Power-on and RESET: all registers +0 and none empty, exceptions unmasked, 24 bits (vol. 3, table 9-1).
  cpu.state.set32("x87Control", 0x40);
  cpu.state.set32("x87Tags", 0xff);
  cpu.state.set32("mxcsr", 0x1f80);
  resetMsrs(cpu);
}

function putBack(cpu: CpuContext, kept: ReadonlySet<StateField>): void {
  const { state } = cpu;
  for (const [name, field] of Object.entries(stateFields) as [StateField, (typeof stateFields)[StateField]][]) {
    if (kept.has(name)) continue;
    for (let i = 0; i < field.count; i++) {
      if (field.width === "i64") state.set64(name, 0n, i);
      else state.set32(name, 0, i);
    }
  }
  for (let segment = 0; segment < 8; segment++) {
    state.set32("segmentSelector", segment === CS ? 0xf000 : 0, segment);
    state.set64("segmentBase", segment === CS ? 0xffff_0000n : 0n, segment);
    state.set32("segmentLimit", 0xffff, segment);
    const access = segment === LDTR ? 0x82 : segment === TR ? 0x8b : segment === CS ? 0x9b : 0x93;
    state.set32("segmentAccess", access, segment);
  }
  // EDX: family, model and stepping, as CPUID leaf 1 gives them.
  state.set64("general", 0x0306_c4n, 2);
  state.set32("idtrLimit", 0xffff);
  state.set32("gdtrLimit", 0xffff);
  state.set64("rip", 0xfff0n);
  state.set64("debug", 0xffff_0ff0n, 6);
  state.set64("debug", 0x400n, 7);
  state.set32("activity", Activity.running);
  cpu.setFlags(2);
}
