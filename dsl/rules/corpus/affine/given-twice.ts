import { give, take } from "../frames.ts";

export function main(again: boolean): void {
  const frame = take();
  give(frame);
  if (again) give(frame);
  //              ^ rule: frame was handed on at line 5, and is used again
}
