export function main(data: User<u64>): u64 {
  return data + 8;
  //     ^ rule, tsc: + works on integers, this is User<u64>
}
