const com1 = claimPorts(0x3f8, 8);

function put(c: u8): void {
  while ((com1.in8(5) & 0x20) === 0) cpu.pause();
  // <- rule: nothing shows that this loop ends, and the handler of interrupt 0x20 waits for it
  com1.out8(0, c);
}
export const timer = interrupt(0x20, () => put(byte(".")));
