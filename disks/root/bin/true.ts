// true: its exit status is all there is.

import "../../lib/hooks.ts";

export function main(): i32 {
  return 0;
}
