/**
 * The demo program in every reader of IR there is here: the interpreter and WebAssembly, each with the IR as lowered and
 * as optimized. What it must give is computed by JavaScript beside each case.
 */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { checkProgram, showDiagnostics } from "../check/check.ts";
import { floatOfBits } from "../ir/build.ts";
import { cloneProgram } from "../ir/clone.ts";
import { Interpreter, type Outcome } from "../ir/interpret.ts";
import { optimize } from "../ir/optimize.ts";
import type { IrProgram } from "../ir/ssa.ts";
import { printFunction } from "../ir/text.ts";
import { verifyProgram } from "../ir/verify.ts";
import { compileToWasm } from "../wasm/compile.ts";
import { WasmRun } from "../wasm/run.ts";
import { lower } from "./lower.ts";

/** Checks and lowers one module; fails with the compiler's messages. */
function compile(source: string): IrProgram {
  const checked = checkProgram({
    entries: ["demo.ts"],
    read: (f) => (f === "demo.ts" ? source : null),
    unsafe: ["demo.ts"],
  });
  assert.ok(checked.program, showDiagnostics(checked));
  const program = lower(checked.program);
  assert.deepEqual(verifyProgram(program), []);
  return program;
}

const demo = compile(readFileSync(new URL("programs/demo.ts", import.meta.url), "utf8"));
const optimized = cloneProgram(demo);
optimize(optimized, { check: true });

/** The runtime's text functions, on whatever memory the reader has. */
class Runtime {
  printed = "";
  memory: Uint8Array = new Uint8Array(0);

  readonly extern = (name: string, args: readonly bigint[]): bigint[] => {
    const text = this.#text(
      name,
      args.map((a) => BigInt.asUintN(64, a)),
    );
    const sink = Number(args[0]);
    if (sink <= 1) this.printed += text;
    else {
      const view = new DataView(this.memory.buffer);
      const [at, length, written] = [0, 8, 16].map((o) => Number(view.getBigUint64(sink + o, true))) as [
        number,
        number,
        number,
      ];
      const bytes = new TextEncoder().encode(text).subarray(0, length - written);
      this.memory.set(bytes, at + written);
      view.setBigUint64(sink + 16, BigInt(written + bytes.length), true);
    }
    return [];
  };

  #text(name: string, [, a = 0n, b = 0n]: readonly bigint[]): string {
    switch (name) {
      case "format.text":
        return new TextDecoder().decode(this.memory.slice(Number(a), Number(a + b)));
      case "format.unsigned":
        return String(a);
      case "format.signed":
        return String(BigInt.asIntN(64, a));
      case "format.hex":
        return `0x${a.toString(16)}`;
      default:
        throw new Error(`the test has no ${name}`);
    }
  }
}

interface Reader {
  readonly name: string;
  readonly run: (
    f: string,
    args: readonly bigint[],
    prepare?: (memory: Uint8Array) => void,
  ) => { outcome: Outcome; printed: string };
}

const interpreted = (name: string, program: IrProgram): Reader => ({
  name,
  run: (f, args, prepare) => {
    const runtime = new Runtime();
    const interpreter = new Interpreter(program, { host: { extern: runtime.extern } });
    runtime.memory = interpreter.memory;
    prepare?.(interpreter.memory);
    return { outcome: interpreter.call(`demo.${f}`, args), printed: runtime.printed };
  },
});

const compiledReader = (name: string, program: IrProgram): Reader => {
  const compiled = compileToWasm(program);
  return {
    name,
    run: (f, args, prepare) => {
      const runtime = new Runtime();
      const run = new WasmRun(compiled, { extern: runtime.extern });
      runtime.memory = run.memory;
      prepare?.(run.memory);
      return { outcome: run.call(`demo.${f}`, args), printed: runtime.printed };
    },
  };
};

const readers = [
  interpreted("interpreter", demo),
  interpreted("interpreter, optimized", optimized),
  compiledReader("wasm", demo),
  compiledReader("wasm, optimized", optimized),
];

/** The value that every reader must give. */
function gives(f: string, args: readonly bigint[], expected: bigint, prepare?: (memory: Uint8Array) => void): void {
  for (const { name, run } of readers)
    assert.deepEqual(run(f, args, prepare).outcome, { kind: "return", values: [expected] }, `${f}(${args}) in ${name}`);
}

function traps(f: string, args: readonly bigint[], message: string, ...words: bigint[]): void {
  for (const { name, run } of readers) {
    const { outcome } = run(f, args);
    assert.equal(outcome.kind, "trap", name);
    if (outcome.kind !== "trap") continue;
    assert.match(outcome.message, /^demo\.ts:\d+:\d+: /, name);
    assert.equal(outcome.message.replace(/^\S+ /, ""), message, name);
    assert.deepEqual(outcome.arguments.slice(0, words.length), words, name);
  }
}

test("an allocator: classes, nullable pointers, results handed on, deferred work", () => {
  // The two blocks are 16 bytes and a header of 24 apart; ENOMEM is 12; five calls of take.
  gives("allocator", [], 40n * 1000n + 12n * 10n + 5n);
});

test("a ring: generics with constants, results in two words", () => {
  const ring = (n: number) => {
    const items: bigint[] = [];
    let [sum, lost] = [0n, 0n];
    for (let i = 0; i < n; i++) {
      if (items.length === 8) lost++;
      else items.push(BigInt((i * 31) & 0xffff));
      const x = i % 3 === 0 ? items.shift() : undefined;
      if (x !== undefined) sum = BigInt.asUintN(64, sum * 7n + x);
    }
    return BigInt.asUintN(64, (sum << 8n) + lost);
  };
  for (const n of [0, 1, 10, 40]) gives("rings", [BigInt(n)], ring(n));
});

test("sorting: a closure that counts, slices, wrapping arithmetic", () => {
  const sorting = (seed: number) => {
    let [state, compares] = [seed, 0n];
    const list = Array.from({ length: 40 }, () => {
      state = (Math.imul(state, 1664525) + 1013904223) | 0;
      return state >> 20;
    });
    for (let i = 1; i < list.length; i++) {
      const item = list[i]!;
      let j = i;
      for (; j > 0; j--) {
        compares++;
        if (item >= list[j - 1]!) break;
        list[j] = list[j - 1]!;
      }
      list[j] = item;
    }
    return list.reduce((hash, x) => BigInt.asUintN(64, hash * 31n + BigInt(x)), compares);
  };
  for (const seed of [1, 77, 123456]) gives("sorting", [BigInt(seed)], sorting(seed));
});

test("a hash map of words: texts, their comparison, null, a closure as a method's argument", () => {
  gives("counting", [], 10n * 10000n + 3n * 100n + 2n);
});

test("tagged unions", () => {
  for (const n of [1n, 9n]) gives("shapes", [n], n * n * 3n * 1000n + n * (n + 1n));
});

test("bit fields and big-endian storage", () => {
  for (const x of [0n, 0xfffn, 0xabcdn])
    gives("bitFields", [x], ((5n + 4n) & 7n) * 1_000_000n + (x & 0xfffn) * 100n + 11n);
});

test("guards and deferred work run on every way out", () => {
  gives("guards", [9n], guardsOf(9));
  for (const n of [0, 1, 2]) gives("guards", [BigInt(n)], guardsOf(n));
});

/** The same in JavaScript, with try and finally. */
function guardsOf(n: number): bigint {
  let log = 0n;
  const digit = (d: bigint) => {
    log = log * 10n + d;
  };
  outer: for (let i = 0; i < 4; i++) {
    digit(1n);
    try {
      for (let j = 0; j < 3; j++) {
        digit(2n);
        try {
          if (j === n) continue outer;
          if (i === n) break outer;
          digit(3n);
          if (log > 1_000_000_000n) return log;
        } finally {
          digit(2n);
        }
      }
    } finally {
      digit(9n);
      digit(1n);
    }
  }
  return log;
}

test("arithmetic wraps, shifts and divisions are defined", () => {
  const u64 = (x: bigint) => BigInt.asUintN(64, x);
  const arithmetic = (x: bigint, y: bigint, z: bigint) => {
    const s32 = (v: bigint) => BigInt.asIntN(32, v);
    let r = 0n;
    if (y !== 0n) r = u64(s32(x / y)) ^ u64(u64(s32(x % y)) << 8n);
    r ^= u64(u64(z >= 32n ? 0n : s32(x << z)) << 16n);
    r ^= u64(z >= 32n ? (x < 0n ? -1n : 0n) : x >> z);
    r ^= u64(BigInt.asUintN(8, BigInt.asUintN(8, x) + z) << 40n);
    const bits = BigInt.asUintN(32, x).toString(2).replaceAll("0", "").length;
    const zeros = z === 0n ? 8 : 8 - z.toString(2).length;
    const half = BigInt.asUintN(16, x);
    const rotated = BigInt.asUintN(16, (half << 5n) | (half >> 11n));
    const swapped = Buffer.from(BigInt.asUintN(32, y).toString(16).padStart(8, "0"), "hex").readUInt32LE();
    r = u64(r + BigInt(bits) + BigInt(zeros) + rotated + BigInt(swapped));
    return r ^ ((u64(x) * u64(y)) >> 64n);
  };
  for (const x of [0n, 1n, -1n, 123456789n, -0x8000_0000n, 0x7fff_ffffn])
    for (const y of [0n, 1n, -1n, 7n, -1000n])
      for (const z of [0n, 5n, 31n, 32n, 255n]) gives("arithmetic", [x, y, z], arithmetic(x, y, z));
  gives("divide", [-(1n << 63n), -1n], 1n << 63n);
  traps("divide", [1n, 0n], "division by zero");
});

test("an index out of bounds is a trap that tells index and length", () => {
  traps("outside", [40n], "index out of bounds", 40n, 40n);
  traps("outside", [1n << 63n], "index out of bounds", 1n << 63n, 40n);
  gives("outside", [39n], 0n);
});

test("format strings", () => {
  for (const [n, color] of [
    [0, "Red"],
    [300, "Green"],
  ] as const) {
    const text = `n=${n} 0x${n.toString(16)} ${n > 3} ${color} text -5`;
    for (const { name, run } of readers) {
      const { outcome, printed } = run("formatting", [BigInt(n)]);
      assert.deepEqual(outcome, { kind: "return", values: [BigInt(text.length)] }, name);
      assert.equal(printed, `[${text}]`, name);
    }
  }
});

test("atomic cells", () => {
  gives("atomics", [], 5n * 1000n + 20n * 10n + 2n);
});

test("storage as results and arguments, errors with storage", () => {
  gives("pairs", [4n], 5n * 6n * 3n);
  gives("pairs", [11n], 1007n);
});

test("floating point", () => {
  for (const [x, n] of [
    [2, 10],
    [9, 3],
  ] as const) {
    let r = x as number;
    for (let i = 0; i < n; i++) r = (r + x / r) / 2;
    const bits = new BigUint64Array(Float64Array.of(x).buffer)[0]!;
    for (const { name, run } of readers) {
      const { outcome } = run("floating", [bits, BigInt(n)]);
      assert.ok(outcome.kind === "return", name);
      assert.equal(floatOfBits("f64", outcome.values[0]!), Math.sqrt(r * r) + n, name);
    }
  }
});

test("slices given from outside", () => {
  const at = 0x80000;
  const list = Uint32Array.from([1, 5, 5, 9, 1000, 0xffff_ffff]);
  const prepare = (memory: Uint8Array) => memory.set(new Uint8Array(list.buffer), at);
  for (const [wanted, index] of [
    [0n, 0n],
    [5n, 1n],
    [10n, 4n],
    [0xffff_ffffn, 5n],
  ] as const)
    gives("search", [BigInt(at), 6n, wanted], index, prepare);
  const sum = list.reduce((s, x) => s + BigInt(x), 0n);
  gives(
    "sumAll",
    [BigInt(at), 6n],
    list.reduce((s, x) => s ^ BigInt(x), sum),
    prepare,
  );
});

test("bounds checks that loops make needless are gone", () => {
  const text = (name: string) => printFunction(optimized.functions.find((f) => f.name === `demo.${name}`)!);
  for (const name of ["sumAll", "sorting"]) assert.doesNotMatch(text(name), /trap/, name);
  assert.match(text("search"), /trap/);
  // The closure and the generic function it went to are one loop now, and what it captured is a value.
  assert.doesNotMatch(text("sorting"), /call|slot/);
});

test("TypeScript accepts the demo", () => {
  const tsc = fileURLToPath(new URL("../../node_modules/.bin/tsc", import.meta.url));
  const { stdout, status } = spawnSync(tsc, ["-p", fileURLToPath(new URL("programs", import.meta.url))], {
    encoding: "utf8",
  });
  assert.equal(status, 0, stdout);
});

test("what was inlined remembers the calls that brought it", () => {
  const sorting = optimized.functions.find((f) => f.name === "demo.sorting")!;
  assert.match(
    printFunction(sorting, { origins: true }),
    /!demo\.ts:\d+:\d+ in demo\.sorting\$1 !demo\.ts:\d+:\d+ in "demo\.sort<[^"]*" !demo\.ts:/,
  );
});
