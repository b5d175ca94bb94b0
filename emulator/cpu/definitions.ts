/**
 * START HERE for semantics: all definitions under their mnemonics, and what every instruction has in common before its
 * own definition speaks: the checks that the table states. A builder that asks for an instruction's meaning calls
 * `define`.
 */

import type { Row } from "../isa/instruction.ts";
import { once } from "../isa/once.ts";
import { rowsOf } from "../isa/table.ts";
import { arithmetic } from "./arithmetic.ts";
import { bitInstructions } from "./bits.ts";
import type { Builder, Definition, Definitions, Operand, Value } from "./builder.ts";
import { control } from "./control.ts";
import { Cr0 } from "./control-bits.ts";
import { flagControl } from "./flag-control.ts";
import { isNotZero, isZero } from "./operand.ts";
import { shifts } from "./shift.ts";
import { stackInstructions } from "./stack.ts";
import { Flag, Vector } from "./state.ts";
import { stateAreas } from "./state-area.ts";
import { stringInstructions } from "./string.ts";
import { system } from "./system.ts";
import { transfer } from "./transfer.ts";
import { vectorAvx } from "./vector-avx.ts";
import { vectorConversions } from "./vector-convert.ts";
import { vectorCrypto } from "./vector-crypto.ts";
import { vectorFloats } from "./vector-float.ts";
import { vectorFma } from "./vector-fma.ts";
import { vectorIntegers } from "./vector-integer.ts";
import { vectorMoves } from "./vector-move.ts";
import { checkVectorState, markMmxUsed } from "./vector-row.ts";
import { vectorShuffles } from "./vector-shuffle.ts";
import { vectorStrings } from "./vector-string.ts";
import { x87Instructions } from "./x87.ts";
import { x87Control } from "./x87-control.ts";

export const definitions: Definitions = {
  ...transfer,
  ...arithmetic,
  ...shifts,
  ...bitInstructions,
  ...stackInstructions,
  ...control,
  ...stringInstructions,
  ...flagControl,
  ...system,
  ...stateAreas,
  ...x87Instructions,
  ...x87Control,
};

/** Those of MMX, SSE and AVX; apart, because MOVSD and CMPSD are also string instructions. */
const vectors: Definitions = {
  ...vectorMoves,
  ...vectorIntegers,
  ...vectorShuffles,
  ...vectorFloats,
  ...vectorConversions,
  ...vectorStrings,
  ...vectorCrypto,
};

/** Most have a VEX form of the same meaning, its name with a "v" in front. */
export const vectorDefinitions = once(
  (): Definitions => ({
    ...vectors,
    ...Object.fromEntries(
      Object.entries(vectors)
        .map(([mnemonic, definition]) => [`v${mnemonic}`, definition] as const)
        .filter(([mnemonic]) => rowsOf(mnemonic).length > 0),
    ),
    ...vectorAvx,
    ...vectorFma,
  }),
);

/** What a row does; undefined if nobody has said it yet. */
export const definitionOf = (row: Row): Definition | undefined =>
  (row.vector === null ? definitions : vectorDefinitions())[row.mnemonic];

/** Privileged instructions that are #UD above CPL 0, not #GP(0). */
const undefinedInUserMode: ReadonlySet<string> = new Set(["clac", "stac", "monitor", "mwait"]);

/** Privileged instructions whose helper looks at another condition (#UD) before the privilege. */
const checksPrivilegeItself: ReadonlySet<string> = new Set(["sysret", "sysretq", "xsetbv"]);

/** Says what an instruction of the builder's shape does: the table's checks, then the definition of its mnemonic. */
export function define(b: Builder, operands: readonly Operand[]): void {
  const { row } = b;
  const definition = definitionOf(row);
  if (definition === undefined) throw new Error(`${row.mnemonic} (${row.encoding}) has no definition`);
  if (row.protectedOnly && b.mode !== 64) b.if(b.not(inProtectedMode(b)), () => b.fault(Vector.UD));
  if (row.privilege === 0 && !checksPrivilegeItself.has(row.mnemonic)) {
    const undefinedThen = undefinedInUserMode.has(row.mnemonic);
    b.if(isNotZero(b, b.get("cpl")), () => (undefinedThen ? b.fault(Vector.UD) : b.fault(Vector.GP, 0)));
  }
  checkVectorState(b, operands);
  definition(b, ...operands);
  markMmxUsed(b, operands);
}

/** CR0.PE set and EFLAGS.VM clear. */
function inProtectedMode(b: Builder): Value {
  const pe = isNotZero(b, b.and(b.get("cr0"), b.constant(64, Cr0.PE)));
  return b.and(pe, isZero(b, b.and(b.get("flagsOther"), b.constant(32, Flag.VM))));
}
