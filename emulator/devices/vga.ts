/**
 * A standard VGA: CRT controller, sequencer, graphics controller, attribute controller and DAC behind their dozen ports, and
 * 256 KiB of memory in four planes behind the window at A0000–BFFFF. Text is not special here: characters lie in plane 0,
 * attributes in plane 1, the font in plane 2, and odd/even addressing makes them look like pairs of bytes. What all this
 * looks like on the screen is worked out in vga-render.ts, when somebody wants to see it.
 *
 * The four planes are the four bytes of a 32-bit word, so latches and write modes work on whole words: plane n is bits
 * 8n … 8n+7. Addresses inside a plane are those of the hardware: chained addresses leave their low bits out, and the CRTC
 * shifts its own to match. (IBM Personal System/2 Hardware Interface Technical Reference, Video Subsystem; FreeVGA.)
 */
import type { AccessSize, Bus, MemoryDevice } from "../bus.ts";
import type { Clock } from "../clock.ts";
import type { Log } from "../log.ts";
import { VIDEO_START } from "../map.ts";
import { type BytePorts, eightBit } from "./byte-ports.ts";
import type { Device } from "./device.ts";
import { type Picture, renderScreen, screenText } from "./vga-render.ts";
import { scanPosition } from "./vga-timing.ts";

const WINDOW_BYTES = 0x2_0000;
const PLANE_BYTES = 0x1_0000;

const MISC_COLOUR = 0x01;
const MISC_RAM_ENABLE = 0x02;

const CRTC_VERTICAL_RETRACE_END = 0x11;
const CRTC_OVERFLOW = 0x07;
const CRTC_PROTECT = 0x80;

const SEQ_MAP_MASK = 2;
const SEQ_MEMORY_MODE = 4;
const MEMORY_MODE_SEQUENTIAL = 0x04;
const MEMORY_MODE_CHAIN4 = 0x08;

const GC_SET_RESET = 0;
const GC_ENABLE_SET_RESET = 1;
const GC_COLOUR_COMPARE = 2;
const GC_DATA_ROTATE = 3;
const GC_READ_MAP = 4;
const GC_MODE = 5;
const GC_MISC = 6;
const GC_COLOUR_DONT_CARE = 7;
const GC_BIT_MASK = 8;
const GC_MODE_READ_COMPARE = 0x08;
const GC_MODE_ODD_EVEN = 0x10;

/** Which bits of each register exist. */
const CRTC_BITS = [
  ...[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f, 0xff, 0x3f, 0x7f, 0xff],
  ...[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f, 0xff, 0xff, 0xef, 0xff],
];
const SEQ_BITS = [0x03, 0x3d, 0x0f, 0x3f, 0x0e];
const GC_BITS = [0x0f, 0x0f, 0x0f, 0x1f, 0x03, 0x7b, 0x0f, 0x0f, 0xff];
const ATTRIBUTE_BITS = [...new Array<number>(16).fill(0x3f), 0xef, 0xff, 0x3f, 0x0f, 0x0f];

/** Where the window begins and how long it is, by GC_MISC bits 3–2; offsets from A0000. */
const WINDOWS = [
  [0x0_0000, 0x2_0000],
  [0x0_0000, 0x1_0000],
  [0x1_0000, 0x0_8000],
  [0x1_8000, 0x0_8000],
] as const;

const powerOn = () => ({
  misc: 0,
  feature: 0,
  crtc: new Uint8Array(CRTC_BITS.length),
  crtcIndex: 0,
  sequencer: new Uint8Array(SEQ_BITS.length),
  sequencerIndex: 0,
  graphics: new Uint8Array(GC_BITS.length),
  graphicsIndex: 0,
  attribute: new Uint8Array(ATTRIBUTE_BITS.length),
  /** Bit 5, PAS: the palette belongs to the display. */
  attributeIndex: 0,
  /** The attribute port expects data next. */
  attributeData: false,
  dac: new Uint8Array(768),
  dacMask: 0xff,
  dacReadIndex: 0,
  dacWriteIndex: 0,
  /** Which of red, green and blue comes next. */
  dacComponent: 0,
  dacReading: false,
  latches: 0,
});
export type VgaRegisters = ReturnType<typeof powerOn>;

type VgaState = { readonly registers: VgaRegisters; readonly memory: Uint8Array };

/** A byte in each of the four planes. */
const inAllPlanes = (byte: number): number => Math.imul(byte, 0x0101_0101);
/** All bits of the planes whose bit is set in the low four bits. */
const planeMask = (bits: number): number =>
  (bits & 1 ? 0xff : 0) | (bits & 2 ? 0xff00 : 0) | (bits & 4 ? 0xff_0000 : 0) | (bits & 8 ? 0xff00_0000 : 0);

export interface VgaWiring {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly log: Log;
}

export class Vga implements BytePorts, MemoryDevice, Device<VgaState> {
  readonly section = "vga";
  readonly #clock: Clock;
  readonly #log: Log;
  #r = powerOn();
  /** One word for each address: a byte of every plane. */
  readonly #planes = new Uint32Array(PLANE_BYTES);

  constructor({ bus, clock, log }: VgaWiring) {
    this.#clock = clock;
    this.#log = log;
    const ports = eightBit(this);
    bus.claimPorts("vga", 0x3b4, 2, ports);
    bus.claimPorts("vga", 0x3ba, 1, ports);
    bus.claimPorts("vga", 0x3c0, 16, ports);
    bus.claimPorts("vga", 0x3d4, 2, ports);
    bus.claimPorts("vga", 0x3da, 1, ports);
    bus.claimMemory("vga", VIDEO_START, WINDOW_BYTES, this);
  }

  /** Registers as after the RESET pin; what was in memory stays. */
  reset(): void {
    this.#r = powerOn();
  }

  // What the screen shows.

  /** The picture, dot by dot. `steady`: what blinks is shown, whatever the time. */
  render({ steady = true }: { readonly steady?: boolean } = {}): Picture {
    return renderScreen(this.#r, this.#planes, steady ? null : this.#clock.now);
  }

  /** The lines of text mode as Unicode, without spaces at their ends; nothing in graphics modes. */
  text(): string[] {
    return screenText(this.#r, this.#planes);
  }

  // Memory.

  readMemory(offset: number, size: AccessSize): number {
    let value = 0;
    for (let i = 0; i < size; i++) value += this.#readByte(offset + i) * 2 ** (8 * i);
    return value;
  }

  writeMemory(offset: number, size: AccessSize, value: number): void {
    for (let i = 0; i < size; i++) this.#writeByte(offset + i, (value >>> (8 * i)) & 0xff);
  }

  /** An offset in the window that GC_MISC opens, or -1. */
  #windowOffset(offset: number): number {
    const [start, length] = WINDOWS[((this.#r.graphics[GC_MISC]! >> 2) & 3) as 0 | 1 | 2 | 3];
    const inside = (this.#r.misc & MISC_RAM_ENABLE) !== 0 && offset >= start && offset < start + length;
    return inside ? offset - start : -1;
  }

  /** The address in the planes when the lowest bit chooses between planes: the 128 KiB window puts bit 16 in its place. */
  #oddEvenAddress(at: number): number {
    return (at & 0xfffe) | (at >> 16);
  }

  #readByte(offset: number): number {
    const at = this.#windowOffset(offset);
    if (at < 0) return 0xff;
    const { graphics, sequencer } = this.#r;
    let plane = graphics[GC_READ_MAP]!;
    let address = at & 0xffff;
    if (sequencer[SEQ_MEMORY_MODE]! & MEMORY_MODE_CHAIN4) {
      plane = at & 3;
      address = at & 0xfffc;
    } else if (graphics[GC_MODE]! & GC_MODE_ODD_EVEN) {
      plane = (plane & 2) | (at & 1);
      address = this.#oddEvenAddress(at);
    }
    const word = this.#planes[address]!;
    this.#r.latches = word;
    if (graphics[GC_MODE]! & GC_MODE_READ_COMPARE) return this.#compare(word);
    return (word >>> (8 * plane)) & 0xff;
  }

  /** Read mode 1: a bit for each of the eight dots whose colour matches in the planes that matter. */
  #compare(word: number): number {
    const { graphics } = this.#r;
    const differs = (word ^ planeMask(graphics[GC_COLOUR_COMPARE]!)) & planeMask(graphics[GC_COLOUR_DONT_CARE]!);
    return ~(differs | (differs >>> 8) | (differs >>> 16) | (differs >>> 24)) & 0xff;
  }

  #writeByte(offset: number, value: number): void {
    const at = this.#windowOffset(offset);
    if (at < 0) return;
    const { sequencer } = this.#r;
    const mode = sequencer[SEQ_MEMORY_MODE]!;
    let planes = sequencer[SEQ_MAP_MASK]!;
    let address = at & 0xffff;
    if (mode & MEMORY_MODE_CHAIN4) {
      planes &= 1 << (at & 3);
      address = at & 0xfffc;
    } else if ((mode & MEMORY_MODE_SEQUENTIAL) === 0) {
      planes &= at & 1 ? 0b1010 : 0b0101;
      address = this.#oddEvenAddress(at);
    }
    const written = planeMask(planes);
    this.#planes[address] = (this.#planes[address]! & ~written) | (this.#writeData(value) & written);
  }

  /** What a byte from the processor becomes in the four planes: write modes 0–3. */
  #writeData(value: number): number {
    const { graphics, latches } = this.#r;
    const bitMask = inAllPlanes(graphics[GC_BIT_MASK]!);
    const setReset = planeMask(graphics[GC_SET_RESET]!);
    const rotation = graphics[GC_DATA_ROTATE]! & 7;
    const rotated = ((value >> rotation) | (value << (8 - rotation))) & 0xff;
    switch (graphics[GC_MODE]! & 3) {
      case 0: {
        const enabled = planeMask(graphics[GC_ENABLE_SET_RESET]!);
        return this.#combine((inAllPlanes(rotated) & ~enabled) | (setReset & enabled), bitMask);
      }
      case 1:
        return latches;
      case 2:
        return this.#combine(planeMask(value), bitMask);
      default:
        return this.#combine(setReset, inAllPlanes(rotated) & bitMask);
    }
  }

  /** The function of GC_DATA_ROTATE bits 4–3 with the latches; where the mask is 0, the latches alone. */
  #combine(data: number, mask: number): number {
    const { graphics, latches } = this.#r;
    let result = data;
    switch ((graphics[GC_DATA_ROTATE]! >> 3) & 3) {
      case 1:
        result = data & latches;
        break;
      case 2:
        result = data | latches;
        break;
      case 3:
        result = data ^ latches;
        break;
    }
    return (result & mask) | (latches & ~mask);
  }

  // Ports.

  /** CRTC and status move from 3Bx to 3Dx with misc bit 0; the other place is empty. */
  #isElsewhere(port: number): boolean {
    const colour = (this.#r.misc & MISC_COLOUR) !== 0;
    return (port < 0x3c0 && colour) || (port >= 0x3d0 && !colour);
  }

  readPort(port: number): number {
    if (this.#isElsewhere(port)) return 0xff;
    const r = this.#r;
    switch (port) {
      case 0x3c0:
        return r.attributeIndex;
      case 0x3c1:
        return r.attribute[r.attributeIndex & 0x1f] ?? 0;
      case 0x3c2: // input status 0: the monitor's sense line
        return 0x10;
      case 0x3c4:
        return r.sequencerIndex;
      case 0x3c5:
        return r.sequencer[r.sequencerIndex] ?? 0;
      case 0x3c6:
        return r.dacMask;
      case 0x3c7:
        return r.dacReading ? 3 : 0;
      case 0x3c8:
        return r.dacWriteIndex;
      case 0x3c9:
        return this.#readDac();
      case 0x3ca:
        return r.feature;
      case 0x3cc:
        return r.misc;
      case 0x3ce:
        return r.graphicsIndex;
      case 0x3cf:
        return r.graphics[r.graphicsIndex] ?? 0;
      case 0x3b4:
      case 0x3d4:
        return r.crtcIndex;
      case 0x3b5:
      case 0x3d5:
        return r.crtc[r.crtcIndex] ?? 0;
      case 0x3ba:
      case 0x3da:
        return this.#readStatus1();
      default:
        return 0xff;
    }
  }

  writePort(port: number, value: number): void {
    if (this.#isElsewhere(port)) return;
    const r = this.#r;
    switch (port) {
      case 0x3c0:
        this.#writeAttribute(value);
        return;
      case 0x3c2:
        r.misc = value;
        return;
      case 0x3c4:
        r.sequencerIndex = value & 7;
        return;
      case 0x3c5:
        this.#writeRegister("sequencer", r.sequencer, r.sequencerIndex, SEQ_BITS, value);
        return;
      case 0x3c6:
        r.dacMask = value;
        return;
      case 0x3c7:
        Object.assign(r, { dacReadIndex: value, dacComponent: 0, dacReading: true });
        return;
      case 0x3c8:
        Object.assign(r, { dacWriteIndex: value, dacComponent: 0, dacReading: false });
        return;
      case 0x3c9:
        this.#writeDac(value & 0x3f);
        return;
      case 0x3ce:
        r.graphicsIndex = value & 0x0f;
        return;
      case 0x3cf:
        this.#writeRegister("graphics controller", r.graphics, r.graphicsIndex, GC_BITS, value);
        return;
      case 0x3b4:
      case 0x3d4:
        r.crtcIndex = value & 0x3f;
        return;
      case 0x3b5:
      case 0x3d5:
        this.#writeCrtc(value);
        return;
      case 0x3ba:
      case 0x3da:
        r.feature = value & 0x0b;
        return;
      default: // 3C3, 3CB, 3CD: other adapters' registers
        return;
    }
  }

  #writeRegister(what: string, registers: Uint8Array, index: number, bits: readonly number[], value: number): void {
    const existing = bits[index];
    if (existing !== undefined) registers[index] = value & existing;
    else this.#log.guestError("vga", `write to register ${index} of the ${what}, which has ${bits.length}`);
  }

  /** Vertical Retrace End bit 7 protects registers 0–7, but for Overflow's line compare bit. */
  #writeCrtc(value: number): void {
    const { crtc, crtcIndex } = this.#r;
    const isProtected = crtcIndex <= 7 && (crtc[CRTC_VERTICAL_RETRACE_END]! & CRTC_PROTECT) !== 0;
    if (!isProtected) this.#writeRegister("CRT controller", crtc, crtcIndex, CRTC_BITS, value);
    else if (crtcIndex === CRTC_OVERFLOW) crtc[CRTC_OVERFLOW] = (crtc[CRTC_OVERFLOW]! & ~0x10) | (value & 0x10);
  }

  /** Index and data take turns at one port; a read of input status 1 makes it the index's turn. */
  #writeAttribute(value: number): void {
    const r = this.#r;
    if (r.attributeData)
      this.#writeRegister("attribute controller", r.attribute, r.attributeIndex & 0x1f, ATTRIBUTE_BITS, value);
    else r.attributeIndex = value & 0x3f;
    r.attributeData = !r.attributeData;
  }

  /** Bit 0: no display at this moment; bit 3: vertical retrace. */
  #readStatus1(): number {
    this.#r.attributeData = false;
    const { displaying, verticalRetrace } = scanPosition(this.#r, this.#clock.now);
    return (displaying ? 0 : 0x01) | (verticalRetrace ? 0x08 : 0);
  }

  #readDac(): number {
    const r = this.#r;
    const value = r.dac[r.dacReadIndex * 3 + r.dacComponent]!;
    r.dacComponent = (r.dacComponent + 1) % 3;
    if (r.dacComponent === 0) r.dacReadIndex = (r.dacReadIndex + 1) & 0xff;
    return value;
  }

  #writeDac(value: number): void {
    const r = this.#r;
    r.dac[r.dacWriteIndex * 3 + r.dacComponent] = value;
    r.dacComponent = (r.dacComponent + 1) % 3;
    if (r.dacComponent === 0) r.dacWriteIndex = (r.dacWriteIndex + 1) & 0xff;
  }

  save(): VgaState {
    return { registers: structuredClone(this.#r), memory: new Uint8Array(this.#planes.slice().buffer) };
  }

  restore({ registers, memory }: VgaState): void {
    this.#r = structuredClone(registers);
    new Uint8Array(this.#planes.buffer).set(memory);
  }
}
