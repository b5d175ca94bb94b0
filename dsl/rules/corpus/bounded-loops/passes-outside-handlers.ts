const com1 = claimPorts(0x3f8, 8);
const ticks = zeroed<Atomic<u64>>();

export const timer = interrupt(0x20, () => {
  ticks.add(1);
});
export function put(c: u8): void {
  while ((com1.in8(5) & 0x20) === 0) cpu.pause();
  com1.out8(0, c);
}
