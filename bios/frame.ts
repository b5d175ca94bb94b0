/**
 * How every software service begins and ends.
 *
 * A program calls the firmware with INT n and finds its answer in its registers and flags. Those that are not part of
 * the answer must come back as they were. So each service first saves all of them in one frame on the caller's stack, and
 * a handler that has an answer writes it into the frame: what it does to the registers themselves is its own affair.
 * Flags work the same way: IRET takes them from the stack, so "set carry" means: in the saved FLAGS.
 *
 * While a handler runs: SS:BP → frame; DS = 0, so that the BIOS data area's fields have their plain addresses;
 * FS = EBDA; direction up; all other registers hold what the caller had in them. Interrupts are off, as the processor
 * left them, until the handler says STI.
 */
import type { Assembler } from "../dsl/asm/assembler.ts";
import { b, d, w } from "../dsl/asm/operand.ts";
import { Label } from "../dsl/out/expression.ts";
import type { R8 } from "../emulator/isa/registers.ts";
import { ah, bp, ds, es, fs, sp } from "../emulator/isa/registers.ts";
import { bda } from "./layout.ts";

/** The caller's registers in the frame. PUSHAD lays them from EDI up; above it DS, ES, FS and what INT pushed. */
export const frame = {
  edi: d(bp, 0),
  di: w(bp, 0),
  esi: d(bp, 4),
  si: w(bp, 4),
  ebp: d(bp, 8),
  bp: w(bp, 8),
  ebx: d(bp, 16),
  bx: w(bp, 16),
  bl: b(bp, 16),
  bh: b(bp, 17),
  edx: d(bp, 20),
  dx: w(bp, 20),
  dl: b(bp, 20),
  dh: b(bp, 21),
  ecx: d(bp, 24),
  cx: w(bp, 24),
  cl: b(bp, 24),
  ch: b(bp, 25),
  eax: d(bp, 28),
  ax: w(bp, 28),
  al: b(bp, 28),
  ah: b(bp, 29),
  ds: w(bp, 32),
  es: w(bp, 34),
  ip: w(bp, 38),
  cs: w(bp, 40),
  /** Low byte of FLAGS: CF is bit 0, ZF bit 6. */
  flags: b(bp, 42),
} as const;

export const CF = 0x01;
export const ZF = 0x40;

/** Ends a service: restores what the frame holds and returns to the caller. */
const leave = new Label("leaveService");

/**
 * Places a service's entry. AH chooses among `functions`; the others go to `otherwise`. Handlers end with RET; CF in the
 * frame is as the caller had it until `succeed` or `fail`.
 */
export function service(
  a: Assembler,
  entry: Label,
  functions: readonly (readonly [number: number, handler: Label])[],
  otherwise: Label,
): void {
  a.func(entry, () => {
    enter(a);
    choose(a, ah, functions);
    a.jmp(otherwise);
  });
}

/** Jumps to the handler of the number in `register`; goes on when there is none. */
export function choose(
  a: Assembler,
  register: R8,
  handlers: readonly (readonly [number: number, handler: Label])[],
): void {
  for (const [number, handler] of handlers) {
    a.cmp(register, number);
    a.je(handler);
  }
}

/** Places a service without function numbers. The body ends with RET. */
export function simpleService(a: Assembler, entry: Label, body: () => void): void {
  a.func(entry, () => {
    enter(a);
    body();
  });
}

function enter(a: Assembler): void {
  a.push(fs);
  a.push(es);
  a.push(ds);
  a.pushad();
  a.mov(bp, sp);
  a.push(0);
  a.pop(ds);
  a.mov(fs, w(bda.ebdaSegment));
  a.cld();
  a.push(leave);
}

/** Tells the caller that it worked: CF = 0. */
export function succeed(a: Assembler): void {
  a.and(frame.flags, 0xff & ~CF);
}

/** Tells the caller that it did not: CF = 1. */
export function fail(a: Assembler): void {
  a.or(frame.flags, CF);
}

/** The common end of all services. */
export function serviceEnd(a: Assembler): void {
  a.func(leave, () => {
    a.popad();
    a.pop(ds);
    a.pop(es);
    a.pop(fs);
    a.iret();
  });
}
