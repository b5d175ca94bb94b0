/** The internet checksum (RFC 1071) of bytes at any address. */
export function checksum(data: View<u8>): u16 {
  attr(symbol("checksum"));
  let sum: u32 = 0;
  let i: usize = 0;
  for (; i + 1 < data.length; i += 2) {
    sum += (u32(data[i]) << 8) | u32(data[i + 1]);
    sum = (sum & 0xffff) + (sum >> 16);
  }
  if (i < data.length) sum += u32(data[i]) << 8;
  sum = (sum & 0xffff) + (sum >> 16);
  return ~u16(sum + (sum >> 16));
}
