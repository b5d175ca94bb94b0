/**
 * The virtual interrupt flag (SDM vol. 3, 20.4): what CLI, STI and POPF do where IF is not the running code's own:
 * in virtual-8086 mode with CR4.VME, at CPL 3 with CR4.PVI. Elsewhere they are #GP(0).
 */
import { type CpuContext, Fault } from "./context.ts";
import { Cr4 } from "./control-bits.ts";
import { inVirtual8086 } from "./segmentation.ts";
import { Flag, Vector } from "./state.ts";

const protection = () => new Fault(Vector.GP, 0);

function checkVirtual(cpu: CpuContext): void {
  const { state } = cpu;
  const cr4 = state.get64("cr4");
  const allowed = inVirtual8086(cpu) ? cr4 & Cr4.VME : state.get32("cpl") === 3 ? cr4 & Cr4.PVI : 0n;
  if (!allowed) throw protection();
}

/** CLI above IOPL. */
export function clearVirtualInterrupt(cpu: CpuContext): void {
  checkVirtual(cpu);
  cpu.setFlags(cpu.flags & ~Flag.VIF);
}

/** STI above IOPL: #GP(0) when an interrupt is pending for the monitor (VIP). */
export function setVirtualInterrupt(cpu: CpuContext): void {
  checkVirtual(cpu);
  if (cpu.flags & Flag.VIP) throw protection();
  cpu.setFlags(cpu.flags | Flag.VIF);
}

/** POPF in virtual-8086 mode with IOPL below 3: 16 bits and VME only; IF of the image goes to VIF, IF and IOPL stay. */
export function popFlagsVirtual(cpu: CpuContext, image: number, bits: number): void {
  const { flags } = cpu;
  const allowed = bits === 16 && (cpu.state.get64("cr4") & Cr4.VME) !== 0n;
  if (!allowed || (image & Flag.IF && flags & Flag.VIP) || image & Flag.TF) throw protection();
  const taken = Flag.CF | Flag.PF | Flag.AF | Flag.ZF | Flag.SF | Flag.TF | Flag.DF | Flag.OF | Flag.NT;
  const virtual = image & Flag.IF ? Flag.VIF : 0;
  cpu.setFlags((flags & ~(taken | Flag.VIF | Flag.RF)) | (image & taken) | virtual);
  cpu.modeChanged();
}
