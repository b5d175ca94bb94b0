class Regs {
  readonly count: Vol<u32>;
  readonly data: Vol<u32>;
}
const regs = claimRegisters<Regs>(0xfee0_0000);
const sum = zeroed<Atomic<u32>>();

export const network = interrupt(0x2a, () => {
  for (let i: u32 = 0; i < regs.count; i++) sum.add(regs.data);
  // <- rule: nothing shows that this loop ends
});
