/**
 * The two kinds of hostile guests. One goes through scenes in which everything is random (scene.ts); the other is Cor booting from its
 * disk, damaged again and again while it runs: bytes of its code and data, registers, devices.
 */
import { isEnd, type Machine } from "../../emulator/machine.ts";
import { MiB } from "../../emulator/map.ts";
import { FRAME_BYTES, FRAME_FLAGS_BASE, FrameFlag, RAM_BASE } from "../../emulator/memory.ts";
import type { Random } from "../cpu/random.ts";
import { fill, type Pools } from "./bytes.ts";
import { PLACES, PORTS, type Scene, setUp, setUpAgain } from "./scene.ts";

/** Instructions of one kind that a guest executed, or tried to. */
export interface Part {
  readonly name: string;
  scenes: number;
  retired: number;
  /** Ended in an exception. */
  faulted: number;
}

/** What a guest did. */
export interface Lived {
  readonly tripleFaults: number;
  readonly parts: readonly Part[];
}

/** Instructions that each place is for in a guest of random scenes, faulting ones included. */
const EACH_PLACE = 250_000;
/** The part of them that is nothing but random bytes. */
const RANDOM_BYTES = 1 / 10;
const LONGEST_SCENE = 100_000;
/** Programs in a scene, and instructions of one. */
const PROGRAMS = 100;
const LONGEST_PROGRAM = 50_000;
/** Instructions before the first look at a program; twice as many before each further one. How many cycles one may take, and which part of them at least it must get through. */
const FIRST_LOOK = 100;
const CYCLES_EACH = 10;
const FRUITLESS = 10;
/** What is not meant to fault all the time ends when more than one in so many does, or traps: an exception takes the host as long as hundreds that retire. */
const FAULTING = 20;

/** Scenes of every mode and paging, as many instructions of each. `lifetime`: less than 1 for a shorter life. */
export function randomScenes(machine: Machine, random: Random, pools: Pools, lifetime: number): Lived {
  const { memory } = machine;
  // Nothing is decoded or translated yet: nobody must be told.
  fill(memory.bytes.subarray(RAM_BASE, RAM_BASE + 0xa_0000), random, pools);
  fill(memory.bytes.subarray(RAM_BASE + MiB, RAM_BASE + memory.ramBytes), random, pools);
  const parts: Part[] = [];
  let tripleFaults = 0;
  for (const place of PLACES) {
    for (const [matters, share] of [
      [["random bytes"], RANDOM_BYTES],
      [["instructions", "instructions", "instructions", "a program"], 1 - RANDOM_BYTES],
    ] as const) {
      const name = `${place.kind}, paging ${place.paging}${matters.length === 1 ? ", random bytes" : ""}`;
      const part = { name, scenes: 0, retired: 0, faulted: 0 };
      parts.push(part);
      for (;;) {
        const left = lifetime * share * EACH_PLACE - part.retired - part.faulted;
        if (left <= 0) break;
        const scene = setUp(machine, random, pools, place, random.pick(matters));
        tripleFaults += liveThrough(machine, random, pools, scene, Math.min(left, LONGEST_SCENE), part);
      }
    }
  }
  return { tripleFaults, parts };
}

/** At most so many instructions of a scene. Returns the number of triple faults. */
function liveThrough(machine: Machine, random: Random, pools: Pools, scene: Scene, most: number, part: Part): number {
  const { processor } = machine;
  const attempts = () => processor.instructions + processor.faulted;
  const [retired, faulted] = [processor.instructions, processor.faulted];
  const end = attempts() + most;
  let tripleFaults = 0;
  let began = attempts();
  let slice = FIRST_LOOK;
  for (let programs = 1; attempts() < end; ) {
    const before = attempts();
    const { delivered } = processor;
    const stop = machine.run({ instructions: slice, cycle: machine.clock.now + CYCLES_EACH * slice });
    slice *= 2;
    if (stop.kind === "triple-fault") tripleFaults++;
    const done = attempts() - before;
    const storm = scene.matter !== "random bytes" && FAULTING * (processor.delivered - delivered) > done;
    if (!isEnd(stop) && done * FRUITLESS >= slice && !storm && attempts() - began < LONGEST_PROGRAM) continue;
    if (programs++ === PROGRAMS) break;
    setUpAgain(machine, random, pools, scene);
    began = attempts();
    slice = FIRST_LOOK;
  }
  part.scenes++;
  // Nothing at all would be for ever.
  part.retired += Math.max(1, processor.instructions - retired);
  part.faulted += processor.faulted - faulted;
  return tripleFaults;
}

/** Instructions that retire in damaged boots of one guest. */
const BOOTED = 6_000_000;

/** Slices without progress, or with little but exceptions, that end a boot. */
const PATIENCE = 3;

/** Boots, and boots again when that has come to an end. */
export function damagedBoot(machine: Machine, random: Random, _: Pools, lifetime: number): Lived {
  const { processor } = machine;
  const powerOn = machine.save();
  const rate = 2000 << random.below(9);
  const part = { name: "damaged boot", scenes: 1, retired: 0, faulted: 0 };
  const { faulted } = processor;
  let tripleFaults = 0;
  let fruitless = 0;
  while (part.retired < lifetime * BOOTED) {
    const before = processor.instructions;
    const { delivered } = processor;
    const stop = machine.run({ instructions: 1 + random.below(rate), cycle: machine.clock.now + 100 * rate });
    const done = processor.instructions - before;
    part.retired += done;
    if (done < 20 || FAULTING * (processor.delivered - delivered) > done) fruitless++;
    else fruitless = 0;
    if (stop.kind === "triple-fault") tripleFaults++;
    if (isEnd(stop) || fruitless > PATIENCE) {
      machine.restore(powerOn);
      part.scenes++;
      fruitless = 0;
    } else damage(machine, random);
  }
  part.faulted = processor.faulted - faulted;
  return { tripleFaults, parts: [part] };
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
