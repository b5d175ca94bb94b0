function mayFail(x: u64): Res<u64> {
  if (x > 5) return err(Errno.EINVAL);
  return x;
}
export function main(flag: boolean): void {
  const r = flag ? mayFail(1) : mayFail(2);
  //    ^ rule: r may be an error and nobody looks
}
