// A name that looks like it.
class Thing {
  unsafe: u32;
}
export function main(): u32 {
  const thing = zeroed<Thing>();
  thing.unsafe = 5;
  return thing.unsafe;
}
