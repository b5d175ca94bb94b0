const written = zeroed<Atomic<u64>>();

function write(sink: u64, at: Ptr<u8>, bytes: usize): void {
  attr(symbol("cor_write"), irqSafe);
  written.add(bytes);
}
export const timer = interrupt(0x20, () => {
  klog`tick`;
});
