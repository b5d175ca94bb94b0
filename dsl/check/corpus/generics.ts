// Generics: one instance for each set of type arguments, checked with the real types.
class List<T> {
  head: Ptr<Link<T>> | null;
  count: usize;

  push(link: Ptr<Link<T>>): void {
    link.next = this.head;
    this.head = link;
    this.count++;
  }
  each(f: (value: Ptr<T>) => void): void {
    for (let l = this.head; l !== null; l = l.next) f(ref(l.value));
  }
}

class Link<T> {
  next: Ptr<Link<T>> | null;
  value: T;
}

class Ring<T, N extends number> {
  items: Arr<T, N>;
  head: u32;

  put(item: T): void {
    this.items[this.head % u32(this.items.length)] = item;
    this.head++;
  }
  capacity(): usize {
    return constant<N>();
  }
}

class Box<T> {
  constructor(readonly value: T) {}
}

const ring = zeroed<Ring<u16, 8>>();
const list = zeroed<List<u32>>();
declare let link: Ptr<Link<u32>>, other: Ptr<Link<u64>>, n: u32, n16: u16, n64: u64, flag: boolean, bytes_: Slice<u8>;

function max<T extends int>(a: T, b: T): T {
  return a > b ? a : b;
}

function swap<T>(a: Ptr<T>, b: Ptr<T>): void {
  const old = a[0];
  a[0] = b[0];
  b[0] = old;
}

function find<T>(items: Slice<T>, wanted: (item: T) => boolean): Res<usize> {
  for (let i: usize = 0; i < items.length; i++) {
    if (wanted(items[i])) return i;
  }
  return err(Errno.ENOENT);
}

function map<A, B>(x: A, f: (a: A) => B): B {
  return f(x);
}

function first<T, N extends number>(items: Ptr<Ring<T, N>>): T {
  return items.items[0];
}

export function uses(): void {
  list.push(link);
  list.push(other); // error: Ptr<Link<u32>> expected, this is Ptr<Link<u64>>
  list.each((value) => {
    n += value[0];
  });
  ring.put(n16);
  ring.put(n); // error: u16 expected, this is u32
  n64 = ring.capacity();
  n = max(n, 5);
  n = max(5, n); // error: the type of 5 is not known yet
  n64 = max<u64>(1, 2);
  n = max(n, n64); // error: u32 expected, this is u64
  flag = max(flag, flag); // error: max works on integers
  swap(ref(n), ref(n));
  swap(ref(n), ref(n16)); // error: Ptr<u32> expected, this is Ptr<u16>
  n = map(n16, (x) => u32(x) + 1);
  n16 = first(ref(ring));
  const at = find(bytes_, (item) => item === 0);
  if (!isErr(at)) n64 = at;
  const box = new Box(n);
  n = box.value;
  const wide = new Box<u64>(5);
  n64 = wide.value;
  const r: Ring<u16> = zeroed(); // error: the type argument N is missing
  const s: Ring<u16, u8> = zeroed(); // tsc: no, error: N is a number, this is u8
  const t: List<5> = zeroed(); // tsc: no, error: T is a type, this is a number
}

function onlyNumbers<T>(a: T): T {
  return a;
}

export function unused(): void {
  onlyNumbers(5);
  const f = onlyNumbers; // tsc: no, error: onlyNumbers has type parameters
  const nothing = zeroed<T>(); // error: there is no type T
}

function neverUsed<T extends int>(a: T): u32 {
  return nowhere(a); // error: there is no nowhere
}

class NeverUsed<T, N extends number> {
  items: Arr<T, N>;
  get(i: usize): T {
    return this.item[i]; // error: NeverUsed<u64, 64> has no field item
  }
}

// An interface is a bound: what it promises is called directly, there are no tables.
interface Device {
  read(lba: u64): Res<u32>;
}

class Disk implements Device {
  base: u64;
  read(lba: u64): Res<u32> {
    if (lba > 5) return err(Errno.EIO);
    return u32(this.base + lba);
  }
}

const disk = zeroed<Disk>();
declare let device: Ptr<Device>; // tsc: no, error: Device is an interface

function readTwice<D extends Device>(d: Ptr<D>): Res<u32> {
  const a = orReturn(d.read(1));
  return a + orReturn(d.read(2));
}

export function reading(): Res<u32> {
  return orReturn(readTwice(ref(disk)));
}
