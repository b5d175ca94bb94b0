/**
 * A PS/2 mouse that lies still: it answers every command of the IBM PS/2 mouse, so that drivers find it and are content,
 * and has no movement to report.
 */
import type { Device } from "./device.ts";
import { ACK, BAT_PASSED, type Ps2Device, RESEND } from "./ps2-keyboard.ts";

const STANDARD_MOUSE = 0x00;
const NO_MOVEMENT = [0x08, 0x00, 0x00];

const powerOn = () => ({
  reporting: false,
  remote: false,
  wrap: false,
  scaling: false,
  /** Counts per millimetre, as a power of two. */
  resolution: 2,
  /** Reports per second. */
  sampleRate: 100,
  command: 0,
  answers: [] as number[],
  lastSent: 0,
});
type MouseState = ReturnType<typeof powerOn>;

export class Ps2Mouse implements Ps2Device, Device<MouseState> {
  readonly section = "mouse";
  #m = powerOn();
  onData: () => void = () => {};

  reset(): void {
    this.#m = powerOn();
  }

  get hasData(): boolean {
    return this.#m.answers.length > 0;
  }

  take(): number | undefined {
    const byte = this.#m.answers.shift();
    if (byte !== undefined && byte !== RESEND) this.#m.lastSent = byte;
    return byte;
  }

  receive(byte: number): void {
    const m = this.#m;
    const { command } = m;
    m.command = 0;
    m.answers = [];
    if (m.wrap && byte !== 0xec && byte !== 0xff) m.answers.push(byte);
    else if (command === 0xe8 && byte <= 3) this.#acknowledge({ resolution: byte });
    else if (command === 0xf3 && byte > 0 && byte <= 200) this.#acknowledge({ sampleRate: byte });
    else this.#command(byte);
    this.onData();
  }

  #acknowledge(change: Partial<MouseState>): void {
    Object.assign(this.#m, change);
    this.#m.answers.push(ACK);
  }

  #command(byte: number): void {
    const m = this.#m;
    switch (byte) {
      case 0xe6: // scaling 1:1
      case 0xe7: // scaling 2:1
        this.#acknowledge({ scaling: byte === 0xe7 });
        return;
      case 0xe8: // set resolution
      case 0xf3: // set sample rate
        this.#acknowledge({ command: byte });
        return;
      case 0xe9: // status request
        this.#acknowledge({});
        m.answers.push(this.#status, m.resolution, m.sampleRate);
        return;
      case 0xea: // stream mode
      case 0xf0: // remote mode
        this.#acknowledge({ remote: byte === 0xf0 });
        return;
      case 0xeb: // read data
        this.#acknowledge({});
        m.answers.push(...NO_MOVEMENT);
        return;
      case 0xec: // end wrap mode
      case 0xee: // wrap mode
        this.#acknowledge({ wrap: byte === 0xee });
        return;
      case 0xf2: // identify
        this.#acknowledge({});
        m.answers.push(STANDARD_MOUSE);
        return;
      case 0xf4: // enable reporting
      case 0xf5: // disable reporting
        this.#acknowledge({ reporting: byte === 0xf4 });
        return;
      case 0xf6: // set defaults
        this.#m = powerOn();
        this.#acknowledge({});
        return;
      case RESEND:
        m.answers.push(m.lastSent);
        return;
      case 0xff: // reset
        this.#m = powerOn();
        this.#m.answers.push(ACK, BAT_PASSED, STANDARD_MOUSE);
        return;
      default:
        m.answers.push(RESEND);
    }
  }

  get #status(): number {
    const { remote, reporting, scaling } = this.#m;
    return (remote ? 0x40 : 0) | (reporting ? 0x20 : 0) | (scaling ? 0x10 : 0);
  }

  save(): MouseState {
    return structuredClone(this.#m);
  }

  restore(saved: MouseState): void {
    this.#m = structuredClone(saved);
  }
}
