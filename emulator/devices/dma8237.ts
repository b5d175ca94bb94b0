/**
 * The PC's two 8237A DMA controllers and their page registers. Firmware programs them (channel 4 cascades the first into the
 * second) and checks that they remember what it wrote; no device of this machine asks them for a transfer, since floppy
 * drives and sound cards of that age are not fitted. So all registers behave as the data sheet says, and no byte moves.
 *
 * The second controller counts words and has its ports two apart. (Intel 8237A data sheet, order number 231466; page
 * registers as in the IBM PC/AT Technical Reference.)
 */
import type { Bus } from "../bus.ts";
import type { Log } from "../log.ts";
import { type BytePorts, eightBit } from "./byte-ports.ts";
import type { Device } from "./device.ts";

/** Register numbers from 8 on: what a write means. */
const COMMAND = 8;
const REQUEST = 9;
const SINGLE_MASK = 10;
const MODE = 11;
const CLEAR_FLIP_FLOP = 12;
const MASTER_CLEAR = 13;
const CLEAR_MASK = 14;
const ALL_MASK = 15;
/** The same numbers in reads. */
const STATUS = 8;
const TEMPORARY = 13;

const COMMAND_MEMORY_TO_MEMORY = 0x01;

const powerOn = () => ({
  /** Base registers, and current ones, which a transfer would change. */
  baseAddress: [0, 0, 0, 0],
  baseCount: [0, 0, 0, 0],
  address: [0, 0, 0, 0],
  count: [0, 0, 0, 0],
  mode: [0, 0, 0, 0],
  command: 0,
  request: 0,
  mask: 0x0f,
  /** The next byte of an address or count is the high one. */
  high: false,
});
type ControllerState = ReturnType<typeof powerOn>;

class Controller {
  readonly #name: string;
  readonly #log: Log;
  r: ControllerState = powerOn();

  constructor(name: string, log: Log) {
    this.#name = name;
    this.#log = log;
  }

  read(register: number): number {
    const { r } = this;
    if (register < 8) {
      const value = (register & 1 ? r.count : r.address)[register >> 1]!;
      r.high = !r.high;
      return r.high ? value & 0xff : value >> 8;
    }
    if (register === STATUS) return r.request << 4;
    if (register === TEMPORARY) return 0;
    this.#log.guestError(this.#name, `read of register ${register}, which can only be written`);
    return 0xff;
  }

  write(register: number, value: number): void {
    const { r } = this;
    const channel = value & 3;
    switch (register) {
      case COMMAND:
        r.command = value;
        if (value & COMMAND_MEMORY_TO_MEMORY)
          this.#log.guestError(this.#name, "memory-to-memory transfers do not work on a PC");
        return;
      case REQUEST:
        this.#setBit("request", channel, (value & 4) !== 0);
        return;
      case SINGLE_MASK:
        this.#setBit("mask", channel, (value & 4) !== 0);
        return;
      case MODE:
        r.mode[channel] = value & 0xfc;
        return;
      case CLEAR_FLIP_FLOP:
        r.high = false;
        return;
      case MASTER_CLEAR:
        Object.assign(r, { command: 0, request: 0, mask: 0x0f, high: false });
        return;
      case CLEAR_MASK:
        r.mask = 0;
        return;
      case ALL_MASK:
        r.mask = value & 0x0f;
        return;
      default:
        this.#writeWord(register, value);
    }
  }

  /** Writes reach the base and the current register, low byte first. */
  #writeWord(register: number, value: number): void {
    const { r } = this;
    const [base, current] = register & 1 ? [r.baseCount, r.count] : [r.baseAddress, r.address];
    const channel = register >> 1;
    const word = r.high ? (base[channel]! & 0xff) | (value << 8) : (base[channel]! & 0xff00) | value;
    base[channel] = word;
    current[channel] = word;
    r.high = !r.high;
  }

  #setBit(which: "request" | "mask", channel: number, on: boolean): void {
    this.r[which] = (this.r[which] & ~(1 << channel)) | (on ? 1 << channel : 0);
  }
}

type DmaState = { readonly controllers: readonly ControllerState[]; readonly pages: readonly number[] };

export class DmaControllers implements BytePorts, Device<DmaState> {
  readonly section = "dma8237";
  readonly #controllers: readonly [Controller, Controller];
  /** Address bits 23–16 of each channel, and spare registers, by port from 0x80 on. */
  #pages = new Array<number>(16).fill(0);

  constructor({ bus, log }: { readonly bus: Bus; readonly log: Log }) {
    this.#controllers = [new Controller("dma.0", log), new Controller("dma.1", log)];
    const ports = eightBit(this);
    bus.claimPorts("dma.0", 0x00, 16, ports);
    bus.claimPorts("dma.pages", 0x81, 15, ports);
    bus.claimPorts("dma.1", 0xc0, 32, ports);
  }

  reset(): void {
    for (const controller of this.#controllers) controller.r = powerOn();
    this.#pages.fill(0);
  }

  readPort(port: number): number {
    if (port < 0x10) return this.#controllers[0].read(port);
    if (port < 0xc0) return this.#pages[port - 0x80]!;
    return this.#controllers[1].read((port - 0xc0) >> 1);
  }

  writePort(port: number, value: number): void {
    if (port < 0x10) this.#controllers[0].write(port, value);
    else if (port < 0xc0) this.#pages[port - 0x80] = value;
    else this.#controllers[1].write((port - 0xc0) >> 1, value);
  }

  save(): DmaState {
    return { controllers: this.#controllers.map(({ r }) => structuredClone(r)), pages: [...this.#pages] };
  }

  restore({ controllers, pages }: DmaState): void {
    this.#controllers.forEach((controller, i) => {
      controller.r = structuredClone(controllers[i]!);
    });
    this.#pages = [...pages];
  }
}
