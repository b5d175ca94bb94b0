// Two users, one owner: the claim stands in one module, the others are handed it.
import { serial } from "../serial-ports.ts";

export function main(): void {
  serial.out8(0, serial.in8(5));
}
