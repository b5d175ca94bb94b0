/**
 * The registers an operand can name, each one object for all its users: the decoder hands them out, the assembler
 * takes them as arguments (their width is in the type, so that a wrong width is an editor error), the formatter prints
 * their names.
 */

export type RegisterClass =
  | "general"
  | "segment"
  | "control"
  | "debug"
  | "instructionPointer"
  | "x87"
  | "mmx"
  | "xmm"
  | "ymm";

export interface Register<Bits extends number = number, Class extends RegisterClass = RegisterClass> {
  readonly name: string;
  readonly class: Class;
  /** The number in the encoding: rax 0, rcx 1, … r15 15; es 0 … gs 5; cr0 0. AH, CH, DH, BH have 0–3 and `high`. */
  readonly index: number;
  readonly bits: Bits;
  /** AH, CH, DH, BH: bits 15:8 of the register; cannot stand beside a REX prefix. */
  readonly high: boolean;
}

export type R8 = Register<8, "general">;
export type R16 = Register<16, "general">;
export type R32 = Register<32, "general">;
export type R64 = Register<64, "general">;
export type SegmentRegister = Register<16, "segment">;
export type ControlRegister = Register<64, "control">;
export type DebugRegister = Register<64, "debug">;
export type X87Register = Register<80, "x87">;
export type MmxRegister = Register<64, "mmx">;
export type XmmRegister = Register<128, "xmm">;
export type YmmRegister = Register<256, "ymm">;

function family<const Names extends readonly string[], Bits extends number, Class extends RegisterClass>(
  names: Names,
  bits: Bits,
  kind: Class,
  high = false,
): { readonly [K in keyof Names]: Register<Bits, Class> } {
  return names.map((name, index) => Object.freeze({ name, class: kind, index, bits, high })) as never;
}

const numbered = (prefix: string, suffix: string, from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, i) => `${prefix}${from + i}${suffix}`);

export const [rax, rcx, rdx, rbx, rsp, rbp, rsi, rdi, r8, r9, r10, r11, r12, r13, r14, r15] = family(
  ["rax", "rcx", "rdx", "rbx", "rsp", "rbp", "rsi", "rdi", "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15"],
  64,
  "general",
);
export const [eax, ecx, edx, ebx, esp, ebp, esi, edi, r8d, r9d, r10d, r11d, r12d, r13d, r14d, r15d] = family(
  [
    "eax",
    "ecx",
    "edx",
    "ebx",
    "esp",
    "ebp",
    "esi",
    "edi",
    "r8d",
    "r9d",
    "r10d",
    "r11d",
    "r12d",
    "r13d",
    "r14d",
    "r15d",
  ],
  32,
  "general",
);
export const [ax, cx, dx, bx, sp, bp, si, di, r8w, r9w, r10w, r11w, r12w, r13w, r14w, r15w] = family(
  ["ax", "cx", "dx", "bx", "sp", "bp", "si", "di", "r8w", "r9w", "r10w", "r11w", "r12w", "r13w", "r14w", "r15w"],
  16,
  "general",
);
export const [al, cl, dl, bl, spl, bpl, sil, dil, r8b, r9b, r10b, r11b, r12b, r13b, r14b, r15b] = family(
  ["al", "cl", "dl", "bl", "spl", "bpl", "sil", "dil", "r8b", "r9b", "r10b", "r11b", "r12b", "r13b", "r14b", "r15b"],
  8,
  "general",
);
export const [ah, ch, dh, bh] = family(["ah", "ch", "dh", "bh"], 8, "general", true);
export const [es, cs, ss, ds, fs, gs] = family(["es", "cs", "ss", "ds", "fs", "gs"], 16, "segment");
export const [rip] = family(["rip"], 64, "instructionPointer");
export const [eip] = family(["eip"], 32, "instructionPointer");

/** CR0–CR15 and DR0–DR15 as encodable; which of them exist is the processor's question, not the table's. */
export const controlRegisters: readonly ControlRegister[] = family(numbered("cr", "", 0, 15), 64, "control");
export const debugRegisters: readonly DebugRegister[] = family(numbered("dr", "", 0, 15), 64, "debug");
export const [cr0, , cr2, cr3, cr4, , , , cr8] = controlRegisters as readonly [
  ControlRegister,
  ControlRegister,
  ControlRegister,
  ControlRegister,
  ControlRegister,
  ControlRegister,
  ControlRegister,
  ControlRegister,
  ControlRegister,
];
export const [dr0, dr1, dr2, dr3, , , dr6, dr7] = debugRegisters as readonly [
  DebugRegister,
  DebugRegister,
  DebugRegister,
  DebugRegister,
  DebugRegister,
  DebugRegister,
  DebugRegister,
  DebugRegister,
];
/** The x87 register stack from its top, ST(0). */
export const [st0, st1, st2, st3, st4, st5, st6, st7] = family(
  ["st0", "st1", "st2", "st3", "st4", "st5", "st6", "st7"],
  80,
  "x87",
);
export const [mm0, mm1, mm2, mm3, mm4, mm5, mm6, mm7] = family(
  ["mm0", "mm1", "mm2", "mm3", "mm4", "mm5", "mm6", "mm7"],
  64,
  "mmx",
);
export const [xmm0, xmm1, xmm2, xmm3, xmm4, xmm5, xmm6, xmm7, xmm8, xmm9, xmm10, xmm11, xmm12, xmm13, xmm14, xmm15] =
  family(
    [
      "xmm0",
      "xmm1",
      "xmm2",
      "xmm3",
      "xmm4",
      "xmm5",
      "xmm6",
      "xmm7",
      "xmm8",
      "xmm9",
      "xmm10",
      "xmm11",
      "xmm12",
      "xmm13",
      "xmm14",
      "xmm15",
    ],
    128,
    "xmm",
  );
export const [ymm0, ymm1, ymm2, ymm3, ymm4, ymm5, ymm6, ymm7, ymm8, ymm9, ymm10, ymm11, ymm12, ymm13, ymm14, ymm15] =
  family(
    [
      "ymm0",
      "ymm1",
      "ymm2",
      "ymm3",
      "ymm4",
      "ymm5",
      "ymm6",
      "ymm7",
      "ymm8",
      "ymm9",
      "ymm10",
      "ymm11",
      "ymm12",
      "ymm13",
      "ymm14",
      "ymm15",
    ],
    256,
    "ymm",
  );
/** MM0–MM7: the 64-bit mantissas of the x87 registers. REX does not reach them. */
export const mmx: readonly MmxRegister[] = [mm0, mm1, mm2, mm3, mm4, mm5, mm6, mm7];
/** XMM0–XMM15; in 32-bit code only the first eight. */
export const xmm: readonly XmmRegister[] = [
  xmm0,
  xmm1,
  xmm2,
  xmm3,
  xmm4,
  xmm5,
  xmm6,
  xmm7,
  xmm8,
  xmm9,
  xmm10,
  xmm11,
  xmm12,
  xmm13,
  xmm14,
  xmm15,
];
/** YMM0–YMM15, whose lower halves are XMM0–XMM15. */
export const ymm: readonly YmmRegister[] = [
  ymm0,
  ymm1,
  ymm2,
  ymm3,
  ymm4,
  ymm5,
  ymm6,
  ymm7,
  ymm8,
  ymm9,
  ymm10,
  ymm11,
  ymm12,
  ymm13,
  ymm14,
  ymm15,
];

/** General registers by width, in encoding order. */
export const general = {
  8: [al, cl, dl, bl, spl, bpl, sil, dil, r8b, r9b, r10b, r11b, r12b, r13b, r14b, r15b] as readonly R8[],
  16: [ax, cx, dx, bx, sp, bp, si, di, r8w, r9w, r10w, r11w, r12w, r13w, r14w, r15w] as readonly R16[],
  32: [eax, ecx, edx, ebx, esp, ebp, esi, edi, r8d, r9d, r10d, r11d, r12d, r13d, r14d, r15d] as readonly R32[],
  64: [rax, rcx, rdx, rbx, rsp, rbp, rsi, rdi, r8, r9, r10, r11, r12, r13, r14, r15] as readonly R64[],
} as const;
/** AH, CH, DH, BH: what 8-bit numbers 4–7 mean without a REX prefix. */
export const highBytes: readonly R8[] = [ah, ch, dh, bh];
export const x87Stack: readonly X87Register[] = [st0, st1, st2, st3, st4, st5, st6, st7];
export const segments: readonly SegmentRegister[] = [es, cs, ss, ds, fs, gs];
