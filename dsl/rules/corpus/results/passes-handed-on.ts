function mayFail(x: u64): Res<u64> {
  if (x > 5) return err(Errno.EINVAL);
  return x;
}
export function main(): Res<u64> {
  const n = orReturn(mayFail(1));
  return mayFail(n);
}
