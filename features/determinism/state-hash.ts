/** One hash for everything a guest could observe: of a machine's whole snapshot. */
import { createHash } from "node:crypto";
import type { Machine } from "../../emulator/machine.ts";
import type { Plain } from "../../emulator/snapshot.ts";

export function stateHash(of: Machine): string {
  const hash = createHash("sha256");
  const add = (value: Plain): void => {
    if (value instanceof Uint8Array) hash.update(`bytes ${value.length}`).update(value);
    else if (Array.isArray(value)) value.forEach(add);
    else if (value !== null && typeof value === "object") {
      for (const [key, inner] of Object.entries(value)) {
        hash.update(key);
        add(inner as Plain);
      }
    } else hash.update(`${typeof value} ${value}`);
  };
  add(of.save() as unknown as Plain);
  return hash.digest("hex");
}
