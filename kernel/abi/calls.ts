// System calls by number. The first five are what this kernel's ancestor had; nothing is ever renumbered, because programs
// keep these numbers in their code. A call gives a number of at least 0, or minus an error code.
//
// Two doors lead to the same table:
//   INT 0x14 (0x31 as well)   RAX number, RBX RCX RDX RSI RDI RBP words one to six
//   SYSCALL                   RAX number, RDI RSI RDX R10 R8 R9 words one to six; RCX and R11 are lost
// The result comes back in RAX.

export const SYS_EXIT = 1;
export const SYS_WRITE = 2;
export const SYS_READ = 3;
export const SYS_OPEN = 4;
/** Moves the end of the heap by so many bytes; its old end. (sbrk elsewhere.) */
export const SYS_MOREMEM = 5;
export const SYS_CLOSE = 6;
export const SYS_FORK = 7;
export const SYS_EXEC = 8;
export const SYS_WAIT = 9;
export const SYS_GETPID = 10;
export const SYS_GETPPID = 11;
export const SYS_KILL = 12;
export const SYS_SIGACTION = 13;
export const SYS_SIGRETURN = 14;
export const SYS_SIGPROCMASK = 15;
export const SYS_SIGPENDING = 16;
export const SYS_SIGSUSPEND = 17;
export const SYS_ALARM = 18;
export const SYS_PIPE = 19;
export const SYS_DUP = 20;
export const SYS_DUP2 = 21;
export const SYS_FCNTL = 22;
export const SYS_IOCTL = 23;
export const SYS_POLL = 24;
export const SYS_LSEEK = 25;
export const SYS_PREAD = 26;
export const SYS_PWRITE = 27;
export const SYS_STAT = 28;
export const SYS_LSTAT = 29;
export const SYS_FSTAT = 30;
export const SYS_ACCESS = 31;
export const SYS_GETDENTS = 32;
export const SYS_MKDIR = 33;
export const SYS_RMDIR = 34;
export const SYS_UNLINK = 35;
export const SYS_LINK = 36;
export const SYS_SYMLINK = 37;
export const SYS_READLINK = 38;
export const SYS_RENAME = 39;
export const SYS_MKNOD = 40;
export const SYS_CHDIR = 41;
export const SYS_GETCWD = 42;
export const SYS_CHMOD = 43;
export const SYS_CHOWN = 44;
export const SYS_UMASK = 45;
export const SYS_TRUNCATE = 46;
export const SYS_FTRUNCATE = 47;
export const SYS_UTIMES = 48;
export const SYS_SYNC = 49;
export const SYS_FSYNC = 50;
export const SYS_STATFS = 51;
export const SYS_MOUNT = 52;
export const SYS_UMOUNT = 53;
export const SYS_MMAP = 54;
export const SYS_MUNMAP = 55;
export const SYS_MPROTECT = 56;
export const SYS_MSYNC = 57;
export const SYS_YIELD = 58;
export const SYS_SLEEP = 59;
export const SYS_CLOCK_GETTIME = 60;
export const SYS_CLOCK_SETTIME = 61;
export const SYS_TIMES = 62;
export const SYS_NICE = 63;
export const SYS_SETPGID = 64;
export const SYS_GETPGID = 65;
export const SYS_SETSID = 66;
export const SYS_THREAD_CREATE = 67;
/** Ends the calling thread; the last one ends the process. */
export const SYS_THREAD_EXIT = 68;
export const SYS_GETTID = 69;
export const SYS_FUTEX = 70;
/** Sets the FS base: where a thread's own variables are. */
export const SYS_SET_FS_BASE = 71;
export const SYS_UNAME = 72;
export const SYS_SYSINFO = 73;
export const SYS_GETRANDOM = 74;
export const SYS_REBOOT = 75;

/** One more than the highest number. */
export const CALLS = 76;
