// Names: a module's own come first; types of the language cannot be taken.
class Ptr { // tsc: no, error: Ptr is a type of the language
  a: u8;
}
type u32 = u8; // tsc: no, error: u32 is a type of the language
let n: u8 = 0;

function hex(x: u8): u8 {
  return x + 1;
}

function defer(x: u8): u8 {
  return x;
}

export function own(print: u8): void {
  n = hex(print) + defer(1);
  const text = n;
  n = text + own2(text);
  {
    const n: u16 = 5;
    const m: u8 = n; // error: u8 expected, this is u16
  }
}

function own2(panic: u8): u8 {
  return panic;
}
