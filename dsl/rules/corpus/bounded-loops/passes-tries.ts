const com1 = claimPorts(0x3f8, 8);
const lost = zeroed<Atomic<u32>>();

function put(c: u8): void {
  for (let tries: u32 = 0; tries < 10_000; tries++) {
    if ((com1.in8(5) & 0x20) === 0) continue;
    com1.out8(0, c);
    return;
  }
  lost.add(1);
}
export const timer = interrupt(0x20, () => put(byte(".")));
