/**
 * The instructions that save and restore x87, MMX, SSE and AVX state in memory (SDM vol. 1, 10.5 and chapter 13). Whether they may, and the
 * area's alignment and segment, are checked here; helpers (fxsave.ts) do the rest.
 */
import { general } from "../isa/registers.ts";
import type { Builder, Definition, Definitions, MemoryOperand, Value } from "./builder.ts";
import { Cr0, Cr4 } from "./control-bits.ts";
import { SaveForm } from "./fxsave.ts";
import { anySet, fit, isZero, RAX, RDX } from "./operand.ts";
import { Vector } from "./state.ts";

/** FXSAVE, FXRSTOR: a legacy area of 512 bytes. */
const legacyArea =
  (helper: "fxsave" | "fxrstor", wide: boolean): Definition =>
  (b, area) => {
    if (area.kind !== "memory") throw new Error("FXSAVE has a memory operand");
    b.if(anySet(b, fit(b, b.get("cr0"), 32), Number(Cr0.EM | Cr0.TS)), () => b.fault(Vector.NM));
    const linear = alignedAddress(b, area, 16);
    for (const offset of [0, 504]) {
      const delta = b.constant(area.addressSize, offset);
      if (helper === "fxsave") b.probeStoreAt(area, delta, 64);
      else b.loadAt(area, delta, 64);
    }
    b.helper(helper, [linear, b.constant(64, wide ? 1 : 0)]);
  };

/** The linear address; #GP(0) unless it is a multiple of `alignment`. */
function alignedAddress(b: Builder, area: MemoryOperand, alignment: number): Value {
  const linear = b.linearAddress(area);
  b.if(anySet(b, linear, alignment - 1), () => b.fault(Vector.GP, 0));
  return linear;
}

/** XSAVE, XRSTOR and their like: EDX:EAX says which components. `form`: of saving; null: restoring. */
const extendedArea =
  (form: number | null, wide: boolean): Definition =>
  (b, area) => {
    if (area.kind !== "memory") throw new Error("XSAVE has a memory operand");
    b.if(isZero(b, b.and(b.get("cr4"), b.constant(64, Cr4.OSXSAVE))), () => b.fault(Vector.UD));
    b.if(anySet(b, fit(b, b.get("cr0"), 32), Number(Cr0.TS)), () => b.fault(Vector.NM));
    const linear = alignedAddress(b, area, 64);
    const first = b.constant(area.addressSize, 0);
    if (form === null) b.loadAt(area, first, 64);
    else b.probeStoreAt(area, first, 64);
    const [low, high] = [RAX, RDX].map((register) => b.zeroExtend(b.register(general[32][register]!), 64)) as [
      Value,
      Value,
    ];
    const mask = b.or(low, b.shl(high, b.constant(64, 32)));
    const isWide = b.constant(64, wide ? 1 : 0);
    if (form === null) b.helper("xrstor", [linear, mask, isWide]);
    else b.helper("xsave", [linear, mask, isWide, b.constant(64, form)]);
  };

export const stateAreas: Definitions = {
  fxsave: legacyArea("fxsave", false),
  fxsave64: legacyArea("fxsave", true),
  fxrstor: legacyArea("fxrstor", false),
  fxrstor64: legacyArea("fxrstor", true),
  xsave: extendedArea(SaveForm.standard, false),
  xsave64: extendedArea(SaveForm.standard, true),
  xsaveopt: extendedArea(SaveForm.optimized, false),
  xsaveopt64: extendedArea(SaveForm.optimized, true),
  xsavec: extendedArea(SaveForm.compacted, false),
  xsavec64: extendedArea(SaveForm.compacted, true),
  xrstor: extendedArea(null, false),
  xrstor64: extendedArea(null, true),
};
