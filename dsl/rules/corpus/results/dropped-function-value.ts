function mayFail(x: u64): Res<u64> {
  if (x > 5) return err(Errno.EINVAL);
  return x;
}
export function each(f: (x: u64) => Res<u64>): void {
  for (let i: u64 = 0; i < 3; i++) f(i);
  //                               ^ rule: f(i) may be an error and nobody looks
}
export function main(): void {
  each(mayFail);
}
