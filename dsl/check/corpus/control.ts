// Control flow: conditions are booleans, results are returned on every path, variables have a value before they are read.
declare let n: u32, flag: boolean;

export function noResult(): u32 { // error: the end can be reached without a result
  n = 1;
}

export function oneSide(): u32 { // error: the end can be reached without a result
  if (flag) return 1;
}

export function bothSides(): u32 {
  if (flag) return 1;
  else return 2;
}

export function endless(): u32 {
  for (;;) {
    if (flag) return n;
  }
}

export function leavesLoop(): u32 { // error: the end can be reached without a result
  while (true) {
    if (flag) break;
  }
}

export function panics(): u32 {
  panic("no");
}

export function neverReturns(): never {
  for (;;) cpu.hlt();
}

export function returnsAfterAll(): never { // error: this function never returns, but its end can be reached
  cpu.hlt();
}

export function wrongResult(): u32 {
  return "x"; // error: u32 expected, this is string
}

export function noResultWanted(): void {
  return 1; // error: this function returns nothing
}

export function conditions(): void {
  if (n) n = 1; // tsc: no, error: a condition is a boolean, this is u32
  while (n !== 0) n--;
  do n++;
  while (n < 10);
  for (let i: u32 = 0, j: u32 = 10; i < j; i++) n += j;
  for (let i = 0; i < 10; i++) n += u32(i);
  outer: for (let i: u8 = 0; i < 3; i++) {
    for (let j: u8 = 0; j < 3; j++) {
      if (j === i) continue outer;
      if (j > i) break outer;
      if (j > 5) break inner; // error: there is no loop inner around this
    }
  }
  break; // error: break outside of a loop
}

export function assignedOnEveryPath(): u32 {
  let x: u32;
  if (flag) x = 1;
  else x = 2;
  return x;
}

export function assignedOnOnePath(): u32 {
  let x: u32;
  if (flag) x = 1;
  return x; // error: x may have no value yet
}

export function assignedInSwitch(): u32 {
  let x: u32;
  switch (n) {
    case 1:
    case 2:
      x = 5;
      break;
    default:
      return 0;
  }
  return x;
}

export function constants(): void {
  const a = 5;
  const b = a * 2;
  let small: u8 = b;
  const typed: u32 = b;
  typed = 6; // error: typed is a const
  a = 6; // error: a is a const
  small = small + b;
  let i = 0;
  i = n; // tsc: no, error: u64 expected, this is u32
  n = u32(i) + typed;
}

export function switches(): void {
  switch (n) {
    case 1: // error: a case must end: there is no falling through
      n = 2;
    case 2:
      n = 3;
      break;
    case 2: // tsc: no, error: the case 2 appears twice
      break;
    case flag: // error: u32 expected, this is boolean
      break;
  }
  switch (flag) { // tsc: no, error: switch is over integers, enums and tags, this is boolean
    case true:
      break;
  }
}

export function unknownNames(): void {
  n = m; // error: there is no m
  nowhere(); // error: there is no nowhere
  n = panics; // error: u32 expected, this is () => u32
  let p: Pointer<u8> | null = null; // error: there is no type Pointer
  p = null;
}

export function parameters(a: u32, b: u32 = 7): u32 {
  a = a + b;
  return a;
}

export function arguments_(): void {
  n = parameters(1);
  n = parameters(1, 2);
  n = parameters(); // error: parameters takes 1 to 2 arguments, not 0
  n = parameters(1, 2, 3); // error: parameters takes 1 to 2 arguments, not 3
  n = parameters(flag); // error: u32 expected, this is boolean
}

export function unreachable(): u32 {
  return 1;
  n = 2;
}
