// What format strings call: each piece of text and each value goes to a sink. 0 is the console, 1 the log, both of which
// the target provides as cor_write; anything else is the address of a cursor in a buffer, which never overflows.

declare function cor_write(sink: u64, at: Ptr<u8>, bytes: usize): void;

/** A buffer that is being written: what lower/format.ts puts on the caller's stack. */
class Cursor {
  at: Ptr<u8>;
  length: usize;
  written: usize;
}

export function put(sink: u64, at: Ptr<u8>, bytes: usize): void {
  attr(symbol("format.text"));
  if (sink <= 1) {
    cor_write(sink, at, bytes);
    return;
  }
  const cursor = unsafe.ptr<Cursor>(sink);
  const room = cursor.length - cursor.written;
  const part = bytes < room ? bytes : room;
  copySlice(slice(ref(cursor.at[cursor.written]), part), slice(at, part));
  cursor.written += part;
}

/** The end of a line in the log. */
function end(sink: u64): void {
  attr(symbol("format.end"));
  for (const c of "\n") {
    let newline = c;
    put(sink, ref(newline), 1);
  }
}

/** Digits are made from the last one on, into the end of a buffer; "-" comes before them. */
function digits(sink: u64, n: u64, base: u64, prefix: string): void {
  const buffer = zeroed<Arr<u8, 24>>();
  let at: usize = 24;
  let left = n;
  do {
    const digit = u8(left % base);
    at--;
    buffer[at] = digit < 10 ? byte("0") + digit : byte("a") - 10 + digit;
    left /= base;
  } while (left !== 0);
  for (let k = prefix.length; k > 0; k--) {
    at--;
    buffer[at] = prefix[k - 1];
  }
  put(sink, ref(buffer[at]), 24 - at);
}

function unsigned(sink: u64, n: u64): void {
  attr(symbol("format.unsigned"));
  digits(sink, n, 10, "");
}

function signed(sink: u64, n: i64): void {
  attr(symbol("format.signed"));
  if (n < 0) digits(sink, 0 - u64(n), 10, "-");
  else digits(sink, u64(n), 10, "");
}

function hexadecimal(sink: u64, n: u64): void {
  attr(symbol("format.hex"));
  digits(sink, n, 16, "0x");
}

function pointer(sink: u64, at: u64): void {
  attr(symbol("format.pointer"));
  digits(sink, at, 16, "0x");
}
