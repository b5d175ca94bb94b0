function stop(): never {
  for (;;) cpu.hlt();
}
export const fault = interrupt(8, () => {
  klog`double fault`;
  stop();
});
