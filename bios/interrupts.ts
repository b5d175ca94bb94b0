/**
 * Vectors and the two interrupt controllers.
 *
 * A vector is a far pointer at address 4n; INT n and hardware line n − 8 both go through it. The 8259s could put the
 * lines anywhere; the PC's firmware puts lines 0–7 at 08h and 8–15 at 70h, although the processor's own exceptions
 * claim 08h–1Fh too: in real mode hardly any of those happen, and programs expect the lines there.
 */
import type { Assembler } from "../dsl/asm/assembler.ts";
import { w } from "../dsl/asm/operand.ts";
import { type Expression, Label } from "../dsl/out/expression.ts";
import { ah, al, ax, cs, cx, di, es, si } from "../emulator/isa/registers.ts";
import { ROM_SEGMENT, vectorAt } from "./layout.ts";

/** The controllers' two ports each. (8259A data sheet) */
const MASTER = 0x20;
const MASTER_MASK = 0x21;
const SLAVE = 0xa0;
const SLAVE_MASK = 0xa1;
const EOI = 0x20;
const READ_IN_SERVICE = 0x0b;

/** Called by the self-test. */
export const startInterruptControllers = new Label("startInterruptControllers");
export const fillVectors = new Label("fillVectors");
/** Ends of interrupt handlers: acknowledge the line, restore AX (the only register saved), return. */
export const endMasterInterrupt = new Label("endMasterInterrupt");
export const endSlaveInterrupt = new Label("endSlaveInterrupt");
/** A line of the master that nobody has taken. */
export const masterLine = new Label("masterLine");
/** A handler that only returns. */
export const nothing = new Label("nothing");

const slaveLine = new Label("slaveLine");
const redirectedLine = new Label("redirectedLine");
const coprocessorLine = new Label("coprocessorLine");
const vectorTable = new Label("vectorTable");

/** Tells the controllers that a handler is done. AL is lost. */
export function endOfInterrupt(a: Assembler, line: "master" | "slave"): void {
  a.mov(al, EOI);
  if (line === "slave") a.out(SLAVE, al);
  a.out(MASTER, al);
}

/** AL: the lines of the master that are being served, one bit each. */
export function readMasterInService(a: Assembler): void {
  a.mov(al, READ_IN_SERVICE);
  a.out(MASTER, al);
  a.in(al, MASTER);
}

/** handlers: what goes where in the vector table, as offsets; some are tables rather than code. */
export function interrupts(a: Assembler, handlers: readonly (readonly [vector: number, offset: Expression])[]): void {
  a.func(startInterruptControllers, () => {
    // ICW1: edge triggered, cascaded, ICW4 follows. ICW2: first vector. ICW3: the slave hangs on line 2. ICW4: 8086.
    for (const [port, value] of [
      [MASTER, 0x11],
      [MASTER_MASK, 0x08],
      [MASTER_MASK, 1 << 2],
      [MASTER_MASK, 0x01],
      [SLAVE, 0x11],
      [SLAVE_MASK, 0x70],
      [SLAVE_MASK, 2],
      [SLAVE_MASK, 0x01],
      // Timer, keyboard and the slave may speak, and there the clock. Whoever needs another line opens it.
      [MASTER_MASK, 0xff & ~0b111],
      [SLAVE_MASK, 0xff & ~0b1],
    ] as const) {
      a.mov(al, value);
      a.out(port, al);
    }
    a.ret();
  });

  a.func(fillVectors, () => {
    // First 78h vectors that return at once; 60h–67h and 78h–FFh belong to programs, which test them for zero.
    a.xor(di, di);
    a.mov(es, di);
    a.mov(cx, 0x78);
    const fill = a.here();
    a.mov(ax, nothing);
    a.stosw();
    a.mov(ax, ROM_SEGMENT);
    a.stosw();
    a.loop(fill);
    a.xor(ax, ax);
    a.mov(cx, (0x100 - 0x78) * 2);
    a.rep.stosw();
    a.mov(di, vectorAt(0x60));
    a.mov(cx, 8 * 2);
    a.rep.stosw();
    // Then ours: pairs of vector number and offset, ended by a word of FFFFh.
    a.mov(si, vectorTable);
    const next = a.here();
    const done = new Label();
    a.seg(cs).lodsw();
    a.cmp(ax, 0xffff);
    a.je(done);
    a.mov(di, ax);
    a.shl(di, 2);
    a.seg(cs).lodsw();
    a.stosw();
    a.mov(w(es, di), ROM_SEGMENT);
    a.jmp(next);
    a.here(done);
    a.ret();
  });

  a.object(vectorTable, () => {
    for (let line = 2; line < 8; line++) a.dw(0x08 + line, masterLine);
    for (const line of [10, 11, 12, 14, 15]) a.dw(0x68 + line, slaveLine);
    a.dw(0x71, redirectedLine, 0x75, coprocessorLine);
    for (const [vector, offset] of handlers) a.dw(vector, offset);
    a.dw(0xffff);
  });

  // Lines that nobody has taken are acknowledged, and masked, or a device that is left alone would ask for ever.
  // A line that let go too early arrives as line 7 (15) without its in-service bit: that one is not acknowledged.
  a.func(masterLine, () => {
    const acknowledge = new Label();
    const notHardware = new Label();
    a.push(ax);
    readMasterInService(a);
    // The line being served is the lowest bit. The firmware's own lines 0 and 1 never come here.
    a.mov(ah, al);
    a.neg(ah);
    a.and(ah, al);
    a.test(ah, 0xff & ~0b11);
    a.jz(notHardware);
    a.test(ah, 1 << 2);
    a.jnz(acknowledge);
    a.in(al, MASTER_MASK);
    a.or(al, ah);
    a.out(MASTER_MASK, al);
    a.here(acknowledge);
    a.jmp(endMasterInterrupt);
    a.here(notHardware);
    a.pop(ax);
    a.iret();
  });

  a.func(slaveLine, () => {
    a.push(ax);
    a.mov(al, READ_IN_SERVICE);
    a.out(SLAVE, al);
    a.in(al, SLAVE);
    a.mov(ah, al);
    a.neg(ah);
    a.and(ah, al);
    // Even a false line 15 came through the master's line 2, and that one is in service.
    a.jz(endMasterInterrupt);
    a.in(al, SLAVE_MASK);
    a.or(al, ah);
    a.out(SLAVE_MASK, al);
    a.jmp(endSlaveInterrupt);
  });

  // The AT took the PC's line 2 for the slave; what used to hang there is line 9 now, and finds its old vector.
  a.func(redirectedLine, () => {
    a.push(ax);
    a.mov(al, EOI);
    a.out(SLAVE, al);
    a.pop(ax);
    a.int(0x0a);
    a.iret();
  });

  // A coprocessor error, the PC's way: clear the latch, then let the NMI handler see to it.
  a.func(coprocessorLine, () => {
    a.push(ax);
    a.xor(al, al);
    a.out(0xf0, al);
    endOfInterrupt(a, "slave");
    a.pop(ax);
    a.int(0x02);
    a.iret();
  });

  a.func(endSlaveInterrupt, () => {
    endOfInterrupt(a, "slave");
    a.pop(ax);
    a.iret();
  });

  a.func(endMasterInterrupt, () => {
    endOfInterrupt(a, "master");
    a.pop(ax);
    a.iret();
  });

  a.func(nothing, () => {
    a.iret();
  });
}
