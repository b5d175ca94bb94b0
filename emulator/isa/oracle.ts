/**
 * The comparisons of table, encoder and decoder with iced-x86 and objdump, sized by the caller: oracle.test.ts runs a
 * sample with every `npm test`, oracle.long.ts the full counts.
 */
import assert from "node:assert/strict";
import { Code, Decoder, DecoderOptions, Instruction as IcedInstruction } from "iced-x86";
import { decode } from "./decode.ts";
import { encodeRow } from "./encode.ts";
import { type Example, examples, randomNumbers } from "./examples.ts";
import { compareStrings, difference, type Tally } from "./iced.ts";
import type { Mode } from "./instruction.ts";

/** Collects disagreements: all are counted, the first few shown. */
export class Disagreements {
  #count = 0;
  readonly #shown: string[] = [];

  readonly add = (text: string): void => {
    this.#count++;
    if (this.#shown.length < 20) this.#shown.push(text);
  };

  /** Fails if there were any. `what` says how to get the same run again. */
  check(what: string): void {
    assert.equal(this.#count, 0, `${this.#count} disagreements (${what}):\n${this.#shown.join("\n")}`);
  }
}

/** What differs between an example and what the decoder makes of its bytes, or null. */
function roundTrip({ row, mode, operands, options }: Example, bytes: Uint8Array): string | null {
  const decoded = decode(bytes, 0, bytes.length, mode);
  if (typeof decoded === "string") return decoded;
  if (decoded.row !== row) return `decodes as ${decoded.row.mnemonic} ${decoded.row.encoding}`;
  try {
    assert.deepEqual(decoded.operands, operands);
  } catch {
    return "other operands";
  }
  const address = options.addressSize ?? operands.find((operand) => operand.kind === "memory")?.addressSize;
  if (address !== undefined && decoded.addressSize !== address) return `address size ${decoded.addressSize}`;
  const prefixes = options.prefixes ?? 0;
  return decoded.prefixes === prefixes ? null : `prefixes ${decoded.prefixes}`;
}

/**
 * Encodes examples of every row and lets iced-x86 and our decoder read them: both must see the instruction meant.
 *
 * @param count examples for each row, mode and kind of operand
 * @returns how many encodings were compared
 */
export function checkEncodings(count: number, seed: number, disagreements: Disagreements): number {
  let compared = 0;
  const iced = new IcedInstruction();
  for (const example of examples(count, seed)) {
    compared++;
    const { row, mode } = example;
    const { bytes } = encodeRow(row, example.operands, mode, example.options);
    const hex = `${mode}:${Buffer.from(bytes).toString("hex")} ${row.mnemonic} (${row.encoding})`;
    const decoder = new Decoder(mode, bytes, DecoderOptions.None);
    decoder.decodeOut(iced);
    decoder.free();
    const trip = roundTrip(example, bytes);
    if (trip !== null) disagreements.add(`${hex}: ${trip}`);
    else if (iced.code === Code.INVALID) disagreements.add(`${hex}: iced refuses`);
    else {
      const ours = decode(bytes, 0, bytes.length, mode);
      const what = typeof ours === "string" ? ours : difference(ours, iced);
      if (what !== null) disagreements.add(`${hex}: ${what}`);
    }
  }
  iced.free();
  return compared;
}

/** The prefixes, weighted as they disturb one another most. */
const prefixes = [0x26, 0x2e, 0x36, 0x3e, 0x64, 0x65, 0x66, 0x66, 0x67, 0xf0, 0xf2, 0xf2, 0xf3, 0xf3, 0x48, 0x41, 0x4f];
const rareOpcodes = [0x01, 0x00, 0xae, 0xc7, 0x1e, 0x18, 0x20, 0x22, 0x38, 0x38, 0x3a];

/** VEX with every map and opcode, mostly as the manual wants it: no prefix it forbids, no map that does not exist, X and B inverted. */
function shapeVex(bytes: Uint8Array, start: number, next: (limit: number) => number): void {
  let at = start;
  if (next(4) === 0) bytes[at++] = [0x67, 0x67, 0x2e, 0x64, 0x66, 0xf2, 0xf3, 0xf0, 0x48][next(9)]!;
  const unused = next(2) === 0 ? 0x78 : 0;
  if (next(2) === 0) bytes[at++] = 0xc5;
  else {
    bytes[at++] = 0xc4;
    bytes[at++] = (next(2) === 0 ? 0xe0 : 0xc0 + (next(4) << 5)) | (next(16) === 0 ? next(32) : 1 + next(3));
  }
  // Both forms end in vvvv, L and pp; the short one has R in the highest bit, the long one W.
  bytes[at] = bytes[at]! | unused | (bytes[start] === 0xc5 && next(2) === 0 ? 0x80 : 0);
}

/**
 * 16-byte strings: uniformly random, or "shaped": up to five prefixes, REX, then opcode maps and opcodes where the
 * rules are intricate, then random bytes; some are VEX, some all prefixes, so that the 15-byte limit is met.
 */
function randomStrings(count: number, mode: Mode, shaped: boolean, next: (limit: number) => number): Uint8Array {
  const bytes = new Uint8Array(count * 16);
  for (let i = 0; i < bytes.length; i++) bytes[i] = next(256);
  if (!shaped) return bytes;
  for (let start = 0; start < bytes.length; start += 16) {
    let at = start;
    if (next(4) === 0) {
      shapeVex(bytes, at, next);
      continue;
    }
    const prefixCount = next(64) === 0 ? 8 + next(8) : next(5);
    for (let i = 0; i < prefixCount; i++) bytes[at++] = prefixes[next(prefixes.length)]!;
    if (at > start + 11) continue;
    if (mode === 64 && next(2) === 0) bytes[at++] = 0x40 + next(16);
    const kind = next(8);
    if (kind < 3) bytes[at++] = 0x0f;
    if (kind === 0) bytes[at++] = rareOpcodes[next(rareOpcodes.length)]!;
    if (kind === 3) {
      bytes[at++] = 0xc4;
      bytes[at++] = 0xe0 + next(4) - (next(8) === 0 ? 0x80 : 0);
      bytes[at++] = next(2) === 0 ? next(256) : 0x78 + next(4);
      bytes[at++] = 0xf0 + next(8);
    }
  }
  return bytes;
}

/**
 * Lets iced-x86 and our decoder read random byte strings of one mode: the same instruction or the same refusal,
 * except where iced knows a family that is not in the table.
 */
export function checkStrings(
  count: number,
  mode: Mode,
  shaped: boolean,
  seed: number,
  disagreements: Disagreements,
): Tally {
  const next = randomNumbers(seed * 64 + mode + Number(shaped));
  const total = { same: 0, refused: 0, foreign: 0 };
  for (let done = 0; done < count; done += 10_000) {
    const strings = randomStrings(Math.min(10_000, count - done), mode, shaped, next);
    const tally = compareStrings(strings, mode, disagreements.add);
    total.same += tally.same;
    total.refused += tally.refused;
    total.foreign += tally.foreign;
  }
  return total;
}

/** The seeds of one run: a fixed one, so that a failure stays, and a fresh one, so that every run sees something new. */
export const seeds = (): readonly number[] => [20_260_101, (Date.now() % 0x7fff_ffff) + 1];
