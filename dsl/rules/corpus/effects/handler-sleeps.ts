const n = zeroed<Atomic<u32>>();

function sleep(): void {
  attr(maySleep);
  n.add(1);
}
function indirect(): void {
  sleep();
}

export const timer = interrupt(0x20, () => {
  n.add(1);
  indirect();
  // <- rule: effects/handler-sleeps.timer, an interrupt handler, may not sleep, but calls effects/handler-sleeps.indirect
});
