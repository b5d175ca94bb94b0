/**
 * Encodings of the scalar SSE2 instructions that compiled floats need (SDM vol. 2). The instruction table has rows of what
 * the machine executes, and it executes no SSE yet; when it does, these lines become rows there and this file goes.
 */
import { encodeAddress } from "../../emulator/isa/address.ts";
import type { MemoryOperand as IsaMemory } from "../../emulator/isa/instruction.ts";

interface SseRow {
  readonly prefix: 0 | 0x66 | 0xf2 | 0xf3;
  readonly opcode: number;
  /** REX.W when the general register or its memory has 64 bits. */
  readonly wide?: boolean;
  /** Opcode with the operands' roles exchanged: stores, and XMM to a general register. */
  readonly reverse?: number;
}

const scalar = (name: string, opcode: number): [string, SseRow][] => [
  [`${name}ss`, { prefix: 0xf3, opcode }],
  [`${name}sd`, { prefix: 0xf2, opcode }],
];

const rows = new Map<string, SseRow>([
  ["movaps", { prefix: 0, opcode: 0x28 }],
  ["movss", { prefix: 0xf3, opcode: 0x10, reverse: 0x11 }],
  ["movsd", { prefix: 0xf2, opcode: 0x10, reverse: 0x11 }],
  ["movd", { prefix: 0x66, opcode: 0x6e, reverse: 0x7e }],
  ["movq", { prefix: 0x66, opcode: 0x6e, reverse: 0x7e, wide: true }],
  ["xorps", { prefix: 0, opcode: 0x57 }],
  ["andps", { prefix: 0, opcode: 0x54 }],
  ["ucomiss", { prefix: 0, opcode: 0x2e }],
  ["ucomisd", { prefix: 0x66, opcode: 0x2e }],
  ["cvtss2sd", { prefix: 0xf3, opcode: 0x5a }],
  ["cvtsd2ss", { prefix: 0xf2, opcode: 0x5a }],
  ["cvtsi2ss", { prefix: 0xf3, opcode: 0x2a, wide: true }],
  ["cvtsi2sd", { prefix: 0xf2, opcode: 0x2a, wide: true }],
  ["cvttss2si", { prefix: 0xf3, opcode: 0x2c, wide: true }],
  ["cvttsd2si", { prefix: 0xf2, opcode: 0x2c, wide: true }],
  ...scalar("add", 0x58),
  ...scalar("mul", 0x59),
  ...scalar("sub", 0x5c),
  ...scalar("div", 0x5e),
  ...scalar("sqrt", 0x51),
]);

/** A register's number (0–15, whichever kind) or memory; `xmm` tells the kinds apart. */
export interface SseOperand {
  readonly register: number;
  readonly xmm: boolean;
  readonly memory: IsaMemory | null;
  readonly width: number;
}

export const isSse = (mnemonic: string): boolean => rows.has(mnemonic);

/** The bytes, and where a displacement of 32 bits lies when that is asked for. */
export function encodeSse(
  mnemonic: string,
  [first, second]: readonly [SseOperand, SseOperand],
  wideDisplacement: boolean,
): { bytes: Uint8Array; displacement: number } {
  const { prefix, opcode, wide = false, reverse } = rows.get(mnemonic)!;
  const turned = reverse !== undefined && (first.memory !== null || !first.xmm);
  const [reg, rm] = turned ? [second, first] : [first, second];
  const general = first.xmm ? second : first;
  const w = wide && general.width === 64 ? 8 : 0;
  const address = rm.memory === null ? null : encodeAddress(rm.memory, 64, wideDisplacement ? 32 : undefined);
  const rex = w | ((reg.register >> 3) << 2) | ((address?.rexX ?? 0) << 1) | (address?.rexB ?? rm.register >> 3);
  const bytes: number[] = prefix === 0 ? [] : [prefix];
  if (rex !== 0) bytes.push(0x40 | rex);
  bytes.push(0x0f, turned ? reverse! : opcode);
  const field = (reg.register & 7) << 3;
  if (address === null) {
    bytes.push(0xc0 | field | (rm.register & 7));
    return { bytes: Uint8Array.from(bytes), displacement: 0 };
  }
  bytes.push((address.mod << 6) | field | address.rm);
  if (address.sib >= 0) bytes.push(address.sib);
  const displacement = bytes.length;
  for (let shift = 0; shift < address.displacementBits; shift += 8)
    bytes.push(Number((address.displacement >> BigInt(shift)) & 0xffn));
  return { bytes: Uint8Array.from(bytes), displacement };
}
