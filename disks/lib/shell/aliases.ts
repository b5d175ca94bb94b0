// Aliases: words that stand for the beginning of a command.

import { List } from "../list.ts";
import { keep } from "../heap.ts";


export const names = zeroed<List<string>>();
export const values = zeroed<List<string>>();

/** What a word stands for; empty when it is no alias. */
export function aliasFor(name: string): string {
  for (let i: usize = 0; i < names.length; i++) if (names.at(i) === name) return values.at(i);
  return "";
}

export function setAlias(name: string, value: string): void {
  for (let i: usize = 0; i < names.length; i++) {
    if (names.at(i) === name) {
      values.set(i, keep(value));
      return;
    }
  }
  names.push(keep(name));
  values.push(keep(value));
}

/** Whether there was one. */
export function dropAlias(name: string): boolean {
  for (let i: usize = 0; i < names.length; i++) {
    if (names.at(i) === name) {
      names.remove(i);
      values.remove(i);
      return true;
    }
  }
  return false;
}

export function dropAliases(): void {
  names.cut(0);
  values.cut(0);
}
