export function main(): void {
  const screen = unsafe.ptr<u16>(0xb8000);
  //             ^ rule: unsafe.ptr in a module that may not be unsafe
  screen[0] = 0x0741;
}
