/** Operands in short, for messages: "r32 eax" would say too much, "eax" and "dword [rax+8]" say what was asked for. */
import type { Operand } from "./instruction.ts";

const widths: Readonly<Record<number, string>> = { 8: "byte ", 16: "word ", 32: "dword ", 64: "qword " };

export function describeOperand(operand: Operand): string {
  switch (operand.kind) {
    case "register":
      return operand.register.name;
    case "memory": {
      const { base, index, scale, displacement, bits } = operand;
      const parts: string[] = [];
      if (base !== null) parts.push(base.name);
      if (index !== null) parts.push(scale === 1 ? index.name : `${index.name}*${scale}`);
      if (displacement !== 0n || parts.length === 0) parts.push(signedHex(displacement));
      return `${widths[bits] ?? ""}[${parts.join("+").replaceAll("+-", "-")}]`;
    }
    case "immediate":
      return signedHex(operand.value);
    case "relative":
      return `$${operand.displacement < 0n ? "" : "+"}${signedHex(operand.displacement)}`;
    case "far":
      return `0x${operand.selector.toString(16)}:0x${operand.offset.toString(16)}`;
  }
}

function signedHex(value: bigint): string {
  return value < 0n ? `-0x${(-value).toString(16)}` : `0x${value.toString(16)}`;
}
