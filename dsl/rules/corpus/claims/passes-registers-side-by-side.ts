class Regs {
  id: Vol<u32>;
  at: Vol<u32>;
}
const apic = claimRegisters<Regs>(0xfee0_0000);
const after = claimRegisters<Regs>(0xfee0_0008);

export function main(): void {
  apic.id = after.id;
}
