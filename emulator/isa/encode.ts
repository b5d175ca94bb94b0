/**
 * From an instruction to its bytes.
 *
 * `encodeRow` writes one given row of the table. `encode` takes a mnemonic and operands and picks the row the best
 * assemblers would: the shortest one that means the same. Both report where displacement and immediate lie in the
 * bytes, so that an assembler can leave them open and fill them in later. What cannot be encoded is an `EncodeError`
 * of one line; the address half of the work (ModRM, SIB, displacement) is in address.ts.
 */
import { type AddressFields, encodeAddress } from "./address.ts";
import { EncodeError } from "./encode-error.ts";
import type {
  FarOperand,
  ImmediateOperand,
  MemoryOperand,
  Mode,
  Operand,
  OperandSpec,
  RelativeOperand,
  Row,
} from "./instruction.ts";
import { Prefix } from "./instruction.ts";
import { describe, immediateBytes, Misfit, misfit, refuse } from "./match.ts";
import { general, type Register } from "./registers.ts";
import { rowsOf } from "./table.ts";

/** Where a value lies in the encoded bytes: first byte and number of bytes, little-endian. */
export interface Field {
  readonly offset: number;
  readonly size: 1 | 2 | 4 | 8;
}

export interface Encoding {
  readonly row: Row;
  readonly bytes: Uint8Array;
  /** Displacement of the memory operand, or the address of a moffs operand. RIP-relative ones count from the end of `bytes`. */
  readonly displacement: Field | null;
  /** The immediate, the relative distance (from the end of `bytes`), or a far pointer's offset. */
  readonly immediate: Field | null;
  /** A far pointer's selector, or ENTER's nesting level. */
  readonly second: Field | null;
}

/** What the operands leave open. */
export interface EncodeOptions {
  /** Bits of `Prefix`: LOCK (checked against the row), REP/REPE, REPNE. */
  readonly prefixes?: number;
  /** ES…GS for instructions whose memory is implied: strings, XLAT. Explicit memory operands carry their own segment. */
  readonly segmentOverride?: number;
  /** Address size of instructions whose address is implied: strings, XLAT, LOOP, MONITOR. Default: the mode's. */
  readonly addressSize?: 16 | 32 | 64;
  /** Operand size where no operand shows it: `ret`, `push imm`, `lgdt`. Default: the mode's own (64 for stack and near branches in 64-bit mode). */
  readonly operandSize?: 16 | 32 | 64;
  /** Take only relative operands of this size, whether or not a shorter one would reach. */
  readonly branchBits?: 8 | 16 | 32;
  /** Take only immediates encoded in this many bits: for values that are filled in later. */
  readonly immediateBits?: 8 | 16 | 32 | 64;
  /** Encode the displacement in this many bits, even if it is 0 or would fit in fewer: for values that are filled in later. */
  readonly displacementBits?: 8 | 16 | 32 | 64;
}

const none: EncodeOptions = {};

/**
 * The candidates that take the operands and mean the same. Where the operands do not show an operand size, rows of
 * several sizes take them (PUSH imm, RET, a near branch): then the mode's own is meant, and a value that does not fit
 * it is an error, not a reason for the other size.
 */
function sameMeaning(
  mnemonic: string,
  candidates: readonly Row[],
  operands: readonly Operand[],
  mode: Mode,
  options: EncodeOptions,
): readonly Row[] {
  const fitting: Row[] = [];
  const sizes = new Set<number>();
  let stack = false;
  for (const row of candidates) {
    if (row.alias) continue;
    const found = misfit(row, operands, mode, options);
    if (found !== 0 && found !== Misfit.range) continue;
    if (row.operandSize !== 0) sizes.add(row.operandSize);
    if (row.size64 !== "normal") stack = true;
    if (found === 0) fitting.push(row);
  }
  if (fitting.length > 1) checkWidthGiven(mnemonic, operands, fitting);
  const own = mode !== 64 ? mode : stack && sizes.has(64) ? 64 : 32;
  if (sizes.size < 2 || !sizes.has(own)) return fitting;
  return fitting.filter((row) => row.operandSize === 0 || row.operandSize === own);
}

/** Memory operands without a width must get it from the other operands: every matching row has to agree. */
function checkWidthGiven(mnemonic: string, operands: readonly Operand[], matching: readonly Row[]): void {
  operands.forEach((operand, i) => {
    if (operand.kind !== "memory" || operand.bits !== 0) return;
    const widths = new Set(matching.map((row) => row.operands[i]!.bits));
    if (widths.size > 1)
      throw new EncodeError(
        "width",
        `${describe(mnemonic, operands)}: the width of the memory operand is not given (${[...widths].join(", ")} bits)`,
      );
  });
}

/** Instructions that do the same with their two operands exchanged: written either way, the table has one. */
const symmetric = new Set(["xchg", "test"]);

/**
 * Encodes an instruction in the shortest form that means the same.
 *
 * MOV of a value below 2^32 into a 64-bit register becomes the 32-bit MOV, which clears the upper half.
 * With equal lengths the first row of the table wins (the r/m, r direction).
 *
 * @param mnemonic the manual's, in lower case; second names as "jz" are understood
 * @throws EncodeError if there is no such instruction, or not with these operands, in this mode
 */
export function encode(
  mnemonic: string,
  operands: readonly Operand[],
  mode: Mode,
  options: EncodeOptions = none,
): Encoding {
  const candidates = rowsOf(mnemonic);
  let best: Encoding | null = null;
  let failure: EncodeError | null = null;

  const consider = (given: readonly Operand[]) => {
    for (const row of sameMeaning(mnemonic, candidates, given, mode, options)) {
      if (row.mnemonic === "xchg" && isNop(row, given)) continue;
      try {
        const encoding = encodeRow(row, given, mode, options);
        if (best === null || encoding.bytes.length < best.bytes.length) best = encoding;
      } catch (error) {
        if (!(error instanceof EncodeError)) throw error;
        failure ??= error;
      }
    }
  };

  consider(narrowMove(mnemonic, operands, mode, options) ?? operands);
  if (operands.length === 2 && symmetric.has(mnemonic)) consider([operands[1]!, operands[0]!]);
  if (best !== null) return best;
  if (failure !== null) throw failure;
  return refuse(mnemonic, operands, mode, options, candidates);
}

/** 90 is NOP, not XCHG EAX, EAX, which in 64-bit mode would clear the upper half. */
function isNop(row: Row, operands: readonly Operand[]): boolean {
  const [first, second] = operands;
  if (!row.opcodeRegister || first?.kind !== "register" || second?.kind !== "register") return false;
  return first.register === second.register;
}

/** MOV r64 of an immediate below 2^32, as MOV r32: one to five bytes shorter, same result. */
function narrowMove(
  mnemonic: string,
  operands: readonly Operand[],
  mode: Mode,
  options: EncodeOptions,
): readonly Operand[] | null {
  if (mnemonic !== "mov" || mode !== 64) return null;
  if (options.immediateBits !== undefined || options.operandSize !== undefined) return null;
  const [to, from] = operands;
  if (to?.kind !== "register" || to.register.class !== "general" || to.register.bits !== 64) return null;
  if (from?.kind !== "immediate" || from.value < 0n || from.value >= 1n << 32n) return null;
  return [{ kind: "register", register: general[32][to.register.index]! }, from];
}

const segmentPrefixes = [0x26, 0x2e, 0x36, 0x3e, 0x64, 0x65];

/**
 * Encodes one row. The operands must fit it; `encode` finds one for which they do.
 *
 * @throws EncodeError if they do not fit
 */
export function encodeRow(row: Row, operands: readonly Operand[], mode: Mode, options: EncodeOptions = none): Encoding {
  if (misfit(row, operands, mode, options) !== 0) return refuse(row.mnemonic, operands, mode, options, [row]);

  let reg = typeof row.modrm === "number" ? row.modrm : 0;
  let vvvv = 0;
  let rm: Register | MemoryOperand | null = null;
  let opcode = row.opcode;
  let rexB = 0;
  let needsRex = false;
  let highByte: Register | null = null;
  let moffs: MemoryOperand | null = null;
  const values: { readonly bits: number; readonly value: bigint }[] = [];

  for (let i = 0; i < operands.length; i++) {
    const spec = row.operands[i]!;
    const operand = operands[i]!;
    if (operand.kind === "register") {
      const { register } = operand;
      if (mode !== 64 && (register.index > 7 || (register.bits === 8 && register.index > 3)))
        throw new EncodeError("register", `${row.mnemonic}: ${register.name} exists in 64-bit code only`);
      const number = register.high ? register.index + 4 : register.index;
      if (spec.source !== "fixed" && register.class === "general" && register.bits === 8) {
        if (register.high) highByte = register;
        else if (register.index > 3) needsRex = true;
      }
      if (spec.source === "modrm.reg") {
        if (spec.notation === "Sreg" && number === 1 && i === 0)
          throw new EncodeError("register", `${row.mnemonic} cs: CS is loaded by far transfers only`);
        reg = number;
      } else if (spec.source === "modrm.rm") rm = register;
      else if (spec.source === "vvvv") vvvv = number;
      else if (spec.source === "is4") values.push({ bits: 8, value: BigInt(number << 4) });
      else if (spec.source === "opcode") {
        opcode += number & 7;
        rexB = number >> 3;
      }
    } else if (operand.kind === "memory") {
      if (spec.source === "moffs") moffs = operand;
      else rm = operand;
    } else if (spec.fixed === null) values.push(...operandValues(spec, operand));
  }
  checkPrefixes(row, operands, options);

  const memory = moffs ?? (rm !== null && "kind" in rm ? rm : null);
  const addressSize = memory?.addressSize ?? row.addressSize;
  const address: AddressFields | null =
    memory !== null && moffs === null ? encodeAddress(memory, mode, options.displacementBits) : null;
  const rexR = reg >> 3;
  const rexX = address?.rexX ?? 0;
  if (address !== null) rexB = address.rexB;
  else if (rm !== null && !("kind" in rm)) rexB = rm.index >> 3;

  const bytes: number[] = [];
  const prefixes = options.prefixes ?? 0;
  const segment = memory === null ? (options.segmentOverride ?? -1) : segmentOverride(memory, mode);
  if (segment >= 0) bytes.push(segmentPrefixes[segment]!);
  const wantedAddress = addressSize || options.addressSize || mode;
  if (wantedAddress !== mode) {
    if ((wantedAddress === 64) !== (mode === 64) && (wantedAddress === 64 || wantedAddress === 16))
      throw new EncodeError("address", `${row.mnemonic}: no ${wantedAddress}-bit addresses in ${mode}-bit code`);
    bytes.push(0x67);
  }
  if (prefixes & Prefix.lock) bytes.push(0xf0);
  if (prefixes & Prefix.rep) bytes.push(0xf3);
  if (prefixes & Prefix.repne) bytes.push(0xf2);

  const size = row.operandSize || options.operandSize || 0;
  const normalSize = mode === 64 ? 32 : mode;
  const toggles = row.vector !== null ? false : row.operandSize === 0 ? size === 16 || size === 32 : row.sizePrefix;
  if (toggles && size !== normalSize && row.size64 !== "f64") bytes.push(0x66);
  if (size === 64 && mode !== 64)
    throw new EncodeError("mode", `${row.mnemonic}: no 64-bit operands in ${mode}-bit code`);
  const rexW = row.vex === null && size === 64 && row.size64 === "normal" ? 1 : 0;

  if (row.vex === null) {
    const { mandatoryPrefix } = row;
    if (mandatoryPrefix === 0x66 || mandatoryPrefix === 0xf2 || mandatoryPrefix === 0xf3) bytes.push(mandatoryPrefix);
    const rex = (rexW << 3) | (rexR << 2) | (rexX << 1) | rexB;
    if (rex !== 0 || needsRex) {
      if (highByte !== null)
        throw new EncodeError(
          "register",
          `${describe(row.mnemonic, operands)}: ${highByte.name} cannot stand beside a register or size that needs a REX prefix`,
        );
      bytes.push(0x40 | rex);
    }
    if (row.map > 1) bytes.push(0x0f);
    if (row.map === 3) bytes.push(0x38);
    else if (row.map === 4) bytes.push(0x3a);
  } else {
    const prefix = row.mandatoryPrefix;
    const pp = prefix === 0x66 ? 1 : prefix === 0xf3 ? 2 : prefix === 0xf2 ? 3 : 0;
    const w = row.vex.w === 1 ? 0x80 : 0;
    const l = row.vex.l === 1 ? 4 : 0;
    const last = w | ((vvvv ^ 15) << 3) | l | pp;
    if (row.map === 2 && w === 0 && rexX === 0 && rexB === 0) bytes.push(0xc5, ((rexR ^ 1) << 7) | (last & 0x7f));
    else {
      const inverted = ((rexR << 7) | (rexX << 6) | (rexB << 5)) ^ 0xe0;
      bytes.push(0xc4, inverted | (row.map - 1), last);
    }
  }
  bytes.push(opcode);

  let displacement: Field | null = null;
  if (address !== null) {
    bytes.push((address.mod << 6) | ((reg & 7) << 3) | address.rm);
    if (address.sib >= 0) bytes.push(address.sib);
    displacement = pushValue(bytes, address.displacement, address.displacementBits);
  } else if (row.modrm !== null) {
    if (typeof row.modrm === "object") bytes.push(row.modrm.byte);
    else {
      const number = rm === null || "kind" in rm ? 0 : rm.high ? rm.index + 4 : rm.index;
      bytes.push(0xc0 | ((reg & 7) << 3) | (number & 7));
    }
  }
  if (moffs !== null) displacement = pushMoffs(bytes, moffs, mode);
  const fields = values.map(({ bits, value }) => pushValue(bytes, value, bits));
  if (bytes.length > 15) throw new EncodeError("length", `${row.mnemonic}: longer than 15 bytes`);
  return {
    row,
    bytes: Uint8Array.from(bytes),
    displacement,
    immediate: fields[0] ?? null,
    second: fields[1] ?? null,
  };
}

function operandValues(spec: OperandSpec, operand: ImmediateOperand | RelativeOperand | FarOperand) {
  switch (operand.kind) {
    case "immediate":
      return [{ bits: spec.bits, value: immediateBytes(spec, operand.value)! }];
    case "relative":
      return [{ bits: spec.bits, value: operand.displacement }];
    case "far":
      return [
        { bits: operand.bits, value: BigInt(operand.offset) },
        { bits: 16, value: BigInt(operand.selector) },
      ];
  }
}

/** LOCK needs a row that allows it and a memory destination; REP and REPNE need a string instruction (vol. 2, 2.1.1). */
function checkPrefixes(row: Row, operands: readonly Operand[], options: EncodeOptions): void {
  const prefixes = options.prefixes ?? 0;
  if (prefixes & Prefix.lock && !(row.lockable && operands[0]?.kind === "memory"))
    throw new EncodeError(
      "prefix",
      `${describe(row.mnemonic, operands)}: LOCK needs a memory destination and an instruction that allows it`,
    );
  if (prefixes & (Prefix.rep | Prefix.repne) && row.repeat === "none")
    throw new EncodeError("prefix", `${row.mnemonic}: REP and REPNE belong to string instructions`);
}

/** The override a memory operand needs, or -1. In 64-bit mode only FS and GS have any effect (vol. 1, 3.4.2.1). */
function segmentOverride(memory: MemoryOperand, mode: Mode): number {
  if (mode === 64) return memory.segment >= 4 ? memory.segment : -1;
  const { base } = memory;
  const stack = base !== null && (base.index === 4 || base.index === 5) && base.class === "general";
  return memory.segment === (stack ? 2 : 3) ? -1 : memory.segment;
}

function pushMoffs(bytes: number[], { displacement, addressSize }: MemoryOperand, mode: Mode): Field | null {
  if (displacement < -(1n << BigInt(addressSize - 1)) || displacement >= 1n << BigInt(addressSize))
    throw new EncodeError("range", `mov: the address does not fit in ${addressSize} bits`);
  if (mode === 64 && addressSize === 16) throw new EncodeError("address", "mov: no 16-bit addresses in 64-bit code");
  return pushValue(bytes, displacement, addressSize);
}

/** Appends a little-endian value and tells where it went; null for no bits. */
function pushValue(bytes: number[], value: bigint, bits: number): Field | null {
  if (bits === 0) return null;
  const offset = bytes.length;
  const low = Number(BigInt.asUintN(32, value));
  for (let shift = 0; shift < Math.min(bits, 32); shift += 8) bytes.push((low >>> shift) & 0xff);
  if (bits === 64) {
    const high = Number(BigInt.asUintN(64, value) >> 32n);
    for (let shift = 0; shift < 32; shift += 8) bytes.push((high >>> shift) & 0xff);
  }
  return { offset, size: (bits / 8) as 1 | 2 | 4 | 8 };
}
