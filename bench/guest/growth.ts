/**
 * How the time of an instruction grows with what it works on: pointers scattered over ever more memory, and a loop over ever more code.
 * All sizes take the same number of steps, so the times of one curve can be compared.
 */
import type { Assembler } from "../../dsl/asm/assembler.ts";
import { m, q } from "../../dsl/asm/operand.ts";
import { Label } from "../../dsl/out/expression.ts";
import {
  cr3,
  eax,
  ecx,
  edi,
  edx,
  esi,
  r8,
  r9,
  r10,
  r11,
  rax,
  rbx,
  rcx,
  rdi,
  rdx,
  rsi,
} from "../../emulator/isa/registers.ts";
import { TABLES, type Workload } from "./frame.ts";

/** What the guest's machine needs: the largest working set, and the guest itself. */
export const GROWTH_MEMORY_MIB = 2304;
/** Both begin here. */
const AREA = 0x800_0000;
const MORE_TABLES = TABLES + 0x10000;
const CACHE_LINE = 64;

export interface Step {
  /** Of memory, or of code. */
  readonly bytes: number;
  /** Instructions that the timed part executes. */
  readonly instructions: number;
  readonly workload: Workload;
}

/** Four gigabytes mapped to themselves by pages of 2 MiB. Changes RAX, RCX, RDI. */
function mapFourGigabytes(a: Assembler): void {
  a.mov(edi, MORE_TABLES);
  a.mov(eax, 0x87);
  a.mov(ecx, 4 * 512);
  const next = a.here();
  a.mov(q(rdi), rax);
  a.add(rdi, 8);
  a.add(rax, 0x20_0000);
  a.dec(ecx);
  a.jnz(next);
  for (let i = 0; i < 4; i++) a.mov(q(TABLES + 0x1000 + 8 * i), MORE_TABLES + 0x1000 * i + 7);
  a.mov(rax, cr3);
  a.mov(cr3, rax);
}

const CHASES = 2_000_000;

/** Pointers, one in each cache line of so many bytes, visited in the order of a linear congruential sequence of full period. */
function workingSet(bytes: number): Step {
  const nodes = bytes / CACHE_LINE;
  const workload: Workload = {
    name: `${bytes} bytes`,
    about: `${CHASES} steps along pointers scattered over so much memory`,
    prepare(a) {
      mapFourGigabytes(a);
      a.xor(eax, eax);
      a.mov(r8, AREA);
      a.mov(ecx, nodes);
      const next = a.here();
      a.imul(edx, eax, 1_664_525);
      a.add(edx, 1_013_904_223);
      a.and(edx, nodes - 1);
      a.mov(rsi, rax);
      a.shl(rsi, 6);
      a.mov(rdi, rdx);
      a.shl(rdi, 6);
      a.add(rdi, r8);
      a.mov(q(rsi, r8), rdi);
      a.mov(eax, edx);
      a.dec(ecx);
      a.jnz(next);
    },
    run(a) {
      a.mov(rax, AREA);
      a.mov(ecx, CHASES);
      const next = a.here();
      a.mov(rax, q(rax));
      a.dec(ecx);
      a.jnz(next);
    },
  };
  return { bytes, instructions: 3 * CHASES, workload };
}

/** Of the code that is made: a block of 32 bytes, eight instructions. */
const BLOCK_BYTES = 32;
const BLOCK_INSTRUCTIONS = 8;
const BLOCKS_RUN = 1_310_720;

/** A loop over so many bytes of code, which the guest writes for itself, one block behind the other. */
function codeSize(bytes: number): Step {
  const blocks = Math.floor(bytes / BLOCK_BYTES);
  const rounds = Math.ceil(BLOCKS_RUN / blocks);
  const template = new Label();
  const end = new Label();
  const workload: Workload = {
    name: `${bytes} bytes of code`,
    about: `a loop over so many bytes of code, ${BLOCKS_RUN} blocks of ${BLOCK_INSTRUCTIONS} instructions in all`,
    data(a) {
      a.section(".rodata", {}, () => {
        a.align(BLOCK_BYTES);
        a.here(template);
        const skip = new Label();
        a.add(rax, rdx); // 3
        a.rol(rax, 5); // 4
        a.xor(rbx, rax); // 3
        a.imul(rdx, rbx, 13); // 4
        a.mov(r9, q(rsi, 8)); // 4
        a.add(r10, r9); // 3
        a.test(r10, 1); // 7
        a.jz(skip); // 2
        a.nop();
        a.here(skip);
        a.nop();
      });
    },
    prepare(a) {
      mapFourGigabytes(a);
      a.mov(rdi, AREA);
      a.mov(edx, blocks);
      const next = a.here();
      a.mov(esi, template);
      a.mov(ecx, BLOCK_BYTES);
      a.rep.movsb();
      a.dec(edx);
      a.jnz(next);
      // Behind the last: jmp [rip+0] and the address.
      a.mov(rax, 0x25ff);
      a.mov(q(rdi), rax);
      a.mov(eax, end);
      a.mov(q(rdi, 6), rax);
    },
    run(a) {
      a.mov(r11, rounds);
      a.xor(eax, eax);
      a.xor(r10, r10);
      a.mov(rbx, 1);
      a.mov(edx, 1);
      a.mov(esi, template);
      a.mov(r8, AREA);
      const again = a.here();
      a.jmp(r8);
      a.here(end);
      a.dec(r11);
      a.jnz(again);
    },
  };
  return { bytes, instructions: rounds * (blocks * BLOCK_INSTRUCTIONS + 4), workload };
}

const MiB = 1 << 20;

export const workingSets: readonly Step[] = [1, 4, 16, 64, 256, 1024, 2048].map((megabytes) =>
  workingSet(megabytes * MiB),
);
export const codeSizes: readonly Step[] = [10, 40, 160, 640, 2560, 10240, 20480].map((kilobytes) =>
  codeSize(kilobytes * 1024),
);
