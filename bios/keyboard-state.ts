/**
 * What the firmware knows about held keys and locks: bits of three bytes in the BIOS data area, which programs read and write
 * too; and the scan codes of the keys that change them.
 */

/** Bits of bda.shiftFlags. */
export const flag = {
  rightShift: 0x01,
  leftShift: 0x02,
  ctrl: 0x04,
  alt: 0x08,
  scroll: 0x10,
  num: 0x20,
  caps: 0x40,
  insert: 0x80,
};
/** Bits of bda.shiftFlags2. */
export const flag2 = {
  leftCtrl: 0x01,
  leftAlt: 0x02,
  sysReq: 0x04,
  paused: 0x08,
  scroll: 0x10,
  num: 0x20,
  caps: 0x40,
  insert: 0x80,
};
/** Bits of bda.keyState. */
export const state = { afterE1: 0x01, afterE0: 0x02, rightCtrl: 0x04, rightAlt: 0x08 };

export const scan = {
  ctrl: 0x1d,
  leftShift: 0x2a,
  rightShift: 0x36,
  printScreen: 0x37,
  alt: 0x38,
  caps: 0x3a,
  num: 0x45,
  scroll: 0x46,
  insert: 0x52,
  delete: 0x53,
  sysReq: 0x54,
} as const;
