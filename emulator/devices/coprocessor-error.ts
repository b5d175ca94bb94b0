/**
 * The way floating-point errors take on a PC when CR0.NE is clear: the processor's FERR# becomes interrupt line 13, and the
 * handler's write to port 0xF0 takes the line back and asserts IGNNE#, so that the handler itself may use the unit before it
 * has cleared the error. (SDM vol. 1, 8.7.1 and appendix D.2; PIIX3 data sheet, "Coprocessor Error Register".)
 */
import type { Bus, Line } from "../bus.ts";
import type { ErrorPins } from "../cpu/x87/unit.ts";
import { type BytePorts, eightBit } from "./byte-ports.ts";
import type { Device } from "./device.ts";

const PORT = 0xf0;

type Saved = { readonly ferr: boolean; readonly request: boolean; readonly ignored: boolean };

export class CoprocessorError implements BytePorts, ErrorPins, Device<Saved> {
  readonly section = "coprocessor-error";
  readonly #line: Line;
  /** FERR# as the processor drives it. */
  #ferr = false;
  /** Line 13: from the error to the write. */
  #request = false;
  /** IGNNE#: from the write to the end of FERR#. */
  #ignored = false;

  constructor({ bus, line }: { readonly bus: Bus; readonly line: Line }) {
    this.#line = line;
    bus.claimPorts("coprocessor-error", PORT, 1, eightBit(this));
  }

  setFerr(high: boolean): void {
    if (high && !this.#ferr) this.#setRequest(true);
    if (!high) this.#ignored = false;
    this.#ferr = high;
  }

  ignne(): boolean {
    return this.#ignored;
  }

  #setRequest(high: boolean): void {
    this.#request = high;
    this.#line.set(high);
  }

  /** Write-only. */
  readPort(): number {
    return 0xff;
  }

  writePort(): void {
    if (this.#ferr) this.#ignored = true;
    this.#setRequest(false);
  }

  reset(): void {
    this.#ferr = this.#ignored = false;
    this.#setRequest(false);
  }

  save(): Saved {
    return { ferr: this.#ferr, request: this.#request, ignored: this.#ignored };
  }

  restore({ ferr, request, ignored }: Saved): void {
    this.#ferr = ferr;
    this.#ignored = ignored;
    this.#setRequest(request);
  }
}
