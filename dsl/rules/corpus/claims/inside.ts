const parallel = claimPorts(0x378, 3);
const inside = claimPorts(0x379, 1);
//             ^ rule: inside overlaps parallel (ports 0x378 to 0x37a

export function main(): void {
  parallel.out8(0, inside.in8(0));
}
