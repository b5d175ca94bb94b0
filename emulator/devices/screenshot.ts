/** A picture of the screen as a PNG file. */
import { createRequire } from "node:module";
import type { Picture } from "./vga-render.ts";

/** The file's bytes. The screen has no transparent dots, so three channels do. */
export function encodePng({ width, height, rgba }: Picture): Uint8Array {
  const data = new Uint8Array(width * height * 3);
  for (let i = 0; i < width * height; i++) data.set(rgba.subarray(4 * i, 4 * i + 3), 3 * i);
  // Loaded with the first picture: most machines are never asked for one.
  const { encode } = createRequire(import.meta.url)("fast-png") as typeof import("fast-png");
  return encode({ width, height, data, depth: 8, channels: 3 });
}
