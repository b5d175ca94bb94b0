// Who a program is, what it was given, and its environment: NAME=value texts that children inherit.

import { textAt, zeroTerminated } from "./c-text.ts";
import { List } from "./list.ts";
import { baseName, indexOf, Text } from "./text.ts";

class Given {
  name: string;
  environment: List<string>;
}

const given = zeroed<Given>();

export function programName(): string {
  return given.name;
}

/** Remembers the environment: addresses of texts up to a zero word. */
export function rememberProgram(path: string, environment: Ptr<u64>): void {
  const name = baseName(path);
  given.name = name.length > 0 && name[0] === byte("-") ? name.sub(1, name.length) : name;
  for (let i: usize = 0; environment[i] !== 0; i++) given.environment.push(textAt(unsafe.ptr<u8>(environment[i])));
}

function nameOf(entry: string): string {
  return entry.sub(0, indexOf(entry, byte("="), 0));
}

/** The value of a variable, or `otherwise`. */
export function getenv(name: string, otherwise: string): string {
  for (const entry of given.environment.items())
    if (nameOf(entry) === name && entry.length > name.length) return entry.sub(name.length + 1, entry.length);
  return otherwise;
}

export function environment(): Ptr<List<string>> {
  return ref(given.environment);
}

/** `value` is copied. */
export function setenv(name: string, value: string): void {
  const entry = zeroed<Text>();
  entry.add(name).put(byte("=")).add(value);
  unsetenv(name);
  given.environment.push(entry.view());
}

export function unsetenv(name: string): void {
  for (let i: usize = 0; i < given.environment.length; ) {
    if (nameOf(given.environment.at(i)) === name) given.environment.remove(i);
    else i++;
  }
}

/** Texts as exec wants them: addresses of copies with zeros, and a zero word at the end. */
export function wordsFor(texts: View<string>): Ptr<u64> {
  const words = zeroed<List<u64>>();
  for (const t of texts) words.push(addr(zeroTerminated(t)));
  words.push(0);
  return ref(words.items()[0]);
}
