/**
 * Power management, as the PIIX4 has it in its fourth function: the fixed registers of ACPI, somewhere in port space. By PM1
 * control an operating system switches the machine off; the PM timer counts 3.579545 MHz, the colour carrier of American
 * television, and is the one clock that everything agrees on. (Intel 82371AB data sheet, order number 290562, chapter 7; ACPI 6.5, 4.8)
 *
 * Ports 0xB2 and 0xB3 (APMC, APMS) once called the firmware's system management mode, which asked the chipset for ACPI mode;
 * there is no such mode here, and the chipset obeys the command itself. APMC_EN is set from the start, by which firmware sees
 * that somebody has set this up already.
 */
import type { AccessSize, Bus, Line, PortDevice } from "../bus.ts";
import type { Clock, Timer } from "../clock.ts";
import type { Log } from "../log.ts";
import { type BytePorts, eightBit } from "./byte-ports.ts";
import { Oscillator } from "./oscillator.ts";
import { PciFunction, type PciState } from "./pci.ts";

const PMBA = 0x40;
const PMBA_ADDRESS = 0xffc0;
const DEVACTB = 0x58;
const APMC_EN = 1 << 25;
const PMREGMISC = 0x80;
const PMIOSE = 1;
const PORTS = 64;

/** Offsets from PMBA. */
const PM1_STATUS = 0x00;
const PM1_ENABLE = 0x02;
const PM1_CONTROL = 0x04;
const PM_TIMER = 0x08;

const TIMER_STATUS = 1 << 0;
/** Timer, global, power button, RTC: what can cause an interrupt; and all that ones clear. */
const PM1_EVENTS = 0x0521;
const PM1_CLEARABLE = 0x8d31;
const SCI_EN = 1 << 0;
const SLP_EN = 1 << 13;
/** Bits that PM1 control keeps: SCI enable, bus master reload, sleep type. */
const CONTROL_WRITABLE = 0x1c03;

const TIMER_HZ = 3_579_545;
const TIMER_BITS = 24;

const APMC = 0xb2;
const ACPI_ENABLE = 0xf1;
const ACPI_DISABLE = 0xf0;

export interface AcpiPmWiring {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly log: Log;
  /** The system control interrupt: IRQ 9. */
  readonly line: Line;
  readonly powerOff: () => void;
}

export class AcpiPm extends PciFunction implements PortDevice {
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #line: Line;
  readonly #powerOff: () => void;
  readonly #oscillator = new Oscillator(TIMER_HZ);
  readonly #overflow: Timer;
  readonly #window;
  /** General-purpose and device registers: what they do, nothing here does. */
  readonly #others = new Uint8Array(PORTS);
  #status = 0;
  #enable = 0;
  #control = 0;
  readonly #apm = [0, 0];

  constructor({ bus, clock, log, line, powerOff }: AcpiPmWiring) {
    const identity = { vendor: 0x8086, device: 0x7113, revision: 3, class: 0x06_8000, status: 0x0280, command: 0x0001 };
    super({ name: "pci.pm", ...identity, interruptPin: 1 }, bus);
    this.setPowerOn(PMBA, 4, 1, PMBA_ADDRESS);
    this.setPowerOn(DEVACTB, 4, APMC_EN, 0xffff_ffff);
    this.setPowerOn(PMREGMISC, 1, 0, PMIOSE);
    this.#clock = clock;
    this.#log = log;
    this.#line = line;
    this.#powerOff = powerOff;
    this.#window = bus.portWindow("acpi-pm", this);
    this.#overflow = clock.timer("acpi-pm.overflow", () => this.#timerTurned());
    const apm: BytePorts = {
      readPort: (port) => this.#apm[port - APMC]!,
      writePort: (port, value) => this.#writeApm(port - APMC, value),
    };
    bus.claimPorts("apm", APMC, 2, eightBit(apm));
  }

  protected override configWritten(): void {
    const base = this.view.getUint16(PMBA, true) & PMBA_ADDRESS;
    if (base !== 0 && this.config[PMREGMISC]! & PMIOSE) this.#window.place(base, PORTS);
    else this.#window.withdraw();
  }

  #writeApm(register: number, value: number): void {
    this.#apm[register] = value;
    if (register !== 0) return;
    if (value === ACPI_ENABLE) this.#control |= SCI_EN;
    if (value === ACPI_DISABLE) this.#control &= ~SCI_EN;
    this.#update();
  }

  /** Interrupts: any enabled event, while ACPI mode is on. */
  #update(): void {
    this.#line.set((this.#status & this.#enable & PM1_EVENTS) !== 0 && (this.#control & SCI_EN) !== 0);
  }

  // ---- the timer: its top bit turning is an event (ACPI 6.5, 4.8.2.1)

  get #ticks(): number {
    return this.#oscillator.ticksAt(this.#clock.now) % 2 ** TIMER_BITS;
  }

  /** A deadline stands in the clock only if somebody waits for the event; else its status follows from the time when it is read. */
  #watchTimer(): void {
    this.#overflow.disarm();
    if ((this.#enable & TIMER_STATUS) === 0 || (this.#status & TIMER_STATUS) !== 0) return;
    const half = 2 ** (TIMER_BITS - 1);
    const ticks = this.#oscillator.ticksAt(this.#clock.now);
    this.#overflow.arm(this.#oscillator.cycleOf((Math.floor(ticks / half) + 1) * half));
  }

  #timerTurned(): void {
    this.#status |= TIMER_STATUS;
    this.#update();
  }

  /** Halves of the timer's range that had passed when TMROF_STS was last cleared. */
  #halves = 0;

  #halvesNow(): number {
    return Math.floor(this.#oscillator.ticksAt(this.#clock.now) / 2 ** (TIMER_BITS - 1));
  }

  #refreshStatus(): void {
    if (this.#halvesNow() !== this.#halves) this.#status |= TIMER_STATUS;
  }

  // ---- ports

  readPort(port: number, size: AccessSize): number {
    const offset = port & (PORTS - 1);
    let value = 0;
    for (let i = 0; i < size; i++) value += this.#readByte(offset + i) * 2 ** (8 * i);
    return value;
  }

  #readByte(offset: number): number {
    const byte = (value: number, start: number): number => (value >>> (8 * (offset - start))) & 0xff;
    if (offset < PM1_ENABLE) {
      this.#refreshStatus();
      return byte(this.#status, PM1_STATUS);
    }
    if (offset < PM1_CONTROL) return byte(this.#enable, PM1_ENABLE);
    if (offset < PM1_CONTROL + 2) return byte(this.#control, PM1_CONTROL);
    if (offset >= PM_TIMER && offset < PM_TIMER + 4) return byte(this.#ticks, PM_TIMER);
    return this.#others[offset & (PORTS - 1)]!;
  }

  writePort(port: number, size: AccessSize, value: number): void {
    const offset = port & (PORTS - 1);
    for (let i = 0; i < size; i++) this.#writeByte(offset + i, (value >>> (8 * i)) & 0xff);
    this.#watchTimer();
    this.#update();
  }

  #writeByte(offset: number, value: number): void {
    const shift = 8 * (offset & 1);
    const keep = 0xff00 >> shift;
    if (offset < PM1_ENABLE) {
      this.#refreshStatus();
      this.#status &= ~((value << shift) & PM1_CLEARABLE);
      if (offset === PM1_STATUS && value & TIMER_STATUS) this.#halves = this.#halvesNow();
    } else if (offset < PM1_CONTROL) this.#enable = ((this.#enable & keep) | (value << shift)) & PM1_EVENTS;
    else if (offset < PM1_CONTROL + 2) {
      this.#control = ((this.#control & keep) | (value << shift)) & CONTROL_WRITABLE;
      if (offset === PM1_CONTROL + 1 && value & (SLP_EN >> 8)) this.#sleep();
    } else if (offset < PM_TIMER || offset >= PM_TIMER + 4) this.#others[offset & (PORTS - 1)] = value;
  }

  /** Sleep type 0 is soft off (82371AB, PMCNTRL). */
  #sleep(): void {
    const type = (this.#control >> 10) & 7;
    if (type === 0) this.#powerOff();
    else this.#log.guestError(this.section, `sleep type ${type}; only soft off, 0, is there`);
  }

  override reset(): void {
    super.reset();
    this.#status = this.#enable = this.#control = 0;
    this.#apm.fill(0);
    this.#others.fill(0);
    this.#halves = this.#halvesNow();
    this.#watchTimer();
    this.#update();
  }

  override save(): PciState {
    const { status, enable, control, halves } = {
      status: this.#status,
      enable: this.#enable,
      control: this.#control,
      halves: this.#halves,
    };
    return {
      ...super.save(),
      status,
      enable,
      control,
      halves,
      apm: Uint8Array.from(this.#apm),
      others: this.#others.slice(),
    };
  }

  override restore(saved: PciState): void {
    super.restore(saved);
    this.#status = saved.status as number;
    this.#enable = saved.enable as number;
    this.#control = saved.control as number;
    this.#halves = saved.halves as number;
    this.#apm.splice(0, 2, ...(saved.apm as Uint8Array));
    this.#others.set(saved.others as Uint8Array);
    this.#update();
  }
}
