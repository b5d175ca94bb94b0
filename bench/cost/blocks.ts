/**
 * Basic blocks cut from programs that are on this machine: what stands between two control transfers, as the decoder sees
 * it. They are measured where they are found, and never kept.
 */
import { existsSync, readFileSync } from "node:fs";
import { ElfFile, isElf } from "../../emulator/formats/elf-reader.ts";
import { decode } from "../../emulator/isa/decode.ts";
import type { Instruction } from "../../emulator/isa/instruction.ts";
import { MIDDLE, type Piece } from "./native.ts";

export interface Block {
  readonly from: string;
  readonly bytes: Uint8Array;
  readonly instructions: readonly Instruction[];
}

/** What ends a block, and what a block may not hold: it would leave the measured code, ask the kernel, or stop the machine. */
const transfer = /^(j.*|call|ret|retf|loop.*|iret.*|int.*|ud.*|sys.*|hlt|into|bound)$/;
const refused: ReadonlySet<string> = new Set(
  (
    "io system segment far control-register msr serialize random clock pause cache-flush interrupt-flag string-move string-store " +
    "string-load string-compare pop-flags push-flags fence interrupt system-call"
  ).split(" "),
);

/** Up to `count` different blocks of 3 to 40 instructions, spread over the program's code by `seed`. */
export function cutBlocks(path: string, count: number, seed: number): Block[] {
  if (!existsSync(path)) return [];
  const file = new Uint8Array(readFileSync(path));
  if (!isElf(file)) return [];
  const section = new ElfFile(file).sections.find(({ name }) => name === ".text");
  if (section === undefined) return [];
  const text = file.subarray(Number(section.offset), Number(section.offset) + Number(section.size));
  const blocks: Block[] = [];
  const seen = new Set<string>();
  let random = seed >>> 0;
  for (let tries = 0; blocks.length < count && tries < 40 * count; tries++) {
    random = (Math.imul(random, 1664525) + 1013904223) >>> 0;
    const block = cutBehind(path, text, Math.floor((random / 2 ** 32) * (text.length - 1000)));
    const key = block === null ? "" : block.instructions.map(({ row }) => row.id).join(" ");
    if (block === null || seen.has(key)) continue;
    seen.add(key);
    blocks.push(block);
  }
  return blocks;
}

/** The block behind the third control transfer from a place: by then the decoder has fallen into step. */
function cutBehind(from: string, text: Uint8Array, place: number): Block | null {
  let start = place;
  let transfers = 0;
  let instructions: Instruction[] = [];
  for (let at = place; ; ) {
    const decoded = decode(text, at, text.length, 64);
    if (typeof decoded === "string") return null;
    at += decoded.length;
    const { mnemonic } = decoded.row;
    if (transfer.test(mnemonic)) {
      if (transfers++ === 3)
        return instructions.length < 3 ? null : { from, bytes: text.slice(start, at - decoded.length), instructions };
      start = at;
      instructions = [];
      continue;
    }
    if (transfers === 3 && (refused.has(decoded.row.cost) || decoded.prefixes !== 0)) return null;
    instructions.push(decoded);
    if (instructions.length > 40) return null;
  }
}

/** A block with registers that let its memory accesses succeed: bases point into the area, indexes are small. */
export function asPiece({ bytes, instructions }: Block): Piece {
  const registers = Array.from({ length: 16 }, (_, i) => BigInt(3 + i));
  registers[4] = BigInt(MIDDLE + 0x2000);
  const bases = new Set<number>();
  for (const { operands } of instructions)
    for (const operand of operands) {
      if (operand.kind !== "memory") continue;
      if (operand.base !== null && operand.base.class === "general") bases.add(operand.base.index);
    }
  for (const base of bases) if (base !== 4) registers[base] = BigInt(MIDDLE + 0x240 * (base - 8));
  return { at: (address) => relocated(bytes, instructions, address), instructions: instructions.length, registers };
}

/** RIP-relative operands get a place in the area. */
function relocated(bytes: Uint8Array, instructions: readonly Instruction[], address: number): Uint8Array {
  const moved = bytes.slice();
  const view = new DataView(moved.buffer);
  let end = 0;
  for (const instruction of instructions) {
    const start = end;
    end += instruction.length;
    for (const operand of instruction.operands) {
      if (operand.kind !== "memory" || operand.base?.class !== "instructionPointer") continue;
      const displacement = Number(operand.displacement);
      for (let at = end - 4; at > start; at--) {
        if (view.getInt32(at, true) !== displacement) continue;
        view.setInt32(at, MIDDLE + 0x3000 + (displacement & 0xff8) - (address + end), true);
        break;
      }
    }
  }
  return moved;
}
