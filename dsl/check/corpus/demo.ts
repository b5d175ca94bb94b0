// unsafe
// A program of ordinary kernel work: an allocator, a ring, a hash map, sorting, text, formatted output.

// ---- a bump allocator with free lists by size
const HEAP = 64 * 1024;
const CLASSES = 8;

class FreeBlock {
  next: Ptr<FreeBlock> | null;
}

class Heap {
  used: usize;
  lists: Arr<Ptr<FreeBlock> | null, typeof CLASSES>;
  storage: Arr<u8, typeof HEAP>;

  private classOf(bytes: usize): u32 {
    let size: usize = 16;
    let index: u32 = 0;
    while (size < bytes) {
      size <<= 1;
      index++;
    }
    return index;
  }

  alloc(bytes: usize): Res<Ptr<u8>> {
    attr(noSleep);
    const index = this.classOf(bytes);
    if (index >= CLASSES) return err(Errno.EINVAL);
    const free = this.lists[index];
    if (free !== null) {
      this.lists[index] = free.next;
      return unsafe.cast<Ptr<u8>>(free);
    }
    const size = usize(16) << index;
    if (this.used + size > this.storage.length) return err(Errno.ENOMEM);
    const at = ref(this.storage[this.used]);
    this.used += size;
    return at;
  }

  release(p: Ptr<u8>, bytes: usize): void {
    const block = unsafe.cast<Ptr<FreeBlock>>(p);
    const index = this.classOf(bytes);
    block.next = this.lists[index];
    this.lists[index] = block;
  }
}

const heap = zeroed<Heap>();

function make<T>(): Res<Ptr<T>> {
  const raw = orReturn(heap.alloc(sizeOf<T>()));
  const all = slice(raw, sizeOf<T>());
  fill(all, 0);
  return unsafe.cast<Ptr<T>>(raw);
}

// ---- a ring of fixed size
class Ring<T, N extends number> {
  private items: Arr<T, N>;
  private head: u32;
  private tail: u32;

  count(): u32 {
    return this.tail - this.head;
  }
  push(item: T): boolean {
    if (usize(this.count()) === this.items.length) return false;
    this.items[this.tail++ & (constant<N>() - 1)] = item;
    return true;
  }
  pop(): Res<T> {
    if (this.count() === 0) return err(Errno.EAGAIN);
    return this.items[this.head++ & (constant<N>() - 1)];
  }
}

const keys = zeroed<Ring<u8, 16>>();

// ---- a hash map with chains
class Entry {
  next: Ptr<Entry> | null;
  hash: u32;
  key: string;
  value: u64;
}

function hashOf(text: string): u32 {
  let h: u32 = 0x811c_9dc5;
  for (const c of text) h = (h ^ u32(c)) * 0x0100_0193;
  return h;
}

class Map_ {
  buckets: Arr<Ptr<Entry> | null, 32>;
  count: usize;

  find(key: string): Ptr<Entry> | null {
    const hash = hashOf(key);
    for (let e = this.buckets[hash & 31]; e !== null; e = e.next) {
      if (e.hash === hash && e.key === key) return e;
    }
    return null;
  }
  set(key: string, value: u64): Res<void> {
    const known = this.find(key);
    if (known !== null) {
      known.value = value;
      return;
    }
    const entry = orReturn(make<Entry>());
    const hash = hashOf(key);
    const bucket = ref(this.buckets[hash & 31]);
    entry.hash = hash;
    entry.key = key;
    entry.value = value;
    entry.next = bucket[0];
    bucket[0] = entry;
    this.count++;
  }
}

const names = zeroed<Map_>();

// ---- sorting
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

// ---- text
function parseNumber(s: string): Res<u64> {
  let value: u64 = 0;
  if (s.length === 0) return err(Errno.EINVAL);
  for (const c of s) {
    if (c < byte("0") || c > byte("9")) return err(Errno.EINVAL);
    value = value * 10 + u64(c - byte("0"));
  }
  return value;
}

function indexOf(s: string, wanted: u8, from: usize = 0): Res<usize> {
  for (let i = from; i < s.length; i++) {
    if (s[i] === wanted) return i;
  }
  return err(Errno.ENOENT);
}

function upper(buffer: Slice<u8>, s: string): string {
  const n = s.length < buffer.length ? s.length : buffer.length;
  for (let i: usize = 0; i < n; i++) {
    const c = s[i];
    buffer[i] = c >= byte("a") && c <= byte("z") ? c - 32 : c;
  }
  return text(buffer.sub(0, n));
}

type Token = NumberToken | WordToken | End;
class NumberToken {
  kind: "number";
  value: u64;
}
class WordToken {
  kind: "word";
  text: string;
}
class End {
  kind: "end";
}

function next(s: string, at: Ptr<usize>): Token {
  while (at[0] < s.length && s[at[0]] === 32) at[0]++;
  if (at[0] === s.length) return { kind: "end" };
  const from = at[0];
  while (at[0] < s.length && s[at[0]] !== 32) at[0]++;
  const word = s.sub(from, at[0]);
  const number = parseNumber(word);
  if (isErr(number)) return { kind: "word", text: word };
  return { kind: "number", value: number };
}

function sum(line: string): u64 {
  let at: usize = 0;
  let total: u64 = 0;
  for (;;) {
    const token = next(line, ref(at));
    switch (token.kind) {
      case "number":
        total += token.value;
        break;
      case "word": {
        const known = names.find(token.text);
        if (known !== null) total += known.value;
        break;
      }
      case "end":
        return total;
    }
  }
}

export function main(): i32 {
  let numbers: Arr<u32, 8> = [5, 3, 9, 1, 7, 2, 8, 6];
  sort(slice(numbers), (a, b) => a < b);
  let seen: u32 = 0;
  sort(slice(numbers), (a, b) => {
    seen++;
    return a > b;
  });
  for (const n of numbers) print`${n} `;
  const stored = names.set("answer", 42);
  if (isErr(stored)) {
    print`no memory: ${stored.code}\n`;
    return 1;
  }
  print`${sum("1 2 answer x")} after ${seen} comparisons\n`;
  let buffer = zeroed<Arr<u8, 32>>();
  const n = format(slice(buffer))`${hex(hashOf("x"))}`;
  print`${text(slice(buffer, n))} ${upper(slice(buffer), "done")}\n`;
  for (const c of "typed") if (!keys.push(c)) break;
  let last: u8 = 0;
  for (;;) {
    const key = keys.pop();
    if (isErr(key)) break;
    last = key;
  }
  return last === byte("d") ? 0 : 1;
}
