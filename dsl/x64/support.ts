/**
 * Routines for kernels that no language of functions can say: changing stacks, going to user code, copies that may fault.
 * The prelude's `unsafe.switchStacks` and its neighbours are calls of these (prelude/machine.d.ts tells what they do).
 */
import type { IrProgram, Type } from "../ir/ssa.ts";
import { CodeBuilder, cc, memory, onStack, r32, r64, Target, value } from "./code-builder.ts";
import { restore, trapFrame } from "./entry.ts";
import type { Compiled } from "./function.ts";
import { imm, R12, R13, R14, R15, RAX, RBP, RBX, RCX, RDI, RDX, type Reg, RSI, RSP } from "./mir.ts";

/** What a call keeps (System V ABI), in the order in which switchStacks pushes it. */
const kept: readonly Reg[] = [RBP, RBX, R12, R13, R14, R15];

const site = { file: "cor:support", line: 1, column: 1 };

interface Routine {
  readonly symbol: string;
  readonly parameters: readonly Type[];
  readonly results: readonly Type[];
  readonly code: (b: CodeBuilder) => void;
}

/** (from: address of a word that gets RSP, to: RSP of another stack) */
function switchStacks(b: CodeBuilder): void {
  for (const r of kept) b.save(r);
  b.put("mov", memory({ base: RDI }), r64(RSP));
  b.put("mov", r64(RSP), r64(RSI));
  for (const r of kept.toReversed()) b.pop(r);
  b.put("ret");
}

/**
 * (top, function, argument) → RSP: writes what switchStacks pops, so that it comes to cor.startTask with the function in
 * RBX and the argument in R12. `top` is a multiple of 16.
 */
function newStack(b: CodeBuilder): void {
  const at = (index: number) => memory({ base: RDI, disp: -8 * (3 + index) });
  b.put("lea", r64(RAX), memory({ symbol: "cor.startTask" }));
  b.put("mov", memory({ base: RDI, disp: -8 }), value(imm(0)));
  b.put("mov", memory({ base: RDI, disp: -16 }), r64(RAX));
  kept.forEach((r, k) => {
    const source = r === RBX ? r64(RSI) : r === R12 ? r64(RDX) : value(imm(0));
    b.put("mov", at(k), source);
  });
  b.put("lea", r64(RAX), at(kept.length - 1));
  b.put("ret");
}

/** RSP is 8 below a multiple of 16, as after a call, and a zero is where the return address would be. */
function startTask(b: CodeBuilder): void {
  b.put("mov", r64(RDI), r64(R12));
  b.put("sub", r64(RSP), value(imm(8)));
  b.depthIs(16);
  b.put("call", r64(RBX));
  b.put("ud2");
}

/** (frame): everything as in the frame. */
function enterFrame(b: CodeBuilder): void {
  const kernel = new Target();
  b.put("cli");
  b.put("mov", r64(RSP), r64(RDI));
  b.depthIs(trapFrame.bytes);
  b.put("test", onStack(trapFrame.cs, 8), value(imm(3), 8));
  b.jump(cc.e, kernel);
  b.put("swapgs");
  b.here(kernel);
  restore(b);
  b.put("iretq");
}

/** (to, from, bytes) → bytes not copied. The two instructions that may fault are known to faultFixup. */
function copyFaulting(b: CodeBuilder): { words: number; bytes: number; left: number; end: number } {
  b.put("mov", r64(RCX), r64(RDX));
  b.put("shr", r64(RCX), value(imm(3), 8));
  b.put("and", r32(RDX), value(imm(7), 32));
  const words = b.length;
  b.raw(0xf3, 0x48, 0xa5); // REP MOVSQ
  b.put("mov", r32(RCX), r32(RDX));
  const bytes = b.length;
  b.raw(0xf3, 0xa4); // REP MOVSB
  const end = b.length;
  b.put("mov", r64(RAX), r64(RCX));
  b.put("ret");
  const left = b.length;
  b.put("lea", r64(RAX), memory({ base: RDX, index: RCX, scale: 8 }));
  b.put("ret");
  return { words, bytes, left, end };
}

/** (rip) → where to go on, or 0. */
function faultFixup(b: CodeBuilder): void {
  const { words, bytes, left, end } = copyFaulting(new CodeBuilder("", site, 8));
  const none = new Target();
  const inWords = new Target();
  b.put("lea", r64(RCX), memory({ symbol: COPY }));
  b.put("sub", r64(RDI), r64(RCX));
  b.put("lea", r64(RAX), memory({ base: RCX, disp: left }));
  b.put("cmp", r64(RDI), value(imm(words)));
  b.jump(cc.e, inWords);
  b.put("lea", r64(RAX), memory({ base: RCX, disp: end }));
  b.put("cmp", r64(RDI), value(imm(bytes)));
  b.jump(cc.e, none);
  b.put("xor", r32(RAX), r32(RAX));
  b.here(inWords);
  b.here(none);
  b.put("ret");
}

/** (selector): a far return loads CS. */
function loadCs(b: CodeBuilder): void {
  b.put("pop", r64(RAX));
  b.put("push", r64(RDI));
  b.put("push", r64(RAX));
  b.raw(0x48, 0xcb); // RETF with a 64-bit operand size
}

/** (StackStep): where this was called, as a step of a stack trace. */
function here(b: CodeBuilder): void {
  b.put("mov", r64(RAX), onStack(0));
  b.put("mov", memory({ base: RDI }), r64(RAX));
  b.put("lea", r64(RAX), onStack(8));
  b.put("mov", memory({ base: RDI, disp: 8 }), r64(RAX));
  b.put("mov", memory({ base: RDI, disp: 24 }, 8), value(imm(0), 8));
  b.put("ret");
}

const COPY = "cor.copyFaulting";

const routines: readonly Routine[] = [
  { symbol: "cor.switchStacks", parameters: ["i64", "i64"], results: [], code: switchStacks },
  { symbol: "cor.newStack", parameters: ["i64", "i64", "i64"], results: ["i64"], code: newStack },
  { symbol: "cor.startTask", parameters: [], results: [], code: startTask },
  { symbol: "cor.enterFrame", parameters: ["i64"], results: [], code: enterFrame },
  { symbol: COPY, parameters: ["i64", "i64", "i64"], results: ["i64"], code: copyFaulting },
  { symbol: "cor.faultFixup", parameters: ["i64"], results: ["i64"], code: faultFixup },
  { symbol: "cor.here", parameters: ["i64"], results: [], code: here },
  { symbol: "cor.loadCs", parameters: ["i64"], results: [], code: loadCs },
];

const code = ({ symbol, parameters, results, code: write }: Routine): Compiled => {
  const b = new CodeBuilder(symbol, site, 8);
  write(b);
  return b.finish(parameters, results);
};

const symbols: ReadonlySet<string> = new Set(routines.map(({ symbol }) => symbol));

/** The routines, when a program calls any of them; the linker leaves out the others. */
export function supportRoutines({ externs }: IrProgram): Compiled[] {
  return externs.some(({ name }) => symbols.has(name)) ? routines.map(code) : [];
}
