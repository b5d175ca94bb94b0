/**
 * The tests' first oracle: iced-x86 (a devDependency; only tests import this file). Says whether our decoder and iced
 * see the same instruction in some bytes, and if not, in what they differ.
 *
 * Where the two name the same thing differently the difference is listed here with its reason:
 * - Selector operands (MOV Sreg, LLDT, LAR, …) read 16 bits; iced names them by the operand size, the manual and we "r/m16".
 * - Implied memory operands (strings, XLAT, MASKMOVQ) are operands for iced; for us, as in the short forms of the manual, they are not.
 * - "reservednop" is the manual's NOP r/m, r.
 */
import {
  Code,
  CodeExt,
  CodeSize,
  CpuidFeature,
  Decoder,
  DecoderOptions,
  EncodingKind,
  Instruction as IcedInstruction,
  Register as IcedRegister,
  MemorySizeExt,
  Mnemonic,
  OpKind,
} from "iced-x86";
import { type DecodeFailure, decode } from "./decode.ts";
import type { Instruction, MemoryOperand, Mode } from "./instruction.ts";
import { Prefix } from "./instruction.ts";
import { segments } from "./registers.ts";
import { rows } from "./rows.ts";

const tableMnemonics = new Set(rows.map((row) => row.mnemonic));

const registerNames: readonly string[] = Object.keys(IcedRegister)
  .filter((key) => !Number.isNaN(Number(key)))
  .reduce<string[]>((names, key) => {
    names[Number(key)] = IcedRegister[Number(key)]!.toLowerCase().replace(/^(r\d+)l$/, "$1b");
    return names;
  }, []);

/** Families that share mnemonics with the table: BEXTR of TBM, POPCNT of Knights Corner. EVEX is another space of opcodes. */
const foreignFeatures = new Set(["TBM", "KNC"]);

export const icedMnemonic = (mnemonic: Mnemonic) => {
  const name = Mnemonic[mnemonic]!.toLowerCase();
  return name === "reservednop" ? "nop" : name;
};

/** Whether iced's instruction belongs to a family the table has. */
const familyOfCode = new Map<Code, boolean>();
function inTable(instruction: IcedInstruction): boolean {
  const { code } = instruction;
  let known = familyOfCode.get(code);
  if (known === undefined) {
    const mnemonic = icedMnemonic(instruction.mnemonic);
    const features = [...instruction.cpuidFeatures()].map((feature) => CpuidFeature[feature]!);
    const { encoding } = CodeExt.opCode(code);
    const inOurSpace = encoding === EncodingKind.Legacy || encoding === EncodingKind.VEX;
    known = inOurSpace && tableMnemonics.has(mnemonic) && !features.some((feature) => foreignFeatures.has(feature));
    familyOfCode.set(code, known);
  }
  return known;
}

/** iced reports the ES, CS, SS and DS prefixes that 64-bit mode ignores (vol. 1, 3.4.2.1). */
const ignoredOverride = (iced: IcedInstruction) =>
  iced.codeSize === CodeSize.Code64 && iced.segmentPrefix !== IcedRegister.None && iced.segmentPrefix < IcedRegister.FS;

const selectorReads = new Set(["lldt", "ltr", "verr", "verw", "lmsw", "lar", "lsl", "arpl"]);

function memoryDifference(ours: MemoryOperand, iced: IcedInstruction): string | null {
  const name = (register: IcedRegister) => (register === IcedRegister.None ? null : registerNames[register]!);
  const base = ours.base?.name ?? null;
  const index = ours.index?.name ?? null;
  if (name(iced.memoryBase) !== base) return `base ${base}, iced ${name(iced.memoryBase)}`;
  if (name(iced.memoryIndex) !== index) return `index ${index}, iced ${name(iced.memoryIndex)}`;
  if (index !== null && iced.memoryIndexScale !== ours.scale) return `scale ${ours.scale}`;
  const segment = segments[ours.segment]!.name;
  if (name(iced.memorySegment) !== segment && !ignoredOverride(iced))
    return `segment ${segment}, iced ${name(iced.memorySegment)}`;
  let displacement = ours.displacement;
  if (base === "rip" || base === "eip") displacement += iced.nextIP;
  const mask = BigInt.asUintN(ours.addressSize, displacement);
  if (BigInt.asUintN(ours.addressSize, iced.memoryDisplacement) !== mask)
    return `displacement ${ours.displacement}, iced ${iced.memoryDisplacement}`;
  const bits = MemorySizeExt.size(iced.memorySize) * 8;
  return ours.bits !== 0 && bits !== ours.bits ? `${ours.bits} bits of memory, iced ${bits}` : null;
}

/** @param shift how many implied operands iced has in front */
function operandDifference(ours: Instruction, iced: IcedInstruction, position: number, shift: number): string | null {
  const operand = ours.operands[position]!;
  const i = position + shift;
  const kind = iced.opKind(i);
  switch (operand.kind) {
    case "register": {
      if (kind !== OpKind.Register) return `register, iced ${OpKind[kind]}`;
      const name = registerNames[iced.opRegister(i)]!;
      if (name === operand.register.name) return null;
      const spec = ours.row.operands[position]!;
      const selector =
        selectorReads.has(ours.row.mnemonic) ||
        (ours.row.mnemonic === "mov" && ours.row.operands[0]!.notation === "Sreg");
      const wider = { eax: "ax", rax: "ax" } as Record<string, string>;
      const narrow = wider[name] ?? name.replace(/^[er]([a-z]{2})$/, "$1").replace(/^(r\d+)d?$/, "$1w");
      if (selector && /16$/.test(spec.notation) && narrow === operand.register.name) return null;
      return `${operand.register.name}, iced ${name}`;
    }
    case "memory":
      return kind === OpKind.Memory ? memoryDifference(operand, iced) : `memory, iced ${OpKind[kind]}`;
    case "immediate": {
      const { value, bits } = operand;
      if (kind === OpKind.Register || kind === OpKind.Memory) return `immediate, iced ${OpKind[kind]}`;
      const seen = BigInt.asUintN(bits, BigInt(iced.immediate(i)));
      return seen === value ? null : `${value}, iced ${seen}`;
    }
    case "relative": {
      if (kind !== OpKind.NearBranch16 && kind !== OpKind.NearBranch32 && kind !== OpKind.NearBranch64)
        return `relative, iced ${OpKind[kind]}`;
      const width = kind === OpKind.NearBranch16 ? 16 : kind === OpKind.NearBranch32 ? 32 : 64;
      if (width !== ours.operandSize) return `${ours.operandSize}-bit branch, iced ${width}`;
      const target = BigInt.asUintN(width, iced.nextIP + operand.displacement);
      return target === iced.nearBranchTarget ? null : `target ${target}, iced ${iced.nearBranchTarget}`;
    }
    case "far": {
      const width = kind === OpKind.FarBranch16 ? 16 : kind === OpKind.FarBranch32 ? 32 : 0;
      const offset = width === 16 ? iced.farBranch16 : iced.farBranch32;
      const same = width === operand.bits && iced.farBranchSelector === operand.selector && offset === operand.offset;
      return same ? null : "far pointer";
    }
  }
}

/** MASKMOVQ and MASKMOVDQU store at DS:rDI. */
const maskedStore = /^v?maskmov(q|dqu)$/;

/** Segment of the implied DS:rSI operand of strings and XLAT, and of masked stores. */
function impliedDifference(ours: Instruction, iced: IcedInstruction): string | null {
  const { mnemonic } = ours.row;
  const usesSegment = /^(movs|cmps|lods|outs)[bwdq]$|^xlatb$/.test(mnemonic) || maskedStore.test(mnemonic);
  if (!usesSegment) return null;
  const segment = segments[ours.segmentOverride >= 0 ? ours.segmentOverride : 3]!.name;
  const seen = registerNames[iced.memorySegment]!;
  if (seen !== segment && !ignoredOverride(iced)) return `segment ${segment}, iced ${seen}`;
  const kinds = Array.from({ length: iced.opCount }, (_, i) => OpKind[iced.opKind(i)]!);
  const width = kinds.map((kind) => /^MemorySeg([ER]?)[SD]I$/.exec(kind)).find((match) => match !== null);
  const address = width === undefined ? ours.addressSize : width[1] === "R" ? 64 : width[1] === "E" ? 32 : 16;
  return address === ours.addressSize ? null : `address size ${ours.addressSize}, iced ${address}`;
}

/** What differs between our instruction and iced's, or null. */
export function difference(ours: Instruction, iced: IcedInstruction): string | null {
  if (ours.length !== iced.length) return `length ${ours.length}, iced ${iced.length}`;
  const mnemonic = icedMnemonic(iced.mnemonic);
  if (mnemonic !== ours.row.mnemonic) return `mnemonic ${ours.row.mnemonic}, iced ${mnemonic}`;
  const masked = maskedStore.test(mnemonic);
  if (ours.row.repeat !== "none" || mnemonic === "xlatb" || masked) {
    const implied = impliedDifference(ours, iced);
    if (implied !== null) return implied;
  }
  if (ours.row.repeat === "none" && mnemonic !== "xlatb") {
    const shift = masked ? 1 : 0;
    if (ours.operands.length + shift !== iced.opCount)
      return `${ours.operands.length} operands, iced ${iced.opCount - shift}`;
    for (let i = 0; i < ours.operands.length; i++) {
      const found = operandDifference(ours, iced, i, shift);
      if (found !== null) return `operand ${i}: ${found}`;
    }
  }
  let flags: number = iced.hasLockPrefix ? Prefix.lock : 0;
  // Elsewhere F2 and F3 change nothing, and iced does not always report them.
  if (ours.row.repeat === "none") flags |= ours.prefixes & ~Prefix.lock;
  else flags |= (iced.hasRepPrefix ? Prefix.rep : 0) | (iced.hasRepnePrefix ? Prefix.repne : 0);
  return flags === ours.prefixes ? null : `prefixes ${ours.prefixes}, iced ${flags}`;
}

/** Without its last byte an instruction is "incomplete": a fetch that ends at a page must not see another one. */
function shortened(bytes: Uint8Array, offset: number, ours: Instruction): string | null {
  const outcome = decode(bytes, offset, offset + ours.length - 1, ours.mode);
  return outcome === "incomplete" ? null : "without its last byte it is not incomplete";
}

/** Counts of one comparison run. */
export interface Tally {
  /** Both name the same instruction. */
  same: number;
  /** Both refuse. */
  refused: number;
  /** iced names an instruction of a family that is not in the table, and we refuse. */
  foreign: number;
}

/**
 * Compares our decoder with iced on the 16-byte strings in `bytes`.
 *
 * @param found is told each disagreement, with the string and what differs
 */
export function compareStrings(
  bytes: Uint8Array,
  mode: Mode,
  found: (text: string, ours: Instruction | DecodeFailure) => void,
): Tally {
  const tally = { same: 0, refused: 0, foreign: 0 };
  const decoder = new Decoder(mode, bytes, DecoderOptions.None);
  const iced = new IcedInstruction();
  for (let offset = 0; offset + 16 <= bytes.length; offset += 16) {
    decoder.position = offset;
    decoder.decodeOut(iced);
    const ours = decode(bytes, offset, offset + 16, mode);
    const report = (what: string) => {
      const hex = Buffer.from(bytes.subarray(offset, offset + 16)).toString("hex");
      found(`${mode}:${hex}: ${what}`, ours);
    };
    if (iced.code === Code.INVALID) {
      if (typeof ours === "string") tally.refused++;
      else report(`${ours.row.mnemonic} (${ours.row.encoding}), iced refuses`);
    } else if (typeof ours === "string") {
      if (!inTable(iced)) tally.foreign++;
      else report(`${ours}, iced ${icedMnemonic(iced.mnemonic)} ${CodeExt.opCode(iced.code).opCodeString}`);
    } else if (!inTable(iced)) report(`${ours.row.mnemonic}, iced ${icedMnemonic(iced.mnemonic)}`);
    else {
      const what = difference(ours, iced) ?? shortened(bytes, offset, ours);
      if (what === null) tally.same++;
      else report(`${ours.row.mnemonic} (${ours.row.encoding}): ${what}`);
    }
  }
  iced.free();
  decoder.free();
  return tally;
}
