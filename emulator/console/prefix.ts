/**
 * Ctrl-A, the one key that a terminal does not pass on to the guest: with the key after it, it speaks to Cor. Everything
 * else, Ctrl-C included, belongs to the guest.
 */

const CTRL_A = 0x01;

export type Command = "quit" | "help";

export const prefixHelp = [
  "Ctrl-A h       this help",
  "Ctrl-A x       quit",
  "Ctrl-A Ctrl-A  send Ctrl-A to the guest",
].join("\n");

/** Takes the prefix out of a stream of keys. */
export class PrefixKeys {
  #pending = false;

  /** What was typed, in order: bytes for the guest, and commands. A prefix at the end waits for the next call. */
  split(typed: Uint8Array): (Uint8Array | Command)[] {
    const parts: (Uint8Array | Command)[] = [];
    let plain: number[] = [];
    const command = (which: Command): void => {
      if (plain.length > 0) parts.push(Uint8Array.from(plain));
      plain = [];
      parts.push(which);
    };
    for (const byte of typed) {
      if (!this.#pending) {
        if (byte === CTRL_A) this.#pending = true;
        else plain.push(byte);
        continue;
      }
      this.#pending = false;
      if (byte === CTRL_A) plain.push(CTRL_A);
      else if (byte === 0x78 || byte === 0x58) command("quit");
      else command("help");
    }
    if (plain.length > 0) parts.push(Uint8Array.from(plain));
    return parts;
  }
}
