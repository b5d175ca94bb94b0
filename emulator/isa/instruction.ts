/**
 * What the instruction table is made of, and what the decoder gives back.
 *
 * This file is the meeting point of the two rivers: the emulator decodes bytes into an `Instruction`, the assembler
 * encodes an `Instruction` into bytes, and both read the same `Row`s (opcodes.ts). It knows neither of them.
 */
import type { Register, RegisterClass } from "./registers.ts";

/** The default operand size of the code segment: 16-bit, 32-bit (both also real/v8086/compatibility), or 64-bit mode. */
export type Mode = 16 | 32 | 64;

/** The segment registers in the order of their encoding (SDM vol. 2, table 2-2 and MOV Sreg). */
export const ES = 0;
export const CS = 1;
export const SS = 2;
export const DS = 3;
export const FS = 4;
export const GS = 5;

/**
 * One line of the table: one instruction form of the manual.
 * The parsed columns of `opcodes.ts`; see there for the notation.
 */
export interface Row {
  /** Position in the table: dense, stable within one run; the index of every array that is kept per row. */
  readonly id: number;
  /** The manual's mnemonic in lower case: "add", "movsx", "jnz" is "jne" (one canonical name per condition, as iced and objdump print it). */
  readonly mnemonic: string;
  /** Explicit operands in the manual's (Intel) order. */
  readonly operands: readonly OperandSpec[];
  /** The encoding column as written, for people: "REX.W 0F BE /r". */
  readonly encoding: string;
  /** 1: none, 2: 0F, 3: 0F 38, 4: 0F 3A; with `vex` the map VEX names by the same numbers. */
  readonly map: 1 | 2 | 3 | 4;
  /** The opcode byte within the map; for "+r" forms the first of eight. */
  readonly opcode: number;
  /** The register is in the low three bits of the opcode ("+rb/+rw/+rd"). */
  readonly opcodeRegister: boolean;
  /** A mandatory prefix that selects the row. 0: none is looked at; "np" rows refuse 66/F2/F3, "nfx" rows F2/F3. */
  readonly mandatoryPrefix: 0 | 0x66 | 0xf2 | 0xf3 | "np" | "nfx";
  /** VEX-encoded (mandatoryPrefix is then VEX.pp): what VEX.L and VEX.W must be; else null. Beside general registers VEX.W counts in 64-bit mode only. */
  readonly vex: null | { readonly l: 0 | 1 | "ignored"; readonly w: 0 | 1 | "ignored" };
  /** ModRM: absent, "r" (/r), a digit 0–7 (/digit), or a fully fixed ModRM byte (e.g. 0F 01 /C1 = VMCALL's C1). */
  readonly modrm: null | "r" | number | { readonly byte: number };
  /** Restriction of ModRM.mod: memory only, register only, or either. */
  readonly modrmForm: "any" | "memory" | "register";
  /** Operand size this row is for (the operation's own, also where nothing but REX.W or the mode selects it): 0 when the size attribute does not select the row (8-bit forms, far less than half the table). */
  readonly operandSize: 0 | 16 | 32 | 64;
  /** The 66 prefix (or its absence) tells this row from a sibling of the other size. False: a 66 prefix, if it stands there, changes nothing. */
  readonly sizePrefix: boolean;
  /** Another encoding of what an earlier row says (82 group, SAL at /6, reserved NOPs): decoded, never chosen by the encoder. */
  readonly alias: boolean;
  /** Address size this row is for, where the mnemonic depends on it (JCXZ/JECXZ/JRCXZ), else 0. */
  readonly addressSize: 0 | 16 | 32 | 64;
  /** In 64-bit mode: the operand size defaults to 64 without REX.W (near branches, PUSH, POP, …) ("d64"), or is 64 always ("f64"). */
  readonly size64: "normal" | "d64" | "f64";
  /** The code-segment modes in which the row is valid. */
  readonly modes: { readonly 16: boolean; readonly 32: boolean; readonly 64: boolean };
  /** Not recognised in real-address and virtual-8086 mode (#UD there): ARPL, LAR, LLDT, … */
  readonly protectedOnly: boolean;
  /** LOCK is allowed when the destination is memory. */
  readonly lockable: boolean;
  /** How F3/F2 act: not at all, REP (MOVS, STOS, LODS, INS, OUTS), or REPE/REPNE (CMPS, SCAS). */
  readonly repeat: "none" | "rep" | "repe";
  /** Flags read, written with a defined value, and left undefined: subsets of "oszapc" + "d" "i" "t" …, as EFLAGS bit masks. */
  readonly flags: { readonly reads: number; readonly writes: number; readonly undefined: number };
  /** CPUID feature that must be advertised (else #UD), "" for the base instruction set. Names as in SDM vol. 2 ("BMI1", "ADX"). */
  readonly feature: string;
  /** Without `feature` the bytes are not #UD: they act as the older instruction they extend (TZCNT as BSF, LZCNT as BSR, WBNOINVD as WBINVD, the hints, ENDBR and RDSSP as NOP). */
  readonly elseBase: boolean;
  /** The state the instruction works on and what follows from that; null outside MMX, SSE and AVX. */
  readonly vector: VectorRules | null;
  /** Highest CPL that may execute it: 3 everywhere, 0 for privileged ones; "iopl" for IN/OUT/CLI/STI…, which ask more. */
  readonly privilege: 0 | 3 | "iopl";
  /** Name of the cost class (costs.ts). */
  readonly cost: string;
}

/** The number of an exception class (SDM vol. 2, 2.4, tables 2-14 to 2-28; BMI's class 13 has no vector state and is not here). */
export type ExceptionType = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 11 | 12;

/**
 * What the processor checks before an MMX, SSE or AVX instruction, in this order: #UD, #NM, #MF, then #GP, #SS and #PF of
 * memory, then #XM (vol. 2, 2.4; for MMX vol. 3, tables 24-4 to 24-9).
 */
export interface VectorRules {
  readonly type: ExceptionType;
  /**
   * "mmx": #UD if CR0.EM, #NM if CR0.TS, #MF if an x87 exception is pending; then the x87 TOP becomes 0 and the tags valid
   * (EMMS: empty). CVTPI2PD with memory leaves the x87 state alone.
   * "mmx-sse": the same, and #UD without CR4.OSFXSR.
   * "sse": #UD if CR0.EM or without CR4.OSFXSR, #NM if CR0.TS.
   * "avx": #UD without CR4.OSXSAVE or without XCR0[2:1] = 11b, #NM if CR0.TS; bits above the destination's become 0.
   */
  readonly state: "mmx" | "mmx-sse" | "sse" | "avx";
  /** A memory operand must lie at a multiple of its width, else #GP(0). */
  readonly aligned: boolean;
  /** Raises SIMD floating-point exceptions: MXCSR's flags, and #XM for unmasked ones (#UD without CR4.OSXMMEXCPT). */
  readonly floatingPoint: boolean;
}

/** Where an operand comes from in the encoding. */
export type OperandSource =
  | "modrm.rm" // r/m: register or memory
  | "modrm.reg" // r, Sreg, CR, DR
  | "opcode" // +r
  | "immediate" // imm8/16/32/64, sign-extended where the manual says so
  | "relative" // rel8/16/32
  | "far" // ptr16:16, ptr16:32
  | "moffs" // moffs8…64
  | "vvvv" // VEX.vvvv: the register with which VEX makes two-operand instructions three-operand ones
  | "is4" // bits 7:4 of a final byte: the fourth register of the variable blends
  | "fixed"; // AL, CL, DX, CS, 1, …

/** Read, written, or both. "address" operands (LEA, INVLPG, NOP r/m) touch no memory. */
export type Access = "r" | "w" | "rw" | "address";

export interface OperandSpec {
  /** The manual's notation: "r/m32", "imm8", "m16:32", "Sreg", "AL", "1", "xmm2/m128", "vm32x". */
  readonly notation: string;
  readonly source: OperandSource;
  /** What it may be. An "r/m" operand has both register and memory. */
  readonly register: boolean;
  readonly memory: boolean;
  /**
   * Width in bits of the value (of the memory operand for "m"); 0 for plain "m" whose size is not the operand's.
   * Immediates and relatives: as encoded, before sign extension. "ptr16:32": of the offset.
   */
  readonly bits: number;
  /** Width of the register, which differs from `bits` in "r32/m16" (MOV r/m, Sreg; SLDT; STR; SMSW) or "xmm2/m64", and is 0 without a register. */
  readonly registerBits: 0 | 8 | 16 | 32 | 64 | 80 | 128 | 256;
  /** Which registers it may be; null without a register. */
  readonly registerClass: RegisterClass | null;
  /** "vm32x": a vector of addresses, whose index is an XMM or YMM register; else null. */
  readonly vectorIndex: "xmm" | "ymm" | null;
  readonly access: Access;
  /** For fixed operands: the register, or the constant 1 of the shift forms. */
  readonly fixed: Register | 1 | null;
  /** Immediates: sign-extend to this many bits (0: zero-extend). */
  readonly signExtendTo: 0 | 16 | 32 | 64;
}

/** Prefix bits as they stood before the instruction, for what the row leaves open. */
export const Prefix = {
  lock: 1,
  /** F3, as REP/REPE (not when it is the row's mandatory prefix) */
  rep: 2,
  /** F2, as REPNE (not when it is the row's mandatory prefix) */
  repne: 4,
} as const;

/** One decoded instruction. Operands are in the manual's order. */
export interface Instruction {
  readonly row: Row;
  readonly mode: Mode;
  /** Length in bytes, prefixes included (1–15). */
  readonly length: number;
  /** Effective operand size in bits (8-bit rows keep the attribute the prefixes give). */
  readonly operandSize: 16 | 32 | 64;
  /** Effective address size in bits. */
  readonly addressSize: 16 | 32 | 64;
  /** Bits of `Prefix`. */
  readonly prefixes: number;
  /** Segment override in force (ES…GS), or -1. Null and ignored overrides of 64-bit mode are -1. For string instructions this is where DS:rSI's segment is found. */
  readonly segmentOverride: number;
  readonly operands: readonly Operand[];
}

export type Operand = RegisterOperand | MemoryOperand | ImmediateOperand | RelativeOperand | FarOperand;

export interface RegisterOperand {
  readonly kind: "register";
  readonly register: Register;
}

/** [segment: base + index × scale + displacement], each part optional; the sum wraps at the address size. */
export interface MemoryOperand {
  readonly kind: "memory";
  /** Width of the access in bits, as in the row; 0 where the row says plain "m". */
  readonly bits: number;
  /** Effective segment: the override, else SS for rSP/rBP bases, else DS (ES…GS). */
  readonly segment: number;
  /** A general register, `rip`/`eip` for RIP-relative, or null. */
  readonly base: Register | null;
  /** A general register, an XMM or YMM register of a gather, or null. */
  readonly index: Register | null;
  readonly scale: 1 | 2 | 4 | 8;
  /** Sign-extended to 64 bits. RIP-relative: relative to the next instruction, as encoded. */
  readonly displacement: bigint;
  readonly addressSize: 16 | 32 | 64;
}

export interface ImmediateOperand {
  readonly kind: "immediate";
  readonly bits: number;
  /** As the instruction sees it: sign- or zero-extended as the manual says, then cut to `bits` of the operation (unsigned). */
  readonly value: bigint;
}

export interface RelativeOperand {
  readonly kind: "relative";
  readonly bits: number;
  /** Signed distance from the next instruction, in bytes. */
  readonly displacement: bigint;
}

export interface FarOperand {
  readonly kind: "far";
  readonly selector: number;
  readonly offset: number;
  readonly bits: 16 | 32;
}
