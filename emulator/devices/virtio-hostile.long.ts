import { test } from "node:test";
import { attack, deviceKinds } from "./testing/virtio-hostile.ts";

const RUNS = 100;
const OPERATIONS = 10_000;

for (const kind of deviceKinds)
  test(`a hostile guest and virtio ${kind}: ${RUNS * OPERATIONS} random operations`, () => {
    for (let seed = 1; seed <= RUNS; seed++) attack(kind, seed, OPERATIONS);
  });
