let n: u32 = 0;
let slow: MaySleep<() => void> = sleep;
let wrong: () => void = sleep;
//  ^ rule: effects/values.sleep may sleep, which () => void does not allow

function sleep(): void {
  attr(maySleep);
  n++;
}
function twice(f: () => void): void {
  f();
  f();
}
export function passing(): void {
  twice(() => sleep());
  //    ^ rule: effects/values.passing$1 may sleep, which
}
export function calling(): void {
  attr(noSleep);
  wrong();
  slow();
  // <- rule: effects/values.calling (noSleep) may not sleep, but calls a function value that may
}
