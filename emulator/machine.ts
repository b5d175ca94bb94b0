/**
 * START HERE. A machine: memory, processor, bus, clock and devices, wired together, in the thread of whoever calls it.
 *
 * A machine never looks at the host's clock and never waits. `run` executes until something is worth stopping for, and
 * all that happens in between is a function of the options and of what came in through `input`, which is stamped with
 * the instruction and the cycle at which it came. Pacing, terminals and sockets are the business of others (machine-runner.ts,
 * control.ts, console/).
 */
import { Bus, type Line } from "./bus.ts";
import { Clock, type Timer } from "./clock.ts";
import { Counter } from "./cpu/counter.ts";
import { type CpuModelName, cpuModels, DEFAULT_CPU } from "./cpu/cpu-models.ts";
import { models } from "./cpu/cpuid.ts";
import type { FaultRecord } from "./cpu/exits.ts";
import { MOST_DELIVERED, Processor } from "./cpu/processor.ts";
import type { TimingModel } from "./cpu/timing-models.ts";
import { describeNextInstruction } from "./debug/instruction.ts";
import { describeRegisters } from "./debug/registers.ts";
import { AcpiPm } from "./devices/acpi-pm.ts";
import { AtaDisk } from "./devices/ata-disk.ts";
import { AtapiCdrom } from "./devices/atapi.ts";
import { Cmos, DEFAULT_START } from "./devices/cmos.ts";
import { CoprocessorError } from "./devices/coprocessor-error.ts";
import { DebugExit } from "./devices/debug-exit.ts";
import { DebugConsole } from "./devices/debugcon.ts";
import type { Device } from "./devices/device.ts";
import { DmaControllers } from "./devices/dma8237.ts";
import { handOver } from "./devices/firmware-handover.ts";
import { FwCfg } from "./devices/fw_cfg.ts";
import { HostBridge } from "./devices/i440fx.ts";
import { IdeChannel } from "./devices/ide.ts";
import { BusMaster } from "./devices/ide-bus-master.ts";
import { IoApic } from "./devices/ioapic.ts";
import { KeyboardController } from "./devices/keyboard.ts";
import { PciBus } from "./devices/pci.ts";
import { Pic } from "./devices/pic.ts";
import { IdeFunction, IsaBridge } from "./devices/piix.ts";
import { Pit } from "./devices/pit.ts";
import { Ps2Keyboard } from "./devices/ps2-keyboard.ts";
import { Ps2Mouse } from "./devices/ps2-mouse.ts";
import { A20Gate, PostCodes, ResetControl, SystemControlPortA, SystemControlPortB } from "./devices/system-ports.ts";
import { Uart } from "./devices/uart.ts";
import { Vga } from "./devices/vga.ts";
import type { VirtioConsole } from "./devices/virtio-console.ts";
import { type Disk, type DiskOptions, Overlay, openDisk } from "./disk.ts";
import { InterruptBus } from "./interrupt-bus.ts";
import { BOOT_ROM_ADDRESS, bootRom, claimBootPort } from "./loaders/boot-rom.ts";
import { enter } from "./loaders/entry.ts";
import { type KernelOptions, loadKernel } from "./loaders/load.ts";
import type { MemoryRange } from "./loaders/placement.ts";
import { type Channel, Log } from "./log.ts";
import { MAXIMUM_MEMORY, MINIMUM_MEMORY, MiB } from "./map.ts";
import { Memory } from "./memory.ts";
import type { Plain, Section } from "./snapshot.ts";
import { TextWatch } from "./text-watch.ts";
import type { Tier, TierSettings } from "./translator/tiers.ts";
import { UserError } from "./user-error.ts";
import { version } from "./version.ts";
import { MOST_VIRTIO_DISKS, plugVirtio, type VirtioOptions } from "./virtio-slots.ts";
import { type DiskWatch, WatchedDisk } from "./watched-disk.ts";

/** What a machine is made of. Plain data: it can be sent to another thread and kept in a recording. */
export interface MachineOptions extends VirtioOptions {
  /** RAM in MiB, 4 to 3072; default 128. */
  readonly memory?: number;
  /** The ROM whose last bytes the processor starts in, a multiple of 64 KiB: Cor's firmware, or SeaBIOS. */
  readonly firmware?: Uint8Array;
  /** The video adapter's option ROM, for firmware that has no driver of its own and asks fw_cfg for one (SeaBIOS). */
  readonly videoRom?: Uint8Array;
  /** What `prepareInterpreter` (cpu/execution.ts) of these same sources gave: the machine starts sooner, nothing else. */
  readonly interpreter?: Uint8Array | undefined;
  /** What `knownCode` of a machine's processor gave, of these same sources: likewise. */
  readonly known?: Uint8Array | undefined;
  /** How time is modelled: "simple" (default), or "exact", with a branch predictor. Another model is another run. */
  readonly timing?: TimingModel | undefined;
  /** Who executes: the interpreter alone, or with it the translator. The guest cannot tell. Default: "interpreter". */
  readonly tier?: Tier | TierSettings | undefined;
  /** What the processor can do, and CPUID says: a level of the x86-64 psABI, or "max" (default) for everything there is. */
  readonly cpu?: CpuModelName | undefined;
  /** Started by the boot protocol that it speaks, when the firmware is done; without firmware, at once. */
  readonly kernel?: KernelOptions;
  /** ATA drives 0 to 3, and virtio disks, each kind in this order. */
  readonly disks?: readonly DiskOptions[];
  /** A disc in a CD drive, which is drive 2 then: an ISO image, or its bytes. The guest cannot write to it. */
  readonly cdrom?: DiskOptions["image"];
  /** Log channels that are on. */
  readonly log?: readonly Channel[];
  /** What the real-time clock shows at power-on, in seconds since 1970-01-01 UTC; default 2015-01-01 00:00:00. */
  readonly time?: number;
}

/**
 * Where bytes come out of a machine, and, but for the debug console, go in. What goes to the keyboard is text, which is typed on
 * its keys.
 */
export type OutputChannel = "com1" | "com2" | "console" | "debugcon";
export type InputChannel = "com1" | "com2" | "console" | "keyboard";

/** Something from outside. Everything a guest can learn of the outside world is one of these. */
export interface InputEvent {
  readonly channel: InputChannel;
  readonly bytes: Uint8Array;
}

/** A point in a machine's life. Both count from power-on; cycles also pass while the processor is halted. */
export interface Stamp {
  readonly instructions: number;
  readonly cycles: number;
}

/** What a machine tells while it runs. Called between two parts of an instruction: do not call back, except for `pause`. */
export interface MachineHost {
  /** A drive is about to read, write or flush its disk; the answer says whether the medium lets it. */
  readonly disk?: DiskWatch;
  output?(channel: OutputChannel, byte: number): void;
  log?(line: string): void;
  /** Input was taken, at this point of the machine's life. */
  input?(at: Stamp, event: InputEvent): void;
}

export interface RunLimits {
  /** Stop after so many more instructions; earlier if the guest does little but fault, so that the host's time is bounded. */
  readonly instructions?: number;
  /** Stop when the clock has reached this cycle. */
  readonly cycle?: number;
  /** Stop at the instruction with which COM1, COM2 or the console has said this text, counted from this call on. */
  readonly until?: string;
  /**
   * What a halted processor does: "skip" moves the clock to the next deadline, so that idle time costs nothing; "stop"
   * returns, for a caller who waits as long as it takes.
   */
  readonly idle?: "skip" | "stop";
}

/** Why `run` returned. */
export type StopReason =
  /** A limit of the call. */
  | { readonly kind: "instructions" }
  | { readonly kind: "cycle" }
  | { readonly kind: "text" }
  /** `pause` was called. */
  | { readonly kind: "paused" }
  /** Halted with interrupts on; the next thing to happen by itself is at cycle `deadline`, which may be Infinity. */
  | { readonly kind: "idle"; readonly deadline: number }
  /** The end of the machine's life: */
  | { readonly kind: "power-off" }
  | { readonly kind: "debug-exit"; readonly code: number }
  /** Halted with interrupts off: nothing can wake it. */
  | { readonly kind: "halted" }
  | {
      readonly kind: "triple-fault";
      /** The exceptions that led to it. */
      readonly faults: readonly FaultRecord[];
      /** The processor's state, for people. */
      readonly registers: string;
    };

/** A device's end towards the host. */
interface Inlet {
  receive(bytes: Uint8Array): void;
  readonly queued: number;
}

/** What hardware asks the machine to do between two instructions. */
type Order =
  | { readonly kind: "reset" | "init" }
  | { readonly kind: "start-kernel"; readonly map: readonly MemoryRange[] };

/** What `save` gives: plain data. */
export interface Snapshot {
  /** Cor's version. */
  readonly version: string;
  readonly clock: { readonly cycles: number; readonly deadlines: Readonly<Record<string, number>> };
  readonly sections: Readonly<Record<string, Plain>>;
}

/** Idle time that is skipped without one instruction executed, before `run` gives up waiting: a minute. */
const IDLE_LIMIT = 60_000_000_000;
/** Places on the two IDE channels. */
const MOST_DISKS = 4;
/** Where a CD drive is among them: first on the second channel. */
const CD_PLACE = 2;
const COM1 = 0x3f8;
const COM2 = 0x2f8;

type Place = AtaDisk | AtapiCdrom | undefined;

export class Machine {
  readonly clock: Clock;
  readonly bus: Bus;
  readonly memory: Memory;
  readonly log: Log;
  readonly processor: Processor;
  /** The screen: `render` gives its picture, `text` its lines. */
  readonly vga: Vga;
  readonly #host: MachineHost;
  readonly #kernel: KernelOptions | null;
  readonly #hasFirmware: boolean;
  readonly #disks: readonly Disk[];
  /** Everything with a reset pin, in the order in which it was wired. */
  readonly #devices: readonly Device[];
  readonly #uarts: Readonly<Record<"com1" | "com2", Uart>>;
  readonly #console: VirtioConsole | null;
  readonly #keys: Inlet;
  readonly #limit: Timer;
  /** What was asked for during the current instruction. */
  #request: StopReason | Order | null = null;
  #watches: Partial<Record<OutputChannel, TextWatch>> = {};

  /** Wires a machine and resets it. Throws a UserError when the options name what cannot be used. */
  constructor(options: MachineOptions = {}, host: MachineHost = {}) {
    const { memory: mebibytes = 128, firmware = new Uint8Array() } = options;
    if (!Number.isInteger(mebibytes) || mebibytes < MINIMUM_MEMORY || mebibytes > MAXIMUM_MEMORY) {
      throw new UserError(`a machine has ${MINIMUM_MEMORY} to ${MAXIMUM_MEMORY} MiB of memory, not ${mebibytes}`);
    }
    if (firmware.length === 0 && options.kernel === undefined) {
      throw new UserError("a machine starts from firmware or from a kernel; give it one of them");
    }
    const { cpu = DEFAULT_CPU } = options;
    if (!cpuModels.includes(cpu)) {
      throw new UserError(`there is no processor model ${cpu}; there are ${cpuModels.join(", ")}`);
    }
    this.#kernel = options.kernel ?? null;
    this.#hasFirmware = firmware.length > 0;
    this.#host = host;
    const log = (this.log = new Log(options.log, (line) => host.log?.(line)));
    const bus = (this.bus = new Bus(log));
    const ramBytes = mebibytes * MiB;
    const memory = (this.memory = new Memory({ ramBytes, firmware, bus }));
    const clock = (this.clock = new Clock(new Counter(memory)));
    this.#limit = clock.timer("machine.limit", () => {});

    // Interrupts: sixteen lines into the two controllers, one out to the processor.
    const pic: Pic = new Pic({ bus, log, output: { set: (high) => processor.setInterruptRequest(high) } });
    const acknowledge = (): number => pic.acknowledge();
    const interrupts = new InterruptBus();
    const processor = (this.processor = new Processor({
      memory,
      bus,
      clock,
      log,
      acknowledge,
      interrupts,
      interpreter: options.interpreter,
      known: options.known,
      errorPins: { setFerr: (high) => coprocessor.setFerr(high), ignne: () => coprocessor.ignne() },
      timing: options.timing,
      tier: options.tier ?? "interpreter",
      model: models[cpu],
    }));
    const ioapic = new IoApic({ bus, log, interrupts });
    /** A new source for an ISA interrupt line; the I/O APIC has the timer at input 2. */
    const line = (irq: number): Line => {
      const [old, input] = [pic.line(irq), ioapic.input(irq === 0 ? 2 : irq)];
      return {
        set(high) {
          old.set(high);
          input.set(high);
        },
      };
    };

    const coprocessor: CoprocessorError = new CoprocessorError({ bus, line: line(13) });

    // The chipset: what tells the time, what resets, what gates A20.
    const pins = { init: () => this.#ask({ kind: "init" }), reset: () => this.#ask({ kind: "reset" }) };
    const pit = new Pit({ bus, clock, log, line: line(0) });
    const cmos = new Cmos({ bus, clock, line: line(8), ramBytes, start: options.time ?? DEFAULT_START });
    const a20 = new A20Gate((open) => processor.setA20(open));
    const dma = new DmaControllers({ bus, log });
    const portA = new SystemControlPortA({ bus, a20, pins });
    const portB = new SystemControlPortB({ bus, pit });
    const post = new PostCodes({ bus });
    const resetControl = new ResetControl({ pins });

    // PCI: host bridge in slot 0, the south bridge with its functions in slot 1.
    const isaBridge = new IsaBridge({ bus, line });
    const pci = new PciBus({ bus, log, resetControl, route: (wire) => isaBridge.wire(wire) });
    const hostBridge = new HostBridge({ bus, memory });
    const engines = [new BusMaster("ide.primary.dma", memory), new BusMaster("ide.secondary.dma", memory)] as const;
    const idePci = new IdeFunction({ bus, engines });
    const powerOff = () => this.#ask({ kind: "power-off" });
    const pm = new AcpiPm({ bus, clock, log, line: line(9), powerOff });
    pci.plug(0, 0, hostBridge);
    pci.plug(1, 0, isaBridge);
    pci.plug(1, 1, idePci);
    pci.plug(1, 3, pm);

    // Where people sit: keyboard and mouse, screen, serial lines.
    const keyboard = new Ps2Keyboard({ clock });
    const mouse = new Ps2Mouse();
    const lines = { keyboardLine: line(1), mouseLine: line(12) };
    const keyboardController = new KeyboardController({ bus, clock, log, ...lines, keyboard, mouse, a20, pins });
    const vga = (this.vga = new Vga({ bus, clock, log }));
    const com = (name: "com1" | "com2", base: number, irq: number): Uart => {
      const host = { transmit: (byte: number) => this.#output(name, byte) };
      return new Uart({ name, bus, base, line: line(irq), clock, log, host });
    };
    const com1 = com("com1", COM1, 4);
    const com2 = com("com2", COM2, 3);

    // Drives: two channels with two places each.
    const { opened, disks, virtioDisks, disc } = openDisks(options, host.disk);
    this.#disks = opened;
    const places: Place[] = disks.map((disk, i) => new AtaDisk({ name: `ata.${i}`, clock, log, disk }));
    if (disc !== null) {
      while (places.length < CD_PLACE) places.push(undefined);
      places.splice(CD_PLACE, 0, new AtapiCdrom({ name: "ata.cd", clock, log, disc }));
    }
    const drives = places.filter((drive) => drive !== undefined);
    const ide = (["primary", "secondary"] as const).map((name, i) => {
      const [base, control, irq] = i === 0 ? [0x1f0, 0x3f6, 14] : [0x170, 0x376, 15];
      const [device0, device1] = places.slice(2 * i);
      return new IdeChannel({
        name: `ide.${name}`,
        bus,
        base: base!,
        control: control!,
        line: line(irq!),
        busMaster: engines[i]!,
        log,
        ...(device0 && { device0 }),
        ...(device1 && { device1 }),
      });
    });

    const transmit = (byte: number): void => this.#output("console", byte);
    const virtio = plugVirtio({ bus, clock, log, memory, interrupts, pci, transmit }, options, virtioDisks);
    this.#console = virtio.console;

    // Three things that only virtual machines have: firmware's source of knowledge, and two ports for test programs.
    const fwCfg = new FwCfg({ bus, clock, log, memory, contents: { ramBytes, files: this.#plugRoms(options) } });
    new DebugConsole({ bus, write: (byte) => this.#output("debugcon", byte) });
    new DebugExit({ bus, exit: (code) => this.#ask({ kind: "debug-exit", code }) });

    this.#uarts = { com1, com2 };
    this.#keys = {
      receive: (bytes) => keyboard.type(new TextDecoder().decode(bytes)),
      get queued() {
        return keyboard.queued;
      },
    };
    this.#devices = [
      ...[pic, ioapic, pit, cmos, dma, a20, portA, portB, post, resetControl, coprocessor],
      ...[isaBridge, pci, hostBridge, idePci, pm, ...engines],
      ...[keyboard, mouse, keyboardController, vga, com1, com2, ...drives, ...ide],
      ...[...virtio.functions, fwCfg],
    ];
    if (log.on("exec")) processor.onInstruction = () => log.say("exec", "cpu", describeNextInstruction(processor));
    this.reset();
  }

  /** Presses the reset button. Memory keeps what it holds; a kernel that was started directly is loaded again. */
  reset(): void {
    this.log.say("reset", "machine", "RESET");
    for (const device of this.#devices) device.reset();
    this.processor.reset();
    if (this.#hasFirmware) return;
    handOver(this.bus, [COM1, COM2]);
    this.#startKernel();
  }

  /** Option ROMs, as files that firmware finds in fw_cfg; the kernel's also in its place. */
  #plugRoms({ kernel, videoRom }: MachineOptions): ReadonlyMap<string, Uint8Array> {
    const files = new Map<string, Uint8Array>();
    if (videoRom !== undefined) files.set("vgaroms/video.bin", videoRom);
    // A kernel waits behind firmware: its ROM will say when it is its turn.
    if (kernel === undefined || !this.#hasFirmware) return files;
    // What is wrong with it is said now, not when the firmware is done.
    loadKernel(kernel, { read() {}, write() {} }, this.memory.ramBytes);
    const rom = bootRom();
    this.memory.plugRom(BOOT_ROM_ADDRESS, rom);
    claimBootPort(this.bus, this.memory, (map) => this.#ask({ kind: "start-kernel", map }));
    return files.set("genroms/kernel.bin", rom);
  }

  #startKernel(map?: readonly MemoryRange[]): void {
    this.processor.restart();
    enter(this.processor.state, loadKernel(this.#kernel!, this.memory, this.memory.ramBytes, map));
    this.processor.modeChanged();
  }

  /** Where the machine stands. */
  get now(): Stamp {
    return { instructions: this.processor.instructions, cycles: this.clock.now };
  }

  /**
   * The one door for everything from outside. What comes in is delivered at the instruction that comes next; a serial
   * line then takes its time, as on a wire. Call it between two calls of `run`.
   */
  input(event: InputEvent): void {
    this.#host.input?.(this.now, event);
    this.#inlet(event.channel)?.receive(event.bytes);
  }

  /** Bytes that were put in and that the guest's hardware has not received yet. */
  pendingInput(channel: InputChannel): number {
    return this.#inlet(channel)?.queued ?? 0;
  }

  /** Where input of a channel goes: null for the console of a machine without one, whose input is lost. */
  #inlet(channel: InputChannel): Inlet | null {
    if (channel === "keyboard") return this.#keys;
    return channel === "console" ? this.#console : this.#uarts[channel];
  }

  /** Makes `run` return with "paused" after the instruction that is being executed. */
  pause(): void {
    this.#ask({ kind: "paused" });
  }

  /**
   * Executes until a limit is reached or something ends it. After "power-off", "debug-exit", "halted" and "triple-fault"
   * the machine stays as it is for whoever wants to look; all other reasons let the next call go on where this one ended.
   */
  run({ instructions, cycle = Number.POSITIVE_INFINITY, until, idle = "skip" }: RunLimits = {}): StopReason {
    const watch = (): TextWatch => new TextWatch(until!);
    this.#watches = until === undefined ? {} : { com1: watch(), com2: watch(), console: watch() };
    const last = this.processor.instructions + (instructions ?? Number.POSITIVE_INFINITY);
    const stop = this.#execute(last, cycle, idle);
    this.#limit.disarm();
    if (!isEnd(stop)) return stop;
    // The last words may still be on the wire; they may be the awaited ones.
    for (const uart of Object.values(this.#uarts)) uart.drain();
    return this.#takeRequest() ?? stop;
  }

  #execute(last: number, cycle: number, idle: "skip" | "stop"): StopReason {
    const { processor, clock, log } = this;
    let awake = clock.now;
    /** Turns in which the guest only faulted; one may also come from a stop that was meant for the last call. */
    let fruitless = 0;
    /** A program that works has no more deliveries than instructions; a delivery takes the host as long as many of those. */
    const mostDelivered = processor.delivered + 2 * (last - processor.instructions) + 3 * MOST_DELIVERED;
    for (;;) {
      clock.fireDue();
      const request = this.#takeRequest();
      if (request !== null) return request;
      if (processor.instructions >= last) return { kind: "instructions" };
      if (clock.now >= cycle) return { kind: "cycle" };
      const before = processor.instructions;
      this.#limit.arm(cycle);
      const stop = processor.run(last - before);
      if (processor.instructions !== before) {
        awake = clock.now;
        fruitless = 0;
      } else if (stop.kind === "budget" && ++fruitless > 1) return { kind: "instructions" };
      if (processor.delivered > mostDelivered) return { kind: "instructions" };
      if (stop.kind === "shutdown") {
        log.say("reset", "cpu", "triple fault");
        return { kind: "triple-fault", faults: stop.faults, registers: describeRegisters(processor) };
      }
      if (stop.kind !== "halted" || this.#request !== null) continue;
      if (!stop.interruptible) return { kind: "halted" };
      this.#limit.disarm();
      const deadline = clock.nextDeadline();
      if (idle === "stop" || deadline === Number.POSITIVE_INFINITY || deadline - awake > IDLE_LIMIT) {
        return { kind: "idle", deadline };
      }
      clock.advanceTo(Math.min(deadline, cycle));
    }
  }

  /** Lets a halted machine's time pass until `cycle`, as if it had waited: what falls due on the way happens. */
  passTime(cycle: number): void {
    this.clock.advanceTo(cycle);
  }

  /** The machine's whole state between two instructions, disks opened as snapshots included. Disk files are not in it. */
  save(): Snapshot {
    const sections = this.#sections().map((section) => [section.section, section.save()] as const);
    return { version, clock: this.clock.save(), sections: Object.fromEntries(sections) };
  }

  /**
   * Continues from a state that a machine with the same options saved. Throws a UserError when it does not fit. `isNew`: this machine has firmware, has
   * just been made, and nothing has been done with it; that is quicker.
   */
  restore(snapshot: Snapshot, isNew = false): void {
    for (const section of this.#sections()) {
      const saved = snapshot.sections[section.section];
      if (saved === undefined) {
        throw new UserError(
          `the snapshot has no ${section.section}; restore it into a machine like the one that saved it`,
        );
      }
      if (section === this.memory) this.memory.restore(saved as never, isNew);
      else section.restore(saved);
    }
    this.clock.restore(snapshot.clock);
  }

  #sections(): Section[] {
    const overlays = this.#disks.flatMap((disk, i): Section[] =>
      disk instanceof Overlay
        ? [{ section: `disk.${i}`, save: () => disk.save(), restore: (saved) => disk.restore(saved as never) }]
        : [],
    );
    return [this.memory, this.processor, this.processor.apic, ...this.#devices, ...overlays] as Section[];
  }

  /** Lets go of the disk images. */
  close(): void {
    for (const disk of this.#disks) disk.close();
  }

  #output(channel: OutputChannel, byte: number): void {
    this.#host.output?.(channel, byte);
    if (this.#watches[channel]?.push(byte)) this.#ask({ kind: "text" });
  }

  /** What a device or the host end wants; the first one counts. */
  #ask(request: StopReason | Order): void {
    this.#request ??= request;
    this.processor.stop();
  }

  /** Carries out an order, or hands out why to stop. */
  #takeRequest(): StopReason | null {
    const request = this.#request;
    this.#request = null;
    switch (request?.kind) {
      case "reset":
        this.reset();
        return null;
      case "init":
        this.log.say("reset", "cpu", "INIT");
        this.processor.setInit();
        return null;
      case "start-kernel":
        this.#startKernel(request.map);
        return null;
      default:
        return request;
    }
  }
}

/** Whether the machine's life is over. */
export function isEnd(stop: StopReason): boolean {
  return ["power-off", "debug-exit", "halted", "triple-fault"].includes(stop.kind);
}

/** Opens all disks and the disc, or none. `opened` are the disks themselves, the others what drives are to see of them. */
function openDisks(
  { disks: options = [], cdrom }: MachineOptions,
  watch: DiskWatch | undefined,
): {
  opened: readonly Disk[];
  disks: Disk[];
  virtioDisks: Disk[];
  disc: Disk | null;
} {
  const most = cdrom === undefined ? MOST_DISKS : MOST_DISKS - 1;
  const [ide, virtio] = [
    options.filter((o) => o.interface !== "virtio"),
    options.filter((o) => o.interface === "virtio"),
  ];
  if (ide.length > most) {
    const beside = cdrom === undefined ? "" : " beside the CD drive";
    throw new UserError(`a machine has room for ${most} IDE disks${beside}, not ${ide.length}`);
  }
  if (virtio.length > MOST_VIRTIO_DISKS)
    throw new UserError(`a machine has room for ${MOST_VIRTIO_DISKS} virtio disks, not ${virtio.length}`);
  const opened: Disk[] = [];
  const open = (option: DiskOptions): Disk => {
    const disk = openDisk(option);
    opened.push(disk);
    const number = options.indexOf(option);
    return watch === undefined || number < 0 ? disk : new WatchedDisk(disk, number, watch);
  };
  try {
    const disks = ide.map(open);
    const disc = cdrom === undefined ? null : open({ image: cdrom, readonly: true });
    return { opened, disks, disc, virtioDisks: virtio.map(open) };
  } catch (error) {
    for (const disk of opened) disk.close();
    throw error;
  }
}
