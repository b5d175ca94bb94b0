// Redirections: files put in the place of others, and put back where the shell itself goes on.

import { F_DUPFD_CLOEXEC, O_APPEND, O_CLOEXEC, O_CREAT, O_EXCL, O_RDONLY, O_RDWR, O_TRUNC, O_WRONLY, S_IFMT, S_IFREG, Stat } from "../../../kernel/abi/files.ts";
import { errorText } from "../error-text.ts";
import { programName } from "../environment.ts";
import { List } from "../list.ts";
import { errors, out } from "../stream.ts";
import { close, dup2, fcntl, fork, leave, open, pipe, PipeEnds, stat, writeAll } from "../sys.ts";
import { isDigit } from "../text.ts";
import { expandHere, expandText } from "./expand.ts";
import { shell } from "./state.ts";
import { type Redirect, Token } from "./syntax.ts";


/** Files that are somewhere else for a while. */
export class Aside {
  private fds: List<i32>;
  private copies: List<i32>;

  /** Moves what is at a number out of the way, once. */
  save(fd: i32): void {
    for (const other of this.fds.items()) if (other === fd) return;
    const copy = fcntl(fd, F_DUPFD_CLOEXEC, 10);
    this.fds.push(fd);
    this.copies.push(isErr(copy) ? -1 : i32(copy));
  }

  /** Everything back to where it was. */
  restore(): void {
    out.flush();
    while (this.fds.length > 0) {
      const fd = this.fds.pop();
      const copy = this.copies.pop();
      if (copy < 0) ignore(close(fd), "it was closed before");
      else {
        ignore(dup2(copy, fd), "the copy is open");
        ignore(close(copy), "it is open");
      }
    }
    this.fds.dispose();
    this.copies.dispose();
  }
}

function cannot(verb: string, what: string, code: Errno): Err {
  errors.write(programName());
  errors.write(": can't ");
  errors.write(verb);
  errors.write(" ");
  errors.write(what);
  errors.write(": ");
  errors.line(errorText(i32(code)));
  return err(code);
}

/** Carries out redirections, in order. What they replace goes into `aside`, unless that is null. Errors were told. */
export function redirectAll(first: Ptr<Redirect> | null, aside: Ptr<Aside> | null): Res<void> {
  for (let r = first; r !== null; r = r.next) {
    out.flush();
    orReturn(redirectOne(r, aside));
  }
}

function redirectOne(r: Ptr<Redirect>, aside: Ptr<Aside> | null): Res<void> {
  if (r.operator === Token.HereDocument || r.operator === Token.HereDocumentTabs) return place(orReturn(hereDocument(r)), r.fd, aside);
  const target = orReturn(expandText(r.target, false));
  if (r.operator === Token.LessAnd || r.operator === Token.GreaterAnd) {
    if (aside !== null) aside.save(r.fd);
    if (target === "-") {
      ignore(close(r.fd), "what is closed may be closed");
      return;
    }
    let fd: i32 = 0;
    for (const c of target) {
      if (!isDigit(c)) return cannot("duplicate", target, Errno.EBADF);
      fd = fd * 10 + i32(c - byte("0"));
    }
    const copied = dup2(fd, r.fd);
    if (isErr(copied)) return cannot("duplicate", target, copied.code);
    return;
  }
  const opened = openTarget(r.operator, target);
  if (isErr(opened)) return cannot(r.operator === Token.Less ? "open" : "create", target, opened.code);
  return place(opened, r.fd, aside);
}

function openTarget(operator: Token, path: string): Res<i32> {
  switch (operator) {
    case Token.Less:
      return open(path, O_RDONLY | O_CLOEXEC, 0);
    case Token.LessGreater:
      return open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o666);
    case Token.DoubleGreater:
      return open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o666);
    case Token.Greater:
      if (shell.flags.noClobber) {
        const seen = zeroed<Stat>();
        const there = stat(path, ref(seen));
        if (isErr(there)) return open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666);
        if ((seen.mode & S_IFMT) === S_IFREG) return err(Errno.EEXIST);
      }
      return open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666);
    default:
      return open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666);
  }
}

/** An open file to where it belongs. */
function place(from: i32, to: i32, aside: Ptr<Aside> | null): Res<void> {
  if (aside !== null) aside.save(to);
  // Opened on the very number: what remains is to keep it open for programs.
  if (from === to) {
    orReturn(fcntl(from, 2, 0));
    return;
  }
  const moved = dup2(from, to);
  ignore(close(from), "it is open");
  if (isErr(moved)) return cannot("duplicate", "a file", moved.code);
}

/** How much a pipe takes without anybody who reads. */
const PIPE_ROOM = 4096;

/** A pipe with the text in it; a longer one is written by a process of its own. */
function hereDocument(r: Ptr<Redirect>): Res<i32> {
  const body = r.quoted ? r.target : orReturn(expandHere(r.target));
  const ends = zeroed<PipeEnds>();
  orReturn(pipe(ref(ends), O_CLOEXEC));
  if (body.length <= PIPE_ROOM) orReturn(writeAll(ends.writing, bytes(body)));
  else {
    out.flush();
    const child = orReturn(fork());
    if (child === 0) {
      ignore(close(ends.reading), "it is open");
      ignore(writeAll(ends.writing, bytes(body)), "the reader may stop early");
      leave(0);
    }
  }
  orReturn(close(ends.writing));
  return ends.reading;
}
