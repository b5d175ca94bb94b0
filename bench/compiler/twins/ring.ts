/** A ring buffer between a writer and a reader that take turns. */
class Ring {
  head: u32;
  tail: u32;
  items: Arr<u32, 256>;

  put(item: u32): boolean {
    if (this.head - this.tail === u32(this.items.length)) return false;
    this.items[this.head % u32(this.items.length)] = item;
    this.head++;
    return true;
  }
  get(): Res<u32> {
    if (this.head === this.tail) return err(Errno.EAGAIN);
    const item = this.items[this.tail % u32(this.items.length)];
    this.tail++;
    return item;
  }
}

export function ring(r: Ptr<Ring>, rounds: u32): u64 {
  attr(symbol("ring"));
  let sum: u64 = 0;
  for (let i: u32 = 0; i < rounds; i++) {
    for (let k = i & 15; k > 0; k--) if (!r.put(i * k)) sum++;
    for (let k = i & 12; k > 0; k--) {
      const item = r.get();
      if (isErr(item)) break;
      sum += u64(item);
    }
  }
  return sum;
}
