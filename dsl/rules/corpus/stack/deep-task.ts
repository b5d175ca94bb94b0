const saved = zeroed<Arr<u64, 2>>();

function begin(argument: u64): void {
         // <- rule: stack/deep-task.begin needs
  const table = zeroed<Arr<u64, 4000>>();
  fill(slice(table), argument);
  saved[1] = table[argument & 15];
}

export function start(top: u64): void {
  unsafe.switchStacks(ref(saved[0]), unsafe.newStack(top, begin, 1));
}
