/**
 * Interpreter and translator side by side, through Cor's boot to the shell and `usertests`: 10⁹ instructions. Both run the same
 * few instructions, so that regions are left at arbitrary places, and then all of the processor's state must be equal; memory
 * now and then, and the whole machine sometimes. Others each day; SEED=n and INSTRUCTIONS=n for one of them again.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { buildBios } from "../bios/build.ts";
import { ownDisk } from "../cli/own.ts";
import { Exit } from "../emulator/cpu/exits.ts";
import { STATE_SIZE } from "../emulator/cpu/state.ts";
import { Machine } from "../emulator/machine.ts";
import { RAM_BASE } from "../emulator/memory.ts";
import type { Tier, TierSettings } from "../emulator/translator/tiers.ts";
import { randomSource } from "../kernel/testing/file-model.ts";
import { stateHash } from "./determinism/state-hash.ts";

const seed = Number(process.env["SEED"] ?? Math.floor(Date.now() / 86_400_000));
const INSTRUCTIONS = Number(process.env["INSTRUCTIONS"] ?? 1e9);
/** MiB */
const MEMORY = 64;
/** Most instructions between two looks at the processor; one of them, for as long as `PHASE` instructions. */
const STEPS = [60, 1000, 8000, 100_000] as const;
const PHASE = 1_000_000;
/** Instructions between two looks at all of memory, and at everything there is. */
const MEMORY_LOOK = 4_000_000;
const WHOLE_LOOK = 100_000_000;

/** Regions as soon as something is executed a second time, of everything that can be reached. */
const eager: TierSettings = { threshold: 2, cooling: 2, deferred: false, onlySeen: false };

class Side {
  readonly machine: Machine;
  /** What the console has said since the last look. */
  said = "";

  constructor(disk: Uint8Array, tier: Tier | TierSettings) {
    const options = { memory: MEMORY, firmware: buildBios(), disks: [{ image: disk }], console: true, tier };
    this.machine = new Machine(options, {
      output: (channel, byte) => {
        if (channel === "console") this.said += String.fromCharCode(byte);
      },
    });
  }

  get state(): Uint8Array {
    const { processor, memory } = this.machine;
    // As for a snapshot: flags that nobody has asked for yet are computed, and of why generated code came back only that counts
    // which says that a repeated instruction goes on.
    processor.setFlags(processor.flags);
    if (processor.state.get32("exit") !== Exit.repeat) processor.state.set32("exit", Exit.none);
    for (const field of ["exitVector", "exitErrorCode"] as const) processor.state.set32(field, 0);
    processor.state.set64("exitAddress", 0n);
    return memory.bytes.subarray(0, STATE_SIZE);
  }

  get ram(): Uint8Array {
    return this.machine.memory.bytes.subarray(RAM_BASE, RAM_BASE + (MEMORY << 20));
  }
}

test(`interpreter and translator are one, over ${INSTRUCTIONS} instructions of Cor's boot and usertests, seed ${seed}`, async (context) => {
  const disk = await ownDisk();
  const sides = [new Side(disk, "interpreter"), new Side(disk, eager)] as const;
  const [one, other] = sides;
  const next = randomSource(seed);
  const where = (): string => `seed ${seed}, after ${one.machine.now.instructions} instructions`;
  let tail = "";
  let typed = 0;
  let looks = 0;
  let memoryLook = MEMORY_LOOK;
  let wholeLook = WHOLE_LOOK;
  let phase = 0;
  let most: number = STEPS[0];
  while (one.machine.now.instructions < INSTRUCTIONS) {
    const { instructions } = one.machine.now;
    if (instructions >= phase) {
      phase = instructions + PHASE;
      most = STEPS[next(STEPS.length)]!;
    }
    const step = 1 + next(most);
    const [a, b] = sides.map(({ machine }) => machine.run({ instructions: step }));
    looks++;
    assert.deepEqual(b, a, where());
    assert.deepEqual(other.machine.now, one.machine.now, where());
    assert.equal(other.said, one.said, where());
    if (Buffer.compare(one.state, other.state) !== 0)
      assert.deepEqual(differences(one, other), [], `${where()}, of a step of ${step}`);
    if (instructions >= memoryLook) {
      memoryLook = instructions + MEMORY_LOOK;
      const equal = Buffer.compare(one.ram, other.ram) === 0;
      assert.ok(
        equal,
        `${where()}: memory differs at ${one.ram.findIndex((byte, i) => byte !== other.ram[i]).toString(16)}h`,
      );
    }
    if (instructions >= wholeLook) {
      wholeLook = instructions + WHOLE_LOOK;
      assert.equal(stateHash(other.machine), stateHash(one.machine), where());
    }
    tail = (tail + one.said).slice(-2000);
    for (const side of sides) side.said = "";
    assert.ok(!/PANIC|FAILED/.test(tail), tail);
    if (!tail.includes("~ # ")) continue;
    tail = "";
    typed++;
    for (const { machine } of sides)
      machine.input({ channel: "console", bytes: new TextEncoder().encode("usertests -q\r") });
  }
  assert.equal(stateHash(other.machine), stateHash(one.machine), where());
  context.diagnostic(
    `${one.machine.now.instructions} instructions, ${looks} looks, usertests begun ${typed} times, 0 differences`,
  );
  for (const { machine } of sides) machine.close();
});

/** Fields of the state that differ, as "offset: one, other". */
function differences(one: Side, other: Side): string[] {
  const [a, b] = [one.state, other.state];
  return [...a.keys()].filter((i) => a[i] !== b[i]).map((i) => `state+${i.toString(16)}h: ${a[i]}, ${b[i]}`);
}
