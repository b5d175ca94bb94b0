/**
 * Machine instructions as bytes, through the instruction table's encoder. Which row of the table an instruction takes is
 * decided by its shape (mnemonic, kinds and widths of operands), so it is looked for once for each shape.
 */
import { type EncodeOptions, type Encoding, encode, encodeRow } from "../../emulator/isa/encode.ts";
import {
  DS,
  GS,
  type MemoryOperand as IsaMemory,
  type Operand as IsaOperand,
  Prefix,
  type RegisterOperand,
  type Row,
  SS,
} from "../../emulator/isa/instruction.ts";
import { controlRegisters, general, type Register, rip, segments, xmm } from "../../emulator/isa/registers.ts";
import type { MemoryOperand, Operand, Reg, Width } from "./mir.ts";
import { NONE, RBP, RSP, XMM0 } from "./mir.ts";

/** A field that waits for the address of a symbol. */
export interface SymbolField {
  /** Of the field from the start of the instruction. */
  readonly offset: number;
  readonly size: 4 | 8;
  readonly symbol: string;
  readonly addend: bigint;
  /** Counts from the end of the instruction. */
  readonly relative: boolean;
  readonly branch: boolean;
  /** The processor sign-extends the stored bits. */
  readonly signed: boolean;
}

export interface Encoded {
  readonly bytes: Uint8Array;
  readonly fields: readonly SymbolField[];
}

const registerOperands = new Map<Register, RegisterOperand>();
for (const list of [...Object.values(general), xmm])
  for (const register of list) registerOperands.set(register, { kind: "register", register });

/** A register as an operand of some width. */
export function registerOf(r: Reg, width: Width): Register {
  return r >= XMM0 ? xmm[r - XMM0]! : general[width][r]!;
}

const noFields: readonly SymbolField[] = [];
const rowCache = new Map<string, Row>();
const immediateClass = (value: bigint): string =>
  value === 1n ? "1" : BigInt.asIntN(8, value) === value ? "b" : BigInt.asIntN(32, value) === value ? "d" : "q";

/** What an operand of an instruction is, with the width it has there. */
export interface Typed {
  readonly operand: Operand | { readonly kind: "special"; readonly register: Register };
  readonly width: Width | 0;
}

const specials = new Map([...controlRegisters, ...segments].map((r) => [r.name, r as Register]));
/** A control or segment register by its name. */
export const special = (name: string): Typed => ({
  operand: { kind: "special", register: specials.get(name)! },
  width: 0,
});
export const typed = (operand: Typed["operand"], width: Width | 0): Typed => ({ operand, width });
export const register = (r: Reg, width: Width): Typed => ({ operand: { kind: "reg", reg: r }, width });

/** Encodes an instruction; symbols leave fields open. */
export function encodeInstruction(mnemonic: string, operands: readonly Typed[], prefixes = 0): Encoded {
  let key = mnemonic;
  const symbolic: Symbolic[] = [];
  const given: IsaOperand[] = [];
  const options: { prefixes: number; displacementBits?: 32; immediateBits?: 32; branchBits?: 32 } = { prefixes };
  // Floating-point memory is as wide as the instruction says: CVTSS2SD reads 32 bits, XORPS 128.
  const floating =
    mnemonic.startsWith("cvtt") || operands.some(({ operand }) => operand.kind === "reg" && operand.reg >= XMM0);
  for (const { operand, width } of operands) {
    switch (operand.kind) {
      case "reg": {
        const r = registerOf(operand.reg, width as Width);
        given.push(registerOperands.get(r)!);
        key += r.class === "xmm" ? " x" : r.index === 0 ? ` a${width}` : ` r${width}`;
        break;
      }
      case "special":
        given.push({ kind: "register", register: operand.register });
        key += ` ${operand.register.name}`;
        break;
      case "imm":
        given.push({ kind: "immediate", bits: 64, value: operand.value });
        key += ` ${immediateClass(operand.value)}`;
        break;
      case "mem": {
        const bits = floating && !mnemonic.startsWith("cvtsi2") ? 0 : width;
        given.push(memoryOperand(operand, bits));
        key += ` m${bits}`;
        if (operand.symbol === null) break;
        const relative = operand.base === NONE && operand.index === NONE && operand.slot === null;
        const where = "displacement" as const;
        symbolic.push({ symbol: operand.symbol, addend: BigInt(operand.disp), where, relative, signed: true });
        options.displacementBits = 32;
        break;
      }
      case "symbol": {
        const branch = mnemonic === "call" || mnemonic === "jmp";
        const { symbol, offset: addend } = operand;
        const signed = branch || operands[0]!.width === 64;
        symbolic.push({ symbol, addend, where: branch ? "branch" : "immediate", relative: branch, signed });
        given.push(
          branch ? { kind: "relative", bits: 32, displacement: 0n } : { kind: "immediate", bits: 64, value: 0n },
        );
        options[branch ? "branchBits" : "immediateBits"] = 32;
        key += branch ? " rel" : " sym";
        break;
      }
    }
  }
  const encoding = encodeShape(key, mnemonic, given, options);
  if (symbolic.length === 0) return { bytes: encoding.bytes, fields: noFields };
  const fields = symbolic.map(({ symbol, addend, where, relative, signed }): SymbolField => {
    const { offset } = where === "displacement" ? encoding.displacement! : encoding.immediate!;
    return { offset, size: 4, symbol, addend, relative, branch: where === "branch", signed };
  });
  return { bytes: encoding.bytes, fields };
}

/** A symbol in an instruction, and the field it goes to. */
interface Symbolic {
  readonly symbol: string;
  readonly addend: bigint;
  readonly where: "displacement" | "immediate" | "branch";
  readonly relative: boolean;
  readonly signed: boolean;
}

function encodeShape(key: string, mnemonic: string, given: readonly IsaOperand[], options: EncodeOptions): Encoding {
  const row = rowCache.get(key);
  if (row !== undefined) return encodeRow(row, given, 64, options);
  const encoding = encode(mnemonic, given, 64, options);
  rowCache.set(key, encoding.row);
  return encoding;
}

function memoryOperand({ base, index, scale, disp, symbol, slot, gs }: MemoryOperand, width: Width | 0): IsaMemory {
  const relative = symbol !== null && base === NONE && index === NONE && slot === null;
  const realBase = slot !== null ? RSP : base;
  return {
    kind: "memory",
    bits: width,
    segment: gs ? GS : realBase === RSP || realBase === RBP ? SS : DS,
    base: relative ? rip : realBase === NONE ? null : general[64][realBase]!,
    index: index === NONE ? null : general[64][index]!,
    scale,
    displacement: symbol !== null ? 0n : BigInt(disp + (slot?.offset ?? 0)),
    addressSize: 64,
  };
}

export const lock = Prefix.lock;
export const rep = Prefix.rep;
