// Memory of programs, touched by the kernel. An address from a program may be anything: nothing, the kernel's own, or gone
// the moment after somebody looked. So there is no looking: the range has to lie in the program's half, and then it is
// copied, by instructions that may fault (dsl/x64/support.ts). A page that is only not there yet is brought as for the
// program itself; where there is no page the copy stops, and the call fails with EFAULT.
import { PAGE_MASK, PAGE_SIZE, USER_END } from "../layout.ts";

function isUser(at: u64, bytes: usize): boolean {
  return at < USER_END && bytes <= USER_END - at;
}

/** What copyIn of the language calls. */
function copyFromUser(to: u64, from: u64, bytes: usize): Res<usize> {
  attr(symbol("copyIn"), maySleep, mayAlloc);
  if (!isUser(from, bytes) || unsafe.copyFaulting(to, from, bytes) !== 0) return err(Errno.EFAULT);
  return bytes;
}

/** What copyOut of the language calls. */
function copyToUser(to: u64, from: u64, bytes: usize): Res<usize> {
  attr(symbol("copyOut"), maySleep, mayAlloc);
  if (!isUser(to, bytes) || unsafe.copyFaulting(to, from, bytes) !== 0) return err(Errno.EFAULT);
  return bytes;
}

/**
 * A text that ends with zero, without the zero: how many bytes. EFAULT; ENAMETOOLONG when the zero does not come before `to` is
 * full. Copied page by page: what lies behind the zero is not ours to touch, and may not be there.
 */
export function copyInText(to: Slice<u8>, from: User<u8>): Res<usize> {
  attr(maySleep, mayAlloc);
  let done: usize = 0;
  while (done < to.length) {
    const at = userAt(from, done);
    const inPage = PAGE_SIZE - usize(userAddress(at) & PAGE_MASK);
    const part = to.length - done < inPage ? to.length - done : inPage;
    orReturn(copyIn(to.sub(done, done + part), at));
    for (let i: usize = 0; i < part; i++) if (to[done + i] === 0) return done + i;
    done += part;
  }
  return err(Errno.ENAMETOOLONG);
}

/** The number that an address of a program is: to be compared, never followed. */
export function userAddress<T>(at: User<T>): u64 {
  const place: Ptr<User<T>> = ref(at);
  return unsafe.cast<Ptr<u64>>(place)[0];
}
