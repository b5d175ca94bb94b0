/**
 * Named log channels, chosen with `-d CHANNELS` and written to stderr or to `-D FILE`. A channel that is off costs one
 * property read at the place that would log. `guest_errors` is where odd device accesses go: what a guest does wrong
 * is the guest author's business, never a host exception.
 */

/** What each channel tells; `cor run -d help` prints this. */
export const channels = {
  guest_errors: "accesses and settings that no real device would understand",
  int: "exceptions and interrupts as they are delivered",
  exec: "every instruction as it is executed",
  mmu: "page faults and translation flushes",
  port: "every port access",
  reset: "processor resets and triple faults",
  disk: "commands to disks",
  regions: "code as it is translated: the guest's instructions, and the WebAssembly made of them",
} as const;

export type Channel = keyof typeof channels;

export class Log {
  readonly #enabled: ReadonlySet<Channel>;
  readonly #write: (line: string) => void;

  /** Writes lines (without line end) of the enabled channels to `write`. */
  constructor(enabled: Iterable<Channel> = [], write: (line: string) => void = () => {}) {
    this.#enabled = new Set(enabled);
    this.#write = write;
  }

  /** Ask before building an expensive message. */
  on(channel: Channel): boolean {
    return this.#enabled.has(channel);
  }

  /** One line: "channel: source: text". */
  say(channel: Channel, source: string, text: string): void {
    if (this.#enabled.has(channel)) this.#write(`${channel}: ${source}: ${text}`);
  }

  /** The guest did something that the hardware does not define. */
  guestError(source: string, text: string): void {
    this.say("guest_errors", source, text);
  }
}
