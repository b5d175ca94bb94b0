import { give, take } from "../frames.ts";

export function main(): void {
  const first = take();
  const second = first;
  give(second);
}
