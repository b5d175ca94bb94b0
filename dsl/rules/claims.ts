/**
 * A port, and a byte of device registers, has one owner: no two claims of the program overlap. Who needs part of another's
 * range is handed it by the owner (`ports.part(from, count)`).
 */
import type { TypedProgram } from "../check/tree.ts";
import type { Diagnostic } from "../syntax/diagnostic.ts";

export function overlappingClaims({ claims }: TypedProgram): Diagnostic[] {
  const found: Diagnostic[] = [];
  for (const [index, claim] of claims.entries()) {
    const other = claims
      .slice(0, index)
      .find(
        ({ kind, base, count }) => kind === claim.kind && base < claim.base + claim.count && claim.base < base + count,
      );
    if (!other) continue;
    const range = `0x${other.base.toString(16)} to 0x${(other.base + other.count - 1n).toString(16)}`;
    const { site } = other;
    found.push({
      site: claim.site,
      length: 1,
      message: `${claim.global.name} overlaps ${other.global.name} (${claim.kind} ${range}, ${site.file}:${site.line})`,
      hint:
        claim.kind === "ports"
          ? `${other.global.name}.part(from, count), handed on by its owner`
          : "one owner for each device",
      rule: "claims",
    });
  }
  return found;
}
