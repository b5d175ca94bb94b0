const parallel = claimPorts(0x378, 3);
const around = claimPorts(0x370, 32);
//             ^ rule: around overlaps parallel

export function main(): void {
  parallel.out8(0, around.in8(0));
}
