// What is claimed needs no permission.
class Regs {
  id: Vol<u32>;
}
const regs = claimRegisters<Regs>(0xfee0_0000);
const pci = claimPorts(0xcf8, 8);

export function main(): u32 {
  return regs.id + pci.in32(0);
}
