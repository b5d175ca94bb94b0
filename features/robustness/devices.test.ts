/** A few guests that do anything to devices; `devices.long.ts` has thousands. */
import { test } from "node:test";
import { DeviceArena } from "./devices.ts";

test("guests that do anything to devices do not hurt the host", () => {
  const arena = new DeviceArena();
  for (let seed = 1; seed <= 20; seed++) arena.run(seed, 2000);
});
