// The keyboard sends a number for each key that goes down, and another when it comes up again. What a key means it does not
// know: that is a table here, and which of its columns counts depends on other keys that are down at the same time. Scan code
// set 1, as the controller translates it: the original PC's numbers, with 0xe0 before keys that came later.
// The layout is the American one.
import { claimLine } from "../trap/irq.ts";
import { Locked } from "../sync/spin.ts";
import { setLights, startController, takeScanCode } from "./keyboard-controller.ts";
import { addChance } from "./random.ts";
import { screenTty, wantsApplicationKeys } from "./screen.ts";
import { ttyInput } from "./tty.ts";

const LINE: u8 = 1;
const RELEASED: u8 = 0x80;
const EXTENDED: u8 = 0xe0;
const PAUSE: u8 = 0xe1;
/** What keyboard and controller say that is no key: overrun, test, acknowledge, resend. */
const ACKNOWLEDGE: u8 = 0xfa;
const RESEND: u8 = 0xfe;

const LEFT_SHIFT: u8 = 0x2a;
const RIGHT_SHIFT: u8 = 0x36;
const CONTROL: u8 = 0x1d;
const ALT: u8 = 0x38;
const CAPS: u8 = 0x3a;
const NUM: u8 = 0x45;
const SCROLL: u8 = 0x46;
const KEYPAD: u8 = 0x47;
const KEYPAD_END: u8 = 0x53;

/** Scan codes that wait, a power of two. */
const SCANNED = 256;
/** Taken in one interrupt. */
const MOST_AT_ONCE: u32 = 16;

const plain = "\0\x1b1234567890-=\x7f\tqwertyuiop[]\r\0asdfghjkl;'`\0\\zxcvbnm,./\0*\0 ";
const shifted = "\0\x1b!@#$%^&*()_+\x7f\tQWERTYUIOP{}\r\0ASDFGHJKL:\"~\0|ZXCVBNM<>?\0*\0 ";
const keypad = "789-456+1230.";

class Keyboard {
  codes: Arr<u8, typeof SCANNED>;
  put: u32;
  taken: u32;
  /** 0xe0 came before; bytes of the pause key's sequence that are still to come. */
  extended: boolean;
  pausing: u8;
  shifts: u8;
  controls: u8;
  alts: u8;
  caps: boolean;
  num: boolean;
}

const keyboard = zeroed<Locked<Keyboard>>();

/** Keys arrive at the screen's terminal from here on. ENODEV without a controller, EMFILE. */
export function startKeyboard(): Res<void> {
  orReturn(startController());
  orReturn(claimLine(LINE, "keyboard", onInterrupt, afterInterrupt, 0));
  setLights(0);
}

function onInterrupt(_context: u64): boolean {
  using k = keyboard.enter();
  let some = false;
  for (let n: u32 = 0; n < MOST_AT_ONCE; n++) {
    const code = takeScanCode();
    if (code === 0) break;
    some = true;
    if (k.v.put - k.v.taken === SCANNED) continue;
    k.v.codes[k.v.put & (SCANNED - 1)] = code;
    k.v.put++;
  }
  return some;
}

/** What a key types. */
class Typed {
  bytes: Arr<u8, 8>;
  length: usize;

  one(c: u8): void {
    this.bytes[this.length] = c;
    this.length++;
  }
  all(sequence: string): void {
    for (const c of sequence) this.one(c);
  }
}

function afterInterrupt(_context: u64): void {
  const application = wantsApplicationKeys();
  for (let n: u32 = 0; n < SCANNED; n++) {
    const typed = zeroed<Typed>();
    let lights: u8 = 0xff;
    {
      using k = keyboard.enter();
      if (k.v.put === k.v.taken) break;
      const code = k.v.codes[k.v.taken & (SCANNED - 1)];
      k.v.taken++;
      const before = lightsOf(k.v);
      pressed(k.v, code, ref(typed), application);
      if (lightsOf(k.v) !== before) lights = lightsOf(k.v);
      addChance(u64(code));
    }
    if (lights !== 0xff) setLights(lights);
    if (typed.length > 0) ttyInput(screenTty(), slice(typed.bytes, typed.length));
  }
  const tty = screenTty();
  tty.kick(tty);
}

function lightsOf(k: Ptr<Keyboard>): u8 {
  return (k.num ? 2 : 0) | (k.caps ? 4 : 0);
}

function pressed(k: Ptr<Keyboard>, code: u8, typed: Ptr<Typed>, application: boolean): void {
  if (k.pausing > 0) {
    k.pausing--;
    return;
  }
  if (code === PAUSE) {
    k.pausing = 5;
    return;
  }
  if (code === EXTENDED) {
    k.extended = true;
    return;
  }
  const extended = k.extended;
  k.extended = false;
  if (code === ACKNOWLEDGE || code === RESEND || code === 0xff || code === 0xee) return;
  const key = code & ~RELEASED;
  const down = (code & RELEASED) === 0;
  if (held(k, key, extended, down) || !down) return;
  if (extended || (key >= KEYPAD && key <= KEYPAD_END && !k.num)) cursorKey(k, key, extended, typed, application);
  else if (key >= KEYPAD && key <= KEYPAD_END) typed.one(keypad[key - KEYPAD]);
  else if (!functionKey(key, typed)) character(k, key, typed);
}

/** Keys that change what others mean. A shift with 0xe0 is no key: the keyboard fakes it around some others. */
function held(k: Ptr<Keyboard>, key: u8, extended: boolean, down: boolean): boolean {
  const side: u8 = extended ? 2 : 1;
  switch (key) {
    case LEFT_SHIFT:
      if (!extended) k.shifts = down ? k.shifts | 1 : k.shifts & ~1;
      return true;
    case RIGHT_SHIFT:
      if (!extended) k.shifts = down ? k.shifts | 2 : k.shifts & ~2;
      return true;
    case CONTROL:
      k.controls = down ? k.controls | side : k.controls & ~side;
      return true;
    case ALT:
      k.alts = down ? k.alts | side : k.alts & ~side;
      return true;
    case CAPS:
      if (down) k.caps = !k.caps;
      return true;
    case NUM:
      if (down && !extended) k.num = !k.num;
      return true;
    case SCROLL:
      return true;
    default:
      return false;
  }
}

/** A key of the main block. With Alt, an ESC before it. */
function character(k: Ptr<Keyboard>, key: u8, typed: Ptr<Typed>): void {
  if (usize(key) >= plain.length) return;
  const low = plain[key];
  if (low === 0) return;
  const letter = low >= byte("a") && low <= byte("z");
  const upper = (k.shifts !== 0) !== (letter && k.caps);
  let c = upper ? shifted[key] : low;
  if (k.controls !== 0) {
    if (c === byte(" ") || c === byte("2")) c = 0;
    else if (c === byte("/") || c === byte("-")) c = 31;
    else if (c === 0x7f) c = 8;
    else if ((c & 0x7f) >= 0x40) c = c & 31;
  }
  if (k.alts !== 0) typed.one(27);
  typed.one(c);
}

/** Keys of the cursor block, as a terminal sends them. */
function cursorKey(k: Ptr<Keyboard>, key: u8, extended: boolean, typed: Ptr<Typed>, application: boolean): void {
  const introducer = application ? "\x1bO" : "\x1b[";
  switch (key) {
    case 0x48:
      arrow(k, introducer, byte("A"), typed);
      break;
    case 0x50:
      arrow(k, introducer, byte("B"), typed);
      break;
    case 0x4d:
      arrow(k, introducer, byte("C"), typed);
      break;
    case 0x4b:
      arrow(k, introducer, byte("D"), typed);
      break;
    case 0x47:
      arrow(k, introducer, byte("H"), typed);
      break;
    case 0x4f:
      arrow(k, introducer, byte("F"), typed);
      break;
    case 0x52:
      typed.all("\x1b[2~");
      break;
    case 0x53:
      typed.all("\x1b[3~");
      break;
    case 0x49:
      typed.all("\x1b[5~");
      break;
    case 0x51:
      typed.all("\x1b[6~");
      break;
    case 0x1c:
      typed.one(13);
      break;
    case 0x35:
      typed.one(byte("/"));
      break;
    default:
      if (!extended && key >= KEYPAD && key <= KEYPAD_END) keypadSign(key, typed);
      break;
  }
}

/** Minus, plus, and the 5 that moves nothing. */
function keypadSign(key: u8, typed: Ptr<Typed>): void {
  const c = keypad[key - KEYPAD];
  if (c === byte("-") || c === byte("+")) typed.one(c);
}

function arrow(k: Ptr<Keyboard>, introducer: string, letter: u8, typed: Ptr<Typed>): void {
  if (k.controls === 0) typed.all(introducer);
  else typed.all("\x1b[1;5");
  typed.one(letter);
}

/** F1 to F12. */
function functionKey(key: u8, typed: Ptr<Typed>): boolean {
  if (key >= 0x3b && key <= 0x3e) {
    typed.all("\x1bO");
    typed.one(byte("P") + (key - 0x3b));
    return true;
  }
  switch (key) {
    case 0x3f:
      typed.all("\x1b[15~");
      return true;
    case 0x40:
      typed.all("\x1b[17~");
      return true;
    case 0x41:
      typed.all("\x1b[18~");
      return true;
    case 0x42:
      typed.all("\x1b[19~");
      return true;
    case 0x43:
      typed.all("\x1b[20~");
      return true;
    case 0x44:
      typed.all("\x1b[21~");
      return true;
    case 0x57:
      typed.all("\x1b[23~");
      return true;
    case 0x58:
      typed.all("\x1b[24~");
      return true;
    default:
      return false;
  }
}
