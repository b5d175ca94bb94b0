/**
 * An ATAPI CD-ROM drive: SCSI's commands in packets of twelve bytes over an ATA cable, answered by PIO. The disc is an image
 * of 2048-byte sectors, one data track. It can be ejected by the guest, unless the guest has locked it, and changed by the
 * host; the drive then reports UNIT ATTENTION once, as guests expect. (ATA/ATAPI-7; SPC-3; MMC-4.)
 */
import { type Disk, SECTOR } from "../disk.ts";
import { AtaDevice, type AtaWiring, COMMAND_TIME, ERROR_ABRT } from "./ata-device.ts";
import { identifyCdrom } from "./ata-identify.ts";
import {
  CD_SECTOR,
  capabilitiesPage,
  configuration,
  discInformation,
  errorRecoveryPage,
  INQUIRY_DATA,
  tableOfContents,
  trackInformation,
} from "./cdrom-data.ts";

const SECTORS_PER_CD_SECTOR = CD_SECTOR / SECTOR;

/** Virtual time in cycles. */
const SEEK_TIME = 20_000;
const CD_SECTOR_TIME = 4_000;

/** Interrupt reason, in the Sector Count register. */
const REASON_COMMAND = 0x01;
const REASON_TO_HOST = 0x02;
const REASON_DONE = 0x03;

/** Sense data: key, additional code, qualifier. */
type Sense = readonly [key: number, code: number, qualifier: number];
const NO_SENSE: Sense = [0x0, 0x00, 0x00];
const NO_MEDIUM: Sense = [0x2, 0x3a, 0x00];
const READ_ERROR: Sense = [0x3, 0x11, 0x00];
const INVALID_COMMAND: Sense = [0x5, 0x20, 0x00];
const OUT_OF_RANGE: Sense = [0x5, 0x21, 0x00];
const INVALID_FIELD: Sense = [0x5, 0x24, 0x00];
const REMOVAL_PREVENTED: Sense = [0x5, 0x53, 0x02];
const MEDIUM_CHANGED: Sense = [0x6, 0x28, 0x00];
const POWER_ON: Sense = [0x6, 0x29, 0x00];

/** Events of the media class. */
const EVENT_NONE = 0;
const EVENT_NEW_MEDIUM = 2;
const EVENT_REMOVAL = 3;

const powerOn = () => ({
  sense: POWER_ON,
  /** The sense data that the next command meets, whatever it is. */
  attention: POWER_ON as Sense | null,
  ejected: false,
  locked: false,
  event: EVENT_NONE,
  /** What goes to the host: an answer, or the disc from byte `from` on. */
  answer: null as Uint8Array | null,
  from: 0,
  left: 0,
  /** Most bytes in one block, as the host asked. */
  limit: 0,
});
type CdromState = ReturnType<typeof powerOn>;

export class AtapiCdrom extends AtaDevice<CdromState> {
  #disc: Disk | null;
  #c: CdromState = powerOn();

  constructor({ disc, ...wiring }: AtaWiring & { readonly disc: Disk | null }) {
    super(wiring);
    this.#disc = disc;
  }

  readonly isPacket = true;
  protected readonly signature = { mid: 0x14, high: 0xeb, status: 0 };

  /** Puts another disc in, or takes it out. */
  insert(disc: Disk | null): void {
    this.#disc = disc;
    Object.assign(this.#c, { ejected: false, event: disc === null ? EVENT_REMOVAL : EVENT_NEW_MEDIUM });
    if (disc !== null) this.#c.attention = MEDIUM_CHANGED;
  }

  protected resetSettings(hardware: boolean): void {
    const { ejected, event } = this.#c;
    if (hardware) this.#c = { ...powerOn(), ejected, event };
    Object.assign(this.#c, { answer: null, left: 0 });
  }

  get #present(): boolean {
    return this.#disc !== null && !this.#c.ejected;
  }

  /** Sectors of 2048 bytes. */
  get #sectors(): number {
    return Math.floor((this.#disc?.sectors ?? 0) / SECTORS_PER_CD_SECTOR);
  }

  // ATA commands.

  readonly #ataCommands: Readonly<Record<number, () => void>> = {
    8: () => this.later("reset", COMMAND_TIME), // DEVICE RESET
    160: () => this.#packet(), // PACKET
    161: () => this.later("identify", COMMAND_TIME), // IDENTIFY PACKET DEVICE
    236: () => this.later("foreign", COMMAND_TIME), // IDENTIFY DEVICE
    32: () => this.later("foreign", COMMAND_TIME), // READ SECTORS
    239: () => this.#setFeatures(), // SET FEATURES
    224: () => this.later("done", COMMAND_TIME), // STANDBY IMMEDIATE
    225: () => this.later("done", COMMAND_TIME), // IDLE IMMEDIATE
    230: () => this.later("done", COMMAND_TIME), // SLEEP
    229: () => {
      this.r.count = 0xff; // CHECK POWER MODE: active
      this.later("done", COMMAND_TIME);
    },
  };

  protected execute(command: number): void {
    const start = this.#ataCommands[command];
    if (start !== undefined) start();
    else this.later("abort", COMMAND_TIME);
  }

  #setFeatures(): void {
    const mode = this.r.count & 0xff;
    const known = (this.r.features & 0xff) === 0x03 && (mode <= 0x01 || (mode >= 0x08 && mode <= 0x0c));
    this.later(known ? "done" : "abort", COMMAND_TIME);
  }

  readonly #steps: Readonly<Record<string, (now: number) => void>> = {
    done: () => this.complete(),
    abort: () => this.fail(ERROR_ABRT),
    // Commands of disks: the signature tells the host what it is talking to (ATA/ATAPI-7, 9.12).
    foreign: () => {
      this.putSignature();
      this.fail(ERROR_ABRT);
    },
    identify: () => this.offer(identifyCdrom(this.isDevice1), ""),
    command: (now) => {
      if (this.log.on("disk"))
        this.log.say("disk", this.section, `packet ${Buffer.from(this.r.block).toString("hex")}`);
      this.later("packet", COMMAND_TIME, now);
    },
    packet: (now) => this.#executePacket(this.r.block, now),
    data: () => this.#offerBlock(),
    taken: (now) => this.later(this.#c.left > 0 ? "data" : "good", CD_SECTOR_TIME, now),
    good: () => this.#good(),
  };

  protected proceed(next: string, now: number): void {
    if (!this.proceedCommon(next)) this.#steps[next]!(now);
  }

  // Packets.

  /** PACKET: the host writes twelve bytes next. The byte count limit is in LBA Mid and High (6.24). */
  #packet(): void {
    const limit = (this.r.mid & 0xff) | ((this.r.high & 0xff) << 8);
    this.#c.limit = limit < 2 ? 0xfffe : limit & 0xfffe;
    if (this.r.features & 0x01) {
      this.later("abort", COMMAND_TIME); // DMA, which IDENTIFY does not offer
      return;
    }
    this.r.count = REASON_COMMAND;
    this.ask(12, "command", { interrupt: false });
  }

  #good(): void {
    this.#c.answer = null;
    this.r.count = REASON_DONE;
    this.complete();
  }

  #check(sense: Sense): void {
    Object.assign(this.#c, { sense, answer: null, left: 0 });
    this.r.count = REASON_DONE;
    this.fail((sense[0] << 4) | ERROR_ABRT);
  }

  /** Sends at most `allocated` bytes of an answer. */
  #answer(answer: Uint8Array, allocated: number): void {
    const left = Math.min(answer.length, allocated);
    Object.assign(this.#c, { answer, from: 0, left });
    if (left > 0) this.#offerBlock();
    else this.#good();
  }

  /** The next block, at most as long as the host wants it; its length is in LBA Mid and High. */
  #offerBlock(): void {
    const c = this.#c;
    const length = Math.min(c.left, c.limit);
    const block = c.answer?.slice(c.from, c.from + length) ?? this.#readDisc(c.from, length);
    if (block === null) {
      this.log.say("disk", this.section, `the host could not read at byte ${c.from}`);
      this.#check(READ_ERROR);
      return;
    }
    c.from += length;
    c.left -= length;
    Object.assign(this.r, { count: REASON_TO_HOST, mid: length & 0xff, high: length >> 8 });
    this.offer(block, "taken");
  }

  /** Bytes of the disc, which need not begin or end with a sector. */
  #readDisc(from: number, length: number): Uint8Array | null {
    const first = Math.floor(from / SECTOR);
    const sectors = Math.ceil((from + length) / SECTOR) - first;
    const bytes = new Uint8Array(sectors * SECTOR);
    if (this.#disc === null || !this.#disc.read(first, bytes)) return null;
    return bytes.subarray(from - first * SECTOR, from - first * SECTOR + length);
  }

  /** Commands that answer even when there is something to attend to. */
  static readonly #always: ReadonlySet<number> = new Set([0x03, 0x12, 0x46, 0x4a]);
  /** Commands that need a disc. */
  static readonly #needDisc: ReadonlySet<number> = new Set([0x00, 0x25, 0x28, 0x2b, 0x43, 0x51, 0x52, 0xa8, 0xbe]);

  readonly #packets: Readonly<Record<number, (packet: Uint8Array, now: number) => void>> = {
    0: () => this.#good(), // TEST UNIT READY
    3: (packet) => this.#requestSense(packet[4]!), // REQUEST SENSE
    18: (packet) => this.#inquiry(packet), // INQUIRY
    27: (packet) => this.#startStop(packet[4]!), // START STOP UNIT
    30: (packet) => {
      this.#c.locked = (packet[4]! & 0x01) !== 0; // PREVENT ALLOW MEDIUM REMOVAL
      this.#good();
    },
    37: () => this.#readCapacity(), // READ CAPACITY
    40: (packet, now) => this.#read(be32(packet, 2), be16(packet, 7), now), // READ (10)
    43: (packet) => this.#seek(be32(packet, 2)), // SEEK (10)
    67: (packet) => this.#readToc(packet), // READ TOC/PMA/ATIP
    70: (packet) => this.#answer(configuration(this.#present ? this.#sectors : 0), be16(packet, 7)), // GET CONFIGURATION
    74: (packet) => this.#getEventStatus(packet), // GET EVENT STATUS NOTIFICATION
    81: (packet) => this.#answer(discInformation(), be16(packet, 7)), // READ DISC INFORMATION
    82: (packet) => this.#answer(trackInformation(this.#sectors), be16(packet, 7)), // READ TRACK INFORMATION
    90: (packet) => this.#modeSense(packet), // MODE SENSE (10)
    168: (packet, now) => this.#read(be32(packet, 2), be32(packet, 6), now), // READ (12)
    187: () => this.#good(), // SET CD SPEED
    189: (packet) => this.#answer(Uint8Array.of(0, 0, 0, 0, 0, 1, 0, 0), be16(packet, 8)), // MECHANISM STATUS
    190: (packet, now) => this.#readCd(packet, now), // READ CD
  };

  #executePacket(packet: Uint8Array, now: number): void {
    const code = packet[0]!;
    const { attention } = this.#c;
    const run = this.#packets[code];
    if (attention !== null && !AtapiCdrom.#always.has(code)) {
      this.#c.attention = null;
      this.#check(attention);
    } else if (run === undefined) this.#check(INVALID_COMMAND);
    else if (AtapiCdrom.#needDisc.has(code) && !this.#present) this.#check(NO_MEDIUM);
    else run(packet, now);
  }

  #requestSense(allocated: number): void {
    const [key, code, qualifier] = this.#c.attention ?? this.#c.sense;
    Object.assign(this.#c, { sense: NO_SENSE, attention: null });
    const answer = new Uint8Array(18);
    answer.set([0x70, 0, key]);
    answer[7] = 10;
    answer[12] = code;
    answer[13] = qualifier;
    this.#answer(answer, allocated);
  }

  #inquiry(packet: Uint8Array): void {
    if (packet[1]! & 0x01)
      this.#check(INVALID_FIELD); // vital product data
    else this.#answer(INQUIRY_DATA, be16(packet, 3));
  }

  /** LoEj (bit 1) and Start (bit 0): eject, or load and spin up. */
  #startStop(bits: number): void {
    const c = this.#c;
    if ((bits & 0x03) === 0x02) {
      if (c.locked) {
        this.#check(REMOVAL_PREVENTED);
        return;
      }
      if (this.#present) c.event = EVENT_REMOVAL;
      c.ejected = true;
    } else if ((bits & 0x03) === 0x03) {
      if (c.ejected && this.#disc !== null) Object.assign(c, { event: EVENT_NEW_MEDIUM, attention: MEDIUM_CHANGED });
      c.ejected = false;
    }
    this.#good();
  }

  #readCapacity(): void {
    const answer = new DataView(new ArrayBuffer(8));
    answer.setUint32(0, this.#sectors - 1);
    answer.setUint32(4, CD_SECTOR);
    this.#answer(new Uint8Array(answer.buffer), 8);
  }

  #read(lba: number, count: number, now: number): void {
    if (lba + count > this.#sectors) this.#check(OUT_OF_RANGE);
    else if (count === 0) this.#good();
    else {
      Object.assign(this.#c, { answer: null, from: lba * CD_SECTOR, left: count * CD_SECTOR });
      this.later("data", SEEK_TIME + CD_SECTOR_TIME, now);
    }
  }

  /** READ CD: user data only, of any sector type that a data track can have. */
  #readCd(packet: Uint8Array, now: number): void {
    const count = (packet[6]! << 16) | be16(packet, 7);
    const type = (packet[1]! >> 2) & 7;
    const fields = packet[9]! & 0xf8;
    if ((type !== 0 && type !== 2) || packet[10] !== 0 || (fields !== 0x10 && fields !== 0)) this.#check(INVALID_FIELD);
    else this.#read(be32(packet, 2), fields === 0 ? 0 : count, now);
  }

  #seek(lba: number): void {
    if (lba >= this.#sectors) this.#check(OUT_OF_RANGE);
    else this.#good();
  }

  #readToc(packet: Uint8Array): void {
    const msf = (packet[1]! & 0x02) !== 0;
    /** Older drivers put the format into the control byte (SFF-8020). */
    const format = packet[2]! & 0x0f || packet[9]! >> 6;
    const answer = tableOfContents(format, msf, packet[6]!, this.#sectors);
    if (answer === null) this.#check(INVALID_FIELD);
    else this.#answer(answer, be16(packet, 7));
  }

  #getEventStatus(packet: Uint8Array): void {
    const media = (packet[4]! & 0x10) !== 0;
    if ((packet[1]! & 0x01) === 0) {
      this.#check(INVALID_FIELD); // asynchronous reports
      return;
    }
    const answer = media
      ? Uint8Array.of(0, 6, 0x04, 0x10, this.#c.event, (this.#present ? 0x02 : 0) | (this.#c.ejected ? 0x01 : 0), 0, 0)
      : Uint8Array.of(0, 2, 0x80, 0x10);
    if (media) this.#c.event = EVENT_NONE;
    this.#answer(answer, be16(packet, 7));
  }

  /** Pages 01h (error recovery), 2Ah (capabilities), 3Fh (all). */
  #modeSense(packet: Uint8Array): void {
    const page = packet[2]! & 0x3f;
    const saved = packet[2]! >> 6 === 3;
    const pages: number[] = [];
    if (page === 0x01 || page === 0x3f) pages.push(...errorRecoveryPage);
    if (page === 0x2a || page === 0x3f) pages.push(...capabilitiesPage(this.#c.locked));
    if (pages.length === 0 || saved) {
      this.#check(INVALID_FIELD);
      return;
    }
    const mediumType = this.#present ? 0x01 : this.#c.ejected ? 0x71 : 0x70;
    const length = 6 + pages.length;
    this.#answer(Uint8Array.of(length >> 8, length & 0xff, mediumType, 0, 0, 0, 0, 0, ...pages), be16(packet, 7));
  }

  protected saveOwn(): CdromState {
    return structuredClone(this.#c);
  }

  protected restoreOwn(own: CdromState): void {
    this.#c = structuredClone(own);
  }
}

const be16 = (bytes: Uint8Array, at: number): number => (bytes[at]! << 8) | bytes[at + 1]!;
const be32 = (bytes: Uint8Array, at: number): number => be16(bytes, at) * 0x1_0000 + be16(bytes, at + 2);
