// Users and groups by name, from /etc/passwd and /etc/group; who is in neither goes by number.

import { keep, make } from "./heap.ts";
import { List } from "./list.ts";
import { closeInput, openInput } from "./stream.ts";
import { Digits, indexOf, parseNumber, Text } from "./text.ts";

class Named {
  name: string;
  id: u32;
}

class Names {
  read: boolean;
  all: List<Ptr<Named>>;
}

const users = zeroed<Names>();
const groups = zeroed<Names>();

/** Reads `name:x:number:…` lines, once. */
function readNames(names: Ptr<Names>, path: string): void {
  if (names.read) return;
  names.read = true;
  const file = openInput(path);
  if (isErr(file)) return;
  const line = zeroed<Text>();
  while (file.line(ref(line))) {
    const t = line.view();
    const name = t.sub(0, indexOf(t, byte(":"), 0));
    const second = indexOf(t, byte(":"), name.length + 1);
    if (second >= t.length) continue;
    const id = parseNumber(t.sub(second + 1, indexOf(t, byte(":"), second + 1)));
    if (!isErr(id)) addName(names, name, u32(id));
  }
  closeInput(file);
}

function addName(names: Ptr<Names>, name: string, id: u32): void {
  const named = make<Named>();
  named.name = keep(name);
  named.id = id;
  names.all.push(named);
}


function nameOf(names: Ptr<Names>, id: u32): string {
  for (const named of names.all.items()) if (named.id === id) return named.name;
  const digits = zeroed<Digits>();
  addName(names, digits.of(u64(id), 10), id);
  return names.all.at(names.all.length - 1).name;
}

export function userName(id: u32): string {
  readNames(ref(users), "/etc/passwd");
  return nameOf(ref(users), id);
}

export function groupName(id: u32): string {
  readNames(ref(groups), "/etc/group");
  return nameOf(ref(groups), id);
}
