class Cpu {
  ticks: u64;
  switches: u64;
}
const cpus = perCpu<Cpu>();

export const timer = interrupt(0x20, () => {
  cpus.my.ticks++;
});
