function mayFail(x: u64): Res<u64> {
  if (x > 5) return err(Errno.EINVAL);
  return x;
}
export function main(): u64 {
  const n: u64 = mayFail(1);
  //             ^ rule, tsc: u64 expected, this is Res<u64>
  return n;
}
