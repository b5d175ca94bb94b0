/**
 * The handle on a machine that runs in its own thread (machine-runner.ts), so that terminal, sockets and timers of the main
 * thread stay prompt however busy the guest is.
 *
 *     const machine = await MachineThread.start({ machine: { firmware, disks: [{ image: "cor.img" }] } }, {
 *       output: (channel, bytes) => process.stdout.write(bytes),
 *     });
 *     machine.send("com1", new TextEncoder().encode("ls\n"));
 *     const { ending } = await machine.ended;
 *     await machine.close();
 */
import type { Worker } from "node:worker_threads";
import { decodeStart, type KeptStart } from "./kept-start.ts";
import type { InputChannel, MachineOptions, OutputChannel } from "./machine.ts";
import { Ring } from "./ring.ts";
import { SpareThread } from "./spare-thread.ts";
import {
  type Ending,
  LOG_CHANNEL,
  type Order,
  outputChannels,
  type Report,
  type Stats,
  type ThreadStart,
} from "./thread-protocol.ts";
import { UserError } from "./user-error.ts";

/** Output that may wait in memory for a slow reader, in bytes. */
const RING_BYTES = 1 << 16;
/** Input that is sent ahead of what the guest takes, in bytes. */
const SEND_AHEAD = 1 << 14;
/** After `stop`, a host that is slow to take output holds the end up no longer than this: milliseconds. */
const PATIENCE = 1000;
/** A thread that was asked to stop and says nothing for so many milliseconds hangs: a bug of ours. */
const HANG = 10_000;

export interface ThreadOptions {
  readonly machine?: MachineOptions;
  /** "real": in step with the clock on the wall. "fast" (default): as fast as it can, idle time skipped. */
  readonly pace?: "real" | "fast";
  /**
   * With pace "real": when the machine was switched on, in milliseconds of process.hrtime. The time that it took to make it is made up for, as far as
   * the host can. Default: when it is made.
   */
  readonly since?: number;
  /**
   * For who keeps starts (kept-start.ts): the one of a machine with the same options, or null. What that said is said again at once, while the
   * machine is made.
   */
  readonly kept?: Uint8Array | null;
  /** End as soon as a serial line has said this. */
  readonly until?: string | null;
  /** End after so many instructions. */
  readonly maxInstructions?: number | null;
  /** Path of a recording to write. */
  readonly record?: string | null;
  /** Path of a recording to play; `machine` then only says what is logged, and what is sent is dropped. */
  readonly replay?: string | null;
}

export interface ThreadHost {
  /** Bytes that came out. A promise makes the machine wait once 64 KiB are under way. */
  output?(channel: OutputChannel, bytes: Uint8Array): void | Promise<void>;
  /** A piece of the log: whole lines. */
  log?(text: string): void | Promise<void>;
  /** What was decoded, for `known` in the options of a later machine of the same sources. */
  known?(code: Uint8Array): void;
  /** The machine's start, for `kept` of a later one with the same options. */
  started?(start: Uint8Array): void;
}

export class MachineThread {
  /** How the machine's life ended. Rejects when the thread or `host` threw: an Error that is no UserError is a bug. */
  readonly ended: Promise<{ readonly ending: Ending; readonly stats: Stats }>;
  /** Resolves when the machine runs; rejects with a UserError when the options name what cannot be used. */
  readonly ready: Promise<void>;
  readonly #worker: Worker;
  readonly #host: ThreadHost;
  readonly #ring: Ring;
  readonly #wake: Int32Array;
  readonly #ready = Promise.withResolvers<void>();
  readonly #stopped = Promise.withResolvers<{ readonly ending: Ending; readonly stats: Stats }>();
  readonly #exited: Promise<void>;
  readonly #sent: Record<InputChannel, number> = { com1: 0, com2: 0, console: 0, keyboard: 0 };
  #room: (() => void)[] = [];
  #draining: Promise<void> | null = null;
  /** After `stop` and PATIENCE, nobody waits for the host any more. */
  #hurried = false;
  /** The machine has stopped and said how. */
  #answered = false;
  #hurry: () => void = () => {};
  #pictures: PromiseWithResolvers<Uint8Array>[] = [];
  /** Why the thread is no more. */
  #over: Error | null = null;

  /**
   * Starts a thread and builds the machine in it; the machine runs when this resolves. Rejects with a UserError when the
   * options name what cannot be used. `spare`: a thread that was started before, and belongs to nobody else.
   */
  static async start(
    options: ThreadOptions = {},
    host: ThreadHost = {},
    spare: SpareThread = new SpareThread(),
  ): Promise<MachineThread> {
    const thread = MachineThread.begin(options, host, spare);
    await thread.ready;
    return thread;
  }

  /** As `start`, for who does not wait until the machine runs: what is sent to it, and `stop` and `close`, find it then. */
  static begin(
    options: ThreadOptions = {},
    host: ThreadHost = {},
    spare: SpareThread = new SpareThread(),
  ): MachineThread {
    return new MachineThread(options, host, spare);
  }

  private constructor(
    { machine = {}, pace = "fast", ...rest }: ThreadOptions,
    host: ThreadHost,
    { worker, wake }: SpareThread,
  ) {
    const ring = Ring.allocate(RING_BYTES);
    const kept = rest.kept ? decodeStart(rest.kept) : null;
    const start: ThreadStart = {
      options: machine,
      pace,
      since: rest.since ?? null,
      beginning: rest.kept === undefined ? null : { state: kept?.state ?? null },
      until: rest.until ?? null,
      maxInstructions: rest.maxInstructions ?? null,
      record: rest.record ?? null,
      replay: rest.replay ?? null,
      ring,
    };
    this.#host = host;
    this.#ring = new Ring(ring);
    this.#wake = new Int32Array(wake);
    this.ended = this.#stopped.promise;
    this.ready = this.#ready.promise;
    // Whoever starts a machine hears of a failure through `start` or `ended`, or does not care.
    for (const promise of [this.ended, this.ready]) promise.catch(() => {});
    this.#worker = worker;
    worker.ref();
    this.#worker.on("message", (report: Report) => this.#hear(report));
    this.#worker.on("error", (error) => this.#fail(error as Error));
    this.#exited = new Promise((resolve) => {
      this.#worker.on("exit", (code) => {
        this.#fail(new Error(`the machine's thread ended by itself with code ${code}`));
        resolve();
      });
    });
    this.#order({ kind: "start", start });
    this.#drain(kept?.said);
  }

  /** Types bytes into a serial line. Resolves when the machine has room for more. */
  async send(channel: InputChannel, bytes: Uint8Array): Promise<void> {
    this.#sent[channel] += bytes.length;
    this.#order({ kind: "input", channel, bytes });
    while (this.#sent[channel] > SEND_AHEAD && this.#over === null)
      await new Promise<void>((resolve) => this.#room.push(resolve));
  }

  /**
   * Asks the machine to stop; `ended` then resolves with that reason, unless it ends by itself first. `host` is still
   * given all output, but after a second its promises are not waited for: a reader that stands still stops nobody.
   */
  stop(why: "quit" | "timeout" = "quit"): void {
    this.#order({ kind: "quit", why });
    setTimeout(() => {
      this.#stopWaiting();
    }, PATIENCE).unref();
    setTimeout(() => {
      if (this.#answered || this.#over !== null) return;
      this.#fail(new Error(`the machine's thread was asked to stop and has not answered for ${HANG} ms`));
      this.#worker.terminate();
    }, HANG).unref();
  }

  #stopWaiting(): void {
    this.#hurried = true;
    this.#hurry();
  }

  /** A picture of the screen as a PNG file, now or after the machine has ended. Rejects when the thread broke. */
  screenshot(): Promise<Uint8Array> {
    const picture = Promise.withResolvers<Uint8Array>();
    if (this.#over !== null) picture.reject(this.#over);
    else {
      this.#pictures.push(picture);
      this.#order({ kind: "screenshot" });
    }
    return picture.promise;
  }

  /** Ends the thread, in the middle of whatever it does if it is still running; disk images are let go. */
  async close(): Promise<void> {
    this.#order({ kind: "close" });
    this.#stopWaiting();
    const patience = setTimeout(() => this.#worker.terminate(), 1000);
    await this.#exited;
    clearTimeout(patience);
    await this.#draining?.catch(() => {});
  }

  #order(order: Order): void {
    this.#worker.postMessage(order);
    Atomics.add(this.#wake, 0, 1);
    Atomics.notify(this.#wake, 0);
  }

  #hear(report: Report): void {
    switch (report.kind) {
      case "ready":
        this.#ready.resolve();
        return;
      case "output":
        this.#drain();
        return;
      case "took":
        this.#sent[report.channel] -= report.count;
        this.#makeRoom();
        return;
      case "stopped":
        this.#answered = true;
        // Everything that was said before the end is in the ring by now.
        this.#drain().then(() => this.#stopped.resolve(report), this.#stopped.reject);
        return;
      case "known":
        this.#host.known?.(report.code);
        return;
      case "started":
        this.#host.started?.(report.start);
        return;
      case "screenshot":
        this.#pictures.shift()?.resolve(report.png);
        return;
      case "refused":
        this.#fail(new UserError(report.message));
        return;
      case "failed": {
        const error = new Error(report.message);
        error.stack = report.stack;
        this.#fail(error);
        return;
      }
    }
  }

  #fail(error: Error): void {
    this.#over = error;
    this.#makeRoom();
    for (const picture of this.#pictures) picture.reject(error);
    this.#ready.reject(error);
    this.#stopped.reject(error);
  }

  #makeRoom(): void {
    const waiting = this.#room;
    this.#room = [];
    for (const resolve of waiting) resolve();
  }

  /** Waits until the host has taken a piece of output, while there is patience. */
  #taken(taking: void | Promise<void>): void | Promise<void> {
    if (taking === undefined) return;
    return new Promise((resolve, reject) => {
      this.#hurry = resolve;
      taking.then(resolve, reject);
      if (this.#hurried) resolve();
    });
  }

  /** Empties the ring; while that is under way, others wait for it and look once more. `first`: what is to be said before. */
  #drain(first: KeptStart["said"] = []): Promise<void> {
    const before = this.#draining;
    const emptied = (async () => {
      if (before !== null) await before;
      for (const { channel, bytes } of first) await this.#taken(this.#host.output?.(channel, bytes));
      for (let record = this.#ring.read(); record !== null; record = this.#ring.read()) {
        if (record.channel === LOG_CHANNEL) await this.#taken(this.#host.log?.(new TextDecoder().decode(record.bytes)));
        else await this.#taken(this.#host.output?.(outputChannels[record.channel]!, record.bytes));
      }
    })();
    this.#draining = emptied;
    emptied.catch((error) => this.#fail(error));
    return emptied;
  }
}
