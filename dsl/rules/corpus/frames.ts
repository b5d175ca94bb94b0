/** Frames: values of which there is one, and the module where they come from and go to. */
@affine
export class Frame {
  constructor(readonly number: u64) {}
}

const free = zeroed<Atomic<u64>>();

export function take(): Frame {
  return new Frame(free.add(1));
}
export function tryTake(): Res<Frame> {
  if (free.load() > 5) return err(Errno.ENOMEM);
  return new Frame(free.add(1));
}
export function give(frame: Frame): void {
  free.store(frame.number);
}
