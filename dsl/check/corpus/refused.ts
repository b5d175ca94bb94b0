// TypeScript that is not part of the kernel language.
class Base {
  a: u8;
}
class Derived extends Base {} // tsc: no, error: inheritance (extends) is not part of the kernel language
abstract class Abstract {} // tsc: no, error: an abstract class is not
class Members {
  static count: u32; // tsc: no, error: a static field
  value: u32 = 5; // tsc: no, error: a field's initial value
  maybe?: u32; // tsc: no, error: an optional field
  #secret: u32; // tsc: no, error: a # name
  get size(): u32 { // tsc: no, error: a getter or setter
    return 1;
  }
  static make(): u32 { // tsc: no, error: a static method
    return 1;
  }
}
class Decorated {
  @packed run(): void {} // error: a decorator of a method is not part
}
interface Shape {
  area(): u32;
}
namespace Old {} // tsc: no, error: a namespace
var global: u32 = 1; // tsc: no, error: var is not part of the kernel language
let n: u32 = 0;
type Keys = keyof Base; // tsc: no, error: keyof, unique and readonly types
type Mapped = { [K in "a"]: u8 }; // tsc: no, error: a mapped type
type Both = Base & Members; // tsc: no, error: an intersection type
type Shaped = { a: u8 }; // tsc: no, error: an object type
type Pair = [u8, u8]; // tsc: no, error: a tuple type
async function later(): Promise<void> {} // error: async is not part of the kernel language
function* many() {} // tsc: no, error: a generator is not part
function rest(...all: u32[]): void {} // tsc: no, error: a rest parameter
function optional(a?: u32): void {} // tsc: no, error: an optional parameter
function unknown_(a: unknown): void {} // tsc: no, error: the type unknown

export function statements(p: Ptr<Base> | null): void {
  try { // tsc: no, error: try is not part of the kernel language
    n = 1;
  } catch {}
  throw n; // tsc: no, error: throw is not part
  for (const k in p) n = 1; // tsc: no, error: for … in
  debugger; // tsc: no, error: debugger
  function inner(): void {} // tsc: no, error: a function inside a function
  class Inner {} // tsc: no, error: a class inside a function
  const [a, b] = [n, n]; // tsc: no, error: destructuring
  const f = function () {}; // tsc: no, error: a function expression
}

export function expressions(p: Ptr<Base> | null, q: Ptr<Base>): void {
  n = n as u32; // tsc: no, error: as is not part of the kernel language
  n = <u32>n; // tsc: no, error: a type assertion
  n = n!; // tsc: no, error: the postfix !
  n = n satisfies u32; // tsc: no, error: satisfies
  n = n >>> 1; // tsc: no, error: >>> is not part
  n = n ** 2; // tsc: no, error: ** is not part
  n = +n; // tsc: no, error: unary + is not part
  n = (n, n); // error: the comma operator
  n = typeof n === "number" ? 1 : 2; // tsc: no, error: typeof of a value
  if (q instanceof Base) n = 1; // tsc: no, error: instanceof
  const o = p ?? q; // tsc: no, error: ?? is not part
  const a = p?.a; // tsc: no, error: optional chaining
  const r = /x/; // tsc: no, error: a regular expression
  const big = 5n; // tsc: no, error: a bigint literal
  const s = `${n}`; // tsc: no, error: a template string with values in it
  const m = [...[n]]; // tsc: no, error: spread
  const g = () => this; // error: this has a meaning in methods only
  void n; // tsc: no, error: void is not part
  const c = class {}; // tsc: no, error: a class expression
  const d = undefined; // tsc: no, error: undefined is not part
}
