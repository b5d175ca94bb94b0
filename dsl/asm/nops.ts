/**
 * Padding inside code: the recommended multi-byte no-operations (SDM vol. 2, NOP, table 4-12), longest first, so that
 * falling through costs few instructions. 16-bit code, which may run on anything, gets one-byte NOPs.
 */
const nops: readonly (readonly number[])[] = [
  [0x90],
  [0x66, 0x90],
  [0x0f, 0x1f, 0x00],
  [0x0f, 0x1f, 0x40, 0x00],
  [0x0f, 0x1f, 0x44, 0x00, 0x00],
  [0x66, 0x0f, 0x1f, 0x44, 0x00, 0x00],
  [0x0f, 0x1f, 0x80, 0x00, 0x00, 0x00, 0x00],
  [0x0f, 0x1f, 0x84, 0x00, 0x00, 0x00, 0x00, 0x00],
  [0x66, 0x0f, 0x1f, 0x84, 0x00, 0x00, 0x00, 0x00, 0x00],
];

/** Fills bytes[start…end) with instructions that do nothing in the given mode. */
export function fillWithNops(bytes: Uint8Array, start: number, end: number, mode: 16 | 32 | 64): void {
  if (mode === 16) {
    bytes.fill(0x90, start, end);
    return;
  }
  for (let at = start; at < end; ) {
    const nop = nops[Math.min(end - at, nops.length) - 1]!;
    bytes.set(nop, at);
    at += nop.length;
  }
}
