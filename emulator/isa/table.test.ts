import assert from "node:assert/strict";
import { test } from "node:test";
import {
  Decoder,
  DecoderOptions,
  Instruction as IcedInstruction,
  InstructionInfoFactory,
  OpAccess,
  RflagsBits,
} from "iced-x86";
import { encodeRow } from "./encode.ts";
import { type Example, plainExamples } from "./examples.ts";
import { flagBits } from "./notation.ts";
import { rows } from "./rows.ts";
import { rowsOf } from "./table.ts";

/** The flags iced reports on, as the table's letters. */
const icedFlags: Readonly<Record<string, RflagsBits>> = {
  o: RflagsBits.OF,
  s: RflagsBits.SF,
  z: RflagsBits.ZF,
  a: RflagsBits.AF,
  p: RflagsBits.PF,
  c: RflagsBits.CF,
  d: RflagsBits.DF,
  i: RflagsBits.IF,
  k: RflagsBits.AC,
};
const ofIced = (mask: number) => Object.keys(icedFlags).filter((letter) => mask & icedFlags[letter]!);
const ofTable = (mask: number) => Object.keys(icedFlags).filter((letter) => mask & flagBits[letter]!);

/** A shift or rotate count of 3 in place of the example's: iced tells counts of 0 and 1 apart, a row cannot. */
function withCount({ row, mode, operands, options }: Example): Example {
  const counted = row.cost.startsWith("shift") || row.cost.startsWith("rotate");
  if (!counted) return { row, mode, operands, options };
  return {
    row,
    mode,
    operands: operands.map((operand, i) =>
      row.operands[i]!.source === "immediate" && operand.kind === "immediate" ? { ...operand, value: 3n } : operand,
    ),
    options,
  };
}

function* withIced(): Generator<{ example: Example; iced: IcedInstruction }> {
  const iced = new IcedInstruction();
  for (const plain of plainExamples()) {
    const example = withCount(plain);
    const { bytes } = encodeRow(example.row, example.operands, example.mode, example.options);
    const decoder = new Decoder(example.mode, bytes, DecoderOptions.None);
    decoder.decodeOut(iced);
    decoder.free();
    yield { example, iced };
  }
  iced.free();
}

test("flags read, written and undefined are iced's for every row", () => {
  for (const { example, iced } of withIced()) {
    const { row } = example;
    // iced leaves out that an interrupt clears IF, TF, NT, RF, VM and AC on its way (vol. 2, INT n: Flags Affected).
    if (row.cost === "interrupt" && row.mnemonic.startsWith("int")) continue;
    const what = `${row.mnemonic} (${row.encoding})`;
    assert.deepEqual(ofTable(row.flags.reads), ofIced(iced.rflagsRead), `${what} reads`);
    const written = iced.rflagsWritten | iced.rflagsCleared | iced.rflagsSet;
    assert.deepEqual(ofTable(row.flags.writes), ofIced(written), `${what} writes`);
    assert.deepEqual(ofTable(row.flags.undefined), ofIced(iced.rflagsUndefined), `${what} undefined`);
  }
});

test("access to the operands is iced's for every row", () => {
  const factory = new InstructionInfoFactory();
  // What is written or read under a condition keeps or needs its old value: "rw". PEXT and PDEP read under a mask that is a value.
  const accesses: Readonly<Record<number, string>> = {
    [OpAccess.Read]: "r",
    [OpAccess.CondRead]: "r",
    [OpAccess.Write]: "w",
    [OpAccess.CondWrite]: "rw",
    [OpAccess.ReadWrite]: "rw",
    [OpAccess.ReadCondWrite]: "rw",
    [OpAccess.NoMemAccess]: "address",
    [OpAccess.None]: "address",
  };
  for (const { example, iced } of withIced()) {
    const { row } = example;
    if (row.operands.length === 0) continue;
    const info = factory.info(iced);
    // iced has MASKMOVQ's implied memory as its first operand.
    const first = /^v?maskmov(q|dqu)$/.test(row.mnemonic) ? 1 : 0;
    const theirs = row.operands.map((_, i) => accesses[info.opAccess(first + i)]);
    info.free();
    const ours = row.operands.map((spec) => spec.access);
    assert.deepEqual(ours, theirs, `${row.mnemonic} (${row.encoding})`);
  }
  factory.free();
});

test("privileged rows are iced's", () => {
  // For iced, IN, OUT, CLI and STI are privileged as well: IOPL decides, and the table says so.
  const ioPrivileged = /^(in|out|ins[bwd]|outs[bwd]|cli|sti)$/;
  // RSM asks for system-management mode, not for a level. MONITOR and MWAIT are #UD above CPL 0 (vol. 2, MONITOR).
  const otherwise = new Set(["rsm", "monitor", "mwait"]);
  for (const { example, iced } of withIced()) {
    const { mnemonic, encoding, privilege } = example.row;
    if (otherwise.has(mnemonic)) continue;
    const expected = ioPrivileged.test(mnemonic) ? "iopl" : iced.isPrivileged ? 0 : 3;
    assert.equal(privilege, expected, `${mnemonic} (${encoding})`);
  }
});

test("rows are numbered by their place", () => {
  rows.forEach((row, i) => {
    assert.equal(row.id, i);
  });
  assert.ok(rows.length > 900);
});

test("no two rows say the same", () => {
  const seen = new Map<string, string>();
  for (const row of rows) {
    const modes = [16, 32, 64].filter((mode) => row.modes[mode as 16]).join();
    const key = [row.encoding, row.operandSize, row.modrmForm, modes].join("|");
    assert.equal(seen.get(key), undefined, `${row.mnemonic} ${key}`);
    seen.set(key, row.mnemonic);
  }
});

test("a mnemonic's second names lead to its rows", () => {
  const names = { jz: "je", jnae: "jb", setnz: "setne", cmovpe: "cmovp", sal: "shl", loopz: "loope", xlat: "xlatb" };
  for (const [second, first] of Object.entries(names)) {
    assert.deepEqual(rowsOf(second), rowsOf(first));
    assert.ok(rowsOf(first).length > 0);
  }
  assert.deepEqual(rowsOf("vaddph"), []);
});

test("what a row says is taken from its line", () => {
  const row = (mnemonic: string, encoding: string) => {
    const found = rowsOf(mnemonic).find((candidate) => candidate.encoding === encoding);
    assert.ok(found, `${mnemonic} ${encoding}`);
    return found;
  };
  const add = row("add", "83 /0 ib");
  assert.deepEqual([add.operandSize, add.lockable, add.modrm, add.operands[1]!.signExtendTo], [16, true, 0, 16]);
  const jump = row("jne", "0F 85 cw");
  assert.deepEqual([jump.map, jump.opcode, jump.modes], [2, 0x85, { 16: true, 32: true, 64: false }]);
  assert.deepEqual(jump.flags, { reads: 0x40, writes: 0, undefined: 0 });
  const extract = row("bextr", "VEX.LZ.0F38.W1 F7 /r");
  assert.deepEqual(
    extract.operands.map((spec) => spec.source),
    ["modrm.reg", "modrm.rm", "vvvv"],
  );
  assert.deepEqual([extract.vex, extract.feature, extract.protectedOnly], [{ l: 0, w: 1 }, "BMI1", true]);
  const monitor = row("monitor", "NP 0F 01 C8");
  assert.deepEqual([monitor.modrm, monitor.mandatoryPrefix, monitor.privilege], [{ byte: 0xc8 }, "np", 0]);
  const load = row("mov", "8E /r");
  assert.deepEqual([load.operandSize, load.cost], [0, "segment"]);
  const push = row("push", "50+ro");
  assert.deepEqual([push.size64, push.opcodeRegister, push.modes[32]], ["d64", true, false]);
});
