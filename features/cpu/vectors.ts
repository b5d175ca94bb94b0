/**
 * The group of x87, MMX, SSE and AVX rows. Its state is the one that the kernel keeps in a signal frame's XSAVE image, from where
 * it is loaded on the host and into which a program's end puts it; a record has the parts of that image that count, one behind
 * the other: control, status and abridged tag word; MXCSR; ST(0)–ST(7) (or MM0–MM7); XMM0–XMM15; the upper halves of YMM0–YMM15.
 */
import type { Assembler } from "../../dsl/asm/assembler.ts";
import { d, m, q, w } from "../../dsl/asm/operand.ts";
import type { CpuContext } from "../../emulator/cpu/context.ts";
import type { Row } from "../../emulator/isa/instruction.ts";
import { eax, ecx, mmx, r12, r13, r14, rax, rdi, rdx, rsi, x87Stack, xmm, ymm } from "../../emulator/isa/registers.ts";
import { hostFlags } from "./eligible.ts";
import type { Group } from "./groups.ts";
import type { Random } from "./random.ts";
import { Case, Outcome, type RecordView } from "./user-case.ts";
import { extendedValue, vectorValue } from "./vector-values.ts";

/** Offsets in the state, in bytes. */
const CONTROL = 0;
const STATUS = 2;
const TAGS = 4;
const MXCSR = 8;
const STACK = 16;
const LOW = STACK + 8 * 16;
const HIGH = LOW + 16 * 16;
const STATE_BYTES = HIGH + 16 * 16;

/** From gregs to the pointer to the XSAVE image in a signal frame (struct sigcontext_64: fpstate). */
const FPSTATE = 23 * 8;
/** In that image (vol. 1, tables 10-2 and 13-1): the legacy area, XSTATE_BV, and where the upper halves lie in the standard format. */
const Image = { tags: 4, instruction: 8, data: 16, mxcsr: 24, stack: 32, low: 160, present: 512, high: 576 } as const;
/** XSTATE_BV: x87, SSE, AVX. */
const ALL_STATES = 7;

/** MXCSR's rounding control, flush-to-zero, denormals-are-zeros, masks and flags (vol. 1, 10.2.3). */
const MASKS = 0x1f80;
const FLAGS = 0x3f;

/** Mostly what programs have, all exceptions masked; every rounding mode; sometimes FTZ, DAZ, and exceptions that are not masked. */
export function randomMxcsr(random: Random): number {
  const rounding = random.once(2) ? 0 : random.below(4) << 13;
  const flush = (random.once(6) ? 0x8000 : 0) | (random.once(6) ? 0x40 : 0);
  const unmasked = random.once(6) ? 0x80 << random.below(6) : random.once(20) ? random.word() : 0;
  const flags = random.once(2) ? 0 : random.word() & FLAGS;
  return rounding | flush | (MASKS & ~unmasked) | flags;
}

/** Precision and rounding in all combinations; exceptions mostly masked. */
function randomControl(random: Random): number {
  const precision = random.once(3) ? random.pick([0, 0x200]) : 0x300;
  const rounding = random.once(2) ? 0 : random.below(4) << 10;
  const unmasked = random.once(8) ? 1 << random.below(6) : random.once(24) ? random.word() : 0;
  return precision | rounding | (0x3f & ~unmasked) | 0x40;
}

/** TOP and the condition codes are free; of the exceptions some were there before, seldom ones that are pending. */
function randomStatus(random: Random, control: number): number {
  const top = random.once(2) ? 0 : random.below(8) << 11;
  const flags = random.once(3) ? random.word() & 0x7f & (random.once(8) ? 0x7f : control | 0x40) : 0;
  const pending = flags & ~control & 0x3f ? 0x8080 : 0;
  return top | (random.word() & 0x4700) | flags | pending;
}

/** A register's 16 bytes. */
function fillRegister(random: Random, words: Uint32Array, at: number): void {
  vectorValue(random, words, at);
  vectorValue(random, words, at + 2);
}

/** Sixteen bytes of small multiples of 4, as words or doublewords: what gathers can add to a pointer. */
function gatherIndexes(random: Random, words: Uint32Array, at: number): void {
  const wide = random.once(2);
  for (let i = 0; i < 4; i++) {
    const small = 4 * (random.below(17) - 8);
    words[at + i] = wide && i & 1 ? words[at + i - 1]! >> 31 : small;
  }
}

/** The escape opcodes D8–DF. */
const isX87 = ({ map, opcode, vex }: Row): boolean => vex === null && map === 1 && (opcode & 0xf8) === 0xd8;

/** Also the images of this state, FXSAVE's and XSAVE's. */
export const touchesVectorState = (row: Row): boolean =>
  row.vector !== null || isX87(row) || /^(fx(save|rstor)|xsave|xrstor)/.test(row.mnemonic);

const hex = (value: bigint | number, digits: number) => `0x${value.toString(16).padStart(digits, "0")}`;

export const vectors: Group = {
  name: "vectors",
  has: touchesVectorState,
  runs: () => true,
  stateBytes: STATE_BYTES,

  fill(random, _mode, { u32, u16 }, other) {
    const base = Case.state;
    /** What the program has, which a variant sometimes changes: the program's numbers are drawn all the same. */
    const put = (times: number, write: (from: Random) => void): void => {
      write(random);
      if (other?.once(times)) write(other);
    };
    u32.fill(0, base / 4, base / 4 + 4);
    put(2, (from) => {
      u32[(base + MXCSR) / 4] = randomMxcsr(from);
    });
    put(2, (from) => {
      const control = randomControl(from);
      u16[(base + CONTROL) / 2] = control;
      u16[(base + STATUS) / 2] = randomStatus(from, control);
    });
    put(4, (from) => {
      u16[(base + TAGS) / 2] = from.once(3) ? from.word() & 0xff : from.once(2) ? 0xff : 0;
    });
    for (let i = 0; i < 8; i++) put(3, (from) => extendedValue(from, u32, (base + STACK) / 4 + 4 * i));
    for (let i = 0; i < 16; i++)
      for (const half of [LOW, HIGH]) {
        const fill = i < 12 && i !== 6 && i !== 7 ? fillRegister : gatherIndexes;
        put(3, (from) => fill(from, u32, (base + half) / 4 + 4 * i));
      }
  },

  load({ state }: CpuContext, { u32, u16, u64 }: RecordView) {
    const base = Case.state;
    const status = u16[(base + STATUS) / 2]!;
    const top = (status >> 11) & 7;
    state.set32("x87Control", u16[(base + CONTROL) / 2]!);
    state.set32("x87Status", status);
    state.set32("x87Tags", u16[(base + TAGS) / 2]!);
    state.set32("mxcsr", u32[(base + MXCSR) / 4]!);
    for (let i = 0; i < 8; i++) {
      const at = base + STACK + 16 * i;
      const register = (top + i) & 7;
      state.set64("x87Significand", u64[at / 8]!, register);
      state.set32("x87Exponent", u16[at / 2 + 4]!, register);
    }
    for (let i = 0; i < 16; i++)
      for (let word = 0; word < 4; word++)
        state.set64("vector", u64[(base + (word < 2 ? LOW : HIGH)) / 8 + 2 * i + (word & 1)]!, 4 * i + word);
  },

  save({ state }, { u32, u16, u64 }) {
    const base = Outcome.state;
    u32.fill(0, base / 4, (base + LOW) / 4);
    const status = state.get32("x87Status");
    const top = (status >> 11) & 7;
    u16[(base + CONTROL) / 2] = state.get32("x87Control");
    u16[(base + STATUS) / 2] = status;
    u16[(base + TAGS) / 2] = state.get32("x87Tags");
    u32[(base + MXCSR) / 4] = state.get32("mxcsr");
    for (let i = 0; i < 8; i++) {
      const at = base + STACK + 16 * i;
      const register = (top + i) & 7;
      u64[at / 8] = state.get64("x87Significand", register);
      u16[at / 2 + 4] = state.get32("x87Exponent", register);
    }
    for (let i = 0; i < 16; i++)
      for (let word = 0; word < 4; word++)
        u64[(base + (word < 2 ? LOW : HIGH)) / 8 + 2 * i + (word & 1)] = state.get64("vector", 4 * i + word);
  },

  hostLoad(a: Assembler) {
    a.mov(rdx, q(r12, FPSTATE));
    a.mov(eax, d(r14, Case.state + CONTROL));
    a.mov(d(rdx), eax);
    a.movzx(eax, w(r14, Case.state + TAGS));
    a.mov(d(rdx, Image.tags), eax);
    a.xor(eax, eax);
    a.mov(q(rdx, Image.instruction), rax);
    a.mov(q(rdx, Image.data), rax);
    a.mov(eax, d(r14, Case.state + MXCSR));
    a.mov(d(rdx, Image.mxcsr), eax);
    a.or(q(rdx, Image.present), ALL_STATES);
    a.lea(rsi, m(r14, Case.state + STACK));
    a.lea(rdi, m(rdx, Image.stack));
    a.mov(ecx, (HIGH - STACK) / 8);
    a.rep.movsq();
    if (!hostFlags().has("avx")) return;
    a.lea(rdi, m(rdx, Image.high));
    a.mov(ecx, (STATE_BYTES - HIGH) / 8);
    a.rep.movsq();
  },

  hostSave(a: Assembler) {
    a.mov(rdx, q(r12, FPSTATE));
    a.mov(eax, d(rdx));
    a.mov(d(r13, Outcome.state + CONTROL), eax);
    a.movzx(eax, w(rdx, Image.tags));
    a.mov(d(r13, Outcome.state + TAGS), eax);
    a.mov(eax, d(rdx, Image.mxcsr));
    a.mov(q(r13, Outcome.state + MXCSR), rax);
    a.lea(rsi, m(rdx, Image.stack));
    a.lea(rdi, m(r13, Outcome.state + STACK));
    a.mov(ecx, (HIGH - STACK) / 8);
    a.rep.movsq();
    // What lies behind the ten bytes of an x87 register is nobody's.
    for (let i = 0; i < 8; i++) {
      a.mov(w(r13, Outcome.state + STACK + 16 * i + 10), 0);
      a.mov(d(r13, Outcome.state + STACK + 16 * i + 12), 0);
    }
    if (!hostFlags().has("avx")) return;
    a.lea(rsi, m(rdx, Image.high));
    a.mov(ecx, (STATE_BYTES - HIGH) / 8);
    a.rep.movsq();
  },

  differences(ours, host) {
    const lines: string[] = [];
    const compare = (name: string, read: (outcome: RecordView) => bigint | number, digits: number) => {
      const [mine, theirs] = [read(ours), read(host)];
      if (mine !== theirs) lines.push(`${name}: ${hex(mine, digits)}, the host has ${hex(theirs, digits)}`);
    };
    const base = Outcome.state;
    compare("x87 control", ({ u16 }) => u16[(base + CONTROL) / 2]!, 4);
    compare("x87 status", ({ u16 }) => u16[(base + STATUS) / 2]!, 4);
    compare("x87 tags", ({ u16 }) => u16[(base + TAGS) / 2]!, 2);
    compare("MXCSR", ({ u32 }) => u32[(base + MXCSR) / 4]!, 4);
    const wide =
      (at: number) =>
      ({ u64 }: RecordView) =>
        (u64[at / 8 + 1]! << 64n) | u64[at / 8]!;
    for (let i = 0; i < 8; i++) compare(`ST(${i})`, wide(base + STACK + 16 * i), 20);
    for (let i = 0; i < 16; i++) {
      compare(`XMM${i}`, wide(base + LOW + 16 * i), 32);
      compare(`YMM${i}'s upper half`, wide(base + HIGH + 16 * i), 32);
    }
    return lines;
  },

  describe({ u32, u16, u64 }) {
    const base = Case.state;
    const word = (at: number) => hex(u16[(base + at) / 2]!, 4);
    const wide = (at: number, digits: number) => hex((u64[at / 8 + 1]! << 64n) | u64[at / 8]!, digits);
    return [
      `  MXCSR = ${hex(u32[(base + MXCSR) / 4]!, 4)}, x87 control ${word(CONTROL)}, status ${word(STATUS)}, tags ${word(TAGS)}`,
      ...Array.from({ length: 8 }, (_, i) => `  st${i} = ${wide(base + STACK + 16 * i, 20)}`),
      ...Array.from(
        { length: 16 },
        (_, i) => `  ymm${i} = ${wide(base + HIGH + 16 * i, 32)}:${wide(base + LOW + 16 * i, 32)}`,
      ),
    ];
  },

  value: vectorValue,

  register(random, { registerClass }, mode) {
    if (registerClass === "x87") return random.pick(x87Stack);
    if (registerClass === "mmx") return random.pick(mmx);
    return (registerClass === "ymm" ? ymm : xmm)[random.below(mode === 64 ? 16 : 8)]!;
  },
};
