class Time {
  seconds: u64;
}
export function main(to: User<Time>): Res<usize> {
  const now = zeroed<Arr<Time, 1>>();
  now[0].seconds = 5;
  return copyOut(to, slice(now));
}
