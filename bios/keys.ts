/**
 * What each key means on a US keyboard: from the scan code of the first PC to the word INT 16h returns, scan code in the
 * high byte, character in the low byte. A key has four meanings, by what is held with it; 0 is no key at all. Codes above
 * 84h and a low byte of E0h are the enhanced keyboard's (101 keys), which old programs never see.
 */

export interface Key {
  readonly plain: number;
  readonly shift: number;
  readonly ctrl: number;
  readonly alt: number;
}

const none: Key = { plain: 0, shift: 0, ctrl: 0, alt: 0 };
const key = (plain: number, shift: number, ctrl: number, alt: number): Key => ({ plain, shift, ctrl, alt });

function printable(scan: number, plain: string, shift: string, ctrl: number, alt = scan << 8): Key {
  return key((scan << 8) | plain.charCodeAt(0), (scan << 8) | shift.charCodeAt(0), ctrl && (scan << 8) | ctrl, alt);
}

/** Letters, whose Shift is undone by Caps Lock. */
export const letterRows: readonly { readonly first: number; readonly letters: string }[] = [
  { first: 0x10, letters: "qwertyuiop" },
  { first: 0x1e, letters: "asdfghjkl" },
  { first: 0x2c, letters: "zxcvbnm" },
];

/** The keypad: these have digits with Num Lock, or with Shift, but not with both. */
export const KEYPAD_FIRST = 0x47;
export const KEYPAD_LAST = 0x53;

/** Indexed by scan code. */
export const keys: readonly Key[] = makeKeys();

function makeKeys(): Key[] {
  const table: Key[] = Array.from({ length: 0x59 }, () => none);
  table[0x01] = key(0x011b, 0x011b, 0x011b, 0x0100);
  const digits = "1234567890";
  const shifted = "!@#$%^&*()";
  for (let i = 0; i < 10; i++) table[2 + i] = printable(2 + i, digits[i]!, shifted[i]!, 0, (0x78 + i) << 8);
  // Ctrl-2 is NUL, Ctrl-6 RS, Ctrl-minus US.
  table[0x03] = { ...table[0x03]!, ctrl: 0x0300 };
  table[0x07] = { ...table[0x07]!, ctrl: 0x071e };
  table[0x0c] = printable(0x0c, "-", "_", 0x1f, 0x8200);
  table[0x0d] = printable(0x0d, "=", "+", 0, 0x8300);
  table[0x0e] = key(0x0e08, 0x0e08, 0x0e7f, 0x0e00);
  table[0x0f] = key(0x0f09, 0x0f00, 0x9400, 0xa500);
  for (const { first, letters } of letterRows) {
    for (let i = 0; i < letters.length; i++) {
      const letter = letters[i]!;
      table[first + i] = printable(first + i, letter, letter.toUpperCase(), letter.charCodeAt(0) & 0x1f);
    }
  }
  table[0x1a] = printable(0x1a, "[", "{", 0x1b);
  table[0x1b] = printable(0x1b, "]", "}", 0x1d);
  table[0x1c] = key(0x1c0d, 0x1c0d, 0x1c0a, 0x1c00);
  table[0x27] = printable(0x27, ";", ":", 0);
  table[0x28] = printable(0x28, "'", '"', 0);
  table[0x29] = printable(0x29, "`", "~", 0);
  table[0x2b] = printable(0x2b, "\\", "|", 0x1c);
  table[0x33] = printable(0x33, ",", "<", 0);
  table[0x34] = printable(0x34, ".", ">", 0);
  table[0x35] = printable(0x35, "/", "?", 0);
  table[0x37] = key(0x372a, 0x372a, 0x9600, 0x3700);
  table[0x39] = key(0x3920, 0x3920, 0x3920, 0x3920);
  for (let i = 0; i < 10; i++) {
    table[0x3b + i] = key((0x3b + i) << 8, (0x54 + i) << 8, (0x5e + i) << 8, (0x68 + i) << 8);
  }
  const keypad = "789-456+1230.";
  const ctrl = [0x77, 0x8d, 0x84, 0x8e, 0x73, 0x8f, 0x74, 0x90, 0x75, 0x91, 0x76, 0x92, 0x93];
  for (let i = 0; i < keypad.length; i++) {
    const scan = KEYPAD_FIRST + i;
    const character = (scan << 8) | keypad.charCodeAt(i);
    const isSign = "-+".includes(keypad[i]!);
    // With Alt the digits make a character's number (keyboard.ts).
    table[scan] = key(isSign ? character : scan << 8, character, ctrl[i]! << 8, isSign ? scan << 8 : 0);
  }
  table[0x56] = printable(0x56, "\\", "|", 0);
  table[0x57] = key(0x8500, 0x8700, 0x8900, 0x8b00);
  table[0x58] = key(0x8600, 0x8800, 0x8a00, 0x8c00);
  return table;
}

/** Keys that send E0h first: the second Enter and slash, and the grey ones between letters and keypad. */
export const extendedKeys: ReadonlyMap<number, Key> = new Map([
  [0x1c, key(0xe00d, 0xe00d, 0xe00a, 0xa600)],
  [0x35, key(0xe02f, 0xe02f, 0x9500, 0xa400)],
  [0x37, key(0, 0, 0x7200, 0)],
  [0x47, grey(0x47, 0x77, 0x97)],
  [0x48, grey(0x48, 0x8d, 0x98)],
  [0x49, grey(0x49, 0x84, 0x99)],
  [0x4b, grey(0x4b, 0x73, 0x9b)],
  [0x4d, grey(0x4d, 0x74, 0x9d)],
  [0x4f, grey(0x4f, 0x75, 0x9f)],
  [0x50, grey(0x50, 0x91, 0xa0)],
  [0x51, grey(0x51, 0x76, 0xa1)],
  [0x52, grey(0x52, 0x92, 0xa2)],
  [0x53, grey(0x53, 0x93, 0xa3)],
]);

function grey(scan: number, ctrl: number, alt: number): Key {
  return key((scan << 8) | 0xe0, (scan << 8) | 0xe0, (ctrl << 8) | 0xe0, alt << 8);
}
