class Regs {
  id: Vol<u32>;
}
const regs = unsafe.ptr<Regs>(0xfee0_0000);
//           ^ rule: unsafe.ptr in a module that may not be unsafe

export function main(): u32 {
  return regs.id;
}
