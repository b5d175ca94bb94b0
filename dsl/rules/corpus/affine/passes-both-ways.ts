import { give, take } from "../frames.ts";

function keep(n: u32): u32 {
  const frame = take();
  if (n > 5) {
    give(frame);
    return 1;
  }
  switch (n) {
    case 1:
      give(frame);
      break;
    default:
      give(frame);
  }
  return 2;
}
export function main(n: u32): u32 {
  return keep(n);
}
