/**
 * How interrupts travel between local APICs, I/O APICs and devices that send messages (MSI): not on pins but as messages
 * with a destination, a delivery mode and a vector. A wire can only say "something happened"; a message says to whom and
 * what, which is why machines with more than one processor need it. (SDM vol. 3, 10.1 and 10.6)
 */

/** Delivery modes by their codes in ICR, redirection entries and LVT (SDM vol. 3, 10.5.1 and 10.6.1). */
export const DeliveryMode = {
  fixed: 0,
  lowestPriority: 1,
  smi: 2,
  nmi: 4,
  init: 5,
  startUp: 6,
  extInt: 7,
} as const;

export interface InterruptMessage {
  /** An APIC ID, or with `logical` a message destination address. */
  readonly destination: number;
  readonly logical: boolean;
  /** One of DeliveryMode. */
  readonly mode: number;
  readonly vector: number;
  /** Level-triggered: its end is told to the I/O APICs. */
  readonly level: boolean;
}

/** A local APIC as the bus sees it. */
export interface MessageReceiver {
  matches(destination: number, logical: boolean): boolean;
  /** False: not taken, as by an APIC that software has switched off. */
  receive(message: InterruptMessage): boolean;
  /** What lowest-priority arbitration compares: 0–255. */
  readonly priority: number;
}

/** A source of level-triggered interrupts. */
export interface LevelSource {
  endOfInterrupt(vector: number): void;
  /** Somebody may take now what nobody took before. */
  retry(): void;
}

/** Messages to these addresses are interrupts (SDM vol. 3, 10.11.1): bits 19:12 destination, 3 redirection hint, 2 logical. */
const MESSAGE_ADDRESS = 0xfee0_0000;

export class InterruptBus {
  readonly #receivers: MessageReceiver[] = [];
  readonly #sources: LevelSource[] = [];

  attach(receiver: MessageReceiver): void {
    this.#receivers.push(receiver);
  }

  listen(source: LevelSource): void {
    this.#sources.push(source);
  }

  /** Delivers to all whom the destination means, or to the least busy of them. False: nobody took it. */
  send(message: InterruptMessage, except: MessageReceiver | null = null): boolean {
    const targets = this.#receivers.filter((r) => r !== except && r.matches(message.destination, message.logical));
    if (message.mode === DeliveryMode.lowestPriority && targets.length > 0)
      return targets.reduce((a, b) => (b.priority < a.priority ? b : a)).receive(message);
    return targets.map((target) => target.receive(message)).includes(true);
  }

  /** A message-signalled interrupt: the address and the 16 (of 32) bits of data that a device would write. */
  signal(address: number, data: number): void {
    if (address - (address % 0x10_0000) !== MESSAGE_ADDRESS) return;
    const hint = (address & 0x08) !== 0;
    this.send({
      destination: (address >>> 12) & 0xff,
      logical: hint && (address & 0x04) !== 0,
      mode: (data >> 8) & 7,
      vector: data & 0xff,
      level: (data & 0x8000) !== 0,
    });
  }

  /** A local APIC has finished a level-triggered interrupt. */
  endOfInterrupt(vector: number): void {
    for (const source of this.#sources) source.endOfInterrupt(vector);
  }

  /** A local APIC was switched on, or answers to other destinations. */
  receiversChanged(): void {
    for (const source of this.#sources) source.retry();
  }
}
