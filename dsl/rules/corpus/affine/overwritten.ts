import { give, take } from "../frames.ts";

export function main(): void {
  let frame = take();
  frame = take();
  // <- rule: frame still holds a value, which is lost here
  give(frame);
}
