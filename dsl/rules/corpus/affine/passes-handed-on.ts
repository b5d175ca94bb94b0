import { Frame, give, take, tryTake } from "../frames.ts";

function pass(frame: Frame): void {
  give(frame);
}
function made(): Frame {
  const frame = take();
  return frame;
}
export function main(): Res<u64> {
  const first = orReturn(tryTake());
  const number = first.number;
  pass(first);
  const second = made();
  give(second);
  return number;
}
