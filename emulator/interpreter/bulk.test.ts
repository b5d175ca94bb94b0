import assert from "node:assert/strict";
import { test } from "node:test";
import { type Board, board, flat32, long, place } from "../cpu/board.ts";
import { DS, ES } from "../isa/instruction.ts";

const RAX = 0;
const RCX = 1;
const RSI = 6;
const RDI = 7;
const START = 0x20_0000;
const BYTES = 0x6000;

let seed = 7;
const below = (limit: number): number => {
  seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
  return (seed >>> 8) % limit;
};

/** Bases and limits of DS and ES in 32-bit code. */
type Segments = readonly { readonly base: number; readonly limit: number }[];

/** rep movs or stos, hlt: in 64-bit code, or in 32-bit code with these segments. */
function prepared(code: number[], registers: readonly bigint[], down: boolean, segments?: Segments): Board {
  const b = board({ megabytes: 4 });
  if (segments === undefined) long(b);
  else {
    flat32(b);
    for (const [i, segment] of [DS, ES].entries()) {
      b.cpu.state.set64("segmentBase", BigInt(segments[i]!.base), segment);
      b.cpu.state.set32("segmentLimit", segments[i]!.limit, segment);
    }
    b.cpu.modeChanged();
  }
  b.memory.write(
    START,
    Uint8Array.from({ length: BYTES }, (_, i) => (i * 31 + (i >> 5)) & 0xff),
  );
  place(b, 0x1000, [...code, 0xf4]);
  for (const [i, register] of [RAX, RCX, RSI, RDI].entries()) b.cpu.state.set64("general", registers[i]!, register);
  b.cpu.setFlags(down ? 0x402 : 2);
  return b;
}

function result(b: Board): string {
  const memory = Buffer.from(b.memory.bytes.subarray(b.memory.locate(START), b.memory.locate(START + BYTES)));
  const registers = [RCX, RSI, RDI].map((register) => b.cpu.state.get64("general", register).toString(16));
  return [...registers, b.cpu.state.get64("rip"), b.cpu.instructions, b.clock.now, memory.toString("base64")].join(" ");
}

const forms: readonly { name: string; code: number[]; size: number }[] = [
  { name: "movsb", code: [0xf3, 0xa4], size: 1 },
  { name: "movsw", code: [0x66, 0xf3, 0xa5], size: 2 },
  { name: "movsd", code: [0xf3, 0xa5], size: 4 },
  { name: "movsq", code: [0xf3, 0x48, 0xa5], size: 8 },
  { name: "stosb", code: [0xf3, 0xaa], size: 1 },
  { name: "stosw", code: [0x66, 0xf3, 0xab], size: 2 },
  { name: "stosd", code: [0xf3, 0xab], size: 4 },
  { name: "stosq", code: [0xf3, 0x48, 0xab], size: 8 },
];

for (const { name, code, size } of forms)
  test(`rep ${name}: many iterations at once leave what single ones leave, wherever it stops`, () => {
    for (let i = 0; i < 12; i++) {
      const count = below(i % 3 === 0 ? 20 : 0x2000 / size);
      const source = START + 0x1000 + below(0x1800);
      // Near the source now and then, so that they overlap.
      const target = i % 4 === 0 ? source - 40 + below(80) : START + 0x1000 + below(0x2800);
      const down = i % 6 === 5;
      const registers = [
        0x1122_3344_5566_7788n + BigInt(below(1 << 24)),
        BigInt(count),
        BigInt(source),
        BigInt(target),
      ];
      const [many, single] = [prepared(code, registers, down), prepared(code, registers, down)];
      const stopAt = 1 + below(count + 2);
      many.cpu.run(stopAt);
      for (let n = 0; n < stopAt; n++) single.cpu.run(1);
      assert.equal(result(many), result(single), `${registers.map((r) => r.toString(16))} down ${down} stop ${stopAt}`);
      // A deadline in the middle.
      const deadline = many.clock.now + 1 + below(300);
      for (const b of [many, single]) b.clock.timer(`t${i}`, () => {}).arm(deadline);
      const stops = [many.cpu.run(10_000).kind];
      for (let n = 0; n < 10_000; n++) {
        const stop = single.cpu.run(1);
        if (stop.kind === "budget") continue;
        stops.push(stop.kind);
        break;
      }
      assert.equal(stops[0], stops[1]);
      assert.equal(result(many), result(single), "at the deadline");
    }
  });

for (const { name, code, size } of forms.filter(({ size }) => size < 8))
  test(`rep ${name} in 32-bit code: within segments of any base, up to their limits`, () => {
    for (let i = 0; i < 30; i++) {
      const count = below(0x2000 / size);
      const segments = [0, 1].map(() => ({
        base: i % 3 === 0 ? 0 : 0x1_0000 + below(0x1_0000),
        limit: i % 2 === 0 ? 0xffff_ffff : START + below(BYTES),
      }));
      const [source, target] = segments.map(({ base }) => START - base + 0x1000 + below(0x1800));
      const registers = [0x5566_7788n + BigInt(below(1 << 24)), BigInt(count), BigInt(source!), BigInt(target!)];
      const [many, single] = [0, 1].map(() => prepared(code, registers, i % 6 === 5, segments)) as [Board, Board];
      const stopAt = 1 + below(count + 2);
      many.cpu.run(stopAt);
      for (let n = 0; n < stopAt; n++) single.cpu.run(1);
      assert.equal(result(many), result(single), `${JSON.stringify(segments)} ${registers.map((r) => r.toString(16))}`);
      const stop = many.cpu.run(10_000).kind;
      let last = single.cpu.run(1).kind;
      for (let n = 0; n < 10_000 && last === "budget"; n++) last = single.cpu.run(1).kind;
      assert.equal(stop, last);
      assert.equal(result(many), result(single), "at the end, which may be a fault");
    }
  });

/** CALL to code at `target`; REP STOSQ; CALL again; HLT. At `at`. */
function callFillCall(at: number, target: number): number[] {
  const call = (from: number) => [0xe8, ...new Uint8Array(Int32Array.of(target - (from + 5)).buffer)];
  return [...call(at), 0xf3, 0x48, 0xab, ...call(at + 8), 0xf4];
}

for (const [name, at, filled] of [
  ["that holds code: what is called then is what was filled in", 0x1000, 0xc3],
  ["that it lies in itself: it ends when it meets itself", START + 0x800, 0xf4],
] as const)
  test(`rep stosq over a page ${name}`, () => {
    const eight = BigInt.asUintN(64, BigInt(filled) * 0x0101_0101_0101_0101n);
    const target = START + 0x23;
    const boards = [0, 1].map(() => {
      const b = prepared([], [eight, 0x200n, 0n, BigInt(START)], false);
      b.cpu.state.set64("general", BigInt(START + 0x5000), 4);
      // INC RBX; RET
      b.memory.write(target, Uint8Array.of(0x48, 0xff, 0xc3, 0xc3));
      place(b, at, callFillCall(at, target));
      return b;
    }) as [Board, Board];
    const [many, single] = boards;
    const stop = many.cpu.run(10_000).kind;
    let last = single.cpu.run(1).kind;
    for (let n = 0; n < 10_000 && last === "budget"; n++) last = single.cpu.run(1).kind;
    assert.equal(stop, "halted");
    assert.equal(last, "halted");
    assert.equal(result(many), result(single));
    assert.equal(many.cpu.state.get64("general", 3), 1n);
  });

test("rep stosq over page tables: translations through them are those of the new entries", () => {
  const boards = [0, 1].map(() => {
    const b = prepared([], [BigInt(START + 0x2000) | 7n, 0x200n, 0n, 0n], false);
    const root = Number(b.cpu.state.get64("cr3"));
    const [pointers, directory, table] = [START + 0x3000, START + 0x4000, START + 0x5000];
    // A window of 2 MiB in the second entry of the root.
    const link = (from: number, to: number) => b.memory.view.setBigUint64(b.memory.locate(from), BigInt(to | 7), true);
    link(root + 8, pointers);
    link(pointers, directory);
    link(directory, table);
    for (let page = 0; page < 512; page++) link(table + 8 * page, START + 0x1000);
    b.cpu.state.set64("general", BigInt(table), RDI);
    b.cpu.state.set64("general", 1n << 39n, 3);
    // MOV DL, [RBX]; REP STOSQ; MOV CL, [RBX]
    place(b, 0x1000, [0x8a, 0x13, 0xf3, 0x48, 0xab, 0x8a, 0x0b, 0xf4]);
    b.memory.write(START + 0x1000, Uint8Array.of(0x11));
    b.memory.write(START + 0x2000, Uint8Array.of(0x22));
    return b;
  }) as [Board, Board];
  const [many, single] = boards;
  assert.equal(many.cpu.run(10_000).kind, "halted");
  for (let n = 0; n < 10_000 && single.cpu.run(1).kind === "budget"; n++);
  assert.equal(result(many), result(single));
  assert.deepEqual(
    [many.cpu.state.get64("general", 2) & 0xffn, many.cpu.state.get64("general", 1) & 0xffn],
    [0x11n, 0x22n],
  );
});
