/**
 * The 16550A UART behind COM1 and COM2. Bytes take their time on the wire, as divisor and word length say, in virtual
 * time: THRE, TEMT and the receive timeout change at the exact cycle. What the host sends is queued here and arrives one
 * byte per byte time, and only while there is room, so a line that was pasted into a terminal never overruns the guest.
 *
 * Interrupts reach the line only while MCR.OUT2 is set, as a PC wires it. Two delays of the data sheet are left out: the
 * start bit that a byte waits for on its way from THR to the shift register, and the FIFO-mode delay of the THRE
 * interrupt; no program can rely on either. (National Semiconductor PC16550D data sheet, register names from there.)
 */
import type { Bus, Line } from "../bus.ts";
import type { Clock, Timer } from "../clock.ts";
import type { Log } from "../log.ts";
import { type BytePorts, eightBit } from "./byte-ports.ts";
import type { Device } from "./device.ts";
import { Oscillator } from "./oscillator.ts";

/** The crystal of every PC's serial port: 16 clocks a bit and divisor 1 make 115,200 baud. */
export const UART_HZ = 1_843_200;

/** What is at the other end of the cable. */
export interface SerialHost {
  /** A byte has completely left the guest. */
  transmit(byte: number): void;
  /** The guest started or ended a break. */
  breakSent?(on: boolean): void;
}

/** The modem's lines into the UART, MSR bits 4–7. */
export interface ModemLines {
  readonly cts: boolean;
  readonly dsr: boolean;
  readonly ri: boolean;
  readonly dcd: boolean;
}

const IER_ERBFI = 0x01;
const IER_ETBEI = 0x02;
const IER_ELSI = 0x04;
const IER_EDSSI = 0x08;

const IIR_NONE = 0x01;
const IIR_LINE_STATUS = 0x06;
const IIR_DATA = 0x04;
const IIR_TIMEOUT = 0x0c;
const IIR_THRE = 0x02;
const IIR_MODEM = 0x00;

const FCR_ENABLE = 0x01;
const FCR_CLEAR_RX = 0x02;
const FCR_CLEAR_TX = 0x04;

const LCR_STB = 0x04;
const LCR_PEN = 0x08;
const LCR_BREAK = 0x40;
const LCR_DLAB = 0x80;

const MCR_DTR = 0x01;
const MCR_RTS = 0x02;
const MCR_OUT1 = 0x04;
const MCR_OUT2 = 0x08;
const MCR_LOOP = 0x10;

const LSR_DR = 0x01;
const LSR_OE = 0x02;
const LSR_BI = 0x10;
const LSR_FE = 0x08;
const LSR_THRE = 0x20;
const LSR_TEMT = 0x40;
const LSR_FIFO_ERROR = 0x80;
const LSR_ERRORS = 0x1e;

const MSR_CTS = 0x10;
const MSR_DSR = 0x20;
const MSR_RI = 0x40;
const MSR_DCD = 0x80;

const FIFO_DEPTH = 16;
const TRIGGER_LEVELS = [1, 4, 8, 14] as const;

/** In the receive queue a byte has its LSR error bits (BI, FE) above it. */
const ERROR_SHIFT = 8;

const powerOn = () => ({
  ier: 0,
  fcr: 0,
  lcr: 0,
  mcr: 0,
  scr: 0,
  /** DLM:DLL. Undefined after power-on; 12, that is 9600 baud, is what firmware leaves by convention. */
  divisor: 12,
  /** LSR's error bits that wait to be read: OE, and those of the character at the top of the FIFO. */
  errors: 0,
  /** MSR's lower half: what changed since it was read. */
  deltas: 0,
  /** Received and not yet read; one entry long when FIFOs are off. */
  received: [] as number[],
  /** Written and not yet in the shift register. */
  toSend: [] as number[],
  /** The byte in the transmitter's shift register, or -1. */
  shifting: -1,
  threPending: false,
  timedOut: false,
});
type Registers = ReturnType<typeof powerOn>;

const copyOf = (r: Registers): Registers => ({ ...r, received: [...r.received], toSend: [...r.toSend] });

type UartState = { readonly registers: Registers; readonly lines: number; readonly incoming: readonly number[] };

export interface UartWiring {
  /** Unique in the machine: "com1". */
  readonly name: string;
  readonly bus: Bus;
  /** The first of eight ports. */
  readonly base: number;
  readonly line: Line;
  readonly clock: Clock;
  readonly log: Log;
  readonly host: SerialHost;
  /** Crystal in Hz; a faster one makes the same divisors mean shorter byte times. Default UART_HZ. */
  readonly crystal?: number;
}

export class Uart implements BytePorts, Device<UartState> {
  readonly section: string;
  readonly #name: string;
  readonly #base: number;
  readonly #line: Line;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #host: SerialHost;
  readonly #oscillator: Oscillator;
  readonly #transmitTimer: Timer;
  readonly #receiveTimer: Timer;
  readonly #timeoutTimer: Timer;
  #r: Registers = powerOn();
  /** Modem lines from the other end, as MSR bits. Default: a modem that is there and has a carrier. */
  #lines = MSR_CTS | MSR_DSR | MSR_DCD;
  /** On the wire from the host, not yet received. */
  #incoming: number[] = [];
  /** An interrupt waits for MCR.OUT2: so that the log says it once. */
  #heldBack = false;

  constructor({ name, bus, base, line, clock, log, host, crystal = UART_HZ }: UartWiring) {
    this.section = `uart.${name}`;
    this.#name = name;
    this.#base = base;
    this.#line = line;
    this.#clock = clock;
    this.#log = log;
    this.#host = host;
    this.#oscillator = new Oscillator(crystal);
    this.#transmitTimer = clock.timer(`${this.section}.transmit`, (at) => this.#sent(at));
    this.#receiveTimer = clock.timer(`${this.section}.receive`, (at) => this.#arrived(at));
    this.#timeoutTimer = clock.timer(`${this.section}.timeout`, () => this.#silence());
    bus.claimPorts(name, base, 8, eightBit(this));
  }

  // The host's end.

  /** Puts bytes on the wire to the guest, behind those that are still on it. */
  receive(bytes: Iterable<number>): void {
    for (const byte of bytes) this.#incoming.push(byte & 0xff);
    this.#startReceiving(this.#clock.now);
  }

  /** A break from the other end: the guest receives a zero byte marked BI. */
  receiveBreak(): void {
    this.#incoming.push((LSR_BI | LSR_FE) << ERROR_SHIFT);
    this.#startReceiving(this.#clock.now);
  }

  /** Bytes that were given to `receive` and have not arrived: a host that reads a large file waits for this to shrink. */
  get queued(): number {
    return this.#incoming.length;
  }

  setModem(lines: ModemLines): void {
    const { cts, dsr, ri, dcd } = lines;
    const before = this.#modemStatus;
    this.#lines = (cts ? MSR_CTS : 0) | (dsr ? MSR_DSR : 0) | (ri ? MSR_RI : 0) | (dcd ? MSR_DCD : 0);
    this.#modemChanged(before);
  }

  /** Sends at once what the guest has written: for the machine's end, so that no last words are lost. */
  drain(): void {
    const bytes = this.#r.shifting < 0 ? [] : [this.#r.shifting, ...this.#r.toSend];
    for (const byte of bytes) this.#transmit(byte);
    this.#r.shifting = -1;
    this.#clearTransmitter();
    this.#transmitTimer.disarm();
    this.#update();
  }

  reset(): void {
    if (this.#r.lcr & LCR_BREAK) this.#host.breakSent?.(false);
    this.#r = powerOn();
    this.#transmitTimer.disarm();
    this.#timeoutTimer.disarm();
    this.#startReceiving(this.#clock.now);
    this.#update();
  }

  // Transmitter.

  get #fifos(): boolean {
    return (this.#r.fcr & FCR_ENABLE) !== 0;
  }

  get #depth(): number {
    return this.#fifos ? FIFO_DEPTH : 1;
  }

  get #loop(): boolean {
    return (this.#r.mcr & MCR_LOOP) !== 0;
  }

  /** The cycle at which a byte is over whose start bit begins at cycle `from`, or `bytes` of them. */
  #after(from: number, bytes = 1): number {
    const { lcr, divisor } = this.#r;
    const dataBits = 5 + (lcr & 3);
    const stopHalves = lcr & LCR_STB ? (dataBits === 5 ? 3 : 4) : 2;
    const halfBits = 2 + 2 * dataBits + (lcr & LCR_PEN ? 2 : 0) + stopHalves;
    const ticks = 8 * halfBits * Math.max(1, divisor) * bytes;
    return this.#oscillator.cycleOf(this.#oscillator.ticksAt(from) + ticks);
  }

  #writeThr(value: number): void {
    const r = this.#r;
    const byte = value & (0xff >> (3 - (r.lcr & 3)));
    if (this.#loop) {
      // "In the diagnostic mode, data that is transmitted is immediately received."
      this.#accept(byte);
      r.threPending = true;
    } else if (r.shifting < 0) {
      r.shifting = byte;
      r.threPending = true;
      this.#transmitTimer.arm(this.#after(this.#clock.now));
    } else {
      r.threPending = false;
      if (r.toSend.length < this.#depth) r.toSend.push(byte);
      else {
        this.#log.guestError(this.section, "a byte was written while the transmitter was full; one is lost");
        if (!this.#fifos) r.toSend[0] = byte;
      }
    }
    this.#update();
  }

  #sent(at: number): void {
    const r = this.#r;
    this.#transmit(r.shifting);
    r.shifting = r.toSend.shift() ?? -1;
    if (r.shifting >= 0) {
      this.#transmitTimer.arm(this.#after(at));
      if (r.toSend.length === 0) r.threPending = true;
    }
    this.#update();
  }

  /** While a break holds the wire, bytes do not get through. */
  #transmit(byte: number): void {
    if ((this.#r.lcr & LCR_BREAK) === 0) this.#host.transmit(byte);
  }

  #clearTransmitter(): void {
    if (this.#r.toSend.length > 0) this.#r.threPending = true;
    this.#r.toSend = [];
  }

  // Receiver.

  get #hasRoom(): boolean {
    return this.#r.received.length < this.#depth && !this.#loop;
  }

  /** The other end starts its next byte at cycle `from`, if it has one and the guest can take it. */
  #startReceiving(from: number): void {
    if (this.#incoming.length === 0 || !this.#hasRoom) return;
    if (this.#receiveTimer.deadline === Number.POSITIVE_INFINITY) this.#receiveTimer.arm(this.#after(from));
  }

  #arrived(at: number): void {
    if (!this.#hasRoom) return;
    this.#accept(this.#incoming.shift()!);
    this.#startReceiving(at);
    this.#update();
  }

  /** A character and its error bits reach the receiver. */
  #accept(character: number): void {
    const r = this.#r;
    if (r.received.length < this.#depth) {
      r.received.push(character);
      if (r.received.length === 1) r.errors |= character >> ERROR_SHIFT;
    } else {
      r.errors |= LSR_OE;
      this.#log.guestError(this.section, "receiver overrun; a byte is lost");
      if (!this.#fifos) r.received[0] = character;
    }
    this.#restartTimeout();
  }

  /** Four byte times after the last arrival or read, what is left in the FIFO is announced below its trigger level. */
  #restartTimeout(): void {
    if (this.#fifos && this.#r.received.length > 0) this.#timeoutTimer.arm(this.#after(this.#clock.now, 4));
    else this.#timeoutTimer.disarm();
  }

  #silence(): void {
    this.#r.timedOut = true;
    this.#update();
  }

  #readRbr(): number {
    const r = this.#r;
    const character = r.received.shift() ?? 0;
    const next = r.received[0];
    if (next !== undefined) r.errors |= next >> ERROR_SHIFT;
    r.timedOut = false;
    this.#restartTimeout();
    this.#startReceiving(this.#clock.now);
    this.#update();
    return character & 0xff;
  }

  #clearReceiver(): void {
    this.#r.received = [];
    this.#r.timedOut = false;
    this.#timeoutTimer.disarm();
    this.#startReceiving(this.#clock.now);
  }

  // Interrupts and modem lines.

  get #interrupt(): number {
    const { ier, errors, received, timedOut, threPending, deltas, fcr } = this.#r;
    if (ier & IER_ELSI && errors) return IIR_LINE_STATUS;
    if (ier & IER_ERBFI) {
      if (received.length >= (this.#fifos ? TRIGGER_LEVELS[(fcr >> 6) as 0 | 1 | 2 | 3] : 1)) return IIR_DATA;
      if (timedOut) return IIR_TIMEOUT;
    }
    if (ier & IER_ETBEI && threPending) return IIR_THRE;
    if (ier & IER_EDSSI && deltas) return IIR_MODEM;
    return IIR_NONE;
  }

  #update(): void {
    const wanted = this.#interrupt !== IIR_NONE;
    const wired = (this.#r.mcr & MCR_OUT2) !== 0;
    this.#line.set(wanted && wired);
    if (wanted && !wired && !this.#heldBack)
      this.#log.guestError(this.section, "an interrupt is held back, because MCR.OUT2 is not set");
    this.#heldBack = wanted && !wired;
  }

  /** MSR bits 4–7; in loopback the UART's own outputs. */
  get #modemStatus(): number {
    const { mcr } = this.#r;
    if (!this.#loop) return this.#lines;
    return (
      (mcr & MCR_RTS ? MSR_CTS : 0) |
      (mcr & MCR_DTR ? MSR_DSR : 0) |
      (mcr & MCR_OUT1 ? MSR_RI : 0) |
      (mcr & MCR_OUT2 ? MSR_DCD : 0)
    );
  }

  /** DCTS, DDSR and DDCD note any change, TERI the end of a ring. */
  #modemChanged(before: number): void {
    const now = this.#modemStatus;
    const any = (before ^ now) & (MSR_CTS | MSR_DSR | MSR_DCD);
    const ringEnded = before & ~now & MSR_RI;
    this.#r.deltas |= (any | ringEnded) >> 4;
    this.#update();
  }

  // Registers.

  readPort(port: number): number {
    const r = this.#r;
    const dlab = (r.lcr & LCR_DLAB) !== 0;
    switch (port - this.#base) {
      case 0:
        return dlab ? r.divisor & 0xff : this.#readRbr();
      case 1:
        return dlab ? r.divisor >> 8 : r.ier;
      case 2:
        return this.#readIir();
      case 3:
        return r.lcr;
      case 4:
        return r.mcr;
      case 5:
        return this.#readLsr();
      case 6: {
        const msr = this.#modemStatus | r.deltas;
        r.deltas = 0;
        this.#update();
        return msr;
      }
      default:
        return r.scr;
    }
  }

  #readIir(): number {
    const interrupt = this.#interrupt;
    if (interrupt === IIR_THRE) {
      this.#r.threPending = false;
      this.#update();
    }
    return interrupt | (this.#fifos ? 0xc0 : 0);
  }

  #readLsr(): number {
    const r = this.#r;
    const faulty = this.#fifos && r.received.some((character) => character >> ERROR_SHIFT !== 0);
    const empty = r.toSend.length === 0;
    const lsr =
      (r.received.length > 0 ? LSR_DR : 0) |
      (r.errors & LSR_ERRORS) |
      (empty ? LSR_THRE : 0) |
      (empty && r.shifting < 0 ? LSR_TEMT : 0) |
      (faulty ? LSR_FIFO_ERROR : 0);
    if (r.errors !== 0) {
      r.errors = 0;
      if (r.received.length > 0) r.received[0]! &= 0xff;
      this.#update();
    }
    return lsr;
  }

  writePort(port: number, value: number): void {
    const r = this.#r;
    const dlab = (r.lcr & LCR_DLAB) !== 0;
    switch (port - this.#base) {
      case 0:
        if (dlab) r.divisor = (r.divisor & 0xff00) | value;
        else this.#writeThr(value);
        return;
      case 1:
        if (dlab) r.divisor = (r.divisor & 0xff) | (value << 8);
        else this.#writeIer(value & 0x0f);
        return;
      case 2:
        this.#writeFcr(value);
        return;
      case 3:
        if ((value ^ r.lcr) & LCR_BREAK) this.#host.breakSent?.((value & LCR_BREAK) !== 0);
        r.lcr = value;
        return;
      case 4: {
        const before = this.#modemStatus;
        r.mcr = value & 0x1f;
        this.#modemChanged(before);
        this.#startReceiving(this.#clock.now);
        return;
      }
      case 7:
        r.scr = value;
        return;
      default: // LSR and MSR: their writes are for factory tests
        this.#log.guestError(this.section, `write to read-only register ${port - this.#base} of ${this.#name}`);
    }
  }

  /** Enabling the THRE interrupt while THR is empty asks for it at once. */
  #writeIer(value: number): void {
    const r = this.#r;
    if (value & ~r.ier & IER_ETBEI && r.toSend.length === 0) r.threPending = true;
    r.ier = value;
    this.#update();
  }

  /** Changing the enable bit clears both FIFOs; the other bits count only while it is set. */
  #writeFcr(value: number): void {
    const r = this.#r;
    const switched = ((value ^ r.fcr) & FCR_ENABLE) !== 0;
    const enabled = (value & FCR_ENABLE) !== 0;
    r.fcr = enabled ? value & 0xc9 : 0;
    if (switched || (enabled && value & FCR_CLEAR_RX)) this.#clearReceiver();
    if (switched || (enabled && value & FCR_CLEAR_TX)) this.#clearTransmitter();
    this.#update();
  }

  save(): UartState {
    return { registers: copyOf(this.#r), lines: this.#lines, incoming: [...this.#incoming] };
  }

  restore({ registers, lines, incoming }: UartState): void {
    this.#r = copyOf(registers);
    this.#lines = lines;
    this.#incoming = [...incoming];
    this.#update();
  }
}
