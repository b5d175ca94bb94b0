/** What random programs share: the checksum, and pieces that show off generics, interfaces and guards. */

const always = `
let checksum: u64 = 0x9e3779b97f4a7c15;
function mix(x: u64): void {
  checksum = rotateLeft((checksum ^ x) * 0x100000001b3, 29) + 0x632be59bd9b4e019;
}
`;

const bytes = `
function mixBytes(at: Ptr<u8>, bytes: usize): void {
  for (let i: usize = 0; i < bytes; i++) mix(u64(at[i]));
}
`;

const float = `
let bitsOf: f64 = 0;
function mixFloat(x: f64): void {
  bitsOf = x;
  mix(x !== x ? 0x7ff8 : unsafe.cast<Ptr<u64>>(ref(bitsOf))[0]);
}
`;

const text = `
function mixText(x: string): void {
  for (const c of x) mix(u64(c));
}
`;

const pieces: { readonly [name: string]: string } = {
  Guard: `
class Guard implements Disposable {
  constructor(private value: u64) {
    mix(value);
  }
  [Symbol.dispose](): void {
    mix(~this.value);
  }
}
`,
  swap: `
function swap<T>(a: Ptr<T>, b: Ptr<T>): void {
  const old = a[0];
  a[0] = b[0];
  b[0] = old;
}
`,
  largest: `
function largest<T extends int>(a: T, b: T): T {
  return a > b ? a : b;
}
`,
  fold: `
function fold<T>(items: View<T>, f: (sum: u64, x: T) => u64): u64 {
  let sum: u64 = 0;
  for (const x of items) sum = f(sum, x);
  return sum;
}
`,
  Ring: `
class Ring<T, N extends number> {
  private items: Arr<T, N>;
  private head: u32;
  private tail: u32;
  put(item: T): void {
    if (this.head - this.tail === constant<N>()) return;
    this.items[this.head++ & (constant<N>() - 1)] = item;
  }
  take(): T {
    if (this.head === this.tail) return this.items[0];
    return this.items[this.tail++ & (constant<N>() - 1)];
  }
}
const ring = zeroed<Ring<u32, 4>>();
`,
  Source: `
interface Source {
  next(): u32;
}
class Counting implements Source {
  at: u32;
  next(): u32 {
    return this.at++;
  }
}
class Walking implements Source {
  state: u64;
  next(): u32 {
    this.state = this.state * 6364136223846793005 + 1442695040888963407;
    return u32(this.state >> 33);
  }
}
function drain<S extends Source>(source: Ptr<S>): u32 {
  let sum: u32 = 0;
  for (let i = 0; i < 3; i++) sum = sum * 31 + source.next();
  return sum;
}
const counting = zeroed<Counting>();
const walking = zeroed<Walking>();
`,
  perCpu: `
const ticks = perCpu<u64>();
`,
  copyIn: `
const userArea = zeroed<Arr<u64, 4>>();
const kernelArea = zeroed<Arr<u64, 3>>();
function userCopy(x: u64): void {
  userArea[0] = x;
  const user = unsafe.user<u64>(addr(ref(userArea[0])));
  const got = copyIn(slice(kernelArea), user);
  if (isErr(got)) mix(1);
  else mix(got + kernelArea[0]);
  const put = copyOut(userAt(user, 1), slice(kernelArea));
  mix(isErr(put) ? 5 : userArea[1]);
}
`,
};

/** The pieces that a program uses, and those helpers that its text calls, before everything else. */
export function library(used: ReadonlySet<string>, program: string): string {
  const chosen = Object.keys(pieces).filter((name) => used.has(name));
  const helpers = Object.entries({ "mixBytes(": bytes, "mixFloat(": float, "mixText(": text });
  const called = helpers.filter(([call]) => program.includes(call)).map(([, piece]) => piece);
  return [always, ...called, ...chosen.map((name) => pieces[name])].join("").trim();
}
