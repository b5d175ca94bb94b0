// The closure is handed down and called from the handler's side.
let last: u32 = 0;

function each(count: u32, f: (x: u32) => void): void {
  for (let i: u32 = 0; i < count; i++) f(i);
}

export const device = interrupt(0x2b, () => {
  each(3, (x) => {
    last = x;
    // <- rule: last (u32) is neither Locked
  });
});
