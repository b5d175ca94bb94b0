// Builtins about variables: what is handed on, what cannot be changed, what a function has for itself.

import { List } from "../list.ts";
import { sort } from "../sort.ts";
import { out } from "../stream.ts";
import { compare, indexOf, Text } from "../text.ts";
import { fatal, fatalQuietly, wrong } from "./complaints.ts";
import { dropFunction } from "./functions.ts";
import { isName } from "./parser.ts";
import { quote } from "./quoting.ts";
import { shell } from "./state.ts";
import { eachVariable, lookUp, makeLocal, setVariable, unsetVariable, type Variable, variable } from "./variables.ts";

export function exportNames(words: Slice<string>): i32 {
  const isExport = words[0] === "export";
  let from: usize = 1;
  if (words.length > 1 && words[1] === "-p") from++;
  if (from === words.length) {
    listVariables((v) => {
      if (isExport ? !v.exported : !v.readonly) return;
      out.write(words[0]);
      out.put(byte(" "));
      showVariable(v);
    });
    return 0;
  }
  for (let i = from; i < words.length; i++) {
    const equals = indexOf(words[i], byte("="), 0);
    const name = words[i].sub(0, equals);
    if (!isName(name)) return fatal(words[0], words[i], "bad variable name");
    if (equals < words[i].length) {
      const done = setVariable(name, words[i].sub(equals + 1, words[i].length));
      if (isErr(done)) return fatalQuietly();
    }
    const v = variable(name);
    if (isExport) v.exported = true;
    else v.readonly = true;
  }
  return 0;
}

export function showVariable(v: Ptr<Variable>): void {
  out.write(v.name);
  if (v.isSet) {
    const t = zeroed<Text>();
    using _ = defer(() => t.dispose());
    quote(ref(t), v.value);
    out.put(byte("="));
    out.write(t.view());
  }
  out.put(byte("\n"));
}

/** In the order of their names. */
export function listVariables(f: (v: Ptr<Variable>) => void): void {
  const all = zeroed<List<Ptr<Variable>>>();
  using _ = defer(() => all.dispose());
  eachVariable((v) => all.push(v));
  sort(all.items(), (x, y) => compare(x.name, y.name) < 0);
  for (const v of all.items()) f(v);
}

export function local(words: Slice<string>): i32 {
  if (shell.functionDepth === 0) return wrong("local", "", "not in a function");
  for (const word of words.sub(1, words.length)) {
    const equals = indexOf(word, byte("="), 0);
    const name = word.sub(0, equals);
    if (!isName(name)) return fatal("local", word, "bad variable name");
    makeLocal(name);
    if (equals === word.length) continue;
    const done = setVariable(name, word.sub(equals + 1, word.length));
    if (isErr(done)) return fatalQuietly();
  }
  return 0;
}

export function unset(words: Slice<string>): i32 {
  let what: u8 = byte("v");
  let given = false;
  for (const word of words.sub(1, words.length)) {
    if (word === "-f" || word === "-v") {
      what = word[1];
      given = true;
    } else if (what === byte("f")) dropFunction(word);
    else {
      if (!isName(word)) return fatal("unset", word, "bad variable name");
      if (!given && lookUp(word) === null) dropFunction(word);
      const done = unsetVariable(word);
      if (isErr(done)) return fatalQuietly();
    }
  }
  return 0;
}
