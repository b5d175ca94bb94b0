// The shell's own options, and its parameters.

import { keep } from "../heap.ts";
import { List } from "../list.ts";
import { out } from "../stream.ts";
import { parseNumber } from "../text.ts";
import { listVariables, showVariable } from "./builtin-variables.ts";
import { fatal, fatalQuietly, wrong } from "./complaints.ts";
import { shell } from "./state.ts";

function setFlag(c: u8, on: boolean): boolean {
  const f = ref(shell.flags);
  switch (c) {
    case byte("a"): f.exportAll = on; return true;
    case byte("e"): f.exitOnError = on; return true;
    case byte("f"): f.noGlob = on; return true;
    case byte("m"): f.jobs = on; return true;
    case byte("n"): f.noExec = on; return true;
    case byte("u"): f.unsetIsError = on; return true;
    case byte("v"): f.verbose = on; return true;
    case byte("x"): f.trace = on; return true;
    case byte("C"): f.noClobber = on; return true;
    case byte("i"):
    case byte("s"):
    case byte("b"):
    case byte("h"): return true;
    default: return false;
  }
}

class LongFlag {
  name: string;
  letter: u8;
}

const longFlags: Arr<LongFlag, 9> = [
  { name: "allexport", letter: 97 },
  { name: "errexit", letter: 101 },
  { name: "monitor", letter: 109 },
  { name: "noclobber", letter: 67 },
  { name: "noexec", letter: 110 },
  { name: "noglob", letter: 102 },
  { name: "nounset", letter: 117 },
  { name: "verbose", letter: 118 },
  { name: "xtrace", letter: 120 },
];

function isOn(c: u8): boolean {
  const f = ref(shell.flags);
  switch (c) {
    case byte("a"): return f.exportAll;
    case byte("e"): return f.exitOnError;
    case byte("m"): return f.jobs;
    case byte("C"): return f.noClobber;
    case byte("n"): return f.noExec;
    case byte("f"): return f.noGlob;
    case byte("u"): return f.unsetIsError;
    case byte("v"): return f.verbose;
    default: return f.trace;
  }
}

function setLong(name: string, on: boolean): boolean {
  for (let i: usize = 0; i < longFlags.length; i++) if (longFlags[i].name === name) return setFlag(longFlags[i].letter, on);
  return false;
}

/** Takes options off the front: how many words they were; 0 words left over is for set to know. Null: a mistake, told. */
export function takeFlags(words: Slice<string>, dashes: Ptr<boolean>): Res<usize> {
  let i: usize = 0;
  dashes[0] = false;
  while (i < words.length) {
    const word = words[i];
    if (word.length < 2 || (word[0] !== byte("-") && word[0] !== byte("+"))) break;
    if (word === "--") {
      dashes[0] = true;
      return i + 1;
    }
    const on = word[0] === byte("-");
    for (const c of word.sub(1, word.length)) {
      if (c === byte("o")) {
        i++;
        if (i === words.length) {
          for (let k: usize = 0; k < longFlags.length; k++) {
            out.left(longFlags[k].name, 16);
            out.line(isOn(longFlags[k].letter) ? "on" : "off");
          }
          return i;
        }
        if (!setLong(words[i], on)) {
          wrong("set", words[i], "no such option");
          return err(Errno.EINVAL);
        }
      } else if (!setFlag(c, on)) {
        wrong("set", word, "no such option");
        return err(Errno.EINVAL);
      }
    }
    i++;
  }
  return i;
}

export function set(words: Slice<string>): i32 {
  if (words.length === 1) {
    listVariables((v) => {
      if (v.isSet) showVariable(v);
    });
    return 0;
  }
  let dashes = false;
  const taken = takeFlags(words.sub(1, words.length), ref(dashes));
  if (isErr(taken)) return fatalQuietly();
  if (taken + 1 < words.length || dashes) setParameters(words.sub(1 + taken, words.length));
  return 0;
}

/** Copies: they outlive the command that gave them. */
export function setParameters(words: Slice<string>): void {
  const all = zeroed<List<string>>();
  for (const word of words) all.push(keep(word));
  shell.parameters = all.items();
}

export function shift(words: Slice<string>): i32 {
  let n: u64 = 1;
  if (words.length > 1) {
    const given = parseNumber(words[1]);
    if (isErr(given)) return fatal("shift", words[1], "bad number");
    n = given;
  }
  if (n > shell.parameters.length) return fatal("shift", "", "can't shift that many");
  shell.parameters = shell.parameters.sub(n, shell.parameters.length);
  return 0;
}
