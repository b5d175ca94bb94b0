/**
 * The system without programs, as most tests boot it. To compile the kernel takes as long as many tests together, so the first of
 * them that wants it does that for all: it lies in the cache folder until a source changes. Nothing is taken from the compiler's own store,
 * so what tests boot was compiled from nothing.
 */
import { deserialize, serialize } from "node:v8";
import { cachedNow } from "../../cli/cache.ts";
import { type Build, build } from "../build.ts";

const sources = ["dsl", "emulator/isa", "emulator/formats", "kernel", "disks", "cor.json"];

export const bareSystem = (): Build =>
  deserialize(cachedNow("test-system", sources, () => serialize(build({ bare: true }))));
