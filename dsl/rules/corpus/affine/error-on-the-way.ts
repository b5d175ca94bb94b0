import { give, take, tryTake } from "../frames.ts";

export function main(): Res<u64> {
  const first = take();
  const second = orReturn(tryTake());
  //             ^ rule: first (Frame) is lost when the function is left here
  give(first);
  give(second);
  return 1;
}
