// Layouts that cannot be.
@size(4) // tsc: no, error: the fields of TooSmall take 8 bytes, more than 4
class TooSmall {
  a: u64;
}

class Itself {
  a: u8;
  self: Itself; // tsc: no, error: Itself contains itself
}

class Ping {
  pong: Pong;
}

class Pong {
  ping: Ping; // tsc: no, error: Ping contains itself
}

class Misaligned {
  @at(2) a: u32; // tsc: no, error: offset 2 is not aligned to 4, as u32 is
  @at(0) b: u32;
  @at(2) c: u16; // tsc: no, error: this field overlaps b, at 0 to 3
}

class BadBits {
  @bits(9) a: u8; // tsc: no, error: u8 has no 9 bits
  @bits(2) b: boolean; // tsc: no, error: a boolean has one bit
  @bits(2) c: Ptr<u8>; // tsc: no, error: a bit field is an integer or a boolean, not Ptr<u8>
}

@align(3) // tsc: no, error: an alignment is a power of two, not 3
class BadAlign {
  a: u8;
}

class Fields {
  a: void; // tsc: no, error: nothing can be held in void
  b: number; // tsc: no, error: number has no width
  c; // error: the field c has no type
  d: u8[]; // tsc: no, error: T[] is not part of the kernel language
  e: Vol<Ptr<u8>>; // tsc: no, error: only integers and booleans can be volatile
  f: Atomic<Packed>; // tsc: no, error: only values of at most 64 bits can be atomic
  g: u8 | u16; // tsc: no, error: a union is of classes
  h: u8 | null; // tsc: no, error: only a pointer or a function can be null
  i: Arr<u8, -1>; // tsc: no, error: -1 is no possible length of an array
  j: Ptr<u8, u8>; // error: Ptr takes 1 type argument
  k: Shape; // tsc: no, error: Shape is an interface
  @packed l: u8; // error: @packed does not apply to a field
}

class Packed {
  a: u8;
}

interface Shape {
  area(): u32;
}

class Bits {
  @bits(2) two: u8;
  @bits(6) six: u8;
}

declare let b: Ptr<Bits>;
export function uses(): void {
  b.two = 4; // tsc: no, error: 4 does not fit into the 2 bits of two
  const p = ref(b.two); // tsc: no, error: two is a bit field: it has no address
}
