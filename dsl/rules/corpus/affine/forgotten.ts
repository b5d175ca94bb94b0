import { take } from "../frames.ts";

export function main(): void {
  const frame = take();
  //    ^ rule: frame (Frame) is neither handed on, returned nor disposed of
  klog`${frame.number}`;
}
