/**
 * The instructions that save and restore x87, MMX and SSE state in memory (SDM vol. 1, 10.5). Their areas are checked here, at both ends;
 * helpers (fxsave.ts) do the rest.
 */
import type { Builder, Definition, Definitions } from "./builder.ts";
import { anySet, fit } from "./operand.ts";
import { Vector } from "./state.ts";

/** FXSAVE, FXRSTOR: the area is checked here, at both ends; the helper does the rest. */
const stateArea =
  (helper: string, write: boolean, wide: boolean): Definition =>
  (b, area) => {
    if (area.kind !== "memory") throw new Error("FXSAVE has a memory operand");
    checkTaskSwitched(b);
    const linear = b.linearAddress(area);
    b.if(anySet(b, linear, 15), () => b.fault(Vector.GP, 0));
    for (const offset of [0, 504]) {
      const delta = b.constant(area.addressSize, offset);
      if (write) b.modifyAt(area, delta, 64);
      else b.loadAt(area, delta, 64);
    }
    b.helper(helper, [linear, b.constant(64, wide ? 1 : 0)]);
  };

/** FXSAVE and its like: #NM if CR0.EM or CR0.TS. */
export function checkTaskSwitched(b: Builder): void {
  b.if(anySet(b, fit(b, b.get("cr0"), 32), 0xc), () => b.fault(Vector.NM));
}

export const stateAreas: Definitions = {
  fxsave: stateArea("fxsave", true, false),
  fxsave64: stateArea("fxsave", true, true),
  fxrstor: stateArea("fxrstor", false, false),
  fxrstor64: stateArea("fxrstor", false, true),
};
