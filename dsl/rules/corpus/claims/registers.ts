class Regs {
  id: Vol<u32>;
  at: Vol<u32>;
}
const apic = claimRegisters<Regs>(0xfee0_0000);
const device = claimRegisters<Regs>(0xfee0_0004);
//             ^ rule: device overlaps apic (registers 0xfee00000 to 0xfee00007

export function main(): void {
  apic.id = device.id;
}
