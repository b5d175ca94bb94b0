/**
 * The terminal that Cor was started in, lent to a guest: raw while the machine runs, so that every key gets through, and
 * put back on every way out: a normal end, an exception, a signal; also while the process is stopped (SIGTSTP).
 *
 * Where stdin is no terminal, this is a plain stream of bytes and nothing is switched.
 */
import type { ReadStream } from "node:tty";

export class Terminal {
  readonly #input: ReadStream;
  #raw = false;
  readonly #restore = (): void => this.restore();
  readonly #suspend = (): void => {
    this.#input.setRawMode(false);
    // Unlike SIGTSTP, which this is the handler of, nothing holds SIGSTOP up.
    process.kill(process.pid, "SIGSTOP");
  };
  readonly #resume = (): void => {
    // Whatever a shell did to the terminal meanwhile, off and on again makes it raw.
    this.#input.setRawMode(false);
    this.#input.setRawMode(true);
  };

  constructor(input: NodeJS.ReadStream = process.stdin) {
    this.#input = input;
  }

  /** Whether somebody sits there. */
  get interactive(): boolean {
    return this.#input.isTTY === true;
  }

  /** Switches to raw mode until `restore`, or until the process ends. */
  raw(): void {
    if (!this.interactive || this.#raw) return;
    this.#raw = true;
    process.on("exit", this.#restore).on("SIGTSTP", this.#suspend).on("SIGCONT", this.#resume);
    this.#input.setRawMode(true);
  }

  /** Puts the terminal back as it was found. Harmless at any time. */
  restore(): void {
    if (!this.#raw) return;
    this.#raw = false;
    process.off("exit", this.#restore).off("SIGTSTP", this.#suspend).off("SIGCONT", this.#resume);
    this.#input.setRawMode(false);
  }
}
