/** CRC-32 with a table of 256 entries, a byte at a time. */
class Table {
  entries: Arr<u32, 256>;
}

export function crc32(data: View<u8>, table: Ptr<Table>): u32 {
  attr(symbol("crc32"));
  let crc: u32 = 0xffff_ffff;
  for (const byte of data) crc = table.entries[(crc ^ u32(byte)) & 255] ^ (crc >> 8);
  return ~crc;
}
