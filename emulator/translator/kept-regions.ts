/**
 * Known regions as a file, so that the next start of the same system has them at once: for each module its WebAssembly, what V8 has compiled
 * of it, and the facts of its regions. In the code there are addresses of two kinds: words for keys of pages, and constants. They are
 * the same in every machine, so a machine that takes the file over before it has made anything itself gives them out as they were.
 *
 * The file is a check sum, and a value as `serialize` of node:v8 writes it.
 */
import { deserialize, serialize } from "node:v8";
import { crc32 } from "node:zlib";
import type { KnownRegion, RegionFacts, RegionModule } from "./known-regions.ts";

/** Bytes of modules and compiled code in a file. */
const MOST_BYTES = 24 << 20;
const SUM_BYTES = 4;

export interface KeptModule {
  readonly wire: Uint8Array;
  readonly code: Uint8Array | null;
  readonly regions: readonly RegionFacts[];
}

interface Kept {
  /** What the code is for, beside the sources that it was made by: name of the processor's model. */
  readonly model: string;
  readonly constants: readonly bigint[];
  readonly modules: readonly KeptModule[];
}

/** Those that were used first; what does not fit is left out. */
export function encodeKept(model: string, constants: readonly bigint[], regions: Iterable<KnownRegion>): Uint8Array {
  const all = new Map<RegionModule, KnownRegion[]>();
  for (const region of regions) {
    const others = all.get(region.module);
    if (others === undefined) all.set(region.module, [region]);
    else others.push(region);
  }
  const used = (one: readonly KnownRegion[]) => (one.some((region) => region.used) ? 0 : 1);
  const modules: KeptModule[] = [];
  let bytes = 0;
  for (const [{ wire, code }, own] of [...all].sort(([, a], [, b]) => used(a) - used(b))) {
    bytes += wire.length + (code?.length ?? 0);
    if (bytes > MOST_BYTES) break;
    modules.push({ wire, code, regions: own.map(plain) });
  }
  const content = serialize({ model, constants, modules } satisfies Kept);
  const file = new Uint8Array(SUM_BYTES + content.length);
  new DataView(file.buffer).setUint32(0, crc32(content), true);
  file.set(content, SUM_BYTES);
  return file;
}

const plain = (region: KnownRegion): RegionFacts => {
  const { name, size, around, systemCalls, entries, first, blocks, pages, pageKeys, counters } = region;
  return { name, size, around, systemCalls, entries, first, blocks, pages, pageKeys, counters };
};

/** What `encodeKept` gave; null if it is damaged, or for another model. */
export function decodeKept(file: Uint8Array, model: string): Kept | null {
  if (file.length < SUM_BYTES) return null;
  const content = file.subarray(SUM_BYTES);
  if (crc32(content) !== new DataView(file.buffer, file.byteOffset).getUint32(0, true)) return null;
  const kept = deserialize(content) as Kept;
  return kept.model === model ? kept : null;
}
