import { give, take } from "../frames.ts";

export function main(n: u32): void {
  const frame = take();
  //    ^ rule: frame (Frame) is handed on at line 6 on some ways only
  for (let i: u32 = 0; i < n; i++) give(frame);
  //                                    ^ rule: frame may have been handed on at line 6, and is used again
}
