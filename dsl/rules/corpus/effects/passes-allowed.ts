let n: u32 = 0;
let slow: MaySleep<() => void> = quiet;

function quiet(): void {
  n++;
}
function sleep(): void {
  attr(maySleep);
  n++;
}
function twiceSlowly(f: MaySleep<() => void>): void {
  f();
  f();
}
export function passing(): void {
  twiceSlowly(sleep);
  twiceSlowly(() => sleep());
  slow = sleep;
  slow();
}
