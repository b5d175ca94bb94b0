function mayFail(x: u64): Res<u64> {
  if (x > 5) return err(Errno.EINVAL);
  return x;
}
function run(f: () => void): void {
  f();
}
export function main(): u64 {
  let failures: u64 = 0;
  const r = mayFail(7);
  run(() => {
    if (isErr(r)) failures++;
  });
  return failures;
}
