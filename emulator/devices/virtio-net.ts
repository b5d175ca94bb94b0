/**
 * virtio-net: a network card. Frames go out to whatever `NetworkEnd` is on the cable; without one the link is down, and what is
 * sent is lost, as on a card without a cable. (Virtual I/O Device 1.2, 5.1)
 */
import type { Clock, Timer } from "../clock.ts";
import type { Plain } from "../snapshot.ts";
import { VirtioError } from "./virtio-queue.ts";
import type { VirtioDevice, VirtioTransport } from "./virtio-registers.ts";

const F_MAC = 1n << 5n;
const F_MRG_RXBUF = 1n << 15n;
const F_STATUS = 1n << 16n;
const F_VERSION_1 = 1n << 32n;

const RECEIVE = 0;
const TRANSMIT = 1;
const QUEUE_SIZE = 256;
const CONFIG_BYTES = 12;
const STATUS = 6;
const LINK_UP = 1;

/** The header before each frame: without `num_buffers` only for a legacy driver that did not ask to merge buffers (5.1.6.1). */
const SHORT_HEADER = 10;
const HEADER = 12;
/** An Ethernet frame without its checksum, with one VLAN tag. */
const MOST_FRAME = 1518;
/** Frames that wait for buffers; more are lost, as on a card that is not emptied. */
const MOST_WAITING = 256;

/** Chains sent at once, and the cycles until the next ones. */
const BURST = 32;
const BURST_TIME = 10_000;

/** The other end of the cable. */
export interface NetworkEnd {
  /** A frame from the guest, from destination address to payload; at most 1,518 bytes. */
  send(frame: Uint8Array): void;
}

export class VirtioNet implements VirtioDevice {
  readonly type = 1;
  readonly class = 0x02_0000;
  readonly features = F_MAC | F_STATUS | F_MRG_RXBUF;
  readonly queueSizes = [QUEUE_SIZE, QUEUE_SIZE];
  readonly config = new Uint8Array(CONFIG_BYTES);
  transport!: VirtioTransport;
  readonly #end: NetworkEnd | null;
  readonly #clock: Clock;
  readonly #timer: Timer;
  #waiting: Uint8Array[] = [];

  /** `mac`: six bytes. `end`: null where there is no cable. */
  constructor({ name, clock, mac, end }: { name: string; clock: Clock; mac: Uint8Array; end: NetworkEnd | null }) {
    this.#end = end;
    this.#clock = clock;
    this.#timer = clock.timer(`${name}.transmit`, () => this.transport.guarded(() => this.#send()));
    this.config.set(mac);
    this.config[STATUS] = end === null ? 0 : LINK_UP;
  }

  get #headerBytes(): number {
    return this.transport.has(F_VERSION_1) || this.transport.has(F_MRG_RXBUF) ? HEADER : SHORT_HEADER;
  }

  /** A frame for the guest. */
  receive(frame: Uint8Array): void {
    if (!this.transport.isLive || this.#waiting.length === MOST_WAITING) return;
    this.#waiting.push(frame.slice());
    this.transport.guarded(() => this.#deliver());
  }

  notified(queue: number): void {
    if (queue === RECEIVE) this.#deliver();
    else if (this.#timer.deadline === Number.POSITIVE_INFINITY) this.#send();
  }

  #deliver(): void {
    const queue = this.transport.queues[RECEIVE]!;
    let some = false;
    while (this.#waiting.length > 0) {
      const chain = queue.pop();
      if (chain === null) break;
      const frame = this.#waiting.shift()!;
      const packet = new Uint8Array(this.#headerBytes + frame.length);
      if (this.#headerBytes === HEADER) packet[10] = 1; // num_buffers
      packet.set(frame, this.#headerBytes);
      // 5.1.6.3.1: a buffer holds the largest frame, be it split or not.
      if (chain.writableBytes < packet.length)
        throw new VirtioError(`a receive buffer of ${chain.writableBytes} bytes`);
      chain.write(0, packet);
      queue.push(chain.head, packet.length);
      some = true;
    }
    if (some) this.transport.used(RECEIVE);
  }

  #send(): void {
    const queue = this.transport.queues[TRANSMIT]!;
    let some = false;
    for (let i = 0; i < BURST; i++) {
      const chain = queue.pop();
      if (chain === null) break;
      const bytes = chain.readableBytes - this.#headerBytes;
      if (bytes < 0) throw new VirtioError("a packet without header");
      if (bytes <= MOST_FRAME && this.#end !== null) {
        const frame = new Uint8Array(bytes);
        chain.read(this.#headerBytes, frame);
        this.#end.send(frame);
      }
      queue.push(chain.head, 0);
      some = true;
    }
    if (some) this.transport.used(TRANSMIT);
    if (queue.hasMore) this.#timer.arm(this.#clock.now + BURST_TIME);
  }

  configWritten(): void {}

  queueReset(queue: number): void {
    if (queue === TRANSMIT) this.#timer.disarm();
    else this.#waiting = [];
  }

  reset(): void {
    this.queueReset(RECEIVE);
    this.queueReset(TRANSMIT);
  }

  save(): Plain {
    return this.#waiting;
  }

  restore(saved: Plain): void {
    this.#waiting = (saved as readonly Uint8Array[]).map((frame) => frame.slice());
  }
}
