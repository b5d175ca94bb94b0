/**
 * Whether a row of the table takes given operands, and if none does, the one line that says why.
 */
import { describeOperand } from "./describe.ts";
import type { EncodeOptions } from "./encode.ts";
import { EncodeError } from "./encode-error.ts";
import type { Mode, Operand, OperandSpec, Row } from "./instruction.ts";
import type { Register } from "./registers.ts";

/** Why a row does not take some operands, the better fit the higher: the message is made from the best row. */
export const Misfit = { count: 1, kind: 2, width: 3, mode: 4, option: 5, range: 6 } as const;
export type Misfit = 0 | (typeof Misfit)[keyof typeof Misfit];

/**
 * Operands of which 16 bits are read whatever register names them: selectors and LMSW. The manual has them as r/m16,
 * assemblers take any width (vol. 2, MOV: "the upper bits are ignored").
 */
function readsSelector(row: Row, spec: OperandSpec): boolean {
  if (spec.notation !== "r/m16" || spec.access !== "r") return false;
  return (row.operandSize === 0 && row.mnemonic !== "arpl") || row.mnemonic === "lar" || row.mnemonic === "lsl";
}

function registerMisfit(row: Row, spec: OperandSpec, register: Register): Misfit {
  if (!spec.register) return Misfit.kind;
  if (spec.fixed !== null) return spec.fixed === register ? 0 : Misfit.width;
  if (register.class !== spec.registerClass) return Misfit.kind;
  if (register.bits === spec.registerBits) return 0;
  return readsSelector(row, spec) && register.bits > 16 ? 0 : Misfit.width;
}

/** The immediate as the bytes will hold it (unsigned, of `spec.bits`), or null if the operation would see another value. */
export function immediateBytes(spec: OperandSpec, value: bigint): bigint | null {
  const width = spec.signExtendTo || spec.bits;
  if (value < -(1n << BigInt(width - 1)) || value >= 1n << BigInt(width)) return null;
  const encoded = BigInt.asUintN(spec.bits, value);
  const seen = spec.signExtendTo === 0 ? encoded : BigInt.asUintN(width, BigInt.asIntN(spec.bits, encoded));
  return seen === BigInt.asUintN(width, value) ? encoded : null;
}

function operandMisfit(row: Row, spec: OperandSpec, operand: Operand, options: EncodeOptions): Misfit {
  switch (operand.kind) {
    case "register":
      return registerMisfit(row, spec, operand.register);
    case "memory":
      if (!spec.memory) return Misfit.kind;
      if (
        (operand.index?.class === "xmm" || operand.index?.class === "ymm" ? operand.index.class : null) !==
        spec.vectorIndex
      )
        return Misfit.kind;
      if (operand.bits !== 0 && spec.bits !== 0 && operand.bits !== spec.bits) return Misfit.width;
      return spec.source === "moffs" && (operand.base !== null || operand.index !== null) ? Misfit.kind : 0;
    case "immediate":
      if (spec.fixed === 1) return operand.value === 1n && options.immediateBits === undefined ? 0 : Misfit.range;
      if (spec.source !== "immediate") return Misfit.kind;
      if (options.immediateBits !== undefined && options.immediateBits !== spec.bits) return Misfit.option;
      return immediateBytes(spec, operand.value) === null ? Misfit.range : 0;
    case "relative":
      if (spec.source !== "relative") return Misfit.kind;
      if (options.branchBits !== undefined && options.branchBits !== spec.bits) return Misfit.option;
      return BigInt.asIntN(spec.bits, operand.displacement) === operand.displacement ? 0 : Misfit.range;
    case "far":
      if (spec.source !== "far") return Misfit.kind;
      return operand.bits === spec.bits ? 0 : Misfit.width;
  }
}

/** 0 if the row takes the operands in this mode, else the reason why not. */
export function misfit(row: Row, operands: readonly Operand[], mode: Mode, options: EncodeOptions): Misfit {
  if (row.operands.length !== operands.length) return Misfit.count;
  let worst: Misfit = 0;
  for (let i = 0; i < operands.length; i++) {
    const found = operandMisfit(row, row.operands[i]!, operands[i]!, options);
    if (found !== 0 && (worst === 0 || found < worst)) worst = found;
  }
  if (worst !== 0 && worst < Misfit.mode) return worst;
  if (!row.modes[mode]) return Misfit.mode;
  const { operandSize } = options;
  if (operandSize !== undefined && row.operandSize !== 0 && row.operandSize !== operandSize) return Misfit.option;
  return worst;
}

/** "mov eax, 0x5" */
export const describe = (mnemonic: string, operands: readonly Operand[]) =>
  `${mnemonic} ${operands.map(describeOperand).join(", ")}`.trimEnd();

/** Throws the error for operands that no candidate takes. */
export function refuse(
  mnemonic: string,
  operands: readonly Operand[],
  mode: Mode,
  options: EncodeOptions,
  candidates: readonly Row[],
): never {
  if (candidates.length === 0) throw new EncodeError("mnemonic", `there is no instruction ${mnemonic}`);
  let best: Misfit = Misfit.count;
  let bestRow = candidates[0]!;
  for (const row of candidates) {
    const found = misfit(row, operands, mode, options);
    if (found > best) {
      best = found;
      bestRow = row;
    }
  }
  const what = describe(mnemonic, operands);
  const forms = () => {
    const list = [...new Set(candidates.map((row) => row.operands.map((spec) => spec.notation).join(", ") || "none"))];
    return list.length > 8 ? `${list.slice(0, 8).join(" | ")} | …` : list.join(" | ");
  };
  switch (best) {
    case Misfit.mode:
      throw new EncodeError("mode", `${what}: not valid in ${mode}-bit code`);
    case Misfit.option:
      throw new EncodeError("operands", `${what}: no form with the size asked for`);
    case Misfit.range: {
      const position = bestRow.operands.findIndex(
        (spec, i) => operandMisfit(bestRow, spec, operands[i]!, options) === Misfit.range,
      );
      const spec = bestRow.operands[position];
      if (spec?.source === "relative")
        throw new EncodeError("range", `${what}: the target is out of reach of ${spec.notation}`);
      const extended =
        spec !== undefined && spec.signExtendTo > spec.bits ? ` sign-extended to ${spec.signExtendTo}` : "";
      throw new EncodeError("range", `${what}: the value does not fit in ${spec?.notation}${extended}`);
    }
    default:
      throw new EncodeError("operands", `${what}: the operands fit no form of it (${forms()})`);
  }
}
