export function main(): u32 {
  const pci = unsafe.ports<8>(0xcf8);
  //          ^ rule: unsafe.ports in a module that may not be unsafe
  const entry = unsafe.code<(x: u32) => u32>(0x1000);
  //            ^ rule: unsafe.code in a module that may not be unsafe
  return entry(pci.in32(0));
}
