// Which function the variable holds is not known here: any that was kept and fits may be called.
class Line {
  handler: (n: u32) => void;
}
const line = zeroed<Atomic<Ptr<Line> | null>>();
let pressed: u32 = 0;

function onKey(n: u32): void {
  pressed = n;
  // <- rule: pressed (u32) is neither Locked
}

export const keyboard = interrupt(0x21, () => {
  const found = line.load();
  if (found !== null) found.handler(1);
});

export function register(to: Ptr<Line>): void {
  to.handler = onKey;
  line.store(to);
}
