/**
 * How deep the kernel's stacks really get: the machine is watched instruction by instruction while it boots and runs a few programs.
 * The depth of an entry counts from the stack pointer with which it began; what comes on top of it, an interrupt for instance,
 * is counted for itself.
 */
import { buildBios } from "../bios/build.ts";
import type { Compilation } from "../dsl/compile.ts";
import { isEnd, Machine } from "../emulator/machine.ts";
import { TextWatch } from "../emulator/text-watch.ts";
import { memoryOf } from "../kernel/image.ts";

export interface MeasuredStacks {
  /** Bytes by the name of the function that an entry begins with: only those that were entered. */
  readonly depths: ReadonlyMap<string, number>;
  readonly instructions: number;
  /** What was typed. */
  readonly what: string;
}

/**
 * What the processor and the entry's first instructions put on the stack before the function begins. Of an interrupt that comes on top, they are
 * counted for whoever was interrupted.
 */
export const ENTRY_BYTES = 176;
/** Where the stacks of tasks lie: each in a slot with a page of nothing (kernel/layout.ts, kernel/memory/stacks.ts). */
const STACKS = 0xffff_c900_0000_0000n;
const STACKS_END = STACKS + 0x80_0000_0000n;
const SLOT_BYTES = 0x5000n;
/** RSP among the general registers. */
const RSP = 4;
const MEMORY = 64;

interface Activation {
  readonly name: string;
  /** The stack pointer at the function's first instruction, which points at the return address. */
  readonly base: bigint;
  readonly extra: number;
}

/** Boots `disk`, which must have the kernel that was compiled, types `commands` at the prompt, and watches for so many instructions at most. */
export function measureStacks(kernel: Compilation, disk: Uint8Array, commands: string, most: number): MeasuredStacks {
  const { stack, image } = kernel;
  if (!Buffer.from(disk.buffer, disk.byteOffset, disk.length).includes(Buffer.from(memoryOf(kernel))))
    throw new Error("the disk has another kernel than the one whose stacks are measured");
  const addresses = new Map(image!.symbols.map(({ name, value }) => [name, BigInt.asUintN(64, value)]));
  const entries = new Map<bigint, { readonly name: string; readonly extra: number }>();
  for (const { name, kind } of stack!.entries) {
    const at = addresses.get(name);
    const extra = kind === "entry" || kind === "export" || kind === "task" ? 0 : ENTRY_BYTES;
    if (at !== undefined) entries.set(at, { name, extra });
  }
  const depths = new Map<string, number>();
  /** By the stack's place: what is under way on it, innermost last. */
  const stacks = new Map<bigint, Activation[]>();

  const prompt = new TextWatch("# ");
  let typed = false;
  let over = false;
  const machine = new Machine(
    { memory: MEMORY, firmware: buildBios(), disks: [{ image: disk }] },
    {
      output: (channel, byte) => {
        if (channel !== "com1" || byte === 0x0d || !prompt.push(byte)) return;
        if (typed) over = true;
        else machine.input({ channel: "com1", bytes: new TextEncoder().encode(`${commands}\r`) });
        typed = true;
      },
    },
  );
  const { processor } = machine;
  const { state } = processor;
  processor.onInstruction = () => {
    if (state.get32("cpl") !== 0) return;
    const sp = state.get64("general", RSP);
    if (sp <= STACKS || sp >= STACKS_END) return;
    // An empty stack's pointer is its end, where the next slot begins.
    const place = (sp - 1n - STACKS) / SLOT_BYTES;
    let active = stacks.get(place);
    if (active === undefined) stacks.set(place, (active = []));
    while (active.length > 0 && sp > active.at(-1)!.base) active.pop();
    const entry = entries.get(state.get64("rip"));
    if (entry !== undefined) active.push({ ...entry, base: sp });
    const current = active.at(-1);
    if (current === undefined) return;
    const depth = Number(current.base - sp) + current.extra;
    if (depth > (depths.get(current.name) ?? -1)) depths.set(current.name, depth);
  };
  try {
    while (!over && machine.now.instructions < most) {
      const stop = machine.run({ instructions: Math.min(1_000_000, most - machine.now.instructions) });
      if (isEnd(stop)) break;
      if (stop.kind === "idle") {
        if (stop.deadline === Number.POSITIVE_INFINITY) break;
        machine.passTime(stop.deadline);
      }
    }
    return { depths, instructions: machine.now.instructions, what: commands };
  } finally {
    machine.close();
  }
}
