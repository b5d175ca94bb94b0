/**
 * Rows that save or load an image of the x87, SSE and AVX state (vol. 1, 8.1.10, 10.5, chapter 13). Some fields of what is saved are
 * each maker's own: where the last x87 instruction was and what its operand and opcode were, and MXCSR_MASK. So that a program
 * cannot meet them, such an instruction has its closing right behind it: stores of zeros into these fields. And what is loaded
 * has an opening in front: EDX:EAX, MXCSR and the header, which seldom come right by chance.
 */
import { encode } from "../../emulator/isa/encode.ts";
import { EncodeError } from "../../emulator/isa/encode-error.ts";
import type { Instruction, MemoryOperand, Mode, Operand, Row } from "../../emulator/isa/instruction.ts";
import { eax, edx } from "../../emulator/isa/registers.ts";
import type { Random } from "./random.ts";

/** Offsets in the area of FXSAVE and XSAVE. */
const MXCSR = 24;
export const HEADER = 512;
/** x87, SSE, AVX: what XCR0 has here. */
export const STATES = 7;
/** What hosts may have besides: bound registers, AVX-512, PT, PKRU, CET, tiles (vol. 1, 13.1). */
export const OTHER_STATES = 0x6_1ff8n;

export const savesImage = ({ mnemonic }: Row): boolean => /^(fnstenv|fnsave|fxsave|xsave)/.test(mnemonic);
export const isExtended = ({ mnemonic }: Row): boolean => /^x(save|rstor)/.test(mnemonic);
const restores = ({ mnemonic }: Row): boolean => /^(fx|x)rstor/.test(mnemonic);
/** XSAVES and XRSTORS are not for user mode. */
export const isImageRow = (row: Row): boolean => row.privilege === 3 && (savesImage(row) || restores(row));

/** Bytes of the area, and of what its address must be a multiple. */
export function areaOf(row: Row): { bytes: number; alignment: number } {
  if (isExtended(row)) return { bytes: 832, alignment: 64 };
  if (/^fx/.test(row.mnemonic)) return { bytes: 512, alignment: 16 };
  return { bytes: 108, alignment: 2 };
}

/** Doublewords that are each maker's own. */
function openFields(row: Row): readonly number[] {
  if (!/^fn/.test(row.mnemonic)) return [6, 10, 14, 18, 20, 28];
  return row.operandSize === 16 ? [6, 10] : [12, 16, 20, 24];
}

const immediate = (value: number): Operand => ({ kind: "immediate", bits: 32, value: BigInt(value >>> 0) });

function stores(area: MemoryOperand, mode: Mode, fields: readonly (readonly [number, number])[]): Uint8Array {
  const at = (offset: number): MemoryOperand => {
    const bits = area.addressSize === 16 ? 16 : 32;
    const displacement = area.displacement + BigInt(offset);
    return {
      ...area,
      bits: 32,
      displacement: area.addressSize === 64 ? displacement : BigInt.asIntN(bits, displacement),
    };
  };
  return Buffer.concat(fields.map(([offset, value]) => encode("mov", [at(offset), immediate(value)], mode).bytes));
}

/** What has to stand behind an instruction that saves an image; null where it cannot be said. */
export function closingOf({ row, operands, mode }: Instruction): Uint8Array | null {
  const [area] = operands;
  if (area?.kind !== "memory" || area.base?.class === "instructionPointer") return null;
  try {
    return stores(
      area,
      mode,
      openFields(row).map((offset) => [offset, 0]),
    );
  } catch (error) {
    if (error instanceof EncodeError) return null;
    throw error;
  }
}

/** What stands in front of an instruction so that it mostly finds what it wants. `mxcsr`: one that may be loaded. */
export function openingOf(row: Row, area: MemoryOperand, mode: Mode, random: Random, mxcsr: number): Uint8Array {
  const parts: Uint8Array[] = [];
  if (isExtended(row)) {
    const mask = random.once(3) ? STATES : random.below(STATES + 1);
    parts.push(encode("mov", [{ kind: "register", register: eax }, immediate(mask)], mode).bytes);
    parts.push(encode("mov", [{ kind: "register", register: edx }, immediate(0)], mode).bytes);
  }
  if (restores(row)) {
    const fields: [number, number][] = [[MXCSR, random.once(12) ? random.word() : mxcsr]];
    if (isExtended(row)) {
      const present = random.once(16) ? 1 << random.below(32) : random.below(STATES + 1);
      const compacted = random.once(3);
      fields.push([HEADER, present], [HEADER + 4, 0]);
      fields.push([HEADER + 8, compacted ? (random.once(4) ? random.below(16) : STATES) : 0]);
      fields.push([HEADER + 12, compacted ? 0x8000_0000 : 0]);
    }
    parts.push(stores(area, mode, fields));
  }
  return Buffer.concat(parts);
}
