// The variable is the kernel's own: no handler comes near it.
let tasks: u32 = 0;
const ticks = zeroed<Atomic<u64>>();

export const timer = interrupt(0x20, () => {
  ticks.add(1);
});

function each(f: () => void): void {
  f();
}

export function spawn(): void {
  tasks++;
  each(() => {
    tasks++;
  });
}
