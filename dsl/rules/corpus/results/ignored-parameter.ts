function done(what: u32, r: Res<u64>): void {
  //                     ^ rule: r may be an error and nobody looks
  klog`${what} done`;
}
function mayFail(x: u64): Res<u64> {
  if (x > 5) return err(Errno.EINVAL);
  return x;
}
export function main(): void {
  done(1, mayFail(6));
}
