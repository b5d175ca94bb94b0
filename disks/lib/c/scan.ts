// What scanf reads (ISO C, 7.21.6.2): one character is looked at ahead, no more.

import type { VaList } from "./arguments.ts";
import { isdigit, isspace, isxdigit } from "./ctype.ts";
import { strtod, strtol, strtoul } from "./numbers.ts";

export class Source {
  /** The character that was looked at; -1 at the end. */
  next: i32;
  taken: i32;
  /** The text of a number. */
  word: Arr<u8, 400>;
  set: Arr<boolean, 256>;
}

/** How many conversions were stored; -1 when the input ended before the first. */
export function scanFrom(source: Ptr<Source>, form: Ptr<u8>, given: Ptr<VaList>, get: () => i32): i32 {
  let stored: i32 = 0;
  source.next = get();
  for (let i: usize = 0; form[i] !== 0; i++) {
    if (isspace(i32(form[i])) === 1) {
      skipSpace(source, get);
      continue;
    }
    if (form[i] !== byte("%")) {
      if (source.next !== i32(form[i])) return source.next < 0 && stored === 0 ? -1 : stored;
      advance(source, get);
      continue;
    }
    i++;
    const keep = form[i] !== byte("*");
    if (!keep) i++;
    let width: i64 = 0;
    for (; isdigit(i32(form[i])) === 1; i++) width = width * 10 + i64(form[i] - byte("0"));
    let size: u8 = 0;
    for (; ; i++) {
      const c = form[i];
      if (c === byte("l") || c === byte("z") || c === byte("j") || c === byte("t") || c === byte("L")) size = byte("l");
      else if (c === byte("h")) size = size === byte("h") ? byte("H") : byte("h");
      else break;
    }
    const kind = form[i];
    if (kind === 0) break;
    if (kind === byte("[")) i = readSet(source, form, i + 1);
    if (kind === byte("n")) {
      if (keep) store(given.word(), u64(source.taken), size);
      continue;
    }
    if (kind !== byte("c") && kind !== byte("[")) skipSpace(source, get);
    if (source.next < 0) return stored === 0 ? -1 : stored;
    if (kind === byte("%")) {
      if (source.next !== 37) return stored;
      advance(source, get);
      continue;
    }
    if (!convert(source, kind, size, width, keep, given, get)) return stored;
    if (keep) stored++;
  }
  return stored;
}

function advance(source: Ptr<Source>, get: () => i32): void {
  source.taken++;
  source.next = get();
}

function skipSpace(source: Ptr<Source>, get: () => i32): void {
  while (isspace(source.next) === 1) advance(source, get);
}

/** The characters of %[…]; where the form goes on. */
function readSet(source: Ptr<Source>, form: Ptr<u8>, from: usize): usize {
  let i = from;
  const inverted = form[i] === byte("^");
  if (inverted) i++;
  fill(slice(source.set), inverted);
  const first = i;
  for (; form[i] !== 0 && (form[i] !== byte("]") || i === first); i++) {
    let last = form[i];
    const start = usize(form[i]);
    if (form[i + 1] === byte("-") && form[i + 2] !== byte("]") && form[i + 2] !== 0) {
      last = form[i + 2];
      i += 2;
    }
    for (let c = start; c <= usize(last); c++) source.set[c] = !inverted;
  }
  return i;
}

function store(at: u64, n: u64, size: u8): void {
  if (size === byte("l")) unsafe.ptr<u64>(at)[0] = n;
  else if (size === byte("h")) unsafe.ptr<u16>(at)[0] = u16(n);
  else if (size === byte("H")) unsafe.ptr<u8>(at)[0] = u8(n);
  else unsafe.ptr<u32>(at)[0] = u32(n);
}

function convert(
  source: Ptr<Source>,
  kind: u8,
  size: u8,
  width: i64,
  keep: boolean,
  given: Ptr<VaList>,
  get: () => i32,
): boolean {
  if (kind === byte("s") || kind === byte("c") || kind === byte("[")) {
    const most = width > 0 ? width : kind === byte("c") ? 1 : 0x7fff_ffff;
    const at = keep ? given.word() : 0;
    let count: usize = 0;
    while (i64(count) < most && source.next >= 0) {
      if (kind === byte("s") && isspace(source.next) === 1) break;
      if (kind === byte("[") && !source.set[usize(source.next)]) break;
      if (keep) unsafe.ptr<u8>(at)[count] = u8(source.next);
      count++;
      advance(source, get);
    }
    if (count === 0 || (kind === byte("c") && i64(count) < most)) return false;
    if (keep && kind !== byte("c")) unsafe.ptr<u8>(at)[count] = 0;
    return true;
  }
  const floating = kind === byte("f") || kind === byte("e") || kind === byte("g") || kind === byte("a");
  const base: i32 =
    kind === byte("x") || kind === byte("X") || kind === byte("p") ? 16 : kind === byte("o") ? 8 : kind === byte("i") ? 0 : 10;
  const length = collect(source, floating, base, width, get);
  if (length === 0) return false;
  const word = ref(source.word[0]);
  if (floating) {
    const x = strtod(word, null);
    if (keep && size === byte("l")) unsafe.ptr<f64>(given.word())[0] = x;
    else if (keep) unsafe.ptr<f32>(given.word())[0] = f32(x);
    return true;
  }
  const n = kind === byte("d") || kind === byte("i") ? u64(strtol(word, null, base)) : strtoul(word, null, base);
  if (keep) store(given.word(), n, kind === byte("p") ? byte("l") : size);
  return true;
}

/** The characters of a number into `word`; 0 when there is none. */
function collect(source: Ptr<Source>, floating: boolean, base: i32, width: i64, get: () => i32): usize {
  let length: usize = 0;
  let digits = false;
  const most = width > 0 && width < 399 ? usize(width) : 399;
  let hexadecimal = base === 16;
  while (length < most && source.next >= 0) {
    const c = u8(source.next);
    const before = length > 0 ? source.word[length - 1] : 0;
    const signs = (c === byte("-") || c === byte("+")) && (length === 0 || (floating && (before | 0x20) === byte("e")));
    const isDigit = hexadecimal ? isxdigit(i32(c)) === 1 : isdigit(i32(c)) === 1;
    const point = floating && (c === byte(".") || ((c | 0x20) === byte("e") && digits));
    const marks = !floating && (base === 16 || base === 0) && (c | 0x20) === byte("x") && before === byte("0");
    if (!signs && !isDigit && !point && !marks) break;
    if (isDigit) digits = true;
    if (marks) hexadecimal = true;
    source.word[length] = c;
    length++;
    advance(source, get);
  }
  source.word[length] = 0;
  return digits ? length : 0;
}
