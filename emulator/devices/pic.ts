/**
 * The two 8259A interrupt controllers of a PC/AT: the master at 0x20, the slave at 0xA0 behind the master's IR2, and the
 * chipset's ELCR at 0x4D0, which chooses edge or level for each input. Sixteen request lines in, one INT line to the
 * processor out; the processor answers with `acknowledge`, which stands for its two INTA cycles.
 *
 * IRR follows the data sheet: a request that goes away before it is acknowledged is forgotten, and the acknowledge then
 * finds nothing and gives the spurious vector of IR7. (Intel 8259A data sheet, order number 231468.)
 */
import type { Bus, Line } from "../bus.ts";
import { LatchMay } from "../latches.ts";
import type { Log } from "../log.ts";
import { type BytePorts, eightBit } from "./byte-ports.ts";
import type { Device } from "./device.ts";

const ICW1_IC4 = 0x01;
const ICW1_SNGL = 0x02;
const ICW1_LTIM = 0x08;
const ICW1 = 0x10;
const ICW4_UPM = 0x01;
const ICW4_AEOI = 0x02;
const ICW4_SFNM = 0x10;
const OCW3 = 0x08;
const OCW3_P = 0x04;

/** The master's input that the slave's INT drives. */
const CASCADE = 2;
const SPURIOUS = 7;

const powerOn = () => ({
  /** Levels of the eight IR inputs. */
  inputs: 0,
  /** Interrupt request register: latched edges, or the levels themselves. */
  irr: 0,
  isr: 0,
  imr: 0,
  elcr: 0,
  /** The ICW that the next write to the odd port is, or 0 when initialisation is over. */
  expects: 0 as 0 | 2 | 3 | 4,
  icw1: 0,
  icw2: 0,
  icw3: 0,
  icw4: 0,
  /** The input with the lowest priority; the one after it has the highest. */
  lowest: 7,
  rotateOnAeoi: false,
  specialMask: false,
  readIsr: false,
  poll: false,
});
type ChipState = ReturnType<typeof powerOn>;

/** One 8259A. It knows nothing of the other; `master` only says that its IR2 has a slave behind it. */
class Chip {
  readonly #name: string;
  readonly #log: Log;
  readonly #master: boolean;
  r: ChipState = powerOn();

  constructor(name: string, log: Log, master: boolean) {
    this.#name = name;
    this.#log = log;
    this.#master = master;
  }

  #isLevel(ir: number): boolean {
    return (this.r.icw1 & ICW1_LTIM) !== 0 || ((this.r.elcr >> ir) & 1) === 1;
  }

  setInput(ir: number, high: boolean): void {
    const bit = 1 << ir;
    const was = (this.r.inputs & bit) !== 0;
    if (high) {
      this.r.inputs |= bit;
      if (!was || this.#isLevel(ir)) this.r.irr |= bit;
    } else {
      this.r.inputs &= ~bit;
      this.r.irr &= ~bit;
    }
  }

  setElcr(value: number): void {
    this.r.elcr = value;
    this.#requestLevels();
  }

  /** Level inputs request for as long as they are high. */
  #requestLevels(): void {
    const levels = this.r.icw1 & ICW1_LTIM ? 0xff : this.r.elcr;
    this.r.irr |= this.r.inputs & levels;
  }

  /** 0 is the highest priority. */
  #priority(ir: number): number {
    return (ir - this.r.lowest - 1) & 7;
  }

  #highest(bits: number): number {
    for (let i = 1; i <= 8; i++) {
      const ir = (this.r.lowest + i) & 7;
      if ((bits >> ir) & 1) return ir;
    }
    return -1;
  }

  /** The input that would be acknowledged now, or -1. */
  pending(): number {
    const { r } = this;
    const ir = this.#highest(r.irr & ~r.imr);
    if (ir < 0) return -1;
    const serving = this.#highest(r.specialMask ? r.isr & ~r.imr : r.isr);
    if (serving < 0 || this.#priority(ir) < this.#priority(serving)) return ir;
    // Special fully nested mode: the slave may interrupt its own service, since only the slave knows its priorities.
    if (ir === serving && ir === CASCADE && this.#master && r.icw4 & ICW4_SFNM) return ir;
    return -1;
  }

  /** An INTA sequence: returns the input that is now in service; IR7 without service if there is none. */
  acknowledge(): number {
    const { r } = this;
    const ir = this.pending();
    if (ir < 0) return SPURIOUS;
    const bit = 1 << ir;
    if (!this.#isLevel(ir)) r.irr &= ~bit;
    if (r.icw4 & ICW4_AEOI) {
      if (r.rotateOnAeoi) r.lowest = ir;
    } else r.isr |= bit;
    return ir;
  }

  vector(ir: number): number {
    return (this.r.icw2 & 0xf8) | ir;
  }

  read(odd: boolean): number {
    const { r } = this;
    if (r.poll) {
      r.poll = false;
      return this.pending() < 0 ? 0 : 0x80 | this.acknowledge();
    }
    return odd ? r.imr : r.readIsr ? r.isr : r.irr;
  }

  write(odd: boolean, value: number): void {
    if (odd) this.#writeOdd(value);
    else if (value & ICW1) this.#initialise(value);
    else if (value & OCW3) this.#writeOcw3(value);
    else this.#writeOcw2(value);
  }

  #initialise(value: number): void {
    const { inputs, elcr } = this.r;
    const icw4 = value & ICW1_IC4 ? this.r.icw4 : 0;
    // The edge sense circuit is reset: an input that is high must fall and rise again to be seen.
    this.r = { ...powerOn(), inputs, elcr, icw4, icw1: value, expects: 2 };
    this.#requestLevels();
  }

  #writeOdd(value: number): void {
    const { r } = this;
    const after3 = r.icw1 & ICW1_IC4 ? 4 : 0;
    switch (r.expects) {
      case 0:
        r.imr = value;
        return;
      case 2:
        r.icw2 = value;
        r.expects = r.icw1 & ICW1_SNGL ? after3 : 3;
        return;
      case 3: {
        r.icw3 = value;
        r.expects = after3;
        const wired = this.#master ? 1 << CASCADE : CASCADE;
        if (value !== wired)
          this.#log.guestError(
            this.#name,
            `ICW3 says 0x${value.toString(16)}; a PC's wiring is 0x${wired.toString(16)}`,
          );
        return;
      }
      case 4:
        r.icw4 = value;
        r.expects = 0;
        if ((value & ICW4_UPM) === 0)
          this.#log.guestError(this.#name, "ICW4 chooses MCS-80 mode, which a PC cannot use");
        return;
    }
  }

  #writeOcw3(value: number): void {
    const { r } = this;
    if (value & 0x40) r.specialMask = (value & 0x20) !== 0;
    if (value & OCW3_P) r.poll = true;
    else if (value & 0x02) r.readIsr = (value & 0x01) !== 0;
  }

  /** OCW2: bits 7–5 are R (rotate), SL (specific) and EOI; bits 2–0 the level that SL means. */
  #writeOcw2(value: number): void {
    const { r } = this;
    const level = value & 7;
    // In special mask mode a non-specific EOI leaves alone what IMR masks.
    const served = this.#highest(r.specialMask ? r.isr & ~r.imr : r.isr);
    switch (value >> 5) {
      case 0b000:
        r.rotateOnAeoi = false;
        return;
      case 0b100:
        r.rotateOnAeoi = true;
        return;
      case 0b001:
        if (served >= 0) r.isr &= ~(1 << served);
        return;
      case 0b101:
        if (served >= 0) {
          r.isr &= ~(1 << served);
          r.lowest = served;
        }
        return;
      case 0b011:
        r.isr &= ~(1 << level);
        return;
      case 0b111:
        r.isr &= ~(1 << level);
        r.lowest = level;
        return;
      case 0b110:
        r.lowest = level;
        return;
      default: // 0b010: no operation
        return;
    }
  }
}

export interface PicWiring {
  readonly bus: Bus;
  readonly log: Log;
  /** The processor's INTR pin. */
  readonly output: Line;
}

type PicState = { readonly master: ChipState; readonly slave: ChipState; readonly sources: readonly boolean[] };

export class Pic implements BytePorts, Device<PicState> {
  readonly section = "pic";
  readonly #bus: Bus;
  readonly #output: Line;
  readonly #log: Log;
  readonly #master: Chip;
  readonly #slave: Chip;
  /** Whoever drives an input; inputs with several sources are the OR of them. */
  readonly #sources: { readonly irq: number; high: boolean }[] = [];

  constructor({ bus, log, output }: PicWiring) {
    this.#bus = bus;
    this.#output = output;
    this.#log = log;
    this.#master = new Chip("pic.master", log, true);
    this.#slave = new Chip("pic.slave", log, false);
    bus.claimPorts("pic.master", 0x20, 2, eightBit(this));
    bus.claimPorts("pic.slave", 0xa0, 2, eightBit(this));
    bus.claimPorts("pic.elcr", 0x4d0, 2, eightBit(this));
    this.#showMasks();
  }

  /** Unless a poll has been asked for, reading an odd port gives IMR and does nothing. */
  #showMasks(): void {
    for (const [chip, port] of [
      [this.#master, 0x21],
      [this.#slave, 0xa1],
    ] as const)
      this.#bus.latch(port, chip.r.imr, chip.r.poll ? 0 : LatchMay.beRead);
  }

  /**
   * A new source for interrupt request line `irq` (0–15, without the cascade, 2). Lines are asked for while the machine
   * is wired, in the same order in every machine of the same make: a snapshot holds their levels in that order.
   */
  line(irq: number): Line {
    if (!Number.isInteger(irq) || irq < 0 || irq > 15 || irq === CASCADE)
      throw new Error(`there is no IRQ ${irq} to drive`);
    const source = { irq, high: false };
    this.#sources.push(source);
    return {
      set: (high) => {
        if (source.high === high) return;
        source.high = high;
        this.#setInput(irq);
        this.#update();
      },
    };
  }

  /** The processor's interrupt acknowledge: the vector (0–255) to deliver. */
  acknowledge(): number {
    const ir = this.#master.acknowledge();
    let vector = this.#master.vector(ir);
    if (ir === CASCADE) {
      vector = this.#slave.vector(this.#slave.acknowledge());
      this.#slaveAcknowledged();
    }
    this.#update();
    if (this.#log.on("int")) this.#log.say("int", "pic", `acknowledge: vector 0x${vector.toString(16)}`);
    return vector;
  }

  /** The slave's INT falls with the acknowledge, so that a further request is an edge to the master again. */
  #slaveAcknowledged(): void {
    this.#master.setInput(CASCADE, false);
  }

  reset(): void {
    for (const chip of [this.#master, this.#slave]) chip.r = { ...powerOn(), inputs: chip.r.inputs };
    this.#update();
    this.#showMasks();
  }

  #setInput(irq: number): void {
    const high = this.#sources.some((s) => s.irq === irq && s.high);
    if (irq < 8) this.#master.setInput(irq, high);
    else this.#slave.setInput(irq - 8, high);
  }

  #update(): void {
    this.#master.setInput(CASCADE, this.#slave.pending() >= 0);
    this.#output.set(this.#master.pending() >= 0);
  }

  readPort(port: number): number {
    if (port === 0x4d0) return this.#master.r.elcr;
    if (port === 0x4d1) return this.#slave.r.elcr;
    const chip = port < 0xa0 ? this.#master : this.#slave;
    const isAcknowledge = chip.r.poll;
    if (chip === this.#slave && isAcknowledge) this.#slaveAcknowledged();
    const value = chip.read((port & 1) === 1);
    if (isAcknowledge) {
      this.#update();
      this.#showMasks();
    }
    return value;
  }

  writePort(port: number, value: number): void {
    // Timer, keyboard, cascade, clock and FPU are wired as edges for ever (PIIX4 data sheet, ELCR1/ELCR2).
    if (port === 0x4d0) this.#master.setElcr(value & 0xf8);
    else if (port === 0x4d1) this.#slave.setElcr(value & 0xde);
    else (port < 0xa0 ? this.#master : this.#slave).write((port & 1) === 1, value);
    this.#update();
    this.#showMasks();
  }

  save(): PicState {
    const sources = this.#sources.map((s) => s.high);
    return { master: { ...this.#master.r }, slave: { ...this.#slave.r }, sources };
  }

  restore(saved: PicState): void {
    this.#master.r = { ...saved.master };
    this.#slave.r = { ...saved.slave };
    this.#sources.forEach((source, i) => {
      source.high = saved.sources[i] ?? false;
    });
    this.#update();
    this.#showMasks();
  }
}
