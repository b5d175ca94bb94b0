/**
 * Flag control (SDM vol. 1, 5.1.10): the instructions that set single EFLAGS bits, LAHF, SAHF and SALC. CLI and STI act
 * on VIF instead of IF where virtual interrupts are on (CR4.VME in virtual-8086 mode, CR4.PVI at CPL 3).
 */
import { ah, al } from "../isa/registers.ts";
import type { Builder, Definition, Definitions, Value } from "./builder.ts";
import { fit, isZero } from "./operand.ts";
import { Flag, Inhibit } from "./state.ts";

const setBit =
  (mask: number, on: boolean): Definition =>
  (b) =>
    b.setFlagBits(b.constant(32, on ? mask : 0), mask);

/** CPL ≤ IOPL: IF is this code's own. True in real-address mode; in virtual-8086 mode (CPL 3) it says IOPL = 3. */
export function ownsIf(b: Builder): Value {
  const iopl = b.and(b.shr(b.get("flagsOther"), b.constant(32, 12)), b.constant(32, 3));
  return b.leUnsigned(b.get("cpl"), iopl);
}

const cli: Definition = (b) =>
  b.if(
    ownsIf(b),
    () => b.setFlagBits(b.constant(32, 0), Flag.IF),
    () => {
      b.helper("clearVirtualInterrupt", []);
    },
  );

/** STI: when IF was 0, interrupts stay held off for one more instruction. */
const sti: Definition = (b) => {
  b.if(
    ownsIf(b),
    () => {
      const wasOff = isZero(b, b.and(b.get("flagsOther"), b.constant(32, Flag.IF)));
      const shadow = b.select(wasOff, b.constant(32, Inhibit.sti), b.constant(32, 0));
      b.setFlagBits(b.constant(32, Flag.IF), Flag.IF);
      b.set("inhibit", b.or(b.get("inhibit"), shadow));
    },
    () => {
      b.helper("setVirtualInterrupt", []);
    },
  );
  b.endRun();
};

/** CLAC, STAC: EFLAGS.AC decides whether SMAP lets supervisor code reach user pages. */
const setAlignmentCheck =
  (on: boolean): Definition =>
  (b) => {
    b.setFlagBits(b.constant(32, on ? Flag.AC : 0), Flag.AC);
    b.endRun();
  };

/** SF ZF AF PF CF at their places in the low byte. */
const LOW_STATUS = Flag.SF | Flag.ZF | Flag.AF | Flag.PF | Flag.CF;

const lahf: Definition = (b) =>
  b.setRegister(ah, b.truncate(b.or(b.and(b.flags(), b.constant(32, LOW_STATUS)), b.constant(32, 2)), 8));

const sahf: Definition = (b) => b.setFlagBits(fit(b, b.register(ah), 32), LOW_STATUS);

/** SALC: AL ← 0 or FFH, as CF says. */
const salc: Definition = (b) => b.setRegister(al, b.neg(b.zeroExtend(b.flag("CF"), 8)));

export const flagControl: Definitions = {
  clc: (b) => b.setFlag("CF", b.constant(1, 0)),
  stc: (b) => b.setFlag("CF", b.constant(1, 1)),
  cmc: (b) => b.setFlag("CF", b.not(b.flag("CF"))),
  cld: setBit(Flag.DF, false),
  std: setBit(Flag.DF, true),
  cli,
  sti,
  clac: setAlignmentCheck(false),
  stac: setAlignmentCheck(true),
  lahf,
  sahf,
  salc,
};
