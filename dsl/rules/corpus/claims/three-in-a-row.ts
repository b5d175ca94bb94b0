// The second overlaps the first, and the third the second.
const first = claimPorts(0x60, 2);
const second = claimPorts(0x61, 2);
//             ^ rule: second overlaps first (ports 0x60 to 0x61
const third = claimPorts(0x62, 2);
//            ^ rule: third overlaps second (ports 0x61 to 0x62

export function main(): void {
  first.out8(0, second.in8(0) + third.in8(0));
}
