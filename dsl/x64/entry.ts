/**
 * Where no call leads: interrupts, exceptions and SYSCALL. An entry saves what the interrupted program had as the
 * prelude's TrapFrame (prelude/machine.d.ts), calls a function with its address, and gives everything back as it stands
 * in the frame afterwards. Interrupts are off when it goes back, whatever the function did; RFLAGS of the frame decide
 * what they are there.
 *
 * GS belongs to the kernel in the kernel and to the user in user code, and SWAPGS changes it exactly when the border is
 * crossed. For most vectors the saved CS says whether it was. It does not where an exception can come between the border
 * and SWAPGS: an NMI, a machine check or a debug exception anywhere, a double fault, and what IRETQ raises when it goes
 * back to a frame that is not right (#NP, #SS, #GP: CS is the kernel's, GS the user's already). Those look at GS's base:
 * the kernel's per-CPU areas lie in the upper half, and a user's base never may (the kernel has to see to that, and to
 * leave CR4.FSGSBASE off). What was found is kept in RBX, so that the way out is the way in.
 *
 * SYSCALL leaves the user's RSP in place, so the stack comes from the per-CPU area (CpuArea in the prelude): GS:8 holds
 * its top, a multiple of 16, and GS:16 is free for the user's RSP meanwhile. IA32_FMASK must clear IF, TF, DF, NT and AC.
 */
import type { IrEntry } from "../ir/ssa.ts";
import { CodeBuilder, cc, memory, onStack, r32, r64, Target, value } from "./code-builder.ts";
import type { Compiled } from "./function.ts";
import { imm, R8, R9, R10, R11, R12, R13, R14, R15, RAX, RBP, RBX, RCX, RDI, RDX, type Reg, RSI, RSP } from "./mir.ts";

/** Pushed in this order, behind vector and error code. */
const saved: readonly Reg[] = [RAX, RBX, RCX, RDX, RSI, RDI, RBP, R8, R9, R10, R11, R12, R13, R14, R15];

/** TrapFrame: offsets in bytes. */
export const trapFrame = {
  ...{ r11: 32, rcx: 96, rax: 112, vector: 120, code: 128, rip: 136, cs: 144, rflags: 152, rsp: 160, ss: 168 },
  bytes: 176,
} as const;

/** The prelude's Selector: SYSRET adds 8 and 16 to one number (SDM vol. 2, SYSRET), hence data before code. */
export const selectors = { kernelCode: 0x08, kernelData: 0x10, userData: 0x1b, userCode: 0x23 } as const;

/** The vector in the frame of a SYSCALL: behind all interrupts. */
export const SYSCALL_VECTOR = 256;

/** The per-CPU area's own words, from GS's base. */
const area = { stack: 8, userStack: 16 } as const;

/** Vectors whose exceptions push an error code (SDM vol. 3, table 7-1; 29 and 30: AMD APM vol. 2, table 8-1). */
export const withErrorCode: ReadonlySet<number> = new Set([8, 10, 11, 12, 13, 14, 17, 21, 29, 30]);

/** Vectors that can come with the kernel's CS and the user's GS: #DB, NMI, #DF, #NP, #SS, #GP, #MC. */
export const byBase: ReadonlySet<number> = new Set([1, 2, 8, 11, 12, 13, 18]);

/** From one vector's code to the next one's, where an entry has several. */
export const stubBytes = 16;

/** Words the processor pushes: SS, RSP, RFLAGS, CS, RIP. */
const hardwareBytes = 40;

const IA32_GS_BASE = 0xc000_0101;

/** The code of an entry; its vectors are all of one kind (byBase). */
export function entryCode(e: IrEntry): Compiled {
  const b = new CodeBuilder(e.name, e.site, hardwareBytes);
  if (e.vectors.length === 0) systemCall(b, e.body);
  else interrupt(b, e);
  return b.finish();
}

function interrupt(b: CodeBuilder, { name, vectors, body }: IrEntry): void {
  const uncertain = byBase.has(vectors[0]!);
  if (vectors.some((vector) => byBase.has(vector) !== uncertain)) throw new Error(`${name}: vectors of two kinds`);
  const common = new Target();
  vectors.forEach((vector, k) => {
    b.pad(k * stubBytes);
    b.depthIs(hardwareBytes);
    if (withErrorCode.has(vector)) b.depthIs(hardwareBytes + 8);
    else b.push(value(imm(0)));
    b.push(value(imm(vector)));
    if (k < vectors.length - 1) b.jumpFar(common);
  });
  b.here(common);
  for (const r of saved) b.save(r);
  const exchange = uncertain ? exchangeByBase : exchangeByCode;
  exchange(b);
  call(b, body);
  if (uncertain) exchangeIf(b);
  else exchangeByCode(b);
  restore(b);
  b.put("iretq");
}

/** RSP is a multiple of 16 here: the processor aligns the stack, and the frame has 22 words. */
function call(b: CodeBuilder, body: string): void {
  b.put("cld");
  b.put("mov", r64(RDI), r64(RSP));
  b.put("call", value({ kind: "symbol", symbol: body, offset: 0n }));
  b.put("cli");
}

function exchangeByCode(b: CodeBuilder): void {
  const kernel = new Target();
  b.put("test", onStack(trapFrame.cs, 8), value(imm(3), 8));
  b.jump(cc.e, kernel);
  b.put("swapgs");
  b.here(kernel);
}

/** RBX: whether SWAPGS was needed. */
function exchangeByBase(b: CodeBuilder): void {
  const kernel = new Target();
  b.put("mov", r32(RCX), value(imm(IA32_GS_BASE), 32));
  b.put("rdmsr");
  b.put("xor", r32(RBX), r32(RBX));
  b.put("test", r32(RDX), r32(RDX));
  b.jump(cc.s, kernel);
  b.put("swapgs");
  b.put("inc", r32(RBX));
  b.here(kernel);
}

function exchangeIf(b: CodeBuilder): void {
  const kernel = new Target();
  b.put("test", r32(RBX), r32(RBX));
  b.jump(cc.e, kernel);
  b.put("swapgs");
  b.here(kernel);
}

/** All registers from the frame at RSP, and RSP to its RIP. */
export function restore(b: CodeBuilder): void {
  for (const r of saved.toReversed()) b.pop(r);
  b.put("add", r64(RSP), value(imm(16)));
  b.depthIs(hardwareBytes);
}

/** RCX and R11 hold the user's RIP and RFLAGS (SDM vol. 2, SYSCALL). */
function systemCall(b: CodeBuilder, body: string): void {
  b.put("swapgs");
  b.put("mov", memory({ gs: true, disp: area.userStack }), r64(RSP));
  b.put("mov", r64(RSP), memory({ gs: true, disp: area.stack }));
  b.put("push", value(imm(selectors.userData)));
  b.put("push", memory({ gs: true, disp: area.userStack }));
  b.put("push", r64(R11));
  b.put("push", value(imm(selectors.userCode)));
  b.put("push", r64(RCX));
  b.depthIs(hardwareBytes);
  b.push(value(imm(0)));
  b.push(value(imm(SYSCALL_VECTOR)));
  for (const r of saved) b.save(r);
  call(b, body);

  // SYSRET takes RIP and RFLAGS from RCX and R11, and faults in the kernel, on the user's stack, when RIP is not
  // canonical (SDM vol. 2, SYSRET). Where the frame asks for more than it can do, IRETQ goes back.
  const slow = new Target();
  b.put("mov", r64(RCX), onStack(trapFrame.rip));
  b.put("cmp", r64(RCX), onStack(trapFrame.rcx));
  b.jump(cc.ne, slow);
  b.put("mov", r64(R11), onStack(trapFrame.rflags));
  b.put("cmp", r64(R11), onStack(trapFrame.r11));
  b.jump(cc.ne, slow);
  b.put("cmp", onStack(trapFrame.cs), value(imm(selectors.userCode)));
  b.jump(cc.ne, slow);
  b.put("cmp", onStack(trapFrame.ss), value(imm(selectors.userData)));
  b.jump(cc.ne, slow);
  b.put("shr", r64(RCX), value(imm(47), 8));
  b.jump(cc.ne, slow);
  b.aside(() => {
    for (const r of saved.toReversed()) b.pop(r);
    b.put("mov", r64(RSP), onStack(trapFrame.rsp - trapFrame.vector));
    b.put("swapgs");
    b.put("sysretq");
  });
  b.here(slow);
  exchangeByCode(b);
  restore(b);
  b.put("iretq");
}
