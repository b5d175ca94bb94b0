/**
 * The 8042 keyboard controller at ports 0x60 (data) and 0x64 (status and commands), with a keyboard on its first cable and
 * a mouse on its second. It also drives two wires that have nothing to do with keys: the A20 gate and the processor's
 * reset, since in 1984 it had pins to spare.
 *
 * The controller's own answers are there at once; a byte from a device takes BYTE_TIME, and waits while the output buffer is
 * full. (IBM PS/2 Hardware Interface Technical Reference, Keyboard and Auxiliary Device Controller.)
 */
import type { Bus, Line } from "../bus.ts";
import type { Clock, Timer } from "../clock.ts";
import type { Log } from "../log.ts";
import { type BytePorts, eightBit } from "./byte-ports.ts";
import type { Device } from "./device.ts";
import type { Ps2Device } from "./ps2-keyboard.ts";
import { translate } from "./scan-codes.ts";
import type { A20Gate, ResetPins } from "./system-ports.ts";

const DATA_PORT = 0x60;
const COMMAND_PORT = 0x64;

const STATUS_OBF = 0x01;
const STATUS_SYS = 0x04;
const STATUS_CD = 0x08;
const STATUS_UNLOCKED = 0x10;
const STATUS_AUXB = 0x20;

/** The command byte, that is RAM byte 0. */
const CB_KEYBOARD_INTERRUPT = 0x01;
const CB_AUX_INTERRUPT = 0x02;
const CB_SYS = 0x04;
const CB_KEYBOARD_DISABLED = 0x10;
const CB_AUX_DISABLED = 0x20;
const CB_TRANSLATE = 0x40;

/** The output port's pins: reset (active low), A20, and the two interrupts. */
const PIN_RESET = 0x01;
const PIN_A20 = 0x02;
const PIN_IRQ12 = 0x20;
const PIN_IRQ1 = 0x10;
const PINS_IDLE = 0xcd;

/** Input port: keyboard not locked, colour display jumper as it was shipped. */
const INPUT_PORT = 0xa0;

const SELF_TEST_PASSED = 0x55;
const INTERFACE_TEST_PASSED = 0x00;
const NO_PASSWORD = 0xf1;

/** Cycles that a byte takes on the way from a device: 200 µs. */
const BYTE_TIME = 200_000;

const powerOn = () => ({
  /**
   * RAM bytes 0x00–0x1F; byte 0 is the command byte. It starts as firmware leaves it, so that a kernel that is started
   * without firmware finds a keyboard that works.
   */
  ram: [CB_KEYBOARD_INTERRUPT | CB_SYS | CB_AUX_DISABLED | CB_TRANSLATE, ...new Array<number>(31).fill(0)],
  full: false,
  fromAux: false,
  data: 0,
  /** The last write was to port 0x64. */
  commandLast: false,
  /** The command whose data byte is awaited at port 0x60, or 0. */
  awaits: 0,
  /** The controller's own answers that wait for the output buffer; bit 8: as if they came from the second cable. */
  answers: [] as number[],
  /** A prefix F0 was translated away: the next code is a break code. */
  releasing: false,
});
type ControllerState = ReturnType<typeof powerOn>;

const FROM_AUX = 0x100;

export interface KeyboardControllerWiring {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly log: Log;
  /** IRQ 1. */
  readonly keyboardLine: Line;
  /** IRQ 12. */
  readonly mouseLine: Line;
  readonly keyboard: Ps2Device;
  readonly mouse: Ps2Device;
  readonly a20: A20Gate;
  readonly pins: Pick<ResetPins, "init">;
}

export class KeyboardController implements BytePorts, Device<ControllerState> {
  readonly section = "i8042";
  readonly #log: Log;
  readonly #clock: Clock;
  readonly #keyboardLine: Line;
  readonly #mouseLine: Line;
  readonly #keyboard: Ps2Device;
  readonly #mouse: Ps2Device;
  readonly #a20: A20Gate;
  readonly #pins: Pick<ResetPins, "init">;
  readonly #timer: Timer;
  #c: ControllerState = powerOn();

  constructor(wiring: KeyboardControllerWiring) {
    const { bus, clock, log, keyboardLine, mouseLine, keyboard, mouse, a20, pins } = wiring;
    this.#log = log;
    this.#clock = clock;
    this.#keyboardLine = keyboardLine;
    this.#mouseLine = mouseLine;
    this.#keyboard = keyboard;
    this.#mouse = mouse;
    this.#a20 = a20;
    this.#pins = pins;
    this.#timer = clock.timer("i8042", () => this.#fromDevices());
    keyboard.onData = mouse.onData = () => this.#listen();
    bus.claimPorts("i8042", DATA_PORT, 1, eightBit(this));
    bus.claimPorts("i8042", COMMAND_PORT, 1, eightBit(this));
  }

  get #commandByte(): number {
    return this.#c.ram[0]!;
  }

  reset(): void {
    this.#c = powerOn();
    this.#timer.disarm();
    this.#listen();
    this.#update();
  }

  // The output buffer.

  #put(byte: number, fromAux: boolean): void {
    Object.assign(this.#c, { data: byte, full: true, fromAux });
    this.#update();
  }

  /** The controller answers: at once, or after what is in the output buffer. */
  #answer(byte: number, fromAux = false): void {
    if (this.#c.full) this.#c.answers.push(byte | (fromAux ? FROM_AUX : 0));
    else this.#put(byte, fromAux);
  }

  /** A device whose cable is enabled and has something: its byte arrives in a while. */
  #listen(): void {
    if (this.#c.full || this.#ready === null || this.#timer.deadline !== Number.POSITIVE_INFINITY) return;
    this.#timer.arm(this.#clock.now + BYTE_TIME);
  }

  get #ready(): Ps2Device | null {
    const commandByte = this.#commandByte;
    if ((commandByte & CB_KEYBOARD_DISABLED) === 0 && this.#keyboard.hasData) return this.#keyboard;
    if ((commandByte & CB_AUX_DISABLED) === 0 && this.#mouse.hasData) return this.#mouse;
    return null;
  }

  #fromDevices(): void {
    if (this.#c.full) return;
    const device = this.#ready;
    const byte = device?.take();
    if (byte === undefined) return;
    if (device === this.#mouse) this.#put(byte, true);
    else if ((this.#commandByte & CB_TRANSLATE) === 0) this.#put(byte, false);
    else if (byte === 0xf0) {
      this.#c.releasing = true;
      this.#listen();
    } else {
      const code = translate(byte) | (this.#c.releasing ? 0x80 : 0);
      this.#c.releasing = false;
      this.#put(code, false);
    }
  }

  #update(): void {
    const { full, fromAux } = this.#c;
    this.#keyboardLine.set(full && !fromAux && (this.#commandByte & CB_KEYBOARD_INTERRUPT) !== 0);
    this.#mouseLine.set(full && fromAux && (this.#commandByte & CB_AUX_INTERRUPT) !== 0);
  }

  // Ports.

  readPort(port: number): number {
    const c = this.#c;
    if (port === COMMAND_PORT) return this.#status;
    const { data } = c;
    if (c.full) {
      c.full = false;
      this.#update();
      const next = c.answers.shift();
      if (next !== undefined) this.#put(next & 0xff, (next & FROM_AUX) !== 0);
      this.#listen();
    }
    return data;
  }

  get #status(): number {
    const { full, fromAux, commandLast } = this.#c;
    return (
      STATUS_UNLOCKED |
      (full ? STATUS_OBF : 0) |
      (full && fromAux ? STATUS_AUXB : 0) |
      (this.#commandByte & CB_SYS ? STATUS_SYS : 0) |
      (commandLast ? STATUS_CD : 0)
    );
  }

  writePort(port: number, value: number): void {
    this.#c.commandLast = port === COMMAND_PORT;
    if (port === COMMAND_PORT) this.#command(value);
    else this.#data(value);
    this.#update();
    this.#listen();
  }

  /** Commands that port 0x64 takes, beside the ranges for RAM and pulses. */
  readonly #commands: Readonly<Record<number, () => void>> = {
    164: () => this.#answer(NO_PASSWORD), // is there a password?
    167: () => this.#setCommandByte(this.#commandByte | CB_AUX_DISABLED),
    168: () => this.#setCommandByte(this.#commandByte & ~CB_AUX_DISABLED),
    169: () => this.#answer(INTERFACE_TEST_PASSED),
    170: () => {
      this.#setCommandByte(this.#commandByte | CB_SYS);
      this.#answer(SELF_TEST_PASSED);
    },
    171: () => this.#answer(INTERFACE_TEST_PASSED),
    173: () => this.#setCommandByte(this.#commandByte | CB_KEYBOARD_DISABLED),
    174: () => this.#setCommandByte(this.#commandByte & ~CB_KEYBOARD_DISABLED),
    192: () => this.#answer(INPUT_PORT),
    208: () => this.#answer(this.#outputPort),
    209: () => this.#await(0xd1), // write the output port
    210: () => this.#await(0xd2), // write the output buffer, as the keyboard
    211: () => this.#await(0xd3), // write the output buffer, as the mouse
    212: () => this.#await(0xd4), // write to the mouse
    221: () => this.#a20.setKeyboard(false), // a later addition, as is DF
    223: () => this.#a20.setKeyboard(true),
    224: () => this.#answer(0x00), // test inputs: both cables idle
  };

  #command(command: number): void {
    const c = this.#c;
    c.awaits = 0;
    if (command >= 0x20 && command <= 0x3f) this.#answer(c.ram[command & 0x1f]!);
    else if (command >= 0x60 && command <= 0x7f) this.#await(command);
    else if (command >= 0xf0) this.#pulse(command & 0x0f);
    else if (this.#commands[command] !== undefined) this.#commands[command]();
    else this.#log.guestError(this.section, `command 0x${command.toString(16)} means nothing to it`);
  }

  #await(command: number): void {
    this.#c.awaits = command;
  }

  #setCommandByte(value: number): void {
    this.#c.ram[0] = value;
  }

  /** A byte written to port 0x60: the argument of a command, or for the keyboard, whose cable that enables. */
  #data(value: number): void {
    const c = this.#c;
    const { awaits } = c;
    c.awaits = 0;
    if (awaits === 0) {
      this.#setCommandByte(this.#commandByte & ~CB_KEYBOARD_DISABLED);
      this.#keyboard.receive(value);
    } else if (awaits === 0xd1) this.#writeOutputPort(value);
    else if (awaits === 0xd2) this.#answer(value);
    else if (awaits === 0xd3) this.#answer(value, true);
    else if (awaits === 0xd4) {
      this.#setCommandByte(this.#commandByte & ~CB_AUX_DISABLED);
      this.#mouse.receive(value);
    } else c.ram[awaits & 0x1f] = value;
  }

  // The output port.

  get #outputPort(): number {
    const { full, fromAux } = this.#c;
    return PINS_IDLE | (this.#a20.keyboard ? PIN_A20 : 0) | (full ? (fromAux ? PIN_IRQ12 : PIN_IRQ1) : 0);
  }

  #writeOutputPort(value: number): void {
    this.#a20.setKeyboard((value & PIN_A20) !== 0);
    if ((value & PIN_RESET) === 0) this.#pins.init();
  }

  /** Pulls the output pins low for 6 µs whose bits are zero; only the reset pin notices. */
  #pulse(bits: number): void {
    if ((bits & PIN_RESET) === 0) this.#pins.init();
  }

  save(): ControllerState {
    return structuredClone(this.#c);
  }

  restore(saved: ControllerState): void {
    this.#c = structuredClone(saved);
    this.#update();
  }
}
