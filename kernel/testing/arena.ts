/**
 * Physical memory for the tests of modules: an array in the test's own memory stands for it, by a double of layout.ts whose
 * direct map leads there. Physical address 0 is the array's beginning, so a test has as many bytes of memory as it asks for.
 */
import { readFileSync } from "node:fs";

const layout = readFileSync(new URL("../layout.ts", import.meta.url), "utf8");

/** kernel/layout.ts with so many bytes of physical memory behind `direct`. */
export function layoutWithMemory(bytes: number): string {
  return layout
    .replace("return DIRECT_MAP + u64(at);", "return arenaAt + u64(at);")
    .replace("return unit<Phys>(at - DIRECT_MAP);", "return unit<Phys>(at - arenaAt);")
    .concat(`
@align(4096)
class Arena {
  bytes: Arr<u8, ${bytes}>;
}
const arena = zeroed<Arena>();
let arenaAt: u64 = late();
export function startArena(): void {
  arenaAt = addr(ref(arena));
}
`);
}

/** Text of a function `startMemory(start, bytes)` that makes one usable region, as after a boot with nothing else there. */
export const startMemoryText = `
import { BootInfo, REGION_USABLE } from "./boot-info.ts";
import { startArena } from "./layout.ts";
import { startFrames } from "./memory/frames.ts";
const boot = zeroed<BootInfo>();
export function startMemory(start: u64, bytes: u64): void {
  startArena();
  boot.regions = 1;
  boot.memoryMap[0].base = unit<Phys>(start);
  boot.memoryMap[0].bytes = bytes;
  boot.memoryMap[0].kind = REGION_USABLE;
  startFrames(ref(boot));
}
`;
