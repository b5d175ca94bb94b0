/**
 * The south bridge: Intel's PIIX3 with what a PC has below the PCI bus. Function 0 is the bridge to the ISA devices, all of which
 * live elsewhere; here are its registers that lead the four PCI interrupt wires to interrupt lines. Function 1 says that the two
 * ATA channels exist, at their customary ports, and where their DMA engines are. (Intel 82371FB/82371SB data sheet, order number 290550)
 */
import type { Bus, Line } from "../bus.ts";
import { type BusMaster, busMasterPorts } from "./ide-bus-master.ts";
import { PciCommand, PciFunction, type PciState } from "./pci.ts";

/** PIRQRC[A:D]: bit 7 not routed, bits 3:0 the line. */
const PIRQRC = 0x60;
const NOT_ROUTED = 0x80;
/** Lines that a PCI interrupt can lead to. */
const ROUTABLE = [3, 4, 5, 6, 7, 9, 10, 11, 12, 14, 15] as const;

interface WireSource {
  readonly wire: number;
  high: boolean;
}

export class IsaBridge extends PciFunction {
  /** By interrupt line. */
  readonly #lines = new Map<number, Line>();
  readonly #sources: WireSource[] = [];

  /** `line` gives a new source for an interrupt line of the 8259s. */
  constructor({ bus, line }: { readonly bus: Bus; readonly line: (irq: number) => Line }) {
    super({ name: "pci.isa", vendor: 0x8086, device: 0x7000, class: 0x06_0100, status: 0x0280, command: 0 }, bus);
    this.setPowerOn(0x04, 2, PciCommand.ports | PciCommand.memory | PciCommand.busMaster, 0x0008);
    // I/O recovery timers, X-bus chip select, top of memory.
    this.setPowerOn(0x4c, 1, 0x4d, 0x7f);
    this.setPowerOn(0x4e, 2, 0x0003, 0x01ff);
    for (let wire = 0; wire < 4; wire++) this.setPowerOn(PIRQRC + wire, 1, NOT_ROUTED, 0x8f);
    this.setPowerOn(0x69, 1, 0x02, 0xfe);
    for (const irq of ROUTABLE) this.#lines.set(irq, line(irq));
  }

  /** A new source for a wire: 0–3, PIRQA# to PIRQD#. Asked for in the same order in every machine of the same make. */
  wire(wire: number): Line {
    const source: WireSource = { wire, high: false };
    this.#sources.push(source);
    return {
      set: (high) => {
        if (source.high === high) return;
        source.high = high;
        this.#drive();
      },
    };
  }

  #drive(): void {
    const high = new Set<number>();
    for (const source of this.#sources) {
      const route = this.config[PIRQRC + source.wire]!;
      if (source.high && (route & NOT_ROUTED) === 0) high.add(route & 0x0f);
    }
    for (const [irq, line] of this.#lines) line.set(high.has(irq));
  }

  protected override configWritten(): void {
    this.#drive();
  }

  override save(): PciState {
    return { ...super.save(), sources: Uint8Array.from(this.#sources, ({ high }) => (high ? 1 : 0)) };
  }

  override restore(saved: PciState): void {
    const sources = saved.sources as Uint8Array;
    this.#sources.forEach((source, i) => {
      source.high = sources[i] === 1;
    });
    super.restore(saved);
  }
}

/** IDETIM of each channel, with the bit that enables its ports; SIDETIM. */
const IDETIM = 0x40;
const SIDETIM = 0x44;

export class IdeFunction extends PciFunction {
  constructor({ bus, engines }: { readonly bus: Bus; readonly engines: readonly [BusMaster, BusMaster] }) {
    // Channels in compatibility mode; a bus master.
    const identity = { vendor: 0x8086, device: 0x7010, class: 0x01_0180, status: 0x0280, command: 0x0005 };
    const bars = { 4: { space: "ports", size: 16, device: busMasterPorts(engines) } } as const;
    super({ name: "pci.ide", ...identity, bars }, bus);
    this.setPowerOn(IDETIM, 4, 0, 0xf3ff_f3ff);
    this.setPowerOn(SIDETIM, 1, 0, 0xff);
  }
}
