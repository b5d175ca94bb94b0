function mayFail(x: u64): Res<u64> {
  if (x > 5) return err(Errno.EINVAL);
  return x;
}
export function main(): u64 {
  let r = mayFail(0);
  for (let i: u64 = 0; i < 3; i++) {
    if (!isErr(r)) return r;
    r = mayFail(i);
  }
  return isErr(r) ? 0 : r;
}
