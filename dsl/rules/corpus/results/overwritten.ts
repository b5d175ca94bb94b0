function mayFail(x: u64): Res<u64> {
  if (x > 5) return err(Errno.EINVAL);
  return x;
}
export function main(): Res<u64> {
  let r = mayFail(1);
  r = mayFail(2);
  // <- rule: r from line 6 is overwritten before anybody looked at it
  return r;
}
