// What compiled code asks a program for by name: where print goes, what happens when a check fails, and the end.

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

/** What an error code means, in the words that everybody knows. */
export function errorText(code: i32): string {
  switch (code) {
    case Errno.EPERM: return "Operation not permitted";
    case Errno.ENOENT: return "No such file or directory";
    case Errno.ESRCH: return "No such process";
    case Errno.EINTR: return "Interrupted system call";
    case Errno.EIO: return "Input/output error";
    case Errno.ENXIO: return "No such device or address";
    case Errno.E2BIG: return "Argument list too long";
    case Errno.ENOEXEC: return "Exec format error";
    case Errno.EBADF: return "Bad file descriptor";
    case Errno.ECHILD: return "No child processes";
    case Errno.EAGAIN: return "Resource temporarily unavailable";
    case Errno.ENOMEM: return "Cannot allocate memory";
    case Errno.EACCES: return "Permission denied";
    case Errno.EFAULT: return "Bad address";
    case Errno.EBUSY: return "Device or resource busy";
    case Errno.EEXIST: return "File exists";
    case Errno.EXDEV: return "Invalid cross-device link";
    case Errno.ENODEV: return "No such device";
    case Errno.ENOTDIR: return "Not a directory";
    case Errno.EISDIR: return "Is a directory";
    case Errno.EINVAL: return "Invalid argument";
    case Errno.ENFILE: return "Too many open files in system";
    case Errno.EMFILE: return "Too many open files";
    case Errno.ENOTTY: return "Inappropriate ioctl for device";
    case Errno.EFBIG: return "File too large";
    case Errno.ENOSPC: return "No space left on device";
    case Errno.ESPIPE: return "Illegal seek";
    case Errno.EROFS: return "Read-only file system";
    case Errno.EMLINK: return "Too many links";
    case Errno.EPIPE: return "Broken pipe";
    case Errno.ERANGE: return "Numerical result out of range";
    case Errno.ENAMETOOLONG: return "File name too long";
    case Errno.ENOSYS: return "Function not implemented";
    case Errno.ENOTEMPTY: return "Directory not empty";
    case Errno.EPROTO: return "Protocol error";
    case Errno.EOVERFLOW: return "Value too large for defined data type";
    case Errno.ENOTSOCK: return "Socket operation on non-socket";
    case Errno.ETIMEDOUT: return "Connection timed out";
    case 26: return "Text file busy";
    case 40: return "Too many levels of symbolic links";
    default: return "Unknown error";
  }
}
