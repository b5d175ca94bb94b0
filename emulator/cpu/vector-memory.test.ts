/** Masked moves and gathers go through their segment with each element they touch, and only with those. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { DS, SS } from "../isa/instruction.ts";
import { FREE, faultOf, Kind, Scene } from "./scene.ts";
import { loadSegment } from "./segmentation.ts";
import { vectorMemoryHelpers } from "./vector-memory.ts";

const BASE = 0x1_0000;
const LIMIT = 0x1f;
const ADDRESS_32 = 32n << 8n;

/** DS with this kind, base and limit; the words at `BASE` count 1, 2, 3 … */
function stage(kind: number): Scene {
  const scene = new Scene("protected");
  scene.segment(FREE, { kind, base: BASE, limit: LIMIT });
  for (let i = 0; i < 16; i++) scene.cpu.writeLinear(BigInt(BASE + 4 * i), 4, BigInt(i + 1));
  loadSegment(scene.cpu, DS, FREE);
  return scene;
}

/** VPGATHERDD XMM0, [index XMM1 × 4], XMM2, with the lowest `wanted` elements wanted. */
function gather(scene: Scene, segment: number, indices: readonly number[], wanted: number): string {
  const { state } = scene.cpu;
  const lanes = (values: readonly number[], word: number) =>
    BigInt.asUintN(64, BigInt(values[2 * word]! >>> 0) | (BigInt(values[2 * word + 1]! >>> 0) << 32n));
  const mask = indices.map((_, i) => (i < wanted ? -1 : 0));
  for (let word = 0; word < 2; word++) {
    state.set64("vector", 0n, word);
    state.set64("vector", lanes(indices, word), 4 + word);
    state.set64("vector", lanes(mask, word), 8 + word);
  }
  const shape = 32n | (32n << 8n) | (4n << 16n);
  return faultOf(() => vectorMemoryHelpers.gather!(scene.cpu, BigInt(segment) | ADDRESS_32, 0n, 1n, 2n, 0n, 2n, shape));
}

test("a gather stops at the element beyond the segment's limit, and keeps what came before", () => {
  const scene = stage(Kind.data);
  assert.equal(gather(scene, DS, [7, 0, 8, 1], 4), "#GP(0)");
  assert.equal(scene.cpu.state.get64("vector"), 8n | (1n << 32n));
  assert.equal(scene.cpu.state.get64("vector", 8), 0n, "the first two are done");
  assert.equal(scene.cpu.state.get64("vector", 9), 0xffff_ffff_ffff_ffffn, "the others are still wanted");
  assert.equal(gather(scene, DS, [7, 0, 8, 1], 2), "none", "nobody wants the one beyond");
});

test("negative indices wrap within the address size, and are refused where the limit says so", () => {
  const scene = stage(Kind.data);
  assert.equal(gather(scene, DS, [-1, 0, 0, 0], 1), "#GP(0)");
  assert.equal(gather(scene, SS, [BASE / 4, BASE / 4 + 1, 0, 0], 2), "none", "SS is flat");
});

test("what may not be read is refused: #GP(0), through SS #SS(0)", () => {
  const scene = stage(Kind.data);
  loadSegment(scene.cpu, DS, 0);
  assert.equal(gather(scene, DS, [0, 0, 0, 0], 1), "#GP(0)");
  assert.equal(gather(scene, DS, [0, 0, 0, 0], 0), "none");
  scene.segment(FREE, { kind: Kind.data, base: BASE, limit: LIMIT });
  loadSegment(scene.cpu, SS, FREE);
  assert.equal(gather(scene, SS, [8, 0, 0, 0], 1), "#SS(0)");
});

test("a masked store into a read-only segment, or partly beyond its limit, writes nothing", () => {
  const store = (scene: Scene, offset: bigint, chosen: bigint) =>
    faultOf(() => vectorMemoryHelpers.storeMasked!(scene.cpu, BigInt(DS) | ADDRESS_32, offset, chosen, 4n, ~0n, ~0n));
  const readOnly = stage(Kind.dataReadOnly);
  assert.equal(store(readOnly, 0n, 1n), "#GP(0)");
  const scene = stage(Kind.data);
  assert.equal(store(scene, 0x18n, 0b0111n), "#GP(0)");
  assert.equal(scene.read(BASE + 0x18, 4), 7n);
  assert.equal(store(scene, 0x18n, 0b0010n), "none");
  assert.equal(scene.read(BASE + 0x1c, 4), 0xffff_ffffn);
});

test("a masked load looks at no byte beyond the limit that nobody wants", () => {
  const scene = stage(Kind.data);
  const load = (chosen: bigint) =>
    faultOf(() => vectorMemoryHelpers.loadMasked!(scene.cpu, BigInt(DS) | ADDRESS_32, 0x18n, chosen, 4n));
  assert.equal(load(0b0011n), "none");
  assert.equal(load(0b0111n), "#GP(0)");
});
