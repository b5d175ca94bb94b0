/**
 * The stack (SDM vol. 1, chapter 6; vol. 2, PUSH … POPF, ENTER, LEAVE). Two sizes are at work: the operand size says how
 * many bytes are moved, the stack segment's B flag says whether SP, ESP or (in 64-bit mode) RSP is the pointer. The
 * latter is state, not shape, so outside 64-bit mode the pointer is masked at run time.
 */
import { SS } from "../isa/instruction.ts";
import { ebp, esp, rbp, rsp } from "../isa/registers.ts";
import type { Builder, Definition, Definitions, Value } from "./builder.ts";
import { Cr4 } from "./control-bits.ts";
import { anySet, fit, generalRegister, isNotZero, isRegister, RBP } from "./operand.ts";
import { Access, Flag, Vector } from "./state.ts";

/** The stack pointer of the running instruction, and how it moves. Offsets are 64-bit values within SS. */
export interface Stack {
  /** Offset `delta` bytes from the present top, wrapped to the pointer's size. */
  at(delta: number | Value): Value;
  /** Makes `offset` the top; bits above the pointer's size stay (16-bit stacks). */
  setTop(offset: Value): void;
  /** The frame pointer, cut to the stack pointer's size (LEAVE, ENTER). */
  frame(): Value;
}

export function stack(b: Builder): Stack {
  const constant = (delta: number | Value, bits: 32 | 64) =>
    typeof delta === "number" ? b.constant(bits, delta) : fit(b, delta, bits);
  if (b.mode === 64) {
    const top = b.register(rsp);
    return {
      at: (delta) => (delta === 0 ? top : b.add(top, constant(delta, 64))),
      setTop: (offset) => b.setRegister(rsp, offset),
      frame: () => b.register(rbp),
    };
  }
  const top = b.register(esp);
  const big = anySet(b, b.get("segmentAccess", SS), Access.big);
  const mask = b.select(big, b.constant(32, 0xffff_ffff), b.constant(32, 0xffff));
  return {
    at: (delta) => b.zeroExtend(b.and(delta === 0 ? top : b.add(top, constant(delta, 32)), mask), 64),
    setTop: (offset) =>
      b.setRegister(esp, b.or(b.and(b.register(esp), b.not(mask)), b.and(b.truncate(offset, 32), mask))),
    frame: () => b.zeroExtend(b.and(b.register(ebp), mask), 64),
  };
}

/** Pushes one value of its own width. */
export function push(b: Builder, value: Value): void {
  const s = stack(b);
  const top = s.at(-value.bits / 8);
  b.store(SS, top, value);
  s.setTop(top);
}

/** PUSH: immediates come sign-extended; segment registers are zero-extended to the operand size. */
const pushOperand: Definition = (b, source) => push(b, fit(b, b.read(source), b.operandSize));

const pop: Definition = (b, destination) => {
  const s = stack(b);
  const bytes = b.operandSize / 8;
  const value = b.load(SS, s.at(0), b.operandSize);
  const top = s.at(bytes);
  if (isRegister(destination, "segment")) {
    b.helper("loadSegment", [b.registerNumber(destination), b.truncate(value, 16)]);
    s.setTop(top);
    b.endRun();
  } else if (destination.kind === "memory") {
    // The address is computed with the stack pointer already incremented.
    const size = destination.addressSize;
    const delta = b.select(b.baseIsStackPointer(destination), b.constant(size, bytes), b.constant(size, 0));
    b.storeAt(destination, delta, value);
    s.setTop(top);
  } else {
    s.setTop(top);
    b.write(destination, value);
  }
};

/** PUSHA, PUSHAD: rAX rCX rDX rBX, the original rSP, rBP rSI rDI. */
const pushAll =
  (bits: 16 | 32): Definition =>
  (b) => {
    const s = stack(b);
    const bytes = bits / 8;
    for (let i = 1; i <= 8; i++) b.probeStore(SS, s.at(-i * bytes), bits);
    for (let i = 0; i < 8; i++) b.store(SS, s.at(-(i + 1) * bytes), b.register(generalRegister(bits, i)));
    s.setTop(s.at(-8 * bytes));
  };

/** POPA, POPAD: the stack pointer's own slot is skipped. */
const popAll =
  (bits: 16 | 32): Definition =>
  (b) => {
    const s = stack(b);
    const bytes = bits / 8;
    const popped = [7, 6, 5, 3, 2, 1, 0].map((i) => ({ i, value: b.load(SS, s.at((7 - i) * bytes), bits) }));
    s.setTop(s.at(8 * bytes));
    for (const { i, value } of popped) b.setRegister(generalRegister(bits, i), value);
  };

/** In virtual-8086 mode with IOPL below 3, where PUSHF and POPF are not the task's own business. Outside 64-bit mode only. */
function restricted8086(b: Builder): Value {
  const flags = b.get("flagsOther");
  const ioplBelow3 = b.ne(b.and(flags, b.constant(32, Flag.IOPL)), b.constant(32, Flag.IOPL));
  return b.and(anySet(b, flags, Flag.VM), ioplBelow3);
}

/** PUSHF…: the image has VM and RF cleared. Restricted virtual-8086 tasks: #GP(0), or with VME VIF in IF's place and IOPL 3. */
const pushFlags =
  (bits: 16 | 32 | 64): Definition =>
  (b) => {
    let image = b.and(b.flags(), b.constant(32, 0xffff_ffff & ~(Flag.VM | Flag.RF)));
    if (b.mode !== 64) {
      const restricted = restricted8086(b);
      if (bits === 16) {
        const noVme = b.not(vme(b));
        b.if(b.and(restricted, noVme), () => b.fault(Vector.GP, 0));
        const virtualIf = b.shr(b.and(image, b.constant(32, Flag.VIF)), b.constant(32, 10));
        const virtual = b.or(
          b.or(b.and(image, b.constant(32, 0xffff_ffff & ~Flag.IF)), virtualIf),
          b.constant(32, Flag.IOPL),
        );
        image = b.select(restricted, virtual, image);
      } else {
        b.if(restricted, () => b.fault(Vector.GP, 0));
      }
    }
    push(b, fit(b, image, bits));
  };

const vme = (b: Builder) => isNotZero(b, b.and(b.get("cr4"), b.constant(64, Cr4.VME)));

const ALWAYS_POPPED = Flag.CF | Flag.PF | Flag.AF | Flag.ZF | Flag.SF | Flag.TF | Flag.DF | Flag.OF | Flag.NT;

/**
 * POPF…: which flags may change depends on CPL and IOPL: IOPL only at CPL 0 (never in virtual-8086 mode), IF when
 * CPL ≤ IOPL; RF is cleared; VM, VIF and VIP stay. Restricted virtual-8086 tasks: helper "popFlagsVirtual".
 */
const popFlags =
  (bits: 16 | 32 | 64): Definition =>
  (b) => {
    const s = stack(b);
    const image = fit(b, b.load(SS, s.at(0), bits), 32);
    const top = s.at(bits / 8);
    const other = b.get("flagsOther");
    const ownFlags = () => {
      const cpl = b.get("cpl");
      const iopl = b.and(b.shr(other, b.constant(32, 12)), b.constant(32, 3));
      const always = ALWAYS_POPPED | (bits === 16 ? 0 : Flag.AC | Flag.ID);
      const none = b.constant(32, 0);
      const mask = b.or(
        b.or(b.constant(32, always | Flag.RF), b.select(b.leUnsigned(cpl, iopl), b.constant(32, Flag.IF), none)),
        b.select(b.eq(cpl, none), b.constant(32, Flag.IOPL), none),
      );
      b.setFlagBits(b.and(image, b.constant(32, 0xffff_ffff & ~Flag.RF)), mask);
    };
    if (b.mode === 64) ownFlags();
    else {
      b.if(
        restricted8086(b),
        () => {
          b.helper("popFlagsVirtual", [image, b.constant(32, bits)]);
        },
        ownFlags,
      );
    }
    s.setTop(top);
    b.endRun();
  };

/** ENTER: one push of rBP, `level` − 1 copies of older frame pointers, room for the locals (helper: the level is no shape). */
const enter: Definition = (b, size, level) => {
  b.helper("enter", [b.read(size), b.read(level!), b.constant(32, b.operandSize)]);
};

/** LEAVE: rSP ← rBP, then POP rBP. */
const leave: Definition = (b) => {
  const s = stack(b);
  const frame = s.frame();
  const saved = b.load(SS, frame, b.operandSize);
  const top = b.add(frame, b.constant(64, b.operandSize / 8));
  s.setTop(top);
  b.setRegister(generalRegister(b.operandSize, RBP), saved);
};

export const stackInstructions: Definitions = {
  push: pushOperand,
  pop,
  pusha: pushAll(16),
  pushad: pushAll(32),
  popa: popAll(16),
  popad: popAll(32),
  pushf: pushFlags(16),
  pushfd: pushFlags(32),
  pushfq: pushFlags(64),
  popf: popFlags(16),
  popfd: popFlags(32),
  popfq: popFlags(64),
  enter,
  leave,
};
