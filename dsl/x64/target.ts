/** What code is made for: how symbols are reached, and what the processor may be asked to do. */

export interface Target {
  /**
   * small: everything lies in the low 2 GiB (static executables); kernel: in the top 2 GiB, the code runs without a red
   * zone under interrupts; pic: anywhere, symbols are reached from RIP alone.
   */
  readonly model: "small" | "kernel" | "pic";
  /** Whether floats (scalar SSE2) may be used. */
  readonly floats: boolean;
  /** Whether POPCNT may be used without asking CPUID. */
  readonly popcnt: boolean;
}

export const linux: Target = { model: "small", floats: true, popcnt: false };
export const corKernel: Target = { model: "kernel", floats: false, popcnt: false };
export const corUser: Target = { model: "pic", floats: true, popcnt: false };

/** Symbols of the runtime that generated code calls. */
export const runtime = {
  /** Text address, its bytes, how many words follow, the words: a failed check. Never returns; RSP may be misaligned. */
  panic: "cor.panic",
  /** As memmove(to, from, bytes). */
  move: "cor.move",
} as const;
