/**
 * Floating point and vectors: numbers in loops, pictures, memory and text by 16 and by 32 bytes, ciphers by their instructions.
 * Constants are in .rodata, 32 bytes aligned.
 */
import type { Assembler } from "../../dsl/asm/assembler.ts";
import { m, q, x, y } from "../../dsl/asm/operand.ts";
import { Label } from "../../dsl/out/expression.ts";
import {
  eax,
  ebx,
  ecx,
  edi,
  esi,
  r8,
  rax,
  rdi,
  rsi,
  xmm0,
  xmm1,
  xmm2,
  xmm3,
  xmm4,
  xmm5,
  xmm6,
  xmm7,
  xmm8,
  xmm9,
  xmm10,
  xmm11,
  xmm12,
  ymm0,
  ymm1,
  ymm2,
  ymm3,
} from "../../emulator/isa/registers.ts";
import { ARENA, type Workload } from "./frame.ts";
import { checksum, fillRandom, ROOM, times } from "./pieces.ts";

const MiB = 0x10_0000;

/** A table of doubles in .rodata. */
function doubles(a: Assembler, ...values: number[]): Label {
  const label = new Label();
  a.section(".rodata", {}, () => {
    a.align(32);
    a.here(label);
    a.dq(...new BigUint64Array(Float64Array.from(values).buffer));
  });
  return label;
}

/** Copies quadwords. Changes RAX, RCX, RSI, RDI. */
function copy(a: Assembler, to: number, from: Label, count: number): void {
  a.mov(edi, to);
  a.lea(rsi, m(from));
  a.mov(ecx, count);
  a.rep.movsq();
}

/** Bytes from one body to the next: place, speed, mass, and eight bytes of nothing. */
const BODY = 64;
const MASS = 48;

/** Sun, Jupiter, Saturn, Uranus, Neptune, roughly: places in astronomical units, speeds in such units a year, masses in suns. */
const planets = [
  [0, 0, 0, 0, 0, 0, 1, 0],
  [4.84, -1.16, -0.1, 0.61, 2.81, -0.025, 9.5e-4, 0],
  [8.34, 4.12, -0.4, -1.01, 1.82, 0.0084, 2.9e-4, 0],
  [12.9, -15.1, -0.22, 1.08, 0.87, -0.01, 4.4e-5, 0],
  [15.4, -25.9, 0.18, 0.98, 0.59, -0.035, 5.2e-5, 0],
].flat();

const nbody: Workload = {
  name: "nbody",
  about: "the sun and four planets, 300,000 steps in scalar doubles",
  prepare: (a) => copy(a, ARENA, doubles(a, ...planets), planets.length),
  run(a) {
    const step = doubles(a, 0.01);
    const end = ARENA + 5 * BODY;
    times(a, 300_000, () => {
      a.movsd(xmm12, q(step));
      a.mov(esi, ARENA);
      const first = a.here();
      const advance = new Label();
      a.lea(rdi, m(rsi, BODY));
      a.cmp(rdi, end);
      a.jae(advance);
      const second = a.here();
      const delta = [xmm0, xmm1, xmm2];
      for (const [k, register] of delta.entries()) {
        a.movsd(register, q(rsi, 8 * k));
        a.subsd(register, q(rdi, 8 * k));
      }
      a.movsd(xmm3, xmm0);
      a.mulsd(xmm3, xmm3);
      for (const register of [xmm1, xmm2]) {
        a.movsd(xmm4, register);
        a.mulsd(xmm4, xmm4);
        a.addsd(xmm3, xmm4);
      }
      a.sqrtsd(xmm4, xmm3);
      a.mulsd(xmm3, xmm4);
      a.movsd(xmm5, xmm12);
      a.divsd(xmm5, xmm3);
      a.movsd(xmm6, q(rsi, MASS));
      a.mulsd(xmm6, xmm5);
      a.mulsd(xmm5, q(rdi, MASS));
      for (const [k, register] of delta.entries()) {
        a.movsd(xmm7, register);
        a.mulsd(xmm7, xmm5);
        a.movsd(xmm8, q(rsi, 24 + 8 * k));
        a.subsd(xmm8, xmm7);
        a.movsd(q(rsi, 24 + 8 * k), xmm8);
        a.mulsd(register, xmm6);
        a.addsd(register, q(rdi, 24 + 8 * k));
        a.movsd(q(rdi, 24 + 8 * k), register);
      }
      a.add(rdi, BODY);
      a.cmp(rdi, end);
      a.jb(second);
      a.here(advance);
      for (let k = 0; k < 3; k++) {
        a.movsd(xmm0, q(rsi, 24 + 8 * k));
        a.mulsd(xmm0, xmm12);
        a.addsd(xmm0, q(rsi, 8 * k));
        a.movsd(q(rsi, 8 * k), xmm0);
      }
      a.add(rsi, BODY);
      a.cmp(rsi, end);
      a.jb(first);
    });
    checksum(a, ARENA, 5 * BODY);
  },
};

const ORDER = 100;

/** The product of the matrix 1 / ((i + j)(i + j + 1)/2 + i + 1), or of its transpose, with a vector: two columns at a time. */
function spectralProduct(a: Assembler, from: number, to: number, transposed: boolean): void {
  const columns = doubles(a, 0, 1);
  const [ones, twos, halves] = [1, 2, 0.5].map((value) => doubles(a, value, value)) as [Label, Label, Label];
  a.movapd(xmm10, x(ones));
  a.movapd(xmm11, x(twos));
  a.movapd(xmm12, x(halves));
  a.pxor(xmm0, xmm0); // i, twice
  a.mov(edi, to);
  a.mov(ecx, ORDER);
  const row = a.here();
  a.movapd(xmm1, x(columns)); // j, j + 1
  a.pxor(xmm2, xmm2); // sums
  a.mov(esi, from);
  a.mov(eax, ORDER / 2);
  const column = a.here();
  a.movapd(xmm3, xmm0);
  a.addpd(xmm3, xmm1);
  a.movapd(xmm4, xmm3);
  a.addpd(xmm4, xmm10);
  a.mulpd(xmm4, xmm3);
  a.mulpd(xmm4, xmm12);
  a.addpd(xmm4, transposed ? xmm1 : xmm0);
  a.addpd(xmm4, xmm10);
  a.movapd(xmm5, x(rsi));
  a.divpd(xmm5, xmm4);
  a.addpd(xmm2, xmm5);
  a.addpd(xmm1, xmm11);
  a.add(rsi, 16);
  a.dec(eax);
  a.jnz(column);
  a.movapd(xmm3, xmm2);
  a.unpckhpd(xmm3, xmm3);
  a.addsd(xmm2, xmm3);
  a.movsd(q(rdi), xmm2);
  a.add(rdi, 8);
  a.addpd(xmm0, xmm10);
  a.dec(ecx);
  a.jnz(row);
}

const spectralNorm: Workload = {
  name: "spectral-norm",
  about: `products of a matrix of ${ORDER} × ${ORDER} and its transpose with a vector in packed doubles, five hundred of each`,
  prepare: (a) => copy(a, ARENA, doubles(a, ...new Array<number>(ORDER).fill(1)), ORDER),
  run(a) {
    const between = ARENA + 8 * ORDER;
    times(a, 500, () => {
      spectralProduct(a, ARENA, between, false);
      spectralProduct(a, between, ARENA, true);
    });
    checksum(a, ARENA, 8 * ORDER);
  },
};

/** Bytes in a line of the picture and lines. */
const SIDE = 512;

/** Each byte becomes (a + 2b + c + 2) / 4 with its neighbours at `distance`, sixteen at a time. */
function smooth(a: Assembler, from: number, to: number, distance: number): void {
  const twos = new Label();
  a.section(".rodata", {}, () => {
    a.align(16);
    a.here(twos);
    a.dw(...new Array<number>(8).fill(2));
  });
  a.pxor(xmm7, xmm7);
  a.movdqa(xmm6, x(twos));
  a.mov(esi, from + SIDE);
  a.mov(edi, to + SIDE);
  a.mov(ecx, ((SIDE - 2) * SIDE) / 16);
  const next = a.here();
  a.movdqu(xmm0, x(rsi, -distance));
  a.movdqu(xmm1, x(rsi));
  a.movdqu(xmm2, x(rsi, distance));
  for (const [low, high] of [
    [xmm0, xmm3],
    [xmm1, xmm4],
    [xmm2, xmm5],
  ] as const) {
    a.movdqa(high, low);
    a.punpcklbw(low, xmm7);
    a.punpckhbw(high, xmm7);
  }
  for (const [left, middle, right] of [
    [xmm0, xmm1, xmm2],
    [xmm3, xmm4, xmm5],
  ] as const) {
    a.psllw(middle, 1);
    a.paddw(left, middle);
    a.paddw(left, right);
    a.paddw(left, xmm6);
    a.psrlw(left, 2);
  }
  a.packuswb(xmm0, xmm3);
  a.movdqu(x(rdi), xmm0);
  a.add(rsi, 16);
  a.add(rdi, 16);
  a.dec(ecx);
  a.jnz(next);
}

const blur: Workload = {
  name: "blur",
  about: `a picture of ${SIDE} × ${SIDE} bytes smoothed across and down by SSE2, a hundred times`,
  prepare: (a) => fillRandom(a, ROOM, SIDE * SIDE),
  run(a) {
    times(a, 100, () => {
      smooth(a, ROOM, ROOM + MiB, 1);
      smooth(a, ROOM + MiB, ROOM, SIDE);
    });
    checksum(a, ROOM, SIDE * SIDE);
  },
};

/** 1 MiB copied five hundred times by registers of `bytes` bytes, four at a time. */
function copying(name: string, bytes: 16 | 32): Workload {
  return {
    name,
    about: `1 MiB copied by ${bytes === 16 ? "SSE2" : "AVX2"}, five hundred times`,
    ...(bytes === 32 ? { needs: ["avx2"] as const } : {}),
    prepare: (a) => fillRandom(a, ROOM, MiB),
    run(a) {
      times(a, 500, () => {
        a.mov(esi, ROOM);
        a.mov(edi, ROOM + 2 * MiB);
        a.mov(ecx, MiB / (4 * bytes));
        const next = a.here();
        if (bytes === 16) {
          const registers = [xmm0, xmm1, xmm2, xmm3];
          for (const [i, register] of registers.entries()) a.movdqu(register, x(rsi, 16 * i));
          for (const [i, register] of registers.entries()) a.movdqu(x(rdi, 16 * i), register);
        } else {
          const registers = [ymm0, ymm1, ymm2, ymm3];
          for (const [i, register] of registers.entries()) a.vmovdqu(register, y(rsi, 32 * i));
          for (const [i, register] of registers.entries()) a.vmovdqu(y(rdi, 32 * i), register);
        }
        a.add(rsi, 4 * bytes);
        a.add(rdi, 4 * bytes);
        a.dec(ecx);
        a.jnz(next);
      });
      if (bytes === 32) a.vzeroupper();
      checksum(a, ROOM + 2 * MiB, 0x1000);
    },
  };
}

/** The length of a text of nearly 1 MiB found four hundred times, `bytes` bytes at a time. */
function measuring(name: string, bytes: 16 | 32): Workload {
  return {
    name,
    about: `the length of a text of 1 MiB by ${bytes === 16 ? "SSE2" : "AVX2"}, four hundred times`,
    ...(bytes === 32 ? { needs: ["avx2"] as const } : {}),
    prepare(a) {
      a.mov(edi, ROOM);
      a.mov(ecx, MiB / 8);
      a.movabs(rax, 0x6162_6364_6566_6768n);
      a.rep.stosq();
      a.mov(eax, 0);
      a.mov(q(rdi, -8), rax);
    },
    run(a) {
      a.xor(ebx, ebx);
      times(a, 400, () => {
        a.mov(esi, ROOM);
        if (bytes === 16) a.pxor(xmm0, xmm0);
        else a.vpxor(ymm0, ymm0, ymm0);
        const next = a.here();
        if (bytes === 16) {
          a.movdqa(xmm1, x(rsi));
          a.pcmpeqb(xmm1, xmm0);
          a.pmovmskb(eax, xmm1);
        } else {
          a.vpcmpeqb(ymm1, ymm0, y(rsi));
          a.vpmovmskb(eax, ymm1);
        }
        a.add(rsi, bytes);
        a.test(eax, eax);
        a.jz(next);
        a.bsf(eax, eax);
        a.lea(rax, m(rax, rsi, -ROOM - bytes));
        a.add(ebx, eax);
      });
      if (bytes === 32) a.vzeroupper();
      a.mov(eax, ebx);
    },
  };
}

const aes: Workload = {
  name: "aes",
  about: "four blocks enciphered 500,000 times by AESENC, ten rounds each",
  needs: ["aes"],
  prepare: (a) => fillRandom(a, ARENA, 16 * (11 + 4)),
  run(a) {
    const blocks = [xmm0, xmm1, xmm2, xmm3];
    const data = ARENA + 16 * 11;
    for (const [i, block] of blocks.entries()) a.movdqu(block, x(data + 16 * i));
    a.mov(ecx, 500_000);
    const next = a.here();
    for (let round = 0; round <= 10; round++) {
      a.movdqa(xmm4, x(ARENA + 16 * round));
      for (const block of blocks) {
        if (round === 0) a.pxor(block, xmm4);
        else if (round < 10) a.aesenc(block, xmm4);
        else a.aesenclast(block, xmm4);
      }
    }
    a.dec(ecx);
    a.jnz(next);
    for (const [i, block] of blocks.entries()) a.movdqu(x(data + 16 * i), block);
    checksum(a, data, 64);
  },
};

const sha: Workload = {
  name: "sha-ni",
  about: "200,000 blocks of SHA-256 by SHA256RNDS2, with the constants of random words",
  needs: ["sha"],
  prepare: (a) => fillRandom(a, ARENA, 64 * 4 + 64 + 32),
  run(a) {
    const message = [xmm3, xmm4, xmm5, xmm6] as const;
    const data = ARENA + 64 * 4;
    a.movdqu(xmm1, x(data + 64)); // A B E F
    a.movdqu(xmm2, x(data + 80)); // C D G H
    a.mov(r8, 200_000);
    const block = a.here();
    a.movdqa(xmm8, xmm1);
    a.movdqa(xmm9, xmm2);
    for (const [i, register] of message.entries()) a.movdqu(register, x(data + 16 * i));
    for (let group = 0; group < 16; group++) {
      const at = (i: number) => message[(group + i) % 4]!;
      a.movdqu(xmm0, x(ARENA + 16 * group));
      a.paddd(xmm0, at(0));
      a.sha256rnds2(xmm2, xmm1);
      a.pshufd(xmm0, xmm0, 0x0e);
      a.sha256rnds2(xmm1, xmm2);
      if (group >= 12) continue;
      // The next four words of the schedule go where the oldest four were.
      a.movdqa(xmm7, at(3));
      a.palignr(xmm7, at(2), 4);
      a.sha256msg1(at(0), at(1));
      a.paddd(at(0), xmm7);
      a.sha256msg2(at(0), at(3));
    }
    a.paddd(xmm1, xmm8);
    a.paddd(xmm2, xmm9);
    a.dec(r8);
    a.jnz(block);
    a.movdqu(x(data), xmm1);
    a.movdqu(x(data + 16), xmm2);
    checksum(a, data, 32);
  },
};

export const vectors: readonly Workload[] = [
  nbody,
  spectralNorm,
  blur,
  copying("memcpy-sse2", 16),
  copying("memcpy-avx2", 32),
  measuring("strlen-sse2", 16),
  measuring("strlen-avx2", 32),
  aes,
  sha,
];
