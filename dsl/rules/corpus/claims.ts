// Ports and registers have one owner.
class Regs {
  id: Vol<u32>;
  at: Vol<u32>;
}
const serial = claimPorts(0x3f8, 8);
const parallel = claimPorts(0x378, 3);
const next = claimPorts(0x3f0, 8);
const overlap = claimPorts(0x3ff, 1); // rule: overlap overlaps serial (ports 0x3f8 to 0x3ff
const inside = claimPorts(0x379, 1); // rule: inside overlaps parallel
const around = claimPorts(0x370, 32); // rule: around overlaps parallel
const same = claimPorts(0x3f0, 8); // rule: same overlaps next
const apic = claimRegisters<Regs>(0xfee0_0000);
const after = claimRegisters<Regs>(0xfee0_0008);
const device = claimRegisters<Regs>(0xfee0_0004); // rule: device overlaps apic (registers 0xfee00000 to 0xfee00007
const portNumber = claimRegisters<Regs>(0x3f8);

export function main(): void {
  serial.out8(0, parallel.in8(0));
  next.part(0, 2).out8(1, 2);
  overlap.out8(0, inside.in8(0));
  around.out8(0, same.in8(0));
  apic.id = after.id + device.id + portNumber.id;
}
