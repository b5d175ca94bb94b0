/** Workloads of 32-bit code: what user programs do, and the system calls and page faults under them. */
import type { Assembler } from "../../dsl/asm/assembler.ts";
import { b, d, m } from "../../dsl/asm/operand.ts";
import { Label } from "../../dsl/out/expression.ts";
import {
  al,
  cr3,
  cx,
  dl,
  ds,
  eax,
  ebp,
  ebx,
  ecx,
  edi,
  edx,
  es,
  esi,
  esp,
  fs,
  gs,
} from "../../emulator/isa/registers.ts";
import { ARENA } from "./frame.ts";
import { DATA, DIRECTORY, enterUser32, SPARE_TABLE32, setGate32, type Workload32 } from "./frame32.ts";

const WORDS = ARENA;
const OTHER = ARENA + 0x10_0000;
const ROOM = ARENA + 0x40_0000;

/** Fills memory with random words, always the same. Changes EAX, ECX, EDX, EDI. */
function fillRandom(a: Assembler, at: number, bytes: number): void {
  a.mov(edi, at);
  a.mov(ecx, bytes / 4);
  a.mov(eax, 2463534242);
  const next = a.here();
  for (const [shift, left] of [
    [13, true],
    [17, false],
    [5, true],
  ] as const) {
    a.mov(edx, eax);
    if (left) a.shl(edx, shift);
    else a.shr(edx, shift);
    a.xor(eax, edx);
  }
  a.mov(d(edi), eax);
  a.add(edi, 4);
  a.dec(ecx);
  a.jnz(next);
}

/** Repeats the body; the count lives in memory, so the body may use every register. */
function times(a: Assembler, count: number, body: () => void): void {
  const left = new Label();
  a.section(".data", {}, () => {
    a.align(4);
    a.here(left);
    a.dd(0);
  });
  a.mov(d(left), count);
  const again = a.here();
  body();
  a.dec(d(left));
  a.jnz(again);
}

/** EAX: the sum of the words, each rotated into it. */
function checksum(a: Assembler, at: number, bytes: number): void {
  a.mov(esi, at);
  a.mov(ecx, bytes / 4);
  a.xor(eax, eax);
  const next = a.here();
  a.rol(eax, 5);
  a.add(eax, d(esi));
  a.add(esi, 4);
  a.dec(ecx);
  a.jnz(next);
}

const sieve: Workload32 = {
  name: "sieve",
  about: "primes below 2,000,000, six times",
  run(a) {
    const limit = 2_000_000;
    times(a, 6, () => {
      a.mov(edi, ROOM);
      a.mov(ecx, limit / 4);
      a.xor(eax, eax);
      const clear = a.here();
      a.mov(d(edi), eax);
      a.add(edi, 4);
      a.dec(ecx);
      a.jnz(clear);
      a.mov(ebx, 2);
      const candidate = a.here();
      const composite = new Label();
      const counted = new Label();
      a.cmp(b(ebx, ROOM), 0);
      a.jne(composite);
      a.inc(eax);
      a.cmp(ebx, 1415); // beyond, the square is beyond the limit
      a.jae(counted);
      a.mov(ecx, ebx);
      a.imul(ecx, ebx);
      const strike = a.here();
      a.cmp(ecx, limit);
      a.jae(counted);
      a.mov(b(ecx, ROOM), 1);
      a.add(ecx, ebx);
      a.jmp(strike);
      a.here(counted);
      a.here(composite);
      a.inc(ebx);
      a.cmp(ebx, limit);
      a.jb(candidate);
    });
  },
};

const fib: Workload32 = {
  name: "fib",
  about: "recursive calls: fib(34), the argument on the stack",
  run(a) {
    const self = new Label("fib32");
    const over = new Label();
    a.push(34);
    a.call(self);
    a.add(esp, 4);
    a.jmp(over);
    a.func(self, () => {
      const deeper = new Label();
      a.push(ebp);
      a.mov(ebp, esp);
      a.push(ebx);
      a.mov(eax, d(ebp, 8));
      a.cmp(eax, 2);
      a.jae(deeper);
      a.pop(ebx);
      a.leave();
      a.ret();
      a.here(deeper);
      a.dec(eax);
      a.push(eax);
      a.call(self);
      a.mov(ebx, eax);
      a.mov(eax, d(ebp, 8));
      a.sub(eax, 2);
      a.mov(d(esp), eax);
      a.call(self);
      a.add(esp, 4);
      a.add(eax, ebx);
      a.pop(ebx);
      a.leave();
      a.ret();
    });
    a.here(over);
  },
};

const crc: Workload32 = {
  name: "crc32",
  about: "table-driven CRC-32 of 24 MB",
  prepare(a) {
    a.xor(ebx, ebx);
    const entry = a.here();
    a.mov(eax, ebx);
    a.mov(ecx, 8);
    const bit = a.here();
    const even = new Label();
    a.shr(eax, 1);
    a.jnc(even);
    a.xor(eax, 0xedb8_8320);
    a.here(even);
    a.dec(ecx);
    a.jnz(bit);
    a.mov(d([ebx, 4], OTHER), eax);
    a.inc(ebx);
    a.cmp(ebx, 256);
    a.jb(entry);
    fillRandom(a, ROOM, 400_000);
  },
  run(a) {
    a.mov(eax, 0xffff_ffff);
    times(a, 60, () => {
      a.mov(esi, ROOM);
      a.mov(ecx, 400_000);
      const next = a.here();
      a.movzx(edx, b(esi));
      a.movzx(ebx, al);
      a.xor(edx, ebx);
      a.shr(eax, 8);
      a.xor(eax, d([edx, 4], OTHER));
      a.inc(esi);
      a.dec(ecx);
      a.jnz(next);
    });
    a.not(eax);
  },
};

const sort: Workload32 = {
  name: "sort",
  about: "insertion sort of 4,000 words, eight times",
  prepare: (a) => fillRandom(a, WORDS, 16_000),
  run(a) {
    times(a, 8, () => {
      a.mov(esi, WORDS);
      a.mov(edi, OTHER);
      a.mov(ecx, 4_000);
      a.rep.movsd();
      a.mov(ecx, 1);
      const outer = a.here();
      const place = new Label();
      a.mov(eax, d([ecx, 4], OTHER));
      a.mov(ebx, ecx);
      const inner = a.here();
      a.mov(edx, d([ebx, 4], OTHER - 4));
      a.cmp(edx, eax);
      a.jbe(place);
      a.mov(d([ebx, 4], OTHER), edx);
      a.dec(ebx);
      a.jnz(inner);
      a.here(place);
      a.mov(d([ebx, 4], OTHER), eax);
      a.inc(ecx);
      a.cmp(ecx, 4_000);
      a.jb(outer);
    });
    checksum(a, OTHER, 16_000);
  },
};

const matrix: Workload32 = {
  name: "matrix",
  about: "product of two matrices of 100 × 100 words, thirty times",
  prepare: (a) => fillRandom(a, WORDS, 0x2_0000),
  run(a) {
    const size = 100;
    const second = WORDS + 0x1_0000;
    times(a, 30, () => {
      a.xor(ebx, ebx); // row × 400
      const row = a.here();
      a.xor(edi, edi); // column
      const column = a.here();
      a.xor(eax, eax);
      a.xor(ecx, ecx);
      a.mov(esi, edi);
      const inner = a.here();
      a.lea(edx, m(ebx, [ecx, 4]));
      a.mov(edx, d(edx, WORDS));
      a.imul(edx, d([esi, 4], second));
      a.add(eax, edx);
      a.add(esi, size);
      a.inc(ecx);
      a.cmp(ecx, size);
      a.jb(inner);
      a.lea(edx, m(ebx, [edi, 4]));
      a.mov(d(edx, OTHER), eax);
      a.inc(edi);
      a.cmp(edi, size);
      a.jb(column);
      a.add(ebx, 4 * size);
      a.cmp(ebx, 4 * size * size);
      a.jb(row);
    });
    checksum(a, OTHER, 40_000);
  },
};

const search: Workload32 = {
  name: "search",
  about: "a text of 8 bytes looked for in 8 MiB of four letters, byte by byte",
  prepare(a) {
    fillRandom(a, ROOM, 0x80_0000);
    a.mov(edi, ROOM);
    a.mov(ecx, 0x20_0000);
    const next = a.here();
    a.and(d(edi), 0x0303_0303);
    a.add(edi, 4);
    a.dec(ecx);
    a.jnz(next);
  },
  run(a) {
    const letters = [1, 3, 0, 2, 2, 1, 0, 3];
    const pattern = new Label();
    const miss = new Label();
    a.section(".rodata", {}, () => {
      a.here(pattern);
      a.db(...letters);
    });
    a.mov(esi, ROOM);
    a.mov(edi, ROOM + 0x80_0000 - 8);
    a.xor(eax, eax);
    const position = a.here();
    a.xor(ecx, ecx);
    const compare = a.here();
    a.mov(dl, b(esi, ecx));
    a.cmp(dl, b(ecx, pattern));
    a.jne(miss);
    a.inc(ecx);
    a.cmp(ecx, letters.length);
    a.jb(compare);
    a.add(eax, esi);
    a.here(miss);
    a.inc(esi);
    a.cmp(esi, edi);
    a.jb(position);
  },
};

const NODES = 1 << 20;

const chase: Workload32 = {
  name: "chase",
  about: "4,000,000 steps along pointers scattered over 64 MiB",
  prepare(a) {
    // A linear congruential sequence of full period visits each of the nodes, one cache line each, once.
    a.xor(eax, eax);
    a.mov(ecx, NODES);
    const next = a.here();
    a.imul(edx, eax, 1_664_525);
    a.add(edx, 1_013_904_223);
    a.and(edx, NODES - 1);
    a.mov(esi, eax);
    a.shl(esi, 6);
    a.mov(edi, edx);
    a.shl(edi, 6);
    a.add(edi, ROOM);
    a.mov(d(esi, ROOM), edi);
    a.mov(eax, edx);
    a.dec(ecx);
    a.jnz(next);
  },
  run(a) {
    a.mov(eax, ROOM);
    a.mov(ecx, 4_000_000);
    const next = a.here();
    a.mov(eax, d(eax));
    a.dec(ecx);
    a.jnz(next);
  },
};

const bytecode: Workload32 = {
  name: "bytecode",
  about: "an interpreter's loop with a jump table: Collatz lengths of the numbers to 60,000",
  run(a) {
    const code = new Label();
    const jumps = new Label();
    const names = ["odd", "triple", "half", "count", "isOne", "next", "stop", "jump"] as const;
    const labels = new Map(names.map((name) => [name, new Label(`bytecode32.${name}`)]));
    const dispatch = () => {
      a.movzx(eax, b(esi));
      a.movsx(edx, b(esi, 1));
      a.add(esi, 2);
      a.jmp(d([eax, 4], jumps));
    };
    a.section(".rodata", {}, () => {
      a.align(4);
      a.here(jumps);
      for (const label of labels.values()) a.dd(label);
      a.here(code);
      const at = (name: (typeof names)[number], distance = 0) => a.db(names.indexOf(name), distance & 0xff);
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
    const operation = (name: (typeof names)[number], body: () => void) => {
      a.here(labels.get(name)!);
      body();
      dispatch();
    };
    const jumpUnless = (stays: (to: Label) => void) => {
      const stay = new Label();
      stays(stay);
      a.add(esi, edx);
      a.here(stay);
    };
    a.mov(esi, code);
    a.mov(ebp, 1); // the number whose turn it is
    a.mov(ecx, 1); // where its sequence is
    a.xor(ebx, ebx); // how many steps in all
    dispatch();
    operation("odd", () => {
      a.test(ecx, 1);
      jumpUnless((to) => a.jnz(to));
    });
    operation("triple", () => a.lea(ecx, m(ecx, [ecx, 2], 1)));
    operation("half", () => a.shr(ecx, 1));
    operation("count", () => a.inc(ebx));
    operation("isOne", () => {
      a.cmp(ecx, 1);
      jumpUnless((to) => a.jne(to));
    });
    operation("next", () => {
      a.inc(ebp);
      a.mov(ecx, ebp);
      a.cmp(ebp, 60_000);
      jumpUnless((to) => a.ja(to));
    });
    a.here(labels.get("stop")!);
    a.jmp(done);
    operation("jump", () => a.add(esi, edx));
    a.here(done);
    a.mov(eax, ebx);
  },
};

const copyLoop: Workload32 = {
  name: "copy-loop",
  about: "1 MiB copied by a loop of words, forty times",
  prepare: (a) => fillRandom(a, ROOM, 0x10_0000),
  run(a) {
    times(a, 40, () => {
      a.mov(esi, ROOM);
      a.mov(edi, ROOM + 0x20_0000);
      a.mov(ecx, 0x10_0000 / 4);
      const next = a.here();
      a.mov(eax, d(esi));
      a.mov(d(edi), eax);
      a.add(esi, 4);
      a.add(edi, 4);
      a.dec(ecx);
      a.jnz(next);
    });
    checksum(a, ROOM + 0x20_0000, 0x1000);
  },
};

const repMovs: Workload32 = {
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

const repStos: Workload32 = {
  name: "rep-stos",
  about: "1 MiB filled by REP STOSD, five hundred times",
  run(a) {
    times(a, 500, () => {
      a.mov(eax, 0x0123_4567);
      a.mov(edi, ROOM);
      a.mov(ecx, 0x10_0000 / 4);
      a.rep.stosd();
    });
    checksum(a, ROOM, 0x1000);
  },
};

const systemCall: Workload32 = {
  name: "int-iret",
  about: "1,000,000 times INT from ring 3 and IRET",
  run(a) {
    const handler = new Label();
    const done = new Label();
    const user = new Label();
    const stack = new Label();
    a.section(".data", {}, () => {
      a.align(4);
      a.here(stack);
      a.dd(0);
    });
    setGate32(a, 0x80, handler);
    setGate32(a, 0x81, done);
    a.mov(d(stack), esp);
    enterUser32(a, user);
    a.here(handler);
    a.inc(eax);
    a.iretd();
    a.here(user);
    a.mov(ebx, 1_000_000);
    a.xor(eax, eax);
    const next = a.here();
    a.int(0x80);
    a.dec(ebx);
    a.jnz(next);
    a.int(0x81);
    a.here(done);
    a.mov(ecx, DATA); // IRET to ring 3 has emptied what ring 3 may not have
    for (const segment of [ds, es, fs, gs]) a.mov(segment, cx);
    a.mov(esp, d(stack));
  },
};

const PAGES = 64;

const pageFault: Workload32 = {
  name: "page-fault",
  about: "500,000 page faults, each of which maps the page; INVLPG takes it away",
  prepare(a) {
    a.mov(d(DIRECTORY + 4 * 512), SPARE_TABLE32 | 7); // at 2 GiB
    a.mov(eax, cr3);
    a.mov(cr3, eax);
  },
  run(a) {
    const handler = new Label();
    const over = new Label();
    setGate32(a, 14, handler);
    a.mov(ebx, 500_000);
    a.xor(esi, esi);
    a.xor(ebp, ebp);
    const next = a.here();
    a.mov(edi, esi);
    a.shl(edi, 12);
    a.add(edi, 0x8000_0000);
    a.mov(eax, d(edi));
    a.add(ebp, eax);
    a.mov(d([esi, 4], SPARE_TABLE32), 0);
    a.invlpg(m(edi));
    a.inc(esi);
    a.and(esi, PAGES - 1);
    a.dec(ebx);
    a.jnz(next);
    a.mov(eax, ebp);
    a.jmp(over);
    a.here(handler);
    a.lea(eax, m([esi, 4], 0)); // the table's entry, and the page that it is to name
    a.shl(eax, 10);
    a.add(eax, ROOM | 7);
    a.mov(d([esi, 4], SPARE_TABLE32), eax);
    a.add(esp, 4);
    a.iretd();
    a.here(over);
  },
};

export const compute32: readonly Workload32[] = [
  sieve,
  fib,
  crc,
  sort,
  matrix,
  search,
  chase,
  bytecode,
  copyLoop,
  repMovs,
  repStos,
  systemCall,
  pageFault,
];
