// A variable that is set once is set before the first interrupt, not by one.
let rate: u64 = late();

export const timer = interrupt(0x20, () => {
  rate = cpu.rdtsc();
  // <- rule: rate is set once at boot
});

export function get(): u64 {
  return rate;
}
