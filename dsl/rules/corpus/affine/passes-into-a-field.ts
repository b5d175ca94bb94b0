import { Frame, take } from "../frames.ts";

class Table {
  root: Frame;
  constructor(root: Frame) {
    this.root = root;
  }
}
export function main(): u64 {
  const table = new Table(take());
  return table.root.number;
}
