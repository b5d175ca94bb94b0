let n: u32 = 0;

function sleep(): void {
  attr(maySleep);
  n++;
}
class Guard implements Disposable {
  constructor(private x: u32) {}
  [Symbol.dispose](): void {
    sleep();
  }
}
export function disposal(): void {
  attr(noSleep);
  using g = new Guard(1);
  //    ^ rule: effects/disposal.disposal (noSleep) may not sleep, but calls effects/disposal.Guard.[dispose]
}
export function deferred(): void {
  attr(noSleep);
  using _ = defer(() => sleep());
  //                    ^ rule: effects/disposal.deferred (noSleep) may not sleep
}
