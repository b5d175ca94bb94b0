// Pointers and storage: Ptr<T> is an address, a class is storage in place, null is looked at before use.
class Node {
  next: Ptr<Node> | null;
  value: u32;
  private secret: u32;
  readonly fixed: u32;
  inner: Inner;

  reveal(): u32 {
    return this.secret;
  }
  add(n: u32): void {
    this.value += n;
  }
  self(): Ptr<Node> {
    return ref<Node>(this);
  }
}

class Inner {
  a: u16;
  b: u16;
}

class Pair {
  constructor(readonly first: u32, public second: u32) {}
}

class Counter {
  count: u32;
  readonly start: u32;
  constructor(from: u32) {
    this.count = from;
    this.start = from;
  }
}

declare let node: Ptr<Node>, maybe: Ptr<Node> | null, n: u32, n16: u16;
declare function other(): void;
const zone = zeroed<Node>();

export function reach(): void {
  node.value = 5;
  node.inner.a = n16;
  node.secret = 1; // error: secret is private to Node
  node.fixed = 1; // error: fixed is readonly
  n = node.valeu; // error: Node has no field valeu
  n = node.reveal();
  node.add(1);
  node.sub(1); // error: Node has no method sub
  node[1].value = 2;
  node = ref(node[1]);
  node++; // error: ++ works on integers, this is Ptr<Node>
  zone.value = 1;
  node = ref(zone);
  node = zone; // error: Ptr<Node> expected, this is Node
  node = node.self();
  node.value = node.add; // error: add is a method: it is called, not handed around
}

export function nulls(): void {
  maybe.value = 1; // error: maybe may be null
  if (maybe !== null) maybe.value = 1;
  if (maybe) maybe.value = 2; // tsc: no, error: a condition is a boolean, this is Ptr<Node> | null
  if (maybe === null) return;
  maybe.value = 3;
  other();
  maybe.value = 4; // tsc: no, error: maybe may be null
  const kept = maybe;
  maybe = node;
  maybe.value = 5;
  node = maybe;
  maybe = null;
  node = null; // error: Ptr<Node> expected, this is null
  if (node === null) other(); // tsc: no, error: Ptr<Node> is never null
}

export function paths(list: Ptr<Node>): void {
  if (list.next !== null) {
    list.next.value = 1;
    list.next = list.next.next;
    list.next.value = 2; // error: list.next may be null
  }
  if (list.next !== null && list.next.next !== null) list.next.next.value = 3;
  let p: Ptr<Node> | null = list;
  while (p !== null) {
    p.value++;
    p = p.next;
  }
  for (let q: Ptr<Node> | null = list; q !== null; q = q.next) q.value = 0;
  const first = list.next;
  if (first === null) return;
  other();
  first.value = 4;
  const either = list.next !== null ? list.next : list;
  either.value = 1;
  assert(list.next !== null);
  list.next.value = 5;
}

export function loops(list: Ptr<Node>): void {
  let p: Ptr<Node> | null = list;
  if (p === null) return;
  for (let i: u32 = 0; i < 10; i++) {
    p.value = i; // error: p may be null
    p = p.next; // error: p may be null
  }
}

export function storage(): void {
  const pair = new Pair(1, 2);
  n = pair.first;
  pair.second = 3;
  pair.first = 3; // error: first is readonly
  const copied = pair; // tsc: no, error: pair is storage (Pair): it is not copied by naming it
  const counter = new Counter(7);
  counter.count++;
  let inner: Inner = { a: 1, b: 2 };
  inner = { a: 3, b: n16 };
  inner = { a: 1 }; // error: the field b of Inner is missing
  inner = { a: 1, b: 2, c: 3 }; // error: Inner has no field c
  inner = { a: 70000, b: 2 }; // tsc: no, error: 0x11170 does not fit into u16
  node.inner = { a: 1, b: 2 };
  node.inner = inner; // tsc: no, error: inner is storage (Inner)
  copy(ref(node.inner), ref(inner));
  copy(ref(node.inner), ref(n)); // error: Ptr<Inner> expected, this is Ptr<u32>
  const p = ref(n);
  p[0] = 5;
  const q = ref(5); // tsc: no, error: 5 has no address
  let local: Node = node; // tsc: no, error: Node expected, this is Ptr<Node>
  new Pair(1); // error: Pair takes 2 arguments, not 1
  const bad = Pair(1, 2); // error: Pair is a class
}

export function dangling(): Ptr<u32> {
  let x: u32 = 1;
  return ref(x); // tsc: no, error: ref(x) dies with the function
}

export function movedOut(): Pair {
  const pair = new Pair(1, 2);
  pair.second = 5;
  return pair;
}

export function numbers(): void {
  const a: u64 = addr(node);
  n = node; // error: u32 expected, this is Ptr<Node>
  node = unsafe.ptr<Node>(a); // tsc: no, error: unsafe.ptr in a module that may not be unsafe
  n = u32(sizeOf<Node>()) + u32(alignOf<Inner>()) + u32(offsetOf<Node>("inner"));
  const inner = ref(node.inner);
  node = containerOf<Node>(inner, "inner");
  node = containerOf<Node>(inner, "value"); // tsc: no, error: a pointer to the field value (u32) is expected
}

class Counted {
  n: u32;
  next(): u32 {
    return this.n++;
  }
}

export function literalWithMethods(): u32 {
  const made: Counted = { n: 5 }; // error: Counted has methods, which a literal has not
  const counted = zeroed<Counted>();
  return counted.next();
}
