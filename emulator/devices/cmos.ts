/**
 * The MC146818 real-time clock and the 128 bytes of battery-backed RAM around it, at ports 0x70 (index, and the NMI mask in
 * its top bit) and 0x71 (data). The time of day is what the machine was told at its start plus virtual time, so a run does
 * not depend on when it is made.
 *
 * Seconds are counted when somebody looks: an access applies all updates that have fallen due since the last one. A timer
 * runs only while an enabled interrupt could come of it. (Motorola MC146818 data sheet; Intel PIIX4 for the NMI mask.)
 */
import type { Bus, Line } from "../bus.ts";
import { CLOCK_HZ, type Clock, type Timer } from "../clock.ts";
import { type BytePorts, eightBit } from "./byte-ports.ts";
import type { Device } from "./device.ts";
import { Oscillator } from "./oscillator.ts";

const SECONDS = 0x00;
const SECONDS_ALARM = 0x01;
const MINUTES = 0x02;
const MINUTES_ALARM = 0x03;
const HOURS = 0x04;
const HOURS_ALARM = 0x05;
const DAY_OF_WEEK = 0x06;
const DAY_OF_MONTH = 0x07;
const MONTH = 0x08;
const YEAR = 0x09;
const REGISTER_A = 0x0a;
const REGISTER_B = 0x0b;
const REGISTER_C = 0x0c;
const REGISTER_D = 0x0d;
const CENTURY = 0x32;

const A_UIP = 0x80;
const B_SET = 0x80;
const B_PIE = 0x40;
const B_AIE = 0x20;
const B_UIE = 0x10;
const B_SQWE = 0x08;
const B_DM_BINARY = 0x04;
const B_24_HOURS = 0x02;
const C_IRQF = 0x80;
const C_PF = 0x40;
const C_AF = 0x20;
const C_UF = 0x10;
const D_VRT = 0x80;
const PM = 0x80;
/** An alarm byte from here on matches any time. */
const DONT_CARE = 0xc0;

/** UIP rises t_BUC = 244 µs before an update, which takes t_UC = 1984 µs. In cycles. */
const UIP_TIME = 2_228_000;
const CRYSTAL_HZ = 32_768;
const DAY = 86_400;

/** 2015-01-01 00:00:00 UTC. */
export const DEFAULT_START = 1_420_070_400;

/** What firmware looks up in CMOS RAM. */
export interface CmosConfiguration {
  /** RAM in bytes, below 4 GiB. */
  readonly ramBytes: number;
  /** What the clock shows at power-on: seconds since 1970-01-01 UTC. Default DEFAULT_START. */
  readonly start?: number;
}

export interface CmosWiring extends CmosConfiguration {
  readonly bus: Bus;
  readonly clock: Clock;
  /** IRQ 8. */
  readonly line: Line;
}

type CmosState = {
  readonly ram: Uint8Array;
  readonly index: number;
  readonly nmiMasked: boolean;
  readonly epoch: number;
  readonly lastUpdate: number;
  readonly lastPeriod: number;
};

export class Cmos implements BytePorts, Device<CmosState> {
  readonly section = "cmos";
  readonly #clock: Clock;
  readonly #line: Line;
  readonly #oscillator = new Oscillator(CRYSTAL_HZ);
  readonly #timer: Timer;
  readonly #ram = new Uint8Array(128);
  #index = 0;
  #nmiMasked = false;
  /** The cycle at which the divider chain last started from zero. */
  #epoch = 0;
  /** The cycle of the last update that was applied. */
  #lastUpdate = 0;
  /** Number of periodic-interrupt periods since `epoch` that were noticed. */
  #lastPeriod = 0;

  constructor({ bus, clock, line, ramBytes, start = DEFAULT_START }: CmosWiring) {
    this.#clock = clock;
    this.#line = line;
    this.#timer = clock.timer("cmos", (deadline) => this.#sync(deadline));
    this.#epoch = this.#lastUpdate = clock.now;
    const ram = this.#ram;
    ram[REGISTER_A] = 0x26;
    ram[REGISTER_B] = B_24_HOURS;
    ram[REGISTER_D] = D_VRT;
    this.#putTime(start, 0);
    const date = new Date(start * 1000);
    ram[DAY_OF_WEEK] = date.getUTCDay() + 1;
    putConfiguration(ram, ramBytes);
    bus.claimPorts("cmos", 0x70, 2, eightBit(this));
  }

  /** Bit 7 of port 0x70 keeps NMI from the processor. */
  get nmiMasked(): boolean {
    return this.#nmiMasked;
  }

  /** RESET# stops interrupts; time and RAM live on the battery. */
  reset(): void {
    this.#sync(this.#clock.now);
    this.#ram[REGISTER_B]! &= ~(B_PIE | B_AIE | B_UIE | B_SQWE);
    this.#ram[REGISTER_C] = 0;
    this.#nmiMasked = false;
    this.#update();
  }

  readPort(port: number): number {
    if (port === 0x70) return 0xff;
    const now = this.#clock.now;
    this.#sync(now);
    const ram = this.#ram;
    switch (this.#index) {
      case REGISTER_A:
        return ram[REGISTER_A]! | (this.#updateInProgress(now) ? A_UIP : 0);
      case REGISTER_C: {
        const flags = ram[REGISTER_C]! | (this.#interrupting ? C_IRQF : 0);
        ram[REGISTER_C] = 0;
        this.#update();
        return flags;
      }
      default:
        return ram[this.#index]!;
    }
  }

  writePort(port: number, value: number): void {
    if (port === 0x70) {
      this.#index = value & 0x7f;
      this.#nmiMasked = (value & 0x80) !== 0;
      return;
    }
    const now = this.#clock.now;
    this.#sync(now);
    const ram = this.#ram;
    switch (this.#index) {
      case REGISTER_A:
        this.#writeA(now, value & 0x7f);
        break;
      case REGISTER_B: // SET going high also clears UIE
        ram[REGISTER_B] = value & ~ram[REGISTER_B]! & B_SET ? value & ~B_UIE : value;
        break;
      case REGISTER_C:
      case REGISTER_D:
        return;
      default:
        ram[this.#index] = value;
    }
    this.#update();
  }

  /** DV 11x holds the divider chain at zero; the first update comes half a second after it is let go. */
  #writeA(now: number, value: number): void {
    const wasHeld = this.#held;
    this.#ram[REGISTER_A] = value;
    if (wasHeld && !this.#held) this.#epoch = this.#lastUpdate = now - CLOCK_HZ / 2;
    this.#lastPeriod = this.#periodsAt(now);
  }

  get #held(): boolean {
    return (this.#ram[REGISTER_A]! & 0x60) === 0x60;
  }

  #updateInProgress(now: number): boolean {
    if (this.#held || this.#ram[REGISTER_B]! & B_SET) return false;
    return this.#lastUpdate + CLOCK_HZ - now <= UIP_TIME;
  }

  // Interrupts.

  /** Ticks of the crystal in a period of the rate that RS chooses, or 0 for none. */
  get #period(): number {
    const rs = this.#ram[REGISTER_A]! & 0x0f;
    return rs === 0 ? 0 : 1 << (rs < 3 ? rs + 6 : rs - 1);
  }

  #periodsAt(now: number): number {
    return this.#period === 0 ? 0 : Math.floor(this.#oscillator.ticksAt(now - this.#epoch) / this.#period);
  }

  get #interrupting(): boolean {
    return (this.#ram[REGISTER_B]! & this.#ram[REGISTER_C]! & (B_PIE | B_AIE | B_UIE)) !== 0;
  }

  /** Drives IRQ 8, and arms the timer for what could raise it next. */
  #update(): void {
    const interrupting = this.#interrupting;
    this.#line.set(interrupting);
    const b = this.#ram[REGISTER_B]!;
    let next = Number.POSITIVE_INFINITY;
    if (!interrupting && !this.#held) {
      if (b & (B_AIE | B_UIE) && (b & B_SET) === 0) next = this.#lastUpdate + CLOCK_HZ;
      if (b & B_PIE && this.#period > 0) {
        const tick = (this.#lastPeriod + 1) * this.#period;
        next = Math.min(next, this.#epoch + this.#oscillator.cycleOf(tick));
      }
    }
    if (next === Number.POSITIVE_INFINITY) this.#timer.disarm();
    else this.#timer.arm(next);
  }

  /** Applies everything that happened up to cycle `now`. */
  #sync(now: number): void {
    if (this.#held) return;
    const periods = this.#periodsAt(now);
    if (periods > this.#lastPeriod) this.#ram[REGISTER_C]! |= C_PF;
    this.#lastPeriod = periods;
    const updates = Math.floor((now - this.#lastUpdate) / CLOCK_HZ);
    if (updates > 0) {
      this.#lastUpdate += updates * CLOCK_HZ;
      if ((this.#ram[REGISTER_B]! & B_SET) === 0) this.#count(updates);
    }
    this.#update();
  }

  // Time of day.

  #count(seconds: number): void {
    const ram = this.#ram;
    const from = this.#time();
    if (this.#alarmWithin(from, seconds)) ram[REGISTER_C]! |= C_AF;
    ram[REGISTER_C]! |= C_UF;
    this.#putTime(from, seconds);
  }

  /** Whether one of the `seconds` seconds after time `from` is that of the alarm registers. */
  #alarmWithin(from: number, seconds: number): boolean {
    const ram = this.#ram;
    const matches = (alarm: number, value: number): boolean =>
      ram[alarm]! >= DONT_CARE || ram[alarm] === this.#encode(value);
    for (let i = 1; i <= Math.min(seconds, DAY); i++) {
      const time = (((from + i) % DAY) + DAY) % DAY;
      if (!matches(SECONDS_ALARM, time % 60) || !matches(MINUTES_ALARM, Math.floor(time / 60) % 60)) continue;
      if (ram[HOURS_ALARM]! >= DONT_CARE || ram[HOURS_ALARM] === this.#encodeHour(Math.floor(time / 3600))) return true;
    }
    return false;
  }

  #encode(value: number): number {
    return this.#ram[REGISTER_B]! & B_DM_BINARY ? value : Math.floor(value / 10) * 16 + (value % 10);
  }

  #decode(value: number): number {
    return this.#ram[REGISTER_B]! & B_DM_BINARY ? value : (value >> 4) * 10 + (value & 0x0f);
  }

  #encodeHour(hour: number): number {
    if (this.#ram[REGISTER_B]! & B_24_HOURS) return this.#encode(hour);
    return this.#encode(hour % 12 === 0 ? 12 : hour % 12) | (hour >= 12 ? PM : 0);
  }

  #decodeHour(value: number): number {
    if (this.#ram[REGISTER_B]! & B_24_HOURS) return this.#decode(value);
    return (this.#decode(value & ~PM) % 12) + (value & PM ? 12 : 0);
  }

  /** The registers as seconds since 1970; what is out of range (a 31st of February) counts on. */
  #time(): number {
    const ram = this.#ram;
    const field = (at: number): number => this.#decode(ram[at]!);
    const year = field(CENTURY) * 100 + field(YEAR);
    const date = new Date(0);
    date.setUTCFullYear(year, field(MONTH) - 1, field(DAY_OF_MONTH));
    date.setUTCHours(this.#decodeHour(ram[HOURS]!), field(MINUTES), field(SECONDS));
    return date.getTime() / 1000;
  }

  /** Sets the registers to `seconds` after time `from`; the day of the week is counted on by itself. */
  #putTime(from: number, seconds: number): void {
    const ram = this.#ram;
    const days = Math.floor((from + seconds) / DAY) - Math.floor(from / DAY);
    const date = new Date((from + seconds) * 1000);
    const year = date.getUTCFullYear();
    ram[SECONDS] = this.#encode(date.getUTCSeconds());
    ram[MINUTES] = this.#encode(date.getUTCMinutes());
    ram[HOURS] = this.#encodeHour(date.getUTCHours());
    ram[DAY_OF_WEEK] = ((ram[DAY_OF_WEEK]! + 6 + days) % 7) + 1;
    ram[DAY_OF_MONTH] = this.#encode(date.getUTCDate());
    ram[MONTH] = this.#encode(date.getUTCMonth() + 1);
    ram[YEAR] = this.#encode(((year % 100) + 100) % 100);
    ram[CENTURY] = this.#encode(((Math.floor(year / 100) % 100) + 100) % 100);
  }

  save(): CmosState {
    return {
      ram: this.#ram.slice(),
      index: this.#index,
      nmiMasked: this.#nmiMasked,
      epoch: this.#epoch,
      lastUpdate: this.#lastUpdate,
      lastPeriod: this.#lastPeriod,
    };
  }

  restore(saved: CmosState): void {
    this.#ram.set(saved.ram);
    this.#index = saved.index;
    this.#nmiMasked = saved.nmiMasked;
    this.#epoch = saved.epoch;
    this.#lastUpdate = saved.lastUpdate;
    this.#lastPeriod = saved.lastPeriod;
    this.#update();
  }
}

/** The bytes that firmware of the PC/AT and its heirs expects in CMOS RAM (Phoenix's CMOS map; 0x34 as QEMU uses it). */
function putConfiguration(ram: Uint8Array, ramBytes: number): void {
  const KiB = 1024;
  const put16 = (at: number, value: number): void => {
    ram[at] = value & 0xff;
    ram[at + 1] = value >> 8;
  };
  ram[0x14] = 0x06; // equipment: FPU, pointing device; VGA; no floppy drive
  put16(0x15, 640); // KiB below 1 MiB
  const extended = Math.max(0, ramBytes / KiB - 1024);
  put16(0x17, Math.min(0xffff, extended)); // KiB above 1 MiB
  put16(0x30, Math.min(0xffff, extended)); // the same, as POST measured it
  put16(0x34, Math.min(0xffff, Math.floor(Math.max(0, ramBytes - 16 * KiB * KiB) / (64 * KiB)))); // 64 KiB above 16 MiB
  ram[0x38] = 0x01; // boot: do not look for a floppy's signature
  ram[0x3d] = 0x32; // boot: hard disk, then CD
  const checksum = ram.subarray(0x10, 0x2e).reduce((sum, byte) => sum + byte, 0);
  ram[0x2e] = checksum >> 8;
  ram[0x2f] = checksum & 0xff;
}
