function sysWrite(data: User<u8>, count: usize): Res<usize> {
  const first = data[0];
  //            ^ rule, tsc: data is an address in a user program: nothing is reached through it
  return count + u64(first);
}
export const write = syscall(sysWrite);
