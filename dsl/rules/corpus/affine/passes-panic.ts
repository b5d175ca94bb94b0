import { give, take } from "../frames.ts";

export function main(n: u32): void {
  const frame = take();
  if (n > 5) panic("too many");
  give(frame);
}
