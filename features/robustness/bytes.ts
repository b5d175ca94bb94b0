/**
 * What hostile guests are made of: pools of bytes to fill memory with. Anything; valid instructions of each mode one after
 * another; real programs. Made once; a seed cuts its memory from them and damages it a little, which is much cheaper
 * than to draw every byte.
 */
import { buildBios } from "../../bios/build.ts";
import { bareSystem } from "../../disks/testing/bare.ts";
import { Random as ProgramRandom, program } from "../../emulator/cpu/random-program.ts";
import type { Instruction, Mode } from "../../emulator/isa/instruction.ts";
import type { Random } from "../cpu/random.ts";

const POOL = 0x4_0000;
/** Bytes that are cut from one pool at once. */
const PIECE = 0x1000;

export interface Pools {
  readonly anything: Uint8Array;
  readonly valid: Readonly<Record<Mode, Uint8Array>>;
  readonly real: Uint8Array;
  /** Cor's own disk image. */
  readonly disk: Uint8Array;
}

/** What faults or ends a program's day in most modes: taken seldom, so that programs get somewhere. */
const abrupt =
  /^(in|out|ins|outs|hlt|cli|sti|l[gil]dt|ltr|lmsw|mov cr|iret|int|ret|call|jmp|sys|mwait|monitor|wrmsr|rdmsr|rsm|inv|wb|clts|into|bound|les|lds|lfs|lgs|lss|pop|ud)/;
const calm = ({ row, operands }: Instruction): boolean =>
  !abrupt.test(row.mnemonic) && !operands.some(({ kind }) => kind === "register" && row.encoding.includes("0F 2"));

function valid(mode: Mode): Uint8Array {
  const random = new ProgramRandom(mode);
  const bytes = new Uint8Array(POOL / 4);
  for (let at = 0; at < bytes.length; ) {
    const { code } = program(random, mode, calm);
    const room = Math.min(code.length, bytes.length - at);
    bytes.set(code.slice(0, room), at);
    at += room;
  }
  return bytes;
}

export function makePools(): Pools {
  const random = new ProgramRandom(1);
  const { elf, img } = bareSystem();
  const bios = buildBios();
  const real = new Uint8Array(bios.length + elf.length);
  real.set(bios);
  real.set(elf, bios.length);
  return {
    anything: Uint8Array.from({ length: POOL }, () => random.bits(8)),
    valid: { 16: valid(16), 32: valid(32), 64: valid(64) },
    real,
    disk: img,
  };
}

/** Fills `memory` from the pools, a piece at a time, with some bytes of each piece changed. */
export function fill(memory: Uint8Array, random: Random, { anything, valid, real }: Pools): void {
  const pools = [anything, valid[16], valid[32], valid[64], real];
  for (let at = 0; at < memory.length; at += PIECE) {
    const pool = random.pick(pools);
    const start = random.below(pool.length - PIECE);
    memory.set(pool.subarray(start, start + PIECE), at);
    for (let changes = random.below(16); changes > 0; changes--) memory[at + random.below(PIECE)] = random.word();
  }
}
