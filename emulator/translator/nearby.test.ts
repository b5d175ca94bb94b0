/** Which accesses are near to an earlier one. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { MemoryAction } from "./action.ts";
import { Graph } from "./graph.ts";
import { Nearby } from "./nearby.ts";

const SLOT = 64;
const RBX = 3;
const RSI = 6;

const access = (graph: Graph, register: number, distance: number): MemoryAction => {
  const linear = graph.binary("add", graph.register(register), graph.constant(64, distance));
  return { linear, limited: false } as MemoryAction;
};

test("the first access from a register keeps the slot, those that are not far from it follow", () => {
  const graph = new Graph();
  const nearby = new Nearby(new Set(), null);
  assert.equal(nearby.follows(access(graph, RSI, 8), SLOT), false);
  assert.equal(nearby.follows(access(graph, RSI, 0x8000), SLOT), true);
  assert.equal(nearby.follows(access(graph, RSI, 0x20_0000), SLOT), false);
  assert.equal(nearby.follows(access(graph, RSI, 8), SLOT + 32), false);
});

test("what is accessed from a register that the region changes says nothing of later blocks", () => {
  const first = new Nearby(new Set([RBX]), null);
  const graph = new Graph();
  for (const register of [RBX, RSI]) assert.equal(first.follows(access(graph, register, 0), SLOT), false);
  assert.equal(first.follows(access(graph, RBX, 8), SLOT), true);
  const later = new Graph();
  const second = new Nearby(new Set([RBX]), first);
  assert.equal(second.follows(access(later, RBX, 16), SLOT), false);
  assert.equal(second.follows(access(later, RSI, 16), SLOT), true);
});

test("what is accessed sometimes only says nothing of what follows", () => {
  const graph = new Graph();
  const nearby = new Nearby(new Set([RBX]), null);
  nearby.apart(() => {
    for (const register of [RBX, RSI]) assert.equal(nearby.follows(access(graph, register, 0), SLOT), false);
  });
  for (const register of [RBX, RSI]) assert.equal(nearby.follows(access(graph, register, 8), SLOT), false);
});
