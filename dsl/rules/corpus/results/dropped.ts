function mayFail(x: u64): Res<u64> {
  if (x > 5) return err(Errno.EINVAL);
  return x;
}
export function main(): void {
  mayFail(1);
  // <- rule: mayFail(1) may be an error and nobody looks
}
