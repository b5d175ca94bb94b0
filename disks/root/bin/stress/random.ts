// Random numbers that are the same again for the same seed (Marsaglia, "Xorshift RNGs", 2003).

export class Random {
  private state: u64;

  start(seed: u64): void {
    this.state = seed * 0x9e37_79b9_7f4a_7c15 + 0x1234_5678_9abc_def1;
    if (this.state === 0) this.state = 1;
    for (let n: u32 = 0; n < 8; n++) this.next();
  }

  next(): u64 {
    let x = this.state;
    x ^= x << 13;
    x ^= x >> 7;
    x ^= x << 17;
    this.state = x;
    return x;
  }

  /** 0 to limit - 1. */
  below(limit: u64): u64 {
    return (this.next() >> 16) % limit;
  }
}
