function mayFail(x: u64): Res<u64> {
  if (x > 5) return err(Errno.EINVAL);
  return x;
}
export function main(): u64 {
  let r = mayFail(1);
  if (isErr(r)) r = mayFail(2);
  if (isErr(r)) return 0;
  return r;
}
