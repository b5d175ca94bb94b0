/**
 * The two kinds of hostile guests. One goes through scenes in which everything is random (scene.ts); the other is Cor booting from its
 * disk, damaged again and again while it runs: bytes of its code and data, registers, devices.
 */
import { isEnd, type Machine } from "../../emulator/machine.ts";
import { MiB } from "../../emulator/map.ts";
import { FRAME_BYTES, FRAME_FLAGS_BASE, FrameFlag, RAM_BASE } from "../../emulator/memory.ts";
import type { Random } from "../cpu/random.ts";
import { fill, type Pools } from "./bytes.ts";
import { PORTS, setUp } from "./scene.ts";

/** What a guest did. */
export interface Lived {
  readonly tripleFaults: number;
  /** Instructions by what they were. */
  readonly parts: readonly { readonly name: string; readonly instructions: number }[];
}

/** Instructions of a guest of random scenes, in so many scenes at most. */
const MOST = 400_000;
const SCENES = 80;
const LONGEST_SCENE = 50_000;
/** Instructions, and cycles, between two looks at a scene; and how few instructions in it end the scene. */
const SLICE = 4000;
const FRUITLESS = 200;

export function randomScenes(machine: Machine, random: Random, pools: Pools): Lived {
  const { memory, processor } = machine;
  // Nothing is decoded or translated yet: nobody must be told.
  fill(memory.bytes.subarray(RAM_BASE, RAM_BASE + 0xa_0000), random, pools);
  fill(memory.bytes.subarray(RAM_BASE + MiB, RAM_BASE + memory.ramBytes), random, pools);
  const parts: { name: string; instructions: number }[] = [];
  let tripleFaults = 0;
  for (let left = MOST; left > 0 && parts.length < SCENES; ) {
    const { kind, paging } = setUp(machine, random, pools);
    const part = { name: `${kind}, paging ${paging}`, instructions: 0 };
    parts.push(part);
    const end = processor.instructions + 1000 + random.below(LONGEST_SCENE);
    for (;;) {
      const before = processor.instructions;
      const stop = machine.run({ instructions: SLICE, cycle: machine.clock.now + SLICE });
      const done = processor.instructions - before;
      left -= Math.max(1, done);
      part.instructions += done;
      if (stop.kind === "triple-fault") tripleFaults++;
      // A guest whose handlers fault has no more to show.
      if (isEnd(stop) || done < FRUITLESS || processor.instructions >= end) break;
    }
  }
  return { tripleFaults, parts };
}

const BOOTED = 3_000_000;

/** Boots, and boots again when that has come to an end. */
export function damagedBoot(machine: Machine, random: Random): Lived {
  const { processor } = machine;
  const powerOn = machine.save();
  const rate = 500 << random.below(9);
  let [tripleFaults, instructions] = [0, 0];
  let idle = 0;
  while (instructions < BOOTED) {
    const before = processor.instructions;
    const stop = machine.run({ instructions: 1 + random.below(rate), cycle: machine.clock.now + 100 * rate });
    const done = processor.instructions - before;
    instructions += done;
    idle = done < 20 ? idle + 1 : 0;
    if (stop.kind === "triple-fault") tripleFaults++;
    if (isEnd(stop) || idle > 20) {
      machine.restore(powerOn);
      idle = 0;
    } else damage(machine, random);
  }
  return { tripleFaults, parts: [{ name: "damaged boot", instructions }] };
}

function damage(machine: Machine, random: Random): void {
  const { memory, processor, bus } = machine;
  const { state } = processor;
  switch (random.below(8)) {
    case 0:
      state.set64("general", random.edgy(64), random.below(16));
      break;
    case 1:
      state.set64("rip", state.get64("rip") + BigInt(random.below(64) - 32));
      break;
    case 2:
      bus.writePort(random.pick(PORTS), random.pick([1, 2, 4]), random.word());
      break;
    case 3:
      machine.input({ channel: "com1", bytes: Uint8Array.from({ length: 1 + random.below(40) }, () => random.word()) });
      break;
    case 4:
      memory.write(random.below(memory.ramBytes), Uint8Array.of(random.word()));
      break;
    default: {
      // Where code is, or a page table.
      const frames = memory.bytes.subarray(FRAME_FLAGS_BASE, FRAME_FLAGS_BASE + memory.ramBytes / FRAME_BYTES);
      const wanted = random.once(4) ? FrameFlag.table : FrameFlag.code;
      const start = random.below(frames.length);
      for (let i = 0; i < frames.length; i++) {
        const frame = (start + i) % frames.length;
        if ((frames[frame]! & wanted) === 0) continue;
        memory.write(frame * FRAME_BYTES + random.below(FRAME_BYTES), Uint8Array.of(random.word()));
        break;
      }
    }
  }
}
