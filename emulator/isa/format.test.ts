import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import { Decoder, DecoderOptions, Formatter, FormatterSyntax, Instruction as IcedInstruction } from "iced-x86";
import { decode } from "./decode.ts";
import { encodeRow } from "./encode.ts";
import { type Example, examples, plainExamples } from "./examples.ts";
import { format } from "./format.ts";
import type { Mode } from "./instruction.ts";

function decoded(hex: string, mode: Mode) {
  const bytes = Uint8Array.from(Buffer.from(hex, "hex"));
  const instruction = decode(bytes, 0, bytes.length, mode);
  assert.ok(typeof instruction !== "string", `${hex}: ${instruction}`);
  return instruction;
}

/**
 * Where we do not print what iced prints: LAR and LSL of a register, whose 16-bit source iced names by the operand
 * size (vol. 2: r/m16); PREFETCH's reserved numbers; NOTRACK, a DS prefix on an indirect branch; the smallest 64-bit
 * number, which iced prints as 0; ST(1) as the operand of x87 comparisons and the like, which iced leaves out.
 */
function otherText(example: Example, theirs: string): boolean {
  const { mnemonic } = example.row;
  if ((mnemonic === "lar" || mnemonic === "lsl") && example.operands[1]!.kind === "register") return true;
  if (/^f\w+$/.test(theirs) && example.operands.length > 0) return true;
  const smallest = -(1n << 63n);
  return (
    mnemonic === "prefetch" ||
    theirs.startsWith("notrack") ||
    example.operands.some(
      (operand) =>
        (operand.kind === "memory" && operand.displacement === smallest) ||
        (operand.kind === "immediate" && BigInt.asIntN(64, operand.value) === smallest),
    )
  );
}

test("text is iced-x86's for examples of every row", (context) => {
  const formatter = new Formatter(FormatterSyntax.Intel);
  const iced = new IcedInstruction();
  const addresses = [0n, 0x12_3456_789an, 0xffff_fff0n];
  let compared = 0;
  for (const example of examples(4, 7)) {
    const { mode } = example;
    const { bytes } = encodeRow(example.row, example.operands, mode, example.options);
    const address = BigInt.asUintN(mode, addresses[compared % addresses.length]!);
    const decoder = new Decoder(mode, bytes, DecoderOptions.None);
    decoder.ip = address;
    decoder.decodeOut(iced);
    decoder.free();
    // CMPLTPS is CMPPS with an immediate; IMUL with one register twice is written with two operands.
    formatter.usePseudoOps = example.row.vector === null;
    // iced marks the size of x87 environments that are not of the mode's size.
    const theirs = formatter.format(iced).replace(/ fpu(env|state)\d+ ptr/, "");
    if (otherText(example, theirs)) continue;
    compared++;
    const hex = Buffer.from(bytes).toString("hex");
    assert.equal(format(decoded(hex, mode), { address }), theirs, `${mode}:${hex}`);
  }
  context.diagnostic(`${compared} instructions`);
  iced.free();
  formatter.free();
});

test("text of one example of every row is the recorded one", () => {
  const lines: string[] = [];
  for (const { row, mode, operands, options } of plainExamples()) {
    const { bytes } = encodeRow(row, operands, mode, options);
    const hex = Buffer.from(bytes).toString("hex");
    lines.push(`${mode} ${hex.padEnd(30)} ${format(decoded(hex, mode), { address: 0x1000n })}`);
  }
  const file = new URL("format.golden.txt", import.meta.url);
  const text = `${lines.join("\n")}\n`;
  // UPDATE_GOLDEN=1 records anew; look at the difference before committing it.
  if (process.env.UPDATE_GOLDEN) writeFileSync(file, text);
  assert.equal(text, readFileSync(file, "utf8"));
});

test("names take the place of addresses", () => {
  const symbol = (address: bigint, use: "branch" | "memory") => `${use}_${address.toString(16)}`;
  const text = (hex: string, mode: Mode = 64) => format(decoded(hex, mode), { address: 0x1000n, symbol });
  assert.equal(text("e8fb0f0000"), "call branch_2000");
  assert.equal(text("7500"), "jne short branch_1002");
  assert.equal(text("488b05f9ffffff"), "mov rax,[memory_1000]");
  assert.equal(text("a134120000", 32), "mov eax,[memory_1234]");
  assert.equal(text("c70512000000ffffffff"), "mov dword ptr [memory_101c],0FFFFFFFFh");
  assert.equal(text("8b4308"), "mov eax,[rbx+8]");
  assert.equal(format(decoded("e8fb0f0000", 64), { address: 0x1000n, symbol: () => null }), "call 0000000000002000h");
});
