// Buffered reading and writing: what C calls FILE. Standard output goes out by lines when somebody sits at it, else by full
// buffers; whoever forks flushes first, or both processes would write what was in the buffer.

import { close, fcntl, open, read, seek, writeAll } from "./sys.ts";
import { free, make } from "./heap.ts";
import { isTerminal } from "./terminal.ts";
import { Digits, type Text } from "./text.ts";
import { O_APPEND, O_CREAT, O_RDONLY, O_TRUNC, O_WRONLY, SEEK_CUR } from "../../kernel/abi/files.ts";

const BUFFER = 4096;

/** When what was written goes out. */
enum Going {
  Unknown,
  Full,
  Lines,
  AtOnce,
}

export class Output {
  fd: i32;
  private going: Going;
  private used: usize;
  /** The first error; what is written after it is dropped. */
  failed: i32;
  private buffer: Arr<u8, 4096>;

  start(fd: i32): void {
    this.fd = fd;
    this.going = Going.Unknown;
    this.used = 0;
    this.failed = 0;
  }

  /** Every write goes out before it returns. */
  unbuffered(): void {
    this.going = Going.AtOnce;
  }

  put(c: u8): void {
    this.buffer[this.used] = c;
    this.used++;
    if (this.used === BUFFER || this.going === Going.AtOnce) this.flush();
    else if (c === byte("\n") && this.going !== Going.Full) this.endLine();
  }

  private endLine(): void {
    if (this.going === Going.Unknown) this.going = isTerminal(this.fd) ? Going.Lines : Going.Full;
    if (this.going === Going.Lines) this.flush();
  }

  write(t: string): void {
    this.bytes(bytes(t));
  }

  bytes(b: View<u8>): void {
    if (b.length > BUFFER - this.used) {
      this.flush();
      if (b.length >= BUFFER) {
        this.send(b);
        return;
      }
    }
    copySlice(slice(this.buffer).sub(this.used, this.used + b.length), b);
    this.used += b.length;
    if (this.going === Going.AtOnce || this.used === BUFFER) this.flush();
    else if (this.going !== Going.Full) {
      for (const c of b) {
        if (c === byte("\n")) {
          this.endLine();
          return;
        }
      }
    }
  }

  line(t: string): void {
    this.write(t);
    this.put(byte("\n"));
  }

  number(n: u64): void {
    const digits = zeroed<Digits>();
    this.write(digits.of(n, 10));
  }

  signed(n: i64): void {
    if (n < 0) this.put(byte("-"));
    this.number(n < 0 ? 0 - u64(n) : u64(n));
  }

  repeat(c: u8, times: usize): void {
    for (let i: usize = 0; i < times; i++) this.put(c);
  }

  /** At the right end of `width` columns. */
  right(t: string, width: usize): void {
    if (t.length < width) this.repeat(byte(" "), width - t.length);
    this.write(t);
  }

  left(t: string, width: usize): void {
    this.write(t);
    if (t.length < width) this.repeat(byte(" "), width - t.length);
  }

  numberRight(n: u64, width: usize): void {
    const digits = zeroed<Digits>();
    this.right(digits.of(n, 10), width);
  }

  /** With zeros in front. */
  padded(n: u64, base: u64, width: usize): void {
    const digits = zeroed<Digits>();
    const t = digits.of(n, base);
    if (t.length < width) this.repeat(byte("0"), width - t.length);
    this.write(t);
  }

  flush(): void {
    const used = this.used;
    this.used = 0;
    this.send(slice(this.buffer).sub(0, used));
  }

  /** Forgets what has not gone out. */
  forget(): void {
    this.used = 0;
  }

  private send(b: View<u8>): void {
    if (this.failed !== 0 || b.length === 0) return;
    const sent = writeAll(this.fd, b);
    if (isErr(sent)) this.failed = i32(sent.code);
  }
}

export class Input {
  fd: i32;
  private at: usize;
  private end: usize;
  private over: boolean;
  /** The error that ended it, 0 without. */
  failed: i32;
  private buffer: Arr<u8, 4096>;

  start(fd: i32): void {
    this.fd = fd;
    this.at = 0;
    this.end = 0;
    this.over = false;
    this.failed = 0;
  }

  /** Whether there is another byte. */
  more(): boolean {
    if (this.at < this.end) return true;
    if (this.over) return false;
    for (;;) {
      const got = read(this.fd, slice(this.buffer));
      if (!isErr(got)) {
        this.at = 0;
        this.end = got;
        if (got === 0) this.over = true;
        return got > 0;
      }
      if (got.code === Errno.EINTR) continue;
      this.failed = i32(got.code);
      this.over = true;
      return false;
    }
  }

  /** The next byte, which stays; only after more(). */
  peek(): u8 {
    return this.buffer[this.at];
  }

  /** The next byte, -1 at the end. */
  get(): i32 {
    if (!this.more()) return -1;
    this.at++;
    return i32(this.buffer[this.at - 1]);
  }

  /** Takes what is buffered (reading more when that is nothing); no bytes at the end. */
  some(): View<u8> {
    if (!this.more()) return slice(this.buffer, 0);
    const from = this.at;
    this.at = this.end;
    return slice(this.buffer).sub(from, this.end);
  }

  /** The next line without its end, in place of what `into` held; false when there is none. */
  line(into: Ptr<Text>): boolean {
    return this.upTo(into, byte("\n"));
  }

  upTo(into: Ptr<Text>, end: u8): boolean {
    into.clear();
    if (!this.more()) return false;
    while (this.more()) {
      const rest = slice(this.buffer).sub(this.at, this.end);
      let length: usize = 0;
      while (length < rest.length && rest[length] !== end) length++;
      into.add(text(rest.sub(0, length)));
      this.at += length;
      if (length < rest.length) {
        this.at++;
        this.ended = true;
        return true;
      }
    }
    this.ended = false;
    return true;
  }
  /** Whether the line that came last had its end. */
  ended: boolean;

  /** Everything that is left. */
  all(into: Ptr<Text>): void {
    while (this.more()) into.add(text(this.some()));
  }

  /** Gives back what was read ahead, where the file can be moved in. */
  giveBack(): void {
    if (this.at < this.end) ignore(seek(this.fd, 0 - i64(this.end - this.at), SEEK_CUR), "a pipe keeps what it gave");
    this.at = 0;
    this.end = 0;
  }
}

/** The three that every program begins with. */
export const out = zeroed<Output>();
export const errors = zeroed<Output>();
export const input = zeroed<Input>();

/** Opens a file for reading; "-" is standard input. */
export function openInput(path: string): Res<Ptr<Input>> {
  if (path === "-") return ref(input);
  const fd = orReturn(open(path, O_RDONLY, 0));
  const stream = make<Input>();
  stream.start(fd);
  return stream;
}

/** Closes what openInput gave. */
export function closeInput(stream: Ptr<Input>): void {
  if (stream === ref(input)) return;
  ignore(close(stream.fd), "it was only read");
  free(unsafe.cast<Ptr<u8>>(stream));
}

/** Opens a file for writing: emptied, or to be written to behind its end. */
export function openOutput(path: string, append: boolean): Res<Ptr<Output>> {
  const fd = orReturn(open(path, O_WRONLY | O_CREAT | (append ? O_APPEND : O_TRUNC), 0o666));
  const stream = make<Output>();
  stream.start(fd);
  return stream;
}

/** Writes what is left and closes; the error that a write met on the way. */
export function closeOutput(stream: Ptr<Output>): Res<void> {
  stream.flush();
  const failed = stream.failed;
  const closed = close(stream.fd);
  free(unsafe.cast<Ptr<u8>>(stream));
  if (failed !== 0) return err(unit<Errno>(failed));
  return closed;
}

/** Whether a file is open under this number. */
export function isOpen(fd: i32): boolean {
  const flags = fcntl(fd, 1, 0);
  return !isErr(flags);
}
