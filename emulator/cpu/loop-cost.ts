/**
 * What one round of a loop takes when it goes round and round: the greatest of what the front end dispatches, what the
 * execution units can do, and the longest chain from one round to the next. The chain is found by playing a few rounds
 * without any limit but the latencies; its growth per round is what counts.
 */
import { type ClassCost, costClasses, Unit } from "../isa/costs.ts";
import { FS, type Instruction, type MemoryOperand, Prefix } from "../isa/instruction.ts";
import type { Register } from "../isa/registers.ts";
import { type Flow, flowOf, Value } from "./dataflow.ts";

/** Instructions dispatched per cycle. */
const WIDTH = 6;
/** Rounds that are played. */
const ROUNDS = 4;
/** From address to value, in the first-level cache; a scaled index takes one more. */
const LOAD = 4;
/** From a store to a load of the same bytes by another address expression. */
const FORWARD = 6;
/** Likewise, when the load wants more bytes than the store wrote: it waits until they are in the cache. */
const REFUSED = 15;
/** Cycles that a locked access keeps the front end waiting. */
const LOCKED = 7;
/** Between the integer side (and memory) and the vector side. */
const CROSSING = 3;

interface Step extends Flow {
  readonly latency: number;
  readonly slots: number;
  readonly units: ClassCost["units"];
  readonly addressLatency: number;
  readonly isVector: boolean;
}

const isVector = ({ class: kind }: Register): boolean => kind !== "general" && /^(xmm|ymm|mmx|x87)$/.test(kind);

const RSP = 4;

const isLocked = ({ row, prefixes, operands }: Instruction): boolean =>
  (prefixes & Prefix.lock) !== 0 || (row.cost === "xchg" && operands.some(({ kind }) => kind === "memory"));

const addressParts = (operand: MemoryOperand): number =>
  (operand.base === null ? 0 : 1) + (operand.index === null ? 0 : 1) + (operand.displacement === 0n ? 0 : 1);

function stepOf(instruction: Instruction): Step {
  const flow = flowOf(instruction);
  const { row, operands } = instruction;
  const cost = costClasses.get(row.cost)!;
  let { latency, slots, units } = cost;
  if (flow.isCopy || flow.isZeroing) {
    latency = 0;
    units = [];
  } else if ((row.cost === "mov" || row.cost === "vector-move") && (flow.load !== null || flow.store !== null)) {
    latency = 0;
    units = [];
  } else if (row.mnemonic === "lea") {
    const memory = operands[1] as MemoryOperand;
    if (addressParts(memory) === 3) {
      latency = 2;
      units = [{ pipes: Unit.half, count: 1 }];
    }
  }
  // The integer and the vector side are three cycles apart; so are the vector side and memory.
  const general = operands.some((operand) => operand.kind === "register" && operand.register.class === "general");
  const vector = operands.some((operand) => operand.kind === "register" && isVector(operand.register));
  if (general && vector) latency += CROSSING;
  // Locked accesses wait for the stores before them: measured 6 to 9 cycles.
  if (isLocked(instruction)) slots = LOCKED * WIDTH;
  const scaled = [flow.load, flow.store].some((m) => m !== null && m !== "stack" && m.scale > 1);
  return {
    ...flow,
    reads: flow.isZeroing ? [] : flow.reads,
    latency,
    slots,
    units,
    addressLatency: LOAD + (scaled ? 1 : 0) + (vector ? CROSSING : 0),
    isVector: vector,
  };
}

const fusing = /^(cmp|test|add|sub|and|or|xor|inc|dec)$/;

function stepsOf(instructions: readonly Instruction[]): Step[] {
  return instructions.map((instruction, i) => {
    const step = stepOf(instruction);
    // A comparison and the conditional jump behind it are dispatched as one.
    const fused = instruction.row.cost === "branch" && i > 0 && fusing.test(instructions[i - 1]!.row.mnemonic);
    return fused ? { ...step, slots: 0 } : step;
  });
}

/** Cycles that the dispatch and the units need for the instructions, whatever they wait for. */
function throughput(steps: readonly Step[]): number {
  let slots = 0;
  const demand = new Map<number, number>();
  const occupy = (pipes: number, count: number) => demand.set(pipes, (demand.get(pipes) ?? 0) + count);
  for (const step of steps) {
    slots += step.slots;
    for (const { pipes, count } of step.units) occupy(pipes, count);
    if (step.load !== null || step.store !== null) occupy(step.isVector ? Unit.vload : Unit.load, 1);
    if (step.store !== null) occupy(Unit.store, step.isVector ? 2 : 1);
  }
  let most = slots / WIDTH;
  for (const set of demand.keys()) {
    let within = 0;
    for (const [pipes, count] of demand) if ((pipes & ~set) === 0) within += count;
    most = Math.max(most, within / bits(set));
  }
  return most;
}

function bits(set: number): number {
  let count = 0;
  for (let rest = set; rest !== 0; rest &= rest - 1) count++;
  return count;
}

interface Stored {
  readonly at: number;
  readonly bytes: number;
}

/** By how many cycles the value that is latest in this respect comes later with every round. */
function chain(steps: readonly Step[]): number {
  const ready = new Float64Array(Value.count);
  let before = new Float64Array(Value.count);
  /** How often each register has got a new value other than by the stack engine. */
  const version = new Uint32Array(Value.count);
  const stored = new Map<string, Stored>();
  let storedBefore = new Map<string, Stored>();
  let stackOffset = 0;
  for (let round = 0; round < ROUNDS; round++) {
    if (round === ROUNDS / 2) {
      before = ready.slice();
      storedBefore = new Map(stored);
    }
    for (const step of steps) {
      let start = 0;
      for (const value of step.reads) start = Math.max(start, ready[value]!);
      let address = 0;
      for (const value of step.address) address = Math.max(address, ready[value]!);
      if (step.load !== null) {
        if (step.load === "stack") address = ready[RSP]!;
        const from = stored.get(placeOf(step.load, stackOffset, version));
        if (from === undefined) start = Math.max(start, address + step.addressLatency);
        else if (from.bytes < step.bytes) start = Math.max(start, from.at + REFUSED, address);
        else if (from.bytes > step.bytes || step.bytes < 4 || step.isVector)
          start = Math.max(start, from.at + FORWARD + (step.isVector ? CROSSING : 0), address);
        else start = Math.max(start, from.at);
      }
      stackOffset += step.stackMove;
      const done = start + step.latency;
      if (step.store !== null)
        stored.set(placeOf(step.store, stackOffset, version), { at: Math.max(done, address), bytes: step.bytes });
      for (const value of step.writes) {
        ready[value] = done;
        version[value]!++;
      }
    }
  }
  let most = 0;
  for (let value = 0; value < Value.count; value++) most = Math.max(most, ready[value]! - before[value]!);
  for (const [place, { at }] of storedBefore) most = Math.max(most, stored.get(place)!.at - at);
  return most / (ROUNDS / 2);
}

/** A name for where an operand points: equal names, equal places. */
function placeOf(operand: MemoryOperand | "stack", stackOffset: number, version: Uint32Array): string {
  if (operand === "stack") return `4.${version[RSP]} ${stackOffset}`;
  const { base, index, scale, segment } = operand;
  const part = (register: Register) =>
    register.class === "general" ? `${register.index}.${version[register.index]}` : "ip";
  const offset = Number(operand.displacement) + (base?.index === RSP && base.class === "general" ? stackOffset : 0);
  return `${base === null ? "" : part(base)}${index === null ? "" : `+${part(index)}*${scale}`} ${offset}${segment >= FS ? segment : ""}`;
}

/** Cycles per round in which the stores reach the cache: one a cycle, or two that follow each other within 32 bytes. */
function commits(steps: readonly Step[]): number {
  const version = new Uint32Array(Value.count);
  let stackOffset = 0;
  let cycles = 0;
  let last = "";
  for (let round = 0; round < 2; round++)
    for (const step of steps) {
      stackOffset += step.stackMove;
      if (step.store !== null) {
        const place = placeOf(step.store, stackOffset, version);
        const space = place.indexOf(" ");
        const line = place.slice(0, space) + (Number.parseInt(place.slice(space), 10) >> 5);
        if (line === last) last = "";
        else {
          cycles++;
          last = line;
        }
      }
      for (const value of step.writes) version[value]!++;
    }
  return cycles / 2;
}

/** Cycles per round of a loop whose body these instructions are. */
export function loopCycles(instructions: readonly Instruction[]): number {
  const steps = stepsOf(instructions);
  return Math.max(throughput(steps), commits(steps), chain(steps));
}

/** Cycles of each class: its part of what is dispatched in a cycle, or of the units when it keeps one of them for a cycle or more. */
const ownCyclesOf: ReadonlyMap<string, number> = new Map(
  [...costClasses].map(([name, { latency, slots, units, alone }]) => {
    const kept = units.map(({ pipes, count }) => count / bits(pipes)).filter((cycles) => cycles >= 1);
    return [name, alone ? latency : Math.max(slots / WIDTH, ...kept)];
  }),
);

/** By row, as far as they have been asked for. */
const ownCyclesOfRow: number[] = [];

/** Cycles that an instruction in no loop takes of the processor. */
export function ownCycles(instruction: Instruction): number {
  const { row } = instruction;
  return isLocked(instruction) ? LOCKED : (ownCyclesOfRow[row.id] ??= ownCyclesOf.get(row.cost)!);
}
