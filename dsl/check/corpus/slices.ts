// Slices, arrays and texts: bounds are checked, texts and views are only read.
class Item {
  id: u32;
}
declare let bytes_: Slice<u8>, view: View<u8>, table: Arr<u32, 4>, items: Slice<Item>, n: u32, size: usize, flag: boolean, b: u8;
const primes: Arr<u32, 4> = [2, 3, 5, 7];
const wrong: Arr<u32, 4> = [2, 3, 5]; // tsc: no, error: Arr<u32, 4> expected, these are 3 elements
let buffer = zeroed<Arr<u8, 512>>();

export function elements(): void {
  n = table[0];
  n = table[4]; // tsc: no, error: Arr<u32, 4> has no element 4
  table[1] = n;
  primes[1] = n; // tsc: no, error: primes is a constant
  n = primes[n & 3];
  bytes_[size] = 1;
  bytes_[n] = 256; // tsc: no, error: 256 does not fit into u8
  bytes_[-1] = 0; // tsc: no, error: -1 does not fit into u64
  view[0] = 1; // error: View<u8> is only read
  bytes_ = view; // error: Slice<u8> expected, this is View<u8>
  view = bytes_;
  bytes_ = slice(buffer);
  bytes_ = slice(buffer, 16);
  bytes_ = buffer; // error: Slice<u8> expected, this is Arr<u8, 512>
  bytes_ = bytes_.sub(1, 5);
  view = view.sub(size, view.length);
  size = bytes_.length + buffer.length;
  bytes_.length = 5; // error: bytes_.length is not a place
  n = items[0].id;
  items[1].id = 5;
  const p = ref(items[2]);
  p.id = 1;
  let item = items[0]; // tsc: no, error: items[0] is storage (Item)
  fill(bytes_, 0);
  copySlice(bytes_, view);
  const local: Arr<u32, 3> = [n, 1, n + 1];
  const inferred = [n, 1];
  n = local[2] + inferred[0];
  const empty = []; // tsc: no, error: an empty array has no type
}

export function loops(): void {
  for (const x of table) n += x;
  for (const x of bytes_) n += x; // tsc: no, error: u32 + u8: both sides must have the same type
  for (const c of "text") b = c;
  for (const item of items) n += item.id; // tsc: no, error: the elements are storage (Item)
  for (const c of n) b = c; // error: u32 has no elements to go through
}

export function texts(name: string): void {
  const greeting = "hällo";
  const lines = `two
lines`;
  size = lines.length;
  b = greeting[0];
  size = name.length;
  flag = name === "init";
  name = name.sub(1, 3);
  view = bytes(name);
  name = text(view);
  name[0] = 5; // error: a text is only read
  name = name + "x"; // tsc: no, error: + works on integers, this is string
  flag = name < "b"; // tsc: no, error: string and string cannot be compared with <
  klog`hello ${name}, ${n} ${hex(n)} ${flag} ${view} ${ref(n)}`;
  klog`bad ${items}`; // error: Slice<Item> has no text
  size = format(bytes_)`${n}!`;
  print`done`;
  const t = `${n}`; // tsc: no, error: a template string with values in it is not part of the kernel language
}

export function constants(): void {
  let numbers: Slice<u32> = slice(table);
  numbers = slice(primes); // tsc: no, error: Slice<u32> expected, this is View<u32>
  const viewed: View<u32> = slice(primes);
  n = numbers[0] + viewed[0];
}
