// The values of parameters: variables, numbered ones, and those with names of one sign.

import { complainText } from "../failing.ts";
import { Digits, isDigit, Text } from "../text.ts";
import { cameAs, plainText } from "./expand.ts";
import { BREAK, CAME, EMPTY, Expansion, QUOTED } from "./expansion.ts";
import { separators } from "./fields.ts";
import { arena, shell } from "./state.ts";
import { lookUp } from "./variables.ts";

/** A parameter's value. */
export class Value {
  text: string;
  isSet: boolean;
}

export function checkSet(name: string, value: Ptr<Value>): Res<void> {
  if (value.isSet || !shell.flags.unsetIsError) return;
  complainText(name, "parameter not set");
  return err(Errno.EINVAL);
}

/** $@ and $*. */
export function parameters(which: u8, x: Ptr<Expansion>, plain: u8): void {
  const all = shell.parameters;
  if (plain === QUOTED && (which === byte("*") || x.single)) {
    const ifs = separators();
    const glue = which === byte("@") ? " " : ifs.length > 0 ? ifs.sub(0, 1) : "";
    for (let i: usize = 0; i < all.length; i++) {
      if (i > 0) x.add(glue, QUOTED);
      x.add(all[i], QUOTED);
    }
    return;
  }
  if (all.length === 0) x.noParameters = true;
  for (let i: usize = 0; i < all.length; i++) {
    if (i > 0) {
      if (x.single) x.put(byte(" "), CAME);
      else x.put(0, BREAK);
    }
    if (plain === QUOTED) x.put(0, EMPTY);
    x.add(all[i], cameAs(plain));
  }
}

/** The value of a name, number or sign. */
export function parameter(name: string, into: Ptr<Value>): void {
  into.isSet = true;
  const c = name[0];
  if (isDigit(c)) {
    let n: usize = 0;
    for (const d of name) n = n * 10 + usize(d - byte("0"));
    if (n === 0) into.text = shell.name;
    else if (n <= shell.parameters.length) into.text = shell.parameters[n - 1];
    else into.isSet = false;
    return;
  }
  switch (c) {
    case byte("#"): into.text = numberText(i64(shell.parameters.length)); return;
    case byte("?"): into.text = numberText(i64(shell.status)); return;
    case byte("$"): into.text = numberText(i64(shell.pid)); return;
    case byte("!"):
      into.isSet = shell.lastBackground !== 0;
      if (into.isSet) into.text = numberText(i64(shell.lastBackground));
      return;
    case byte("-"): into.text = flagsText(); return;
    case byte("@"):
    case byte("*"): into.text = joined(c); into.isSet = shell.parameters.length > 0; return;
    default: break;
  }
  if (name === "LINENO") {
    into.text = numberText(i64(shell.line));
    return;
  }
  const v = lookUp(name);
  into.isSet = v !== null && v.isSet;
  if (v !== null && v.isSet) into.text = v.value;
}

function joined(which: u8): string {
  const x = zeroed<Expansion>();
  using _ = defer(() => x.dispose());
  x.single = true;
  parameters(which, ref(x), QUOTED);
  return plainText(ref(x));
}

export function numberText(n: i64): string {
  const digits = zeroed<Digits>();
  if (n >= 0) return arena.text(digits.of(u64(n), 10));
  const t = zeroed<Text>();
  using _ = defer(() => t.dispose());
  t.signed(n);
  return arena.text(t.view());
}

/** $- */
export function flagsText(): string {
  const t = zeroed<Text>();
  using _ = defer(() => t.dispose());
  const f = ref(shell.flags);
  if (f.exportAll) t.put(byte("a"));
  if (f.exitOnError) t.put(byte("e"));
  if (f.noGlob) t.put(byte("f"));
  if (f.interactive) t.put(byte("i"));
  if (f.jobs) t.put(byte("m"));
  if (f.noExec) t.put(byte("n"));
  if (f.standardInput) t.put(byte("s"));
  if (f.unsetIsError) t.put(byte("u"));
  if (f.verbose) t.put(byte("v"));
  if (f.trace) t.put(byte("x"));
  if (f.noClobber) t.put(byte("C"));
  return arena.text(t.view());
}
