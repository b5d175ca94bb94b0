/**
 * The x87 environment as FNSTENV writes and FLDENV reads it: seven words in four layouts, of 16 or 32 bits, as protected mode or as
 * real-address and virtual-8086 mode know it (SDM vol. 1, figures 8-9 to 8-12).
 *
 * Selectors of the two pointers are 0: this processor is one of those that "deprecate FCS and FDS" (CPUID leaf 7, EBX bit
 * 13). Reserved halves of 32-bit words are ones, as on real processors.
 */
import type { CpuContext } from "../context.ts";
import { inRealOrVirtual8086 } from "../segmentation.ts";
import { Exception, Status } from "./exceptions.ts";

const RESERVED = 0xffff_0000;

/** Word `i` of the image, at 16 or 32 bits. */
export function imageWord(cpu: CpuContext, i: number, bits: number): number {
  const { state, x87 } = cpu;
  const reserved = bits === 32 ? RESERVED : 0;
  const isProtected = !inRealOrVirtual8086(cpu);
  const code = Number(state.get64("x87CodeOffset") & 0xffff_ffffn);
  const data = Number(state.get64("x87DataOffset") & 0xffff_ffffn);
  const opcode = state.get32("x87Opcode");
  switch (i) {
    case 0:
      return (x87.control | reserved) >>> 0;
    case 1:
      return (x87.status | reserved) >>> 0;
    case 2:
      return (x87.tagWord() | reserved) >>> 0;
    case 3:
      return isProtected ? code : ((code & 0xffff) | reserved) >>> 0;
    case 4:
      if (isProtected) return bits === 32 ? opcode << 16 : 0;
      return upperPart(code, bits) | opcode;
    case 5:
      return isProtected ? data : ((data & 0xffff) | reserved) >>> 0;
    default:
      return isProtected ? reserved >>> 0 : upperPart(data, bits);
  }
}

/** The bits of a pointer above 15, where the real-mode layouts have them: 16 of them, or four. */
const upperPart = (pointer: number, bits: number): number =>
  bits === 32 ? (pointer >>> 16) << 12 : (pointer >>> 4) & 0xf000;

/** Takes an image's words apart; `bits` as in `imageWord`. Registers stay. */
export function loadImage(cpu: CpuContext, words: readonly number[], bits: number): void {
  const { x87 } = cpu;
  x87.setControl(words[0]!);
  x87.setStatus(words[1]!);
  x87.setTagWord(words[2]!);
  let [code, data] = [words[3]!, words[5]!];
  let opcode = bits === 32 ? words[4]! >>> 16 : null;
  if (inRealOrVirtual8086(cpu)) {
    code = joinPointer(code, words[4]!, bits);
    data = joinPointer(data, words[6]!, bits);
    opcode = words[4]!;
  }
  x87.setCode(0, code);
  x87.setData(0, data);
  x87.setOpcode(opcode ?? 0);
}

const joinPointer = (low: number, upper: number, bits: number): number =>
  ((low & 0xffff) | (bits === 32 ? (upper << 4) & 0xffff_0000 : (upper & 0xf000) << 4)) >>> 0;

/** FNCLEX: flags, stack fault, ES and B go; the condition codes stay. */
export function clearExceptions({ x87 }: CpuContext): void {
  x87.setStatus(x87.status & ~(Exception.all | Status.stackFault | Status.summary | Status.busy));
}
