/**
 * The isa-debug-exit of emulators: a write to port 0xF4 ends the machine. Test kernels use it to report: value v becomes
 * the exit code ((v << 1) | 1) & 255, which is never zero, so that it cannot be taken for an ordinary end.
 */
import type { AccessSize, Bus, PortDevice } from "../bus.ts";
import { DEBUG_EXIT_PORT } from "../map.ts";

const PORTS = 4;

export class DebugExit implements PortDevice {
  readonly #exit: (code: number) => void;

  /** `exit` gets the process's exit code; the machine stops after the current instruction. */
  constructor({ bus, exit }: { readonly bus: Bus; readonly exit: (code: number) => void }) {
    this.#exit = exit;
    bus.claimPorts("debug-exit", DEBUG_EXIT_PORT, PORTS, this);
  }

  readPort(): number {
    return 0;
  }

  writePort(_port: number, _size: AccessSize, value: number): void {
    this.#exit(((value << 1) | 1) & 0xff);
  }
}
