// How many system calls there were, on each CPU, for whoever is curious.
const counts = perCpu<Atomic<u64>>();

export function countCall(): void {
  attr(inline);
  counts.my.add(1);
}

export function systemCalls(): u64 {
  return counts.my.load();
}
