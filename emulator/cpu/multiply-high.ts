/** The high half of a 64 × 64-bit product, which WebAssembly does not give: from four products of 32-bit halves. */
import type { Code, Local } from "../formats/wasm.ts";
import { i32, i64, type Operand, Routine } from "../formats/wasm-expression.ts";

const HALF = 0xffff_ffffn;

/** Pushes the high half. A constant factor's halves are constants. Signed: what the unsigned product counts too much for negative factors is taken off. */
export function pushMultiplyHigh(code: Code, x: Local | bigint, y: Local | bigint, signed: boolean): void {
  const middle = code.local("i64");
  const low = (of: Local | bigint): Operand => (typeof of === "bigint" ? of & HALF : i64.and(of, HALF));
  const high = (of: Local | bigint): Operand => (typeof of === "bigint" ? of >> 32n : i64.shrU(of, 32n));
  // No sum here overflows: (2³² − 1)² + 2 · (2³² − 1) = 2⁶⁴ − 1.
  i64.add(i64.shrU(i64.mul(low(x), low(y)), 32n), i64.mul(high(x), low(y)))(code);
  code.set(middle);
  const above = i64.add(i64.mul(high(x), high(y)), i64.shrU(middle, 32n));
  i64.add(above, i64.shrU(i64.add(i64.mul(low(x), high(y)), i64.and(middle, HALF)), 32n))(code);
  code.release(middle);
  if (!signed) return;
  for (const [factor, other] of [
    [x, y],
    [y, x],
  ] as const) {
    i64.and(i64.shrS(factor, 63n), other)(code);
    code.op("i64.sub");
  }
}

/** Writes a function (x, y) that returns it: most factors are small there, and have no high half but the sign. */
export function writeMultiplyHigh(code: Code, x: Local, y: Local, signed: boolean): void {
  const r = new Routine(code);
  if (signed) {
    const isSmall = (of: Local) => i64.eq(i64.extendS(i32.wrap(of)), of);
    r.if(i32.and(isSmall(x), isSmall(y)), () => r.return(i64.shrS(i64.mul(x, y), 63n)));
  } else r.if(i64.eqz(i64.shrU(i64.or(x, y), 32n)), () => r.return(0n));
  pushMultiplyHigh(code, x, y, signed);
}
