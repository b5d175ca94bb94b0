/**
 * virtio-blk: a disk without the history of disks. A request is a header, data and one byte for how it went; many can be on their
 * way at once. A request is done at its virtual deadline: waiting times of requests overlap, their data follow each other as on one
 * cable. The host's file is read or written at that moment, and if the host is slower, the machine waits. (Virtual I/O Device 1.2, 5.2)
 */
import type { Clock, Timer } from "../clock.ts";
import { type Disk, SECTOR } from "../disk.ts";
import type { Plain } from "../snapshot.ts";
import { type Chain, VirtioError } from "./virtio-queue.ts";
import type { VirtioDevice, VirtioTransport } from "./virtio-registers.ts";

const F_SEG_MAX = 1n << 2n;
const F_GEOMETRY = 1n << 4n;
const F_RO = 1n << 5n;
const F_BLK_SIZE = 1n << 6n;
const F_FLUSH = 1n << 9n;
const F_TOPOLOGY = 1n << 10n;
const F_CONFIG_WCE = 1n << 11n;
const F_WRITE_ZEROES = 1n << 14n;

const RequestType = { in: 0, out: 1, flush: 4, getId: 8, writeZeroes: 13 } as const;
const RequestStatus = { ok: 0, ioError: 1, unsupported: 2 } as const;
const HEADER_BYTES = 16;
const ID_BYTES = 20;
/** One range of WRITE ZEROES: sector, sectors, flags. */
const RANGE_BYTES = 16;
const UNMAP = 1;

const QUEUE_SIZE = 256;
/** A chain without header and status. */
const SEGMENTS = QUEUE_SIZE - 2;
const CONFIG_BYTES = 60;
const WRITEBACK = 32;
/** Sectors that one WRITE ZEROES may name. */
const MOST_ZERO_SECTORS = 0x8000;
/** The most data of one request. What drivers ask for is far below; beyond, the request fails. */
const MOST_BYTES = 16 << 20;
/** How much is moved between guest and host at once. */
const CHUNK_BYTES = 1 << 20;

/** Virtual time, in cycles: a request's way there and back, a kibibyte on the cable, a flush. */
const LATENCY = 20_000;
const KIB_TIME = 500;
const FLUSH_TIME = 100_000;

interface InFlight {
  readonly head: number;
  readonly due: number;
}

export class VirtioBlk implements VirtioDevice {
  readonly type = 2;
  readonly class = 0x01_0000;
  readonly queueSizes = [QUEUE_SIZE];
  readonly config = new Uint8Array(CONFIG_BYTES);
  readonly features: bigint;
  transport!: VirtioTransport;
  readonly #disk: Disk;
  readonly #clock: Clock;
  readonly #timer: Timer;
  readonly #id: string;
  /** In the order in which they will be done. */
  #inFlight: InFlight[] = [];
  /** When the cable is free again. */
  #busyUntil = 0;

  /** `id`: up to 20 characters that name the disk to the guest. */
  constructor({ name, clock, disk, id }: { name: string; clock: Clock; disk: Disk; id: string }) {
    this.#disk = disk;
    this.#clock = clock;
    this.#id = id;
    this.#timer = clock.timer(`${name}.done`, () => this.#complete());
    const always = F_SEG_MAX | F_GEOMETRY | F_BLK_SIZE | F_FLUSH | F_TOPOLOGY | F_CONFIG_WCE;
    this.features = always | (disk.readonly ? F_RO : F_WRITE_ZEROES);
    this.#configure();
  }

  #configure(): void {
    const view = new DataView(this.config.buffer);
    const { sectors } = this.#disk;
    view.setUint32(0, sectors % 2 ** 32, true);
    view.setUint32(4, Math.floor(sectors / 2 ** 32), true);
    view.setUint32(12, SEGMENTS, true);
    view.setUint16(16, Math.min(Math.floor(sectors / (16 * 63)), 0xffff), true);
    view.setUint8(18, 16);
    view.setUint8(19, 63);
    view.setUint32(20, SECTOR, true);
    // Topology: a physical block is a sector; best in pages, at most what one request may carry.
    view.setUint16(26, 1, true);
    view.setUint32(28, 8, true);
    view.setUint8(WRITEBACK, 1);
    view.setUint16(34, 1, true);
    view.setUint32(48, MOST_ZERO_SECTORS, true);
    view.setUint32(52, 1, true);
  }

  configWritten(offset: number, bytes: Uint8Array): void {
    if (offset <= WRITEBACK && WRITEBACK < offset + bytes.length)
      this.config[WRITEBACK] = bytes[WRITEBACK - offset]! & 1;
  }

  /** Whether what is written may stay in the host's memory until a flush (5.2.6.2). */
  get #isWriteBack(): boolean {
    if (this.transport.has(F_CONFIG_WCE)) return this.config[WRITEBACK] === 1;
    return this.transport.has(F_FLUSH);
  }

  notified(): void {
    const queue = this.transport.queues[0]!;
    for (;;) {
      const chain = queue.pop();
      if (chain === null) break;
      this.#accept(chain);
    }
    this.#arm();
  }

  #accept(chain: Chain): void {
    if (chain.readableBytes < HEADER_BYTES || chain.writableBytes < 1)
      throw new VirtioError("a request without header or status");
    const bytes = Math.min(chain.readableBytes + chain.writableBytes, MOST_BYTES);
    const isFlush = this.#header(chain).type === RequestType.flush;
    const start = Math.max(this.#clock.now + LATENCY, this.#busyUntil);
    this.#busyUntil = start + (isFlush ? FLUSH_TIME : Math.ceil((bytes * KIB_TIME) / 1024));
    this.#inFlight.push({ head: chain.head, due: this.#busyUntil });
  }

  #arm(): void {
    const next = this.#inFlight[0];
    if (next === undefined) this.#timer.disarm();
    else this.#timer.arm(next.due);
  }

  #complete(): void {
    const queue = this.transport.queues[0]!;
    const { head } = this.#inFlight.shift()!;
    this.transport.guarded(() => {
      const chain = queue.chainAt(head);
      if (chain.readableBytes < HEADER_BYTES || chain.writableBytes < 1)
        throw new VirtioError("a request that lost its header or status");
      const { status, written } = this.#perform(chain);
      chain.write(chain.writableBytes - 1, Uint8Array.of(status));
      // The length counts from the first byte on: the status belongs to it only behind complete data (2.7.8.2).
      queue.push(head, written === chain.writableBytes - 1 ? chain.writableBytes : written);
      this.transport.used(0);
    });
    if (!this.transport.isLive) this.#inFlight = [];
    this.#arm();
  }

  #header(chain: Chain): { readonly type: number; readonly sector: number } {
    const header = new Uint8Array(HEADER_BYTES);
    chain.read(0, header);
    const view = new DataView(header.buffer);
    return { type: view.getUint32(0, true), sector: view.getUint32(8, true) + view.getUint32(12, true) * 2 ** 32 };
  }

  /** Does what is asked; `written`: bytes of data for the driver. */
  #perform(chain: Chain): { readonly status: number; readonly written: number } {
    const { type, sector } = this.#header(chain);
    const failed = { status: RequestStatus.ioError, written: 0 };
    const from = chain.readableBytes - HEADER_BYTES;
    const to = chain.writableBytes - 1;
    if (from > MOST_BYTES || to > MOST_BYTES) return failed;
    const done = (ok: boolean, written = 0) => (ok ? { status: RequestStatus.ok, written } : failed);
    switch (type) {
      case RequestType.in:
        return done(this.#fits(sector, to) && this.#read(chain, sector, to), to);
      case RequestType.out:
        return done(!this.#disk.readonly && this.#fits(sector, from) && this.#write(chain, sector, from));
      case RequestType.flush:
        return done(this.#disk.flush());
      case RequestType.getId: {
        const id = new Uint8Array(Math.min(to, ID_BYTES));
        id.set(new TextEncoder().encode(this.#id).subarray(0, id.length));
        chain.write(0, id);
        return done(true, id.length);
      }
      case RequestType.writeZeroes:
        if (this.transport.has(F_WRITE_ZEROES)) return this.#writeZeroes(chain, from);
    }
    return { status: RequestStatus.unsupported, written: 0 };
  }

  #fits(sector: number, bytes: number): boolean {
    return bytes % SECTOR === 0 && sector + bytes / SECTOR <= this.#disk.sectors;
  }

  #read(chain: Chain, sector: number, bytes: number): boolean {
    for (let at = 0; at < bytes; at += CHUNK_BYTES) {
      const chunk = new Uint8Array(Math.min(CHUNK_BYTES, bytes - at));
      if (!this.#disk.read(sector + at / SECTOR, chunk)) return false;
      chain.write(at, chunk);
    }
    return true;
  }

  #write(chain: Chain, sector: number, bytes: number): boolean {
    for (let at = 0; at < bytes; at += CHUNK_BYTES) {
      const chunk = new Uint8Array(Math.min(CHUNK_BYTES, bytes - at));
      chain.read(HEADER_BYTES + at, chunk);
      if (!this.#disk.write(sector + at / SECTOR, chunk)) return false;
    }
    return this.#isWriteBack || this.#disk.flush();
  }

  #writeZeroes(chain: Chain, bytes: number): { readonly status: number; readonly written: number } {
    if (bytes !== RANGE_BYTES) return { status: RequestStatus.unsupported, written: 0 };
    const range = new Uint8Array(RANGE_BYTES);
    chain.read(HEADER_BYTES, range);
    const view = new DataView(range.buffer);
    const sector = view.getUint32(0, true) + view.getUint32(4, true) * 2 ** 32;
    const sectors = view.getUint32(8, true);
    // Unmapping may not be asked for: the configuration says that it is not done.
    if (view.getUint32(12, true) & UNMAP) return { status: RequestStatus.unsupported, written: 0 };
    const ok = sectors <= MOST_ZERO_SECTORS && sector + sectors <= this.#disk.sectors;
    const zeros = new Uint8Array(Math.min(sectors * SECTOR, CHUNK_BYTES));
    let good = ok;
    for (let at = 0; good && at < sectors; at += CHUNK_BYTES / SECTOR)
      good = this.#disk.write(sector + at, zeros.subarray(0, (sectors - at) * SECTOR));
    if (good && !this.#isWriteBack) good = this.#disk.flush();
    return { status: good ? RequestStatus.ok : RequestStatus.ioError, written: 0 };
  }

  queueReset(): void {
    this.#inFlight = [];
    this.#timer.disarm();
  }

  reset(): void {
    this.queueReset();
    this.#busyUntil = 0;
    this.config[WRITEBACK] = 1;
  }

  save(): Plain {
    return {
      inFlight: this.#inFlight.map(({ head, due }) => ({ head, due })),
      busyUntil: this.#busyUntil,
      writeback: this.config[WRITEBACK]!,
    };
  }

  restore(saved: Plain): void {
    const s = saved as unknown as { inFlight: readonly InFlight[]; busyUntil: number; writeback: number };
    this.#inFlight = [...s.inFlight];
    this.#busyUntil = s.busyUntil;
    this.config[WRITEBACK] = s.writeback;
  }
}
