// The interrupt that nobody asked for. Everything else that interrupts brings something; the timer only says that time has
// passed, and that is what takes the processor away from a program that would keep it. It comes a hundred times a second, and
// besides at the moment for which somebody wants to be woken: the local APIC's timer is set anew after each interrupt, for
// whatever comes first. What it counts is measured, or, where the processor tells of a crystal, that. A processor without local APIC has the PIT, which only knows its rate. (SDM vol. 3, 12.5.4)
import { onTick, nextDeadline } from "../task/clock.ts";
import { type LocalApic, localApic } from "../trap/apic.ts";
import { claimLine, claimVector } from "../trap/irq.ts";
import { PIT_HZ, stopRate, startRate } from "./pit.ts";
import { nanosSinceStart, toldCrystal } from "./timer.ts";

/** Hz */
const TICKS = 100;
const NANOS = 1_000_000_000;
const TICK: u64 = NANOS / TICKS;
const PIT_LINE: u8 = 0;
/** Divide configuration: by 1. */
const BY_ONE: u32 = 0xb;
const MASKED: u32 = 0x1_0000;
const MOST: u32 = 0xffff_ffff;
/** Nanoseconds of the measurement. */
const MEASURED: u64 = 2_000_000;

/** What the local APIC counts in a second; 0 where the PIT ticks, and before anything does. */
const hertz = zeroed<Atomic<u64>>();
/** The moment for which the timer is set. */
const armed = zeroed<Atomic<u64>>();

/** From here on, time interrupts. EMFILE when there is no vector left. */
export function startTimer(): Res<void> {
  const apic = localApic();
  if (apic === null) {
    startRate(PIT_HZ / TICKS);
    orReturn(claimLine(PIT_LINE, "timer", onPit, null, 0));
    return;
  }
  const vector = orReturn(claimVector("timer", onTimer, null, 0));
  stopRate();
  apic.divide = BY_ONE;
  const crystal = toldCrystal();
  hertz.store(crystal !== 0 ? crystal : measure(apic));
  apic.lvtTimer = u32(vector);
  setFor(apic, nanosSinceStart() + TICK);
}

function measure(apic: Ptr<LocalApic>): u64 {
  apic.lvtTimer = MASKED;
  apic.initialCount = MOST;
  const start = nanosSinceStart();
  let passed: u64 = 0;
  while (passed < MEASURED) passed = nanosSinceStart() - start;
  return (u64(MOST - apic.currentCount) * NANOS) / passed;
}

function setFor(apic: Ptr<LocalApic>, at: u64): void {
  armed.store(at);
  const now = nanosSinceStart();
  const wait = at <= now ? 0 : at - now < TICK ? at - now : TICK;
  const count = (wait * hertz.load()) / NANOS;
  // A count of 0 would stop it.
  apic.initialCount = count === 0 ? 1 : count > u64(MOST) ? MOST : u32(count);
}

function onTimer(_context: u64): boolean {
  const tick = nanosSinceStart() + TICK;
  onTick();
  const wanted = u64(nextDeadline());
  const apic = localApic();
  if (apic !== null) setFor(apic, wanted < tick ? wanted : tick);
  return true;
}

function onPit(_context: u64): boolean {
  onTick();
  return true;
}

/** Somebody wants to be woken at a moment; the timer comes then, if it would have come later. */
export function timerBy(at: u64): void {
  attr(irqSafe);
  const flags = cpu.saveFlagsCli();
  if (hertz.load() !== 0 && at < armed.load()) {
    const apic = localApic();
    if (apic !== null) setFor(apic, at);
  }
  cpu.restoreFlags(flags);
}
