/** disks/lib/door.ts for programs that run on the host's Linux in tests: Cor's system calls by Linux's numbers. */
export const linuxDoor = String.raw`
declare function systemCall(number: u64, a: u64, b: u64, c: u64, d: u64, e: u64, f: u64): i64;

class Break {
  end: u64;
}
const heapEnd = zeroed<Break>();

function moreMemory(delta: u64): i64 {
  if (heapEnd.end === 0) heapEnd.end = u64(systemCall(12, 0, 0, 0, 0, 0, 0));
  const old = heapEnd.end;
  if (u64(systemCall(12, old + delta, 0, 0, 0, 0, 0)) !== old + delta) return -12;
  heapEnd.end = old + delta;
  return i64(old);
}

export function call(number: u64, a: u64, b: u64, c: u64, d: u64, e: u64, f: u64): i64 {
  switch (number) {
    case 1: return systemCall(231, a, 0, 0, 0, 0, 0);
    case 2: return systemCall(1, a, b, c, 0, 0, 0);
    case 3: return systemCall(0, a, b, c, 0, 0, 0);
    case 4: return systemCall(2, a, b, c, 0, 0, 0);
    case 5: return moreMemory(a);
    case 6: return systemCall(3, a, 0, 0, 0, 0, 0);
    case 7: return systemCall(57, 0, 0, 0, 0, 0, 0);
    case 8: return systemCall(59, a, b, c, 0, 0, 0);
    case 9: return systemCall(61, a, b, c, 0, 0, 0);
    case 10: return systemCall(39, 0, 0, 0, 0, 0, 0);
    case 11: return systemCall(110, 0, 0, 0, 0, 0, 0);
    case 12: return systemCall(62, a, b, 0, 0, 0, 0);
    case 13: return sigaction(a, b, c);
    case 15: return systemCall(14, a, b, c, 8, 0, 0);
    case 16: return systemCall(127, a, 8, 0, 0, 0, 0);
    case 17: return systemCall(130, a, 8, 0, 0, 0, 0);
    case 18: return systemCall(37, a, 0, 0, 0, 0, 0);
    case 19: return systemCall(293, a, b, 0, 0, 0, 0);
    case 20: return systemCall(32, a, 0, 0, 0, 0, 0);
    case 21: return systemCall(33, a, b, 0, 0, 0, 0);
    case 22: return systemCall(72, a, b, c, 0, 0, 0);
    case 23: return systemCall(16, a, b, c, 0, 0, 0);
    case 24: return systemCall(7, a, b, c, 0, 0, 0);
    case 25: return systemCall(8, a, b, c, 0, 0, 0);
    case 26: return systemCall(17, a, b, c, d, 0, 0);
    case 27: return systemCall(18, a, b, c, d, 0, 0);
    case 28: return systemCall(4, a, b, 0, 0, 0, 0);
    case 29: return systemCall(6, a, b, 0, 0, 0, 0);
    case 30: return systemCall(5, a, b, 0, 0, 0, 0);
    case 31: return systemCall(21, a, b, 0, 0, 0, 0);
    case 32: return systemCall(217, a, b, c, 0, 0, 0);
    case 33: return systemCall(83, a, b, 0, 0, 0, 0);
    case 34: return systemCall(84, a, 0, 0, 0, 0, 0);
    case 35: return systemCall(87, a, 0, 0, 0, 0, 0);
    case 36: return systemCall(86, a, b, 0, 0, 0, 0);
    case 37: return systemCall(88, a, b, 0, 0, 0, 0);
    case 38: return systemCall(89, a, b, c, 0, 0, 0);
    case 39: return systemCall(82, a, b, 0, 0, 0, 0);
    case 40: return systemCall(133, a, b, c, 0, 0, 0);
    case 41: return systemCall(80, a, 0, 0, 0, 0, 0);
    case 42: return systemCall(79, a, b, 0, 0, 0, 0);
    case 43: return systemCall(90, a, b, 0, 0, 0, 0);
    case 44: return systemCall(92, a, b, c, 0, 0, 0);
    case 45: return systemCall(95, a, 0, 0, 0, 0, 0);
    case 46: return systemCall(76, a, b, 0, 0, 0, 0);
    case 47: return systemCall(77, a, b, 0, 0, 0, 0);
    // utimensat, from the working directory
    case 48: return systemCall(280, 0xffff_ffff_ffff_ff9c, a, b, 0, 0, 0);
    case 49: return systemCall(162, 0, 0, 0, 0, 0, 0);
    case 50: return systemCall(74, a, 0, 0, 0, 0, 0);
    case 51: return systemCall(137, a, b, 0, 0, 0, 0);
    case 54: return systemCall(9, a, b, c, d, e, f);
    case 55: return systemCall(11, a, b, 0, 0, 0, 0);
    case 56: return systemCall(10, a, b, c, 0, 0, 0);
    case 58: return systemCall(24, 0, 0, 0, 0, 0, 0);
    case 59: return sleep(a);
    case 60: return systemCall(228, a, b, 0, 0, 0, 0);
    case 62: return times(a);
    case 64: return systemCall(109, a, b, 0, 0, 0, 0);
    case 65: return systemCall(121, a, 0, 0, 0, 0, 0);
    case 66: return systemCall(112, 0, 0, 0, 0, 0, 0);
    case 69: return systemCall(186, 0, 0, 0, 0, 0, 0);
    // arch_prctl(ARCH_SET_FS)
    case 71: return systemCall(158, 0x1002, a, 0, 0, 0, 0);
    case 72: return systemCall(63, a, 0, 0, 0, 0, 0);
    case 74: return systemCall(318, a, b, c, 0, 0, 0);
    // What the host must not be asked in a test: mounting, setting its clock, turning it off.
    default: return -38;
  }
}

class Time {
  seconds: i64;
  nanoseconds: i64;
}

function sleep(nanoseconds: u64): i64 {
  const time: Time = { seconds: i64(nanoseconds / 1_000_000_000), nanoseconds: i64(nanoseconds % 1_000_000_000) };
  return systemCall(35, addr(ref(time)), 0, 0, 0, 0, 0);
}

/** times counts in ticks of 10 ms. */
function times(into: u64): i64 {
  const ticks = zeroed<Arr<u64, 4>>();
  const result = systemCall(100, addr(ref(ticks[0])), 0, 0, 0, 0, 0);
  const to = unsafe.ptr<u64>(into);
  for (let i: usize = 0; i < 4; i++) to[i] = ticks[i] * 10_000_000;
  return result < 0 ? result : 0;
}

class Action {
  handler: u64;
  flags: u64;
  restorer: u64;
  mask: u64;
}

/**
 * Where handlers return to. Linux finds what it saved right where the stack pointer is, so this must not come through the
 * switch above, which is a call.
 */
function back(): never {
  for (;;) systemCall(15, 0, 0, 0, 0, 0, 0);
}
class Code {
  back: Fn<() => never>;
}

/** Linux wants to be told that there is a restorer (SA_RESTORER). */
function sigaction(signal: u64, action: u64, old: u64): i64 {
  const given = zeroed<Action>();
  if (action !== 0) {
    copy(ref(given), unsafe.ptr<Action>(action));
    given.flags |= 0x0400_0000;
    const code = zeroed<Code>();
    code.back = back;
    given.restorer = unsafe.cast<Ptr<u64>>(ref(code.back))[0];
  }
  const result = systemCall(13, signal, action === 0 ? 0 : addr(ref(given)), old, 8, 0, 0);
  if (result === 0 && old !== 0) unsafe.ptr<Action>(old).flags &= ~0x0400_0000;
  return result;
}
`;
