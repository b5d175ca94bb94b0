import { test } from "node:test";
import { attack, deviceKinds } from "./testing/virtio-hostile.ts";

for (const kind of deviceKinds)
  test(`a hostile guest and virtio ${kind}`, () => {
    for (let seed = 1; seed <= 3; seed++) attack(kind, seed, 2_000);
  });
