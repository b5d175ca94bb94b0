// The 8254: three counters that go down at 1,193,182 Hz. Counter 0 is wired to interrupt line 0, counter 1 refreshed memory
// once, counter 2 makes the speaker's tone; its gate and its output can be reached through port 0x61, so it can measure
// without any interrupt. (Intel 8254 data sheet; IBM PC/AT Technical Reference, system control port B)
/** The crystal of the colour television's subcarrier, divided by 12 by everybody since 1981. */
export const PIT_HZ = 1_193_182;

const pit = claimPorts(0x40, 4);
const portB = claimPorts(0x61, 1);
const COUNTER_0 = 0;
const COUNTER_2 = 2;
const CONTROL = 3;
/** Counter 0 and 2, low byte then high byte, modes 2 (rate generator) and 0 (interrupt on terminal count). */
const RATE_0: u8 = 0x34;
const ONCE_2: u8 = 0xb0;
const ONCE_0: u8 = 0x30;
const GATE_2: u8 = 1;
const SPEAKER: u8 = 2;
const OUT_2: u8 = 0x20;

/** Counter 0 interrupts every `count` of its clocks, from now on. */
export function startRate(count: u16): void {
  pit.out8(CONTROL, RATE_0);
  pit.out8(COUNTER_0, u8(count));
  pit.out8(COUNTER_0, u8(count >> 8));
}

/** Counter 0 says no more: in mode 0, without a count, it waits for one. */
export function stopRate(): void {
  pit.out8(CONTROL, ONCE_0);
}

/** Begins to count down with counter 2; countedDown tells when it is over. */
export function countDown(count: u16): void {
  const rest = portB.in8(0) & ~(GATE_2 | SPEAKER);
  // Low gate while the count is loaded: it begins with the gate and not somewhere in between.
  portB.out8(0, rest);
  pit.out8(CONTROL, ONCE_2);
  pit.out8(COUNTER_2, u8(count));
  pit.out8(COUNTER_2, u8(count >> 8));
  portB.out8(0, rest | GATE_2);
}

export function countedDown(): boolean {
  return (portB.in8(0) & OUT_2) !== 0;
}
