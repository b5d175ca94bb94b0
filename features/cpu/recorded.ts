/**
 * What a real x86-64 processor made of some thousand cases, kept in the tree (recorded.txt) for hosts that are none. A line is a
 * program, and for each of its variants which flags were undefined and a hash of the outcome, in base64; comments begin with #.
 * Cases are filled from the program's seed as on the day of recording, so a change of that (program.ts, `fill` and `value` of the
 * integer group, Random) wants a new recording: `npm run test:cpu -- --record`.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { CaseRunner } from "./case-runner.ts";
import type { Group } from "./groups.ts";
import { VARIANTS } from "./host-oracle.ts";
import { HostProcessor } from "./host-processor.ts";
import { canonical, describe, type Verdict } from "./outcome.ts";
import { fillCase, type Program } from "./program.ts";
import { INT3, type Mode, RecordView } from "./user-case.ts";

export const RECORDED = new URL("recorded.txt", import.meta.url);

const MODES: readonly Mode[] = [16, 32, 64];
/** Of a verdict's byte: the undefined status flags from bit 0 on, then these. */
const PARTIAL_STORES = 0x40;
/** The variant cannot be compared. */
const LEFT_OUT = 0x80;
const STATUS_BITS = [0, 2, 4, 6, 7, 11];

const packStatus = (flags: number): number =>
  STATUS_BITS.reduce((packed, bit, i) => packed | (((flags >> bit) & 1) << i), 0);
const unpackStatus = (packed: number): number =>
  STATUS_BITS.reduce((flags, bit, i) => flags | (((packed >> i) & 1) << bit), 0);

/** 24 bits of a canonical outcome. */
function hashOf({ u32 }: RecordView): number {
  let sum = 0x811c_9dc5;
  for (const word of u32) sum = Math.imul(sum ^ word ^ (word >>> 16), 0x0100_0193);
  return (sum ^ (sum >>> 24)) & 0xff_ffff;
}

/** One line. */
interface Recorded {
  readonly program: Program;
  /** By variant: the verdict's byte, then the hash, lowest byte first. */
  readonly results: Uint8Array;
}

function encodeLine({ program, results }: Recorded): string {
  const { mode, start, code, seed, plants, pointers } = program;
  let length = code.length;
  while (length > 0 && code[length - 1] === INT3) length--;
  const head = new Uint8Array(12);
  const view = new DataView(head.buffer);
  view.setUint8(0, MODES.indexOf(mode));
  view.setUint8(1, length);
  view.setUint16(2, start, true);
  view.setUint32(4, seed, true);
  view.setUint16(8, pointers, true);
  view.setUint8(10, plants.length);
  const planted = plants.map(({ at, bytes }) => [at & 0xff, at >> 8, bytes.length, ...bytes]);
  return Buffer.concat([head, code.subarray(0, length), Uint8Array.from(planted.flat()), results]).toString("base64");
}

function decodeLine(line: string): Recorded {
  const bytes = Uint8Array.from(Buffer.from(line, "base64"));
  const view = new DataView(bytes.buffer);
  let at = 12;
  const take = (count: number) => bytes.subarray(at, (at += count));
  const code = take(view.getUint8(1));
  const plants = Array.from({ length: view.getUint8(10) }, () => {
    const [low, high, length] = take(3);
    return { at: low! | (high! << 8), bytes: take(length!) };
  });
  const program: Program = {
    mode: MODES[view.getUint8(0)]!,
    start: view.getUint16(2, true),
    code,
    seed: view.getUint32(4, true),
    plants,
    pointers: view.getUint16(8, true),
    ruled: null,
  };
  return { program, results: take(4 * VARIANTS) };
}

export interface Replay {
  readonly cases: number;
  readonly mismatches: readonly string[];
}

/** Runs the recorded cases on ours: of one program in `share`. */
export function replay(group: Group, share = 1): Replay {
  const runner = new CaseRunner(group);
  const mismatches: string[] = [];
  let cases = 0;
  const lines = readFileSync(RECORDED, "utf8").split("\n");
  for (const [i, line] of lines.entries()) {
    if (line === "" || line.startsWith("#") || i % share !== 0) continue;
    const { program, results } = decodeLine(line);
    for (let variant = 0; variant < VARIANTS; variant++) {
      const [byte, low, middle, high] = results.subarray(4 * variant);
      if (byte! & LEFT_OUT) continue;
      cases++;
      fillCase(program, variant, group, runner.given);
      const partialStores = (byte! & PARTIAL_STORES) !== 0;
      const verdict: Verdict = {
        mode: program.mode,
        undefinedFlags: unpackStatus(byte!),
        partialStores,
        ruled: null,
      };
      const ended = runner.runAgain(verdict);
      const expected = low! | (middle! << 8) | (high! << 16);
      if (!ended || hashOf(runner.outcome) !== expected)
        mismatches.push(`${describe(group, runner.given)}\n  => another outcome than was recorded`);
    }
  }
  return { cases, mismatches };
}

/** Records what the host's processor makes of the first `programs` programs of a seed; `named`: what processor that is. */
export async function record(group: Group, seed: number, programs: number, named: string): Promise<void> {
  const runner = new CaseRunner(group);
  const host = new HostProcessor(group);
  const lines = [
    "# Outcomes of random user-mode programs on a real processor: see recorded.ts. Made by `npm run test:cpu -- --record`",
    `# on ${named}, seed ${seed}.`,
  ];
  for (let number = 0; number < programs; number++) {
    const program = runner.program(seed, number);
    if (program.ruled !== null || program.plants.length > 255 || program.code.at(-1) !== INT3) continue;
    const results = new Uint8Array(4 * VARIANTS);
    const cases: Uint8Array[] = [];
    const verdicts: Verdict[] = [];
    for (let variant = 0; variant < VARIANTS; variant++) {
      const verdict = runner.run(program, variant);
      results[4 * variant] = LEFT_OUT;
      if (verdict === null || typeof verdict === "string") continue;
      results[4 * variant] = packStatus(verdict.undefinedFlags) | (verdict.partialStores ? PARTIAL_STORES : 0);
      cases.push(runner.given.bytes.slice());
      verdicts.push(verdict);
    }
    if (cases.length === 0) continue;
    const outcomes = await host.run(Buffer.concat(cases), cases.length);
    const { length } = runner.outcome.bytes;
    let i = 0;
    for (let variant = 0; variant < VARIANTS; variant++) {
      if (results[4 * variant]! & LEFT_OUT) continue;
      const outcome = new RecordView(outcomes.buffer, i * length, length);
      canonical(outcome, verdicts[i++]!);
      const hash = hashOf(outcome);
      results.set([hash & 0xff, (hash >> 8) & 0xff, hash >> 16], 4 * variant + 1);
    }
    lines.push(encodeLine({ program, results }));
  }
  host.close();
  writeFileSync(RECORDED, `${lines.join("\n")}\n`);
}
