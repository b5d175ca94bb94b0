/**
 * `cor run`: from a checked command line to a machine that runs in its thread, its lines joined to the terminal, to files
 * and to ports; and from the way it ended to an exit code.
 *
 * Everything that can be wrong with the command line is found before the terminal is touched.
 */
import { closeSync } from "node:fs";
import { constants } from "node:os";
import {
  type Endpoint,
  fileEnd,
  type HostEnd,
  nowhere,
  stdioEnd,
  tcpEnd,
  writerTo,
} from "../emulator/console/endpoints.ts";
import { PrefixKeys, prefixHelp } from "../emulator/console/prefix.ts";
import { Terminal } from "../emulator/console/terminal.ts";
import { MachineThread } from "../emulator/control.ts";
import type { MachineOptions, OutputChannel } from "../emulator/machine.ts";
import type { SpareThread } from "../emulator/spare-thread.ts";
import type { Ending, Stats } from "../emulator/thread-protocol.ts";
import { systemReason, UserError } from "../emulator/user-error.ts";
import { openForWriting, writeWhole } from "../emulator/user-file.ts";
import { describeEnding } from "./ending.ts";
import { exitCode } from "./exit-codes.ts";
import { startOf } from "./kept-start.ts";
import { bootsOwnDisk, type MadeOptions, machineOptions } from "./machine-options.ts";
import { ownInterpreter, writeKept } from "./own.ts";
import { channelsHelp, checkRunOptions, type RunRequest } from "./run-options.ts";
import { describeStats } from "./stats.ts";

/** Runs a machine as the flags say (yargs' result), in the spare thread if there is one, and gives the exit code. Throws a UserError for the user's mistakes. */
export async function run(args: { readonly [flag: string]: unknown }, spare?: SpareThread): Promise<number> {
  if (args.d === "help") {
    process.stdout.write(`${channelsHelp()}\n`);
    return 0;
  }
  const request = checkRunOptions(args);
  const own = await ownInterpreter();
  const machine = await machineOptions(request, own);
  const session = new Session(request);
  try {
    return await session.run(machine, own.keep, spare);
  } finally {
    session.close();
  }
}

interface Begun {
  readonly thread: MachineThread;
  readonly wasKept: boolean;
  /** Lets out what the machine says. */
  speak(): void;
}

/** A machine has started by then, and goes on by itself: what was built for it is kept for the next one. */
const WRITE_MS = 500;

/** One machine and its connections to the world. */
class Session {
  readonly #request: RunRequest;
  readonly #terminal = new Terminal();
  readonly #ends: Partial<Record<OutputChannel, HostEnd>> = {};
  readonly #write: (text: string) => void | Promise<void>;
  readonly #screenshot: number | null;
  #thread: MachineThread | null = null;
  /** The guest's last line on a terminal is not finished: ours would begin in its middle. */
  #lineOpen = false;
  /** The signal, or the lost stdout, that ends the session: its exit code. */
  #interrupted: number | null = null;
  /** Why stdout was lost, if that is for the user to hear. */
  #lost: UserError | null = null;
  readonly #onSignal = (signal: NodeJS.Signals): void => this.#interrupt(128 + constants.signals[signal]);

  constructor(request: RunRequest) {
    this.#request = request;
    this.#write = logWriter(request.logFile);
    this.#screenshot = request.screenshot === null ? null : openForWriting(request.screenshot, "--screenshot");
  }

  /** `known`: is given what has been decoded. */
  async run(
    { options, complete }: MadeOptions,
    known: (code: Uint8Array) => void,
    spare?: SpareThread,
  ): Promise<number> {
    const request = this.#request;
    await this.#connect();
    for (const signal of SIGNALS) process.on(signal, this.#onSignal);
    const { thread, speak } = await this.#start({ options, complete }, known, spare);
    if (bootsOwnDisk(request)) {
      process.stderr.write("cor: this is Cor's own disk; what is written to it is dropped at the end\n");
    }
    this.#thread = thread;
    this.#listen(thread);
    speak();
    setTimeout(writeKept, WRITE_MS).unref();
    const timer =
      request.timeout === null
        ? null
        : setTimeout(() => thread.stop("timeout"), Math.min(request.timeout * 1000, 2 ** 31 - 1));
    try {
      // A signal that came while the machine was built.
      if (this.#interrupted !== null) thread.stop();
      const { ending, stats } = await thread.ended;
      if (this.#screenshot !== null) {
        writeWhole(this.#screenshot, await thread.screenshot(), "--screenshot", request.screenshot!);
        closeSync(this.#screenshot);
      }
      return this.#finish(ending, stats);
    } finally {
      if (timer !== null) clearTimeout(timer);
      await thread.close();
    }
  }

  /**
   * The machine in its thread. It starts while its disk is made, and what it says is held back. One whose start was kept is known to start, and what it says
   * by then is known too: nobody waits for it.
   */
  async #start(
    { options, complete }: MadeOptions,
    known: (code: Uint8Array) => void,
    spare?: SpareThread,
  ): Promise<Begun> {
    const early = this.#begin(options, known, spare);
    let other: MachineOptions | null;
    try {
      other = await complete();
    } catch (error) {
      await early.thread.close();
      throw error;
    }
    if (other !== null) await early.thread.close();
    const begun = other === null ? early : this.#begin(other, known);
    if (!begun.wasKept) await begun.thread.ready;
    return begun;
  }

  #begin(machine: MachineOptions, known: (code: Uint8Array) => void, spare?: SpareThread): Begun {
    const { time, until, maxInstructions, record, replay, cold, stats } = this.#request;
    const pace = time ?? (this.#terminal.interactive && process.stdout.isTTY ? "real" : "fast");
    // Who counts instructions, or waits for a text, is told about the start too.
    const wholly =
      cold || stats || pace === "fast" || [until, maxInstructions, record, replay].some((limit) => limit !== null);
    const beginning = wholly ? null : startOf(machine);
    const may = Promise.withResolvers<void>();
    let speaks = false;
    const thread = MachineThread.begin(
      {
        machine,
        pace,
        // Who starts Cor has pressed the button then.
        since: Number(process.hrtime.bigint()) / 1e6 - process.uptime() * 1000,
        ...(beginning !== null && { kept: beginning.kept }),
        ...{ until, maxInstructions, record, replay },
      },
      {
        output: (channel, bytes) =>
          speaks ? this.#output(channel, bytes) : may.promise.then(() => this.#output(channel, bytes)),
        log: (text) => (speaks ? this.#write(text) : may.promise.then(() => this.#write(text))),
        known,
        started: (start) => beginning?.keep(start),
      },
      spare,
    );
    return {
      thread,
      wasKept: beginning !== null && beginning.kept !== null,
      speak() {
        speaks = true;
        may.resolve();
      },
    };
  }

  close(): void {
    this.#terminal.restore();
    for (const end of Object.values(this.#ends)) end.close();
    for (const signal of SIGNALS) process.off(signal, this.#onSignal);
  }

  async #connect(): Promise<void> {
    const { serial, console, debugcon } = this.#request;
    this.#ends.com1 = await this.#open(serial[0], "--serial", "COM1");
    this.#ends.com2 = await this.#open(serial[1], "--serial", "COM2");
    this.#ends.console = await this.#open(console ?? { kind: "none" }, "--console", "the virtio console");
    this.#ends.debugcon = await this.#open(debugcon, "--debugcon", "the debug console");
  }

  async #open(endpoint: Endpoint, flag: string, name: string): Promise<HostEnd> {
    switch (endpoint.kind) {
      case "none":
        return nowhere;
      case "file":
        return fileEnd(endpoint.path, flag);
      case "stdio":
        return stdioEnd((error) => this.#loseStdout(error));
      case "tcp": {
        const end = await tcpEnd(endpoint.address, endpoint.port, flag);
        process.stderr.write(`cor: ${name} listens at ${endpoint.address}:${end.port}\n`);
        return end;
      }
    }
  }

  #listen(thread: MachineThread): void {
    const { serial, console } = this.#request;
    const inputs = { com1: serial[0], com2: serial[1], console };
    for (const channel of ["com1", "com2", "console"] as const) {
      const toMachine = (bytes: Uint8Array): Promise<void> => thread.send(channel, bytes);
      const typed = inputs[channel]?.kind === "stdio" && this.#terminal.interactive;
      this.#ends[channel]?.listen(typed ? this.#keys(toMachine) : toMachine);
      if (typed) this.#terminal.raw();
    }
  }

  /** Keys from a terminal: Ctrl-A is ours, the rest the guest's. */
  #keys(toMachine: (bytes: Uint8Array) => Promise<void>): (bytes: Uint8Array) => Promise<void> {
    const prefix = new PrefixKeys();
    return async (typed) => {
      for (const part of prefix.split(typed)) {
        if (part === "quit") this.#thread?.stop();
        else if (part === "help") process.stderr.write(`\n${prefixHelp}\n`);
        else await toMachine(part);
      }
    };
  }

  #output(channel: OutputChannel, bytes: Uint8Array): void | Promise<void> {
    const end = this.#ends[channel]!;
    if (end.terminal) this.#lineOpen = bytes.at(-1) !== 0x0a;
    return end.write(bytes);
  }

  /** A reader that went away is no failure of anybody's; a full disk is the user's to mend. */
  #loseStdout(error: NodeJS.ErrnoException): void {
    if (error.code !== "EPIPE") {
      this.#lost = new UserError(`cannot write to stdout: ${systemReason(error)}; make room, or send it elsewhere`);
    }
    this.#interrupt(128 + constants.signals.SIGPIPE);
  }

  #interrupt(code: number): void {
    this.#interrupted ??= code;
    this.#terminal.restore();
    this.#thread?.stop();
  }

  #finish(ending: Ending, stats: Stats): number {
    this.#terminal.restore();
    if (this.#lost !== null) throw this.#lost;
    // Who wanted an end now does not wait for a reader of stdout that stands still.
    if (this.#interrupted !== null || ending.kind === "timeout") setTimeout(() => process.exit(), PATIENCE).unref();
    if (this.#lineOpen) process.stdout.write("\n");
    const { until, timeout, maxInstructions } = this.#request;
    const words = describeEnding(ending, { until, timeout, maxInstructions });
    if (words !== null && this.#interrupted === null) process.stderr.write(`${words}\n`);
    if (this.#request.stats) process.stderr.write(`${describeStats(stats, this.#request.kernel)}\n`);
    return this.#interrupted ?? exitCode(ending, until !== null);
  }
}

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** How long a reader of stdout may keep a machine that was stopped from ending: milliseconds. */
const PATIENCE = 1000;

/** stderr, or the file of -D. */
function logWriter(path: string | null): (text: string) => void | Promise<void> {
  if (path === null) return writerTo(process.stderr);
  const file = openForWriting(path, "-D");
  return (text) => writeWhole(file, text, "-D", path);
}
