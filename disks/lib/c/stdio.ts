// <stdio.h>: streams. A stream has one buffer, which holds either what was read ahead or what has not been written yet.

import { O_APPEND, O_CREAT, O_RDONLY, O_RDWR, O_TRUNC, O_WRONLY, SEEK_CUR } from "../../../kernel/abi/files.ts";
import { free } from "../heap.ts";
import { VaList } from "./arguments.ts";
import { errno, setErrno, strerror } from "./errno.ts";
import { printTo, Sink } from "./print.ts";
import { scanFrom, Source } from "./scan.ts";
import { memchr, memcpy, strlen } from "./string.ts";
import { allocate, close, isatty, lseek, open, read, unlink, write } from "./unistd.ts";

/// <stdio.h>
/*h
#include <stdarg.h>
#include <sys/types.h>
typedef struct __file FILE;
#define EOF (-1)
#define BUFSIZ 4096
#define FOPEN_MAX 256
#define FILENAME_MAX 4096
#define _IOFBF 0
#define _IOLBF 1
#define _IONBF 2
#define SEEK_SET 0
#define SEEK_CUR 1
#define SEEK_END 2
#define stdin __standard_stream(0)
#define stdout __standard_stream(1)
#define stderr __standard_stream(2)
*/

const BUFFER: usize = 4096;
const END: i32 = -1;

export class File {
  fd: i32;
  canRead: boolean;
  canWrite: boolean;
  atEnd: boolean;
  failed: boolean;
  /** _IOFBF, _IOLBF, _IONBF */
  mode: u8;
  /** Whether it is the heap's. */
  made: boolean;
  /** A character that was put back, -1 without. */
  back: i32;
  /** What was read ahead: [at, end). */
  at: usize;
  end: usize;
  /** What is to be written: [0, used). */
  used: usize;
  next: Ptr<File> | null;
  buffer: Arr<u8, 4096>;
}

class Streams {
  standard: Arr<File, 3>;
  started: boolean;
  /** What fopen opened. */
  first: Ptr<File> | null;
}
const streams = zeroed<Streams>();

/// FILE *__standard_stream(int fd);
export function standardStream(fd: i32): Ptr<File> {
  attr(symbol("__standard_stream"));
  if (!streams.started) {
    streams.started = true;
    for (let i: usize = 0; i < 3; i++) {
      const f = ref(streams.standard[i]);
      f.fd = i32(i);
      f.canRead = i === 0;
      f.canWrite = i > 0;
      f.back = -1;
      f.mode = i === 2 ? 2 : i === 1 && isatty(1) === 1 ? 1 : 0;
    }
    setErrno(0);
  }
  return ref(streams.standard[usize(fd)]);
}

function made(fd: i32, mode: Ptr<u8>): Ptr<File> | null {
  const room = allocate(sizeOf<File>());
  if (room === null) return null;
  fill(slice(room, sizeOf<File>()), 0);
  const f = unsafe.cast<Ptr<File>>(room);
  const plus = memchr(mode, 43, strlen(mode)) !== null;
  f.fd = fd;
  f.canRead = mode[0] === byte("r") || plus;
  f.canWrite = mode[0] !== byte("r") || plus;
  f.back = -1;
  f.made = true;
  f.next = streams.first;
  streams.first = f;
  return f;
}

/// FILE *fopen(const char *restrict path, const char *restrict mode);
export function fopen(path: Ptr<u8>, mode: Ptr<u8>): Ptr<File> | null {
  attr(symbol("fopen"));
  const plus = memchr(mode, 43, strlen(mode)) !== null;
  let flags: u32 = plus ? O_RDWR : mode[0] === byte("r") ? O_RDONLY : O_WRONLY;
  if (mode[0] === byte("w")) flags |= O_CREAT | O_TRUNC;
  else if (mode[0] === byte("a")) flags |= O_CREAT | O_APPEND;
  else if (mode[0] !== byte("r")) {
    setErrno(i32(Errno.EINVAL));
    return null;
  }
  const fd = open(path, i32(flags), 0o666);
  if (fd < 0) return null;
  const f = made(fd, mode);
  if (f === null) close(fd);
  return f;
}

/// FILE *fdopen(int fd, const char *mode);
export function fdopen(fd: i32, mode: Ptr<u8>): Ptr<File> | null {
  attr(symbol("fdopen"));
  return made(fd, mode);
}

/// FILE *freopen(const char *restrict path, const char *restrict mode, FILE *restrict stream);
export function freopen(path: Ptr<u8>, mode: Ptr<u8>, stream: Ptr<File>): Ptr<File> | null {
  attr(symbol("freopen"));
  fflush(stream);
  close(stream.fd);
  const other = fopen(path, mode);
  if (other === null) return null;
  stream.fd = other.fd;
  stream.canRead = other.canRead;
  stream.canWrite = other.canWrite;
  stream.atEnd = false;
  stream.failed = false;
  stream.back = -1;
  stream.at = 0;
  stream.end = 0;
  forget(other);
  return stream;
}

function forget(stream: Ptr<File>): void {
  if (!stream.made) return;
  if (streams.first === stream) streams.first = stream.next;
  else {
    for (let f = streams.first; f !== null; f = f.next) {
      if (f.next === stream) {
        f.next = stream.next;
        break;
      }
    }
  }
  free(unsafe.cast<Ptr<u8>>(stream));
}

/// int fclose(FILE *stream);
export function fclose(stream: Ptr<File>): i32 {
  attr(symbol("fclose"));
  const flushed = fflush(stream);
  const closed = close(stream.fd);
  forget(stream);
  return flushed < 0 || closed < 0 ? END : 0;
}

/// int fflush(FILE *stream);
export function fflush(stream: Ptr<File> | null): i32 {
  attr(symbol("fflush"));
  return stream === null ? flushAll() : flushOne(stream);
}

function flushOne(stream: Ptr<File>): i32 {
  let from: usize = 0;
  while (from < stream.used) {
    const went = write(stream.fd, ref(stream.buffer[from]), stream.used - from);
    if (went < 0 && errno() === i32(Errno.EINTR)) continue;
    if (went < 0) {
      stream.failed = true;
      stream.used = 0;
      return END;
    }
    from += usize(went);
  }
  stream.used = 0;
  return 0;
}

/** Everything that has not gone out yet. */
export function flushAll(): i32 {
  let result: i32 = 0;
  for (let i: i32 = 1; i < 3; i++) if (flushOne(standardStream(i)) < 0) result = END;
  for (let f = streams.first; f !== null; f = f.next) if (flushOne(f) < 0) result = END;
  return result;
}

/** Gives back what was read ahead, before the place in the file matters. */
function turn(stream: Ptr<File>): void {
  if (stream.at < stream.end) lseek(stream.fd, 0 - i64(stream.end - stream.at), SEEK_CUR);
  stream.at = 0;
  stream.end = 0;
  stream.back = -1;
}

/// int setvbuf(FILE *restrict stream, char *restrict buffer, int mode, size_t bytes);
export function setvbuf(stream: Ptr<File>, buffer: u64, mode: i32, bytes: usize): i32 {
  attr(symbol("setvbuf"));
  stream.mode = u8(mode);
  return 0;
}
/// void setbuf(FILE *restrict stream, char *restrict buffer);
export function setbuf(stream: Ptr<File>, buffer: u64): void {
  attr(symbol("setbuf"));
  stream.mode = buffer === 0 ? 2 : 0;
}

/// int fgetc(FILE *stream);
export function fgetc(stream: Ptr<File>): i32 {
  attr(symbol("fgetc"));
  if (stream.back >= 0) {
    const c = stream.back;
    stream.back = -1;
    return c;
  }
  if (stream.at === stream.end) {
    if (stream.used > 0) fflush(stream);
    if (stream.fd === 0) fflush(standardStream(1));
    if (!stream.canRead) {
      stream.failed = true;
      setErrno(i32(Errno.EBADF));
      return END;
    }
    const got = read(stream.fd, ref(stream.buffer[0]), BUFFER);
    if (got <= 0) {
      if (got === 0) stream.atEnd = true;
      else stream.failed = true;
      return END;
    }
    stream.at = 0;
    stream.end = usize(got);
  }
  stream.at++;
  return i32(stream.buffer[stream.at - 1]);
}
/// int getc(FILE *stream);
export function getc(stream: Ptr<File>): i32 {
  attr(symbol("getc"));
  return fgetc(stream);
}
/// int getchar(void);
export function getchar(): i32 {
  attr(symbol("getchar"));
  return fgetc(standardStream(0));
}
/// int ungetc(int c, FILE *stream);
export function ungetc(c: i32, stream: Ptr<File>): i32 {
  attr(symbol("ungetc"));
  if (c === END) return END;
  stream.atEnd = false;
  // The place from which it came is free, usually.
  if (stream.back < 0) stream.back = c & 0xff;
  else return END;
  return c & 0xff;
}

/// char *fgets(char *restrict into, int bytes, FILE *restrict stream);
export function fgets(into: Ptr<u8>, bytes: i32, stream: Ptr<File>): Ptr<u8> | null {
  attr(symbol("fgets"));
  let i: usize = 0;
  while (i + 1 < usize(bytes)) {
    const c = fgetc(stream);
    if (c < 0) {
      if (i === 0 || stream.failed) return null;
      break;
    }
    into[i] = u8(c);
    i++;
    if (c === 10) break;
  }
  into[i] = 0;
  return into;
}

/// ssize_t getline(char **restrict line, size_t *restrict bytes, FILE *restrict stream);
export function getline(line: Ptr<Ptr<u8> | null>, bytes: Ptr<usize>, stream: Ptr<File>): i64 {
  attr(symbol("getline"));
  let used: usize = 0;
  for (;;) {
    const c = fgetc(stream);
    if (c < 0 && used === 0) return -1;
    const had = line[0];
    if (had === null || used + 2 > bytes[0]) {
      const wanted: usize = had === null ? 128 : bytes[0] * 2;
      const grown = allocate(wanted);
      if (grown === null) return -1;
      if (had !== null) {
        memcpy(grown, had, used);
        free(had);
      }
      line[0] = grown;
      bytes[0] = wanted;
    }
    const to = line[0];
    if (to === null) return -1;
    if (c < 0) {
      to[used] = 0;
      break;
    }
    to[used] = u8(c);
    used++;
    to[used] = 0;
    if (c === 10) break;
  }
  return i64(used);
}

/// int fputc(int c, FILE *stream);
export function fputc(c: i32, stream: Ptr<File>): i32 {
  attr(symbol("fputc"));
  if (stream.end > 0) turn(stream);
  if (!stream.canWrite) {
    stream.failed = true;
    setErrno(i32(Errno.EBADF));
    return END;
  }
  stream.buffer[stream.used] = u8(c);
  stream.used++;
  if (stream.used === BUFFER || stream.mode === 2 || (stream.mode === 1 && u8(c) === 10)) {
    if (fflush(stream) < 0) return END;
  }
  return i32(u8(c));
}
/// int putc(int c, FILE *stream);
export function putc(c: i32, stream: Ptr<File>): i32 {
  attr(symbol("putc"));
  return fputc(c, stream);
}
/// int putchar(int c);
export function putchar(c: i32): i32 {
  attr(symbol("putchar"));
  return fputc(c, standardStream(1));
}

/** Bytes to a stream: how many went. Unbuffered ones go in one call of the kernel. */
function put(from: Ptr<u8>, bytes: usize, stream: Ptr<File>): usize {
  const mode = stream.mode;
  if (mode === 2) stream.mode = 0;
  let done: usize = 0;
  while (done < bytes && fputc(i32(from[done]), stream) >= 0) done++;
  stream.mode = mode;
  if (mode === 2 && fflush(stream) < 0) return 0;
  return done;
}

/// int fputs(const char *restrict s, FILE *restrict stream);
export function fputs(s: Ptr<u8>, stream: Ptr<File>): i32 {
  attr(symbol("fputs"));
  const length = strlen(s);
  return put(s, length, stream) === length ? 1 : END;
}
/// int puts(const char *s);
export function puts(s: Ptr<u8>): i32 {
  attr(symbol("puts"));
  return fputs(s, standardStream(1)) < 0 ? END : fputc(10, standardStream(1));
}
/// size_t fread(void *restrict into, size_t size, size_t count, FILE *restrict stream);
export function fread(into: Ptr<u8>, size: usize, count: usize, stream: Ptr<File>): usize {
  attr(symbol("fread"));
  const wanted = size * count;
  let done: usize = 0;
  while (done < wanted) {
    const c = fgetc(stream);
    if (c < 0) break;
    into[done] = u8(c);
    done++;
    const ready = stream.end - stream.at;
    const more = ready < wanted - done ? ready : wanted - done;
    memcpy(ref(into[done]), ref(stream.buffer[stream.at < BUFFER ? stream.at : 0]), more);
    stream.at += more;
    done += more;
  }
  return size === 0 ? 0 : done / size;
}
/// size_t fwrite(const void *restrict from, size_t size, size_t count, FILE *restrict stream);
export function fwrite(from: Ptr<u8>, size: usize, count: usize, stream: Ptr<File>): usize {
  attr(symbol("fwrite"));
  return size === 0 ? 0 : put(from, size * count, stream) / size;
}

/// int fseek(FILE *stream, long offset, int whence);
export function fseek(stream: Ptr<File>, offset: i64, whence: i32): i32 {
  attr(symbol("fseek"));
  if (fflush(stream) < 0) return END;
  turn(stream);
  if (lseek(stream.fd, offset, whence) < 0) return END;
  stream.atEnd = false;
  return 0;
}
/// int fseeko(FILE *stream, off_t offset, int whence);
export function fseeko(stream: Ptr<File>, offset: i64, whence: i32): i32 {
  attr(symbol("fseeko"));
  return fseek(stream, offset, whence);
}
/// long ftell(FILE *stream);
export function ftell(stream: Ptr<File>): i64 {
  attr(symbol("ftell"));
  const at = lseek(stream.fd, 0, SEEK_CUR);
  if (at < 0) return -1;
  return at + i64(stream.used) - i64(stream.end - stream.at) - (stream.back >= 0 ? 1 : 0);
}
/// off_t ftello(FILE *stream);
export function ftello(stream: Ptr<File>): i64 {
  attr(symbol("ftello"));
  return ftell(stream);
}
/// void rewind(FILE *stream);
export function rewind(stream: Ptr<File>): void {
  attr(symbol("rewind"));
  fseek(stream, 0, 0);
  stream.failed = false;
}
/// int feof(FILE *stream);
export function feof(stream: Ptr<File>): i32 {
  attr(symbol("feof"));
  return stream.atEnd ? 1 : 0;
}
/// int ferror(FILE *stream);
export function ferror(stream: Ptr<File>): i32 {
  attr(symbol("ferror"));
  return stream.failed ? 1 : 0;
}
/// void clearerr(FILE *stream);
export function clearerr(stream: Ptr<File>): void {
  attr(symbol("clearerr"));
  stream.atEnd = false;
  stream.failed = false;
}
/// int fileno(FILE *stream);
export function fileno(stream: Ptr<File>): i32 {
  attr(symbol("fileno"));
  return stream.fd;
}

/// void perror(const char *about);
export function perror(about: Ptr<u8> | null): void {
  attr(symbol("perror"));
  const code = errno();
  const to = standardStream(2);
  if (about !== null && about[0] !== 0) {
    fputs(about, to);
    fputc(58, to);
    fputc(32, to);
  }
  fputs(strerror(code), to);
  fputc(10, to);
}

class TemporaryName {
  count: u64;
}
const temporary = zeroed<TemporaryName>();

/// FILE *tmpfile(void);
export function tmpfile(): Ptr<File> | null {
  attr(symbol("tmpfile"));
  const name = zeroed<Arr<u8, 40>>();
  const mode: Arr<u8, 3> = [byte("w"), byte("+"), 0];
  for (let tries = 0; tries < 1000; tries++) {
    temporary.count++;
    const length = format(slice(name))`/tmp/c-${hex(addr(ref(name)))}-${temporary.count}`;
    name[length] = 0;
    const fd = open(ref(name[0]), 0xc2, 0o600);
    if (fd < 0) continue;
    unlink(ref(name[0]));
    return made(fd, ref(mode[0]));
  }
  return null;
}

// Those with "..." are made of these by the start code (disks/c-start.ts).

/// int vfprintf(FILE *restrict stream, const char *restrict form, va_list arguments);
/// int fprintf(FILE *restrict stream, const char *restrict form, ...) __attribute__((format(printf, 2, 3)));
export function vfprintf(stream: Ptr<File>, form: Ptr<u8>, given: Ptr<VaList>): i32 {
  attr(symbol("vfprintf"));
  const mode = stream.mode;
  if (mode === 2) stream.mode = 0;
  const sink = zeroed<Sink>();
  const to = stream;
  const count = printTo(ref(sink), form, given, (c) => {
    fputc(i32(c), to);
  });
  stream.mode = mode;
  if (mode === 2) fflush(stream);
  return stream.failed ? END : count;
}
/// int vprintf(const char *restrict form, va_list arguments);
/// int printf(const char *restrict form, ...) __attribute__((format(printf, 1, 2)));
export function vprintf(form: Ptr<u8>, given: Ptr<VaList>): i32 {
  attr(symbol("vprintf"));
  return vfprintf(standardStream(1), form, given);
}
/// int vdprintf(int fd, const char *restrict form, va_list arguments);
/// int dprintf(int fd, const char *restrict form, ...) __attribute__((format(printf, 2, 3)));
export function vdprintf(fd: i32, form: Ptr<u8>, given: Ptr<VaList>): i32 {
  attr(symbol("vdprintf"));
  const stream = zeroed<File>();
  stream.fd = fd;
  stream.canWrite = true;
  stream.back = -1;
  const count = vfprintf(ref(stream), form, given);
  return fflush(ref(stream)) < 0 ? END : count;
}
/// int vsnprintf(char *restrict into, size_t bytes, const char *restrict form, va_list arguments);
/// int snprintf(char *restrict into, size_t bytes, const char *restrict form, ...) __attribute__((format(printf, 3, 4)));
export function vsnprintf(into: Ptr<u8> | null, bytes: usize, form: Ptr<u8>, given: Ptr<VaList>): i32 {
  attr(symbol("vsnprintf"));
  const sink = zeroed<Sink>();
  let at: usize = 0;
  const count = printTo(ref(sink), form, given, (c) => {
    if (into !== null && at + 1 < bytes) into[at] = c;
    at++;
  });
  if (into !== null && bytes > 0) into[at < bytes ? at : bytes - 1] = 0;
  return count;
}
/// int vsprintf(char *restrict into, const char *restrict form, va_list arguments);
/// int sprintf(char *restrict into, const char *restrict form, ...) __attribute__((format(printf, 2, 3)));
export function vsprintf(into: Ptr<u8>, form: Ptr<u8>, given: Ptr<VaList>): i32 {
  attr(symbol("vsprintf"));
  return vsnprintf(into, 0x7fff_ffff_ffff_ffff, form, given);
}
/// int vfscanf(FILE *restrict stream, const char *restrict form, va_list arguments);
/// int fscanf(FILE *restrict stream, const char *restrict form, ...) __attribute__((format(scanf, 2, 3)));
export function vfscanf(stream: Ptr<File>, form: Ptr<u8>, given: Ptr<VaList>): i32 {
  attr(symbol("vfscanf"));
  const source = zeroed<Source>();
  const from = stream;
  const found = scanFrom(ref(source), form, given, () => fgetc(from));
  if (source.next >= 0) ungetc(source.next, stream);
  return found;
}
/// int vscanf(const char *restrict form, va_list arguments);
/// int scanf(const char *restrict form, ...) __attribute__((format(scanf, 1, 2)));
export function vscanf(form: Ptr<u8>, given: Ptr<VaList>): i32 {
  attr(symbol("vscanf"));
  return vfscanf(standardStream(0), form, given);
}
/// int vsscanf(const char *restrict from, const char *restrict form, va_list arguments);
/// int sscanf(const char *restrict from, const char *restrict form, ...) __attribute__((format(scanf, 2, 3)));
export function vsscanf(text: Ptr<u8>, form: Ptr<u8>, given: Ptr<VaList>): i32 {
  attr(symbol("vsscanf"));
  const source = zeroed<Source>();
  let at: usize = 0;
  return scanFrom(ref(source), form, given, () => {
    if (text[at] === 0) return END;
    at++;
    return i32(text[at - 1]);
  });
}

/// <assert.h>
/*h
#undef assert
#ifdef NDEBUG
#define assert(x) ((void)0)
#else
#define assert(x) ((x) ? (void)0 : __assert_fail(#x, __FILE__, __LINE__, __func__))
#endif
#if __STDC_VERSION__ >= 201112L && __STDC_VERSION__ < 202311L && !defined(__cplusplus)
#define static_assert _Static_assert
#endif
*/
/** The line that assert's failure shows; the end is abort's. */
export function complainOfAssertion(what: Ptr<u8>, file: Ptr<u8>, line: i32, where: Ptr<u8>): void {
  const to = standardStream(2);
  const room = zeroed<Arr<u8, 24>>();
  fflush(standardStream(1));
  fputs(file, to);
  const length = format(slice(room))`:${line}: `;
  put(ref(room[0]), length, to);
  fputs(where, to);
  const words = ": Assertion failed: ";
  put(unsafe.ptr<u8>(addr(words)), words.length, to);
  fputs(what, to);
  fputc(10, to);
}
