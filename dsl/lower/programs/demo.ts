// What the language can do, in functions that lower.test.ts runs and compares with what JavaScript computes.

class Block {
  next: Ptr<Block> | null;
  bytes: usize;
  free: boolean;
}

/** A first-fit allocator over a fixed arena. */
class Arena {
  memory: Arr<u8, 1024>;
  first: Ptr<Block> | null;
  calls: u32;

  start(): void {
    const page = unsafe.cast<Ptr<Block>>(ref(this.memory[0]));
    page.next = null;
    page.bytes = usize(this.memory.length) - sizeOf<Block>();
    page.free = true;
    this.first = page;
  }

  take(wanted: usize): Res<Ptr<u8>> {
    this.calls++;
    const bytes = (wanted + 7) & ~7;
    for (let b = this.first; b !== null; b = b.next) {
      if (!b.free || b.bytes < bytes) continue;
      if (b.bytes >= bytes + sizeOf<Block>() + 8) {
        const rest = unsafe.ptr<Block>(addr(b) + sizeOf<Block>() + bytes);
        rest.next = b.next;
        rest.bytes = b.bytes - bytes - sizeOf<Block>();
        rest.free = true;
        b.next = rest;
        b.bytes = bytes;
      }
      b.free = false;
      return unsafe.ptr<u8>(addr(b) + sizeOf<Block>());
    }
    return err(Errno.ENOMEM);
  }

  give(p: Ptr<u8>): void {
    const b = unsafe.ptr<Block>(addr(p) - sizeOf<Block>());
    b.free = true;
    for (let at = this.first; at !== null; at = at.next) {
      while (at.free) {
        const next = at.next;
        if (next === null || !next.free) break;
        at.bytes += next.bytes + sizeOf<Block>();
        at.next = next.next;
      }
    }
  }
}

const arena = zeroed<Arena>();

function two(a: usize, b: usize): Res<usize> {
  const x = orReturn(arena.take(a));
  using _ = defer(() => arena.give(x));
  const y = orReturn(arena.take(b));
  arena.give(y);
  return addr(y) - addr(x);
}

export function allocator(): u64 {
  arena.start();
  const distance = two(10, 20);
  if (isErr(distance)) return 1;
  const failed = two(100, 5000);
  if (!isErr(failed)) return 2;
  const whole = arena.take(1000);
  if (isErr(whole)) return 3;
  return distance * 1000 + u64(failed.code) * 10 + u64(arena.calls);
}

class Ring<T, N extends number> {
  items: Arr<T, N>;
  head: u32;
  tail: u32;

  put(item: T): boolean {
    if (this.head - this.tail === u32(this.items.length)) return false;
    this.items[this.head % u32(this.items.length)] = item;
    this.head++;
    return true;
  }
  get(): Res<T> {
    if (this.head === this.tail) return err(Errno.EAGAIN);
    const item = this.items[this.tail % u32(this.items.length)];
    this.tail++;
    return item;
  }
}

const ring = zeroed<Ring<u16, 8>>();

export function rings(n: u32): u64 {
  let lost: u64 = 0;
  let sum: u64 = 0;
  for (let i: u32 = 0; i < n; i++) {
    if (!ring.put(u16(i * 31))) lost++;
    if (i % 3 === 0) {
      const x = ring.get();
      if (!isErr(x)) sum = sum * 7 + u64(x);
    }
  }
  return (sum << 8) + lost;
}

function sort<T>(items: Slice<T>, less: (a: T, b: T) => boolean): void {
  for (let i: usize = 1; i < items.length; i++) {
    const item = items[i];
    let j = i;
    while (j > 0 && less(item, items[j - 1])) {
      items[j] = items[j - 1];
      j--;
    }
    items[j] = item;
  }
}

const numbers = zeroed<Arr<i32, 40>>();

export function sorting(seed: u32): u64 {
  let state = seed;
  for (let i: usize = 0; i < numbers.length; i++) {
    state = state * 1664525 + 1013904223;
    numbers[i] = i32(state) >> 20;
  }
  let compares: u32 = 0;
  sort(slice(numbers), (a, b) => {
    compares++;
    return a < b;
  });
  let hash: u64 = u64(compares);
  for (const x of numbers) hash = hash * 31 + u64(x);
  return hash;
}

class Entry {
  key: string;
  value: u32;
  used: boolean;
}

class Table {
  entries: Arr<Entry, 16>;

  find(key: string): Ptr<Entry> | null {
    let at = hashOf(key) & 15;
    for (let i = 0; i < 16; i++) {
      const e = ref(this.entries[at]);
      if (!e.used || e.key === key) return e;
      at = (at + 1) & 15;
    }
    return null;
  }
  add(key: string): void {
    const e = this.find(key);
    if (e === null) panic("the table is full");
    if (!e.used) {
      e.used = true;
      e.key = key;
      e.value = 0;
    }
    e.value++;
  }
}

function hashOf(text: string): u64 {
  let h: u64 = 0xcbf29ce484222325;
  for (const c of text) h = (h ^ u64(c)) * 0x100000001b3;
  return h;
}

const table = zeroed<Table>();

/** Counts the words of a text. */
function words(text: string, each: (word: string) => void): u32 {
  let start: usize = 0;
  let count: u32 = 0;
  for (let i: usize = 0; i <= text.length; i++) {
    if (i < text.length && text[i] !== byte(" ")) continue;
    if (i > start) {
      each(text.sub(start, i));
      count++;
    }
    start = i + 1;
  }
  return count;
}

export function counting(): u64 {
  const total = words("the quick fox and the lazy dog and the end", (word) => table.add(word));
  const the = table.find("the");
  const and = table.find("and");
  if (the === null || and === null) return 0;
  return u64(total) * 10000 + u64(the.value) * 100 + u64(and.value);
}

class Circle {
  kind: "circle";
  radius: u32;
}
class Box {
  kind: "box";
  width: u32;
  height: u32;
}
type Shape = Circle | Box;

function area(shape: Ptr<Shape>): u32 {
  switch (shape.kind) {
    case "circle":
      return shape.radius * shape.radius * 3;
    case "box":
      return shape.width * shape.height;
  }
}

export function shapes(n: u32): u32 {
  let shape: Shape = { kind: "circle", radius: n };
  const first = area(ref<Shape>(shape));
  shape = { kind: "box", width: n, height: n + 1 };
  return first * 1000 + area(ref<Shape>(shape));
}

class Flags {
  @bits(1) present: boolean;
  @bits(3) level: u8;
  @bits(12) rest: u16;
  port: be16;
}

export function bitFields(x: u16): u64 {
  const f = zeroed<Flags>();
  f.present = true;
  f.level = 5;
  f.level += 4;
  f.rest = x;
  f.port.set(0x1234);
  const seen = f.present ? 1 : 2;
  return u64(f.level) * 1_000_000 + u64(f.rest) * 100 + u64(seen) + (f.port.get() === 0x1234 ? 10 : 0);
}

let log: u64 = 0;

class Guard implements Disposable {
  constructor(private digit: u64) {
    log = log * 10 + digit;
  }
  [Symbol.dispose](): void {
    log = log * 10 + this.digit;
  }
}

export function guards(n: u32): u64 {
  log = 0;
  outer: for (let i: u32 = 0; i < 4; i++) {
    using a = new Guard(1);
    using _ = defer(() => {
      log = log * 10 + 9;
    });
    for (let j: u32 = 0; j < 3; j++) {
      using b = new Guard(2);
      if (j === n) continue outer;
      if (i === n) break outer;
      log = log * 10 + 3;
      if (log > 1_000_000_000) return log;
    }
  }
  return log;
}

export function arithmetic(x: i32, y: i32, z: u8): u64 {
  let r: u64 = 0;
  if (y !== 0) r = u64(x / y) ^ (u64(x % y) << 8);
  r ^= u64(x << u32(z)) << 16;
  r ^= u64(x >> u32(z));
  r ^= u64(u8(x) + z) << 40;
  r += u64(countOnes(x)) + u64(leadingZeros(z)) + u64(rotateLeft(u16(x), 5)) + u64(swapBytes(u32(y)));
  return r ^ multiplyHigh(u64(x), u64(y));
}

export function divide(x: i64, y: i64): i64 {
  return x / y;
}

export function outside(i: usize): i32 {
  return numbers[i];
}

enum Color {
  Red,
  Green = 5,
}

const line = zeroed<Arr<u8, 64>>();

export function formatting(n: u32): usize {
  const color = n === 0 ? Color.Red : Color.Green;
  const written = format(slice(line))`n=${n} ${hex(n)} ${n > 3} ${color} ${"text"} ${i8(-5)}`;
  print`[${text(slice(line, written))}]`;
  return written;
}

const counter: Atomic<u32> = zeroed<Atomic<u32>>();

export function atomics(): u32 {
  counter.store(5);
  const before = counter.add(3);
  const swapped = counter.cas(8, 20);
  const not = counter.cas(8, 30);
  return before * 1000 + counter.load() * 10 + (swapped ? 2 : 0) + (not ? 1 : 0);
}

class Pair {
  a: u64;
  b: u64;
  c: u64;
}

function makePair(x: u64): Pair {
  return { a: x, b: x * 2, c: x * 3 };
}

function tryPair(x: u64): Res<Pair> {
  if (x > 10) return err(Errno.E2BIG);
  return makePair(x + 1);
}

function sumPair(x: u64): Res<u64> {
  const p = orReturn(tryPair(x));
  return p.a + p.b + p.c;
}

export function pairs(x: u64): u64 {
  const s = sumPair(x);
  if (isErr(s)) return u64(s.code) + 1000;
  const p = makePair(s);
  return p.c;
}

export function floating(x: f64, n: u32): f64 {
  let r = x;
  for (let i: u32 = 0; i < n; i++) r = (r + x / r) / 2;
  return sqrt(r * r) + f64(n);
}

export function search(items: Slice<u32>, wanted: u32): u64 {
  let low: usize = 0;
  let high = items.length;
  while (low < high) {
    const middle = low + ((high - low) >> 1);
    if (items[middle] < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}

export function sumAll(items: Slice<u32>): u64 {
  let sum: u64 = 0;
  for (let i: usize = 0; i < items.length; i++) sum += u64(items[i]);
  for (const x of items) sum ^= u64(x);
  return sum;
}

export function main(): i32 {
  print`allocator ${allocator()}\n`;
  print`rings ${rings(40)}\n`;
  print`sorting ${sorting(77)}\n`;
  print`counting ${counting()}\n`;
  print`shapes ${shapes(9)}, bit fields ${bitFields(0xabc)}, guards ${guards(1)}\n`;
  print`arithmetic ${hex(arithmetic(123456789, -1000, 5))}, pairs ${pairs(4)}\n`;
  print`floating ${floating(2, 10)} ${f64(1) / 3} ${f32(0.1)}\n`;
  const length = formatting(300);
  print` of ${length} bytes, atomics ${atomics()}\n`;
  return 7;
}
