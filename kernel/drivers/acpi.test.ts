/** What the firmware's tables say about interrupts: our own tables as our firmware leaves them, others', and damaged ones. */
import assert from "node:assert/strict";
import test from "node:test";
import { makeTables } from "../../bios/acpi-tables.ts";
import { kernelModule } from "../testing/module.ts";

const RAM = 0x1_0000;
const RSDP = 0x100;
const source = `
import { InterruptWiring, readWiring } from "./drivers/acpi-interrupts.ts";
import type { Phys } from "./layout.ts";
import { ram } from "./memory/kernel-space.ts";
const wiring = zeroed<InterruptWiring>();
export function ramAt(): u64 {
  return addr(ref(ram));
}
export function read(): u32 {
  const done = readWiring(unit<Phys>(${RSDP}), ref(wiring));
  if (isErr(done)) return u32(done.code);
  for (let i: u32 = 0; i < wiring.count; i++) print\`io \${u64(wiring.ioApics[i].registers)} \${wiring.ioApics[i].firstInput}\\n\`;
  for (let i: u32 = 0; i < 16; i++) {
    const line = ref(wiring.lines[i]);
    if (line.told) print\`\${i}>\${line.input}\${line.level ? " level" : ""}\${line.low ? " low" : ""}\\n\`;
  }
  return 0;
}
`;
const doubles = {
  "kernel/memory/kernel-space.ts": `
import type { Phys } from "../layout.ts";
export const ram = zeroed<Arr<u8, ${RAM}>>();
export function mapDevice(at: Phys, size: usize): Res<u64> {
  if (u64(at) + size > ${RAM}) return err(Errno.ENOMEM);
  return addr(ref(ram)) + u64(at);
}
`,
};

/** Bytes that add up to 0 with the one at `at`. */
function balanced(bytes: Uint8Array, at: number): Uint8Array {
  bytes[at] = 0;
  bytes[at] = -bytes.reduce((sum, byte) => sum + byte, 0);
  return bytes;
}

function little(...fields: readonly (readonly [value: number | string, bytes: number])[]): number[] {
  return fields.flatMap(([value, length]) =>
    Array.from({ length }, (_, i) => (typeof value === "string" ? value.charCodeAt(i) : Math.floor(value / 2 ** (8 * i)) % 256)),
  );
}

function rsdp(rsdt: number, xsdt: number, revision: number): Uint8Array {
  const bytes = Uint8Array.from(
    little(["RSD PTR ", 8], [0, 1], ["OTHERS", 6], [revision, 1], [rsdt, 4], [36, 4], [xsdt, 8], [0, 4]),
  );
  bytes.set(balanced(bytes.slice(0, 20), 8));
  return balanced(bytes, 32);
}

function table(signature: string, ...body: readonly number[]): Uint8Array {
  return balanced(Uint8Array.from([...little([signature, 4], [36 + body.length, 4], ["", 0]), ...new Array(28).fill(0), ...body]), 9);
}

/** What the kernel reads out of a memory with these bytes at these places. */
function read(...parts: readonly (readonly [at: number, bytes: Uint8Array])[]): { status: number; said: string } {
  const { run, call, output } = kernelModule(source, doubles);
  const ram = Number(call("ramAt")[0]);
  for (const [at, bytes] of parts) run.memory.set(bytes, ram + at);
  return { status: Number(call("read")[0]), said: output() };
}

const io = (id: number, at: number, first: number) => little([1, 1], [12, 1], [id, 1], [0, 1], [at, 4], [first, 4]);
const override = (line: number, input: number, flags: number) => little([2, 1], [10, 1], [0, 1], [line, 1], [input, 4], [flags, 2]);
const head = little([0xfee0_0000, 4], [1, 4]);
const processor = little([0, 1], [8, 1], [0, 1], [0, 1], [1, 4]);

test("our own firmware's tables", () => {
  const { block, rsdt, xsdt, addresses, changed } = makeTables();
  const at = 0x2000;
  const placed = block.slice();
  const view = new DataView(placed.buffer);
  for (const place of addresses) view.setUint32(place, view.getUint32(place, true) + at, true);
  for (const { start, length, checksum } of changed) {
    placed[checksum] = 0;
    placed[checksum] = -placed.subarray(start, start + length).reduce((sum, byte) => sum + byte, 0);
  }
  for (const wide of [true, false]) {
    const { status, said } = read([RSDP, rsdp(at + rsdt, wide ? at + xsdt : 0, wide ? 2 : 0)], [at, placed.slice(0, RAM - at)]);
    assert.equal(status, 0);
    assert.equal(said, `io ${0xfec0_0000} 0\n0>2\n9>9 level low\n10>10 level low\n11>11 level low\n`);
  }
});

test("several I/O APICs, levels that are high, entries of other kinds, and what the bus does by itself", () => {
  const other = little([0x42, 1], [6, 1], [0, 4]);
  const madt = table("APIC", ...head, ...processor, ...other, ...io(3, 0xfec0_0000, 0), ...io(4, 0xfec1_0000, 24), ...override(5, 21, 0b1101), ...override(3, 3, 0b0101), ...override(20, 1, 0));
  const rsdt = table("RSDT", ...little([0xf_0000, 4], [0x800, 4]));
  const { status, said } = read([RSDP, rsdp(0x400, 0, 0)], [0x400, rsdt], [0x800, madt]);
  assert.equal(status, 0);
  assert.equal(said, `io ${0xfec0_0000} 0\nio ${0xfec1_0000} 24\n3>3\n5>21 level\n`);
});

test("tables that lie about themselves are not believed", () => {
  const rsdt = table("RSDT", ...little([0x800, 4]));
  const good = table("APIC", ...head, ...io(3, 0xfec0_0000, 0));
  const status = (madt: Uint8Array) => read([RSDP, rsdp(0x400, 0, 0)], [0x400, rsdt], [0x800, madt]).status;
  const [ENOENT, EINVAL] = [2, 22];
  assert.equal(status(good), 0);
  assert.equal(status(good.map((byte, i) => (i === 50 ? byte + 1 : byte))), ENOENT, "a wrong checksum");
  assert.equal(status(table("APIC", ...head, ...processor)), ENOENT, "no I/O APIC");
  assert.equal(status(table("APIC")), ENOENT, "no room for anything");
  assert.equal(status(table("APIC", ...head, 1, 0, ...io(3, 0, 0))), EINVAL, "an entry without length");
  assert.equal(status(table("APIC", ...head, ...io(3, 0, 0).slice(0, 8))), EINVAL, "an entry that leaves the table");
  assert.equal(status(table("APIC", ...head, 1, 4, 0, 0)), ENOENT, "an I/O APIC without an address");
});
