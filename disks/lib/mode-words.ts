// Modes as people give them: 755, or u+x,go-w (POSIX "chmod").

import { isDirectory } from "./modes.ts";
import { isDigit, parseBase } from "./text.ts";

/** A mode changed as `words` say; `mask` holds where nobody is named. EINVAL when they say nothing. */
export function changedMode(words: string, mode: u32, mask: u32): Res<u32> {
  if (words.length > 0 && isDigit(words[0])) {
    const n = orReturn(parseBase(words, 8));
    if (n > 0xfff) return err(Errno.EINVAL);
    return u32(n);
  }
  if (words.length === 0) return err(Errno.EINVAL);
  let result = mode & 0xfff;
  let at: usize = 0;
  while (at < words.length) {
    let who: u32 = 0;
    while (at < words.length && whoBits(words[at]) !== 0) {
      who |= whoBits(words[at]);
      at++;
    }
    let allowed: u32 = 0xfff;
    if (who === 0) {
      who = 0xfff;
      allowed = 0xe00 | (0o777 & ~mask);
    }
    let any = false;
    while (at < words.length && (words[at] === byte("+") || words[at] === byte("-") || words[at] === byte("="))) {
      const operator = words[at];
      any = true;
      at++;
      let bits: u32 = 0;
      while (at < words.length && words[at] !== byte(",") && words[at] !== byte("+") && words[at] !== byte("-") && words[at] !== byte("=")) {
        switch (words[at]) {
          case byte("r"): bits |= 0o444; break;
          case byte("w"): bits |= 0o222; break;
          case byte("x"): bits |= 0o111; break;
          case byte("X"): if (isDirectory(mode) || (mode & 0o111) !== 0) bits |= 0o111; break;
          case byte("s"): bits |= 0xc00; break;
          case byte("t"): bits |= 0x200; break;
          case byte("u"): bits |= ((result >> 6) & 7) * 0o111; break;
          case byte("g"): bits |= ((result >> 3) & 7) * 0o111; break;
          case byte("o"): bits |= (result & 7) * 0o111; break;
          default: return err(Errno.EINVAL);
        }
        at++;
      }
      const change = bits & who & allowed;
      if (operator === byte("+")) result |= change;
      else if (operator === byte("-")) result &= ~change;
      else result = (result & ~(who & 0o777)) | change;
    }
    if (!any) return err(Errno.EINVAL);
    if (at < words.length) {
      if (words[at] !== byte(",")) return err(Errno.EINVAL);
      at++;
    }
  }
  return result;
}

/** The bits that a letter of u g o a is about, special ones with them. */
function whoBits(c: u8): u32 {
  switch (c) {
    case byte("u"): return 0o700 | 0x800;
    case byte("g"): return 0o070 | 0x400;
    case byte("o"): return 0o007 | 0x200;
    case byte("a"): return 0xfff;
    default: return 0;
  }
}
