// Where fields lie: C's rules, and the ways to say otherwise.
class Natural {
  a: u8;
  b: u32;
  c: u16;
  d: Ptr<u8> | null;
  e: boolean;
}

@packed
class Packed {
  a: u8;
  b: u32;
  c: u16;
}

@size(64)
@align(32)
class Sized {
  @at(0) id: Vol<u32>;
  @at(0x10) readonly status: Vol<u32>;
  @align(8) tail: u8;
}

class Bits {
  @bits(1) present: boolean;
  @bits(1) writable: boolean;
  @bits(10) flags: u64;
  @bits(40) frame: u64;
  @bits(12) rest: u64;
  @bits(3) low: u8;
  @bits(6) high: u8;
  plain: u16;
}

class Strings {
  name: string;
  view: Slice<u32>;
  call: (x: u32) => void;
  table: Arr<Natural, 3>;
  cell: Atomic<u16>;
  port: be16;
}

const naturalSize: u64 = sizeOf<Natural>();
const packedAt: u64 = offsetOf<Packed>("b");
const sizedSize: u64 = sizeOf<Sized>();
const bitsSize: u64 = sizeOf<Bits>();
const strings: u64 = sizeOf<Strings>();
const tail: u64 = offsetOf<Sized>("tail");

declare let bits_: Ptr<Bits>, sized: Ptr<Sized>, all: Ptr<Strings>;

export function uses(): void {
  bits_.flags = 1023;
  bits_.present = true;
  bits_.low += 1;
  bits_.frame = naturalSize + packedAt + sizedSize + bitsSize + strings + tail;
  sized.id = sized.status;
  all.port.set(all.port.get() + 1);
}
