import { give, take } from "../frames.ts";

export function main(keep: boolean): void {
  const frame = take();
  //    ^ rule: frame (Frame) is handed on at line 6 on some ways only
  if (!keep) give(frame);
}
