/**
 * Small programs of the usual kinds, written for this measurement alone: each prepares fresh random input, which is not
 * timed, and then works on it, which is. Data stay within the first-level cache. RAX is the result.
 */
import type { Assembler } from "../../dsl/asm/assembler.ts";
import { b, d, m, q } from "../../dsl/asm/operand.ts";
import type { Label } from "../../dsl/out/expression.ts";
import {
  al,
  bl,
  dl,
  eax,
  ebx,
  ecx,
  edi,
  edx,
  esi,
  type R64,
  r8,
  r8d,
  r9,
  r9d,
  r10,
  r10d,
  r11,
  r11d,
  r12,
  r12d,
  rax,
  rbx,
  rcx,
  rdi,
  rdx,
  rsi,
} from "../../emulator/isa/registers.ts";

export interface Program {
  readonly name: string;
  /** Fills `DATA`. Takes random words from `random`, which gives them in RAX and changes RDX. */
  prepare(a: Assembler, random: () => void): void;
  run(a: Assembler): void;
}

/** 64 KiB that the programs may use. */
export const DATA = 0x60_0000;
export const DATA_BYTES = 0x1_0000;
const OTHER = DATA + 0x4000;

const loop = (a: Assembler, counter: R64, count: number, body: () => void) => {
  a.mov(counter, count);
  const again = a.here();
  body();
  a.dec(counter);
  a.jnz(again);
};

/** Fills memory with random bytes, each reduced to `limit` values when that is given. */
function fill(a: Assembler, random: () => void, at: number, bytes: number, limit = 256): void {
  a.mov(edi, at);
  loop(a, rcx, bytes, () => {
    random();
    a.shr(rax, 20);
    if (limit < 256) {
      a.movzx(eax, al);
      a.imul(eax, eax, limit);
      a.shr(eax, 8);
    }
    a.mov(b(rdi), al);
    a.inc(rdi);
  });
}

/** Fills memory with random words of 8 bytes, of which `bits` are random. */
function fillWords(a: Assembler, random: () => void, at: number, count: number, bits: number): void {
  a.mov(edi, at);
  loop(a, rcx, count, () => {
    random();
    a.shr(rax, 64 - bits);
    a.mov(q(rdi), rax);
    a.add(rdi, 8);
  });
}

const insertionSort: Program = {
  name: "insertion sort",
  prepare: (a, random) => fillWords(a, random, DATA, 200, 40),
  run(a) {
    a.mov(esi, DATA + 8);
    const next = a.here();
    const [place, shift] = [a.newLabel(".place"), a.newLabel(".shift")];
    a.mov(rax, q(rsi));
    a.mov(rdi, rsi);
    a.here(shift);
    a.mov(rdx, q(rdi, -8));
    a.cmp(rdx, rax);
    a.jbe(place);
    a.mov(q(rdi), rdx);
    a.sub(rdi, 8);
    a.cmp(rdi, DATA);
    a.ja(shift);
    a.here(place);
    a.mov(q(rdi), rax);
    a.add(rsi, 8);
    a.cmp(rsi, DATA + 1600);
    a.jb(next);
    a.mov(rax, q(DATA + 800));
  },
};

const quicksort: Program = {
  name: "quicksort",
  prepare: (a, random) => fillWords(a, random, DATA, 1000, 50),
  run(a) {
    const sort = a.newLabel(".sort");
    const end = a.newLabel(".end");
    a.mov(edi, DATA);
    a.mov(esi, DATA + 7992);
    a.call(sort);
    a.jmp(end);
    // rdi: first, rsi: last.
    const [up, down, met, done] = [".up", ".down", ".met", ".done"].map((name) => a.newLabel(name)) as Label[];
    a.here(sort);
    a.cmp(rdi, rsi);
    a.jae(done!);
    a.lea(rax, m(rdi, rsi));
    a.shr(rax, 4);
    a.mov(rdx, q([rax, 8]));
    a.lea(r8, m(rdi, -8));
    a.lea(r9, m(rsi, 8));
    a.here(up);
    a.add(r8, 8);
    a.cmp(q(r8), rdx);
    a.jb(up!);
    a.here(down);
    a.sub(r9, 8);
    a.cmp(q(r9), rdx);
    a.ja(down!);
    a.cmp(r8, r9);
    a.jae(met!);
    a.mov(rax, q(r8));
    a.mov(rcx, q(r9));
    a.mov(q(r8), rcx);
    a.mov(q(r9), rax);
    a.jmp(up!);
    a.here(met);
    a.push(r9);
    a.push(rsi);
    a.mov(rsi, r9);
    a.call(sort);
    a.pop(rsi);
    a.pop(rdi);
    a.add(rdi, 8);
    a.jmp(sort);
    a.here(done);
    a.ret();
    a.here(end);
    a.mov(rax, q(DATA + 4000));
  },
};

const crc: Program = {
  name: "crc",
  prepare(a, random) {
    fill(a, random, DATA, 4096);
    fillWords(a, random, OTHER, 256, 32);
  },
  run(a) {
    a.mov(esi, DATA);
    a.mov(eax, -1);
    loop(a, rcx, 4096, () => {
      a.movzx(edx, b(rsi));
      a.inc(rsi);
      a.xor(dl, al);
      a.movzx(edx, dl);
      a.shr(eax, 8);
      a.xor(eax, d(OTHER, [rdx, 8]));
    });
  },
};

const fnv: Program = {
  name: "hash of a string",
  prepare: (a, random) => fill(a, random, DATA, 4096),
  run(a) {
    a.mov(esi, DATA);
    a.movabs(rax, 0xcbf29ce484222325n);
    a.movabs(r8, 0x100000001b3n);
    const next = a.here();
    a.movzx(edx, b(rsi));
    a.xor(rax, rdx);
    a.imul(rax, r8);
    a.add(rsi, 1);
    a.cmp(rsi, DATA + 4096);
    a.jne(next);
  },
};

const sieve: Program = {
  name: "sieve",
  prepare: (a) => {
    a.mov(edi, DATA);
    a.xor(eax, eax);
    a.mov(ecx, 1024);
    a.rep.stosq();
  },
  run(a) {
    a.xor(eax, eax);
    a.mov(ebx, 2);
    const candidate = a.here();
    const [composite, strike, struck] = [".composite", ".strike", ".struck"].map((name) => a.newLabel(name)) as Label[];
    a.cmp(b(rbx, DATA), 0);
    a.jne(composite!);
    a.inc(eax);
    a.mov(ecx, ebx);
    a.imul(ecx, ebx);
    a.here(strike);
    a.cmp(ecx, 8192);
    a.jae(struck!);
    a.mov(b(rcx, DATA), 1);
    a.add(ecx, ebx);
    a.jmp(strike!);
    a.here(struck);
    a.here(composite);
    a.inc(ebx);
    a.cmp(ebx, 8192);
    a.jb(candidate);
  },
};

const tree: Program = {
  name: "binary search tree",
  prepare: (a, random) => fillWords(a, random, DATA, 300, 30),
  // Nodes of 24 bytes: left, right, key.
  run(a) {
    a.mov(edi, OTHER);
    a.mov(esi, DATA);
    a.mov(rax, q(rsi));
    a.mov(q(rdi, 16), rax);
    a.mov(q(rdi), 0);
    a.mov(q(rdi, 8), 0);
    a.mov(r11d, 299);
    const insert = a.here();
    a.add(rsi, 8);
    a.mov(rax, q(rsi));
    a.mov(ebx, OTHER);
    const descend = a.here();
    const [left, found] = [a.newLabel(".left"), a.newLabel(".found")];
    a.mov(rdx, rbx);
    a.cmp(rax, q(rbx, 16));
    a.jb(left);
    a.add(rdx, 8);
    a.here(left);
    a.mov(rbx, q(rdx));
    a.test(rbx, rbx);
    a.jnz(descend);
    a.here(found);
    a.add(rdi, 24);
    a.mov(q(rdx), rdi);
    a.mov(q(rdi), 0);
    a.mov(q(rdi, 8), 0);
    a.mov(q(rdi, 16), rax);
    a.dec(r11);
    a.jnz(insert);
  },
};

const search: Program = {
  name: "string search",
  prepare: (a, random) => fill(a, random, DATA, 4096, 4),
  run(a) {
    // How often the first four bytes occur, byte by byte.
    a.xor(eax, eax);
    a.mov(esi, DATA + 4);
    const next = a.here();
    const [no, compare] = [a.newLabel(".no"), a.newLabel(".compare")];
    a.xor(ecx, ecx);
    a.here(compare);
    a.movzx(edx, b(rsi, rcx));
    a.cmp(dl, b(rcx, DATA));
    a.jne(no);
    a.inc(rcx);
    a.cmp(ecx, 4);
    a.jne(compare);
    a.inc(eax);
    a.here(no);
    a.inc(rsi);
    a.cmp(rsi, DATA + 4092);
    a.jb(next);
  },
};

const matrix: Program = {
  name: "matrix product",
  prepare: (a, random) => fillWords(a, random, DATA, 2 * 400, 30),
  run(a) {
    a.mov(r8d, DATA);
    a.mov(r10d, OTHER);
    const row = a.here();
    a.mov(r9d, DATA + 3200);
    const column = a.here();
    a.mov(rsi, r8);
    a.mov(rdi, r9);
    a.xor(eax, eax);
    a.mov(ecx, 20);
    const product = a.here();
    a.mov(rdx, q(rsi));
    a.imul(rdx, q(rdi));
    a.add(rax, rdx);
    a.add(rsi, 8);
    a.add(rdi, 160);
    a.dec(ecx);
    a.jnz(product);
    a.mov(q(r10), rax);
    a.add(r10, 8);
    a.add(r9, 8);
    a.cmp(r9, DATA + 3200 + 160);
    a.jb(column);
    a.add(r8, 160);
    a.cmp(r8, DATA + 3200);
    a.jb(row);
  },
};

const bytecode: Program = {
  name: "bytecode interpreter",
  prepare: (a, random) => fill(a, random, DATA, 4096, 6),
  run(a) {
    const operations = Array.from({ length: 6 }, (_, i) => a.newLabel(`.operation${i}`));
    const [table, end] = [a.newLabel(".table"), a.newLabel(".end")];
    a.mov(esi, DATA);
    a.xor(eax, eax);
    a.mov(ebx, 1);
    a.xor(ecx, ecx);
    a.mov(r8d, DATA + 4095);
    const bodies = [
      () => a.add(rax, rbx),
      () => {
        a.mov(rdx, rax);
        a.mov(rax, rbx);
        a.mov(rbx, rdx);
      },
      () => {
        a.shl(rax, 3);
        a.xor(rax, rbx);
      },
      () => {
        a.mov(q(OTHER), rax);
        a.inc(rcx);
      },
      () => a.add(rax, q(OTHER)),
      () => a.lea(rbx, m(rbx, [rcx, 2], 7)),
    ];
    const dispatch = () => {
      a.cmp(rsi, r8);
      a.jae(end);
      a.movzx(edx, b(rsi));
      a.inc(rsi);
      a.lea(r9, m(table));
      a.jmp(q(r9, [rdx, 8]));
    };
    dispatch();
    a.align(8);
    a.here(table);
    a.dq(...operations);
    for (const [i, body] of bodies.entries()) {
      a.here(operations[i]!);
      body();
      dispatch();
    }
    a.here(end);
  },
};

const binarySearch: Program = {
  name: "binary search",
  prepare(a, random) {
    // Ascending keys with random gaps, then what is looked for.
    a.mov(edi, DATA);
    a.xor(ebx, ebx);
    loop(a, rcx, 1024, () => {
      random();
      a.shr(rax, 56);
      a.add(rbx, rax);
      a.mov(q(rdi), rbx);
      a.add(rdi, 8);
    });
    fillWords(a, random, OTHER, 300, 17);
  },
  run(a) {
    a.mov(esi, OTHER);
    a.xor(eax, eax);
    const next = a.here();
    a.mov(rdx, q(rsi));
    a.xor(edi, edi);
    a.mov(ecx, 1024);
    const halve = a.here();
    const [low, again] = [a.newLabel(".low"), a.newLabel(".again")];
    a.lea(r8, m(rdi, rcx));
    a.shr(r8, 1);
    a.cmp(q([r8, 8], DATA), rdx);
    a.jb(low);
    a.mov(rcx, r8);
    a.jmp(again);
    a.here(low);
    a.lea(rdi, m(r8, 1));
    a.here(again);
    a.cmp(rdi, rcx);
    a.jb(halve);
    a.add(rax, rdi);
    a.add(rsi, 8);
    a.cmp(rsi, OTHER + 2400);
    a.jb(next);
  },
};

const hashTable: Program = {
  name: "hash table",
  prepare(a, random) {
    fillWords(a, random, DATA, 400, 9);
    a.mov(edi, OTHER);
    a.xor(eax, eax);
    a.mov(ecx, 1024);
    a.rep.stosq();
  },
  run(a) {
    // Counts words in an open table of 1,024 places.
    a.mov(esi, DATA);
    a.xor(eax, eax);
    const next = a.here();
    const [probe, place, out] = [".probe", ".place", ".out"].map((name) => a.newLabel(name)) as Label[];
    a.mov(rdx, q(rsi));
    a.imul(rcx, rdx, 0x9e3779b);
    a.shr(rcx, 7);
    a.inc(rdx);
    a.here(probe);
    a.and(ecx, 511);
    a.mov(rbx, q(OTHER, [rcx, 8]));
    a.test(rbx, rbx);
    a.jz(place!);
    a.cmp(rbx, rdx);
    a.je(out!);
    a.inc(ecx);
    a.jmp(probe!);
    a.here(place);
    a.mov(q(OTHER, [rcx, 8]), rdx);
    a.inc(rax);
    a.here(out);
    a.add(rsi, 8);
    a.cmp(rsi, DATA + 3200);
    a.jb(next);
  },
};

const heap: Program = {
  name: "heap",
  prepare: (a, random) => fillWords(a, random, DATA, 512, 50),
  run(a) {
    // Heap sort. rdi: place sifted down, rsi: number of elements.
    const [sift, more, done, extract, build] = [".sift", ".more", ".done", ".extract", ".build"].map((name) =>
      a.newLabel(name),
    ) as Label[];
    const [right, end] = [a.newLabel(".right"), a.newLabel(".end")];
    a.mov(esi, 512);
    a.mov(r12d, 255);
    a.here(build);
    a.mov(rdi, r12);
    a.call(sift!);
    a.sub(r12, 1);
    a.jnc(build!);
    a.here(extract);
    a.dec(rsi);
    a.jz(end);
    a.mov(rax, q(DATA));
    a.mov(rdx, q(DATA, [rsi, 8]));
    a.mov(q(DATA, [rsi, 8]), rax);
    a.mov(q(DATA), rdx);
    a.xor(edi, edi);
    a.call(sift!);
    a.jmp(extract!);
    a.here(sift);
    a.mov(rax, q(DATA, [rdi, 8]));
    a.here(more);
    a.lea(rcx, m(rdi, rdi, 1));
    a.cmp(rcx, rsi);
    a.jae(done!);
    a.mov(rdx, q(DATA, [rcx, 8]));
    a.lea(rbx, m(rcx, 1));
    a.cmp(rbx, rsi);
    a.jae(right);
    a.cmp(rdx, q(DATA, [rbx, 8]));
    a.jae(right);
    a.mov(rcx, rbx);
    a.mov(rdx, q(DATA, [rbx, 8]));
    a.here(right);
    a.cmp(rdx, rax);
    a.jbe(done!);
    a.mov(q(DATA, [rdi, 8]), rdx);
    a.mov(rdi, rcx);
    a.jmp(more!);
    a.here(done);
    a.mov(q(DATA, [rdi, 8]), rax);
    a.ret();
    a.here(end);
  },
};

const words: Program = {
  name: "counting words",
  prepare: (a, random) => fill(a, random, DATA, 4096, 40),
  run(a) {
    a.mov(esi, DATA);
    a.xor(eax, eax);
    a.xor(ebx, ebx);
    const next = a.here();
    const [space, inside] = [a.newLabel(".space"), a.newLabel(".inside")];
    a.movzx(edx, b(rsi));
    a.inc(rsi);
    a.cmp(edx, 8);
    a.jb(space);
    a.test(bl, bl);
    a.jnz(inside);
    a.inc(eax);
    a.mov(ebx, 1);
    a.jmp(inside);
    a.here(space);
    a.xor(ebx, ebx);
    a.here(inside);
    a.cmp(rsi, DATA + 4096);
    a.jb(next);
  },
};

const divisor: Program = {
  name: "greatest common divisor",
  prepare: (a, random) => fillWords(a, random, DATA, 400, 30),
  run(a) {
    a.mov(esi, DATA);
    a.xor(r8d, r8d);
    const next = a.here();
    a.mov(rax, q(rsi));
    a.mov(rcx, q(rsi, 8));
    a.or(rcx, 1);
    const divide = a.here();
    a.xor(edx, edx);
    a.div(rcx);
    a.mov(rax, rcx);
    a.mov(rcx, rdx);
    a.test(rdx, rdx);
    a.jnz(divide);
    a.add(r8, rax);
    a.add(rsi, 16);
    a.cmp(rsi, DATA + 3200);
    a.jb(next);
    a.mov(rax, r8);
  },
};

const list: Program = {
  name: "linked list",
  prepare(a, random) {
    // 512 nodes of 16 bytes in a ring by a random odd step.
    random();
    a.shr(rax, 50);
    a.or(rax, 1);
    a.and(eax, 511);
    a.mov(rbx, rax);
    a.xor(edi, edi);
    loop(a, rcx, 512, () => {
      a.lea(rsi, m(rdi, rbx));
      a.and(esi, 511);
      a.mov(rax, rdi);
      a.shl(rax, 4);
      a.mov(rdx, rsi);
      a.shl(rdx, 4);
      a.add(rdx, DATA);
      a.mov(q(rax, DATA), rdx);
      a.mov(q(rax, DATA + 8), rdi);
      a.mov(rdi, rsi);
    });
  },
  run(a) {
    a.mov(esi, DATA);
    a.xor(eax, eax);
    a.mov(ecx, 3000);
    const next = a.here();
    a.add(rax, q(rsi, 8));
    a.mov(rsi, q(rsi));
    a.dec(ecx);
    a.jnz(next);
  },
};

const distance: Program = {
  name: "edit distance",
  prepare: (a, random) => fill(a, random, DATA, 128, 4),
  run(a) {
    // Rows of 64 places of 4 bytes at OTHER; rbx: row, rcx: column.
    a.xor(ecx, ecx);
    const first = a.here();
    a.mov(d(OTHER, [rcx, 4]), ecx);
    a.inc(ecx);
    a.cmp(ecx, 64);
    a.jbe(first);
    a.xor(ebx, ebx);
    const row = a.here();
    a.movzx(r8d, b(rbx, DATA));
    a.mov(r9d, d(OTHER));
    a.lea(eax, m(rbx, 1));
    a.mov(d(OTHER), eax);
    a.xor(ecx, ecx);
    const column = a.here();
    const [same, least] = [a.newLabel(".same"), a.newLabel(".least")];
    a.mov(r10d, d(OTHER + 4, [rcx, 4]));
    a.movzx(edx, b(rcx, DATA + 64));
    a.cmp(edx, r8d);
    a.je(same);
    a.cmp(r9d, r10d);
    a.cmova(r9d, r10d);
    a.cmp(r9d, eax);
    a.cmova(r9d, eax);
    a.inc(r9d);
    a.here(same);
    a.mov(eax, r9d);
    a.mov(d(OTHER + 4, [rcx, 4]), eax);
    a.mov(r9d, r10d);
    a.here(least);
    a.inc(ecx);
    a.cmp(ecx, 64);
    a.jb(column);
    a.inc(ebx);
    a.cmp(ebx, 64);
    a.jb(row);
  },
};

const collatz: Program = {
  name: "collatz",
  prepare: (a, random) => fillWords(a, random, DATA, 40, 20),
  run(a) {
    a.mov(esi, DATA);
    a.xor(eax, eax);
    const next = a.here();
    const [step, even, done] = [".step", ".even", ".done"].map((name) => a.newLabel(name)) as Label[];
    a.mov(rdx, q(rsi));
    a.or(rdx, 1);
    a.here(step);
    a.cmp(rdx, 1);
    a.je(done!);
    a.inc(rax);
    a.test(dl, 1);
    a.jz(even!);
    a.lea(rdx, m(rdx, [rdx, 2], 1));
    a.here(even);
    a.shr(rdx, 1);
    a.jmp(step!);
    a.here(done);
    a.add(rsi, 8);
    a.cmp(rsi, DATA + 320);
    a.jb(next);
  },
};

const bits: Program = {
  name: "bits",
  prepare: (a, random) => fillWords(a, random, DATA, 300, 20),
  run(a) {
    // Positions of set bits, summed.
    a.mov(esi, DATA);
    a.xor(eax, eax);
    const next = a.here();
    const [bit, none] = [a.newLabel(".bit"), a.newLabel(".none")];
    a.mov(rdx, q(rsi));
    a.here(bit);
    a.test(rdx, rdx);
    a.jz(none);
    a.bsf(rcx, rdx);
    a.add(rax, rcx);
    a.lea(rbx, m(rdx, -1));
    a.and(rdx, rbx);
    a.jmp(bit);
    a.here(none);
    a.add(rsi, 8);
    a.cmp(rsi, DATA + 2400);
    a.jb(next);
  },
};

const fibonacci: Program = {
  name: "recursion",
  prepare: (a, random) => fillWords(a, random, DATA, 1, 2),
  run(a) {
    const [fib, small, end] = [".fib", ".small", ".end"].map((name) => a.newLabel(name)) as Label[];
    a.mov(rdi, q(DATA));
    a.add(rdi, 14);
    a.call(fib!);
    a.jmp(end!);
    a.here(fib);
    a.cmp(rdi, 2);
    a.jb(small!);
    a.push(rbx);
    a.push(rdi);
    a.dec(rdi);
    a.call(fib!);
    a.mov(rbx, rax);
    a.pop(rdi);
    a.sub(rdi, 2);
    a.call(fib!);
    a.add(rax, rbx);
    a.pop(rbx);
    a.ret();
    a.here(small);
    a.mov(rax, rdi);
    a.ret();
    a.here(end);
  },
};

/** Constants of the model were chosen by these. */
export const fitting: readonly Program[] = [collatz, bits, fibonacci, words, distance, tree];

/** And it is judged by these. */
export const judging: readonly Program[] = [
  insertionSort,
  quicksort,
  crc,
  fnv,
  sieve,
  search,
  matrix,
  bytecode,
  binarySearch,
  hashTable,
  heap,
  divisor,
  list,
];
