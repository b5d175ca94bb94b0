/**
 * The host bridge of Intel's 440FX chipset, as PCI function 0:0.0: the way from the processor to memory and PCI. What software uses
 * of it are the PAM registers, by which firmware copies itself from slow ROM into the RAM behind it. (Intel 82441FX data
 * sheet, order number 290549, 3.2) The subsystem identification is the one by which firmware made for QEMU knows
 * that it may ask fw_cfg.
 */
import type { Bus } from "../bus.ts";
import { ROM_START } from "../map.ts";
import { type Memory, SHADOW_BLOCK } from "../memory.ts";
import { PciCommand, PciFunction } from "./pci.ts";

/** PAM0 (high half: F0000–FFFFF), then PAM1–PAM6, each with two blocks of 16 KiB from C0000 on, the lower in the low half. */
const PAM0 = 0x59;
const PAM6 = 0x5f;
const SMRAM = 0x72;
/** RE and WE of the two halves. */
const PAM_WRITABLE = 0x33;
const BIOS_SEGMENT = 0xf_0000;

export class HostBridge extends PciFunction {
  readonly #memory: Memory;

  constructor({ bus, memory }: { readonly bus: Bus; readonly memory: Memory }) {
    const identity = { vendor: 0x8086, device: 0x1237, revision: 2, class: 0x06_0000 };
    const subsystem = { subsystemVendor: 0x1af4, subsystem: 0x1100 };
    // Memory space is always on, and the bridge always a master.
    super({ name: "pci.host", ...identity, ...subsystem, status: 0x0280, command: 0x0140 }, bus);
    this.setPowerOn(0x04, 2, PciCommand.memory | PciCommand.busMaster, 0x0140);
    this.setPowerOn(PAM0, 1, 0, PAM_WRITABLE & 0xf0);
    for (let register = PAM0 + 1; register <= PAM6; register++) this.setPowerOn(register, 1, 0, PAM_WRITABLE);
    // System management RAM: there is no such mode; the register keeps what it is told, but for D_LCK and D_CLS.
    this.setPowerOn(SMRAM, 1, 0x02, 0x48);
    this.#memory = memory;
  }

  protected override configWritten(register: number, size: number): void {
    for (let pam = Math.max(PAM0, register); pam <= PAM6 && pam < register + size; pam++) {
      const low = this.config[pam]! & 3;
      const high = (this.config[pam]! >> 4) & 3;
      if (pam === PAM0) for (let i = 0; i < 4; i++) this.#memory.shadow(BIOS_SEGMENT + i * SHADOW_BLOCK, high);
      else {
        const start = ROM_START + (pam - PAM0 - 1) * 2 * SHADOW_BLOCK;
        this.#memory.shadow(start, low);
        this.#memory.shadow(start + SHADOW_BLOCK, high);
      }
    }
  }
}
