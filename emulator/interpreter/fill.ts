/**
 * Memory filled with one element again and again, as REP STOS does: eight bytes of such elements are what is stored, sixteen at a time, and a long
 * stretch is made of copies of its beginning, for the host copies faster than code of ours can store.
 */
import type { Code, FunctionRef, Local, WasmModule } from "../formats/wasm.ts";
import { i32, i64, type Operand, Routine, select } from "../formats/wasm-expression.ts";

/** From so many bytes on a stretch is made of copies of its first `SEED_BYTES`. */
const LONG = 512;
const SEED_BYTES = 256;

/** (address, bytes, element, log2 of its bytes): `bytes` is a multiple of them. */
export function fillFunction(module: WasmModule): FunctionRef {
  return module.func("fill", ["i32", "i32", "i64", "i32"], [], (code, at, bytes, element, shift) => {
    const r = new Routine(code);
    const eight = r.i64(eightBytesOf(element!, shift!));
    r.if(
      i32.geU(bytes!, LONG),
      () => writeLong(code, at!, bytes!, eight),
      () => writeShort(code, at!, bytes!, eight),
    );
  });
}

/** Elements of 1, 2, 4 bytes: as many as there is room for. */
function eightBytesOf(element: Local, shift: Local): Operand {
  const of = (mask: bigint, times: bigint) => i64.mul(i64.and(element, mask), times);
  const narrow = select(shift, of(0xffffn, 0x0001_0001_0001_0001n), of(0xffn, 0x0101_0101_0101_0101n));
  const wide = select(i32.eq(shift, 2), of(0xffff_ffffn, 0x1_0000_0001n), element);
  return select(i32.ltU(shift, 2), narrow, wide);
}

function storeSixteen(code: Code, at: Local, eight: Local, offset: number): void {
  code.get(at);
  code.get(eight);
  code.simd("i64x2.splat");
  code.simdMemory("v128.store", offset);
}

function writeLong(code: Code, at: Local, bytes: Local, eight: Local): void {
  const r = new Routine(code);
  for (let offset = 0; offset < SEED_BYTES; offset += 16) storeSixteen(code, at, eight, offset);
  const done = r.i32(SEED_BYTES);
  const rest = r.i32(i32.sub(bytes, SEED_BYTES));
  r.loop((again) => {
    const count = r.i32(select(i32.ltU(rest, done), rest, done));
    i32.add(at, done)(code);
    code.get(at);
    code.get(count);
    code.memoryCopy();
    r.set(done, i32.add(done, count));
    r.set(rest, i32.sub(rest, count));
    r.goIf(rest, again);
  });
}

function writeShort(code: Code, at: Local, bytes: Local, eight: Local): void {
  const r = new Routine(code);
  const rest = r.i32(bytes);
  code.block((end) => {
    r.loop((again) => {
      r.goIf(i32.ltU(rest, 16), end);
      storeSixteen(code, at, eight, 0);
      r.set(at, i32.add(at, 16));
      r.set(rest, i32.sub(rest, 16));
      code.br(again);
    });
  });
  // What is stored first begins where the elements do; what is left of the eight bytes begins likewise.
  for (const [size, store] of [
    [8, "i64.store"],
    [4, "i64.store32"],
    [2, "i64.store16"],
    [1, "i64.store8"],
  ] as const)
    r.if(i32.and(rest, size), () => {
      r.store(store, at, eight);
      r.set(at, i32.add(at, size));
    });
}
