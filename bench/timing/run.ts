/**
 * Runs a program natively and on Cor, the same bytes on both: start code of its own, which calls the program again and again with
 * fresh input and adds up the time stamp counter's ticks of the timed part.
 */
import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Assembler } from "../../dsl/asm/assembler.ts";
import { m, q } from "../../dsl/asm/operand.ts";
import { elfExecutable } from "../../dsl/out/elf-executable.ts";
import { type Image, link } from "../../dsl/out/link.ts";
import { board, long } from "../../emulator/cpu/board.ts";
import { eax, edi, edx, r15, r15d, rax, rcx, rdx, rsi, rsp } from "../../emulator/isa/registers.ts";
import { DATA, DATA_BYTES, type Program } from "./programs.ts";

const CODE = 0x40_0000;
/** Runs of the program with fresh input each, of which the first few only warm up. */
const RUNS = 24;
const WARM = 4;
/** Runs that are timed. */
export const RUNS_TIMED = RUNS - WARM;
/** Times that the chain which tells ticks per cycle is executed. */
const CHAIN = 400;

/** Addresses of the results: ticks of all timed runs, checksum, ticks of the chain (the least of the runs). */
const RESULTS = DATA + DATA_BYTES;
const RESULT_BYTES = 24;

function build(program: Program, seed: bigint, ending: "linux" | "halt"): Image {
  const a = new Assembler();
  const [state, stack, timer] = [a.newLabel("state"), a.newLabel("stack"), a.newLabel("timer")];
  const random = () => {
    a.mov(rax, q(state));
    a.mov(rdx, rax);
    a.shl(rdx, 13);
    a.xor(rax, rdx);
    a.mov(rdx, rax);
    a.shr(rdx, 7);
    a.xor(rax, rdx);
    a.mov(rdx, rax);
    a.shl(rdx, 17);
    a.xor(rax, rdx);
    a.mov(q(state), rax);
    a.movabs(rdx, 0x2545f4914f6cdd1dn);
    a.imul(rax, rdx);
  };
  const now = () => {
    a.lfence();
    a.rdtsc();
    a.lfence();
    a.shl(rdx, 32);
    a.or(rax, rdx);
  };
  a.section(".text", { address: CODE });
  a.global(
    a.func("_start", () => {
      a.lea(rsp, m(stack));
      a.mov(r15d, RUNS);
      const again = a.here();
      const warm = a.newLabel(".warm");
      program.prepare(a, random);
      now();
      a.mov(q(timer), rax);
      program.run(a);
      a.add(q(RESULTS + 8), rax);
      now();
      a.sub(rax, q(timer));
      a.cmp(r15, RUNS - WARM);
      a.ja(warm);
      a.add(q(RESULTS), rax);
      a.here(warm);
      now();
      a.mov(q(timer), rax);
      for (let i = 0; i < CHAIN; i++) a.add(rcx, rsi);
      now();
      a.sub(rax, q(timer));
      const more = a.newLabel(".more");
      a.cmp(rax, q(RESULTS + 16));
      a.jae(more);
      a.mov(q(RESULTS + 16), rax);
      a.here(more);
      a.dec(r15);
      a.jnz(again);
      if (ending === "halt") a.hlt();
      else {
        a.mov(eax, 1);
        a.mov(edi, 1);
        a.mov(rsi, RESULTS);
        a.mov(edx, RESULT_BYTES);
        a.syscall();
        a.mov(eax, 60);
        a.mov(edi, 0);
        a.syscall();
      }
    }),
  );
  a.section(".data", { align: 64 });
  a.here(state);
  a.dq(seed);
  a.section(".results", { flags: "rw", address: DATA });
  a.space(DATA_BYTES);
  a.dq(0, 0, 0xffff_ffff);
  a.section(".bss", { align: 64 });
  a.here(timer);
  a.space(64);
  a.space(0x4000);
  a.here(stack);
  a.space(64);
  return link([a.finish()], { entry: "_start", regions: [{ address: 0x70_0000 }] });
}

export interface Timing {
  /** Core cycles of the timed runs. */
  readonly cycles: number;
  readonly checksum: bigint;
}

/** The least of `processes` runs of the same program, each its own process. */
export function runNatively(program: Program, seed: bigint, processes: number): Timing {
  const folder = mkdtempSync(join(tmpdir(), "cor-timing-"));
  try {
    const file = join(folder, "program");
    writeFileSync(file, elfExecutable(build(program, seed, "linux")));
    chmodSync(file, 0o755);
    let best = Number.POSITIVE_INFINITY;
    let checksum = 0n;
    for (let i = 0; i < processes; i++) {
      const { stdout, status, signal } = spawnSync(file, { timeout: 60_000 });
      if (status !== 0 || stdout.length !== RESULT_BYTES) throw new Error(`${program.name}: ${signal ?? status}`);
      checksum = stdout.readBigUInt64LE(8);
      const perCycle = (Number(stdout.readBigUInt64LE(16)) - OVERHEAD) / CHAIN;
      best = Math.min(best, Number(stdout.readBigUInt64LE(0)) / perCycle);
    }
    return { cycles: best, checksum };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Ticks of LFENCE and RDTSC around the chain. */
const OVERHEAD = 40;

/** The same on Cor, in long mode with nothing else around. */
export function runOnCor(
  program: Program,
  seed: bigint,
  timing: "simple" | "exact",
): Timing & { instructions: number } {
  const machine = board({ megabytes: 16, timing });
  long(machine);
  const image = build(program, seed, "halt");
  for (const { bytes, load } of image.sections) machine.memory.write(Number(load), bytes);
  machine.cpu.state.set64("rip", image.entry);
  for (;;) {
    const stop = machine.cpu.run(1_000_000);
    if (stop.kind === "halted") break;
    if (stop.kind !== "budget") throw new Error(`${program.name} on Cor: ${stop.kind}`);
  }
  const bytes = new Uint8Array(RESULT_BYTES);
  machine.memory.read(RESULTS, bytes);
  const view = new DataView(bytes.buffer);
  return {
    cycles: Number(view.getBigUint64(0, true)),
    checksum: view.getBigUint64(8, true),
    instructions: machine.cpu.instructions,
  };
}
