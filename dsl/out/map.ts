/**
 * The map file: where everything went, for people. Sections with both addresses and their parts, then all symbols by
 * address.
 */
import type { Image } from "./link.ts";

/** The map as text; addresses in hexadecimal, sizes in bytes. */
export function mapFile(image: Image): string {
  const lines = ["address          load             size     section"];
  for (const section of image.sections.filter((it) => it.flags.allocate)) {
    lines.push(
      `${hex(section.address)} ${hex(section.load)} ${decimal(section.size)} ${section.name} ${rights(section.flags)}`,
    );
    if (section.parts.length < 2) continue;
    for (const part of section.parts) {
      const offset = BigInt(part.offset);
      const indent = `${hex(section.address + offset)} ${hex(section.load + offset)} ${decimal(part.size)}`;
      lines.push(`${indent}   ${part.object}`);
    }
  }
  lines.push("", "address          size     symbol");
  const symbols = [...image.symbols].sort((x, y) => (x.value < y.value ? -1 : x.value > y.value ? 1 : 0));
  for (const { value, size, name, global, section } of symbols) {
    const notes = [global ? "global" : "", section === null ? "absolute" : ""].filter(Boolean).join(" ");
    lines.push(`${hex(BigInt.asUintN(64, value))} ${decimal(size)} ${name}${notes && ` (${notes})`}`);
  }
  if (image.dropped.length > 0) {
    lines.push("", "left out: size     section");
    for (const { size, section, object } of image.dropped)
      lines.push(`${decimal(size).padStart(17)} ${section}   ${object}`);
  }
  return `${lines.join("\n")}\n`;
}

const hex = (value: bigint) => value.toString(16).padStart(16, "0");
const decimal = (size: number) => String(size).padStart(8);

function rights({ write, execute, nobits }: Image["sections"][number]["flags"]): string {
  return `r${write ? "w" : "-"}${execute ? "x" : "-"}${nobits ? " zeros" : ""}`;
}
