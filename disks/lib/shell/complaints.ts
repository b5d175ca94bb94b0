// What the shell says of a builtin that was used wrongly, and what a script makes of that.

import { errors } from "../stream.ts";
import { shell } from "./state.ts";

export function wrong(name: string, about: string, what: string): i32 {
  errors.write("sh: ");
  errors.write(name);
  errors.write(": ");
  if (about.length > 0) {
    errors.write(about);
    errors.write(": ");
  }
  errors.line(what);
  return 2;
}

/** A mistake in a special builtin ends a script. */
export function fatal(name: string, about: string, what: string): i32 {
  wrong(name, about, what);
  if (!shell.flags.interactive) shell.exiting = true;
  shell.status = 2;
  return 2;
}

export function fatalQuietly(): i32 {
  if (!shell.flags.interactive) shell.exiting = true;
  shell.status = 2;
  return 2;
}
