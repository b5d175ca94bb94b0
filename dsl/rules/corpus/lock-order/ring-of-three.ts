import { Locked } from "../sync.ts";

class A {
  x: u32;
}
class B {
  x: u32;
}
class C {
  x: u32;
}
const a = zeroed<Locked<A>>();
const b = zeroed<Locked<B>>();
const c = zeroed<Locked<C>>();

export function ab(): void {
  using x = a.enter();
  using y = b.enter();
  x.v.x = y.v.x;
}
export function bc(): void {
  using x = b.enter();
  using y = c.enter();
  x.v.x = y.v.x;
}
export function ca(): void {
  using x = c.enter();
  using y = a.enter();
  //        ^ rule: locks are taken in a ring, Locked<A> → Locked<B> → Locked<C> → Locked<A>
  x.v.x = y.v.x;
}
