/**
 * virtio-console: a terminal line without a line. What the guest puts into one queue comes out at the host; what the host has
 * goes into the buffers that the guest laid into the other. One port. (Virtual I/O Device 1.2, 5.3)
 */
import type { Clock, Timer } from "../clock.ts";
import type { Plain } from "../snapshot.ts";
import type { VirtioDevice, VirtioTransport } from "./virtio-registers.ts";

const F_SIZE = 1n << 0n;
const F_EMERG_WRITE = 1n << 2n;

const RECEIVE = 0;
const TRANSMIT = 1;
const QUEUE_SIZE = 128;
const CONFIG_BYTES = 12;
const EMERGENCY = 8;
const COLUMNS = 80;
const ROWS = 25;

/** Bytes that come out at once; the rest follows after as many cycles as they take, so that no guest can hold the host up. */
const BURST_BYTES = 4096;
const BURST_TIME = 10_000;

export class VirtioConsole implements VirtioDevice {
  readonly type = 3;
  readonly class = 0x07_8000;
  readonly features = F_SIZE | F_EMERG_WRITE;
  readonly queueSizes = [QUEUE_SIZE, QUEUE_SIZE];
  readonly config = new Uint8Array(CONFIG_BYTES);
  transport!: VirtioTransport;
  readonly #transmit: (byte: number) => void;
  readonly #clock: Clock;
  readonly #timer: Timer;
  /** From outside, not yet taken by the guest. */
  #input: number[] = [];
  /** How much of the chain that is next has come out. */
  #sent = 0;

  constructor({ name, clock, transmit }: { name: string; clock: Clock; transmit: (byte: number) => void }) {
    this.#transmit = transmit;
    this.#clock = clock;
    this.#timer = clock.timer(`${name}.transmit`, () => this.transport.guarded(() => this.#send()));
    const view = new DataView(this.config.buffer);
    view.setUint16(0, COLUMNS, true);
    view.setUint16(2, ROWS, true);
    view.setUint32(4, 1, true);
  }

  /** Bytes for the guest. */
  receive(bytes: Uint8Array): void {
    for (const byte of bytes) this.#input.push(byte);
    if (this.transport.isLive) this.transport.guarded(() => this.#fill());
  }

  /** Bytes that the guest has not taken yet. */
  get queued(): number {
    return this.#input.length;
  }

  notified(queue: number): void {
    if (queue === RECEIVE) this.#fill();
    else if (this.#timer.deadline === Number.POSITIVE_INFINITY) this.#send();
  }

  #fill(): void {
    const queue = this.transport.queues[RECEIVE]!;
    let some = false;
    while (this.#input.length > 0) {
      const chain = queue.pop();
      if (chain === null) break;
      const bytes = Uint8Array.from(this.#input.splice(0, Math.min(chain.writableBytes, BURST_BYTES)));
      chain.write(0, bytes);
      queue.push(chain.head, bytes.length);
      some = true;
    }
    if (some) this.transport.used(RECEIVE);
  }

  #send(): void {
    const queue = this.transport.queues[TRANSMIT]!;
    let room = BURST_BYTES;
    let some = false;
    while (room > 0) {
      const chain = queue.peek();
      if (chain === null) break;
      const bytes = new Uint8Array(Math.max(0, Math.min(chain.readableBytes - this.#sent, room)));
      chain.read(this.#sent, bytes);
      for (const byte of bytes) this.#transmit(byte);
      this.#sent += bytes.length;
      // An empty chain takes its time too.
      room -= Math.max(bytes.length, 1);
      if (this.#sent < chain.readableBytes) break;
      queue.pop();
      this.#sent = 0;
      queue.push(chain.head, 0);
      some = true;
    }
    if (some) this.transport.used(TRANSMIT);
    if (queue.hasMore) this.#timer.arm(this.#clock.now + BURST_TIME);
  }

  /** The emergency register works without queues and without a driver (5.3.4). */
  configWritten(offset: number, bytes: Uint8Array): void {
    if (offset === EMERGENCY) this.#transmit(bytes[0]!);
  }

  queueReset(queue: number): void {
    if (queue !== TRANSMIT) return;
    this.#sent = 0;
    this.#timer.disarm();
  }

  reset(): void {
    this.queueReset(TRANSMIT);
  }

  save(): Plain {
    return { input: Uint8Array.from(this.#input), sent: this.#sent };
  }

  restore(saved: Plain): void {
    const { input, sent } = saved as { input: Uint8Array; sent: number };
    this.#input = [...input];
    this.#sent = sent;
  }
}
