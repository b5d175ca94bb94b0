/**
 * The I/O APIC: 24 interrupt inputs, each with an entry of a table that says what message it sends to which processor. It sits
 * beside the 8259s on the same lines; only the timer comes in at input 2, where the 8259s have their cascade. Who uses one
 * masks the other. (Intel 82093AA data sheet, order number 290566; the EOI register is that of versions from 20H on)
 *
 * Inputs are levels as devices mean them, asserted or not; an entry's polarity bit is kept and changes nothing.
 */
import type { AccessSize, Bus, Line, MemoryDevice } from "../bus.ts";
import type { InterruptBus } from "../interrupt-bus.ts";
import type { Log } from "../log.ts";
import { IO_APIC } from "../map.ts";
import type { Device } from "./device.ts";

export const INPUTS = 24;

/** Offsets in the page. */
const IOREGSEL = 0x00;
const IOWIN = 0x10;
const EOIR = 0x40;
/** Registers behind IOREGSEL. */
const IOAPICID = 0x00;
const IOAPICVER = 0x01;
const IOAPICARB = 0x02;
const IOREDTBL = 0x10;

const VERSION = 0x20 | ((INPUTS - 1) << 16);

/** Bits of the lower half of a redirection entry. */
const LOGICAL = 1 << 11;
const REMOTE_IRR = 1 << 14;
const LEVEL = 1 << 15;
const MASKED = 1 << 16;
const LOW_WRITABLE = 0x1_afff;

export interface IoApicWiring {
  readonly bus: Bus;
  readonly log: Log;
  readonly interrupts: InterruptBus;
}

interface IoApicState {
  readonly select: number;
  readonly id: number;
  readonly low: number[];
  readonly high: number[];
  readonly sources: boolean[];
  readonly [key: string]: number | number[] | boolean[];
}

export class IoApic implements MemoryDevice, Device<IoApicState> {
  readonly section = "ioapic";
  readonly #log: Log;
  readonly #interrupts: InterruptBus;
  readonly #sources: { readonly input: number; high: boolean }[] = [];
  /** Levels of the inputs, a bit each. */
  #inputs = 0;
  #select = 0;
  #id = 0;
  /** Halves of the redirection entries. */
  readonly #low: number[] = new Array(INPUTS).fill(MASKED);
  readonly #high: number[] = new Array(INPUTS).fill(0);

  constructor({ bus, log, interrupts }: IoApicWiring) {
    this.#log = log;
    this.#interrupts = interrupts;
    bus.claimMemory("ioapic", IO_APIC, 0x1000, this);
    interrupts.listen(this);
  }

  /** A new source for an input (0–23); see Pic.line. */
  input(input: number): Line {
    if (!Number.isInteger(input) || input < 0 || input >= INPUTS)
      throw new Error(`there is no input ${input} to drive`);
    const source = { input, high: false };
    this.#sources.push(source);
    return {
      set: (high) => {
        if (source.high === high) return;
        source.high = high;
        this.#changed(input);
      },
    };
  }

  #changed(input: number): void {
    const was = (this.#inputs >>> input) & 1;
    const high = this.#sources.some((s) => s.input === input && s.high);
    if (high) this.#inputs |= 1 << input;
    else this.#inputs &= ~(1 << input);
    if (!high) return;
    // An edge at a masked input is lost (82093AA, 3.2.4, interrupt mask).
    if (this.#low[input]! & LEVEL) this.#serveLevel(input);
    else if (!was && (this.#low[input]! & MASKED) === 0) this.#send(input);
  }

  /** A level that nobody has taken yet is sent. */
  #serveLevel(input: number): void {
    const low = this.#low[input]!;
    if ((low & LEVEL) === 0 || low & (MASKED | REMOTE_IRR) || ((this.#inputs >>> input) & 1) === 0) return;
    // Before it is sent: its end may come at once.
    this.#low[input] = low | REMOTE_IRR;
    if (!this.#send(input)) this.#low[input] = low;
  }

  /** False when nobody takes it. */
  #send(input: number): boolean {
    const low = this.#low[input]!;
    return this.#interrupts.send({
      destination: this.#high[input]! >>> 24,
      logical: (low & LOGICAL) !== 0,
      mode: (low >> 8) & 7,
      vector: low & 0xff,
      level: (low & LEVEL) !== 0,
    });
  }

  /** A local APIC is done with a vector: who is still high asks again. */
  endOfInterrupt(vector: number): void {
    for (let input = 0; input < INPUTS; input++) {
      const low = this.#low[input]!;
      if ((low & 0xff) !== vector || (low & REMOTE_IRR) === 0) continue;
      this.#low[input] = low & ~REMOTE_IRR;
      this.#serveLevel(input);
    }
  }

  retry(): void {
    for (let input = 0; input < INPUTS; input++) this.#serveLevel(input);
  }

  #read(register: number): number {
    if (register === IOAPICID || register === IOAPICARB) return this.#id * 2 ** 24;
    if (register === IOAPICVER) return VERSION;
    const entry = (register - IOREDTBL) >> 1;
    if (entry < 0 || entry >= INPUTS) {
      this.#log.guestError(this.section, `read of register 0x${register.toString(16)}, which does not exist`);
      return 0;
    }
    return register & 1 ? this.#high[entry]! : this.#low[entry]!;
  }

  #write(register: number, value: number): void {
    const entry = (register - IOREDTBL) >> 1;
    if (register === IOAPICID) this.#id = (value >>> 24) & 0x0f;
    else if (entry < 0 || entry >= INPUTS)
      this.#log.guestError(
        this.section,
        `write of register 0x${register.toString(16)}, which is not there to be written`,
      );
    else if (register & 1) {
      this.#high[entry] = (value & 0xff00_0000) >>> 0;
      this.#serveLevel(entry);
    } else {
      // Remote IRR means nothing to edges, and is cleared by choosing them.
      const remote = value & LEVEL ? this.#low[entry]! & REMOTE_IRR : 0;
      this.#low[entry] = (value & LOW_WRITABLE) | remote;
      this.#serveLevel(entry);
    }
  }

  readMemory(offset: number, size: AccessSize): number {
    if (size !== 4 || (offset !== IOREGSEL && offset !== IOWIN)) return this.#odd("read", offset, size);
    return offset === IOREGSEL ? this.#select : this.#read(this.#select);
  }

  writeMemory(offset: number, size: AccessSize, value: number): void {
    // One byte is enough for the index, and old software writes no more.
    if (offset === IOREGSEL && (size === 4 || size === 1)) this.#select = value & 0xff;
    else if (size === 4 && offset === IOWIN) this.#write(this.#select, value);
    else if (size === 4 && offset === EOIR) this.endOfInterrupt(value & 0xff);
    else this.#odd("write", offset, size);
  }

  #odd(what: string, offset: number, size: number): number {
    this.#log.guestError(this.section, `${what} of ${size} at offset 0x${offset.toString(16)}`);
    return 0;
  }

  reset(): void {
    this.#select = this.#id = 0;
    this.#low.fill(MASKED);
    this.#high.fill(0);
  }

  save(): IoApicState {
    const sources = this.#sources.map(({ high }) => high);
    return { select: this.#select, id: this.#id, low: [...this.#low], high: [...this.#high], sources };
  }

  restore({ select, id, low, high, sources }: IoApicState): void {
    this.#select = select;
    this.#id = id;
    this.#low.splice(0, INPUTS, ...low);
    this.#high.splice(0, INPUTS, ...high);
    this.#inputs = 0;
    this.#sources.forEach((source, i) => {
      source.high = sources[i] ?? false;
      if (source.high) this.#inputs |= 1 << source.input;
    });
  }
}
