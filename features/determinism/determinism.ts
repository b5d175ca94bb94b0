/** The same guest twice, and snapshots of it taken anywhere and continued in a fresh process: always the same end. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { serialize } from "node:v8";
import type { Snapshot } from "../../emulator/machine.ts";
import type { Tier } from "../../emulator/translator/tiers.ts";
import { Random } from "../cpu/random.ts";
import type { Continue } from "./continue.ts";
import { type Guest, live } from "./guests.ts";
import { stateHash } from "./state-hash.ts";

const CONTINUE = fileURLToPath(new URL("./continue.ts", import.meta.url));

export interface End {
  readonly instructions: number;
  readonly cycles: number;
  readonly hash: string;
}

/** A whole life, uninterrupted. */
export function endOf(guest: Guest, tier?: Tier): End {
  const machine = guest.make(tier);
  live(machine, guest, guest.cycles);
  const end = { ...machine.now, hash: stateHash(machine) };
  machine.close();
  return end;
}

/** Lives the guest with a snapshot at each of `count` random places, between instructions (or iterations) or while it halts. */
function snapshots(guest: Guest, count: number, random: Random): Snapshot[] {
  const machine = guest.make();
  const taken: Snapshot[] = [];
  const places = Array.from({ length: count }, () => random.below(guest.cycles)).sort((x, y) => x - y);
  for (const place of places) {
    live(machine, guest, place);
    // Not only where a cycle says: a few instructions on, if nothing is typed meanwhile.
    if (!guest.typed.some(({ cycle }) => cycle >= place && cycle < place + 100_000))
      machine.run({ instructions: random.below(50), cycle: place + 50_000 });
    taken.push(structuredClone(machine.save()));
  }
  machine.close();
  return taken;
}

/** Throws when a snapshot of one of the guests, taken at any of `count` random places of each, ends differently in a fresh process. */
export function checkSnapshots(guests: readonly Guest[], count: number, seed: number): void {
  const order = guests.flatMap((guest) =>
    snapshots(guest, count, new Random(seed)).map((snapshot) => ({ guest: guest.name, snapshot })),
  ) satisfies Continue;
  const child = spawnSync(process.execPath, [CONTINUE], { input: serialize(order), maxBuffer: 2 ** 28 });
  assert.equal(child.status, 0, String(child.stderr));
  const hashes = String(child.stdout).trim().split("\n");
  assert.equal(hashes.length, order.length);
  const ends = new Map(guests.map((guest) => [guest.name, endOf(guest).hash]));
  for (const [i, { guest, snapshot }] of order.entries())
    assert.equal(hashes[i], ends.get(guest), `${guest}, seed ${seed}: snapshot at ${snapshot.clock.cycles} cycles`);
}
