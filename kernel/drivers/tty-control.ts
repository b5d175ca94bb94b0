// What programs ask of a terminal beside bytes: its settings, its size, who is in the foreground. The requests and structures
// are Linux's, so that stty, editors and shells written for it find what they expect. (kernel/abi/terminal.ts)
import { SIGTTOU, SIGWINCH } from "../abi/signals.ts";
import {
  FIONREAD,
  TCFLSH,
  TCGETS,
  TCIFLUSH,
  TCIOFLUSH,
  TCOFLUSH,
  TCOOFF,
  TCOON,
  TCSBRK,
  TCSETS,
  TCSETSF,
  TCSETSW,
  TCXONC,
  Termios,
  TIOCGPGRP,
  TIOCGSID,
  TIOCGWINSZ,
  TIOCNOTTY,
  TIOCSCTTY,
  TIOCSPGRP,
  TIOCSWINSZ,
  WindowSize,
} from "../abi/terminal.ts";
import { currentGroup, currentSession, groupInSession, leadsSession } from "../task/process.ts";
import { signalGroup } from "../task/signals.ts";
import { type Tty, ttyDrained } from "./tty.ts";
import { foregroundOnly } from "./tty-file.ts";

/** ENOTTY for what is no request of terminals; EFAULT, EINVAL, EPERM, EIO, EINTR. */
export function controlTty(tty: Ptr<Tty>, request: u64, argument: User<u8>): Res<u64> {
  attr(maySleep, mayAlloc);
  switch (request) {
    case TCGETS:
      return getSettings(tty, argument);
    case TCSETS:
    case TCSETSW:
    case TCSETSF:
      return setSettings(tty, request, argument);
    case TIOCGWINSZ:
      return getWindow(tty, argument);
    case TIOCSWINSZ:
      return setWindow(tty, argument);
    case TIOCGPGRP:
      return getForeground(tty, argument);
    case TIOCSPGRP:
      return setForeground(tty, argument);
    case TIOCGSID:
      return getSession(tty, argument);
    case TIOCSCTTY:
      return takeTerminal(tty, argument);
    case TIOCNOTTY:
      return leaveTerminal(tty);
    case FIONREAD:
      return countInput(tty, argument);
    case TCFLSH:
      return forget(tty, argument);
    case TCXONC:
      return hold(tty, argument);
    case TCSBRK:
      orReturn(drain(tty));
      return 0;
    default:
      return err(Errno.ENOTTY);
  }
}

/** A structure as the bytes that ioctl moves. */
function bytesOf<T>(of: Ptr<T>): Slice<u8> {
  return slice(unsafe.cast<Ptr<u8>>(of), sizeOf<T>());
}

function give<T>(to: User<u8>, from: Ptr<T>): Res<u64> {
  orReturn(copyOut(to, bytesOf(from)));
  return 0;
}

/** Three requests have a number where others have an address. */
function numberOf(argument: User<u8>): u64 {
  let given = argument;
  return unsafe.cast<Ptr<u64>>(ref(given))[0];
}

// ---- settings

function getSettings(tty: Ptr<Tty>, argument: User<u8>): Res<u64> {
  const settings = zeroed<Termios>();
  {
    using s = tty.state.enter();
    copy(ref(settings), ref(s.v.discipline.settings));
  }
  return give(argument, ref(settings));
}

/** At once; or when everything written has gone out; or then, and without what was typed and not read. */
function setSettings(tty: Ptr<Tty>, request: u64, argument: User<u8>): Res<u64> {
  attr(maySleep);
  const settings = zeroed<Termios>();
  orReturn(copyIn(bytesOf(ref(settings)), argument));
  orReturn(foregroundOnly(tty, SIGTTOU));
  if (request !== TCSETS) orReturn(drain(tty));
  {
    using s = tty.state.enter();
    if (request === TCSETSF) s.v.discipline.forgetInput();
    s.v.discipline.set(ref(settings));
  }
  // Who waits for a line may have bytes now, and held output may go.
  tty.readers.wakeAll();
  tty.kick(tty);
  return 0;
}

/** Waits until everything written has gone to the wire. EINTR. */
function drain(tty: Ptr<Tty>): Res<void> {
  attr(maySleep);
  tty.kick(tty);
  orReturn(tty.writers.wait(() => ttyDrained(tty)));
}

// ---- the window

function getWindow(tty: Ptr<Tty>, argument: User<u8>): Res<u64> {
  const window = zeroed<WindowSize>();
  {
    using s = tty.state.enter();
    copy(ref(window), ref(s.v.window));
  }
  return give(argument, ref(window));
}

function setWindow(tty: Ptr<Tty>, argument: User<u8>): Res<u64> {
  const window = zeroed<WindowSize>();
  orReturn(copyIn(bytesOf(ref(window)), argument));
  let group: u32 = 0;
  {
    using s = tty.state.enter();
    if (s.v.window.rows !== window.rows || s.v.window.columns !== window.columns) group = s.v.foreground;
    copy(ref(s.v.window), ref(window));
  }
  if (group !== 0) signalGroup(group, SIGWINCH);
  return 0;
}

// ---- who is in the foreground

function getForeground(tty: Ptr<Tty>, argument: User<u8>): Res<u64> {
  let group: u32 = 0;
  {
    using s = tty.state.enter();
    if (s.v.session !== currentSession()) return err(Errno.ENOTTY);
    group = s.v.foreground;
  }
  return give(argument, ref(group));
}

/** A group of the caller's session. A terminal that belongs to nobody becomes the session's. */
function setForeground(tty: Ptr<Tty>, argument: User<u8>): Res<u64> {
  let group: u32 = 0;
  orReturn(copyIn(bytesOf(ref(group)), argument));
  const session = currentSession();
  if (group === 0 || !groupInSession(group, session)) return err(Errno.EPERM);
  orReturn(foregroundOnly(tty, SIGTTOU));
  using s = tty.state.enter();
  if (s.v.session === 0) s.v.session = session;
  if (s.v.session !== session) return err(Errno.ENOTTY);
  s.v.foreground = group;
  return 0;
}

function getSession(tty: Ptr<Tty>, argument: User<u8>): Res<u64> {
  let session: u32 = 0;
  {
    using s = tty.state.enter();
    session = s.v.session;
  }
  if (session === 0 || session !== currentSession()) return err(Errno.ENOTTY);
  return give(argument, ref(session));
}

/** The leader of a session takes a terminal that is free; with an argument of 1, also one that is not. */
function takeTerminal(tty: Ptr<Tty>, argument: User<u8>): Res<u64> {
  if (!leadsSession()) return err(Errno.EPERM);
  const session = currentSession();
  const group = currentGroup();
  using s = tty.state.enter();
  if (s.v.session === session) return 0;
  if (s.v.session !== 0 && numberOf(argument) !== 1) return err(Errno.EPERM);
  s.v.session = session;
  s.v.foreground = group;
  return 0;
}

function leaveTerminal(tty: Ptr<Tty>): Res<u64> {
  using s = tty.state.enter();
  if (s.v.session !== currentSession()) return err(Errno.ENOTTY);
  if (leadsSession()) {
    s.v.session = 0;
    s.v.foreground = 0;
  }
  return 0;
}

// ---- buffers

function countInput(tty: Ptr<Tty>, argument: User<u8>): Res<u64> {
  let count: u32 = 0;
  {
    using s = tty.state.enter();
    count = s.v.discipline.available();
  }
  return give(argument, ref(count));
}

function forget(tty: Ptr<Tty>, argument: User<u8>): Res<u64> {
  const which = numberOf(argument);
  if (which > TCIOFLUSH) return err(Errno.EINVAL);
  {
    using s = tty.state.enter();
    if (which !== TCOFLUSH) s.v.discipline.forgetInput();
    if (which !== TCIFLUSH) s.v.forgetOutput();
  }
  tty.writers.wakeAll();
  tty.resume(tty);
  return 0;
}

function hold(tty: Ptr<Tty>, argument: User<u8>): Res<u64> {
  const what = numberOf(argument);
  if (what !== TCOOFF && what !== TCOON) return err(Errno.EINVAL);
  {
    using s = tty.state.enter();
    s.v.discipline.stopped = what === TCOOFF;
  }
  tty.kick(tty);
  return 0;
}
