/**
 * Recordings: what a machine was made of and everything that came in from outside, each stamped with the instruction and
 * cycle at which it came. A run is a function of exactly these, so playing them back gives the same run again, to the
 * bit, at any speed.
 *
 * The file is text, one JSON value a line: the options, then the inputs, then where it ended (missing after a crash, in
 * which case a replay runs on without input). Firmware, kernels and disks given as bytes are in the file, packed; disk
 * files are named with their SHA-256, and a replay leaves them untouched.
 */
import { closeSync, openSync, readSync } from "node:fs";
import { gunzipSync, gzipSync } from "node:zlib";
import type { DiskOptions } from "./disk.ts";
import { readUserFile } from "./disk.ts";
import type { InputChannel, InputEvent, Machine, MachineOptions, RunLimits, Stamp, StopReason } from "./machine.ts";
import { systemReason, UserError } from "./user-error.ts";
import { openForWriting, writeWhole } from "./user-file.ts";
import { version } from "./version.ts";

interface Header {
  readonly cor: string;
  readonly options: MachineOptions;
  /** SHA-256 of each disk that is a file, by its place among the disks, and of the disc. */
  readonly disks: Readonly<Record<number, string>>;
  readonly cdrom?: string;
}

type Line =
  | { readonly at: readonly [instructions: number, cycles: number]; readonly to: InputChannel; readonly bytes: string }
  | { readonly end: readonly [instructions: number, cycles: number] };

export interface RecordedInput {
  readonly at: Stamp;
  readonly event: InputEvent;
}

export interface Recording {
  readonly options: MachineOptions;
  readonly inputs: readonly RecordedInput[];
  /** Where the recorded run ended, or null. */
  readonly end: Stamp | null;
}

/** Bytes inside JSON: { "gzip": base64 }. */
const pack = (_key: string, value: unknown): unknown =>
  value instanceof Uint8Array ? { gzip: gzipSync(value).toString("base64") } : value;
const unpack = (_key: string, value: unknown): unknown =>
  typeof value === "object" && value !== null && "gzip" in value && typeof value.gzip === "string"
    ? new Uint8Array(gunzipSync(Buffer.from(value.gzip, "base64")))
    : value;

/** Writes a recording while the machine runs. */
export class Recorder {
  readonly #path: string;
  readonly #file: number;

  /** Begins the file. To be called before the machine writes to its disks. Throws a UserError when the file cannot be written. */
  constructor(path: string, options: MachineOptions) {
    this.#path = path;
    this.#file = openForWriting(path, "--record");
    const disks = Object.fromEntries(
      (options.disks ?? []).flatMap(({ image }, i) => (filesOf(image).length > 0 ? [[i, sha256Of(image)]] : [])),
    );
    const { cdrom: disc = new Uint8Array() } = options;
    const cdrom = filesOf(disc).length > 0 ? { cdrom: sha256Of(disc) } : {};
    // What was prepared from these sources is nothing to a later version.
    const { interpreter: _, known: __, ...kept } = options;
    this.#write(JSON.stringify({ cor: version, options: kept, disks, ...cdrom } satisfies Header, pack));
  }

  input(at: Stamp, { channel, bytes }: InputEvent): void {
    const line: Line = {
      at: [at.instructions, at.cycles],
      to: channel,
      bytes: Buffer.from(bytes).toString("base64"),
    };
    this.#write(JSON.stringify(line));
  }

  end(at: Stamp): void {
    this.#write(JSON.stringify({ end: [at.instructions, at.cycles] } satisfies Line));
    closeSync(this.#file);
  }

  #write(line: string): void {
    writeWhole(this.#file, `${line}\n`, "--record", this.#path);
  }
}

/** Reads a recording. Throws a UserError when it is none, or when a disk it names is no longer what it was. */
export function readRecording(path: string): Recording {
  const text = new TextDecoder().decode(readUserFile(path, "a file that --record wrote"));
  try {
    // A run that was cut off may have left half a line.
    const lines = text.split("\n").slice(0, -1);
    const header = JSON.parse(lines[0]!, unpack) as Header;
    if (typeof header.cor !== "string" || typeof header.options !== "object") throw new SyntaxError("no header");
    const inputs: RecordedInput[] = [];
    let end: Stamp | null = null;
    for (const line of lines.slice(1).map((line) => JSON.parse(line) as Line)) {
      const [instructions, cycles] = "end" in line ? line.end : line.at;
      if ("end" in line) end = { instructions, cycles };
      else {
        const bytes = new Uint8Array(Buffer.from(line.bytes, "base64"));
        inputs.push({ at: { instructions, cycles }, event: { channel: line.to, bytes } });
      }
    }
    const disks = (header.options.disks ?? []).map((disk, i) => unchanged(disk, header.disks[i], path));
    if (header.options.cdrom !== undefined) unchanged({ image: header.options.cdrom }, header.cdrom, path);
    return { options: { ...header.options, disks }, inputs, end };
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError(`${path} is no recording; give a file that --record wrote`);
  }
}

/** The disk as a replay uses it: never written, and the same as when it was recorded. */
function unchanged(disk: DiskOptions, sha256: string | undefined, path: string): DiskOptions {
  const files = filesOf(disk.image);
  if (files.length > 0 && sha256Of(disk.image) !== sha256) {
    throw new UserError(
      `${files.join(" or ")} has changed since ${path} was recorded; record with ,snapshot to keep it`,
    );
  }
  return typeof disk.image === "string" && !disk.readonly ? { ...disk, snapshot: true } : disk;
}

function filesOf(image: DiskOptions["image"]): string[] {
  if (typeof image === "string") return [image];
  return image instanceof Uint8Array ? [] : image.pieces.filter((piece) => typeof piece === "string");
}

const sha256Of = (image: DiskOptions["image"]): string => filesOf(image).map(sha256OfFile).join();

function sha256OfFile(path: string): string {
  // Who records nothing does not wait for all of Node's cryptography to be loaded.
  const hash = process.getBuiltinModule("node:crypto").createHash("sha256");
  let file: number;
  try {
    file = openSync(path, "r");
  } catch (error) {
    throw new UserError(`cannot open ${path}: ${systemReason(error)}; the recording needs this disk image`);
  }
  const buffer = new Uint8Array(1 << 20);
  for (let count = readSync(file, buffer); count > 0; count = readSync(file, buffer)) {
    hash.update(buffer.subarray(0, count));
  }
  closeSync(file);
  return hash.digest("hex");
}

/** Runs a machine with recorded input instead of live one. */
export class Player {
  readonly #inputs: RecordedInput[];
  readonly #end: Stamp | null;

  constructor({ inputs, end }: Pick<Recording, "inputs" | "end">) {
    this.#inputs = [...inputs];
    this.#end = end;
  }

  /**
   * As `machine.run`, giving the recorded input at its time; "end" at the point where the recorded run was ended.
   * Throws a UserError when the machine does not pass through the recorded points: the recording is another version's.
   */
  run(machine: Machine, limits: RunLimits): StopReason | { readonly kind: "end" } {
    const last = machine.now.instructions + (limits.instructions ?? Number.POSITIVE_INFINITY);
    const lastCycle = limits.cycle ?? Number.POSITIVE_INFINITY;
    for (;;) {
      const at = this.#inputs[0]?.at ?? this.#end;
      if (at === null) return machine.run({ ...limits, instructions: last - machine.now.instructions });
      const { instructions, cycles } = machine.now;
      if (instructions > at.instructions || cycles > at.cycles) {
        throw new UserError(
          "the recording does not fit this version of Cor; replay it with the version that recorded it",
        );
      }
      if (instructions === at.instructions && cycles === at.cycles) {
        const input = this.#inputs.shift();
        if (input === undefined) return { kind: "end" };
        machine.input(input.event);
        continue;
      }
      if (instructions >= last) return { kind: "instructions" };
      // At the right instruction and not at its cycle: the machine was halted, and its time passes to that cycle.
      const count = Math.min(at.instructions - instructions || 1, last - instructions);
      // Before that, several instructions may begin in that cycle, and it must not end with the first of them.
      const own = instructions < at.instructions ? at.cycles + 1 : at.cycles;
      const cycle = Math.min(own, lastCycle);
      const stop = machine.run({ ...limits, instructions: count, cycle });
      if (stop.kind === "idle") {
        if (limits.idle === "stop" || stop.deadline < cycle)
          return { ...stop, deadline: Math.min(stop.deadline, cycle) };
        machine.passTime(cycle);
      } else if (stop.kind === "instructions" && machine.now.instructions === instructions) return stop;
      else if (stop.kind !== "instructions" && !(stop.kind === "cycle" && cycle === own)) return stop;
    }
  }
}
