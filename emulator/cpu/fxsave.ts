/**
 * FXSAVE, XSAVE and their restoring counterparts (SDM vol. 1, 10.5 and chapter 13): x87, SSE and AVX state in memory. The legacy area of 512
 * bytes is common to all; XSAVE has a header behind it, then the upper halves of the YMM registers, at the same place in the standard
 * and the compacted form. Areas are checked and aligned by the definitions (state-area.ts).
 *
 * Outside 64-bit mode registers 8–15 stay as they are, in memory and in the processor. Without REX.W the x87 pointers have 32
 * bits; selectors are 0, as CPUID says (x87/image.ts).
 */
import { type CpuContext, Fault } from "./context.ts";
import { in64BitMode } from "./segmentation.ts";
import { Vector } from "./state.ts";

/** The bits of MXCSR that exist: DAZ included. */
const MXCSR_MASK = 0xffff;
const MXCSR_INITIAL = 0x1f80;

/** Components of the state, as XCR0 and the header number them. */
const X87 = 1n;
const SSE = 2n;
const AVX = 4n;

const LEGACY_BYTES = 512;
const HEADER = 512;
const AVX_OFFSET = 576;
const COMPACTED = 1n << 63n;
/** Bytes with AVX state; without it up to where that begins. */
export const XSAVE_BYTES = { withAvx: 832, withoutAvx: AVX_OFFSET } as const;

const low32 = (value: bigint): bigint => value & 0xffff_ffffn;
const registersOf = (cpu: CpuContext): number => (in64BitMode(cpu) ? 16 : 8);

/** Words of an area. One that the TLB knows whole is read and written where it is. */
class Area {
  readonly #cpu: CpuContext;
  readonly #linear: bigint;
  readonly #direct: DataView | null;

  /** `bytes`: what is touched; `write`: whether by writing. */
  constructor(cpu: CpuContext, linear: bigint, bytes: number, write: boolean) {
    this.#cpu = cpu;
    this.#linear = linear;
    this.#direct = cpu.directView(linear, bytes, write);
  }

  get(offset: number): bigint {
    if (this.#direct !== null) return this.#direct.getBigUint64(offset, true);
    return this.#cpu.readLinear(this.#linear + BigInt(offset), 8);
  }

  put(offset: number, value: bigint): void {
    if (this.#direct !== null) this.#direct.setBigUint64(offset, value, true);
    else this.#cpu.writeLinear(this.#linear + BigInt(offset), 8, value);
  }

  probe(bytes: number, write: boolean): void {
    this.#cpu.probeLinear(this.#linear, bytes, { write });
  }
}

function saveX87({ state, x87 }: CpuContext, area: Area, wide: boolean): void {
  const word = (value: number) => BigInt(value);
  const tags = state.get32("x87Tags");
  area.put(
    0,
    word(x87.control) | (word(x87.status) << 16n) | (word(tags) << 32n) | (word(state.get32("x87Opcode")) << 48n),
  );
  const [code, data] = [state.get64("x87CodeOffset"), state.get64("x87DataOffset")];
  area.put(8, wide ? code : low32(code));
  area.put(16, wide ? data : low32(data));
  const top = (x87.status >> 11) & 7;
  for (let i = 0; i < 8; i++) {
    const register = (top + i) & 7;
    area.put(32 + 16 * i, state.get64("x87Significand", register));
    area.put(40 + 16 * i, BigInt(state.get32("x87Exponent", register)));
  }
}

const saveMxcsr = ({ state }: CpuContext, area: Area): void =>
  area.put(24, BigInt(state.get32("mxcsr")) | (BigInt(MXCSR_MASK) << 32n));

function saveXmm(cpu: CpuContext, area: Area): void {
  for (let register = 0; register < registersOf(cpu); register++)
    for (let word = 0; word < 2; word++)
      area.put(160 + 16 * register + 8 * word, cpu.state.get64("vector", 4 * register + word));
}

/** x87 state from a legacy area's words, or (null) as FNINIT leaves it, the registers being 0. */
function restoreX87({ state, x87 }: CpuContext, at: ((offset: number) => bigint) | null, wide: boolean): void {
  const words = at === null ? 0x37fn : at(0);
  const part = (shift: bigint) => Number((words >> shift) & 0xffffn);
  x87.setControl(part(0n));
  x87.setStatus(part(16n));
  state.set32("x87Tags", part(32n) & 0xff);
  x87.setOpcode(part(48n));
  const pointer = (offset: number) => (at === null ? 0n : wide ? at(offset) : low32(at(offset)));
  state.set64("x87CodeOffset", pointer(8));
  state.set64("x87DataOffset", pointer(16));
  const top = (x87.status >> 11) & 7;
  for (let i = 0; i < 8; i++) {
    const register = (top + i) & 7;
    state.set64("x87Significand", at === null ? 0n : at(32 + 16 * i), register);
    state.set32("x87Exponent", at === null ? 0 : Number(at(40 + 16 * i) & 0xffffn), register);
  }
}

/** Words `first` and `first` + 1 of the vector registers, from `offset` on; null: zeros. */
function restoreVectors(cpu: CpuContext, at: ((offset: number) => bigint) | null, offset: number, first: 0 | 2): void {
  for (let register = 0; register < registersOf(cpu); register++)
    for (let word = 0; word < 2; word++)
      cpu.state.set64("vector", at === null ? 0n : at(offset + 16 * register + 8 * word), 4 * register + first + word);
}

/** The word with MXCSR. #GP(0) for reserved bits. */
function checkedMxcsr(word: bigint): number {
  const mxcsr = Number(low32(word));
  if (mxcsr & ~MXCSR_MASK) throw new Fault(Vector.GP, 0);
  return mxcsr;
}

export function fxsave(cpu: CpuContext, linear: bigint, wide: boolean): void {
  const area = new Area(cpu, linear, LEGACY_BYTES, true);
  saveX87(cpu, area, wide);
  saveMxcsr(cpu, area);
  saveXmm(cpu, area);
}

export function fxrstor(cpu: CpuContext, linear: bigint, wide: boolean): void {
  const area = new Area(cpu, linear, LEGACY_BYTES, false);
  const words = Array.from({ length: 416 / 8 }, (_, i) => area.get(8 * i));
  const at = (offset: number) => words[offset / 8]!;
  const mxcsr = checkedMxcsr(at(24));
  restoreX87(cpu, at, wide);
  cpu.state.set32("mxcsr", mxcsr);
  restoreVectors(cpu, at, 160, 0);
}

/** The components that are not in their initial configuration; of x87 and SSE that is not asked. */
function inUse({ state }: CpuContext): bigint {
  for (let register = 0; register < 16; register++)
    if (state.get64("vector", 4 * register + 2) | state.get64("vector", 4 * register + 3)) return X87 | SSE | AVX;
  return X87 | SSE;
}

/** XSAVE, XSAVEOPT, XSAVEC (vol. 1, 13.7 to 13.10). */
export const SaveForm = { standard: 0, optimized: 1, compacted: 2 } as const;

/** `mask`: EDX:EAX. */
export function xsave(cpu: CpuContext, linear: bigint, mask: bigint, wide: boolean, form: number): void {
  const { state } = cpu;
  const requested = mask & state.get64("xcr0");
  const used = inUse(cpu);
  const bytes = requested & AVX ? XSAVE_BYTES.withAvx : XSAVE_BYTES.withoutAvx;
  const area = new Area(cpu, linear, bytes, true);
  area.probe(bytes, true);
  const before = form === SaveForm.compacted ? 0n : area.get(HEADER);
  if (requested & X87) saveX87(cpu, area, wide);
  if (requested & (form === SaveForm.compacted ? SSE : SSE | AVX)) saveMxcsr(cpu, area);
  if (requested & SSE) saveXmm(cpu, area);
  if (requested & AVX && (form === SaveForm.standard || used & AVX))
    for (let register = 0; register < registersOf(cpu); register++)
      for (let word = 0; word < 2; word++)
        area.put(AVX_OFFSET + 16 * register + 8 * word, state.get64("vector", 4 * register + 2 + word));
  area.put(HEADER, (before & ~requested) | (requested & used));
  if (form === SaveForm.compacted) area.put(HEADER + 8, requested | COMPACTED);
}

/** XRSTOR (vol. 1, 13.8): checks the header, then loads or initializes each component that is asked for. */
export function xrstor(cpu: CpuContext, linear: bigint, mask: bigint, wide: boolean): void {
  const { state } = cpu;
  const enabled = state.get64("xcr0");
  const requested = mask & enabled;
  const area = new Area(cpu, linear, requested & AVX ? XSAVE_BYTES.withAvx : XSAVE_BYTES.withoutAvx, false);
  const [present, layout] = [area.get(HEADER), area.get(HEADER + 8)];
  const rest = Array.from({ length: 6 }, (_, i) => area.get(HEADER + 16 + 8 * i));
  const compacted = (layout & COMPACTED) !== 0n;
  const bad = compacted
    ? (layout & ~COMPACTED & ~enabled) !== 0n || (present & ~layout) !== 0n || rest.some((word) => word !== 0n)
    : (present & ~enabled) !== 0n || layout !== 0n || rest[0] !== 0n;
  if (bad) throw new Fault(Vector.GP, 0);
  const loaded = requested & present;
  const bytes = loaded & AVX ? XSAVE_BYTES.withAvx : XSAVE_BYTES.withoutAvx;
  const words = Array.from({ length: bytes / 8 }, (_, i) => area.get(8 * i));
  const at = (offset: number) => words[offset / 8]!;
  const from = (component: bigint) => (loaded & component ? at : null);
  const readsMxcsr = compacted ? (loaded & SSE) !== 0n : (requested & (SSE | AVX)) !== 0n;
  const mxcsr = readsMxcsr ? checkedMxcsr(at(24)) : MXCSR_INITIAL;
  if (requested & X87) restoreX87(cpu, from(X87), wide);
  if (readsMxcsr || requested & SSE) state.set32("mxcsr", mxcsr);
  if (requested & SSE) restoreVectors(cpu, from(SSE), 160, 0);
  if (requested & AVX) restoreVectors(cpu, from(AVX), AVX_OFFSET, 2);
}
