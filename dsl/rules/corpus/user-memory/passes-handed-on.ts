function read(to: User<u8>, from: View<u8>): Res<usize> {
  return copyOut(to, from);
}
export function main(to: User<u8>): Res<usize> {
  return read(to, bytes("hello"));
}
