/**
 * Series in fixed point, for the transcendental functions: bigints with 128 bits behind the point. Functions that vanish
 * at 0 are given as their ratio to the argument, so that small arguments lose nothing.
 */

export const FRACTION = 128n;
export const ONE = 1n << FRACTION;

export const PI = 0x3243f6a8885a308d313198a2e03707344n;
/** ln 2 */
export const LN2 = 0xb17217f7d1cf79abc9e3b39803f2f6af40f343267298b62dn >> 64n;
/** log₂ e */
export const LOG2_E = (ONE << FRACTION) / LN2;

/** x·y of two fixed-point numbers. */
export const times = (x: bigint, y: bigint): bigint => (x * y) >> FRACTION;

/** (e^x − 1) / x, for |x| below 1. */
export function exponentialRatio(x: bigint): bigint {
  let sum = ONE;
  let term = ONE;
  for (let k = 2n; term > 1n || term < -1n; k++) {
    term = times(term, x) / k;
    sum += term;
  }
  return sum;
}

/** sin r / r, from r²: below 1, however small r is. */
export function sineRatio(square: bigint): bigint {
  let sum = ONE - 1n;
  let term = ONE;
  for (let k = 2n; term > 1n || term < -1n; k += 2n) {
    term = -times(term, square) / (k * (k + 1n));
    sum += term;
  }
  return sum;
}

/** cos r, from r²: below 1. */
export function cosine(square: bigint): bigint {
  let sum = ONE - 1n;
  let term = ONE;
  for (let k = 1n; term > 1n || term < -1n; k += 2n) {
    term = -times(term, square) / (k * (k + 1n));
    sum += term;
  }
  return sum;
}

/** Double to fixed point, exactly but for what lies below 2^−128. */
const fromDouble = (x: number): bigint => (BigInt(Math.round(x * 2 ** 52)) << FRACTION) >> 52n;

/**
 * atan t / t, for t from 0 to 1. An estimate from the host's arithmetic is corrected by the angle that is left: the error of
 * that angle's short series is below 2^−150, so nothing of the estimate's own error stays.
 */
export function arctangentRatio(t: bigint): bigint {
  if (t < ONE >> 20n) {
    const square = times(t, t);
    return ONE - 1n - square / 3n + times(square, square) / 5n - times(times(square, square), square) / 7n;
  }
  const angle = fromDouble(Math.atan(Number(t >> 72n) / 2 ** 56));
  const square = times(angle, angle);
  const sine = times(sineRatio(square), angle);
  const cos = cosine(square);
  const rest = ((times(t, cos) - sine) << FRACTION) / (cos + times(t, sine));
  const whole = angle + rest - times(times(rest, rest), rest) / 3n;
  return (whole << FRACTION) / t;
}

/** ln(1 + x) / x, for x between −0.5 and 1. Corrected as the arctangent is. */
export function logarithmRatio(x: bigint): bigint {
  const small = x < ONE >> 12n && x > -(ONE >> 12n);
  if (small) {
    let sum = ONE;
    let power = ONE;
    for (let k = 2n; power > 1n || power < -1n; k++) {
      power = -times(power, x);
      sum += power / k;
    }
    return sum;
  }
  const estimate = fromDouble(Math.log1p(Number(x >> 64n) / 2 ** 64));
  // (1 + x) e^−estimate = 1 + rest
  const decay = ONE - times(exponentialRatio(-estimate), estimate);
  const rest = times(ONE + x, decay) - ONE;
  const square = times(rest, rest);
  const whole = estimate + rest - square / 2n + times(square, rest) / 3n;
  return (whole << FRACTION) / x;
}
