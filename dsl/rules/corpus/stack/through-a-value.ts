class Handler {
  run: (n: u64) => u64;
}
let handler: Handler = { run: quiet };

function quiet(n: u64): u64 {
  return n;
}
export function loud(n: u64): u64 {
  return handler.run(n - 1) + 1;
  //     ^ rule: stack/through-a-value.loud → stack/through-a-value.loud
}
export function start(): void {
  handler.run = loud;
}
