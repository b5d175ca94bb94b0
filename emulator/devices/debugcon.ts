/**
 * The debug console of emulators at port 0xE9: a byte written there is a byte for whoever watches, without a UART's
 * ceremony. A read gives 0xE9, by which a program can tell that the port is there.
 */
import type { Bus } from "../bus.ts";
import { DEBUG_CONSOLE_PORT } from "../map.ts";
import { type BytePorts, eightBit } from "./byte-ports.ts";

export class DebugConsole implements BytePorts {
  readonly #write: (byte: number) => void;

  constructor({ bus, write }: { readonly bus: Bus; readonly write: (byte: number) => void }) {
    this.#write = write;
    bus.claimPorts("debugcon", DEBUG_CONSOLE_PORT, 1, eightBit(this));
  }

  readPort(): number {
    return DEBUG_CONSOLE_PORT;
  }

  writePort(_port: number, value: number): void {
    this.#write(value);
  }
}
