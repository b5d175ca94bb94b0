const serial = claimPorts(0x3f8, 8);
const overlap = claimPorts(0x3ff, 1);
//              ^ rule: overlap overlaps serial (ports 0x3f8 to 0x3ff

export function main(): void {
  serial.out8(0, overlap.in8(0));
}
