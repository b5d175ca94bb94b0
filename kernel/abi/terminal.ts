// Terminals, as programs see them: the structures and numbers of Linux's termios (asm-generic/termbits.h, ioctls.h).

export const TCGETS = 0x5401;
export const TCSETS = 0x5402;
export const TCSETSW = 0x5403;
export const TCSETSF = 0x5404;
export const TCSBRK = 0x5409;
export const TCXONC = 0x540a;
export const TCFLSH = 0x540b;
export const TIOCSCTTY = 0x540e;
export const TIOCGPGRP = 0x540f;
export const TIOCSPGRP = 0x5410;
export const TIOCGWINSZ = 0x5413;
export const TIOCSWINSZ = 0x5414;
export const FIONREAD = 0x541b;
export const TIOCNOTTY = 0x5422;
export const TIOCGSID = 0x5429;

// The argument of TCFLSH and of TCXONC.
export const TCIFLUSH = 0;
export const TCOFLUSH = 1;
export const TCIOFLUSH = 2;
export const TCOOFF = 0;
export const TCOON = 1;

/** Indexes into `control`. */
export const VINTR = 0;
export const VQUIT = 1;
export const VERASE = 2;
export const VKILL = 3;
export const VEOF = 4;
export const VTIME = 5;
export const VMIN = 6;
export const VSTART = 8;
export const VSTOP = 9;
export const VSUSP = 10;
export const VEOL = 11;
export const VREPRINT = 12;
export const VWERASE = 14;
export const VLNEXT = 15;

// input
export const IGNBRK = 1;
export const BRKINT = 2;
export const ISTRIP = 0x20;
export const INLCR = 0x40;
export const IGNCR = 0x80;
export const ICRNL = 0x100;
export const IXON = 0x400;
export const IXANY = 0x800;
export const IUTF8 = 0x4000;
// output
export const OPOST = 1;
export const ONLCR = 4;
export const OCRNL = 8;
// control
export const CS8 = 0x30;
export const CREAD = 0x80;
export const B38400 = 0xf;
// local
export const ISIG = 1;
export const ICANON = 2;
export const ECHO = 8;
export const ECHOE = 0x10;
export const ECHOK = 0x20;
export const ECHONL = 0x40;
export const NOFLSH = 0x80;
export const TOSTOP = 0x100;
export const ECHOCTL = 0x200;
export const ECHOKE = 0x800;
export const IEXTEN = 0x8000;

@size(36)
export class Termios {
  input: u32;
  output: u32;
  controlModes: u32;
  local: u32;
  line: u8;
  control: Arr<u8, 19>;
}

export class WindowSize {
  rows: u16;
  columns: u16;
  width: u16;
  height: u16;
}
