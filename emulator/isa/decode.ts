/**
 * From bytes to an `Instruction`.
 *
 * Prefixes, then opcode, then one load from the dispatch tables (dispatch.ts) gives the form; its operands are then
 * read in turn. Registers, byte immediates and short branches are objects made once and shared, so that a typical
 * instruction costs three small allocations.
 */
import { Cursor, readBigUnsigned, readMemory, readMoffs, readUnsigned, signed8 } from "./cursor.ts";
import { Dispatch, exchangeSpace, type Form, ModrmIndex, Source } from "./dispatch.ts";
import {
  FS,
  type ImmediateOperand,
  type Instruction,
  type MemoryOperand,
  type Mode,
  type Operand,
  Prefix,
  type RelativeOperand,
} from "./instruction.ts";
import { vexSpace } from "./table.ts";

/**
 * Why there is no instruction:
 * - "undefined": #UD. The bytes are no instruction of the table in this mode, or a prefix is not allowed there.
 * - "incomplete": more bytes are needed; they may lie in a page that is not present.
 * - "too-long": more than 15 bytes would be needed (#GP; vol. 3, 6.15, general protection).
 */
export type DecodeFailure = "undefined" | "incomplete" | "too-long";

const dispatch = { 16: new Dispatch(16), 32: new Dispatch(32), 64: new Dispatch(64) } as const;

const longest = 15;

const prefixLock = 1;
const prefixSize = 2;
const prefixAddress = 4;

/** What the bytes 00–FF are as the first byte: 1 a prefix in every mode, 2 REX in 64-bit mode, 0 an opcode. */
const prefixKind = (() => {
  const kinds = new Uint8Array(256);
  for (const byte of [0x26, 0x2e, 0x36, 0x3e, 0x64, 0x65, 0x66, 0x67, 0xf0, 0xf2, 0xf3]) kinds[byte] = 1;
  kinds.fill(2, 0x40, 0x50);
  return kinds;
})();

const bytesExtendedTo = (extendTo: 0 | 16 | 32 | 64) =>
  signed8.map((value): ImmediateOperand => {
    const bits = extendTo || 8;
    return Object.freeze({ kind: "immediate", bits, value: BigInt.asUintN(bits, value) });
  });

const byteImmediates = {
  0: bytesExtendedTo(0),
  16: bytesExtendedTo(16),
  32: bytesExtendedTo(32),
  64: bytesExtendedTo(64),
} as const;

const shortBranches = signed8.map(
  (displacement): RelativeOperand => Object.freeze({ kind: "relative", bits: 8, displacement }),
);

/**
 * Decodes one instruction.
 *
 * @param bytes memory that holds the instruction
 * @param offset index of its first byte
 * @param end index after the last byte that may be read; fewer than 15 bytes may lead to "incomplete"
 * @param mode default operand size of the code segment; 64 in 64-bit mode
 */
export function decode(bytes: Uint8Array, offset: number, end: number, mode: Mode): Instruction | DecodeFailure {
  const limit = Math.min(end, offset + longest);
  let position = offset;
  let flags = 0;
  let repeat = 0;
  let rex = 0;
  let segment = -1;
  let byte: number;
  for (;;) {
    if (position >= limit) return outOfBytes(offset, end);
    byte = bytes[position++]!;
    const kind = prefixKind[byte]!;
    if (kind === 0) break;
    if (kind === 2) {
      if (mode !== 64) break;
      rex = byte;
      continue;
    }
    // REX counts directly before the opcode only (vol. 2, 2.2.1).
    rex = 0;
    switch (byte) {
      case 0x26:
      case 0x2e:
      case 0x36:
      case 0x3e:
        // Ignored in 64-bit mode, where an FS or GS that went before stays in force.
        if (mode !== 64) segment = (byte >> 3) & 3;
        break;
      case 0x64:
      case 0x65:
        segment = FS + (byte & 1);
        break;
      case 0x66:
        flags |= prefixSize;
        break;
      case 0x67:
        flags |= prefixAddress;
        break;
      case 0xf0:
        flags |= prefixLock;
        break;
      default:
        repeat = byte;
    }
  }

  const cursor = new Cursor(bytes, position, limit, mode);
  cursor.segment = segment;
  const otherAddress = (flags & prefixAddress) !== 0;
  if (otherAddress) cursor.addressSize = mode === 32 ? 16 : 32;
  let prefix = repeat === 0xf3 ? 2 : repeat === 0xf2 ? 3 : flags & prefixSize ? 1 : 0;
  let size = flags & prefixSize ? 1 : 0;
  if (rex !== 0) {
    cursor.r = (rex & 4) << 1;
    cursor.x = (rex & 2) << 2;
    cursor.b = (rex & 1) << 3;
    if (rex & 8) size = 2;
  }
  let space = 0;
  let vvvv = -1;
  let opcode = byte;
  if (opcode === 0x0f) {
    if (cursor.position >= limit) return outOfBytes(offset, end);
    opcode = bytes[cursor.position++]!;
    space = 1;
    if (opcode === 0x38 || opcode === 0x3a) {
      space = opcode === 0x38 ? 2 : 3;
      if (cursor.position >= limit) return outOfBytes(offset, end);
      opcode = bytes[cursor.position++]!;
    }
  } else if (opcode === 0x90 && cursor.b !== 0) space = exchangeSpace;
  else if (opcode === 0xc4 || opcode === 0xc5) {
    // LES and LDS outside 64-bit mode, unless ModRM.mod would be 3, which they do not allow (vol. 2, 2.3.5)
    if (cursor.position >= limit) return outOfBytes(offset, end);
    const second = bytes[cursor.position]!;
    if (mode === 64 || second >= 0xc0) {
      if (flags & (prefixLock | prefixSize) || repeat !== 0 || rex !== 0) return "undefined";
      const long = opcode === 0xc4;
      if (cursor.position + (long ? 2 : 1) >= limit) return outOfBytes(offset, end);
      const last = long ? bytes[cursor.position + 1]! : second;
      const map = long ? second & 0x1f : 1;
      if (map < 1 || map > 3) return "undefined";
      space = vexSpace + map - 1;
      prefix = last & 3;
      vvvv = ~(last >> 3) & 15;
      size = (long ? last >> 7 : 0) | ((last & 4) >> 1);
      if (mode === 64) {
        cursor.r = (~second & 0x80) >> 4;
        if (long) {
          cursor.x = (~second & 0x40) >> 3;
          cursor.b = (~second & 0x20) >> 2;
        }
      }
      cursor.position += long ? 2 : 1;
      opcode = bytes[cursor.position++]!;
    }
  }

  const node = dispatch[mode].node(space, opcode);
  if (node === null) return "undefined";
  let index = prefix * node.prefixStride + size * node.sizeStride;
  if (otherAddress) index += node.addressStride;
  let modrm = 0;
  if (node.modrm !== ModrmIndex.none) {
    if (cursor.position >= limit) return outOfBytes(offset, end);
    modrm = bytes[cursor.position++]!;
    if (node.modrm === ModrmIndex.reg) index += (modrm >= 0xc0 ? 8 : 0) | ((modrm >> 3) & 7);
    else if (node.modrm === ModrmIndex.whole) index += modrm;
  }
  let form = node.forms[index];
  if (form === undefined) form = dispatch[mode].choose(node, index);
  if (form === null) return "undefined";
  if (vvvv > 0 && form.vvvvUnused) return "undefined";

  const operands = readOperands(cursor, form, opcode, modrm, rex, mode === 64 ? vvvv : vvvv & 7);
  if (typeof operands === "string") return operands === "incomplete" ? outOfBytes(offset, end) : operands;
  const { row } = form;
  let prefixes = 0;
  if (flags & prefixLock) {
    if (!row.lockable || operands[0]!.kind !== "memory") return "undefined";
    prefixes = Prefix.lock;
  }
  if (repeat !== 0 && row.mandatoryPrefix !== repeat) prefixes |= repeat === 0xf3 ? Prefix.rep : Prefix.repne;
  return {
    row,
    mode,
    length: cursor.position - offset,
    operandSize: form.operandSize,
    addressSize: cursor.addressSize,
    prefixes,
    segmentOverride: segment,
    operands,
  };
}

function outOfBytes(offset: number, end: number): DecodeFailure {
  return end - offset >= longest ? "too-long" : "incomplete";
}

const noOperands: readonly Operand[] = Object.freeze([]);

function readOperands(
  cursor: Cursor,
  form: Form,
  opcode: number,
  modrm: number,
  rex: number,
  vvvv: number,
): readonly Operand[] | "undefined" | "incomplete" {
  const { operands: forms } = form;
  const count = forms.length;
  if (count === 0) return noOperands;
  const operands: Operand[] = [];
  // ModRM's memory operand comes first in the bytes, wherever it stands among the operands.
  let memory: MemoryOperand | null = null;
  if (modrm < 0xc0)
    for (let i = 0; i < count; i++) {
      const { source, memory: mayBe, bits, vectorIndex } = forms[i]!;
      if (source !== Source.rm || !mayBe) continue;
      // A vector of addresses needs a SIB byte (vol. 2, 2.3.12).
      if (vectorIndex !== null && (cursor.addressSize === 16 || (modrm & 7) !== 4)) return "undefined";
      memory = readMemory(cursor, modrm, bits, vectorIndex);
      if (memory === null) return "incomplete";
    }
  for (let i = 0; i < count; i++) {
    const { source, registers, constant, bits, signExtendTo } = forms[i]!;
    let operand: Operand | null | undefined;
    switch (source) {
      case Source.fixed:
        operand = constant;
        break;
      case Source.reg:
        operand = byNumber(registers, ((modrm >> 3) & 7) | cursor.r, rex);
        break;
      case Source.opcode:
        operand = byNumber(registers, (opcode & 7) | cursor.b, rex);
        break;
      case Source.rm:
        operand = memory ?? byNumber(registers, (modrm & 7) | cursor.b, rex);
        break;
      case Source.vvvv:
        operand = registers[vvvv];
        break;
      case Source.is4:
        if (cursor.position >= cursor.limit) return "incomplete";
        operand = registers[readUnsigned(cursor, 1) >> 4];
        break;
      case Source.sreg:
        operand = registers[(modrm >> 3) & 7];
        break;
      case Source.immediate:
        operand = readImmediate(cursor, bits, signExtendTo);
        if (operand === null) return "incomplete";
        break;
      case Source.relative:
        operand = readRelative(cursor, bits);
        if (operand === null) return "incomplete";
        break;
      case Source.far: {
        const size = bits >> 3;
        if (cursor.position + size + 2 > cursor.limit) return "incomplete";
        const address = readUnsigned(cursor, size);
        operand = { kind: "far", selector: readUnsigned(cursor, 2), offset: address, bits: bits as 16 | 32 };
        break;
      }
      default:
        operand = readMoffs(cursor, bits);
        if (operand === null) return "incomplete";
    }
    if (operand === null || operand === undefined) return "undefined";
    operands.push(operand);
  }
  return form.gather && sharesRegisters(operands, memory!) ? "undefined" : operands;
}

/** Whether destination, index and mask of a gather are not three registers (vol. 2, VPGATHERDD: #UD). */
function sharesRegisters([destination, , mask]: readonly Operand[], { index }: MemoryOperand): boolean {
  if (destination?.kind !== "register" || mask?.kind !== "register") return false;
  const [first, second, third] = [destination.register.index, mask.register.index, index!.index];
  return first === second || first === third || second === third;
}

/** The register of a number; without a REX prefix byte registers 4–7 are AH, CH, DH, BH. */
function byNumber(registers: Form["operands"][number]["registers"], number: number, rex: number) {
  return registers.length === 24 && rex === 0 ? registers[number + 16] : registers[number];
}

function readImmediate(cursor: Cursor, bits: number, signExtendTo: 0 | 16 | 32 | 64): ImmediateOperand | null {
  const size = bits >> 3;
  if (cursor.position + size > cursor.limit) return null;
  if (bits === 8) return byteImmediates[signExtendTo][readUnsigned(cursor, 1)]!;
  if (bits === 64) return { kind: "immediate", bits, value: readBigUnsigned(cursor) };
  const value = readUnsigned(cursor, size);
  if (signExtendTo === 64) return { kind: "immediate", bits: 64, value: BigInt.asUintN(64, BigInt(value | 0)) };
  return { kind: "immediate", bits, value: BigInt(value) };
}

function readRelative(cursor: Cursor, bits: number): RelativeOperand | null {
  const size = bits >> 3;
  if (cursor.position + size > cursor.limit) return null;
  const value = readUnsigned(cursor, size);
  if (bits === 8) return shortBranches[value]!;
  return { kind: "relative", bits, displacement: BigInt(bits === 16 ? (value << 16) >> 16 : value | 0) };
}
