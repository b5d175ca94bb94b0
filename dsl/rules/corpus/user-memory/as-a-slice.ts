export function main(data: User<u8>): u64 {
  const bytes: Slice<u8> = data;
  //                       ^ rule, tsc: Slice<u8> expected, this is User<u8>
  return bytes.length;
}
