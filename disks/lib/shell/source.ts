// Where a shell's commands come from: a text, a file, a terminal. The parser sees one growing text and asks for more when a
// command goes on.

import { errors, out } from "../stream.ts";
import { read } from "../sys.ts";
import { Text } from "../text.ts";

export class Source {
  text: Text;
  at: usize;
  line: u32;
  /** Lines come from this file, -1: all is there. */
  fd: i32;
  /** Asks a person; whether a line came. */
  ask: Fn<(into: Ptr<Text>, more: boolean) => boolean> | null;
  /** A command has begun and is not complete. */
  inside: boolean;
  private over: boolean;

  start(): void {
    this.at = 0;
    this.line = 1;
    this.fd = -1;
    this.ask = null;
    this.over = false;
    this.text.clear();
  }

  /** The byte at the position, 0 at the very end. */
  peek(): u8 {
    return this.peekAt(0);
  }

  peekAt(ahead: usize): u8 {
    while (this.at + ahead >= this.text.length) if (!this.more()) return 0;
    return this.text.bytes()[this.at + ahead];
  }

  /** Takes a byte. */
  skip(): void {
    if (this.peek() === byte("\n")) this.line++;
    if (this.at < this.text.length) this.at++;
  }

  ended(): boolean {
    return this.at >= this.text.length && !this.more();
  }

  private more(): boolean {
    if (this.over) return false;
    const before = this.text.length;
    if (this.ask !== null) {
      if (!this.ask(ref(this.text), this.inside)) {
        this.over = true;
        return false;
      }
    } else if (this.fd >= 0) this.readLine();
    if (this.text.length > before) return true;
    this.over = true;
    return false;
  }

  /** Byte by byte: what is behind the line belongs to the commands in it. */
  private readLine(): void {
    const one = zeroed<Arr<u8, 1>>();
    out.flush();
    for (;;) {
      const got = read(this.fd, slice(one));
      if (isErr(got)) {
        if (got.code === Errno.EINTR) continue;
        errors.line("sh: the script cannot be read");
        return;
      }
      if (got === 0) return;
      if (one[0] === 0) continue;
      this.text.put(one[0]);
      if (one[0] === byte("\n")) return;
    }
  }

  /** Forgets what was typed: the next command begins anew. */
  renew(): void {
    this.text.clear();
    this.at = 0;
    this.over = false;
  }

  /** Forgets what has been taken. */
  trim(): void {
    if (this.at === this.text.length) this.text.clear();
    else if (this.ask !== null || this.fd >= 0) this.text.remove(0, this.at);
    else return;
    this.at = 0;
  }
}
