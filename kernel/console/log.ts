// What the kernel says. `klog` and `print` both come here: into a ring that keeps the last part for whoever asks later
// (dmesg, /proc/kmsg), and at once to the sinks, the consoles of the moment: at first there is none, then the screen, then
// the serial line.
//
// In a panic nothing can be trusted, this file's lock least of all: then everything goes straight to the two devices that
// need no interrupts.
import { screenWrite } from "../drivers/screen.ts";
import { serialWrite } from "../drivers/serial.ts";
import { LOG_BYTES, LOG_SINKS } from "../limits.ts";
import { Locked } from "../sync/spin.ts";

type Sink = Fn<(text: View<u8>) => void>;

class Log {
  ring: Arr<u8, typeof LOG_BYTES>;
  /** Bytes ever said; the ring holds the last of them. */
  end: u64;
  sinks: Arr<Sink | null, typeof LOG_SINKS>;
}

const log = zeroed<Locked<Log>>();
const panicking = zeroed<Atomic<u32>>();

/** Adds a console. It is called from interrupt handlers too. */
export function addSink(sink: Fn<(text: View<u8>) => void>): void {
  using l = log.enter();
  for (let i: usize = 0; i < LOG_SINKS; i++) {
    if (l.v.sinks[i] !== null) continue;
    l.v.sinks[i] = sink;
    return;
  }
  panic("too many consoles (limits.ts)");
}

/** No console any more: programs have it now. The ring goes on, and a panic is seen. */
export function dropSinks(): void {
  using l = log.enter();
  for (let i: usize = 0; i < LOG_SINKS; i++) l.v.sinks[i] = null;
}

function consoleWrite(sink: u64, at: Ptr<u8>, bytes: usize): void {
  attr(symbol("cor_write"), irqSafe, noSleep);
  const said = slice(at, bytes);
  if (panicking.load() !== 0) {
    serialWrite(said);
    screenWrite(said);
    return;
  }
  keep(said);
  for (let i: usize = 0; i < LOG_SINKS; i++) {
    const to = sinkAt(i);
    if (to === null) return;
    to(said);
  }
}

function keep(said: View<u8>): void {
  using l = log.enter();
  for (const c of said) {
    l.v.ring[l.v.end % LOG_BYTES] = c;
    l.v.end++;
  }
}

function sinkAt(i: usize): Sink | null {
  using l = log.enter();
  return l.v.sinks[i];
}

/** Bytes ever said: where the next one goes. */
export function logEnd(): u64 {
  using l = log.enter();
  return l.v.end;
}

/** The oldest byte that is still known. */
export function logStart(): u64 {
  const end = logEnd();
  return end > LOG_BYTES ? end - LOG_BYTES : 0;
}

/** What was said from byte `from` on, as much as there is and fits; how many bytes. What is forgotten already is skipped. */
export function readLog(from: u64, to: Slice<u8>): usize {
  using l = log.enter();
  const end = l.v.end;
  const start = end > LOG_BYTES && from < end - LOG_BYTES ? end - LOG_BYTES : from;
  let got: usize = 0;
  for (let at = start; at < end && got < to.length; at++) {
    to[got] = l.v.ring[at % LOG_BYTES];
    got++;
  }
  return got;
}

/** From here on the log goes straight to the devices. Whether this is the first panic. */
export function beginPanic(): boolean {
  attr(irqSafe);
  return panicking.swap(1) === 0;
}
