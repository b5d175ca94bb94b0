/**
 * What all MMX, SSE and AVX instructions have in common and the table's row decides (`VectorRules`): whether the operating system
 * lets them run, where their registers are, how a memory operand must be aligned, what MMX does to the x87 state.
 */
import type { Row } from "../isa/instruction.ts";
import type { Register } from "../isa/registers.ts";
import type { Builder, Operand, Value } from "./builder.ts";
import { Cr0, Cr4 } from "./control-bits.ts";
import { isNotZero } from "./operand.ts";
import { type StateField, Vector } from "./state.ts";
import { checkPending } from "./x87.ts";

/** Where a vector register begins: a field of words, and the number of the first. */
export function placeOfVector(register: Register): { readonly field: StateField; readonly index: number } {
  switch (register.class) {
    case "xmm":
      return { field: "vector", index: 4 * register.index };
    case "ymm":
      return { field: "vector", index: 4 * register.index };
    case "mmx":
      return { field: "x87Significand", index: register.index };
    default:
      throw new Error(`${register.name} is no vector register`);
  }
}

/**
 * What the linear address of `bits` in memory, `offset` bytes into the operand, must be a multiple of, in bytes; 1: anything. Of an
 * aligned operand of 32 bytes the second half is a multiple of 16 more. 0: anything, and no #AC (vol. 2, VMASKMOV, VPMASKMOV).
 */
export function alignmentOf(row: Row, bits: number, offset: number): number {
  if (isMaskedMove(row)) return 0;
  if (bits !== 128 || row.vector?.aligned !== true) return 1;
  return row.vex?.l === 1 && offset === 0 ? 32 : 16;
}

const isMaskedMove = ({ mnemonic, vex }: Row): boolean => vex !== null && /^vp?maskmov/.test(mnemonic);

/** XCR0 bits 1 (SSE) and 2 (AVX). */
const XCR0_SSE_AVX = 6n;

/**
 * #UD and #NM before anything else, and #MF where MMX meets an x87 exception that waits (`VectorRules`).
 */
export function checkVectorState(b: Builder, operands: readonly Operand[]): void {
  const { vector } = b.row;
  if (vector === null) return;
  const cr0 = b.get("cr0");
  const cr4 = b.get("cr4");
  const bit = (mask: bigint) => b.constant(64, mask);
  let undefinedThen: Value;
  switch (vector.state) {
    case "avx":
      undefinedThen = b.or(b.and(b.not(cr4), bit(Cr4.OSXSAVE)), b.and(b.not(b.get("xcr0")), bit(XCR0_SSE_AVX)));
      break;
    case "mmx":
      undefinedThen = b.and(cr0, bit(Cr0.EM));
      break;
    default:
      undefinedThen = b.or(b.and(cr0, bit(Cr0.EM)), b.and(b.not(cr4), bit(Cr4.OSFXSR)));
  }
  b.if(isNotZero(b, b.or(undefinedThen, b.and(cr0, bit(Cr0.TS)))), () => {
    b.if(isNotZero(b, undefinedThen), () => b.fault(Vector.UD));
    b.fault(Vector.NM);
  });
  if (touchesX87(b, operands)) checkPending(b);
}

/** TOP, bits 13:11. */
const TOP = 0x3800;

/** CVTPI2PD and CVTPI2PS leave the x87 state alone when their source is memory (of CVTPI2PS the manual does not say so; AMD's processors do it). */
function touchesX87({ row }: Builder, operands: readonly Operand[]): boolean {
  if (/^cvtpi2p[sd]$/.test(row.mnemonic) && operands[1]!.kind === "memory") return false;
  return row.vector?.state === "mmx" || row.vector?.state === "mmx-sse";
}

/** After an MMX instruction TOP is 0 and all registers are valid; after EMMS all are empty (vol. 1, 9.5.1). */
export function markMmxUsed(b: Builder, operands: readonly Operand[]): void {
  if (!touchesX87(b, operands)) return;
  b.set("x87Status", b.and(b.get("x87Status"), b.constant(32, ~TOP)));
  b.set("x87Tags", b.constant(32, b.row.mnemonic === "emms" ? 0 : 0xff));
}
