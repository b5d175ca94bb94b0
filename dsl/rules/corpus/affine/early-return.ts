import { give, take } from "../frames.ts";

export function main(n: u32): u64 {
  const frame = take();
  if (n > 5) return 0;
  //         ^ rule: frame (Frame) is lost when the function is left here
  const number = frame.number;
  give(frame);
  return number;
}
