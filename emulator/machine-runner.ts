/**
 * The machine's thread. It owns the one Machine of its MachineThread (control.ts) and does nothing but run it: orders
 * come in as messages, looked for between slices; output and log lines go out through a ring in shared memory; and when
 * there is nothing to do it sleeps on a word of shared memory that every order rings.
 *
 * This is also where virtual time meets the clock on the wall: in "real" pace the machine may not run ahead of it, and
 * an idle machine waits; a host that is too slow makes virtual time lag, never skip.
 */
import { parentPort, receiveMessageOnPort, workerData } from "node:worker_threads";
import { CLOCK_HZ } from "./clock.ts";
import { encodePng } from "./devices/screenshot.ts";
import { decodeState, encodeStart, encodeState, StartWatch } from "./kept-start.ts";
import { type InputEvent, isEnd, Machine, type OutputChannel } from "./machine.ts";
import { Player, Recorder, readRecording } from "./replay.ts";
import { Ring } from "./ring.ts";
import type { ThreadData } from "./spare-thread.ts";
import { TextWatch } from "./text-watch.ts";
import {
  type Ending,
  LOG_CHANNEL,
  type Order,
  outputChannels,
  type Report,
  type ThreadStart,
} from "./thread-protocol.ts";
import { addCauses } from "./translator/counters.ts";
import { UserError } from "./user-error.ts";

/** Instructions between two looks at the orders: some milliseconds. */
const SLICE = 500_000;
/** Milliseconds of virtual time that the machine runs ahead before it sleeps. */
const AHEAD = 2;
/** Milliseconds that it may be behind and make up for when it can: a busy host wakes it late. What is beyond that is lag. */
const BEHIND = 250;
/** Bytes that wait in front of a serial line before the sender has to. */
const INPUT_QUEUE = 4096;
/** Milliseconds that a machine is idle before it has leisure. */
const LEISURE = 2000;
/** A machine that takes so many cycles for each instruction does nothing but wait for its timer. */
const IDLE_CYCLES = 20;
/** How long an idle machine that does not keep pace with the wall listens for orders before it skips on. */
const IDLE_PAUSE = 20;
/** Cycles that a machine which somebody left may take to finish its start. */
const REST = CLOCK_HZ / 20;
/** Regions that the end tells of. */
const HOTTEST = 12;
const CYCLES_PER_MS = CLOCK_HZ / 1000;

/** The host's clock. It shows what `performance.now` does, for which Node would load ten modules. */
function milliseconds(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1000 + nanoseconds / 1e6;
}

const port = parentPort!;
const wake = new Int32Array((workerData as ThreadData).wake);
const start = firstOrder();
// Whoever loaded us may want to know (cli/program/load.ts).
(import.meta as { readonly loaded?: () => void }).loaded?.();
const report = (message: Report): void => port.postMessage(message);

/** What machine this thread is for: waits until somebody knows. */
function firstOrder(): ThreadStart {
  for (;;) {
    const rung = Atomics.load(wake, 0);
    const first = receiveMessageOnPort(port)?.message as Order | undefined;
    if (first?.kind === "start") return first.start;
    if (first === undefined) Atomics.wait(wake, 0, rung);
  }
}

/** Collects bytes of one channel after the other and puts them into the ring in pieces. */
class Output {
  readonly #ring = new Ring(start.ring);
  readonly #buffer = new Uint8Array(4096);
  #length = 0;
  #channel = 0;

  byte(channel: number, byte: number): void {
    if (channel !== this.#channel || this.#length === this.#buffer.length) this.flush();
    this.#channel = channel;
    this.#buffer[this.#length++] = byte;
  }

  line(text: string): void {
    this.flush();
    this.#ring.write(LOG_CHANNEL, new TextEncoder().encode(`${text}\n`), () => report({ kind: "output" }));
  }

  flush(): void {
    if (this.#length === 0) return;
    this.#ring.write(this.#channel, this.#buffer.subarray(0, this.#length), () => report({ kind: "output" }));
    this.#length = 0;
  }
}

class MachineRunner {
  readonly #output = new Output();
  readonly #machine: Machine;
  readonly #recorder: Recorder | null;
  readonly #player: Player;
  /** Orders for input that the machine has not been given yet. */
  readonly #input: InputEvent[] = [];
  /** While the machine starts, if that is to be kept. */
  #watch: StartWatch | null = null;
  /** Nobody listens any more. */
  #isOver = false;
  #quit: Ending | null = null;
  #seen = false;
  /** What V8 has compiled is kept for the next start (cli/program/load.ts), where modules are loaded in that way. */
  readonly #keepCode = (import.meta as { readonly keepCode?: () => void }).keepCode;
  #hasStarted = false;
  /** Host milliseconds since when nobody has said anything to an idle machine; null: it is not idle. */
  #idleSince: number | null = null;
  /** Host milliseconds and the cycle that belong together in "real" pace. */
  #anchor = { ms: 0, cycle: 0 };

  constructor() {
    const recording = start.replay === null ? null : readRecording(start.replay);
    const options = recording?.options ?? start.options;
    this.#player = new Player(recording ?? { inputs: [], end: null });
    const watches = new Map<OutputChannel, TextWatch>();
    if (start.until !== null)
      for (const name of ["com1", "com2", "console"] as const) watches.set(name, new TextWatch(start.until));
    // The recorder looks at the disks before the machine can write to them.
    this.#recorder = start.record === null ? null : new Recorder(start.record, options);
    this.#machine = new Machine(
      { ...options, log: start.options.log ?? [], interpreter: start.options.interpreter, known: start.options.known },
      {
        output: (channel, byte) => {
          if (!this.#isOver) this.#output.byte(outputChannels.indexOf(channel), byte);
          this.#watch?.output(channel, byte, this.#machine.now.cycles);
          if (watches.get(channel)?.push(byte)) {
            this.#seen = true;
            this.#machine.pause();
          }
        },
        log: (line) => this.#output.line(line),
        input: (at, event) => this.#recorder?.input(at, event),
      },
    );
  }

  run(): void {
    report({ kind: "ready" });
    const began = milliseconds();
    const resumed = this.#resume();
    const since = resumed ? null : start.since;
    this.#anchor = { ms: Math.max(since ?? began, began - BEHIND), cycle: this.#machine.now.cycles };
    const ending = this.#runToEnd();
    this.#output.flush();
    const { translator } = this.#machine.processor;
    const counts = translator.counts();
    const hottest = counts.slice(0, HOTTEST);
    const left = counts.length === 0 ? null : counts.map((one) => one.left).reduce(addCauses);
    const { made: regions, translated } = translator;
    const stats = { ...this.#machine.now, hostMs: milliseconds() - began, regions, translated, hottest, left };
    this.#recorder?.end(this.#machine.now);
    report({ kind: "stopped", ending, stats });
    this.#keep();
    while (this.#quit?.kind !== "closed") this.#takeOrders(Number.POSITIVE_INFINITY);
    if (ending.kind === "quit") this.#finishStart();
    this.#machine.close();
  }

  /** Goes on behind the start that was kept. False: there is none. */
  #resume(): boolean {
    if (start.beginning === null) return false;
    const { state } = start.beginning;
    if (state === null) {
      this.#watch = new StartWatch();
      return false;
    }
    this.#machine.restore(decodeState(state), true);
    return true;
  }

  /** The machine is idle: that may be the end of its start. */
  #keepStart(): void {
    const stands = this.#watch?.at(this.#machine.now.cycles) ?? "starting";
    if (stands === "starting") return;
    const { said } = this.#watch!;
    this.#watch = null;
    if (stands !== "waiting") return;
    report({ kind: "started", start: encodeStart({ state: encodeState(this.#machine.save()), said }) });
  }

  /** The machine was left before it was known that it waits: what remains of its start passes unheard, and nothing that it writes is kept. */
  #finishStart(): void {
    this.#isOver = true;
    const machine = this.#machine;
    const end = machine.now.cycles + REST;
    while (this.#watch !== null) {
      const stop = machine.run({ cycle: end, idle: "stop" });
      if (stop.kind !== "idle") return;
      this.#keepStart();
      machine.passTime(Math.min(stop.deadline, end));
    }
  }

  /** Gives away what makes the next start shorter. */
  #keep(): void {
    const code = this.#machine.processor.knownCode();
    if (code !== null) report({ kind: "known", code });
    this.#keepCode?.();
  }

  /** Returns whether a machine that is idle has found something to do for itself that somebody should look after soon. */
  #useLeisure(isIdle: boolean): boolean {
    if (!isIdle) this.#idleSince = null;
    if (!isIdle) return false;
    this.#idleSince ??= milliseconds();
    if (milliseconds() - this.#idleSince < LEISURE) return true;
    return this.#machine.processor.translator.leisure();
  }

  #runToEnd(): Ending {
    const machine = this.#machine;
    const real = start.pace === "real";
    const most = start.maxInstructions ?? Number.POSITIVE_INFINITY;
    /** Instructions that the guest was given and did not use, because it could do nothing but fault. */
    let unused = 0;
    for (;;) {
      this.#takeOrders(0);
      if (this.#quit !== null) return this.#quit;
      this.#feed();
      const { instructions: before, cycles } = machine.now;
      const given = Math.min(SLICE, most - before - unused);
      const stop = this.#player.run(machine, {
        instructions: given,
        ...(real && { cycle: this.#wallCycle() + AHEAD * CYCLES_PER_MS }),
        idle: real ? "stop" : "skip",
      });
      this.#output.flush();
      if (this.#seen) return { kind: "text" };
      if (stop.kind === "end") return { kind: "quit" };
      if (isEnd(stop)) return stop as Ending;
      if (stop.kind === "instructions") unused += given - (machine.now.instructions - before);
      if (machine.now.instructions + unused >= most) return { kind: "instructions" };
      if (stop.kind === "idle") {
        // The guest has started, and waits.
        this.#output.flush();
        if (!this.#hasStarted) this.#keep();
        this.#hasStarted = true;
        this.#keepStart();
      }
      const { now } = machine;
      const isIdle = stop.kind === "idle" || now.cycles - cycles > IDLE_CYCLES * (now.instructions - before);
      const isBusy = this.#useLeisure(isIdle);
      if (real) this.#keepPace(stop.kind === "idle" ? stop.deadline : null);
      else if (stop.kind === "idle") {
        const asleep = stop.deadline === Number.POSITIVE_INFINITY;
        const woken = this.#takeOrders(asleep && !isBusy ? Number.POSITIVE_INFINITY : IDLE_PAUSE);
        if (!woken && !asleep) machine.passTime(stop.deadline);
      }
    }
  }

  /** The cycle that the clock on the wall has reached. */
  #wallCycle(): number {
    return Math.floor(this.#anchor.cycle + (milliseconds() - this.#anchor.ms) * CYCLES_PER_MS);
  }

  /** Waits while virtual time is ahead of the wall; `deadline`: the machine is idle until then. */
  #keepPace(deadline: number | null): void {
    const machine = this.#machine;
    const ahead = (): number => ((deadline ?? machine.now.cycles) - this.#wallCycle()) / CYCLES_PER_MS;
    if (deadline !== null) {
      if (ahead() > 0) this.#takeOrders(ahead());
      machine.passTime(Math.min(deadline, Math.max(this.#wallCycle(), machine.now.cycles)));
    } else if (ahead() > AHEAD / 2) this.#takeOrders(ahead());
    const late = (this.#wallCycle() - machine.now.cycles) / CYCLES_PER_MS;
    if (late > BEHIND) this.#anchor = { ms: milliseconds() - BEHIND, cycle: machine.now.cycles };
  }

  /** Takes what the other thread sent; if there is nothing, waits for it up to `timeout` milliseconds. False: nothing came. */
  #takeOrders(timeout: number): boolean {
    const rung = Atomics.load(wake, 0);
    let taken = false;
    const take = (): void => {
      for (let next = receiveMessageOnPort(port); next !== undefined; next = receiveMessageOnPort(port)) {
        taken = true;
        this.#obey(next.message as Order);
      }
    };
    take();
    if (taken || timeout <= 0) return taken;
    Atomics.wait(wake, 0, rung, timeout);
    take();
    return taken;
  }

  #obey(order: Order): void {
    switch (order.kind) {
      case "input":
        this.#idleSince = null;
        this.#input.push({ channel: order.channel, bytes: order.bytes });
        return;
      case "quit":
        this.#quit = { kind: order.why };
        return;
      case "screenshot":
        report({ kind: "screenshot", png: encodePng(this.#machine.vga.render()) });
        return;
      case "close":
        this.#quit = { kind: "closed" };
        return;
      case "start":
        throw new Error("a thread has one machine");
    }
  }

  /** Gives the machine as much of the waiting input as its lines take. */
  #feed(): void {
    while (this.#input.length > 0) {
      const { channel, bytes } = this.#input[0]!;
      const room = INPUT_QUEUE - this.#machine.pendingInput(channel);
      if (room <= 0) return;
      const part = bytes.subarray(0, room);
      if (start.replay === null) this.#machine.input({ channel, bytes: part });
      // What comes from outside belongs to no start.
      this.#watch = null;
      report({ kind: "took", channel, count: part.length });
      if (part.length === bytes.length) this.#input.shift();
      else this.#input[0] = { channel, bytes: bytes.subarray(room) };
    }
  }
}

try {
  new MachineRunner().run();
} catch (error) {
  if (error instanceof UserError) report({ kind: "refused", message: error.message });
  else if (error instanceof Error) report({ kind: "failed", message: error.message, stack: error.stack ?? "" });
  else report({ kind: "failed", message: String(error), stack: "" });
}
