import assert from "node:assert/strict";
import { test } from "node:test";
import { type Board, board, flat32, place, real } from "../board.ts";

const MEMORY = 0x2000;
const COPY = 0x2100;
const CODE = 0x1000;
const HLT = 0xf4;
const OTHER_SIZE = 0x66;

/** A unit with something in every part: TOP 5, ST(0) = 1, ST(1) = +0, ST(2) a NaN, the others empty. */
function fill({ cpu: { x87, state } }: Board): void {
  x87.setControl(0x037f);
  x87.setStatus(0x2d20);
  state.set32("x87Tags", 0);
  x87.setRaw(0, 0x3fff, 0x8000_0000, 0);
  x87.setRaw(1, 0, 0, 0);
  x87.setRaw(2, 0xffff, 0xc000_0000, 1);
  x87.setCode(0, 0x0001_2345);
  x87.setData(0, 0x000a_bcde);
  x87.setOpcode(0x5c1);
}
/** Registers 5, 6, 7: valid, zero, special. */
const TAGS = 0x93ff;

function bytesAt(on: Board, address: number, bytes: number): string {
  const into = new Uint8Array(bytes);
  on.memory.read(address, into);
  return Buffer.from(into).toString("hex");
}

/** Words of `bytes` bytes each, little-endian, as hexadecimal text in memory's order. */
const words = (bytes: number, ...values: number[]): string =>
  values
    .map((value) => Buffer.from(Array.from({ length: bytes }, (_, i) => (value >>> (8 * i)) & 0xff)).toString("hex"))
    .join("");

/** The instruction of an opcode and a /digit with a plain address, in 16- or 32-bit code. */
const at = (is16: boolean, opcode: number, digit: number, address: number): number[] =>
  is16
    ? [opcode, 0x06 | (digit << 3), address & 0xff, address >> 8]
    : [opcode, 0x05 | (digit << 3), address & 0xff, address >> 8, 0, 0];

interface Layout {
  readonly what: string;
  readonly mode: (on: Board) => void;
  readonly is16: boolean;
  readonly prefix: readonly number[];
  readonly bytes: 2 | 4;
  readonly image: readonly number[];
}

const reserved = 0xffff_0000;
const layouts: readonly Layout[] = [
  {
    what: "protected mode, 32 bits",
    mode: flat32,
    is16: false,
    prefix: [],
    bytes: 4,
    image: [reserved | 0x037f, reserved | 0x2d20, reserved | TAGS, 0x1_2345, 0x05c1_0000, 0xa_bcde, reserved],
  },
  {
    what: "protected mode, 16 bits",
    mode: flat32,
    is16: false,
    prefix: [OTHER_SIZE],
    bytes: 2,
    image: [0x037f, 0x2d20, TAGS, 0x2345, 0, 0xbcde, 0],
  },
  {
    what: "real-address mode, 16 bits",
    mode: real,
    is16: true,
    prefix: [],
    bytes: 2,
    image: [0x037f, 0x2d20, TAGS, 0x2345, 0x15c1, 0xbcde, 0xa000],
  },
  {
    what: "real-address mode, 32 bits",
    mode: real,
    is16: true,
    prefix: [OTHER_SIZE],
    bytes: 4,
    image: [
      reserved | 0x037f,
      reserved | 0x2d20,
      reserved | TAGS,
      reserved | 0x2345,
      0x15c1,
      reserved | 0xbcde,
      0xa000,
    ],
  },
];

for (const { what, mode, is16, prefix, bytes, image } of layouts)
  test(`the environment in ${what}: FNSTENV writes it, FLDENV takes it back`, () => {
    const on = board();
    mode(on);
    fill(on);
    const code = [
      ...[...prefix, ...at(is16, 0xd9, 6, MEMORY)], // FNSTENV
      ...[0xdb, 0xe3], // FNINIT
      ...[...prefix, ...at(is16, 0xd9, 4, MEMORY)], // FLDENV
      ...[...prefix, ...at(is16, 0xd9, 6, COPY)],
    ];
    place(on, CODE, [...code, HLT]);
    assert.equal(on.cpu.run(10).kind, "halted");
    assert.equal(bytesAt(on, MEMORY, 7 * bytes), words(bytes, ...image));
    // In protected mode, 16 bits lose the upper halves of the pointers and the opcode.
    assert.equal(bytesAt(on, COPY, 7 * bytes), words(bytes, ...image));
  });

test("FNSTENV masks all exceptions behind it, FNSAVE initializes the unit and leaves the registers", () => {
  const on = board();
  flat32(on);
  fill(on);
  on.cpu.x87.setControl(0x0340);
  place(on, CODE, [...at(false, 0xd9, 6, MEMORY), HLT]);
  on.cpu.run(2);
  assert.equal(on.cpu.x87.control, 0x037f);
  assert.equal(on.cpu.x87.status & 0x8080, 0, "nothing is pending any more");
  place(on, CODE, [...at(false, 0xdd, 6, MEMORY), HLT]);
  on.cpu.state.set32("activity", 0);
  on.cpu.run(2);
  assert.equal(bytesAt(on, MEMORY + 28, 20), "0000000000000080ff3f" + "00000000000000000000");
  const { state, x87 } = on.cpu;
  assert.deepEqual([x87.control, x87.status, state.get32("x87Tags")], [0x037f, 0, 0]);
  assert.equal(state.get64("x87Significand", 5), 1n << 63n);
});

test("FLDENV with an unmasked exception flagged: the next waiting instruction raises #MF, FNSTSW does not", () => {
  const on = board();
  flat32(on);
  on.cpu.state.set64("cr0", on.cpu.state.get64("cr0") | 0x20n);
  on.cpu.modeChanged();
  on.memory.write(MEMORY, Uint8Array.from(Buffer.from(words(4, 0x037b, 0x0004, 0xffff, 0, 0, 0, 0), "hex")));
  place(on, CODE, [...at(false, 0xd9, 4, MEMORY), 0xdf, 0xe0, 0xd9, 0xe8]); // FLDENV, FNSTSW AX, FLD1
  on.cpu.run(2);
  assert.equal(on.cpu.state.get64("general") & 0xffffn, 0x8084n);
  // Without an IDT, the exception is the end.
  const stop = on.cpu.run(1);
  assert.equal(stop.kind, "shutdown");
  assert.equal(stop.kind === "shutdown" && stop.faults[0]?.vector, 16);
});

test("CR0.EM or TS makes x87 instructions #NM, MP and TS together WAIT too", () => {
  const vectorOf = (code: readonly number[], cr0: bigint): number | null => {
    const on = board();
    flat32(on);
    on.cpu.state.set64("cr0", 1n | cr0);
    on.cpu.modeChanged();
    place(on, CODE, [...code, HLT]);
    const stop = on.cpu.run(2);
    return stop.kind === "shutdown" ? (stop.faults[0]?.vector ?? null) : null;
  };
  const [mp, em, ts] = [2n, 4n, 8n];
  const fninit = [0xdb, 0xe3];
  const wait = [0x9b];
  assert.deepEqual([vectorOf(fninit, em), vectorOf(fninit, ts), vectorOf(fninit, mp)], [7, 7, null]);
  assert.deepEqual(
    [vectorOf(wait, em), vectorOf(wait, ts), vectorOf(wait, mp), vectorOf(wait, mp | ts)],
    [null, null, null, 7],
  );
});
