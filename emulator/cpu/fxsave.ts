/**
 * FXSAVE and FXRSTOR (SDM vol. 1, 10.5): x87, MMX and SSE state as 512 bytes. Bytes 416–511 are neither written nor looked at.
 * Outside 64-bit mode XMM8–XMM15 stay as they are. Without REX.W the x87 pointers have 32 bits, and a selector that is 0
 * (CPUID: FCS and FDS are deprecated).
 */
import { type CpuContext, Fault } from "./context.ts";
import { in64BitMode } from "./segmentation.ts";
import { Vector } from "./state.ts";

/** The bits of MXCSR that exist: DAZ included. */
export const MXCSR_MASK = 0xffff;

const low32 = (value: bigint): bigint => value & 0xffff_ffffn;

/** The image's first 32 bytes, x87 registers and XMM registers; `linear` is checked and aligned. */
export function fxsave(cpu: CpuContext, linear: bigint, wide: boolean): void {
  const { state } = cpu;
  const word = (field: Parameters<typeof state.get32>[0]) => BigInt(state.get32(field));
  const put = (offset: number, value: bigint) => cpu.writeLinear(linear + BigInt(offset), 8, value);
  put(0, word("x87Control") | (word("x87Status") << 16n) | (word("x87Tags") << 32n) | (word("x87Opcode") << 48n));
  const [code, data] = [state.get64("x87CodeOffset"), state.get64("x87DataOffset")];
  put(8, wide ? code : low32(code));
  put(16, wide ? data : low32(data));
  put(24, word("mxcsr") | (BigInt(MXCSR_MASK) << 32n));
  const top = (state.get32("x87Status") >> 11) & 7;
  for (let i = 0; i < 8; i++) {
    const register = (top + i) & 7;
    put(32 + 16 * i, state.get64("x87Significand", register));
    put(40 + 16 * i, BigInt(state.get32("x87Exponent", register)));
  }
  const count = in64BitMode(cpu) ? 16 : 8;
  for (let register = 0; register < count; register++)
    for (let half = 0; half < 2; half++)
      put(160 + 16 * register + 8 * half, state.get64("vector", 4 * register + half));
}

/** #GP(0) for reserved bits of MXCSR, with nothing changed. */
export function fxrstor(cpu: CpuContext, linear: bigint, wide: boolean): void {
  const { state } = cpu;
  const get = (offset: number) => cpu.readLinear(linear + BigInt(offset), 8);
  const count = in64BitMode(cpu) ? 16 : 8;
  const words = Array.from({ length: (160 + 16 * count) / 8 }, (_, i) => get(8 * i));
  const at = (offset: number) => words[offset / 8]!;
  const mxcsr = Number(low32(at(24)));
  if (mxcsr & ~MXCSR_MASK) throw new Fault(Vector.GP, 0);
  const environment = at(0);
  const part = (shift: bigint, mask: bigint) => Number((environment >> shift) & mask);
  restoreX87Words(cpu, part(0n, 0xffffn), part(16n, 0xffffn), part(32n, 0xffn), part(48n, 0x7ffn));
  state.set64("x87CodeOffset", wide ? at(8) : low32(at(8)));
  state.set64("x87DataOffset", wide ? at(16) : low32(at(16)));
  state.set32("mxcsr", mxcsr);
  const top = (state.get32("x87Status") >> 11) & 7;
  for (let i = 0; i < 8; i++) {
    const register = (top + i) & 7;
    state.set64("x87Significand", at(32 + 16 * i), register);
    state.set32("x87Exponent", Number(at(40 + 16 * i) & 0xffffn), register);
  }
  for (let register = 0; register < count; register++)
    for (let half = 0; half < 2; half++) state.set64("vector", at(160 + 16 * register + 8 * half), 4 * register + half);
}

/** Control, status, abridged tags and opcode; ES and B follow from the exceptions that are set and not masked. */
function restoreX87Words(
  { x87, state }: CpuContext,
  control: number,
  status: number,
  tags: number,
  opcode: number,
): void {
  x87.setControl(control);
  x87.setStatus(status);
  x87.setOpcode(opcode);
  state.set32("x87Tags", tags);
}
