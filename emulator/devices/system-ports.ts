/**
 * The PC's odds and ends, one class for each port: system control ports A (0x92) and B (0x61), the POST code port (0x80)
 * and the reset control register (0xCF9). Each is a few bits that history wired somewhere convenient.
 */
import type { Bus } from "../bus.ts";
import { LatchMay } from "../latches.ts";
import { type BytePorts, eightBit } from "./byte-ports.ts";
import type { Device } from "./device.ts";
import type { Pit } from "./pit.ts";

/**
 * The A20 gate: off, address bit 20 is forced to zero, as on an 8086. It is open when either of its two switches says so,
 * the 8042's output port or port 0x92; the processor hears of every change.
 */
export class A20Gate implements Device<{ readonly keyboard: boolean; readonly fast: boolean }> {
  readonly section = "a20";
  readonly #changed: (open: boolean) => void;
  /** On at power-on: firmware starts at the top of memory, and QEMU's machine hands over in the same state. */
  #keyboard = true;
  #fast = false;

  constructor(changed: (open: boolean) => void) {
    this.#changed = changed;
  }

  get open(): boolean {
    return this.#keyboard || this.#fast;
  }

  /** The 8042's switch alone. */
  get keyboard(): boolean {
    return this.#keyboard;
  }

  setKeyboard(open: boolean): void {
    this.#set(open, this.#fast);
  }

  setFast(open: boolean): void {
    this.#set(this.#keyboard, open);
  }

  #set(keyboard: boolean, fast: boolean): void {
    const before = this.open;
    this.#keyboard = keyboard;
    this.#fast = fast;
    if (this.open !== before) this.#changed(this.open);
  }

  reset(): void {
    this.#set(true, false);
  }

  save(): { keyboard: boolean; fast: boolean } {
    return { keyboard: this.#keyboard, fast: this.#fast };
  }

  restore({ keyboard, fast }: { readonly keyboard: boolean; readonly fast: boolean }): void {
    this.#keyboard = keyboard;
    this.#fast = fast;
    this.#changed(this.open);
  }
}

/** What a device can ask of the machine: INIT reaches the processors alone, a reset every device too. */
export interface ResetPins {
  /** The INIT pin: processors start again at the reset vector, caches, memory and devices stay as they are. */
  init(): void;
  /** The RESET pin of the whole board. */
  reset(): void;
}

/** System control port A, 0x92: bit 1 is the fast A20 gate, a rising bit 0 pulses INIT. */
export class SystemControlPortA implements BytePorts, Device<number> {
  readonly section = "port92";
  readonly #a20: A20Gate;
  readonly #pins: Pick<ResetPins, "init">;
  #value = 0;

  constructor({
    bus,
    a20,
    pins,
  }: { readonly bus: Bus; readonly a20: A20Gate; readonly pins: Pick<ResetPins, "init"> }) {
    this.#a20 = a20;
    this.#pins = pins;
    bus.claimPorts("port92", 0x92, 1, eightBit(this));
  }

  readPort(): number {
    return this.#value;
  }

  writePort(_port: number, value: number): void {
    const pulse = value & ~this.#value & 0x01;
    this.#value = value;
    this.#a20.setFast((value & 0x02) !== 0);
    if (pulse) this.#pins.init();
  }

  reset(): void {
    this.#value = 0;
  }

  save(): number {
    return this.#value;
  }

  restore(saved: number): void {
    this.#value = saved;
  }
}

/**
 * System control port B, 0x61: bit 0 gates the timer's counter 2, bit 1 lets it reach the speaker, bits 2 and 3 disable
 * memory parity and I/O channel checks; read-only are bit 4 (changes with every refresh) and bit 5 (counter 2's OUT).
 */
export class SystemControlPortB implements BytePorts, Device<number> {
  readonly section = "port61";
  readonly #pit: Pit;
  #value = 0;

  constructor({ bus, pit }: { readonly bus: Bus; readonly pit: Pit }) {
    this.#pit = pit;
    bus.claimPorts("port61", 0x61, 1, eightBit(this));
  }

  readPort(): number {
    return this.#value | (this.#pit.refreshToggle ? 0x10 : 0) | (this.#pit.out2 ? 0x20 : 0);
  }

  writePort(_port: number, value: number): void {
    this.#value = value & 0x0f;
    this.#pit.setGate2((value & 0x01) !== 0);
  }

  reset(): void {
    this.#value = 0;
    this.#pit.setGate2(false);
  }

  save(): number {
    return this.#value;
  }

  restore(saved: number): void {
    this.#value = saved;
  }
}

const POST = 0x80;

/**
 * Port 0x80: firmware shows here how far its self-test came, and everybody else writes to it to wait a microsecond. The
 * last code is kept, so that a machine that hangs in its firmware can say where.
 */
export class PostCodes implements BytePorts, Device<number> {
  readonly section = "post";
  readonly #bus: Bus;

  constructor({ bus }: { readonly bus: Bus }) {
    this.#bus = bus;
    bus.claimPorts("post", POST, 1, eightBit(this));
    this.restore(0);
  }

  /** The last code written. */
  get code(): number {
    return this.#bus.latches.value(POST);
  }

  readPort(): number {
    return this.code;
  }

  writePort(_port: number, value: number): void {
    this.restore(value);
  }

  reset(): void {
    this.restore(0);
  }

  save(): number {
    return this.code;
  }

  restore(saved: number): void {
    this.#bus.latch(POST, saved, LatchMay.beRead | LatchMay.beWritten);
  }
}

/**
 * The reset control register at 0xCF9: RST_CPU (bit 2) rising resets, the processors alone or, with SYS_RST (bit 1), the
 * whole board. It lies inside PCI's CONFIG_ADDRESS, which answers only to four-byte accesses; so the PCI bus passes the bytes
 * on. (Intel PIIX4 data sheet, RC register.)
 */
export class ResetControl implements BytePorts, Device<number> {
  readonly section = "reset-control";
  readonly #pins: ResetPins;
  #value = 0;

  constructor({ pins }: { readonly pins: ResetPins }) {
    this.#pins = pins;
  }

  readPort(): number {
    return this.#value;
  }

  writePort(_port: number, value: number): void {
    const rising = value & ~this.#value & 0x04;
    this.#value = value & 0x0e;
    if (!rising) return;
    if (value & 0x02) this.#pins.reset();
    else this.#pins.init();
  }

  reset(): void {
    this.#value = 0;
  }

  save(): number {
    return this.#value;
  }

  restore(saved: number): void {
    this.#value = saved;
  }
}
