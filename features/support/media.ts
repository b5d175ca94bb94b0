/** Cor's images, built once for all scenarios of this process. */
import { type Build, build } from "../../disks/build.ts";

let built: Build | null = null;

export function images(): Build {
  built ??= build();
  return built;
}
