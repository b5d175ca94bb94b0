function done(r: Res<u64>): u64 {
  if (isErr(r)) return u64(r.code);
  return r;
}
function mayFail(x: u64): Res<u64> {
  if (x > 5) return err(Errno.EINVAL);
  return x;
}
export function main(): u64 {
  return done(mayFail(6));
}
