import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { cdSectorSize, iso9660 } from "./iso9660.ts";

const text = (value: string) => new TextEncoder().encode(value);
const files = [
  { name: "LOADER.BIN", content: text("boot me").slice() },
  { name: "COR.ELF", content: new Uint8Array(5000).fill(7) },
];
const image = Buffer.from(iso9660({ volume: "COR", files, boot: "LOADER.BIN" }));
const sector = (n: number) => image.subarray(n * cdSectorSize, (n + 1) * cdSectorSize);

test("volume descriptors stand in sectors 16 to 18", () => {
  for (const [n, type] of [
    [16, 1],
    [17, 0],
    [18, 255],
  ] as const) {
    assert.equal(sector(n)[0], type);
    assert.equal(sector(n).toString("latin1", 1, 6), "CD001");
  }
  assert.equal(sector(16).readUInt32LE(80) * cdSectorSize, image.length);
  assert.equal(sector(16).readUInt32BE(84) * cdSectorSize, image.length);
});

test("the boot catalog's words sum to zero and lead to the boot image", () => {
  const catalog = sector(sector(17).readUInt32LE(0x47));
  let sum = 0;
  for (let i = 0; i < 32; i += 2) sum += catalog.readUInt16LE(i);
  assert.equal(sum & 0xffff, 0);
  assert.equal(catalog[0x20], 0x88);
  assert.equal(catalog.readUInt16LE(0x26), 1);
  assert.equal(sector(catalog.readUInt32LE(0x28)).toString("latin1", 0, 7), "boot me");
});

test("the system area is the caller's", () => {
  const systemArea = new Uint8Array(600).fill(9);
  const hybrid = iso9660({ volume: "COR", files, boot: "LOADER.BIN", systemArea: () => systemArea });
  assert.deepEqual(hybrid.subarray(0, 600), systemArea);
});

test("names that ISO 9660 level 1 lacks are refused", () => {
  const refuse = (name: string) => () => iso9660({ volume: "COR", files: [{ name, content: text("") }], boot: name });
  assert.throws(refuse("kernel.elf"), /level 1/);
  assert.throws(refuse("LONGERNAME.X"), /level 1/);
  assert.throws(() => iso9660({ volume: "COR", files, boot: "OTHER.BIN" }), /not among the files/);
});

const xorriso = spawnSync("xorriso", ["--version"]).status === 0;
test("xorriso reads it and extracts the files", { skip: !xorriso && "xorriso is not installed" }, () => {
  const folder = mkdtempSync(join(tmpdir(), "cor-iso-"));
  try {
    const path = join(folder, "test.iso");
    writeFileSync(path, image);
    const report = execFileSync(
      "xorriso",
      ["-abort_on", "WARNING", "-indev", path, "-report_el_torito", "plain", "-find", "/", "-exec", "lsdl", "--"],
      { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] },
    );
    assert.match(report, /El Torito boot img : +1 +BIOS +y +none +0x0000 +0x00 +1 /);
    assert.match(report, / 5000 .*'\/COR\.ELF'/);
    assert.match(report, / 7 .*'\/LOADER\.BIN'/);
    execFileSync("xorriso", ["-osirrox", "on", "-indev", path, "-extract", "/COR.ELF", join(folder, "out")], {
      stdio: "ignore",
    });
    execFileSync("cmp", [join(folder, "out"), "-"], { input: files[1]?.content });
  } finally {
    rmSync(folder, { recursive: true });
  }
});
