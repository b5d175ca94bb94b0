// Terminals: whether somebody sits at a file, how large the screen is, and taking keys as they are pressed.

import { TCGETS, TCSETSW, TIOCGPGRP, TIOCGWINSZ, TIOCSPGRP, TIOCSWINSZ } from "../../kernel/abi/terminal.ts";
import { ECHO, ICANON, ICRNL, IEXTEN, ISIG, IXON, Termios, VMIN, VTIME, WindowSize } from "../../kernel/abi/terminal.ts";
import { ioctl } from "./sys.ts";

export function getTerminal(fd: i32, into: Ptr<Termios>): Res<void> {
  orReturn(ioctl(fd, TCGETS, addr(into)));
}

export function setTerminal(fd: i32, modes: Ptr<Termios>): Res<void> {
  orReturn(ioctl(fd, TCSETSW, addr(modes)));
}

export function isTerminal(fd: i32): boolean {
  const modes = zeroed<Termios>();
  const got = getTerminal(fd, ref(modes));
  return !isErr(got);
}

/** From modes for people to modes for programs: each key at once, nothing shown, no signals; `signals` leaves Ctrl-C a signal. */
export function makeRaw(modes: Ptr<Termios>, signals: boolean): void {
  modes.input &= ~u32(ICRNL | IXON);
  modes.local &= ~u32(ICANON | ECHO | IEXTEN);
  if (!signals) modes.local &= ~u32(ISIG);
  modes.control[VMIN] = 1;
  modes.control[VTIME] = 0;
}

/** How large the screen is; 24 by 80 where nobody knows. */
export function screenSize(fd: i32, into: Ptr<WindowSize>): void {
  const got = ioctl(fd, TIOCGWINSZ, addr(into));
  if (isErr(got) || into.rows === 0 || into.columns === 0) {
    into.rows = 24;
    into.columns = 80;
  }
}

/** Whether there is a terminal of which nobody has said how large it is: one at the end of a serial line. */
export function isSizeUnknown(fd: i32): boolean {
  const window = zeroed<WindowSize>();
  const got = ioctl(fd, TIOCGWINSZ, addr(ref(window)));
  return !isErr(got) && (window.rows === 0 || window.columns === 0);
}

/** Tells everybody how large the screen is. */
export function setScreenSize(fd: i32, rows: u16, columns: u16): void {
  const window = zeroed<WindowSize>();
  window.rows = rows;
  window.columns = columns;
  ignore(ioctl(fd, TIOCSWINSZ, addr(ref(window))), "then it stays as it was");
}

/** The group of processes that the keyboard's signals go to. */
export function foregroundGroup(fd: i32): Res<i32> {
  let group: i32 = 0;
  orReturn(ioctl(fd, TIOCGPGRP, addr(ref(group))));
  return group;
}

export function setForegroundGroup(fd: i32, group: i32): Res<void> {
  let given = group;
  orReturn(ioctl(fd, TIOCSPGRP, addr(ref(given))));
}
