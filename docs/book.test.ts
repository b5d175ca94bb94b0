/**
 * The chapters quote the program, so the program must still say so. A listing names its file behind the language
 * ("ts kernel/main.ts"); its lines stand there together, in whatever indentation. A listing of IR ("ir 90") begins as
 * what the bytes of a 64-bit instruction are lifted to. A chapter about the compiler brings its program with it ("ts module
 * sum.ts"), and quotes what passes made of it ("dump gvn sum.sum") and its instructions ("disassembly sum.sum"); one about the translator,
 * the region that begins somewhere in them, as the guest has it ("guest sum.sum+18h") and as WebAssembly ("wasm sum.sum+18h").
 * Links lead to files that exist.
 */
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { compile } from "../dsl/compile.ts";
import { defaultModel } from "../emulator/cpu/cpuid.ts";
import { printIr } from "../emulator/cpu/ir.ts";
import { lift } from "../emulator/cpu/lift.ts";
import { decode } from "../emulator/isa/decode.ts";
import { format } from "../emulator/isa/format.ts";
import { CONSTANTS_BASE, CONSTANTS_SIZE, FRAME_BYTES } from "../emulator/memory.ts";
import { Constants } from "../emulator/translator/constants.ts";
import { CodeReader, discover } from "../emulator/translator/discover.ts";
import { buildRegion, type RegionGraph } from "../emulator/translator/region.ts";
import { guestText, wasmText } from "../emulator/translator/region-text.ts";

const book = import.meta.dirname;
const project = dirname(book);
const chapters = readdirSync(book).filter((name) => /^\d\d-.*\.md$/.test(name));

/** The IR of one 64-bit instruction, given as bytes in hexadecimal. */
function irOf(hex: string): string {
  const bytes = Uint8Array.from(hex.split(" "), (byte) => Number.parseInt(byte, 16));
  const instruction = decode(bytes, 0, bytes.length, 64);
  assert.ok(typeof instruction === "object", hex);
  return printIr(lift(instruction));
}

/** What the compiler made of the program that a chapter brings with it: by "pass function", and "disassembly function". */
function compiled(text: string): ReadonlyMap<string, string> {
  const results = new Map<string, string>();
  const module = /^```ts module (\S+)\n([\s\S]*?)\n```$/m.exec(text);
  if (module === null) return results;
  const [, path, source] = module as unknown as [string, string, string];
  const dump = {
    wants: () => true,
    show: (pass: string, name: string | null, shown: string) => void results.set(`dump ${pass} ${name}`, shown),
  };
  const { diagnostics, objects } = compile({
    entries: [path],
    read: (wanted) => (wanted === path ? source : null),
    target: "linux",
    link: false,
    dump,
  });
  assert.deepEqual(diagnostics, []);
  for (const { symbols, places, sections } of objects) {
    for (const { name, label, type, size } of symbols) {
      const place = label === null ? undefined : places.get(label);
      if (type !== "function" || place === undefined) continue;
      const code = sections[place.section]!.bytes.subarray(place.offset, place.offset + size);
      results.set(`disassembly ${name}`, disassembly(code));
      for (const [, info, at] of text.matchAll(/^```(?:guest|wasm) (\S+)\+([0-9a-f]+)h$/gm)) {
        if (info !== name) continue;
        const region = regionOf(code, BigInt(`0x${at}`));
        results.set(`guest ${name}+${at}h`, guestText(region));
        results.set(`wasm ${name}+${at}h`, wasmText(region, "region", constants));
      }
    }
  }
  return results;
}

/** What the translator takes together, in code at address 0, from `entry` on. */
function regionOf(code: Uint8Array, entry: bigint): RegionGraph {
  const bytes = new Uint8Array(2 * FRAME_BYTES);
  bytes.set(code, FRAME_BYTES);
  const locate = (rip: bigint) => (rip < code.length ? FRAME_BYTES + Number(rip) : 0);
  const reader = new CodeReader({
    frame: (host) => bytes.subarray(host, host + FRAME_BYTES),
    mode: 64,
    model: defaultModel,
    timing: "simple",
    locate,
    isTaken: () => false,
    targets: () => [],
  });
  const around = { mode: 64, limit: 0xffff_ffff_ffff_ffffn, flat: 0, bigStack: true, slots: 0 } as const;
  const region = buildRegion(
    discover(reader, entry, { user: false, systemCalls: null, traps: null })!,
    around,
    () => 0,
  );
  assert.ok(region !== null);
  return region;
}

function disassembly(code: Uint8Array): string {
  const lines: string[] = [];
  for (let at = 0; at < code.length; ) {
    const instruction = decode(code, at, code.length, 64);
    assert.ok(typeof instruction === "object");
    const symbol = (address: bigint) => `+${address.toString(16)}h`;
    lines.push(`${at.toString(16).padStart(2)}  ${format(instruction, { address: BigInt(at), symbol })}`);
    at += instruction.length;
  }
  return lines.join("\n");
}

/** In memory of nobody. */
const constants = new Constants(new DataView(new ArrayBuffer(CONSTANTS_BASE + CONSTANTS_SIZE)));

const linesOf = (text: string) => text.split("\n").map((line) => line.trim());

for (const chapter of chapters) {
  const text = readFileSync(join(book, chapter), "utf8");
  const results = compiled(text);

  test(`${chapter}: every listing is in the file it names`, () => {
    for (const [, info, listing] of text.matchAll(/^```(\S.*)\n([\s\S]*?)\n```$/gm)) {
      const path = info?.split(" ")[1];
      if (info?.startsWith("ts module ")) continue;
      const result = results.get(info ?? "");
      if (result !== undefined) {
        const whole = linesOf(result).join("\n");
        assert.ok(
          `\n${whole}\n`.includes(`\n${linesOf(listing ?? "").join("\n")}\n`),
          `not in ${info}:\n${listing}\n${result}`,
        );
        continue;
      }
      if (info?.startsWith("ir ")) {
        assert.ok(irOf(info.slice(3)).startsWith(listing ?? ""), `lifted from ${info}:\n${irOf(info.slice(3))}`);
        continue;
      }
      assert.ok(path, `a listing that names no file: ${info}`);
      const source = linesOf(readFileSync(join(project, path), "utf8")).join("\n");
      assert.ok(`\n${source}\n`.includes(`\n${linesOf(listing ?? "").join("\n")}\n`), `not in ${path}:\n${listing}`);
    }
  });

  test(`${chapter}: every link leads somewhere`, () => {
    for (const [, target] of text.matchAll(/\]\(([^)#\s]+)[^)]*\)/g)) {
      if (!target?.includes("://")) assert.ok(existsSync(join(book, target ?? "")), `no such file: ${target}`);
    }
  });
}
