/**
 * An ATA hard disk: the general feature set of ATA/ATAPI-7 by PIO and DMA, with 28- and 48-bit addresses and the old cylinders,
 * heads and sectors. A request completes at its virtual deadline: the host's file is read or written then, and if the
 * host is slower, the machine waits. What the host's file cannot do becomes an error of the drive.
 */
import { type Disk, SECTOR } from "../disk.ts";
import {
  AtaDevice,
  type AtaWiring,
  COMMAND_TIME,
  DEVICE_LBA,
  ERROR_ABRT,
  ERROR_IDNF,
  ERROR_UNC,
  STATUS_DRDY,
  STATUS_DSC,
} from "./ata-device.ts";
import { HEADS, identifyDisk, MOST_MULTIPLE, SECTORS_PER_TRACK } from "./ata-identify.ts";

/** Virtual time in cycles: a drive of flash memory on a short cable. */
const SEEK_TIME = 8_000;
const SECTOR_TIME = 1_000;
/** Sectors of a DMA command that are moved at once. */
const DMA_SECTORS = 128;
const FLUSH_TIME = 100_000;

const powerOn = () => ({
  /** INITIALIZE DEVICE PARAMETERS: the geometry of CHS addresses. */
  heads: HEADS,
  sectorsPerTrack: SECTORS_PER_TRACK,
  /** SET MULTIPLE MODE; 0 is off. */
  multiple: 0,
  writeCache: true,
  lookAhead: true,
  standby: false,
  /** The multiword DMA mode that SET FEATURES chose. */
  dmaMode: 0,
  /** The sector buffer of READ BUFFER and WRITE BUFFER. */
  buffer: new Uint8Array(SECTOR),
  /** The transfer that runs: 48-bit or not, its next sector, how many are left, sectors per block. */
  ext: false,
  lba: 0,
  left: 0,
  perBlock: 1,
});
export type DiskSettings = ReturnType<typeof powerOn>;

export class AtaDisk extends AtaDevice<DiskSettings> {
  readonly #disk: Disk;
  #d: DiskSettings = powerOn();

  constructor({ disk, ...wiring }: AtaWiring & { readonly disk: Disk }) {
    super(wiring);
    this.#disk = disk;
  }

  readonly isPacket = false;
  protected readonly signature = { mid: 0, high: 0, status: STATUS_DRDY | STATUS_DSC };

  protected resetSettings(hardware: boolean): void {
    const { heads, sectorsPerTrack, buffer } = this.#d;
    this.#d = powerOn();
    if (!hardware) Object.assign(this.#d, { heads, sectorsPerTrack, buffer });
  }

  /** What each command starts; the codes are the standard's. */
  readonly #commands: Readonly<Record<number, () => void>> = {
    32: () => this.#startRead(false, 1), // READ SECTORS
    33: () => this.#startRead(false, 1), // … without retries
    36: () => this.#startRead(true, 1), // READ SECTORS EXT
    196: () => this.#startRead(false, this.#d.multiple), // READ MULTIPLE
    41: () => this.#startRead(true, this.#d.multiple), // READ MULTIPLE EXT
    48: () => this.#startWrite(false, 1), // WRITE SECTORS
    49: () => this.#startWrite(false, 1), // … without retries
    60: () => this.#startWrite(false, 1), // WRITE VERIFY
    52: () => this.#startWrite(true, 1), // WRITE SECTORS EXT
    197: () => this.#startWrite(false, this.#d.multiple), // WRITE MULTIPLE
    57: () => this.#startWrite(true, this.#d.multiple), // WRITE MULTIPLE EXT
    200: () => this.#startDma(false, true), // READ DMA
    201: () => this.#startDma(false, true), // … without retries
    37: () => this.#startDma(true, true), // READ DMA EXT
    202: () => this.#startDma(false, false), // WRITE DMA
    203: () => this.#startDma(false, false), // … without retries
    53: () => this.#startDma(true, false), // WRITE DMA EXT
    64: () => this.#startVerify(false), // READ VERIFY SECTORS
    65: () => this.#startVerify(false), // … without retries
    66: () => this.#startVerify(true), // READ VERIFY SECTORS EXT
    228: () => this.later("readBuffer", COMMAND_TIME), // READ BUFFER
    232: () => this.ask(SECTOR, "writeBuffer", { interrupt: false }), // WRITE BUFFER
    236: () => this.later("identify", COMMAND_TIME), // IDENTIFY DEVICE
    231: () => this.later("flush", FLUSH_TIME), // FLUSH CACHE
    234: () => this.later("flush", FLUSH_TIME), // FLUSH CACHE EXT
    239: () => this.#setFeatures(this.r.features & 0xff), // SET FEATURES
    198: () => this.#setMultiple(this.r.count & 0xff), // SET MULTIPLE MODE
    145: () => this.#initializeParameters(), // INITIALIZE DEVICE PARAMETERS
    248: () => this.#answerLastAddress(false), // READ NATIVE MAX ADDRESS
    39: () => this.#answerLastAddress(true), // READ NATIVE MAX ADDRESS EXT
    224: () => this.#setStandby(true), // STANDBY IMMEDIATE
    148: () => this.#setStandby(true), // … by its old code
    226: () => this.#setStandby(true), // STANDBY
    150: () => this.#setStandby(true), // … by its old code
    230: () => this.#setStandby(true), // SLEEP
    153: () => this.#setStandby(true), // … by its old code
    225: () => this.#setStandby(false), // IDLE IMMEDIATE
    149: () => this.#setStandby(false), // … by its old code
    227: () => this.#setStandby(false), // IDLE
    151: () => this.#setStandby(false), // … by its old code
    229: () => this.#checkPowerMode(), // CHECK POWER MODE
    152: () => this.#checkPowerMode(), // … by its old code
    ...Object.fromEntries(Array.from({ length: 16 }, (_, n) => [0x10 | n, () => this.later("done", SEEK_TIME)])), // RECALIBRATE
    ...Object.fromEntries(Array.from({ length: 16 }, (_, n) => [0x70 | n, () => this.#seek()])), // SEEK
  };

  protected execute(command: number): void {
    const start = this.#commands[command];
    if (start !== undefined) start();
    else this.later("abort", COMMAND_TIME); // NOP, and whatever the drive does not know
  }

  /** What follows a deadline, or the last byte of a block. */
  readonly #steps: Readonly<Record<string, (now: number) => void>> = {
    done: () => this.complete(),
    abort: () => this.fail(ERROR_ABRT),
    notFound: () => this.fail(ERROR_IDNF),
    identify: () => this.offer(identifyDisk(this.#disk.sectors, this.#d, this.isDevice1), ""),
    readBuffer: () => this.offer(this.#d.buffer.slice(), ""),
    writeBuffer: (now) => {
      this.#d.buffer = this.r.block.slice();
      this.later("done", COMMAND_TIME, now);
    },
    flush: () => this.#flush(),
    read: () => this.#readBlock(),
    readOn: (now) => {
      if (this.#d.left > 0) this.later("read", SECTOR_TIME, now);
    },
    readDma: () => this.#readDma(),
    readDmaOn: (now) => this.#dmaOn("readDma", now),
    writeDma: () => this.#writeDma(),
    storeDma: (now) => this.later("storedDma", SECTOR_TIME * (this.r.block.length / SECTOR), now),
    storedDma: () => this.#storeDma(),
    verify: () => this.#verify(),
    write: (now) => this.later("store", SECTOR_TIME, now),
    store: () => this.#storeBlock(),
  };

  protected proceed(next: string, now: number): void {
    if (!this.proceedCommon(next)) this.#steps[next]!(now);
  }

  // Addresses.

  /** The first sector a command names, by 28 or 48 bits or by cylinder, head and sector; -1 where there is none. */
  #address(ext: boolean): number {
    const { low, mid, high, device } = this.r;
    const lba24 = ((high & 0xff) << 16) | ((mid & 0xff) << 8) | (low & 0xff);
    if (ext) return lba24 + (low >> 8) * 2 ** 24 + (mid >> 8) * 2 ** 32 + (high >> 8) * 2 ** 40;
    if (device & DEVICE_LBA) return lba24 + (device & 0x0f) * 2 ** 24;
    const { heads, sectorsPerTrack } = this.#d;
    const [cylinder, head, sector] = [lba24 >> 8, device & 0x0f, low & 0xff];
    if (sector === 0 || sector > sectorsPerTrack || head >= heads) return -1;
    return (cylinder * heads + head) * sectorsPerTrack + sector - 1;
  }

  /** Leaves an address in the registers, in the form in which the command gave one. */
  #putAddress(lba: number): void {
    const { r } = this;
    if (!this.#d.ext && (r.device & DEVICE_LBA) === 0) {
      const { heads, sectorsPerTrack } = this.#d;
      const track = Math.floor(lba / sectorsPerTrack);
      const cylinder = Math.floor(track / heads);
      Object.assign(r, { low: (lba % sectorsPerTrack) + 1, mid: cylinder & 0xff, high: (cylinder >> 8) & 0xff });
      r.device = (r.device & 0xf0) | (track % heads);
      return;
    }
    const byte = (n: number): number => Math.floor(lba / 2 ** (8 * n)) % 256;
    if (this.#d.ext) {
      r.low = byte(0) | (byte(3) << 8);
      r.mid = byte(1) | (byte(4) << 8);
      r.high = byte(2) | (byte(5) << 8);
    } else {
      Object.assign(r, { low: byte(0), mid: byte(1), high: byte(2) });
      r.device = (r.device & 0xf0) | byte(3);
    }
  }

  #setUp(ext: boolean, perBlock: number): void {
    const count = ext ? this.r.count : this.r.count & 0xff;
    this.#d.ext = ext;
    this.#d.lba = this.#address(ext);
    this.#d.left = count === 0 ? (ext ? 0x1_0000 : 0x100) : count;
    this.#d.perBlock = perBlock;
    this.#d.standby = false;
  }

  /** The sectors of the next block, or 0 if one of them is not on the disk. */
  get #block(): number {
    const { lba, left, perBlock } = this.#d;
    const count = Math.min(left, perBlock);
    return lba >= 0 && lba + count <= this.#disk.sectors ? count : 0;
  }

  #advance(count: number): void {
    this.#putAddress(this.#d.lba + count - 1);
    this.#d.lba += count;
    this.#d.left -= count;
    this.r.count = this.#d.ext ? this.#d.left : this.#d.left & 0xff;
  }

  /** A transfer ends at the first sector of its next block. */
  #failAt(error: number): void {
    if (this.#d.lba >= 0) this.#putAddress(this.#d.lba);
    this.#d.left = 0;
    this.fail(error);
  }

  #hostFailed(what: string, error: number): void {
    this.log.say("disk", this.section, `the host could not ${what} at sector ${this.#d.lba}`);
    this.#failAt(error);
  }

  // Reading and writing.

  /** Begins a transfer in blocks; MULTIPLE without SET MULTIPLE MODE has none. */
  #startRead(ext: boolean, perBlock: number): void {
    if (perBlock === 0) this.later("abort", COMMAND_TIME);
    else {
      this.#setUp(ext, perBlock);
      this.later("read", SEEK_TIME + SECTOR_TIME);
    }
  }

  #readBlock(): void {
    const count = this.#block;
    const block = new Uint8Array(count * SECTOR);
    if (count === 0) this.#failAt(ERROR_IDNF);
    else if (!this.#disk.read(this.#d.lba, block)) this.#hostFailed("read", ERROR_UNC);
    else {
      this.#advance(count);
      this.offer(block, "readOn");
    }
  }

  #startDma(ext: boolean, read: boolean): void {
    if (!read && this.#disk.readonly) {
      this.later("abort", COMMAND_TIME);
      return;
    }
    this.#setUp(ext, DMA_SECTORS);
    if (read) this.#dmaOn("readDma", this.clock.now + SEEK_TIME);
    else this.later("writeDma", SEEK_TIME);
  }

  /** After a block: the next one, or the end. */
  #dmaOn(next: string, now: number): void {
    const { left, perBlock } = this.#d;
    if (left === 0) this.complete();
    else this.later(next, SECTOR_TIME * Math.min(left, perBlock), now);
  }

  #readDma(): void {
    const count = this.#block;
    const block = new Uint8Array(count * SECTOR);
    if (count === 0) this.#failAt(ERROR_IDNF);
    else if (!this.#disk.read(this.#d.lba, block)) this.#hostFailed("read", ERROR_UNC);
    else {
      this.#advance(count);
      this.moveByDma(block, true, "readDmaOn");
    }
  }

  #writeDma(): void {
    const count = this.#block;
    if (count === 0) this.#failAt(ERROR_IDNF);
    else this.moveByDma(new Uint8Array(count * SECTOR), false, "storeDma");
  }

  #storeDma(): void {
    if (!this.#disk.write(this.#d.lba, this.r.block)) {
      this.#hostFailed("write", ERROR_ABRT);
      return;
    }
    this.#advance(this.r.block.length / SECTOR);
    if (this.#d.left > 0) this.#writeDma();
    else if (this.#d.writeCache) this.complete();
    else this.#flush();
  }

  #startVerify(ext: boolean): void {
    this.#setUp(ext, 1);
    this.later("verify", SEEK_TIME + SECTOR_TIME * this.#d.left);
  }

  #verify(): void {
    const sector = new Uint8Array(SECTOR);
    while (this.#d.left > 0 && this.#block > 0 && this.#disk.read(this.#d.lba, sector)) this.#advance(1);
    if (this.#d.left === 0) this.complete();
    else if (this.#block === 0) this.#failAt(ERROR_IDNF);
    else this.#hostFailed("read", ERROR_UNC);
  }

  #startWrite(ext: boolean, perBlock: number): void {
    if (perBlock === 0 || this.#disk.readonly) this.later("abort", COMMAND_TIME);
    else {
      this.#setUp(ext, perBlock);
      this.#askBlock(false);
    }
  }

  /** The first block is wanted at once and without an interrupt, the others with one. */
  #askBlock(interrupt: boolean): void {
    const count = this.#block;
    if (count > 0) this.ask(count * SECTOR, "write", { interrupt });
    else if (interrupt) this.#failAt(ERROR_IDNF);
    else this.later("notFound", COMMAND_TIME);
  }

  #storeBlock(): void {
    if (this.#disk.write(this.#d.lba, this.r.block)) {
      this.#advance(this.r.block.length / SECTOR);
      if (this.#d.left > 0) this.#askBlock(true);
      else if (this.#d.writeCache) this.complete();
      else this.#flush();
    } else this.#hostFailed("write", ERROR_ABRT);
  }

  #flush(): void {
    if (this.#disk.flush()) this.complete();
    else this.#hostFailed("flush", ERROR_ABRT);
  }

  // Commands without data.

  /** SET FEATURES: the subcommand is in Features (6.52). */
  #setFeatures(subcommand: number): void {
    const d = this.#d;
    const mode = this.r.count & 0xff;
    let known = true;
    if (subcommand === 0x02 || subcommand === 0x82) d.writeCache = subcommand === 0x02;
    else if (subcommand === 0xaa || subcommand === 0x55) d.lookAhead = subcommand === 0xaa;
    else if (subcommand === 0x03) {
      // PIO default, PIO 0–4, multiword DMA 0–2
      known = mode <= 0x01 || (mode >= 0x08 && mode <= 0x0c) || (mode >= 0x20 && mode <= 0x22);
      if (known && mode >= 0x20) d.dmaMode = mode & 3;
    } else known = subcommand === 0x66 || subcommand === 0xcc; // settings and resets
    this.later(known ? "done" : "abort", COMMAND_TIME);
  }

  /** SET MULTIPLE MODE: a power of two up to 16, or 0 for off. */
  #setMultiple(count: number): void {
    const known = count <= MOST_MULTIPLE && (count & (count - 1)) === 0;
    this.#d.multiple = known ? count : 0;
    this.later(known ? "done" : "abort", COMMAND_TIME);
  }

  #initializeParameters(): void {
    const sectorsPerTrack = this.r.count & 0xff;
    const known = sectorsPerTrack > 0;
    if (known) Object.assign(this.#d, { sectorsPerTrack, heads: (this.r.device & 0x0f) + 1 });
    this.later(known ? "done" : "abort", COMMAND_TIME);
  }

  #answerLastAddress(ext: boolean): void {
    this.#d.ext = ext;
    if (!ext) this.r.device |= DEVICE_LBA;
    this.#putAddress((ext ? this.#disk.sectors : Math.min(this.#disk.sectors, 2 ** 28)) - 1);
    this.later("done", COMMAND_TIME);
  }

  #checkPowerMode(): void {
    this.r.count = this.#d.standby ? 0x00 : 0xff;
    this.later("done", COMMAND_TIME);
  }

  #setStandby(standby: boolean): void {
    this.#d.standby = standby;
    this.later("done", COMMAND_TIME);
  }

  #seek(): void {
    const lba = this.#address(false);
    this.later(lba >= 0 && lba < this.#disk.sectors ? "done" : "notFound", SEEK_TIME);
  }

  protected saveOwn(): DiskSettings {
    return structuredClone(this.#d);
  }

  protected restoreOwn(own: DiskSettings): void {
    this.#d = structuredClone(own);
  }
}
