const first = claimPorts(0x3f0, 8);
const same = claimPorts(0x3f0, 8);
//           ^ rule: same overlaps first

export function main(): void {
  first.out8(0, same.in8(0));
}
