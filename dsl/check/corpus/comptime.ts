// Evaluated while compiling: constants of modules, and comptime(() => …) anywhere.
class Entry {
  base: u32;
  name: string;
  next: Ptr<Entry> | null;
}
const table = comptime(() => {
  const t = zeroed<Arr<u32, 16>>();
  for (let i: u32 = 0; i < 16; i++) t[i] = i * i;
  return t;
});
const first: Entry = { base: 1, name: "first", next: null };
const second: Entry = { base: 2, name: "second", next: ref(first) };
const sum: u32 = 40 + 2;
const text = "boot";
const length = text.length;
const fib20 = comptime(() => fib(20));
let counter: u64 = 5;

function fib(n: u32): u32 {
  return n < 2 ? n : fib(n - 1) + fib(n - 2);
}

function fails(): Res<u32> {
  return err(Errno.EIO);
}

const called: u32 = fib(5);
const outOfBounds = comptime(() => table[u32(fib20)]); // tsc: no, error: while compiling: index 6765 is out of bounds (length 16)
const endless = comptime(() => { // tsc: no, error: while compiling: no end after
  let i: u32 = 0;
  for (;;) i++;
  return i;
});
const deep = comptime(() => recursion(1)); // tsc: no, error: while compiling: calls nested more than
const machine = comptime(() => cpu.rdtsc()); // tsc: no, error: while compiling: cpu.rdtsc needs the running machine
const variable = comptime(() => counter); // tsc: no, error: while compiling: counter is a variable of the running program
const divided = comptime(() => sum / (sum - 42)); // tsc: no, error: while compiling: division by zero
const failed = comptime(() => {
  const r = fails();
  return isErr(r) ? u32(r.code) : r;
});
const asserted = comptime(() => { // tsc: no, error: while compiling: an assertion does not hold: too small
  assert(sum > 50, "too small");
  return sum;
});
const itself: u32 = itself2 + 1; // error: itself2 is declared further down
const itself2: u32 = 4;

function recursion(n: u32): u32 {
  return recursion(n + 1);
}

export function inside(n: u32): u32 {
  const mask = comptime(() => {
    let m: u32 = 0;
    for (const x of table) m |= x;
    return m;
  });
  const bad = comptime(() => n + 1); // tsc: no, error: what is evaluated while compiling cannot use variables
  return n & mask;
}
