/**
 * A process that continues snapshots which another one took: its standard input is a serialized `Continue`, its output one
 * state hash a line. See determinism.ts.
 */
import { readFileSync } from "node:fs";
import { deserialize } from "node:v8";
import type { Snapshot } from "../../emulator/machine.ts";
import { guests, live } from "./guests.ts";
import { stateHash } from "./state-hash.ts";

export type Continue = readonly { readonly guest: string; readonly snapshot: Snapshot }[];

const all = guests();
for (const { guest: name, snapshot } of deserialize(readFileSync(0)) as Continue) {
  const guest = all.find((one) => one.name === name)!;
  const machine = guest.make();
  machine.restore(snapshot);
  live(machine, guest, guest.cycles);
  console.log(stateHash(machine));
  machine.close();
}
