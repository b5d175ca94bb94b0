/**
 * Keys and their scan codes. A PS/2 keyboard speaks set 2; the 8042 translates that to set 1, which is what a PC's software
 * sees. Keys are named as the web's UI Events name them (`KeyboardEvent.code`): by position, whatever is printed on them.
 */

/** Set 2 make codes. An extended key is preceded by E0; its number here has E0 in the high byte. */
const set2 = {
  Escape: 0x76,
  ...{ F1: 0x05, F2: 0x06, F3: 0x04, F4: 0x0c, F5: 0x03, F6: 0x0b, F7: 0x83, F8: 0x0a },
  ...{ F9: 0x01, F10: 0x09, F11: 0x78, F12: 0x07, ScrollLock: 0x7e },
  ...{ Backquote: 0x0e, Digit1: 0x16, Digit2: 0x1e, Digit3: 0x26, Digit4: 0x25, Digit5: 0x2e, Digit6: 0x36 },
  ...{ Digit7: 0x3d, Digit8: 0x3e, Digit9: 0x46, Digit0: 0x45, Minus: 0x4e, Equal: 0x55, Backspace: 0x66 },
  ...{ Tab: 0x0d, KeyQ: 0x15, KeyW: 0x1d, KeyE: 0x24, KeyR: 0x2d, KeyT: 0x2c, KeyY: 0x35, KeyU: 0x3c },
  ...{ KeyI: 0x43, KeyO: 0x44, KeyP: 0x4d, BracketLeft: 0x54, BracketRight: 0x5b, Backslash: 0x5d },
  ...{ CapsLock: 0x58, KeyA: 0x1c, KeyS: 0x1b, KeyD: 0x23, KeyF: 0x2b, KeyG: 0x34, KeyH: 0x33, KeyJ: 0x3b },
  ...{ KeyK: 0x42, KeyL: 0x4b, Semicolon: 0x4c, Quote: 0x52, Enter: 0x5a },
  ...{ ShiftLeft: 0x12, IntlBackslash: 0x61, KeyZ: 0x1a, KeyX: 0x22, KeyC: 0x21, KeyV: 0x2a, KeyB: 0x32 },
  ...{ KeyN: 0x31, KeyM: 0x3a, Comma: 0x41, Period: 0x49, Slash: 0x4a, ShiftRight: 0x59 },
  ...{ ControlLeft: 0x14, AltLeft: 0x11, Space: 0x29, AltRight: 0xe011, ControlRight: 0xe014 },
  ...{ MetaLeft: 0xe01f, MetaRight: 0xe027, ContextMenu: 0xe02f },
  ...{ Insert: 0xe070, Home: 0xe06c, PageUp: 0xe07d, Delete: 0xe071, End: 0xe069, PageDown: 0xe07a },
  ...{ ArrowUp: 0xe075, ArrowLeft: 0xe06b, ArrowDown: 0xe072, ArrowRight: 0xe074 },
  ...{ NumLock: 0x77, NumpadDivide: 0xe04a, NumpadMultiply: 0x7c, NumpadSubtract: 0x7b, NumpadAdd: 0x79 },
  ...{ Numpad0: 0x70, Numpad1: 0x69, Numpad2: 0x72, Numpad3: 0x7a, Numpad4: 0x6b, Numpad5: 0x73, Numpad6: 0x74 },
  ...{ Numpad7: 0x6c, Numpad8: 0x75, Numpad9: 0x7d, NumpadDecimal: 0x71, NumpadEnter: 0xe05a },
} as const;

/** Keys whose codes follow no rule; Pause has no break code and does not repeat. */
const irregular = {
  PrintScreen: { make: [0xe0, 0x12, 0xe0, 0x7c], release: [0xe0, 0xf0, 0x7c, 0xe0, 0xf0, 0x12] },
  Pause: { make: [0xe1, 0x14, 0x77, 0xe1, 0xf0, 0x14, 0xf0, 0x77], release: [] },
} as const;

export type Key = keyof typeof set2 | keyof typeof irregular;

/** What a set 2 keyboard sends for a key. */
export function set2Codes(key: Key, pressed: boolean): readonly number[] {
  if (key in irregular) {
    const codes = irregular[key as keyof typeof irregular];
    return pressed ? codes.make : codes.release;
  }
  const code = set2[key as keyof typeof set2];
  const make = pressed ? [code & 0xff] : [0xf0, code & 0xff];
  return code > 0xff ? [code >> 8, ...make] : make;
}

export function isKey(name: string): name is Key {
  return name in set2 || name in irregular;
}

/**
 * What the 8042's translation makes of the set 2 codes 00–7F (as its ROM has it; 83 and 84 become 41 and 54, everything
 * else stays). Eight in a row.
 */
const translation = [
  ...[0xff, 0x43, 0x41, 0x3f, 0x3d, 0x3b, 0x3c, 0x58],
  ...[0x64, 0x44, 0x42, 0x40, 0x3e, 0x0f, 0x29, 0x59],
  ...[0x65, 0x38, 0x2a, 0x70, 0x1d, 0x10, 0x02, 0x5a],
  ...[0x66, 0x71, 0x2c, 0x1f, 0x1e, 0x11, 0x03, 0x5b],
  ...[0x67, 0x2e, 0x2d, 0x20, 0x12, 0x05, 0x04, 0x5c],
  ...[0x68, 0x39, 0x2f, 0x21, 0x14, 0x13, 0x06, 0x5d],
  ...[0x69, 0x31, 0x30, 0x23, 0x22, 0x15, 0x07, 0x5e],
  ...[0x6a, 0x72, 0x32, 0x24, 0x16, 0x08, 0x09, 0x5f],
  ...[0x6b, 0x33, 0x25, 0x17, 0x18, 0x0b, 0x0a, 0x60],
  ...[0x6c, 0x34, 0x35, 0x26, 0x27, 0x19, 0x0c, 0x61],
  ...[0x6d, 0x73, 0x28, 0x74, 0x1a, 0x0d, 0x62, 0x6e],
  ...[0x3a, 0x36, 0x1c, 0x1b, 0x75, 0x2b, 0x63, 0x76],
  ...[0x55, 0x56, 0x77, 0x78, 0x79, 0x7a, 0x0e, 0x7b],
  ...[0x7c, 0x4f, 0x7d, 0x4b, 0x47, 0x7e, 0x7f, 0x6f],
  ...[0x52, 0x53, 0x50, 0x4c, 0x4d, 0x48, 0x01, 0x45],
  ...[0x57, 0x4e, 0x51, 0x4a, 0x37, 0x49, 0x46, 0x54],
] as const;

/** One byte of set 2 as set 1; the prefix F0 is the caller's business. */
export function translate(byte: number): number {
  if (byte === 0x83) return 0x41;
  if (byte === 0x84) return 0x54;
  return translation[byte] ?? byte;
}

/** Characters of the US layout in the order of their keys: plain, and with Shift. */
const layout: readonly (readonly [keys: readonly Key[], plain: string, shifted: string])[] = [
  [
    ["Backquote", "Digit1", "Digit2", "Digit3", "Digit4", "Digit5", "Digit6", "Digit7", "Digit8", "Digit9", "Digit0"],
    "`1234567890",
    "~!@#$%^&*()",
  ],
  [["Minus", "Equal", "BracketLeft", "BracketRight", "Backslash"], "-=[]\\", "_+{}|"],
  [["Semicolon", "Quote", "Comma", "Period", "Slash", "Space"], ";',./ ", ':"<>? '],
  [
    [..."ABCDEFGHIJKLMNOPQRSTUVWXYZ"].map((c) => `Key${c}` as Key),
    "abcdefghijklmnopqrstuvwxyz",
    "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
  ],
];

export interface Stroke {
  readonly key: Key;
  readonly shift: boolean;
  readonly control: boolean;
}

const strokes = new Map<string, Stroke>();
for (const [keys, plain, shifted] of layout) {
  keys.forEach((key, i) => {
    strokes.set(shifted[i]!, { key, shift: true, control: false });
    strokes.set(plain[i]!, { key, shift: false, control: false });
  });
}
for (const [character, key] of [
  ["\n", "Enter"],
  ["\r", "Enter"],
  ["\t", "Tab"],
  ["\b", "Backspace"],
  ["\x7f", "Backspace"],
  ["\x1b", "Escape"],
] as const) {
  strokes.set(character, { key, shift: false, control: false });
}

/** How a character is typed on a US keyboard: control characters with Ctrl; undefined for what the layout lacks. */
export function strokeFor(character: string): Stroke | undefined {
  const direct = strokes.get(character);
  if (direct !== undefined) return direct;
  const code = character.charCodeAt(0);
  if (code >= 0x20) return undefined;
  const letter = strokes.get(String.fromCharCode(code | 0x40).toLowerCase());
  return letter === undefined ? undefined : { ...letter, control: true };
}
