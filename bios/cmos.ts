/**
 * The 128 bytes that a battery keeps (MC146818 and what PCs put beside its clock). One port chooses the byte, the other
 * holds it; bit 7 of the first also masks the non-maskable interrupt, which the firmware lets through again after each use.
 */
import type { Assembler } from "../dsl/asm/assembler.ts";
import { Label } from "../dsl/out/expression.ts";
import { ah, al } from "../emulator/isa/registers.ts";

export const cmosAddress = 0x70;
export const cmosData = 0x71;

/** Register numbers. 00h–0Dh are the clock's own (MC146818 data sheet); memory sizes are QEMU's and most PCs'. */
export const cmosRegister = {
  seconds: 0x00,
  secondsAlarm: 0x01,
  minutes: 0x02,
  minutesAlarm: 0x03,
  hours: 0x04,
  hoursAlarm: 0x05,
  weekday: 0x06,
  day: 0x07,
  month: 0x08,
  year: 0x09,
  /** Bit 7: being updated; 6:4 divider, 3:0 rate of the periodic interrupt. */
  a: 0x0a,
  /** Bit 7 set, 6 periodic, 5 alarm, 4 update interrupt; 2 binary, 1 24 hours, 0 daylight saving. */
  b: 0x0b,
  /** Interrupt flags; reading clears them. */
  c: 0x0c,
  d: 0x0d,
  shutdownStatus: 0x0f,
  /** KiB above 1 MiB, up to 63 MiB. */
  extendedLow: 0x30,
  extendedHigh: 0x31,
  century: 0x32,
  /** 64 KiB units above 16 MiB, below 4 GiB. */
  above16Low: 0x34,
  above16High: 0x35,
  /** Boot order: up to three nibbles (the third in the high nibble of 38h): 1 floppy, 2 hard disk, 3 CD, 4 network. */
  bootOrder3: 0x38,
  bootOrder: 0x3d,
  /** 64 KiB units above 4 GiB. */
  above4gLow: 0x5b,
  above4gMiddle: 0x5c,
  above4gHigh: 0x5d,
} as const;

/** Bits of register B. */
export const registerB = { periodic: 0x40, alarm: 0x20, hours24: 0x02 } as const;
/** Bits of register C. */
export const registerC = { periodic: 0x40, alarm: 0x20 } as const;

/** AL: register number → AL: its value. */
export const readCmos = new Label("readCmos");
/** AL: register number, AH: value. Changes AL. */
export const writeCmos = new Label("writeCmos");

/** The register's value into AL. */
export function clockRead(a: Assembler, register: number): void {
  a.mov(al, register);
  a.call(readCmos);
}

/** Keeps and sets bits of a register. AX lost. */
export function clockChange(a: Assembler, register: number, keep: number, set: number): void {
  clockRead(a, register);
  a.and(al, keep);
  a.or(al, set);
  a.mov(ah, al);
  a.mov(al, register);
  a.call(writeCmos);
}

export function cmos(a: Assembler): void {
  a.func(readCmos, () => {
    a.out(cmosAddress, al);
    a.in(al, cmosData);
    a.ret();
  });

  a.func(writeCmos, () => {
    a.out(cmosAddress, al);
    a.mov(al, ah);
    a.out(cmosData, al);
    a.ret();
  });
}
