// Where the time comes from. The processor counts its cycles (RDTSC), which is quick to read and fine-grained, but nobody
// says how many there are in a second. The PIT says: it has counted at 1,193,182 Hz since 1981, because that is a third of
// the colour television's subcarrier, and every PC still has it. So at boot one counter of the PIT measures the other for
// ten milliseconds, and from then on the counter is the clock. Processors since 2015 can be asked instead: they know which crystal
// drives them, and by how much they multiply it.
//
// Cycles become nanoseconds without a division: multiplied by a fraction of 2^64 that was computed once. (SDM vol. 3, 18.17
// Time-Stamp Counter)
import { countDown, countedDown, PIT_HZ } from "./pit.ts";
import { readRtc } from "./rtc.ts";

/** Counts of the PIT that are measured: 10 ms. */
const MEASURED = 11_932;
/** Looks at the PIT before we give up: seconds, on any machine. */
const LOOKS: u32 = 20_000_000;
const CPUID_TSC: u32 = 0x10;
/** The leaf that tells how the time-stamp counter and the crystal are related (SDM vol. 2, CPUID, leaf 15H). */
const CPUID_CRYSTAL: u32 = 0x15;
const NANOS = 1_000_000_000;
/** A count is shifted by so much before it is multiplied. 2^58 cycles are years, and the factor has room from 16 MHz on. */
const SHIFT = 6;

/** Nanoseconds of one cycle, times 2^(64 - SHIFT). */
let scale: u64 = late();
let start: u64 = late();
let wall: u64 = late();
const runs = zeroed<Atomic<u32>>();

/** Nanoseconds since startClock; it never goes back. */
export function nanosSinceStart(): u64 {
  attr(irqSafe);
  return multiplyHigh((cpu.rdtsc() - start) << SHIFT, scale);
}

/** What it was on the wall when nanosSinceStart was 0: nanoseconds since 1970-01-01 UTC, from the battery-backed clock. */
export function wallClockAtStart(): u64 {
  return wall;
}

/** Whether startClock is over: for panics, which may come before. */
export function clockRuns(): boolean {
  attr(irqSafe);
  return runs.load() !== 0;
}

/** At boot, while nothing interrupts: finds out how fast the time-stamp counter is. */
export function startClock(): void {
  assert((cpu.cpuidEdx(1, 0) & CPUID_TSC) !== 0, "this processor has no time-stamp counter");
  const told = toldHertz();
  const hertz = told !== 0 ? told : (measure() * PIT_HZ) / MEASURED;
  scale = fraction(NANOS, hertz);
  start = cpu.rdtsc();
  wall = readRtc() * NANOS;
  runs.store(1);
}

/** What the processor says of its crystal, in hertz, or 0: many leave it out, or know no such leaf. The local APIC's timer counts it, too (SDM vol. 3, 12.5.4). */
export function toldCrystal(): u64 {
  return cpu.cpuidEax(0, 0) < CPUID_CRYSTAL ? 0 : u64(cpu.cpuidEcx(CPUID_CRYSTAL, 0));
}

/** What it says how fast its counter is, likewise. */
function toldHertz(): u64 {
  const crystal = toldCrystal();
  if (crystal === 0) return 0;
  const divisor = u64(cpu.cpuidEax(CPUID_CRYSTAL, 0));
  return divisor === 0 ? 0 : (crystal * u64(cpu.cpuidEbx(CPUID_CRYSTAL, 0))) / divisor;
}

/** Cycles while the PIT counts MEASURED. */
function measure(): u64 {
  countDown(MEASURED);
  const before = cpu.rdtsc();
  for (let looks: u32 = 0; looks < LOOKS; looks++) {
    if (countedDown()) return cpu.rdtsc() - before;
  }
  panic("the PIT does not count");
}

/** a / b as a fraction of 2^(64 - SHIFT): digit by digit, as on paper, because the numerator has 90 bits. */
function fraction(a: u64, b: u64): u64 {
  let quotient = a / b;
  let rest = a % b;
  for (let digit: u32 = 0; digit < 64 - SHIFT; digit++) {
    rest <<= 1;
    quotient <<= 1;
    if (rest >= b) {
      rest -= b;
      quotient |= 1;
    }
  }
  return quotient;
}

/** Spins: for the few microseconds that some hardware wants between two registers. Longer waits sleep. */
export function spinNanos(nanos: u64): void {
  attr(noSleep);
  const end = nanosSinceStart() + nanos;
  while (nanosSinceStart() < end) cpu.pause();
}
