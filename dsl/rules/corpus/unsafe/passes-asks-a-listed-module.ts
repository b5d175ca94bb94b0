import { put } from "./screen.ts";

export function main(): void {
  put(0, byte("A"));
}
