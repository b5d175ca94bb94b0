// The terminals that there are, by number: device files and sessions lead to them. One of them is the console, where the first
// program talks to whoever sits there.
import { registerDevice } from "../fs/devices.ts";
import { SIGCONT, SIGHUP } from "../abi/signals.ts";
import { signalGroup } from "../task/signals.ts";
import type { Tty } from "./tty.ts";
import { ttyOps } from "./tty-file.ts";

/** Terminals at most. */
export const MOST_TTYS = 8;
/** What a device file leads to when it is no terminal of its own: the console; the terminal of whoever asks. */
export const CONSOLE: u64 = 0x100;
export const OWN_TERMINAL: u64 = 0x101;
/** S_IFCHR and rights: terminals belong to root, and whoever is in its group may write to them. */
const TERMINAL_MODE: u32 = 0x2190;
const EVERYBODY_MODE: u32 = 0x21b6;

const ttys = zeroed<Arr<Atomic<Ptr<Tty> | null>, typeof MOST_TTYS>>();
const count = zeroed<Atomic<u32>>();
const console = zeroed<Atomic<u32>>();

/** A terminal gets its device file. ENFILE, and what registerDevice says. */
export function registerTty(name: string, tty: Ptr<Tty>): Res<u32> {
  attr(maySleep, mayAlloc);
  const index = count.load();
  if (index >= MOST_TTYS) return err(Errno.ENFILE);
  ttys[index].store(tty);
  count.store(index + 1);
  orReturn(registerDevice(name, TERMINAL_MODE, ttyOps(), u64(index)));
  return index;
}

/** /dev/console and /dev/tty, once the terminals are there. */
export function registerConsole(index: u32): Res<void> {
  attr(maySleep, mayAlloc);
  console.store(index);
  orReturn(registerDevice("console", TERMINAL_MODE, ttyOps(), CONSOLE));
  orReturn(registerDevice("tty", EVERYBODY_MODE, ttyOps(), OWN_TERMINAL));
}

/** The terminal behind a device file; for /dev/tty that of a session. ENXIO. */
export function ttyOf(data: u64, session: u32): Res<Ptr<Tty>> {
  if (data === OWN_TERMINAL) {
    for (let i: u32 = 0; i < MOST_TTYS; i++) {
      const tty = ttys[i].load();
      if (tty !== null && sessionOf(tty) === session && session !== 0) return tty;
    }
    return err(Errno.ENXIO);
  }
  const index = data === CONSOLE ? u64(console.load()) : data;
  if (index >= MOST_TTYS) return err(Errno.ENXIO);
  const tty = ttys[index].load();
  if (tty === null) return err(Errno.ENXIO);
  return tty;
}

function sessionOf(tty: Ptr<Tty>): u32 {
  using s = tty.state.enter();
  return s.v.session;
}

/** The leader of a session has ended: its terminal is free again, and who was in the foreground hears of it. */
export function releaseTerminal(session: u32): void {
  for (let i: u32 = 0; i < MOST_TTYS; i++) {
    const tty = ttys[i].load();
    if (tty === null || session === 0) continue;
    let group: u32 = 0;
    {
      using s = tty.state.enter();
      if (s.v.session !== session) continue;
      group = s.v.foreground;
      s.v.session = 0;
      s.v.foreground = 0;
    }
    if (group === 0) continue;
    signalGroup(group, SIGHUP);
    signalGroup(group, SIGCONT);
  }
}
