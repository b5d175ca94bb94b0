/**
 * An instruction as text: Intel syntax as iced-x86's Intel formatter prints it by default, so that the two can be
 * compared as text. Numbers are hexadecimal with "h" (below ten decimal), branch targets are absolute, RIP-relative
 * operands show the address they mean, and the width of a memory operand is shown where nothing else tells it.
 */
import type { Instruction, MemoryOperand, Operand, OperandSpec } from "./instruction.ts";
import { DS, Prefix } from "./instruction.ts";
import { general, type Register, segments } from "./registers.ts";

export interface FormatOptions {
  /** Address of the instruction's first byte; branch targets and RIP-relative addresses count from it. Default 0. */
  readonly address?: bigint;
  /** A name for an address that is a branch target or a whole memory operand, as "main+12h"; null prints the number. */
  readonly symbol?: (address: bigint, use: "branch" | "memory") => string | null;
}

const widthNames: Readonly<Record<number, string>> = {
  8: "byte ptr ",
  16: "word ptr ",
  32: "dword ptr ",
  48: "fword ptr ",
  64: "qword ptr ",
  80: "tbyte ptr ",
  128: "xmmword ptr ",
  256: "ymmword ptr ",
};

/** Hexadecimal with at least `digits` digits, a leading 0 before a letter, and "h"; numbers below ten are decimal. */
function number(value: bigint, digits = 1): string {
  if (value < 10n) return value.toString();
  const hex = value.toString(16).toUpperCase().padStart(digits, "0");
  return `${hex >= "A" ? "0" : ""}${hex}h`;
}

/** Instructions whose text is not their mnemonic. */
const spelling: Readonly<Record<string, string>> = {
  sal: "shl",
  retf: "ret far",
  xlatb: "xlat",
  wait: "fwait",
};

/** One-operand and register-free forms whose memory width is part of the mnemonic, or of no interest. */
const widthImplied =
  /^(set|sgdt|sidt|lgdt|lidt|cmpxchg|inv|prefetch|clflush|clwb|cldemote|lea|sldt|str|smsw|lldt|ltr|lmsw|ver|nop|fldcw|fnst[cs]w|v?(ld|st)mxcsr|fx|xs|xr)/;
/** Memory whose width the registers beside it do not tell. */
const widthDiffers = /^(movzx|movsx|crc32|bound|v?cvtsi2s[sd]|vcvtpd2ps|vcvtt?pd2dq)$/;

function showsWidth({ row, operands }: Instruction): boolean {
  if (widthDiffers.test(row.mnemonic)) return true;
  if (widthImplied.test(row.mnemonic)) return false;
  if (row.operands.some((spec) => spec.source === "moffs")) return false;
  return !operands.some((operand, i) => operand.kind === "register" && row.operands[i]!.source !== "fixed");
}

function formatMemory(memory: MemoryOperand, instruction: Instruction, options: FormatOptions): string {
  const { base, index, scale, displacement, addressSize, bits } = memory;
  const width = showsWidth(instruction) ? (widthNames[bits] ?? "") : "";
  // LEA computes an offset; a segment means nothing to it.
  const shown = instruction.segmentOverride >= 0 && instruction.row.mnemonic !== "lea";
  const segment = shown ? `${segments[memory.segment]!.name}:` : "";
  let inside: string;
  const relative = base?.class === "instructionPointer";
  if (relative || (base === null && index === null)) {
    const from = relative ? (options.address ?? 0n) + BigInt(instruction.length) : 0n;
    const target = BigInt.asUintN(addressSize, from + displacement);
    inside = options.symbol?.(target, "memory") ?? number(target);
  } else {
    const terms: string[] = [];
    if (base !== null) terms.push(base.name);
    if (index !== null) terms.push(base !== null && scale === 1 ? index.name : `${index.name}*${scale}`);
    inside = terms.join("+");
    if (displacement < 0n) inside += `-${number(-displacement)}`;
    else if (displacement > 0n) inside += `+${number(displacement)}`;
  }
  return `${width}${segment}[${inside}]`;
}

/** "st" where it is always the top, "st(0)" where it happens to be. */
const stackName = (index: number, spec: OperandSpec): string => (spec.source === "fixed" ? "st" : `st(${index})`);

/** Instructions that read or write less than 32 bits of a general register: it goes by its 32-bit name under REX.W as well. */
const lowOfGeneral = /^v?(pinsr[bw]|pextr[bw]|extractps|p?movmsk)/;

function registerName({ name, class: kind, index }: Register, spec: OperandSpec, { row }: Instruction): string {
  if (kind === "x87") return stackName(index, spec);
  return kind === "general" && row.vector !== null && lowOfGeneral.test(row.mnemonic) ? general[32][index]!.name : name;
}

function formatOperand(operand: Operand, spec: OperandSpec, instruction: Instruction, options: FormatOptions): string {
  switch (operand.kind) {
    case "register":
      return registerName(operand.register, spec, instruction);
    case "memory":
      return formatMemory(operand, instruction, options);
    case "immediate":
      return number(operand.value);
    case "relative": {
      const { operandSize, length } = instruction;
      const target = BigInt.asUintN(operandSize, (options.address ?? 0n) + BigInt(length) + operand.displacement);
      const text = options.symbol?.(target, "branch") ?? number(target, operandSize / 4);
      return operand.bits === 8 && /^j/.test(instruction.row.mnemonic) && !/cxz$/.test(instruction.row.mnemonic)
        ? `short ${text}`
        : text;
    }
    case "far":
      return `far ${number(BigInt(operand.offset), operand.bits / 4)},${number(BigInt(operand.selector), 4)}`;
  }
}

/** The operands of string instructions and XLAT, which the short forms of the manual leave unsaid. */
function impliedOperands({ row, addressSize, segmentOverride }: Instruction): string {
  const prefix = addressSize === 64 ? "r" : addressSize === 32 ? "e" : "";
  const shown = segmentOverride >= 0 && segmentOverride !== DS;
  const source = `${shown ? `${segments[segmentOverride]!.name}:` : ""}[${prefix}si]`;
  const target = `${shown ? "es:" : ""}[${prefix}di]`;
  switch (row.mnemonic.slice(0, -1)) {
    case "movs":
      return `${target},${source}`;
    case "cmps":
      return `${source},${target}`;
    case "stos":
    case "scas":
      return target;
    case "lods":
      return source;
    case "ins":
      return `${target},dx`;
    case "outs":
      return `dx,${source}`;
    default:
      return source.replace(/si\]$/, "bx]");
  }
}

/** Transfers and stack instructions whose operand size no operand shows get it as a prefix where it is not the mode's. */
function sizePrefix({ row, mode, operandSize }: Instruction): string {
  const { mnemonic, operands } = row;
  const implied =
    /^(ret|retf|enter|leave)$/.test(mnemonic) ||
    (/^(j|call|loop)/.test(mnemonic) && operands[0]!.source !== "modrm.rm") ||
    (/^(push|pop)$/.test(mnemonic) && (operands[0]!.source === "immediate" || operands[0]!.source === "fixed"));
  const usual =
    mode !== 64
      ? mode
      : row.size64 !== "normal" || operands[0]?.source === "fixed"
        ? 64
        : mnemonic === "retf"
          ? 32
          : 64;
  return implied && operandSize !== usual ? `data${operandSize} ` : "";
}

/** The x87 control words and environments, which are not numbers of ST(0). */
const x87Control = /^f(ld|nst)(cw|sw|env)$|^frstor$|^fnsave$/;

/** ST(0), which most x87 instructions with one operand leave unsaid: "st," before it, or ",st" behind. */
function impliedStack({ row }: Instruction, operand: string): string {
  if (row.cost.slice(0, 4) !== "x87-" || row.operands.length !== 1 || x87Control.test(row.mnemonic)) return operand;
  if (row.mnemonic.startsWith("ffree")) return operand;
  return row.operands[0]!.access === "w" ? `${operand},st` : `st,${operand}`;
}

function repeatPrefix({ row, prefixes }: Instruction): string {
  if (row.repeat === "none") return "";
  if (prefixes & Prefix.rep) return row.repeat === "repe" ? "repe " : "rep ";
  return prefixes & Prefix.repne ? "repne " : "";
}

/** The instruction in Intel syntax, in lower case, without its address and bytes. */
export function format(instruction: Instruction, options: FormatOptions = {}): string {
  const { row, mode, operandSize, prefixes, addressSize } = instruction;
  const { mnemonic } = row;
  if (mnemonic === "nop" && row.operands.length === 0 && operandSize !== (mode === 64 ? 32 : mode))
    return operandSize === 16 ? "xchg ax,ax" : operandSize === 32 ? "xchg eax,eax" : "xchg rax,rax";
  const repeated =
    mnemonic === "imul" && row.operands.length === 3 && instruction.operands[0] === instruction.operands[1];
  const operands =
    row.repeat !== "none" || mnemonic === "xlatb"
      ? impliedOperands(instruction)
      : instruction.operands
          .map((operand, i) => formatOperand(operand, row.operands[i]!, instruction, options))
          .slice(repeated ? 1 : 0)
          .join(",");
  const lock = prefixes & Prefix.lock ? "lock " : "";
  const far = /^(jmp|call)$/.test(mnemonic) && row.operands[0]!.notation.startsWith("m16:") ? "far " : "";
  const impliedAddress =
    /^(loop|monitor|v?maskmov(q|dqu)$)/.test(mnemonic) || row.operands.some((spec) => spec.source === "moffs");
  const address = impliedAddress && addressSize !== mode ? `addr${addressSize} ` : "";
  const text = `${lock}${address}${repeatPrefix(instruction)}${sizePrefix(instruction)}${spelling[mnemonic] ?? mnemonic}`;
  return operands === "" ? text : `${text} ${far}${impliedStack(instruction, operands)}`;
}
