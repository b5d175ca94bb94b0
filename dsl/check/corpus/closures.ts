// Closures may be called and passed on; what is stored must capture nothing.
type Handler = (x: u32) => void;
class Device {
  handler: Handler;
  maybe: Handler | null;
}
declare let n: u32, device: Ptr<Device>;
let stored: Handler = nothing;
const handlers: Arr<Handler, 2> = [nothing, (x) => nothing(x + 1)];

function nothing(x: u32): void {
  n = x;
}

function each(count: u32, f: Handler): void {
  for (let i: u32 = 0; i < count; i++) f(i);
}

function passOn(f: Handler): void {
  each(3, f);
  each(2, (x) => f(x + 1));
}

function keep(f: Handler): void {
  stored = f; // tsc: no, error: f may be a closure
  device.handler = f; // tsc: no, error: f may be a closure
}

function keepPlain(f: Fn<Handler>): void {
  stored = f;
  device.handler = f;
  device.maybe = f;
}

function giveBack(f: Handler): Handler {
  return f; // tsc: no, error: f may be a closure
}

export function uses(): void {
  let sum: u32 = 0;
  each(10, (x) => {
    sum += x;
  });
  each(10, nothing);
  const add = (x: u32): void => {
    sum += x;
  };
  add(1);
  each(2, add);
  passOn(add);
  keepPlain(nothing);
  keepPlain((x) => nothing(x));
  keepPlain((x) => { // tsc: no, error: (x) => { // tsc: no, error:
    sum += x;
  });
  keepPlain(add); // tsc: no, error: add may be a closure
  let changed = (x: u32): void => { // tsc: no, error: a closure that uses variables around it is kept in a const
    sum = x;
  };
  stored = (x) => nothing(x);
  stored(5);
  device.handler(1);
  device.maybe(1); // error: device.maybe may be null
  if (device.maybe !== null) device.maybe(1);
  handlers[1](2);
  each(1, (x: u64) => nothing(1)); // error: (u32) => void expected
  each(1, (x, y) => nothing(x)); // error: (u32) => void expected, this takes 2 parameters
  each(1, (x) => x + 1); // tsc: no, error: x + 1 has no effect
  each(1, () => nothing(1));
  n(1); // tsc: no, error: n is not a function
}

export function narrowing(list: Ptr<Device> | null): void {
  if (list === null) return;
  each(1, () => {
    list.maybe = null;
  });
  const kept = list;
  each(1, () => {
    kept.maybe = null;
  });
}
