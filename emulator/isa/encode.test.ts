import assert from "node:assert/strict";
import { test } from "node:test";
import { decode } from "./decode.ts";
import { type EncodeOptions, encode, encodeRow } from "./encode.ts";
import { EncodeError, type EncodeProblem } from "./encode-error.ts";
import { examples } from "./examples.ts";
import { format } from "./format.ts";
import { type MemoryOperand, type Mode, type Operand, Prefix } from "./instruction.ts";
import * as r from "./registers.ts";

const reg = (register: r.Register): Operand => ({ kind: "register", register });
const imm = (value: number | bigint): Operand => ({ kind: "immediate", bits: 64, value: BigInt(value) });
const rel = (displacement: number): Operand => ({ kind: "relative", bits: 32, displacement: BigInt(displacement) });
const mem = (
  bits: number,
  addressSize: 16 | 32 | 64,
  parts: Partial<MemoryOperand> & { displacement?: bigint } = {},
): Operand => {
  const stack = parts.base != null && (parts.base.index === 4 || parts.base.index === 5);
  return {
    kind: "memory",
    bits,
    addressSize,
    segment: stack ? 2 : 3,
    base: null,
    index: null,
    scale: 1,
    displacement: 0n,
    ...parts,
  };
};

const hex = (mode: Mode, mnemonic: string, operands: Operand[], options?: EncodeOptions) =>
  Buffer.from(encode(mnemonic, operands, mode, options).bytes).toString("hex");

test("the shortest form is chosen", () => {
  assert.equal(hex(64, "add", [reg(r.eax), imm(1)]), "83c001");
  assert.equal(hex(64, "add", [reg(r.eax), imm(0xffffffff)]), "83c0ff");
  assert.equal(hex(64, "add", [reg(r.eax), imm(0x1000)]), "0500100000");
  assert.equal(hex(64, "add", [reg(r.ecx), imm(0x1000)]), "81c100100000");
  assert.equal(hex(64, "add", [reg(r.al), imm(1)]), "0401");
  assert.equal(hex(64, "mov", [reg(r.rax), imm(1)]), "b801000000");
  assert.equal(hex(64, "mov", [reg(r.rax), imm(-1)]), "48c7c0ffffffff");
  assert.equal(hex(64, "mov", [reg(r.rax), imm(0x123456789a)]), "48b89a78563412000000");
  assert.equal(hex(64, "mov", [reg(r.r9), imm(0xffffffffn)]), "41b9ffffffff");
  assert.equal(hex(64, "xchg", [reg(r.eax), reg(r.ecx)]), "91");
  assert.equal(hex(64, "xchg", [reg(r.ecx), reg(r.eax)]), "91");
  assert.equal(hex(64, "shl", [reg(r.eax), imm(1)]), "d1e0");
  assert.equal(hex(64, "push", [imm(5)]), "6a05");
  assert.equal(hex(64, "push", [imm(0x8000)]), "6800800000");
  assert.equal(hex(64, "jmp", [rel(5)]), "eb05");
  assert.equal(hex(64, "jnz", [rel(500)]), "0f85f4010000");
  assert.equal(hex(16, "jne", [rel(500)]), "0f85f401");
  assert.equal(hex(32, "inc", [reg(r.eax)]), "40");
  assert.equal(hex(64, "inc", [reg(r.eax)]), "ffc0");
  assert.equal(hex(32, "mov", [reg(r.eax), mem(0, 32, { displacement: 0x1234n })]), "a134120000");
  assert.equal(hex(64, "mov", [reg(r.eax), mem(0, 64, { displacement: 0x1234n })]), "8b042534120000");
  assert.equal(hex(64, "mov", [reg(r.eax), mem(0, 64, { displacement: 0x123456789an })]), "a19a78563412000000");
});

test("NOP's byte is never used for XCHG", () => {
  assert.equal(hex(64, "xchg", [reg(r.eax), reg(r.eax)]), "87c0");
  assert.equal(hex(64, "xchg", [reg(r.r8d), reg(r.eax)]), "4190");
});

test("operand and address sizes follow the mode", () => {
  assert.equal(hex(16, "mov", [reg(r.ax), reg(r.bx)]), "89d8");
  assert.equal(hex(16, "mov", [reg(r.eax), reg(r.ebx)]), "6689d8");
  assert.equal(hex(32, "mov", [reg(r.ax), reg(r.bx)]), "6689d8");
  assert.equal(hex(64, "mov", [reg(r.rax), reg(r.rbx)]), "4889d8");
  assert.equal(hex(16, "mov", [reg(r.eax), mem(32, 32, { base: r.ebx })]), "67668b03");
  assert.equal(hex(16, "mov", [reg(r.al), mem(8, 16, { base: r.bx, index: r.si })]), "8a00");
  assert.equal(hex(16, "mov", [reg(r.cl), mem(8, 16, { base: r.bp })]), "8a4e00");
  assert.equal(hex(16, "mov", [reg(r.cl), mem(8, 16, { displacement: 0xfff0n })]), "8a0ef0ff");
  assert.equal(hex(64, "mov", [reg(r.al), mem(8, 32, { base: r.eax })]), "678a00");
  assert.equal(hex(16, "lgdt", [mem(48, 16, { displacement: 0x20n })]), "0f01162000");
  assert.equal(hex(16, "lgdt", [mem(48, 16, { displacement: 0x20n })], { operandSize: 32 }), "660f01162000");
  assert.equal(hex(16, "jmp", [{ kind: "far", selector: 8, offset: 0x12345, bits: 32 }]), "66ea452301000800");
  assert.equal(hex(16, "ret", []), "c3");
  assert.equal(hex(32, "ret", []), "c3");
  assert.equal(hex(64, "ret", []), "c3");
  assert.equal(hex(16, "push", [imm(0x12345678)], { operandSize: 32 }), "666878563412");
  assert.equal(hex(16, "jne", [rel(0x12345)], { operandSize: 32 }), "660f8545230100");
  assert.equal(hex(16, "jmp", [rel(0)], { branchBits: 32 }), "66e900000000");
  assert.equal(hex(64, "retf", []), "cb");
  assert.equal(hex(64, "retf", [], { operandSize: 64 }), "48cb");
  assert.equal(hex(64, "iretq", []), "48cf");
  assert.equal(hex(16, "iret", []), "cf");
  assert.equal(hex(64, "mov", [reg(r.ds), reg(r.eax)]), "8ed8");
  assert.equal(hex(64, "mov", [reg(r.ds), reg(r.ax)]), "8ed8");
  assert.equal(hex(32, "lldt", [reg(r.ax)]), "0f00d0");
});

test("ModRM, SIB and RIP-relative addresses", () => {
  assert.equal(hex(64, "lea", [reg(r.rax), mem(0, 64, { base: r.rip, displacement: 16n })]), "488d0510000000");
  assert.equal(hex(64, "mov", [reg(r.eax), mem(0, 64, { base: r.rsp })]), "8b0424");
  assert.equal(hex(64, "mov", [reg(r.eax), mem(0, 64, { base: r.r12, displacement: 8n })]), "418b442408");
  assert.equal(hex(64, "mov", [reg(r.eax), mem(0, 64, { base: r.rbp })]), "8b4500");
  assert.equal(hex(64, "mov", [reg(r.eax), mem(0, 64, { base: r.r13 })]), "418b4500");
  assert.equal(hex(64, "mov", [reg(r.eax), mem(0, 64, { index: r.r9, scale: 8 })]), "428b04cd00000000");
  assert.equal(
    hex(64, "mov", [reg(r.eax), mem(0, 64, { base: r.rax, index: r.rcx, scale: 4, displacement: 0x1000n })]),
    "8b848800100000",
  );
  assert.equal(hex(64, "mov", [reg(r.eax), mem(32, 64, { base: r.rax, segment: 5 })]), "658b00");
  assert.equal(hex(32, "mov", [reg(r.eax), mem(32, 32, { base: r.eax, segment: 0 })]), "268b00");
});

test("VEX-encoded general instructions", () => {
  assert.equal(hex(64, "andn", [reg(r.eax), reg(r.ebx), reg(r.ecx)]), "c4e260f2c1");
  assert.equal(hex(64, "bextr", [reg(r.r8), mem(0, 64, { base: r.r9 }), reg(r.r10)]), "c442a8f701");
  assert.equal(hex(64, "rorx", [reg(r.rax), reg(r.rdx), imm(3)]), "c4e3fbf0c203");
  assert.equal(hex(64, "blsr", [reg(r.eax), reg(r.edx)]), "c4e278f3ca");
});

test("fields that are filled in later", () => {
  const later = encode("mov", [mem(32, 64, { base: r.rip }), imm(0)], 64, { immediateBits: 32, displacementBits: 32 });
  assert.deepEqual(
    [later.displacement, later.immediate],
    [
      { offset: 2, size: 4 },
      { offset: 6, size: 4 },
    ],
  );
  assert.equal(later.bytes.length, 10);
  const wide = encode("mov", [reg(r.rax), imm(0)], 64, { immediateBits: 64 });
  assert.deepEqual(wide.immediate, { offset: 2, size: 8 });
  assert.equal(hex(64, "add", [reg(r.rcx), imm(0)], { immediateBits: 32 }), "4881c100000000");
  assert.equal(hex(64, "jmp", [rel(0)], { branchBits: 32 }), "e900000000");
  assert.equal(hex(64, "mov", [reg(r.eax), mem(0, 64, { base: r.rax })], { displacementBits: 32 }), "8b8000000000");
  const far = encode("jmp", [{ kind: "far", selector: 8, offset: 0, bits: 32 }], 32);
  assert.deepEqual(
    [far.immediate, far.second],
    [
      { offset: 1, size: 4 },
      { offset: 5, size: 2 },
    ],
  );
});

test("prefixes", () => {
  assert.equal(hex(64, "add", [mem(32, 64, { base: r.rax }), reg(r.ecx)], { prefixes: Prefix.lock }), "f00108");
  assert.equal(hex(64, "movsb", [], { prefixes: Prefix.rep }), "f3a4");
  assert.equal(hex(64, "movsb", [], { prefixes: Prefix.rep, segmentOverride: 4, addressSize: 32 }), "6467f3a4");
});

test("what cannot be encoded is an error of one line", () => {
  const refused = (
    problem: EncodeProblem,
    mode: Mode,
    mnemonic: string,
    operands: Operand[],
    options?: EncodeOptions,
  ) =>
    assert.throws(
      () => encode(mnemonic, operands, mode, options),
      (error: unknown) => {
        assert.ok(error instanceof EncodeError);
        assert.equal(error.problem, problem, error.message);
        assert.doesNotMatch(error.message, /\n/);
        return true;
      },
    );
  refused("mnemonic", 64, "vaddph", []);
  refused("operands", 64, "add", [reg(r.eax)]);
  refused("operands", 64, "add", [reg(r.eax), reg(r.bx)]);
  refused("operands", 64, "mov", [mem(32, 64, { base: r.rax }), mem(32, 64, { base: r.rax })]);
  refused("mode", 64, "pusha", []);
  refused("mode", 32, "mov", [reg(r.rax), reg(r.rbx)]);
  refused("register", 32, "mov", [reg(r.r9d), reg(r.eax)]);
  refused("register", 32, "mov", [reg(r.sil), reg(r.al)]);
  refused("register", 64, "mov", [reg(r.ah), reg(r.sil)]);
  refused("register", 64, "movzx", [reg(r.rax), reg(r.ah)]);
  refused("register", 64, "mov", [reg(r.cs), reg(r.ax)]);
  refused("range", 64, "mov", [reg(r.al), imm(256)]);
  refused("range", 64, "add", [reg(r.rax), imm(0x80000000n)]);
  refused("range", 64, "jrcxz", [rel(200)]);
  refused("range", 16, "jne", [rel(0x12345)]);
  refused("range", 16, "push", [imm(0x12345678)]);
  refused("range", 64, "push", [imm(0x123456789n)]);
  refused("range", 64, "mov", [reg(r.eax), mem(0, 64, { base: r.rax, displacement: 0x80000000n })]);
  refused("width", 64, "inc", [mem(0, 64, { base: r.rax })]);
  refused("width", 64, "mov", [mem(0, 64, { base: r.rax }), imm(1)]);
  refused("address", 64, "mov", [reg(r.eax), mem(0, 16, { base: r.bx })]);
  refused("address", 64, "mov", [reg(r.eax), mem(0, 64, { base: r.rax, index: r.rsp })]);
  refused("address", 16, "mov", [reg(r.ax), mem(0, 16, { base: r.ax })]);
  refused("prefix", 64, "add", [reg(r.eax), reg(r.ecx)], { prefixes: Prefix.lock });
  refused("prefix", 64, "mov", [mem(32, 64, { base: r.rax }), reg(r.ecx)], { prefixes: Prefix.lock });
  refused("prefix", 64, "add", [reg(r.eax), reg(r.ecx)], { prefixes: Prefix.rep });
});

test("the chosen form is never longer than a form asked for, and means the same", () => {
  const sortedOperands = (text: string) =>
    text.replace(/^(\w+) (.*),(.*)$/, (_, name, ...two) => `${name} ${two.slice(0, 2).sort()}`);
  const text = (bytes: Uint8Array, mode: Mode) => {
    const decoded = decode(bytes, 0, bytes.length, mode);
    assert.ok(typeof decoded !== "string");
    return sortedOperands(format(decoded, { address: BigInt(-bytes.length) }));
  };
  for (const example of examples(2, 17)) {
    const { row, mode, operands } = example;
    // Distances count from the end, so a shorter form would go elsewhere.
    if (row.alias || row.operands.some((spec) => spec.source === "relative")) continue;
    const size = row.operandSize === 0 || row.mnemonic === "mov" ? {} : { operandSize: row.operandSize };
    const options = { ...size, ...example.options };
    const asked = encodeRow(row, operands, mode, options);
    const chosen = encode(row.mnemonic, operands, mode, options);
    const what = `${row.mnemonic} ${row.encoding} ${Buffer.from(asked.bytes).toString("hex")} ${mode}`;
    assert.ok(chosen.bytes.length <= asked.bytes.length, what);
    // MOV r64 of a small value as MOV r32, which clears the upper half
    const narrowed = row.mnemonic === "mov" && row.operandSize === 64 && chosen.row.encoding === "B8+rd id";
    if (!narrowed) assert.equal(text(chosen.bytes, mode), text(asked.bytes, mode), what);
  }
});
