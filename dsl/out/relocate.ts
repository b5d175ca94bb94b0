/**
 * The message about a value that its field cannot hold, the same whether layout or the linker finds out.
 */
import type { Relocation } from "./object.ts";
import { SourceError } from "./site.ts";

/** @param value what was to be stored: an address, a constant, or the distance from the end of the instruction */
export function misfit(relocation: Relocation, value: bigint): SourceError {
  const { size, signed, extendTo, relativeTo } = relocation;
  const digits = `${value < 0n ? "-" : ""}0x${(value < 0n ? -value : value).toString(16)}`;
  const known = relocation.value.constant() !== null;
  const what =
    relativeTo !== null
      ? `the distance ${digits} to ${relocation.value}`
      : known
        ? digits
        : `${relocation.value} = ${digits}`;
  const how = signed && extendTo > 8 * size ? "signed " : "";
  return new SourceError(relocation.site, `${what} does not fit into ${how}${8 * size} bits${remedy(relocation)}`);
}

function remedy({ size, extendTo, relativeTo, branch }: Relocation): string {
  if (relativeTo !== null && branch && size === 1) return ": this instruction has only a short form";
  if (relativeTo !== null && branch) return ": load the address into a register and go through it";
  if (size === 4 && extendTo === 64) return ": movabs and dq hold 64";
  return "";
}
