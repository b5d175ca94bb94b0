// Error codes in words, as programs of both languages say them.

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
