/**
 * A PS/2 keyboard: the end of the cable that has keys. It sends scan codes of set 2 (or 1, if asked), repeats a held key,
 * and answers the commands of the IBM PS/2 keyboard. What a host program types waits here and is struck at a bounded rate,
 * so that firmware with a buffer of fifteen keys keeps up.
 */
import type { Clock, Timer } from "../clock.ts";
import type { Device } from "./device.ts";
import { type Key, set2Codes, strokeFor, translate } from "./scan-codes.ts";

/** Anything at the other end of one of the 8042's two cables. */
export interface Ps2Device {
  /** A byte from the controller. */
  receive(byte: number): void;
  /** The next byte for the controller, or undefined; it is gone from the device then. */
  take(): number | undefined;
  readonly hasData: boolean;
  /** Set by the controller: called when there is something to take. */
  onData: () => void;
}

export const ACK = 0xfa;
export const BAT_PASSED = 0xaa;
export const RESEND = 0xfe;
const ECHO = 0xee;
const OVERRUN = 0x00;
const BUFFER_SIZE = 16;

/** Cycles between two key strokes of typed text: 10 ms. */
const STROKE_TIME = 10_000_000;
const DEFAULT_TYPEMATIC = 0x2b;

interface KeyEvent {
  readonly key: Key;
  readonly pressed: boolean;
}

const powerOn = () => ({
  scanning: true,
  scanCodeSet: 2,
  leds: 0,
  typematic: DEFAULT_TYPEMATIC,
  /** The command whose argument is awaited, or 0. */
  command: 0,
  /** Answers to commands; they go before scan codes. */
  answers: [] as number[],
  codes: [] as number[],
  lastSent: 0,
  /** The key that repeats, or "". */
  held: "",
});

type KeyboardState = ReturnType<typeof powerOn> & { readonly strokes: readonly { key: string; pressed: boolean }[] };

export class Ps2Keyboard implements Ps2Device, Device<KeyboardState> {
  readonly section = "keyboard";
  readonly #clock: Clock;
  readonly #strokeTimer: Timer;
  readonly #repeatTimer: Timer;
  #k = powerOn();
  #strokes: KeyEvent[] = [];
  onData: () => void = () => {};

  constructor({ clock }: { readonly clock: Clock }) {
    this.#clock = clock;
    this.#strokeTimer = clock.timer("keyboard.stroke", (now) => this.#strike(now));
    this.#repeatTimer = clock.timer("keyboard.repeat", (now) => this.#repeat(now));
  }

  // The host's end.

  /** A key goes down. Events take effect one after another, STROKE_TIME apart. */
  press(key: Key): void {
    this.#strokes.push({ key, pressed: true });
    if (this.#strokeTimer.deadline === Number.POSITIVE_INFINITY) this.#strokeTimer.arm(this.#clock.now);
  }

  release(key: Key): void {
    this.#strokes.push({ key, pressed: false });
    if (this.#strokeTimer.deadline === Number.POSITIVE_INFINITY) this.#strokeTimer.arm(this.#clock.now);
  }

  /** Types text as on a US keyboard. Characters that it lacks are left out. */
  type(text: string): void {
    for (const character of text) {
      const stroke = strokeFor(character);
      if (stroke === undefined) continue;
      if (stroke.control) this.press("ControlLeft");
      if (stroke.shift) this.press("ShiftLeft");
      this.press(stroke.key);
      this.release(stroke.key);
      if (stroke.shift) this.release("ShiftLeft");
      if (stroke.control) this.release("ControlLeft");
    }
  }

  /** Key events that have not happened yet. */
  get queued(): number {
    return this.#strokes.length;
  }

  /** Bit 0 Scroll Lock, bit 1 Num Lock, bit 2 Caps Lock. */
  get leds(): number {
    return this.#k.leds;
  }

  reset(): void {
    this.#k = powerOn();
    this.#repeatTimer.disarm();
  }

  // Keys.

  #strike(now: number): void {
    const event = this.#strokes.shift();
    if (event === undefined) return;
    if (this.#strokes.length > 0) this.#strokeTimer.arm(now + STROKE_TIME);
    this.#send(event.key, event.pressed);
    if (event.pressed && event.key !== "Pause") {
      this.#k.held = event.key;
      this.#repeatTimer.arm(now + this.#repeatDelay);
    } else if (event.key === this.#k.held) {
      this.#k.held = "";
      this.#repeatTimer.disarm();
    }
  }

  #repeat(now: number): void {
    if (this.#k.held === "") return;
    this.#send(this.#k.held as Key, true);
    this.#repeatTimer.arm(now + this.#repeatPeriod);
  }

  /** Typematic bits 6–5: 250 ms … 1 s. */
  get #repeatDelay(): number {
    return (((this.#k.typematic >> 5) & 3) + 1) * 250_000_000;
  }

  /** Typematic bits 4–0: (8 + A) × 2^B × 4.17 ms. */
  get #repeatPeriod(): number {
    const { typematic } = this.#k;
    return (8 + (typematic & 7)) * 2 ** ((typematic >> 3) & 3) * 4_170_000;
  }

  #send(key: Key, pressed: boolean): void {
    const k = this.#k;
    if (!k.scanning) return;
    const codes = k.scanCodeSet === 1 ? asSet1(set2Codes(key, pressed)) : set2Codes(key, pressed);
    if (k.codes.length + codes.length <= BUFFER_SIZE) k.codes.push(...codes);
    else if (k.codes.length < BUFFER_SIZE + 1) k.codes.push(k.scanCodeSet === 1 ? 0xff : OVERRUN);
    this.onData();
  }

  // The controller's end.

  get hasData(): boolean {
    return this.#k.answers.length > 0 || (this.#k.command === 0 && this.#k.codes.length > 0);
  }

  take(): number | undefined {
    const k = this.#k;
    const byte = k.answers.shift() ?? (k.command === 0 ? k.codes.shift() : undefined);
    if (byte !== undefined && byte !== RESEND) k.lastSent = byte;
    return byte;
  }

  receive(byte: number): void {
    const k = this.#k;
    const { command } = k;
    k.command = 0;
    k.answers = [];
    if (command !== 0 && byte < 0xed) this.#argument(command, byte);
    else this.#command(byte);
    this.onData();
  }

  #command(byte: number): void {
    const k = this.#k;
    switch (byte) {
      case 0xed: // set LEDs
      case 0xf0: // choose or ask for the scan code set
      case 0xf3: // set typematic rate and delay
      case 0xfb: // set 3's per-key commands take key codes
      case 0xfc:
      case 0xfd:
        k.command = byte;
        k.answers.push(ACK);
        return;
      case 0xee:
        k.answers.push(ECHO);
        return;
      case 0xf2:
        k.answers.push(ACK, 0xab, 0x83);
        return;
      case 0xf4: // enable
        k.codes = [];
        k.scanning = true;
        k.answers.push(ACK);
        return;
      case 0xf5: // default and disable
      case 0xf6: // default
        this.#setDefaults();
        k.scanning = byte === 0xf6;
        k.answers.push(ACK);
        return;
      case 0xf7: // set 3's commands for all keys change nothing in sets 1 and 2
      case 0xf8:
      case 0xf9:
      case 0xfa:
        k.answers.push(ACK);
        return;
      case RESEND:
        k.answers.push(k.lastSent);
        return;
      case 0xff:
        this.reset();
        this.#k.answers.push(ACK, BAT_PASSED);
        return;
      default:
        k.answers.push(RESEND);
    }
  }

  #setDefaults(): void {
    Object.assign(this.#k, { codes: [], scanCodeSet: 2, typematic: DEFAULT_TYPEMATIC, held: "" });
    this.#repeatTimer.disarm();
  }

  #argument(command: number, byte: number): void {
    const k = this.#k;
    const known = command !== 0xf0 || byte <= 2;
    k.answers.push(known ? ACK : RESEND);
    if (command === 0xed) k.leds = byte & 7;
    else if (command === 0xf3) k.typematic = byte & 0x7f;
    else if (command === 0xf0 && byte === 0) k.answers.push(k.scanCodeSet);
    else if (command === 0xf0 && known) k.scanCodeSet = byte;
  }

  save(): KeyboardState {
    return { ...structuredClone(this.#k), strokes: this.#strokes.map(({ key, pressed }) => ({ key, pressed })) };
  }

  restore({ strokes, ...rest }: KeyboardState): void {
    this.#k = structuredClone(rest);
    this.#strokes = strokes.map(({ key, pressed }) => ({ key: key as Key, pressed }));
  }
}

/** Set 1: make codes as the 8042 would translate them, break codes with bit 7. */
function asSet1(codes: readonly number[]): number[] {
  const out: number[] = [];
  let release = 0;
  for (const code of codes) {
    if (code === 0xf0) release = 0x80;
    else {
      out.push(translate(code) | release);
      release = 0;
    }
  }
  return out;
}
