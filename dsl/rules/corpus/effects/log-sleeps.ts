// klog writes with the function that says so, and that one sleeps.
function write(sink: u64, at: Ptr<u8>, bytes: usize): void {
  attr(symbol("cor_write"), maySleep);
}
export const timer = interrupt(0x20, () => {
  klog`tick`;
  // <- rule: effects/log-sleeps.timer, an interrupt handler, may not sleep
});
