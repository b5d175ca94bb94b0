import { give, take, tryTake } from "../frames.ts";

export function main(): Res<u64> {
  const frame = take();
  using _ = defer(() => give(frame));
  const second = orReturn(tryTake());
  const number = frame.number + second.number;
  give(second);
  return number;
}
