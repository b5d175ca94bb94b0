// Complaints, as every program makes them: its name, what it was about, what was wrong.

import { programName } from "./environment.ts";
import { errorText } from "./error-text.ts";
import { exit } from "./hooks.ts";
import { errors, out } from "./stream.ts";

/** `cat: x: No such file or directory` */
export function complain(about: string, code: Errno): void {
  complainText(about, errorText(i32(code)));
}

export function complainText(about: string, what: string): void {
  out.flush();
  errors.write(programName());
  errors.write(": ");
  errors.write(about);
  errors.write(": ");
  errors.line(what);
}

/** `cat: what` */
export function say(what: string): void {
  out.flush();
  errors.write(programName());
  errors.write(": ");
  errors.line(what);
}

/** `cp: can't open 'x': No such file or directory` */
export function cannot(verb: string, path: string, code: Errno): void {
  out.flush();
  errors.write(programName());
  errors.write(": can't ");
  errors.write(verb);
  errors.write(" '");
  errors.write(path);
  errors.write("': ");
  errors.line(errorText(i32(code)));
}

/** A complaint, and the end. */
export function die(status: i32, what: string): never {
  say(what);
  exit(status);
}

export function dieAbout(status: i32, about: string, code: Errno): never {
  complain(about, code);
  exit(status);
}
