// Port 0x3f8 and address 0x3f8 are not the same place.
class Regs {
  id: Vol<u32>;
}
const serial = claimPorts(0x3f8, 8);
const registers = claimRegisters<Regs>(0x3f8);

export function main(): void {
  registers.id = u32(serial.in8(0));
}
