// A stack for each task. Its depth was computed by the compiler and fits; but assembler, a wrong pointer or a mistake in
// that very computation could still run over the end. So each stack has a slot of its own, whose first page is never mapped:
// what runs over hits nothing instead of the neighbour's stack.
import { KERNEL_MAPPINGS, PAGE_SIZE, type Phys } from "../layout.ts";
import { STACKS, TASK_STACK_BYTES } from "../limits.ts";
import { Locked } from "../sync/spin.ts";
import { allocFrame, frameOf, OWNER_STACKS, physOf, release } from "./frames.ts";
import { mapKernel, unmapKernel } from "./kernel-space.ts";
import { ADDRESS, PRESENT } from "./tables.ts";

/** The guard page and the stack. */
const SLOT_BYTES = TASK_STACK_BYTES + PAGE_SIZE;

class StackSlots {
  /** A bit for each: taken. */
  taken: Arr<u64, 64>;
}

const slots = zeroed<Locked<StackSlots>>();

/** The end of a fresh stack of TASK_STACK_BYTES, a multiple of 16; ENOMEM. */
export function allocStack(): Res<u64> {
  const slot = orReturn(takeSlot());
  const start = KERNEL_MAPPINGS + u64(slot) * SLOT_BYTES + PAGE_SIZE;
  for (let at = start; at < start + TASK_STACK_BYTES; at += PAGE_SIZE) {
    const failure = mapFresh(at);
    if (!isErr(failure)) continue;
    freeStack(start + TASK_STACK_BYTES);
    return err(Errno.ENOMEM);
  }
  return start + TASK_STACK_BYTES;
}

function mapFresh(at: u64): Res<void> {
  const frame = orReturn(allocFrame(OWNER_STACKS));
  const mapped = mapKernel(at, physOf(frame), 0);
  if (isErr(mapped)) {
    release(frame);
    return mapped;
  }
}

/** Gives back a stack that nobody runs on any more, by its end. */
export function freeStack(top: u64): void {
  const start = top - TASK_STACK_BYTES;
  for (let at = start; at < top; at += PAGE_SIZE) {
    const entry = unmapKernel(at);
    if ((entry & PRESENT) !== 0) release(frameOf(unit<Phys>(entry & ADDRESS)));
  }
  const slot = (start - PAGE_SIZE - KERNEL_MAPPINGS) / SLOT_BYTES;
  using s = slots.enter();
  s.v.taken[usize(slot / 64)] &= ~(1 << (slot % 64));
}

function takeSlot(): Res<usize> {
  using s = slots.enter();
  for (let word: usize = 0; word < STACKS / 64; word++) {
    const free = ~s.v.taken[word];
    if (free === 0) continue;
    const bit = trailingZeros(free);
    s.v.taken[word] |= 1 << u64(bit);
    return word * 64 + usize(bit);
  }
  return err(Errno.ENOMEM);
}
