export function main(): void {
  const screen = unsafe.ptr<u16>(0xb8000);
  screen[0] = 0x0741;
}
