/**
 * virtio-rng: a source of random bytes, which in this machine are the same in every run: a sequence from a seed, as all
 * that a guest sees here. (Virtual I/O Device 1.2, 5.4)
 */
import type { Plain } from "../snapshot.ts";
import type { VirtioDevice, VirtioTransport } from "./virtio-registers.ts";

const QUEUE_SIZE = 8;
/** A device may give less than it was given room for. */
const MOST_BYTES = 4096;

const SEED = 0x636f_722d_726e_6721n;
const MASK = (1n << 64n) - 1n;

export class VirtioRng implements VirtioDevice {
  readonly type = 4;
  readonly class = 0x00_ff00;
  readonly features = 0n;
  readonly queueSizes = [QUEUE_SIZE];
  readonly config = new Uint8Array(0);
  transport!: VirtioTransport;
  #state = SEED;

  notified(): void {
    const queue = this.transport.queues[0]!;
    let some = false;
    for (;;) {
      const chain = queue.pop();
      if (chain === null) break;
      const bytes = new Uint8Array(Math.min(chain.writableBytes, MOST_BYTES));
      this.#fill(bytes);
      chain.write(0, bytes);
      queue.push(chain.head, bytes.length);
      some = true;
    }
    if (some) this.transport.used(0);
  }

  /** SplitMix64 (Steele, Lea, Flood 2014). */
  #fill(bytes: Uint8Array): void {
    const word = new DataView(new ArrayBuffer(8));
    for (let i = 0; i < bytes.length; i++) {
      if (i % 8 === 0) {
        this.#state = (this.#state + 0x9e37_79b9_7f4a_7c15n) & MASK;
        let z = this.#state;
        z = ((z ^ (z >> 30n)) * 0xbf58_476d_1ce4_e5b9n) & MASK;
        z = ((z ^ (z >> 27n)) * 0x94d0_49bb_1331_11ebn) & MASK;
        word.setBigUint64(0, z ^ (z >> 31n), true);
      }
      bytes[i] = word.getUint8(i % 8);
    }
  }

  configWritten(): void {}

  queueReset(): void {}

  /** The sequence goes on: a driver that starts anew does not see the same bytes again. */
  reset(): void {}

  save(): Plain {
    return this.#state;
  }

  restore(saved: Plain): void {
    this.#state = saved as bigint;
  }
}
