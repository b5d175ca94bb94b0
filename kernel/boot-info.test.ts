/** What is said twice: the boot information, by the assembler that fills it and by the kernel that reads it; the version. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { version } from "../emulator/version.ts";
import { bootInfoFields, region } from "./boot/info.ts";
import { kernelModule } from "./testing/module.ts";

test("the kernel reads the boot information where the assembler puts it", () => {
  const { call } = kernelModule(`
import { BootInfo, MemoryRegion } from "./boot-info.ts";
${bootInfoFields.map(([name]) => `export function at_${name}(): u64 { return offsetOf<BootInfo>("${name}"); }`).join("\n")}
export function regionBytes(): u64 { return sizeOf<MemoryRegion>(); }
export function allBytes(): u64 { return sizeOf<BootInfo>(); }
`);
  let offset = 0n;
  for (const [name, bytes] of bootInfoFields) {
    assert.equal(call(`at_${name}`)[0], offset, name);
    offset += BigInt(bytes);
  }
  assert.equal(call("allBytes")[0], offset);
  assert.equal(call("regionBytes")[0], BigInt(region.size));
});

test("the kernel names the version that the package has", () => {
  const said = /VERSION = "(.*)"/.exec(readFileSync(new URL("version.ts", import.meta.url), "utf8"))?.[1];
  assert.equal(said, version);
});
