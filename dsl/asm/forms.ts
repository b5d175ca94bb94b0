/**
 * The encodings an instruction may end up with.
 *
 * An instruction whose operands are all known has one: the shortest. One that mentions labels has several while nobody
 * knows the distances: a jump is tried with rel8 and rel32, an immediate with imm8 and imm32, and so on. They are made
 * with the fields left open, ordered by length; layout.ts takes the first whose fields hold the values.
 */

import { type EncodeOptions, type Encoding, encode, encodeRow, type Field } from "../../emulator/isa/encode.ts";
import { EncodeError } from "../../emulator/isa/encode-error.ts";
import {
  DS,
  FS,
  type ImmediateOperand,
  type MemoryOperand,
  type Mode,
  type Operand,
  Prefix,
  type RelativeOperand,
  SS,
} from "../../emulator/isa/instruction.ts";
import { type Register, rip } from "../../emulator/isa/registers.ts";
import { rowsOf } from "../../emulator/isa/table.ts";
import { type Expression, expression, type Value } from "../out/expression.ts";
import type { FieldForm } from "../out/object.ts";
import { type AsmOperand, isMemory, isRegister, type Memory } from "./operand.ts";
import type { Modifiers } from "./program.ts";

/** A field of an instruction that waits for its value. */
export interface OpenField extends FieldForm {
  /** Byte offset within the instruction. */
  readonly offset: number;
  readonly value: Expression;
  /** The stored value counts from the end of the instruction. */
  readonly relative: boolean;
  readonly branch: boolean;
}

/** One way to encode an instruction. */
export interface Form {
  readonly bytes: Uint8Array;
  readonly fields: readonly OpenField[];
}

/** The values of an instruction that are not known yet, by the field that will hold them. */
interface Open {
  displacement: Expression | null;
  /** Immediate, branch target, or offset of a far pointer. */
  immediate: Expression | null;
  /** Selector of a far pointer, or ENTER's level. */
  second: Expression | null;
}

/**
 * All useful encodings, the shortest first; never empty.
 * @param mnemonic the table's or a synonym; also "jmp far", "call far" and "movabs"
 * @throws EncodeError when there is none
 */
export function formsOf(
  mnemonic: string,
  operands: readonly AsmOperand[],
  mode: Mode,
  modifiers: Modifiers,
): readonly [Form, ...Form[]] {
  const open: Open = { displacement: null, immediate: null, second: null };
  const isFar = mnemonic.endsWith(" far");
  const name = isFar ? mnemonic.slice(0, -4) : mnemonic === "movabs" ? "mov" : mnemonic;
  const relative = !isFar && isBranch(name);
  const given = isFar
    ? farOperands(operands, mode, modifiers, open)
    : operands.map((operand) => convert(operand, relative, mode, modifiers, open));
  const memory = operands.find(isMemory);

  const options: EncodeOptions = {
    prefixes:
      (modifiers.lock ? Prefix.lock : 0) |
      (modifiers.repeat === "rep" ? Prefix.rep : modifiers.repeat === "repne" ? Prefix.repne : 0),
    segmentOverride: memory || !modifiers.segment ? -1 : modifiers.segment.index,
    ...(modifiers.addressSize && !memory && { addressSize: modifiers.addressSize }),
    ...(modifiers.operandSize && { operandSize: modifiers.operandSize }),
    ...(name === "push" && given[0]?.kind === "immediate" && { operandSize: modifiers.operandSize ?? mode }),
    ...(mnemonic === "movabs" && { immediateBits: 64 as const }),
  };
  const farRow =
    isFar && given[0]?.kind === "memory"
      ? rowsOf(name).find((row) => row.operands[0]?.notation === `m16:${farSize(mode, modifiers)}`)
      : undefined;
  const attempt = (more: EncodeOptions): Encoding => {
    const all = { ...options, ...more };
    return farRow ? encodeRow(farRow, given, mode, all) : encode(name, given, mode, all);
  };

  // Sizes of another operand size would change what the instruction does: rel16 cuts EIP to 16 bits, PUSH moves less.
  const size = modifiers.operandSize ?? mode;
  const branchBits = relative ? (mode === 64 || size !== 16 ? 32 : 16) : null;
  const encodings = (given[0]?.kind === "far" ? [{}] : openSizes(open, branchBits, options)).flatMap((sizes) => {
    try {
      return [attempt(sizes)];
    } catch (error) {
      if (error instanceof EncodeError) return [];
      throw error;
    }
  });
  if (encodings.length === 0) encodings.push(attempt({}));
  const forms = encodings.map((encoding) => toForm(encoding, open, given, mode, modifiers));
  // Of two forms of one length the one with the wider fields holds all the other holds.
  forms.sort((x, y) => x.bytes.length - y.bytes.length || room(y) - room(x));
  const distinct = forms.filter((form, i) => i === 0 || form.bytes.length > forms[i - 1]!.bytes.length);
  return distinct as unknown as [Form, ...Form[]];
}

const isBranch = (mnemonic: string) => rowsOf(mnemonic).some((row) => row.operands[0]?.source === "relative");

const room = ({ fields }: Form) => fields.reduce((sum, { size }) => sum + size, 0);

/** The sizes to try for what is open. */
function openSizes(open: Open, branchBits: 16 | 32 | null, options: EncodeOptions): EncodeOptions[] {
  let sizes: EncodeOptions[] = [{}];
  if (open.immediate && branchBits) {
    sizes = [{ branchBits: 8 }, { branchBits }];
  } else if (open.immediate && options.immediateBits === undefined) {
    sizes = ([8, 16, 32, 64] as const).map((immediateBits) => ({ immediateBits }));
  }
  if (open.displacement) {
    const displacements = [8, 16, 32, 64] as const;
    sizes = sizes.flatMap((size) => displacements.map((displacementBits) => ({ ...size, displacementBits })));
  }
  return sizes;
}

/** What the table's operands are; values that are not known yet become 0 and are noted in `open`. */
function convert(operand: AsmOperand, relative: boolean, mode: Mode, modifiers: Modifiers, open: Open): Operand {
  if (isRegister(operand)) return { kind: "register", register: operand };
  if (isMemory(operand)) return convertMemory(operand, mode, modifiers, open);
  const value = expression(operand as Value);
  const constant = value.constant();
  if (relative) {
    open.immediate = value;
    return { kind: "relative", bits: 32, displacement: 0n } satisfies RelativeOperand;
  }
  if (constant === null) {
    if (open.immediate) open.second = value;
    else open.immediate = value;
  }
  return { kind: "immediate", bits: 64, value: constant ?? 0n } satisfies ImmediateOperand;
}

function convertMemory(memory: Memory, mode: Mode, modifiers: Modifiers, open: Open): MemoryOperand {
  const { base, index, scale, bits, displacement, segment } = memory;
  const override = modifiers.segment ?? segment;
  const constant = displacement === null ? 0n : displacement.constant();
  const ripRelative =
    constant === null && mode === 64 && !base && !index && !memory.absolute && (override?.index ?? 0) < FS;
  if (constant === null) open.displacement = displacement;
  const realBase = ripRelative ? rip : base;
  return {
    kind: "memory",
    bits,
    segment: override?.index ?? (isStackBase(realBase) ? SS : DS),
    base: realBase,
    index,
    scale,
    displacement: constant ?? 0n,
    addressSize: memory.addressSize || modifiers.addressSize || mode,
  };
}

function isStackBase(base: Register | null): boolean {
  return base?.class === "general" && (base.index === 4 || base.index === 5);
}

function farSize(mode: Mode, { operandSize }: Modifiers): 16 | 32 | 64 {
  return operandSize ?? (mode === 16 ? 16 : 32);
}

function farOperands(operands: readonly AsmOperand[], mode: Mode, modifiers: Modifiers, open: Open): Operand[] {
  const [first, second] = operands;
  if (first !== undefined && isMemory(first)) return [convertMemory(first, mode, modifiers, open)];
  const bits = farSize(mode, modifiers);
  if (bits === 64) throw new EncodeError("operands", "a far pointer in the instruction has an offset of 16 or 32 bits");
  open.second = expression(first as Value);
  open.immediate = expression(second as Value);
  return [{ kind: "far", selector: 0, offset: 0, bits }];
}

function toForm(encoding: Encoding, open: Open, given: readonly Operand[], mode: Mode, modifiers: Modifiers): Form {
  const { row, bytes } = encoding;
  const fields: OpenField[] = [];
  const add = (field: Field | null, value: Expression | null, form: Omit<OpenField, "offset" | "size" | "value">) => {
    if (field && value) fields.push({ offset: field.offset, size: field.size, value, ...form });
  };
  const plain = { signed: false, relative: false, branch: false };

  const memory = given.find((operand) => operand.kind === "memory");
  if (memory) {
    const relative = memory.base?.class === "instructionPointer";
    const signed = encoding.displacement !== null && 8 * encoding.displacement.size < memory.addressSize;
    add(encoding.displacement, open.displacement, { extendTo: memory.addressSize, signed, relative, branch: false });
  }
  const [first, second] = row.operands.filter(({ source }) => source === "immediate");
  const relative = row.operands.find(({ source }) => source === "relative");
  const far = row.operands.find(({ source }) => source === "far");
  if (relative) {
    const size = mode === 64 ? 64 : row.operandSize || modifiers.operandSize || mode;
    add(encoding.immediate, open.immediate, { extendTo: size, signed: true, relative: true, branch: true });
  } else if (far) {
    add(encoding.immediate, open.immediate, { ...plain, extendTo: far.bits });
    add(encoding.second, open.second, { ...plain, extendTo: 16 });
  } else if (first) {
    const form = { ...plain, signed: first.signExtendTo > 0, extendTo: first.signExtendTo || first.bits };
    add(encoding.immediate, open.immediate, form);
    if (second) add(encoding.second, open.second, { ...plain, extendTo: second.bits });
  }
  return { bytes, fields };
}
