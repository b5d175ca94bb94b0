// The arguments behind "..." (System V ABI, "The va_list Type"): where those that came in registers were saved, and where
// the others lie on the stack.

/** C's va_list, which a function gets by address. */
@size(24)
export class VaList {
  /** Offsets in `saved` of the next general and the next vector register. */
  general: u32;
  floating: u32;
  overflow: u64;
  saved: u64;

  word(): u64 {
    let at = this.overflow;
    if (this.general < 48) {
      at = this.saved + u64(this.general);
      this.general += 8;
    } else this.overflow += 8;
    return unsafe.ptr<u64>(at)[0];
  }

  double(): f64 {
    let at = this.overflow;
    if (this.floating < 176) {
      at = this.saved + u64(this.floating);
      this.floating += 16;
    } else this.overflow += 8;
    return unsafe.ptr<f64>(at)[0];
  }

  /** A long double, rounded to a double: 64 bits of mantissa, then sign and exponent. */
  longDouble(): f64 {
    const at = (this.overflow + 15) & ~15;
    this.overflow = at + 16;
    const mantissa = unsafe.ptr<u64>(at)[0];
    const top = unsafe.ptr<u16>(at + 8)[0];
    let bits = u64(top >> 15) << 63;
    const exponent = i64(top & 0x7fff) - 16383 + 1023;
    if ((top & 0x7fff) === 0x7fff) bits |= (mantissa << 1) === 0 ? 0x7ff0_0000_0000_0000 : 0x7ff8_0000_0000_0000;
    else if (exponent >= 2047) bits |= 0x7ff0_0000_0000_0000;
    else if (exponent > 0) {
      const rest = mantissa & 0x7ff;
      let kept = (u64(exponent) << 52) + ((mantissa >> 11) & 0xf_ffff_ffff_ffff);
      if (rest > 0x400 || (rest === 0x400 && (kept & 1) === 1)) kept++;
      bits |= kept;
    }
    return unsafe.cast<Ptr<f64>>(ref(bits))[0];
  }
}
