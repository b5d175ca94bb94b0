const before = claimPorts(0x3f0, 8);
const serial = claimPorts(0x3f8, 8);
const after = claimPorts(0x400, 1);

export function main(): void {
  serial.out8(0, before.in8(7) + after.in8(0));
}
