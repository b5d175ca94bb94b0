import { Frame, give, take } from "../frames.ts";

export function main(n: u32): void {
  let frame = take();
  for (let i: u32 = 0; i < n; i++) {
    give(frame);
    frame = take();
    if (i === 7) continue;
    const other = take();
    if (i === 9) {
      give(other);
      break;
    }
    give(other);
  }
  give(frame);
}
