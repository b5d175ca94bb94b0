export function main(argument: u64): User<u8> {
  return unsafe.user<u8>(argument);
  //     ^ rule: unsafe.user in a module that may not be unsafe
}
