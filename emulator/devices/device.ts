/**
 * What the machine needs of every device besides its registers: that it can go back to its power-on state, and that its
 * state can be put into a snapshot. Most devices keep everything a guest can observe in one plain record, so that both
 * fall out of it.
 */
import type { Plain, Section } from "../snapshot.ts";

export interface Device<Saved extends Plain = Plain> extends Section<Saved> {
  /** The state after the RESET pin: what a system reset (port 0xCF9, port 0x92, the 8042's pulse) leaves. */
  reset(): void;
}
