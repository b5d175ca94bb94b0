import { give, take } from "../frames.ts";

function twice(f: () => void): void {
  f();
  f();
}
export function main(): void {
  const frame = take();
  //    ^ rule: frame (Frame) is neither handed on
  twice(() => give(frame));
  //               ^ rule: frame is handed on in a closure, which may run more than once
}
