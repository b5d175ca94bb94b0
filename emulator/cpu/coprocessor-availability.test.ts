/**
 * #NM and #UD of instructions on x87, MMX and vector registers by CR0.EM, TS and MP and CR4.OSFXSR (SDM vol. 3, table 2-2 and 13.4;
 * vol. 2, tables 2-20…): all of D8–DF with every ModRM, WAIT, and every MMX and SSE row. The expectations are the test's own.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { decode } from "../isa/decode.ts";
import { rows } from "../isa/rows.ts";
import { board, flat32, long, place, real } from "./board.ts";
import { Cr0, Cr4 } from "./control-bits.ts";
import { prepareInterpreter } from "./execution.ts";
import { Activity, Vector } from "./state.ts";

const CODE = 0x4000;
const MODES = [16, 32, 64] as const;
const interpreter = prepareInterpreter();

/** Executes bytes with these bits; the vector of the first exception, or null. */
function tester(mode: (typeof MODES)[number]) {
  const on = board({ megabytes: 1, interpreter });
  const { cpu } = on;
  const { state } = cpu;
  let fresh = false;
  return (bytes: readonly number[], cr0: bigint, cr4: bigint): number | null => {
    if (!fresh) {
      cpu.reset();
      if (mode === 16) real(on);
      else if (mode === 32) flat32(on);
      else long(on);
      for (let i = 0; i < 8; i++) state.set64("general", 0x3000n, i);
    }
    state.set32("activity", Activity.running);
    state.set64("cr0", (state.get64("cr0") & ~(Cr0.EM | Cr0.TS | Cr0.MP)) | cr0);
    state.set64("cr4", (state.get64("cr4") & ~Cr4.OSFXSR) | cr4);
    // Every exception ends in a shutdown that tells which came first.
    state.set32("idtrLimit", 0);
    cpu.modeChanged();
    place(on, CODE, bytes);
    const stop = cpu.run(1);
    // What faulted has changed nothing.
    fresh = stop.kind === "shutdown";
    return stop.kind === "shutdown" ? stop.faults[0]!.vector : null;
  };
}

const bits = (names: readonly bigint[], number: number): bigint =>
  names.reduce((sum, bit, i) => ((number >> i) & 1 ? sum | bit : sum), 0n);

for (const mode of MODES)
  test(`${mode}-bit code: every ESC opcode that is an instruction is #NM with EM or TS`, () => {
    const run = tester(mode);
    for (let opcode = 0xd8; opcode <= 0xdf; opcode++)
      for (let modrm = 0; modrm < 256; modrm++) {
        // With a displacement where the form has one; a base of 3000H in all registers.
        const code = [opcode, modrm, 0, 0, 0, 0];
        const what = `${opcode.toString(16)} ${modrm.toString(16)}`;
        for (const wanted of [Cr0.EM, Cr0.TS]) {
          // An encoding that stands for no instruction may say #UD first.
          const undefined_ = decode(Uint8Array.from(code), 0, code.length, mode) === "undefined";
          assert.equal(run(code, wanted, 0n), undefined_ ? Vector.UD : Vector.NM, what);
        }
        if (modrm >= 0xc0 || modrm % 8 === 0) assert.notEqual(run(code, Cr0.MP, 0n), Vector.NM, what);
      }
  });

test("WAIT is #NM with MP and TS together, whatever EM says", () => {
  for (const mode of MODES) {
    const run = tester(mode);
    for (let number = 0; number < 8; number++) {
      const cr0 = bits([Cr0.EM, Cr0.TS, Cr0.MP], number);
      assert.equal(run([0x9b], cr0, 0n), (number & 6) === 6 ? Vector.NM : null);
    }
  }
});

/** Bytes of a register form of an encoding without VEX, REX or an immediate to think of, or null. */
function bytesOf(encoding: string): number[] | null {
  const bytes: number[] = [];
  for (const part of encoding.split(" ")) {
    if (/^[0-9A-F]{2}$/.test(part)) bytes.push(Number.parseInt(part, 16));
    else if (part === "/r") bytes.push(0xc1);
    else if (/^\/[0-7]$/.test(part)) bytes.push(0xc0 | (Number(part[1]) << 3));
    else if (part === "ib") bytes.push(1);
    else if (part !== "NP" && part !== "NFx") return null;
  }
  return bytes;
}

test("MMX: #UD with EM before #NM with TS; SSE: #UD with EM or without OSFXSR, then #NM", (context) => {
  const run = tester(32);
  let [mmxForms, sseForms] = [0, 0];
  for (const row of rows) {
    const bytes = bytesOf(row.encoding);
    if (bytes === null || row.vector === null || !row.modes[32] || row.operands.length === 0) continue;
    const classes = row.operands.map(({ registerClass }) => registerClass);
    const [mmx, xmm] = [classes.includes("mmx"), classes.includes("xmm")];
    if ((!mmx && !xmm) || classes.some((name) => name !== "mmx" && name !== "xmm" && name !== null)) continue;
    const decoded = decode(Uint8Array.from(bytes), 0, bytes.length, 32);
    if (typeof decoded === "string" || decoded.row.mnemonic !== row.mnemonic) continue;
    if (xmm) sseForms++;
    else mmxForms++;
    for (let number = 0; number < 8; number++) {
      const [cr0, cr4] = [bits([Cr0.EM, Cr0.TS], number), bits([Cr4.OSFXSR], number >> 2)];
      const refused = (number & 1) !== 0 || (xmm && (number & 4) === 0);
      const wanted = refused ? Vector.UD : number & 2 ? Vector.NM : null;
      const what = `${row.mnemonic} ${row.encoding}: EM, TS, OSFXSR ${number.toString(2)}`;
      assert.equal(run(bytes, cr0, cr4), wanted, what);
    }
  }
  context.diagnostic(`${mmxForms} MMX and ${sseForms} SSE encodings`);
  assert.ok(mmxForms > 50 && sseForms > 150);
});
