// The function values here and there have different types: no ring.
class Handler {
  run: (n: u64) => u64;
  name: (n: u32) => u64;
}
const handler: Handler = { run: quiet, name: named };

function quiet(n: u64): u64 {
  return n;
}
function named(n: u32): u64 {
  return handler.run(u64(n)) + 1;
}
export function start(n: u32): u64 {
  return handler.name(n) + 1;
}
