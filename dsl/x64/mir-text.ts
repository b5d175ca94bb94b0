/** Machine code as text, for dumps and golden tests: registers by name once they are known, v32, v33, … before. */
import { general } from "../../emulator/isa/registers.ts";
import { type Inst, type MachineFunction, NONE, type Operand, type Reg, VIRTUAL, type Width, XMM0 } from "./mir.ts";

const registerText = (r: Reg, width: Width): string =>
  r >= VIRTUAL ? `v${r}` : r >= XMM0 ? `xmm${r - XMM0}` : general[width][r]!.name;

function operandText(o: Operand, width: Width): string {
  switch (o.kind) {
    case "reg":
      return registerText(o.reg, width);
    case "imm":
      return String(o.value);
    case "symbol":
      return `@${o.symbol}${o.offset === 0n ? "" : `+${o.offset}`}`;
    case "mem": {
      const parts: string[] = [];
      if (o.symbol !== null) parts.push(`@${o.symbol}`);
      if (o.slot !== null) parts.push(`${o.slot.kind}(${o.slot.offset})`);
      if (o.base !== NONE) parts.push(registerText(o.base, 64));
      if (o.index !== NONE) parts.push(`${registerText(o.index, 64)}${o.scale === 1 ? "" : `*${o.scale}`}`);
      if (o.disp !== 0 || parts.length === 0) parts.push(String(o.disp));
      return `${o.gs ? "gs:" : ""}[${parts.join(" + ")}]`;
    }
  }
}

export function instText(i: Inst): string {
  if (i.debug !== null) {
    const value = i.debug.value === null ? "gone" : operandText(i.debug.value, 64);
    return `debug ${i.debug.variable.name} = ${i.debug.indirect ? "at " : ""}${value}`;
  }
  const result = i.def === NONE ? "" : `${registerText(i.def, i.width)} = `;
  const name = `${i.lock ? "lock " : ""}${i.op}${i.condition === null ? "" : `.${i.condition}`}.${i.width}`;
  const from = i.from === i.width ? "" : `.${i.from}`;
  const args = i.args.map((o) => operandText(o, i.from === i.width ? i.width : i.from)).join(", ");
  return `${result}${name}${from} ${args}`.trimEnd();
}

export function printMachine(f: MachineFunction): string {
  const lines = [`${f.name}:`];
  for (const block of f.blocks) {
    lines.push(`${block.name}:${block.depth > 0 ? ` ; depth ${block.depth}` : ""}${block.cold ? " ; cold" : ""}`);
    for (const i of block.instructions) lines.push(`  ${instText(i)}`);
    const { ending } = block;
    if (ending.kind === "jump") lines.push(`  jmp ${ending.to.name}`);
    else if (ending.kind === "branch") {
      const also = ending.also === null ? "" : ` or ${ending.also}`;
      lines.push(`  j${ending.condition}${also} ${ending.taken.name}, else ${ending.otherwise.name}`);
    }
  }
  return `${lines.join("\n")}\n`;
}
