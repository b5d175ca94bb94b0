export function main(data: User<u32>): Res<u32> {
  const word = zeroed<Arr<u32, 1>>();
  let sum: u32 = 0;
  for (let i: u64 = 0; i < 4; i++) {
    orReturn(copyIn(slice(word), userAt(data, i)));
    sum += word[0];
  }
  return sum;
}
