export function main(data: User<u64>): u64 {
  const p: Ptr<u64> = data;
  //                  ^ rule, tsc: Ptr<u64> expected, this is User<u64>
  return p[0];
}
