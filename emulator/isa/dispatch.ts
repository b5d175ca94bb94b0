/**
 * The decoder's dispatch tables, made from the instruction table: for every opcode a dense array that is indexed by
 * mandatory prefix, operand size (with VEX: L and W), address size and ModRM, and holds the one form those bytes mean. All questions about
 * which row wins (a mandatory prefix over none, /digit over /r, an operand size over none) are settled here, once, so
 * that decoding is a few multiplications and one load.
 *
 * An opcode's array is made when the opcode is first met.
 */
import type { Mode, Operand, OperandSpec, RegisterOperand, Row } from "./instruction.ts";
import {
  controlRegisters,
  debugRegisters,
  general,
  highBytes,
  mmx,
  type Register,
  segments,
  x87Stack,
  xmm,
  ymm,
} from "./registers.ts";
import { rowsOfOpcode } from "./table.ts";

/** How the decoder gets at an operand. */
export const Source = {
  /** Always the same: `constant`. */
  fixed: 0,
  /** `registers[ModRM.reg | REX.R << 3]` */
  reg: 1,
  /** `registers[opcode & 7 | REX.B << 3]` */
  opcode: 2,
  /** `registers[ModRM.rm | REX.B << 3]`, or memory of `bits` */
  rm: 3,
  /** `registers[VEX.vvvv]` */
  vvvv: 4,
  /** `registers[ModRM.reg]`: REX.R is ignored (vol. 2, MOV Sreg) */
  sreg: 5,
  immediate: 6,
  relative: 7,
  far: 8,
  moffs: 9,
  /** `registers[bits 7:4 of a byte behind the rest]` */
  is4: 10,
} as const;

export interface OperandForm {
  readonly source: number;
  /** By number; `null` where the number names no register (#UD). Numbers 16–31: byte registers 4–7 without REX. */
  readonly registers: readonly (RegisterOperand | null)[];
  readonly constant: Operand | null;
  /** With `Source.rm`: ModRM.mod other than 3 means memory. False for MOV CR and DR, which do not look at it. */
  readonly memory: boolean;
  readonly bits: number;
  readonly signExtendTo: 0 | 16 | 32 | 64;
  /** Of a vector of addresses: the registers that may be its index. */
  readonly vectorIndex: readonly Register[] | null;
}

/** A row as it is to be decoded under certain prefixes. */
export interface Form {
  readonly row: Row;
  /** Effective operand size. */
  readonly operandSize: 16 | 32 | 64;
  readonly operands: readonly OperandForm[];
  /** VEX.vvvv names no operand and must be 1111b. */
  readonly vvvvUnused: boolean;
  /** A gather: its two registers and the index must be three different ones. */
  readonly gather: boolean;
}

export const ModrmIndex = {
  /** No ModRM byte. */
  none: 0,
  /** There is one, it selects nothing. */
  unused: 1,
  /** ModRM.reg, plus 8 if ModRM.mod is 3. */
  reg: 2,
  /** The whole byte. */
  whole: 3,
} as const;

/** The forms of one opcode, in one array: the strides say how prefixes and ModRM make an index. */
export interface Node {
  readonly modrm: number;
  readonly prefixStride: number;
  readonly addressStride: number;
  readonly sizeStride: number;
  /** Undefined: not asked for yet, see Dispatch.choose. */
  readonly forms: (Form | null | undefined)[];
  /** All rows of the opcode that the mode has. */
  readonly candidates: readonly Row[];
}

/** Beside the table's opcode spaces: 90 with REX.B, which is XCHG and not NOP. */
export const exchangeSpace = 7;
const spaces = 8;

/** All rows that an opcode may mean. */
function rowsAt(space: number, opcode: number): readonly Row[] {
  if (space === exchangeSpace) return opcode === 0x90 ? exchange().filter((row) => row.mnemonic !== "nop") : [];
  if (space === 0 && opcode === 0x90) return exchange().filter((row) => row.mnemonic !== "xchg");
  return withRegisters(space, opcode);
}

const exchange = (): readonly Row[] => withRegisters(0, 0x90);

/** An opcode's rows, in table order, with those whose opcode holds a register: any of the eight. */
function withRegisters(space: number, opcode: number): readonly Row[] {
  const first = opcode & ~7;
  const rows = rowsOfOpcode(space, opcode);
  if (first === opcode) return rows;
  const others = rowsOfOpcode(space, first).filter((row) => row.opcodeRegister);
  return others.length === 0 ? rows : [...rows, ...others].sort((a, b) => a.id - b.id);
}

/** One mode's tables. Filled on demand; what is filled in depends on the instruction table alone. */
export class Dispatch {
  readonly #mode: Mode;
  readonly #nodes: (Node | null | undefined)[] = new Array(spaces * 256).fill(undefined);
  readonly #forms = new Map<string, Form>();

  constructor(mode: Mode) {
    this.#mode = mode;
  }

  /** The node of an opcode in an opcode space, or null if nothing in the table has it in this mode. */
  node(space: number, opcode: number): Node | null {
    const index = space * 256 + opcode;
    const known = this.#nodes[index];
    return known !== undefined ? known : (this.#nodes[index] = this.#build(rowsAt(space, opcode)));
  }

  #build(all: readonly Row[]): Node | null {
    const mode = this.#mode;
    const candidates = all.filter((row) => row.modes[mode]);
    if (candidates.length === 0) return null;
    let modrm: number = ModrmIndex.none;
    for (const row of candidates) {
      if (row.modrm === null) continue;
      const needs =
        typeof row.modrm === "object"
          ? ModrmIndex.whole
          : typeof row.modrm === "number" || row.modrmForm !== "any"
            ? ModrmIndex.reg
            : ModrmIndex.unused;
      modrm = Math.max(modrm, needs);
    }
    const modrmCount = modrm === ModrmIndex.whole ? 256 : modrm === ModrmIndex.reg ? 16 : 1;
    const byPrefix = candidates.some((row) => row.mandatoryPrefix !== 0);
    const byAddress = candidates.some((row) => row.addressSize !== 0);
    const sizeStride = modrmCount;
    const sizes = candidates[0]!.vex === null ? 3 : 4;
    const addressStride = byAddress ? sizes * sizeStride : 0;
    const perPrefix = (byAddress ? 2 : 1) * sizes * sizeStride;
    const prefixStride = byPrefix ? perPrefix : 0;
    const forms = new Array(byPrefix ? 4 * perPrefix : perPrefix).fill(undefined);
    return { modrm, prefixStride, addressStride, sizeStride, forms, candidates };
  }

  /** Fills in one of a node's forms, and gives it. */
  choose(node: Node, index: number): Form | null {
    const { modrm, prefixStride, addressStride, sizeStride, candidates } = node;
    const prefix = prefixStride === 0 ? 0 : Math.floor(index / prefixStride);
    let rest = index - prefix * prefixStride;
    const address = addressStride !== 0 && rest >= addressStride ? 1 : 0;
    rest -= address * addressStride;
    const size = Math.floor(rest / sizeStride);
    rest -= size * sizeStride;
    const byte = modrm === ModrmIndex.reg ? (rest & 8 ? 0xc0 : 0) | ((rest & 7) << 3) : rest;
    const form = this.#choose(candidates, prefix, address, size, byte);
    node.forms[index] = form;
    return form;
  }

  #choose(candidates: readonly Row[], prefix: number, address: number, size: number, modrm: number): Form | null {
    let best: Row | null = null;
    let bestScore = 0;
    for (const row of candidates) {
      const score = this.#score(row, prefix, address, size, modrm);
      if (score > bestScore) {
        best = row;
        bestScore = score;
      }
    }
    if (best === null) return null;
    const operandSize = best.operandSize || this.#operandSize(best, size);
    const key = `${best.id}:${operandSize}`;
    let form = this.#forms.get(key);
    if (form === undefined) this.#forms.set(key, (form = makeForm(best, operandSize, this.#mode)));
    return form;
  }

  /** The operand-size attribute (vol. 1, table 3-3 and 3-4). `size`: 0 no prefix, 1 66, 2 REX.W; with VEX: W + 2 L. */
  #operandSize(row: Row, size: number): 16 | 32 | 64 {
    const mode = this.#mode;
    if (row.vex !== null) return mode === 64 && size & 1 ? 64 : 32;
    if (mode !== 64) return (mode === 32) === (size === 0) ? 32 : 16;
    if (row.size64 === "f64" || size === 2) return 64;
    if (size === 1) return 16;
    return row.size64 === "d64" ? 64 : 32;
  }

  /** How well a row fits: 0 not at all; the mandatory prefix counts most, then ModRM, then the operand size. */
  #score(row: Row, prefix: number, address: number, size: number, modrm: number): number {
    const { mandatoryPrefix, operandSize } = row;
    let score = 1;
    if (row.vex !== null || mandatoryPrefix !== 0) {
      const wanted = mandatoryPrefix === "np" ? 0 : prefixClass(mandatoryPrefix);
      if (mandatoryPrefix === "nfx" ? prefix > 1 : prefix !== wanted) return 0;
      score += 64;
    }
    if (row.vex !== null) {
      const { l, w } = row.vex;
      if (l !== "ignored" && l !== size >> 1) return 0;
      const looksAtW = w !== "ignored" && (row.operandSize === 0 || this.#mode === 64);
      if (looksAtW && w !== (size & 1)) return 0;
      if (looksAtW) score += 4;
    }
    if (row.addressSize !== 0) {
      const mode = this.#mode;
      const effective = address === 0 ? mode : mode === 32 ? 16 : 32;
      if (row.addressSize !== effective) return 0;
    }
    if (typeof row.modrm === "object" && row.modrm !== null) {
      if (row.modrm.byte !== modrm) return 0;
      score += 32;
    } else if (row.modrm !== null) {
      if (row.modrmForm !== "any" && (row.modrmForm === "register") !== modrm >= 0xc0) return 0;
      if (typeof row.modrm === "number") {
        if (row.modrm !== ((modrm >> 3) & 7)) return 0;
        score += 16;
      }
      if (row.modrmForm !== "any") score += 8;
    }
    if (operandSize === 0) return score + 2;
    if (operandSize === this.#operandSize(row, size)) return score + 3;
    return operandSize === 32 ? score + 1 : 0;
  }
}

/** The class of the mandatory prefix: 0 none, 1 66, 2 F3, 3 F2 (the numbers of VEX.pp). */
export function prefixClass(prefix: number | "nfx"): 0 | 1 | 2 | 3 {
  return prefix === 0x66 ? 1 : prefix === 0xf3 ? 2 : prefix === 0xf2 ? 3 : 0;
}

function makeForm(row: Row, operandSize: 16 | 32 | 64, mode: Mode): Form {
  const operands = row.operands.map((spec) => makeOperand(spec, mode, row));
  const vvvvUnused = row.vex !== null && !row.operands.some((spec) => spec.source === "vvvv");
  const gather = operands.some((operand) => operand.vectorIndex !== null);
  return { row, operandSize, operands, vvvvUnused, gather };
}

const asOperands = (registers: readonly Register[]): readonly RegisterOperand[] =>
  registers.map((register) => Object.freeze({ kind: "register", register }));

const operandsOf = {
  8: [...asOperands(general[8]), ...asOperands([...general[8].slice(0, 4), ...highBytes])],
  16: asOperands(general[16]),
  32: asOperands(general[32]),
  64: asOperands(general[64]),
  80: asOperands([...x87Stack, ...x87Stack]),
  segment: asOperands(segments),
  mmx: asOperands([...mmx, ...mmx]),
  xmm: asOperands(xmm),
  ymm: asOperands(ymm),
} as const;

function registersFor({ registerClass, registerBits }: OperandSpec): readonly RegisterOperand[] {
  if (registerClass === "x87") return operandsOf[80];
  if (registerClass === "mmx" || registerClass === "xmm" || registerClass === "ymm") return operandsOf[registerClass];
  return registerClass === "general" ? operandsOf[registerBits as 8 | 16 | 32 | 64] : [];
}

/** CR0, CR2–CR4 and in 64-bit mode CR8 exist; the others are #UD (vol. 2, MOV to/from control registers). */
const controlOperands = asOperands(controlRegisters).map((operand, i) =>
  i <= 8 && 0b100011101 & (1 << i) ? operand : null,
);
/** REX.R with a debug register is #UD. */
const debugOperands = asOperands(debugRegisters).map((operand, i) => (i < 8 ? operand : null));

function makeOperand(spec: OperandSpec, mode: Mode, row: Row): OperandForm {
  const { notation, bits, signExtendTo } = spec;
  const vectorIndex = spec.vectorIndex === null ? null : { xmm, ymm }[spec.vectorIndex];
  const form = { source: 0, registers: [], constant: null, memory: spec.memory, bits, signExtendTo, vectorIndex };
  const registers = registersFor(spec);
  if (notation === "Sreg") {
    const destination = row.operands[0] === spec;
    const loadable = operandsOf.segment.map((operand, i) => (destination && i === 1 ? null : operand));
    return { ...form, source: Source.sreg, registers: [...loadable, null, null] };
  }
  if (notation === "CR")
    return { ...form, source: Source.reg, registers: mode === 64 ? controlOperands : controlOperands.slice(0, 8) };
  if (notation === "DR") return { ...form, source: Source.reg, registers: debugOperands };
  switch (spec.source) {
    case "fixed":
      return { ...form, source: Source.fixed, constant: constantOperand(spec) };
    case "modrm.reg":
      return { ...form, source: Source.reg, registers };
    case "opcode":
      return { ...form, source: Source.opcode, registers };
    case "modrm.rm":
      return { ...form, source: Source.rm, registers };
    case "vvvv":
      return { ...form, source: Source.vvvv, registers };
    case "is4":
      // Its highest bit means nothing where there are eight registers.
      return {
        ...form,
        source: Source.is4,
        registers: mode === 64 ? registers : [...registers.slice(0, 8), ...registers.slice(0, 8)],
      };
    case "immediate":
      return { ...form, source: Source.immediate };
    case "relative":
      return { ...form, source: Source.relative };
    case "far":
      return { ...form, source: Source.far };
    case "moffs":
      return { ...form, source: Source.moffs };
  }
}

function constantOperand({ fixed }: OperandSpec): Operand {
  if (fixed === 1) return Object.freeze({ kind: "immediate", bits: 8, value: 1n });
  const { bits, index } = fixed!;
  if (fixed!.class === "segment") return operandsOf.segment[index]!;
  return operandsOf[bits as 8 | 16 | 32 | 64 | 80][index]!;
}
