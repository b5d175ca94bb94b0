let n: u32 = 0;

function kalloc(): u32 {
  attr(mayAlloc);
  return n;
}
class Made {
  x: u32;
  constructor() {
    this.x = kalloc();
  }
}
export function construction(): u32 {
  attr(noAlloc);
  const made = new Made();
  //           ^ rule: effects/construction.construction (noAlloc) may not allocate, but calls effects/construction.Made.constructor
  return made.x;
}
