import { Locked } from "../sync.ts";
import { take } from "../frames.ts";

const count = zeroed<Locked<u32>>();

export function main(): void {
  take();
  // <- rule: this Frame is lost at once
  count.enter();
  // <- rule: this Held<u32> is lost at once
}
