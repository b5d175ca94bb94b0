// Double of fs/proc.ts for tests, which have no processes to show.
import type { Mount } from "./vnode.ts";

export function mountProc(): Res<Ptr<Mount>> {
  return err(Errno.ENODEV);
}
