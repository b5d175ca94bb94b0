// What compiled code asks its program for by name: where its texts go, and what happens when a check fails.

import { flushAll, fputc, standardStream } from "./stdio.ts";
import { leave } from "./unistd.ts";

/** As a shell shows a process that SIGABRT ended. */
const PANIC_STATUS = 134;

function consoleWrite(sink: u64, at: Ptr<u8>, bytes: usize): void {
  attr(symbol("cor_write"));
  for (const c of slice(at, bytes)) fputc(i32(c), standardStream(sink === 1 ? 2 : 1));
}

/** A failed check: what was wrong, and up to two words that say more. */
function failed(at: Ptr<u8>, bytes: usize, count: u64, a: u64, b: u64): never {
  attr(symbol("cor.panic"));
  flushAll();
  consoleWrite(1, at, bytes);
  if (count === 1) klog`: ${a}`;
  else if (count === 2) klog`: ${a}, ${b}`;
  else klog``;
  leave(PANIC_STATUS);
}

function panicWith(at: Ptr<u8>, bytes: usize): never {
  attr(symbol("panic"));
  failed(at, bytes, 0, 0, 0);
}
