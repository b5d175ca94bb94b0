/**
 * What every device on an ATA cable has in common: the command block registers, BSY, DRQ and INTRQ, and the protocols of
 * PIO data, DMA and non-data commands. Drives (ata-disk.ts, atapi.ts) say what a command means; the channel (ide.ts) says
 * which device is selected.
 *
 * Each register of the command block remembers its previous value below the current one, as 48-bit addresses want it
 * (here: the high byte). A command that takes time sets BSY and names what happens at its deadline; nothing happens
 * before. (AT Attachment with Packet Interface – 7, volumes 1 and 2; section numbers are of volume 1.)
 */
import type { Clock, Timer } from "../clock.ts";
import type { Log } from "../log.ts";
import type { Plain } from "../snapshot.ts";
import type { Device } from "./device.ts";

export const STATUS_BSY = 0x80;
export const STATUS_DRDY = 0x40;
export const STATUS_DSC = 0x10;
export const STATUS_DRQ = 0x08;
export const STATUS_ERR = 0x01;

export const ERROR_UNC = 0x40;
export const ERROR_IDNF = 0x10;
export const ERROR_ABRT = 0x04;

/** Bits of the Device register. */
export const DEVICE_LBA = 0x40;
export const DEVICE_DEV = 0x10;

/** Offsets of the command block's registers from its base. */
export const REG_ERROR = 1;
export const REG_COUNT = 2;
export const REG_LOW = 3;
export const REG_MID = 4;
export const REG_HIGH = 5;
export const REG_DEVICE = 6;

/** Cycles until a device is ready after reset, and until a command without data is done. */
const RESET_TIME = 50_000;
export const COMMAND_TIME = 2_000;

const MICROCODE_PASSED = 0x01;

const powerOn = () => ({
  /** Current value in the low byte, previous one in the high byte. */
  features: 0,
  count: 0,
  low: 0,
  mid: 0,
  high: 0,
  device: 0,
  error: 0,
  status: 0,
  intrq: false,
  command: 0,
  /** What a deadline or the end of a data block leads to; the drive's own words. */
  next: "",
  /** The data block that is being moved, and how far. */
  block: new Uint8Array(0),
  position: 0,
  toHost: true,
  /** The block is moved by DMA, not through the Data register. */
  dma: false,
});
export type TaskFile = ReturnType<typeof powerOn>;

export interface AtaWiring {
  /** Unique in the machine: "ata.primary.0". */
  readonly name: string;
  readonly clock: Clock;
  readonly log: Log;
}

export abstract class AtaDevice<Own extends Plain = Plain> implements Device<{ taskFile: TaskFile; own: Own }> {
  readonly section: string;
  protected readonly log: Log;
  protected readonly clock: Clock;
  protected r: TaskFile = powerOn();
  readonly #timer: Timer;
  #interruptChanged: () => void = () => {};
  #dataRequested: () => void = () => {};
  #isDevice1 = false;

  constructor({ name, clock, log }: AtaWiring) {
    this.section = name;
    this.log = log;
    this.clock = clock;
    this.#timer = clock.timer(name, (deadline) => {
      this.r.status &= ~STATUS_BSY;
      this.proceed(this.r.next, deadline);
    });
  }

  /** Plugs the device in. The channel is told when INTRQ changes, and when a block can be moved by DMA. */
  attach(isDevice1: boolean, interruptChanged: () => void, dataRequested: () => void): void {
    this.#isDevice1 = isDevice1;
    this.#interruptChanged = interruptChanged;
    this.#dataRequested = dataRequested;
  }

  protected get isDevice1(): boolean {
    return this.#isDevice1;
  }

  get intrq(): boolean {
    return this.r.intrq;
  }

  get status(): number {
    return this.r.status;
  }

  get isBusy(): boolean {
    return (this.r.status & STATUS_BSY) !== 0;
  }

  /** A packet device (ATAPI) takes DEVICE RESET at any time. */
  abstract readonly isPacket: boolean;
  /** Starts a command. */
  protected abstract execute(command: number): void;
  /** A deadline that `later` set has come, or a block that named `next` was moved completely. */
  protected abstract proceed(next: string, now: number): void;
  /** The signature that tells ATA from ATAPI after reset: LBA Mid and High, and the status (9.12). */
  protected abstract readonly signature: { readonly mid: number; readonly high: number; readonly status: number };
  /** The settings a software reset undoes, or a hardware reset. */
  protected abstract resetSettings(hardware: boolean): void;
  protected abstract saveOwn(): Own;
  protected abstract restoreOwn(own: Own): void;

  // The channel's side.

  readRegister(register: number, previous: boolean): number {
    const { r } = this;
    const shift = previous ? 8 : 0;
    switch (register) {
      case REG_ERROR:
        return r.error;
      case REG_COUNT:
        return (r.count >> shift) & 0xff;
      case REG_LOW:
        return (r.low >> shift) & 0xff;
      case REG_MID:
        return (r.mid >> shift) & 0xff;
      case REG_HIGH:
        return (r.high >> shift) & 0xff;
      default:
        return r.device | 0xa0;
    }
  }

  writeRegister(register: number, value: number): void {
    const { r } = this;
    const pushed = (old: number): number => ((old & 0xff) << 8) | value;
    switch (register) {
      case REG_ERROR:
        r.features = pushed(r.features);
        return;
      case REG_COUNT:
        r.count = pushed(r.count);
        return;
      case REG_LOW:
        r.low = pushed(r.low);
        return;
      case REG_MID:
        r.mid = pushed(r.mid);
        return;
      case REG_HIGH:
        r.high = pushed(r.high);
        return;
      default:
        r.device = value;
    }
  }

  /** A read of the Status register also answers the interrupt. */
  acknowledge(): void {
    this.#setInterrupt(false);
  }

  /** A write to the Command register of the selected device. */
  start(command: number): void {
    const { r } = this;
    if (this.log.on("disk")) this.log.say("disk", this.section, this.describe(command));
    r.command = command;
    r.error = 0;
    r.status = STATUS_DRDY | STATUS_DSC;
    this.#setInterrupt(false);
    this.execute(command);
  }

  protected describe(command: number): string {
    const hex = (n: number): string => n.toString(16).padStart(4, "0");
    const { features, count, low, mid, high, device } = this.r;
    return `command ${command.toString(16)} features ${hex(features)} count ${hex(count)} lba ${hex(high)}:${hex(mid)}:${hex(low)} device ${hex(device)}`;
  }

  /** RESET- or power-on: ready a little later. */
  reset(): void {
    this.r = powerOn();
    this.resetSettings(true);
    this.#startReset();
  }

  /** SRST set in Device Control: stop everything and stay busy until it is cleared. */
  holdReset(): void {
    this.#timer.disarm();
    this.r.dma = false;
    this.r.status = STATUS_BSY;
    this.#setInterrupt(false);
  }

  /** SRST cleared. */
  releaseReset(): void {
    this.resetSettings(false);
    this.#startReset();
  }

  #startReset(): void {
    this.#setInterrupt(false);
    this.later("reset", RESET_TIME);
  }

  /** EXECUTE DEVICE DIAGNOSTIC goes to both devices; device 0 interrupts for both. */
  diagnose(): void {
    this.r.command = 0x90;
    this.#setInterrupt(false);
    this.later("diagnosed", RESET_TIME);
  }

  /** Leaves the signature in the registers: after reset, diagnostic, and commands of the other kind. */
  protected putSignature(): void {
    const { r } = this;
    const { mid, high } = this.signature;
    Object.assign(r, { count: 1, low: 1, mid, high, device: r.device & DEVICE_DEV });
  }

  /** What `proceed` does with the common deadlines; true if `next` was one of them. */
  protected proceedCommon(next: string): boolean {
    const { r } = this;
    if (next !== "reset" && next !== "diagnosed") return false;
    r.device = 0;
    this.putSignature();
    r.error = MICROCODE_PASSED;
    r.status = this.signature.status;
    if (next === "diagnosed" && !this.isDevice1) this.#setInterrupt(true);
    return true;
  }

  // Protocols.

  /** Sets BSY until `cycles` from now (or from `from`), when `next` follows. */
  protected later(next: string, cycles: number, from: number = this.clock.now): void {
    this.r.next = next;
    this.r.status = (this.r.status | STATUS_BSY) & ~STATUS_DRQ;
    this.#timer.arm(from + cycles);
  }

  /** The command is done, without error. */
  protected complete(): void {
    this.r.status = STATUS_DRDY | STATUS_DSC;
    this.#setInterrupt(true);
  }

  /** The command is done, with an error. */
  protected fail(error: number): void {
    this.r.error = error;
    this.r.status = STATUS_DRDY | STATUS_DSC | STATUS_ERR;
    this.#setInterrupt(true);
  }

  /** Offers a block to the host; when the last byte is gone, `next` follows ("" ends the command). */
  protected offer(block: Uint8Array, next: string): void {
    this.#moveBlock(block, true, next);
    this.#setInterrupt(true);
  }

  /** Asks the host for a block of `length` bytes; then `next` follows. */
  protected ask(length: number, next: string, { interrupt }: { readonly interrupt: boolean }): void {
    this.#moveBlock(new Uint8Array(length), false, next);
    if (interrupt) this.#setInterrupt(true);
  }

  /** Offers a block to the host's DMA engine (`toHost`), or asks it to fill one; then `next` follows. Busy all the while. */
  protected moveByDma(block: Uint8Array, toHost: boolean, next: string): void {
    Object.assign(this.r, { block, toHost, next, position: 0, dma: true });
    this.r.status |= STATUS_BSY;
    this.#dataRequested();
  }

  /** Bytes that DMA is to move now. */
  get dmaBytes(): number {
    return this.r.dma ? this.r.block.length - this.r.position : 0;
  }

  get dmaToHost(): boolean {
    return this.r.toHost;
  }

  /** DMA moves the next bytes of the block, at most `dmaBytes`: into `bytes`, or out of it. */
  moveDma(bytes: Uint8Array): void {
    const { r } = this;
    if (r.toHost) bytes.set(r.block.subarray(r.position, r.position + bytes.length));
    else r.block.set(bytes, r.position);
    r.position += bytes.length;
    if (r.position < r.block.length) return;
    r.dma = false;
    r.status &= ~STATUS_BSY;
    this.proceed(r.next, this.clock.now);
  }

  #moveBlock(block: Uint8Array, toHost: boolean, next: string): void {
    const { r } = this;
    Object.assign(r, { block, toHost, next, position: 0 });
    r.status = (r.status & ~STATUS_BSY) | STATUS_DRQ;
  }

  /** One word from the Data register; ones where no data is offered. */
  readData(): number {
    const { r } = this;
    if ((r.status & STATUS_DRQ) === 0 || !r.toHost) {
      this.log.guestError(this.section, "read of the Data register without DRQ");
      return 0xffff;
    }
    const { block, position } = r;
    r.position = position + 2;
    const word = block[position]! | ((block[position + 1] ?? 0) << 8);
    if (r.position >= block.length) this.#blockMoved();
    return word;
  }

  writeData(word: number): void {
    const { r } = this;
    if ((r.status & STATUS_DRQ) === 0 || r.toHost) {
      this.log.guestError(this.section, "write to the Data register without DRQ");
      return;
    }
    const { block, position } = r;
    r.position = position + 2;
    block[position] = word & 0xff;
    if (position + 1 < block.length) block[position + 1] = word >> 8;
    if (r.position >= block.length) this.#blockMoved();
  }

  #blockMoved(): void {
    const { r } = this;
    r.status &= ~STATUS_DRQ;
    if (r.next !== "") this.proceed(r.next, this.clock.now);
  }

  #setInterrupt(on: boolean): void {
    if (this.r.intrq === on) return;
    this.r.intrq = on;
    this.#interruptChanged();
  }

  save(): { taskFile: TaskFile; own: Own } {
    return { taskFile: structuredClone(this.r), own: this.saveOwn() };
  }

  restore({ taskFile, own }: { taskFile: TaskFile; own: Own }): void {
    this.r = structuredClone(taskFile);
    // The channel, which is restored behind its devices, looks at INTRQ then: what it still knows now is another life's.
    this.restoreOwn(own);
  }
}
