import assert from "node:assert/strict";
import { test } from "node:test";
import { WasmModule } from "./wasm.ts";
import { printWasm } from "./wasm-text.ts";

function example(): WasmModule {
  const m = new WasmModule();
  m.importMemory("env", "memory", { minimum: 1, maximum: 2, shared: true });
  m.importTable("env", "table", { minimum: 4 });
  const note = m.importFunction("env", "note", ["i64"], []);
  const twice = m.func("twice", ["i64"], ["i64"], (c, x) => {
    c.get(x);
    c.call(note);
    c.get(x);
    c.i64(2n);
    c.op("i64.mul");
  });
  const sum = m.func("sum", ["i32"], ["i64"], (c, n) => {
    const total = c.local("i64");
    c.loop((again) => {
      c.get(total);
      c.get(n);
      c.op("i64.extend_i32_u");
      c.op("i64.add");
      c.set(total);
      c.get(n);
      c.i32(-1);
      c.op("i32.add");
      c.tee(n);
      c.brIf(again);
    });
    c.get(total);
    c.call(twice);
  });
  const choose = m.func("choose", ["i32"], ["i64"], (c, which) => {
    c.block((other) => {
      c.block((first) => {
        c.get(which);
        c.brTable([first], other);
      });
      c.i64(0x7fff_ffff_ffff_ffffn);
      c.op("return");
    });
    c.get(which);
    c.i32(3);
    c.callIndirect(["i32"], ["i64"]);
  });
  m.element(3, [sum]);
  m.export("choose", choose);
  m.export("sum", sum);
  return m;
}

test("a module does what its text says", () => {
  const noted: bigint[] = [];
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 2, shared: true });
  const table = new WebAssembly.Table({ element: "anyfunc", initial: 4 });
  const instance = new WebAssembly.Instance(new WebAssembly.Module(example().encode()), {
    env: { memory, table, note: (x: bigint) => noted.push(x) },
  });
  const { choose, sum } = instance.exports as Record<string, (x: number) => bigint>;
  assert.equal(sum!(10), 110n);
  assert.equal(choose!(0), 0x7fff_ffff_ffff_ffffn);
  assert.equal(choose!(4), 20n);
  assert.deepEqual(noted, [55n, 10n]);
});

test("the text dump", () => {
  assert.equal(
    printWasm(example().encode({ names: true })),
    `(module
  (import "env" "memory" (memory 1 2 shared))
  (import "env" "table" (table 4 funcref))
  (import "env" "note" (func $note (param i64)))
  (export "choose" (func $choose))
  (export "sum" (func $sum))
  (elem (i32.const 3) $sum)
  (func $twice (param i64) (result i64)
    local.get 0
    call $note
    local.get 0
    i64.const 2
    i64.mul)
  (func $sum (param i32) (result i64)
    (local 1 i64)
    loop
      local.get 1
      local.get 0
      i64.extend_i32_u
      i64.add
      local.set 1
      local.get 0
      i32.const -1
      i32.add
      local.tee 0
      br_if 0
    end
    local.get 1
    call $twice)
  (func $choose (param i32) (result i64)
    block
      block
        local.get 0
        br_table 0 1
      end
      i64.const 9223372036854775807
      return
    end
    local.get 0
    i32.const 3
    call_indirect (param i32) (result i64)))
`,
  );
});

test("constants of every size survive", () => {
  const values32 = [0, 1, -1, 63, 64, -64, -65, 127, 128, 0x7fff_ffff, -0x8000_0000, 0xffff_ffff];
  const values64 = [
    0n,
    -1n,
    63n,
    64n,
    -64n,
    -65n,
    1n << 31n,
    -(1n << 31n) - 1n,
    1n << 62n,
    1n << 63n,
    (1n << 64n) - 2n,
  ];
  const m = new WasmModule();
  values32.forEach((v, i) => {
    m.export(
      `a${i}`,
      m.func("", [], ["i32"], (c) => c.i32(v)),
    );
  });
  values64.forEach((v, i) => {
    m.export(
      `b${i}`,
      m.func("", [], ["i64"], (c) => c.i64(v)),
    );
  });
  const f = new WebAssembly.Instance(new WebAssembly.Module(m.encode())).exports as Record<string, () => unknown>;
  for (const [i, v] of values32.entries()) assert.equal(f[`a${i}`]!(), v | 0);
  for (const [i, v] of values64.entries()) assert.equal(f[`b${i}`]!(), BigInt.asIntN(64, v));
});

test("floats, saturating conversions and globals", () => {
  const m = new WasmModule();
  const count = m.global(-7);
  const f = m.func("f", ["f64"], ["i32"], (c, x) => {
    c.getGlobal(count);
    c.i32(1);
    c.op("i32.add");
    c.setGlobal(count);
    c.get(x);
    c.float("f64", 0x3ff8000000000000n);
    c.op("f64.mul");
    c.op("f32.demote_f64");
    c.float("f32", 0x3f000000n);
    c.op("f32.add");
    c.saturate("i32.trunc_sat_f32_s");
    c.getGlobal(count);
    c.op("i32.add");
  });
  m.export("f", f);
  const bytes = m.encode({ names: true });
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes));
  const run = exports.f as (x: number) => number;
  assert.equal(run(3), 5 - 6);
  assert.equal(run(1e30), 0x7fff_ffff - 5);
  assert.match(
    printWasm(bytes),
    /\(global \(mut i32\) \(i32.const -7\)\)[\s\S]*global.set 0[\s\S]*f64.const 1.5[\s\S]*f32.const 0.5[\s\S]*i32.trunc_sat_f32_s/,
  );
});
