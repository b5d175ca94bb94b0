import { give, take } from "../frames.ts";

export function main(): u64 {
  const frame = take();
  give(frame);
  return frame.number;
  //           ^ rule: frame was handed on at line 5, and is used again
}
