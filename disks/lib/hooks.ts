// What compiled code asks a program for by name: where print goes, what happens when a check fails, and the end.

import { errorText } from "./error-text.ts";
import { errors, out } from "./stream.ts";
import { leave } from "./sys.ts";
import { programName } from "./environment.ts";

/** As a shell shows a process that SIGABRT ended. */
const PANIC_STATUS = 134;

/** Sink 0 is standard output, 1 (klog) standard error. */
function consoleWrite(sink: u64, at: Ptr<u8>, bytes: usize): void {
  attr(symbol("cor_write"));
  if (sink === 1) errors.bytes(slice(at, bytes));
  else out.bytes(slice(at, bytes));
}

/** A failed check: what was wrong, and up to two words that say more. */
function failed(at: Ptr<u8>, bytes: usize, count: u64, a: u64, b: u64): never {
  attr(symbol("cor.panic"));
  out.flush();
  errors.write(programName());
  errors.write(": ");
  errors.bytes(slice(at, bytes));
  if (count > 0) {
    errors.write(": ");
    errors.number(a);
  }
  if (count > 1) {
    errors.write(", ");
    errors.number(b);
  }
  errors.put(byte("\n"));
  leave(PANIC_STATUS);
}

function panicWith(at: Ptr<u8>, bytes: usize): never {
  attr(symbol("panic"));
  failed(at, bytes, 0, 0, 0);
}

/** Ends the program when what it wrote has gone out; a status of 0 becomes 1 when that failed. */
export function exit(status: i32): never {
  attr(symbol("exit"));
  out.flush();
  let final = status;
  if (out.failed !== 0 && status === 0) {
    errors.write(programName());
    errors.write(": write error: ");
    errors.line(errorText(out.failed));
    final = 1;
  }
  leave(final);
}
