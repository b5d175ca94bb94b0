/** What user programs do: loops over numbers, text, tables and pointers. */
import type { Assembler } from "../../dsl/asm/assembler.ts";
import { b, m, q } from "../../dsl/asm/operand.ts";
import { Label } from "../../dsl/out/expression.ts";
import type { R64 } from "../../emulator/isa/registers.ts";
import {
  al,
  cl,
  dl,
  eax,
  ebx,
  ecx,
  edi,
  edx,
  esi,
  r8,
  r9,
  r10,
  r11,
  r12,
  r13,
  r14,
  rax,
  rbx,
  rcx,
  rdi,
  rdx,
  rsi,
} from "../../emulator/isa/registers.ts";
import { ARENA, type Workload } from "./frame.ts";
import { checksum, fillRandom, ROOM, times } from "./pieces.ts";

/** Two tables of random words and a third for results, as the compiled kernels want them. */
const WORDS = ARENA;
const OTHER = ARENA + 0x8_0000;
const OUT = ARENA + 0x10_0000;
const TABLE_BYTES = 0x8_0000;

const MULTIPLIER = 6364136223846793005n;
const INCREMENT = 1442695040888963407n;

/** A call of a function that our compiler made. System V: arguments in RDI, RSI, RDX, RCX. */
function call(a: Assembler, name: string, ...values: number[]): void {
  for (const [i, value] of values.entries()) a.mov([edi, esi, edx, ecx][i]!, value);
  a.call(externs(a, name));
}

function externs(a: Assembler, name: string): Label {
  return [...a.externs].find((label) => label.name === name) ?? a.extern(name);
}

const tables = (a: Assembler) => fillRandom(a, WORDS, 2 * TABLE_BYTES);

const sieve: Workload = {
  name: "sieve",
  about: "primes below 2,000,000, nine times",
  run(a) {
    const limit = 2_000_000;
    times(a, 9, () => {
      a.mov(edi, ROOM);
      a.mov(ecx, limit / 8);
      a.xor(eax, eax);
      const clear = a.here();
      a.mov(q(rdi), rax);
      a.add(rdi, 8);
      a.dec(ecx);
      a.jnz(clear);
      a.mov(ebx, 2);
      const candidate = a.here();
      const composite = new Label();
      const counted = new Label();
      a.cmp(b(rbx, ROOM), 0);
      a.jne(composite);
      a.inc(rax);
      a.mov(rcx, rbx);
      a.imul(rcx, rbx);
      const strike = a.here();
      a.cmp(rcx, limit);
      a.jae(counted);
      a.mov(b(rcx, ROOM), 1);
      a.add(rcx, rbx);
      a.jmp(strike);
      a.here(counted);
      a.here(composite);
      a.inc(rbx);
      a.cmp(ebx, limit);
      a.jb(candidate);
    });
  },
};

const fib: Workload = { name: "fib", about: "recursive calls: fib(35)", run: (a) => call(a, "fib", 35) };

const crc: Workload = {
  name: "crc32",
  about: "table-driven CRC-32 of 48 MB",
  prepare: tables,
  run: (a) => times(a, 120, () => call(a, "crc32", WORDS, 400_000, OTHER)),
};

const sort: Workload = {
  name: "sort",
  about: "insertion sort of 4,000 words, twelve times",
  prepare: tables,
  run(a) {
    times(a, 12, () => {
      a.mov(esi, WORDS);
      a.mov(edi, OUT);
      a.mov(ecx, 2_000);
      a.rep.movsq();
      call(a, "sort", OUT, 4_000);
    });
    checksum(a, OUT, 16_000);
  },
};

const matrix: Workload = {
  name: "matrix",
  about: "product of two matrices of 100 × 100 words, sixty times",
  prepare: tables,
  run(a) {
    times(a, 60, () => call(a, "matrix", WORDS, OTHER, OUT));
    checksum(a, OUT, 80_000);
  },
};

const hash: Workload = {
  name: "hash",
  about: "4,500,000 insertions and look-ups in an open hash table of 512 KiB",
  prepare: tables,
  run(a) {
    a.mov(edi, OUT);
    a.mov(ecx, TABLE_BYTES / 8);
    a.xor(eax, eax);
    a.rep.stosq();
    times(a, 150, () => call(a, "hash", OUT, 0x1_0000, WORDS, 30_000));
  },
};

const bitmap: Workload = {
  name: "bitmap",
  about: "the numbers of the bits that are set in 240 KB, eighty times",
  prepare: tables,
  run: (a) => times(a, 80, () => call(a, "bitmap", WORDS, 30_000)),
};

const sha256: Workload = {
  name: "sha256",
  about: "100,000 blocks of SHA-256",
  prepare: tables,
  run(a) {
    times(a, 100_000, () => call(a, "sha256", OUT, WORDS));
    checksum(a, OUT, 32);
  },
};

const decimal: Workload = {
  name: "decimal",
  about: "1,200,000 numbers of 64 bits written in decimal",
  prepare: tables,
  run(a) {
    const number = new Label();
    a.section(".data", {}, () => {
      a.align(8);
      a.here(number);
      a.dq(0x1234_5678_9abc_def0n);
    });
    times(a, 1_200_000, () => {
      a.mov(rdi, q(number));
      a.imul(rdi, rdi, 0x5bd1_e995);
      a.add(rdi, 12345);
      a.mov(q(number), rdi);
      a.mov(esi, OUT);
      a.mov(edx, 20);
      a.call(externs(a, "decimal"));
    });
    checksum(a, OUT, 16);
  },
};

const search: Workload = {
  name: "search",
  about: "a text of 8 bytes looked for in 8 MiB of four letters, byte by byte",
  prepare(a) {
    fillRandom(a, ROOM, 0x80_0000);
    a.movabs(rbx, 0x0303_0303_0303_0303n);
    a.mov(edi, ROOM);
    a.mov(ecx, 0x10_0000);
    const next = a.here();
    a.and(q(rdi), rbx);
    a.add(rdi, 8);
    a.dec(ecx);
    a.jnz(next);
  },
  run(a) {
    const letters = [1, 3, 0, 2, 2, 1, 0, 3];
    const pattern = new Label();
    const miss = new Label();
    const hit = new Label();
    a.section(".rodata", {}, () => {
      a.here(pattern);
      a.db(...letters);
    });
    a.mov(esi, ROOM);
    a.mov(edi, ROOM + 0x80_0000 - 8);
    a.lea(r8, m(pattern));
    a.xor(eax, eax);
    const position = a.here();
    a.xor(ecx, ecx);
    const compare = a.here();
    a.mov(dl, b(rsi, rcx));
    a.cmp(dl, b(r8, rcx));
    a.jne(miss);
    a.inc(rcx);
    a.cmp(rcx, letters.length);
    a.jb(compare);
    a.here(hit);
    a.add(rax, rsi);
    a.here(miss);
    a.inc(rsi);
    a.cmp(rsi, rdi);
    a.jb(position);
  },
};

const NODES = 1 << 20;

const chase: Workload = {
  name: "chase",
  about: "4,000,000 steps along pointers scattered over 64 MiB",
  prepare(a) {
    // A linear congruential sequence of full period visits each of the nodes, one cache line each, once.
    a.xor(eax, eax);
    a.mov(r8, ROOM);
    a.mov(ecx, NODES);
    const next = a.here();
    a.mov(edx, eax);
    a.imul(edx, edx, 1_664_525);
    a.add(edx, 1_013_904_223);
    a.and(edx, NODES - 1);
    a.mov(rsi, rax);
    a.shl(rsi, 6);
    a.mov(rdi, rdx);
    a.shl(rdi, 6);
    a.add(rdi, r8);
    a.mov(q(rsi, ROOM), rdi);
    a.mov(eax, edx);
    a.dec(ecx);
    a.jnz(next);
  },
  run(a) {
    a.mov(eax, ROOM);
    a.mov(ecx, 4_000_000);
    const next = a.here();
    a.mov(rax, q(rax));
    a.dec(ecx);
    a.jnz(next);
  },
};

const bytecode: Workload = {
  name: "bytecode",
  about: "an interpreter's loop with a jump table: Collatz lengths of the numbers to 30,000",
  run(a) {
    // Registers r8…r11 of the little machine; its code is pairs of an operation and a distance.
    const code = new Label();
    const jumps = new Label();
    const operations = ["odd", "triple", "half", "count", "isOne", "next", "stop", "jump"] as const;
    const labels = operations.map((name) => new Label(`bytecode.${name}`));
    const dispatch = () => {
      a.movzx(eax, b(rsi));
      a.movsx(rdx, b(rsi, 1));
      a.add(rsi, 2);
      a.jmp(q([rax, 8], jumps));
    };
    a.section(".rodata", {}, () => {
      a.align(8);
      a.here(jumps);
      for (const label of labels) a.dq(label);
      a.here(code);
      const at = (name: (typeof operations)[number], distance = 0) => a.db(operations.indexOf(name), distance & 0xff);
      at("isOne", 12); // 0: one → 14
      at("count"); // 2
      at("odd", 4); // 4: even → 10
      at("triple"); // 6
      at("jump", -10); // 8 → 0
      at("half"); // 10
      at("jump", -14); // 12 → 0
      at("next", -16); // 14: not the last → 0
      at("stop");
    });
    const done = new Label();
    a.mov(esi, code);
    a.mov(r9, 1);
    a.mov(r10, 1);
    a.xor(ebx, ebx);
    a.mov(r8, 1);
    dispatch();
    const [odd, triple, half, count, isOne, next, stop, jump] = labels as [
      Label,
      Label,
      Label,
      Label,
      Label,
      Label,
      Label,
      Label,
    ];
    const branchUnless = (taken: (on: Label) => void) => {
      const stay = new Label();
      taken(stay);
      a.add(rsi, rdx);
      a.here(stay);
      dispatch();
    };
    a.here(odd);
    a.test(r8, 1);
    branchUnless((on) => a.jnz(on));
    a.here(triple);
    a.lea(r8, m(r8, [r8, 2], 1));
    dispatch();
    a.here(half);
    a.shr(r8, 1);
    dispatch();
    a.here(count);
    a.inc(rbx);
    dispatch();
    a.here(isOne);
    a.cmp(r8, 1);
    branchUnless((on) => a.jne(on));
    a.here(next);
    a.inc(r10);
    a.mov(r8, r10);
    a.cmp(r10, 30_000);
    branchUnless((on) => a.ja(on));
    a.here(stop);
    a.jmp(done);
    a.here(jump);
    a.add(rsi, rdx);
    dispatch();
    a.here(done);
    a.mov(rax, rbx);
  },
};

const copyLoop: Workload = {
  name: "copy-loop",
  about: "1 MiB copied by a loop of quadwords, eighty times",
  prepare: (a) => fillRandom(a, ROOM, 0x10_0000),
  run(a) {
    times(a, 80, () => {
      a.mov(esi, ROOM);
      a.mov(edi, ROOM + 0x20_0000);
      a.mov(ecx, 0x10_0000 / 8);
      const next = a.here();
      a.mov(rax, q(rsi));
      a.mov(q(rdi), rax);
      a.add(rsi, 8);
      a.add(rdi, 8);
      a.dec(rcx);
      a.jnz(next);
    });
    checksum(a, ROOM + 0x20_0000, 0x1000);
  },
};

const repMovs: Workload = {
  name: "rep-movs",
  about: "1 MiB copied by REP MOVSB, a hundred times",
  prepare: (a) => fillRandom(a, ROOM, 0x10_0000),
  run(a) {
    times(a, 100, () => {
      a.mov(esi, ROOM);
      a.mov(edi, ROOM + 0x20_0000);
      a.mov(ecx, 0x10_0000);
      a.rep.movsb();
    });
    checksum(a, ROOM + 0x20_0000, 0x1000);
  },
};

const repStos: Workload = {
  name: "rep-stos",
  about: "1 MiB filled by REP STOSQ, a thousand times",
  run(a) {
    times(a, 1_000, () => {
      a.mov(rax, 0x0123_4567);
      a.mov(edi, ROOM);
      a.mov(ecx, 0x10_0000 / 8);
      a.rep.stosq();
    });
    checksum(a, ROOM, 0x1000);
  },
};

const allocator: Workload = {
  name: "allocator",
  about: "15,000,000 blocks of random size taken from and given to free lists",
  prepare(a) {
    a.mov(edi, OUT);
    a.mov(ecx, TABLE_BYTES / 8);
    a.xor(eax, eax);
    a.rep.stosq();
  },
  run(a) {
    // OUT: sixteen free lists; then 256 slots, each empty or with a live block, whose size class stands in its first word.
    const lists = OUT;
    const slots = OUT + 0x100;
    const fresh = new Label();
    const taken = new Label();
    const stored = new Label();
    const empty = new Label();
    const random: R64 = r8;
    a.movabs(random, 88172645463325252n);
    a.mov(r9, ROOM); // where new blocks come from
    a.xor(r10, r10); // sum
    a.mov(r11, 15_000_000);
    a.movabs(r12, MULTIPLIER);
    a.movabs(r13, INCREMENT);
    const next = a.here();
    a.imul(random, r12);
    a.add(random, r13);
    a.mov(rax, random);
    a.shr(rax, 40);
    a.movzx(ebx, al); // slot
    a.mov(rsi, q([rbx, 8], slots));
    a.test(rsi, rsi);
    a.jz(empty);
    a.mov(rcx, q(rsi)); // free it: to the head of its class's list
    a.mov(rdx, q([rcx, 8], lists));
    a.mov(q(rsi, 8), rdx);
    a.mov(q([rcx, 8], lists), rsi);
    a.mov(q([rbx, 8], slots), 0);
    a.jmp(stored);
    a.here(empty);
    a.mov(ecx, eax);
    a.shr(ecx, 8);
    a.and(ecx, 15); // size class: 32 bytes << (class / 2)
    a.mov(rsi, q([rcx, 8], lists));
    a.test(rsi, rsi);
    a.jz(fresh);
    a.mov(rdx, q(rsi, 8));
    a.mov(q([rcx, 8], lists), rdx);
    a.jmp(taken);
    a.here(fresh);
    a.mov(rsi, r9);
    a.mov(r14, rcx);
    a.shr(ecx, 1);
    a.mov(eax, 32);
    a.shl(eax, cl);
    a.add(r9, rax);
    a.mov(rcx, r14);
    a.here(taken);
    a.mov(q(rsi), rcx);
    a.mov(q([rbx, 8], slots), rsi);
    a.add(r10, rsi);
    a.here(stored);
    a.dec(r11);
    a.jnz(next);
    a.mov(rax, r10);
  },
};

const BLOCKS = 2_000;

const spread: Workload = {
  name: "spread",
  about: `${BLOCKS} different blocks of code in turn, 7,500 rounds`,
  prepare: (a) => fillRandom(a, ROOM, 0x10_0000),
  run(a) {
    let seed = 12345;
    const random = (below: number) => {
      seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
      return Math.floor((seed / 2 ** 32) * below);
    };
    const registers: readonly R64[] = [rax, rbx, rdx, rdi, r9, r10, r11];
    const pick = () => registers[random(registers.length)]!;
    const kinds = [
      () => a.add(pick(), pick()),
      () => a.sub(pick(), random(1000)),
      () => a.xor(pick(), pick()),
      () => a.and(pick(), 0x7fff_ffff ^ random(256)),
      () => a.mov(pick(), pick()),
      () => a.mov(pick(), q(rsi, 8 * random(4096))),
      () => a.mov(q(rsi, 8 * random(4096)), pick()),
      () => a.add(pick(), q(rsi, 8 * random(4096))),
      () => a.lea(pick(), m(pick(), [pick(), 4], random(64))),
      () => a.shr(pick(), 1 + random(20)),
      () => a.shl(pick(), 1 + random(20)),
      () => a.imul(pick(), pick()),
      () => a.movzx(eax, b(rsi, random(4096))),
      () => a.rol(pick(), 1 + random(60)),
      () => a.adc(pick(), pick()),
      () => a.not(pick()),
    ];
    for (const register of registers) a.xor(register, register);
    a.mov(esi, ROOM);
    a.mov(r8, 7_500);
    const again = a.here();
    for (let block = 0; block < BLOCKS; block++) {
      for (let i = 4 + random(8); i > 0; i--) kinds[random(kinds.length)]!();
      const next = new Label();
      a.test(pick(), 1 << random(30));
      // Taken or not, the next block follows: what is skipped is one instruction.
      a.jz(next);
      a.inc(pick());
      a.here(next);
    }
    a.dec(r8);
    a.jnz(again);
    a.add(rax, rbx);
  },
};

export const compute: readonly Workload[] = [
  sieve,
  fib,
  crc,
  sort,
  matrix,
  hash,
  bitmap,
  sha256,
  decimal,
  search,
  chase,
  bytecode,
  copyLoop,
  repMovs,
  repStos,
  allocator,
  spread,
];
