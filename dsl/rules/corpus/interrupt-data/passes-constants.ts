// Numbers, tables made while compiling, ports, and device registers that are read exactly as written.
class Regs {
  readonly status: Vol<u32>;
  ack: Vol<u32>;
}
const MASK: u32 = 0xff;
const squares = comptime(() => {
  const table = zeroed<Arr<u32, 16>>();
  for (let i: u32 = 0; i < 16; i++) table[i] = i * i;
  return table;
});
const names: Arr<string, 2> = ["timer", "disk"];
const uart = claimPorts(0x3f8, 8);
const regs = claimRegisters<Regs>(0xfee0_0000);
const seen = zeroed<Atomic<u32>>();

export const disk = interrupt(0x2b, () => {
  const why = regs.status & MASK;
  regs.ack = why;
  seen.store(squares[why & 15] + u32(uart.in8(0)));
  klog`${names[0]}`;
});
