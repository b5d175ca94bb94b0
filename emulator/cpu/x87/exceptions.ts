/** The x87 status and control words (SDM vol. 1, 8.1.3–8.1.5). The six exceptions have the same bits in both. */

export const Exception = {
  invalid: 0x01,
  denormal: 0x02,
  zeroDivide: 0x04,
  overflow: 0x08,
  underflow: 0x10,
  precision: 0x20,
  all: 0x3f,
  /** Those found before anything is computed: unmasked, they leave operands and stack as they are. */
  before: 0x07,
} as const;

export const Status = {
  stackFault: 0x40,
  /** ES: an unmasked exception is pending. */
  summary: 0x80,
  c0: 0x100,
  c1: 0x200,
  c2: 0x400,
  topShift: 11,
  c3: 0x4000,
  /** B, nowadays a copy of ES. */
  busy: 0x8000,
  conditions: 0x4700,
} as const;

/** Rounding control, bits 11:10 of the control word. */
export const Rounding = { nearest: 0, down: 1, up: 2, zero: 3 } as const;

/** What FNINIT leaves: all masked, 64 bits, to nearest. */
export const INITIAL_CONTROL = 0x037f;
/** The bits of the control word that can be written; bit 6 reads as 1. */
export const CONTROL_WRITABLE = 0x1f3f;
export const CONTROL_FIXED = 0x40;
