function sysWrite(data: User<u8>, count: usize): Res<usize> {
  const buffer = zeroed<Arr<u8, 64>>();
  const want = count < 64 ? count : usize(64);
  const got = orReturn(copyIn(slice(buffer).sub(0, want), data));
  return got + u64(buffer[0]);
}
export const write = syscall(sysWrite);
