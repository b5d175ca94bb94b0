function sum(data: Ptr<u64>): u64 {
  return data[0] + data[1];
}
export function main(data: User<u64>): u64 {
  return sum(data);
  //         ^ rule, tsc: Ptr<u64> expected, this is User<u64>
}
