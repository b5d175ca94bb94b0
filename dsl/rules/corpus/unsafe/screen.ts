/** What the text screen offers to modules that may not be unsafe. */
export function put(at: u64, c: u8): void {
  assert(at < 80 * 25);
  unsafe.ptr<u16>(0xb8000)[at] = 0x0700 | u16(c);
}
