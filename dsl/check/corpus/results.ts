// Results must be looked at; guards and deferred work run on every way out.
class Guard implements Disposable {
  constructor(private flags: u64) {}
  [Symbol.dispose](): void {
    cpu.restoreFlags(this.flags);
  }
}

declare let n: u64, flag: boolean;

function mayFail(x: u64): Res<u64> {
  if (x > 5) return err(Errno.EINVAL);
  return x;
}

function onlyErrors(): Res<void> {
  if (flag) return err(Errno.EIO);
}

function lock(): Guard {
  return new Guard(cpu.saveFlagsCli());
}

function tryLock(): Res<Guard> {
  if (flag) return err(Errno.EBUSY);
  return new Guard(cpu.saveFlagsCli());
}

export function looked(): Res<u64> {
  const a = orReturn(mayFail(1));
  const b = mayFail(a);
  if (isErr(b)) return b;
  n = b + 1;
  const c = mayFail(b);
  if (isErr(c)) {
    if (c.code === Errno.EINVAL) n = 2;
    return err(c.code);
  }
  orReturn(onlyErrors());
  ignore(onlyErrors(), "nothing depends on it");
  const d = mayFail(1);
  if (!isErr(d) && d > 3) n = d;
  return mayFail(c);
}

export function unlooked(): void {
  mayFail(1); // tsc: no, error: mayFail(1) may be an error and nobody looks

  n = mayFail(3); // error: u64 expected, this is Res<u64>
  n = mayFail(3) + 1; // error: + works on integers, this is Res<u64>
  n = orReturn(mayFail(4)); // tsc: no, error: orReturn hands an error on
  const b = mayFail(5);
  n = b; // error: u64 expected, this is Res<u64>
  if (isErr(b)) n = b; // error: u64 expected, this is Err
  if (isErr(n)) n = 1; // tsc: no, error: n is u64, not a result
}

export function forgotten(): void {
  const a = mayFail(2); // tsc: no, error: a may be an error and nobody looks
}

export function plain(): u64 {
  return err(Errno.EIO); // error: u64 expected, this is Err
}

export function wrongCode(): Res<u64> {
  return err(5); // tsc: no, error: an integer is not a Errno
}

export function guards(): Res<u64> {
  using g = lock();
  using h = orReturn(tryLock());
  using _ = defer(() => cpu.sti());
  using k = tryLock(); // error: tryLock() may be an error
  using m = n; // error: u64 is not disposed of
  if (flag) return err(Errno.EIO);
  for (let i: u64 = 0; i < 3; i++) {
    using inner = lock();
    if (i === 2) break;
  }
  return n;
}

export function deferring(): Res<u64> {
  using _ = defer(() => {
    n = 5;
    return; // tsc: no, error: return inside defer
  });
  using a = defer(() => {
    orReturn(onlyErrors()); // tsc: no, error: orReturn inside defer
  });
  defer(() => cpu.sti()); // tsc: no, error: defer stands in using
  return 1;
}

export function chosen(x: u64): Res<u64> {
  return x === 0 ? 0 : x > 5 ? err(Errno.ELOOP) : x * 2;
}

export function chosenNothing(): Res<void> {
  return flag ? undefined : err(Errno.EIO);
}

export function chosenWrong(x: u32): Res<u64> {
  return flag ? x : err(Errno.EIO); // error: u64 expected, this is u32
}

export function nothing(): void {
  const none = undefined; // tsc: no, error: undefined is not part of the kernel language
}
