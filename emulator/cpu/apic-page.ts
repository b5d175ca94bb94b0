/**
 * The page of memory in which the local APIC's registers stand in xAPIC mode (SDM vol. 3, 10.4.1): one register in sixteen bytes, of which four are
 * defined. The page lies over whatever else is at its address, RAM too, as long as IA32_APIC_BASE says so.
 */
import type { AccessSize, Bus, MemoryDevice, Window } from "../bus.ts";
import type { Log } from "../log.ts";

/** The registers by their offsets in the page. */
export interface ApicPageRegisters {
  /** Undefined where there is none. */
  readRegister(offset: number): number | undefined;
  /** False where there is none to write. */
  writeRegister(offset: number, value: number): boolean;
  /** Software has asked for a register that does not exist. */
  illegalRegister(): void;
}

export class ApicPage implements MemoryDevice {
  readonly #registers: ApicPageRegisters;
  readonly #log: Log;
  readonly #window: Window;
  readonly #overlay: (page: number, on: boolean) => void;
  /** Where it is, or -1. */
  #page = -1;

  /** `overlay`: the frame at `page` answers as a device from now on, or again as what it was. */
  constructor(registers: ApicPageRegisters, bus: Bus, log: Log, overlay: (page: number, on: boolean) => void) {
    this.#registers = registers;
    this.#log = log;
    this.#window = bus.memoryWindow("apic", this, { local: true });
    this.#overlay = overlay;
  }

  /** Puts the page at a physical address; -1: nowhere. */
  place(page: number): void {
    if (page === this.#page) return;
    if (this.#page >= 0) this.#overlay(this.#page, false);
    this.#page = page;
    if (page < 0) this.#window.withdraw();
    else {
      this.#window.place(page, 0x1000);
      this.#overlay(page, true);
    }
  }

  readMemory(offset: number, size: AccessSize): number {
    const within = offset & 15;
    if (size !== 4 || within !== 0) this.#oddAccess("read", offset, size);
    if (within + size > 4) return 0;
    const value = this.#registers.readRegister(offset - within);
    if (value === undefined) {
      this.#illegalRegister("read", offset);
      return 0;
    }
    return (value >>> (8 * within)) & (size === 4 ? 0xffff_ffff : size === 2 ? 0xffff : 0xff);
  }

  writeMemory(offset: number, size: AccessSize, value: number): void {
    if (size !== 4 || offset & 15) {
      this.#oddAccess("write", offset, size);
      return;
    }
    if (this.#registers.writeRegister(offset, value)) return;
    if (this.#registers.readRegister(offset) === undefined) this.#illegalRegister("write", offset);
    else
      this.#log.guestError("apic", `write of 0x${value.toString(16)} to read-only register 0x${offset.toString(16)}`);
  }

  #oddAccess(what: string, offset: number, size: number): void {
    this.#log.guestError(
      "apic",
      `${what} of ${size} at offset 0x${offset.toString(16)}; registers are four bytes wide, 16 apart`,
    );
  }

  #illegalRegister(what: string, offset: number): void {
    this.#log.guestError("apic", `${what} of register 0x${offset.toString(16)}, which does not exist`);
    this.#registers.illegalRegister();
  }
}
