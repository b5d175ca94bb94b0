/**
 * The flags of `cor run`: one table for the parser and the help, and the checks that make a `RunRequest` of what was
 * typed. Flags whose part of the machine is not there yet are in the table all the same, so that scripts and readers can
 * rely on the grammar; they are refused with one line.
 */
import type { Options } from "yargs";
import type { Endpoint } from "../emulator/console/endpoints.ts";
import { type CpuModelName, cpuModels, DEFAULT_CPU } from "../emulator/cpu/cpu-models.ts";
import { type TimingModel, timingModels } from "../emulator/cpu/timing-models.ts";
import { type Channel, channels } from "../emulator/log.ts";
import { MAXIMUM_MEMORY, MINIMUM_MEMORY } from "../emulator/map.ts";
import { type Tier, tiers } from "../emulator/translator/tiers.ts";
import { UserError } from "../emulator/user-error.ts";

const text = (describe: string, extra: Options = {}): Options => ({
  type: "string",
  requiresArg: true,
  describe,
  ...extra,
});
const endpoints = "stdio|none|file:PATH|tcp:[ADDR:]PORT";

export const runOptions = {
  memory: text(`RAM in MiB (${MINIMUM_MEMORY} to ${MAXIMUM_MEMORY}; default 128)`, { alias: "m" }),
  smp: text("number of processors (more than 1 comes later)"),
  bios: text("another firmware image, for instance SeaBIOS"),
  cdrom: text("an ISO image in the CD drive; it is booted when no disk is"),
  cpu: text(`processor model: ${cpuModels.join(", ")} (default ${DEFAULT_CPU}: all that there is)`),
  kernel: text("start this ELF (multiboot 1 or 2, PVH) or bzImage without firmware"),
  initrd: text("initial RAM disk, or multiboot module, for --kernel"),
  append: text("command line for --kernel"),
  disk: text("FILE[,if=ide|virtio][,readonly][,snapshot]: a raw disk image; repeatable"),
  net: text("none, or unplugged: a virtio network card without a cable (user comes later)"),
  rng: { type: "boolean", describe: "a virtio source of random bytes, the same in every run" },
  serial: text(`${endpoints}: COM1, then COM2; default stdio`),
  console: text(`${endpoints}: a virtio console; with stdio, COM1's default is none`),
  debugcon: text(`${endpoints}: what the guest writes to port 0xE9`),
  time: text("real: in step with the clock on the wall; fast: as fast as it can. Default: real on a terminal"),
  cold: {
    type: "boolean",
    describe:
      "with --time real: execute every instruction from power-on, also when this start is known from another run",
  },
  timing: text(
    "simple: what code costs in a processor that guesses branches well on average; exact: with a branch predictor",
  ),
  tier: text("auto: hot code is translated; interpreter: none is; translator: all is, at once"),
  until: text("exit 0 as soon as the serial output contains this text"),
  timeout: text("exit 124 after so many seconds"),
  "max-instructions": text("exit 124 after so many guest instructions"),
  screenshot: text("write the screen to this PNG file at the end"),
  stats: { type: "boolean", describe: "say at the end what was executed, how fast, and which translated code was hot" },
  dump: text("regions: what is translated, with the guest's instructions and the WebAssembly made of them, in the log"),
  d: text(`log channels, separated by commas; "-d help" lists them`),
  D: text("write the log to this file instead of stderr"),
  gdb: { type: "string", describe: "wait for a debugger at [PORT] (comes later)" },
  wait: { type: "boolean", describe: "with --gdb: start stopped (comes later)" },
  record: text("write all outside input to this file"),
  replay: text("run again with the input recorded in this file"),
} as const satisfies Record<string, Options>;

export interface DiskRequest {
  readonly file: string;
  readonly interface: "ide" | "virtio";
  readonly readonly: boolean;
  readonly snapshot: boolean;
}

/** A checked `cor run` command line. Files are named here, not yet opened. */
export interface RunRequest {
  readonly image: string | null;
  /** MiB */
  readonly memory: number;
  readonly bios: string | null;
  readonly kernel: string | null;
  readonly initrd: string | null;
  readonly append: string;
  readonly disks: readonly DiskRequest[];
  readonly cdrom: string | null;
  /** COM1, COM2. */
  readonly serial: readonly [Endpoint, Endpoint];
  /** The virtio console; null: the machine has none. */
  readonly console: Endpoint | null;
  readonly debugcon: Endpoint;
  /** A virtio network card without a cable. */
  readonly network: boolean;
  readonly rng: boolean;
  /** null: decided by what stdin and stdout are. */
  readonly time: "real" | "fast" | null;
  /** Do not begin behind a start that was kept. */
  readonly cold: boolean;
  readonly timing: TimingModel;
  readonly tier: Tier;
  readonly cpu: CpuModelName;
  readonly until: string | null;
  /** host seconds */
  readonly timeout: number | null;
  readonly maxInstructions: number | null;
  readonly screenshot: string | null;
  readonly stats: boolean;
  readonly log: readonly Channel[];
  readonly logFile: string | null;
  readonly record: string | null;
  readonly replay: string | null;
  /** The flags that shape the machine, as given: a replay takes them from its recording. */
  readonly shaping: readonly string[];
}

type Arguments = { readonly [flag: string]: unknown };

/** Checks what yargs parsed. Throws a UserError for the first thing that does not fit. */
export function checkRunOptions(args: Arguments): RunRequest {
  const one = (flag: keyof typeof runOptions): string | null => {
    const value = args[flag];
    if (Array.isArray(value)) throw new UserError(`${dashed(flag)} is given twice; give it once`);
    return typeof value === "string" ? value : null;
  };
  const many = (flag: keyof typeof runOptions): string[] => {
    const value = args[flag];
    return value === undefined ? [] : Array.isArray(value) ? value.map(String) : [String(value)];
  };
  const whole = (flag: keyof typeof runOptions, smallest: number, largest: number, unit: string): number | null => {
    const value = one(flag);
    if (value === null) return null;
    const number = /^\d+$/.test(value) ? Number(value) : Number.NaN;
    if (!(number >= smallest && number <= largest)) {
      throw new UserError(`${dashed(flag)} ${value}: give a whole number${unit} from ${smallest} to ${largest}`);
    }
    return number;
  };
  const later = (condition: boolean, what: string, instead: string): void => {
    if (condition) throw new UserError(`${what} is not there yet; ${instead}`);
  };

  const among = (flag: keyof typeof runOptions, values: readonly string[]): string | null => {
    const value = one(flag);
    if (value !== null && !values.includes(value)) {
      throw new UserError(
        `${dashed(flag)} ${value}: give ${values.length > 1 ? `${values.slice(0, -1).join(", ")} or ` : ""}${values.at(-1)}`,
      );
    }
    return value;
  };

  for (const flag of ["stats", "rng", "cold"] as const) {
    if (args[flag] === false) throw new UserError(`--${flag} takes no value; leave the value out`);
  }

  later((whole("smp", 1, 255, "") ?? 1) > 1, "--smp with more than one processor", "leave it out");
  later(one("net")?.split(",")[0] === "user", `--net ${one("net")}`, "leave it out, or say --net unplugged");
  const net = among("net", ["none", "unplugged"]);
  const dump = among("dump", ["regions"]);
  later(args.gdb !== undefined || args.wait === true, "--gdb", "-d exec logs what is executed");

  const serial = many("serial").map((value) => endpoint("--serial", value));
  if (serial.length > 2) throw new UserError("--serial is given more than twice; the machine has COM1 and COM2");
  if (serial.filter((e) => e.kind === "stdio").length > 1) {
    throw new UserError(
      "--serial stdio is given twice; one line can have the terminal, give the other file:PATH or tcp:PORT",
    );
  }
  const console = one("console") === null ? null : endpoint("--console", one("console")!);
  if (console?.kind === "stdio" && serial.some((e) => e.kind === "stdio")) {
    throw new UserError("--console and --serial both want stdio; give one of them file:PATH or tcp:PORT");
  }
  const debugcon = one("debugcon");
  const kernel = one("kernel");
  for (const flag of ["initrd", "append"] as const) {
    if (one(flag) !== null && kernel === null) throw new UserError(`--${flag} goes with --kernel; add --kernel FILE`);
  }
  if (one("until") === "") throw new UserError("--until needs a text to wait for");
  const timeout = one("timeout");
  if (timeout !== null && !(/^\d+(\.\d+)?$/.test(timeout) && Number(timeout) > 0)) {
    throw new UserError(`--timeout ${timeout}: give a number of seconds above 0`);
  }
  const replay = one("replay");
  const shaping = shapingFlags.filter((flag) => args[flag] !== undefined);
  if (replay !== null) {
    if (one("record") !== null) throw new UserError("--record and --replay exclude each other; give one of them");
    if (shaping.length > 0) {
      throw new UserError(`--replay brings its own machine; leave out ${shaping.map(dashed).join(", ")}`);
    }
  }

  return {
    image: (args.image as string | undefined) ?? null,
    memory: whole("memory", MINIMUM_MEMORY, MAXIMUM_MEMORY, " of MiB") ?? 128,
    bios: one("bios"),
    kernel,
    initrd: one("initrd"),
    append: one("append") ?? "",
    disks: many("disk").map(disk),
    cdrom: one("cdrom"),
    serial: [serial[0] ?? { kind: console?.kind === "stdio" ? "none" : "stdio" }, serial[1] ?? { kind: "none" }],
    console,
    network: net === "unplugged",
    rng: args.rng === true,
    debugcon: debugcon === null ? { kind: "none" } : endpoint("--debugcon", debugcon),
    time: among("time", ["real", "fast"]) as "real" | "fast" | null,
    cpu: (among("cpu", cpuModels) ?? DEFAULT_CPU) as CpuModelName,
    cold: args.cold === true,
    timing: (among("timing", timingModels) ?? "simple") as TimingModel,
    tier: (among("tier", tiers) ?? "auto") as Tier,
    until: one("until"),
    timeout: timeout === null ? null : Number(timeout),
    maxInstructions: whole("max-instructions", 1, Number.MAX_SAFE_INTEGER, ""),
    screenshot: one("screenshot"),
    stats: args.stats === true,
    log: [...logChannels(one("d")), ...(dump === null ? [] : ["regions" as const])],
    logFile: one("D"),
    record: one("record"),
    replay,
    shaping,
  };
}

const shapingFlags = [
  "image",
  "memory",
  "bios",
  "kernel",
  "initrd",
  "append",
  "disk",
  "cdrom",
  "timing",
  "cpu",
  "net",
  "rng",
] as const;

const dashed = (flag: string): string => (flag === "image" ? flag : flag.length === 1 ? `-${flag}` : `--${flag}`);

/** "stdio", "none", "file:PATH", "tcp:[ADDR:]PORT". An address other than 127.0.0.1 must be asked for. */
function endpoint(flag: string, value: string): Endpoint {
  if (value === "stdio" || value === "none") return { kind: value };
  if (value.startsWith("file:") && value.length > 5) return { kind: "file", path: value.slice(5) };
  const tcp = /^tcp:(?:(\[[0-9a-fA-F:.]+\]|[^:]*):)?(\d+)$/.exec(value);
  if (tcp !== null && Number(tcp[2]) <= 0xffff) {
    return { kind: "tcp", address: tcp[1]?.replace(/^\[|\]$/g, "") || "127.0.0.1", port: Number(tcp[2]) };
  }
  throw new UserError(`${flag} ${value}: give stdio, none, file:PATH or tcp:PORT (0 to 65535)`);
}

/** FILE[,if=ide|virtio][,readonly][,snapshot]. A comma that belongs to the file's name is doubled, as in QEMU. */
function disk(value: string): DiskRequest {
  const parts = value.split(/(?<!,),(?!,)/).map((part) => part.replaceAll(",,", ","));
  const file = parts[0]!;
  if (file === "") throw new UserError(`--disk ${value}: name the image file first`);
  let [readonly, snapshot] = [false, false];
  let kind: DiskRequest["interface"] = "ide";
  for (const part of parts.slice(1)) {
    if (part === "readonly") readonly = true;
    else if (part === "snapshot") snapshot = true;
    else if (part === "if=ide" || part === "if=virtio") kind = part === "if=ide" ? "ide" : "virtio";
    else throw new UserError(`--disk: unknown setting "${part}"; there are if=ide, if=virtio, readonly and snapshot`);
  }
  return { file, interface: kind, readonly, snapshot };
}

function logChannels(value: string | null): Channel[] {
  if (value === null) return [];
  return value.split(",").map((name) => {
    if (!Object.hasOwn(channels, name)) {
      throw new UserError(`-d ${name}: no such log channel; "-d help" lists them`);
    }
    return name as Channel;
  });
}

/** What "-d help" prints. */
export function channelsHelp(): string {
  const width = Math.max(...Object.keys(channels).map((name) => name.length));
  return Object.entries(channels)
    .map(([name, tells]) => `${name.padEnd(width)}  ${tells}`)
    .join("\n");
}
