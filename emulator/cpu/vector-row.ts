/**
 * What all MMX, SSE and AVX instructions have in common and the table's row decides: whether the operating system lets
 * them run, where their registers are, how a memory operand must be aligned (SDM vol. 2, 2.4, "Instruction exception
 * specification").
 */
import type { Row } from "../isa/instruction.ts";
import type { Register } from "../isa/registers.ts";
import type { Builder, Value } from "./builder.ts";
import { Cr0, Cr4 } from "./control-bits.ts";
import { isNotZero } from "./operand.ts";
import { type StateField, Vector } from "./state.ts";

/** Where a vector register begins: a field of words, and the number of the first. */
export function placeOfVector(register: Register): { readonly field: StateField; readonly index: number } {
  switch (register.class) {
    case "xmm":
      return { field: "vector", index: 4 * register.index };
    default:
      throw new Error(`${register.name} is no vector register`);
  }
}

/** What the linear address of `bits` in memory must be a multiple of, in bytes; 1: anything. */
export const alignmentOf = ({ vector }: Row, bits: number): number => (vector?.aligned ? bits / 8 : 1);

/**
 * #UD and #NM before anything else (tables 2-18 to 2-29): legacy SSE needs CR4.OSFXSR and CR0.EM clear; VEX needs
 * CR4.OSXSAVE and the states enabled in XCR0; CR0.TS keeps the registers for another task.
 */
export function checkVectorState(b: Builder): void {
  const { vector } = b.row;
  if (vector === null) return;
  const cr0 = b.get("cr0");
  const cr4 = b.get("cr4");
  const bit = (mask: bigint) => b.constant(64, mask);
  let forbidden: Value;
  let undefinedThen: Value;
  if (vector.state === "avx") {
    const missing = b.and(b.not(b.get("xcr0")), bit(XCR0_SSE_AVX));
    undefinedThen = b.or(b.and(b.not(cr4), bit(Cr4.OSXSAVE)), missing);
    forbidden = b.or(undefinedThen, b.and(cr0, bit(Cr0.TS)));
  } else if (vector.state === "mmx") {
    undefinedThen = b.and(cr0, bit(Cr0.EM));
    forbidden = b.and(cr0, bit(Cr0.EM | Cr0.TS));
  } else {
    undefinedThen = b.or(b.and(cr0, bit(Cr0.EM)), b.and(b.not(cr4), bit(Cr4.OSFXSR)));
    forbidden = b.or(b.and(cr0, bit(Cr0.EM | Cr0.TS)), b.and(b.not(cr4), bit(Cr4.OSFXSR)));
  }
  b.if(isNotZero(b, forbidden), () => {
    b.if(isNotZero(b, undefinedThen), () => b.fault(Vector.UD));
    b.fault(Vector.NM);
  });
}

/** XCR0 bits 1 (SSE) and 2 (AVX). */
const XCR0_SSE_AVX = 6n;
