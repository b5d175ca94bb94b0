/**
 * SYSCALL, SYSRET, SYSENTER, SYSEXIT (SDM vol. 2): entries into ring 0 that load CS and SS with fixed flat segments and
 * read no descriptor.
 */
import { CS, SS } from "../isa/instruction.ts";
import { type CpuContext, Fault } from "./context.ts";
import { Cr0, Efer } from "./control-bits.ts";
import { in64BitMode, inLongMode, isCanonical, setSegment } from "./segmentation.ts";
import { Access, Flag, Vector } from "./state.ts";

const RCX = 1;
const RDX = 2;
const RSP = 4;
const R11 = 11;

/** A flat, present, accessed segment of the given ring. */
function loadFlat(cpu: CpuContext, segment: number, selector: number, ring: number, size: 32 | 64): void {
  const code = segment === CS;
  let access = Access.present | Access.nonSystem | (ring << Access.dplShift) | Access.granularity;
  access |= code ? Access.code | Access.readable | Access.accessed : Access.writable | Access.accessed;
  access |= code && size === 64 ? Access.long : Access.big;
  setSegment(cpu, segment, selector, { base: 0n, limit: 0xffff_ffff, access });
}

function enterRing(cpu: CpuContext, ring: number, codeSelector: number, stackSelector: number, size: 32 | 64): void {
  loadFlat(cpu, CS, codeSelector, ring, size);
  loadFlat(cpu, SS, stackSelector, ring, size);
  cpu.state.set32("cpl", ring);
}

/** RCX ← RIP of the next instruction, R11 ← RFLAGS, RIP ← LSTAR, RFLAGS masked. #UD outside 64-bit mode and without EFER.SCE. */
export function syscall(cpu: CpuContext, nextRip: bigint): void {
  const { state } = cpu;
  if (!in64BitMode(cpu) || !(state.get64("efer") & Efer.SCE)) throw new Fault(Vector.UD);
  const { flags } = cpu;
  state.set64("general", nextRip, RCX);
  state.set64("general", BigInt((flags & ~Flag.RF) >>> 0), R11);
  const selector = Number((state.get64("star") >> 32n) & 0xfffcn);
  enterRing(cpu, 0, selector, (selector + 8) & 0xffff, 64);
  cpu.setFlags((flags & ~Number(state.get64("fmask") & 0xffff_ffffn) & ~Flag.RF) | 2);
  cpu.modeChanged();
  cpu.transfer(state.get64("lstar"));
}

/** All flags that SYSRET takes from R11: not RF, not VM, not the reserved ones. */
const SYSRET_FLAGS = 0x3c_7fd7;

/** `wide`: REX.W, back to 64-bit code, else to compatibility mode. #GP(0) for CPL above 0 and a non-canonical RCX, in ring 0. */
export function sysret(cpu: CpuContext, wide: boolean): void {
  const { state } = cpu;
  if (!in64BitMode(cpu) || !(state.get64("efer") & Efer.SCE)) throw new Fault(Vector.UD);
  const target = state.get64("general", RCX);
  if (state.get32("cpl") !== 0 || (wide && !isCanonical(cpu, target))) throw new Fault(Vector.GP, 0);
  const base = Number(state.get64("star") >> 48n);
  const code = (wide ? base + 16 : base) | 3;
  enterRing(cpu, 3, code & 0xffff, ((base + 8) | 3) & 0xffff, wide ? 64 : 32);
  cpu.setFlags((Number(state.get64("general", R11) & BigInt(SYSRET_FLAGS)) & SYSRET_FLAGS) | 2);
  cpu.modeChanged();
  cpu.transfer(wide ? target : target & 0xffff_ffffn);
}

/** Protected mode only; SYSENTER_CS must not be null (#GP(0)). In long mode the handler is 64-bit code. */
export function sysenter(cpu: CpuContext): void {
  const { state } = cpu;
  const selector = Number(state.get64("sysenterCs") & 0xfffcn);
  if (!(state.get64("cr0") & Cr0.PE) || selector === 0) throw new Fault(Vector.GP, 0);
  const long = inLongMode(cpu);
  cpu.setFlags(cpu.flags & ~(Flag.VM | Flag.IF | Flag.RF));
  enterRing(cpu, 0, selector, (selector + 8) & 0xffff, long ? 64 : 32);
  const cut = (value: bigint) => (long ? value : value & 0xffff_ffffn);
  state.set64("general", cut(state.get64("sysenterEsp")), RSP);
  cpu.modeChanged();
  cpu.transfer(cut(state.get64("sysenterEip")));
}

/** RIP ← rDX, rSP ← rCX, ring 3. `wide`: REX.W, to 64-bit code; both addresses must be canonical (#GP(0)). */
export function sysexit(cpu: CpuContext, wide: boolean): void {
  const { state } = cpu;
  const base = Number(state.get64("sysenterCs") & 0xfffcn);
  if (!(state.get64("cr0") & Cr0.PE) || base === 0) throw new Fault(Vector.GP, 0);
  const target = state.get64("general", RDX);
  const pointer = state.get64("general", RCX);
  if (wide && !(isCanonical(cpu, target) && isCanonical(cpu, pointer))) throw new Fault(Vector.GP, 0);
  const code = base + (wide ? 32 : 16);
  enterRing(cpu, 3, (code | 3) & 0xffff, ((code + 8) | 3) & 0xffff, wide ? 64 : 32);
  state.set64("general", wide ? pointer : pointer & 0xffff_ffffn, RSP);
  cpu.modeChanged();
  cpu.transfer(wide ? target : target & 0xffff_ffffn);
}
