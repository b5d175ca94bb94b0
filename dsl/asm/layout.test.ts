import assert from "node:assert/strict";
import test from "node:test";
import {
  al,
  ax,
  bx,
  cr0,
  dr7,
  ds,
  eax,
  ebx,
  ecx,
  edx,
  fs,
  mm2,
  r8,
  r12,
  rax,
  rbp,
  rbx,
  rcx,
  rip,
  rsi,
  si,
  st0,
  st1,
  xmm3,
  xmm9,
} from "../../emulator/isa/registers.ts";
import { Label } from "../out/expression.ts";
import { flatBinary } from "../out/flat.ts";
import { link } from "../out/link.ts";
import { disassemble, missing } from "../out/oracle.ts";
import { SourceError } from "../out/site.ts";
import { Assembler } from "./assembler.ts";
import { mnemonics } from "./mnemonics.ts";
import { type AsmOperand, absolute, b, d, m, q, w, x } from "./operand.ts";

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");

/** Bytes of the only section, in 64-bit code unless the body says otherwise. */
function assemble(body: (a: Assembler) => void, bits: 16 | 32 | 64 = 64): Uint8Array {
  const a = new Assembler({ bits });
  a.section(".text");
  body(a);
  return a.finish().sections[0]!.bytes;
}

/** A jump over `distance` bytes. */
const jumpOver = (distance: number, bits: 16 | 32 | 64 = 64) =>
  assemble((a) => {
    const end = a.newLabel();
    a.jmp(end);
    a.space(distance);
    a.here(end);
  }, bits);

test("a forward jump is short up to 127 bytes and near from 128", () => {
  assert.equal(hex(jumpOver(127).subarray(0, 2)), "eb7f");
  assert.equal(jumpOver(127).length, 2 + 127);
  assert.equal(hex(jumpOver(128).subarray(0, 5)), "e980000000");
  assert.equal(jumpOver(128).length, 5 + 128);
});

test("a backward jump is short down to -128 and near from -129, its own length counted", () => {
  const jumpBack = (distance: number) =>
    assemble((a) => {
      const start = a.here();
      a.space(distance - 2);
      a.jmp(start);
    }).subarray(distance - 2);
  assert.equal(hex(jumpBack(128)), "eb80");
  assert.equal(hex(jumpBack(129)), "e97cffffff");
});

test("near jumps have the code's own size: rel16 in 16-bit code, rel32 elsewhere; o32 makes rel32 in 16-bit code", () => {
  assert.equal(hex(jumpOver(200, 16).subarray(0, 3)), "e9c800");
  assert.equal(hex(jumpOver(200, 32).subarray(0, 5)), "e9c8000000");
  const wide = assemble((a) => {
    const end = a.newLabel();
    a.o32.jmp(end);
    a.o32.jnz(end);
    a.space(40000);
    a.here(end);
  }, 16);
  assert.equal(hex(wide.subarray(0, 13)), "66e9479c0000660f85409c0000");
});

test("one jump that grows pushes the next over the edge", () => {
  const bytes = assemble((a) => {
    const far = a.newLabel();
    const near = a.newLabel();
    a.jmp(near); // 127 bytes away only while the next jump is short
    a.jmp(far);
    a.space(125);
    a.here(near);
    a.space(200);
    a.here(far);
  });
  assert.equal(bytes[0], 0xe9);
  assert.equal(bytes[5], 0xe9);
});

test("alignment between a jump and its target is part of the distance", () => {
  const bytes = assemble((a) => {
    const end = a.newLabel();
    a.jnz(end);
    a.space(100, 0x90);
    a.align(64);
    a.here(end);
    a.nop();
  });
  assert.equal(hex(bytes.subarray(0, 2)), "757e"); // 2 + 126 = 128
  assert.equal(bytes.length, 129);
});

test("JRCXZ and LOOP reach a byte's distance and say so beyond", () => {
  const loop = (distance: number) =>
    assemble((a) => {
      const end = a.newLabel("end");
      a.loop(end);
      a.space(distance);
      a.here(end);
    });
  assert.equal(hex(loop(127).subarray(0, 2)), "e27f");
  assert.throws(
    () => loop(128),
    /^SourceError: dsl\/asm\/layout\.test\.ts:\d+:\d+: the distance 0x80 to end does not fit/,
  );
});

test("padding in code is made of the manual's long no-operations", { skip: missing("objdump") }, () => {
  for (const mode of [32, 64] as const) {
    for (let length = 1; length <= 20; length++) {
      const bytes = assemble((a) => {
        a.space(32 - length, 0x90);
        a.align(32);
        a.nop();
      }, mode).subarray(32 - length, 32);
      const listing = disassemble(bytes, mode);
      assert.ok(
        listing.every(({ text }) => /^(nop|xchg ax,ax|cs nop|data16 nop)/.test(text)),
        JSON.stringify(listing),
      );
      assert.ok(listing.length <= Math.ceil(length / 9), `${length} bytes in ${listing.length} instructions`);
    }
  }
});

test("the distance of two labels is a constant and chooses the short immediate", () => {
  const bytes = assemble((a) => {
    const start = a.newLabel();
    const end = a.newLabel();
    a.add(eax, end.minus(start));
    a.mov(ecx, end.minus(start).shl(4).or(1));
    a.mov(edx, d(rbx, end.minus(start)));
    a.here(start);
    a.dd(1, 2, 3);
    a.here(end);
  });
  assert.equal(hex(bytes.subarray(0, 11)), "83c00cb9c10000008b530c");
});

test("an immediate that mentions a distance grows when it must", () => {
  const add = (distance: number) =>
    assemble((a) => {
      const start = a.newLabel();
      const end = a.newLabel();
      a.add(eax, end.minus(start));
      a.push(end.minus(start));
      a.here(start);
      a.space(distance);
      a.here(end);
    });
  assert.equal(hex(add(127).subarray(0, 5)), "83c07f6a7f");
  assert.equal(hex(add(128).subarray(0, 10)), "05800000006880000000");
});

test("a label in an instruction is the address, cut or shifted as asked", () => {
  const a = new Assembler({ bits: 16 });
  a.section(".text", { address: 0x123456 });
  const here = a.label("here");
  a.mov(ax, here.and(0xffff));
  a.mov(bx, here.shr(4).and(0xf000));
  a.mov(eax, here);
  a.dd(here, here.plus(1));
  const bytes = flatBinary(link([a.finish()]));
  assert.equal(hex(bytes), "b85634bb0020" + "66b856341200" + "5634120057341200");
});

test("addresses: absolute in 16- and 32-bit code, RIP-relative in 64-bit code unless asked for otherwise", () => {
  const code = (bits: 16 | 32 | 64, body: (a: Assembler, x: ReturnType<Assembler["label"]>) => void) => {
    const a = new Assembler({ bits });
    a.section(".text", { address: 0x1000 });
    const x = a.newLabel("x");
    body(a, x);
    a.here(x);
    return hex(flatBinary(link([a.finish()])));
  };
  assert.equal(
    code(16, (a, x) => a.mov(bx, w(x))),
    "8b1e0410",
  );
  assert.equal(
    code(16, (a, x) => a.mov(bx, w(x, si, 2))),
    "8b9c0610",
  );
  assert.equal(
    code(32, (a, x) => a.mov(ebx, d(x))),
    "8b1d06100000",
  );
  assert.equal(
    code(32, (a, x) => a.mov(eax, d(x))),
    "a105100000",
  );
  assert.equal(
    code(64, (a, x) => a.mov(ebx, d(x))),
    "8b1d00000000",
  );
  assert.equal(
    code(64, (a, x) => a.mov(ebx, d(absolute(x)))),
    "8b1c2507100000",
  );
  assert.equal(
    code(64, (a, x) => a.mov(ebx, d(x, [rcx, 4]))),
    "8b1c8d07100000",
  );
  assert.equal(
    code(64, (a, x) => a.cmp(q(x, 8), 5)),
    "48833d0800000005",
  );
});

test("addresses whose encoding has exceptions: RSP and R12 need SIB, RBP and R13 a displacement", {
  skip: missing("objdump"),
}, () => {
  const bytes = assemble((a) => {
    a.mov(rax, q(r12));
    a.mov(rax, q(rbp));
    a.mov(rax, q(rbx, r12));
    a.lea(rax, m(r8, [rsi, 8], -0x80));
  });
  assert.deepEqual(
    disassemble(bytes, 64).map(({ text }) => text),
    [
      "mov rax,QWORD PTR [r12]",
      "mov rax,QWORD PTR [rbp+0x0]",
      "mov rax,QWORD PTR [rbx+r12*1]",
      "lea rax,[r8+rsi*8-0x80]",
    ],
  );
});

test("far transfers: 16:16 and 16:32, with the 66 prefix where the code has the other size", {
  skip: missing("objdump"),
}, () => {
  const listing = (bits: 16 | 32, body: (a: Assembler) => void) => {
    const a = new Assembler({ bits });
    a.section(".text", { address: 0x1000 });
    body(a);
    return disassemble(flatBinary(link([a.finish()])), bits, 0x1000).map(({ text }) => text);
  };
  const body = (a: Assembler) => {
    const here = a.here();
    a.jmpFar(0x8, here);
    a.o32.jmpFar(0x10, here);
    a.o16.callFar(0x18, here);
    a.jmpFar(m(bx));
    a.o32.callFar(m(here));
    a.retf();
    a.o32.retf();
  };
  assert.deepEqual(listing(16, body), [
    "jmp 0x8:0x1000",
    "jmp 0x10:0x1000",
    "call 0x18:0x1000",
    "jmp DWORD PTR [bx]",
    "call FWORD PTR ds:0x1000",
    "retf",
    "retfd",
  ]);
  assert.deepEqual(
    listing(32, (a) => {
      a.jmpFar(0x8, 0x123456);
      a.o16.jmpFar(0x8, 0x1234);
      a.jmpFar(m(ebx));
    }),
    ["jmp 0x8:0x123456", "jmp 0x8:0x1234", "jmp FWORD PTR [ebx]"],
  );
});

test("a path through all three modes in one program", { skip: missing("objdump") }, () => {
  const a = new Assembler({ bits: 16 });
  a.section(".boot", { flags: "rx", address: 0x7c00 });
  const protectedMode = a.newLabel("protected");
  const longMode = a.newLabel("long");
  a.o32.jmpFar(8, protectedMode);
  a.bits(32);
  a.here(protectedMode);
  a.mov(eax, d(ebx, 4));
  a.jmpFar(16, longMode);
  a.bits(64);
  a.here(longMode);
  a.mov(rax, q(rbx, 4));
  a.bits(16, () => a.mov(ax, w(bx, 4)));
  a.mov(rax, rcx);
  const bytes = flatBinary(link([a.finish()]));
  const at = (from: number, to: number, mode: 16 | 32 | 64) =>
    disassemble(bytes.subarray(from, to), mode, 0x7c00 + from).map(({ text }) => text);
  assert.deepEqual(at(0, 8, 16), ["jmp 0x8:0x7c08"]);
  assert.deepEqual(at(8, 18, 32), ["mov eax,DWORD PTR [ebx+0x4]", "jmp 0x10:0x7c12"]);
  assert.deepEqual(at(18, 22, 64), ["mov rax,QWORD PTR [rbx+0x4]"]);
  assert.deepEqual(at(22, 25, 16), ["mov ax,WORD PTR [bx+0x4]"]);
  assert.deepEqual(at(25, 28, 64), ["mov rax,rcx"]);
});

test("org fills up to an offset and refuses to go back", () => {
  const sector = assemble((a) => {
    a.db("x");
    a.org(510);
    a.dw(0xaa55);
  }, 16);
  assert.equal(sector.length, 512);
  assert.equal(hex(sector.subarray(509)), "0055aa");
  assert.throws(
    () =>
      assemble((a) => {
        a.space(511);
        a.org(510);
      }),
    /layout\.test\.ts:\d+:\d+: org\(510\): the section has already 511 bytes/,
  );
});

test("mistakes are one line that begins with the place in the source", () => {
  const at = String.raw`^SourceError: dsl/asm/layout\.test\.ts:\d+:\d+: `;
  const refused = (body: (a: Assembler) => void, message: string, bits: 16 | 32 | 64 = 64) =>
    assert.throws(() => assemble(body, bits), new RegExp(`${at}${message}$`));
  refused((a) => a.jmp(a.newLabel("nowhere")), "label nowhere is used but never placed .*");
  refused((a) => a.dd(a.newLabel("nowhere").minus(1)), "label nowhere is used but never placed .*");
  refused((a) => a.db(256), "0x100 does not fit into 8 bits");
  refused((a) => a.db(-129), "-0x81 does not fit into 8 bits");
  refused((a) => a.dd(0x1_0000_0000), "0x100000000 does not fit into 32 bits");
  refused((a) => a.add(q(rbx), 0x8000_0000), "add qword \\[rbx\\], 0x80000000: the value does not fit .*");
  refused((a) => a.mov(rax, 1.5), "1.5 is not an integer");
  refused((a) => a.mov(rax, 2 ** 60), ".* is not exact as a number: write it as a bigint .*");
  refused((a) => a.push(rax), "push rax: not valid in 32-bit code", 32);
  refused((a) => a.dd(0.5), "0.5 is not an integer");
  refused((a) => a.align(3), "alignment 3 is not a power of two");
  refused((a) => a.space(-1), "cannot leave -1 bytes of space");
  refused((a) => a.lock.add(rax, rcx), "add rax, rcx: LOCK needs a memory destination .*");
});

test("nothing that is asked for ends in any other error", () => {
  const operands: AsmOperand[] = [
    al,
    ax,
    eax,
    rax,
    r8,
    ds,
    cr0,
    dr7,
    st0,
    st1,
    mm2,
    xmm3,
    xmm9,
    rip,
    0,
    1,
    -1,
    255,
    0x1_0000,
    2n ** 40n,
    2n ** 64n - 1n,
  ];
  operands.push(
    x(rax, 16),
    b(bx, si),
    w(ebx),
    d(r8),
    q(rip, 4),
    q(0),
    b(fs, 2n ** 50n),
    m(rax, [rcx, 8], -1),
    q(absolute(2n ** 63n)),
  );
  const label = new Label("label");
  operands.push(label, label.plus(1), label.shr(4), b(label), q(label, [rax, 2]), w(label, bx), m(label));
  let state = 5;
  const random = (below: number) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  let accepted = 0;
  for (let round = 0; round < 24_000; round++) {
    const a = new Assembler({ bits: ([16, 32, 64] as const)[random(3)]! });
    const some = Array.from(
      { length: random(10) ? 1 + random(2) : random(4) },
      () => operands[random(operands.length)]!,
    );
    const name = random(20) ? mnemonics[random(mnemonics.length)]! : "jmpFar";
    try {
      if (random(4) === 0) void [a.lock, a.rep, a.repne, a.o16, a.o32, a.o64, a.a16, a.a32, a.seg(fs)][random(9)];
      (a as unknown as Record<string, (...operands: AsmOperand[]) => void>)[name]!(...some);
      a.here(label);
      link([a.finish()]);
      accepted++;
    } catch (error) {
      if (!(error instanceof SourceError)) throw error;
    }
  }
  assert.ok(accepted > 300, `only ${accepted} accepted`);
});

test("a section of zeros holds no code", () => {
  const a = new Assembler();
  a.section(".bss");
  a.space(100);
  a.nop();
  assert.throws(() => a.finish(), /section \.bss holds only zeros/);
});
