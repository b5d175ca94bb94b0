// seq: numbers in a row.

import { die } from "../../lib/failing.ts";
import { beginArguments } from "../../lib/start.ts";
import { out } from "../../lib/stream.ts";
import { indexOf, isDigit, Text } from "../../lib/text.ts";

const help = `Usage: seq [-w] [-s SEPARATOR] [FIRST [STEP]] LAST
Writes the numbers from FIRST (else 1) to LAST, decimals too.

  -w  all equally wide, with zeros in front    -s  what stands between (else new lines)
`;

/** A decimal number: so many units of 10^-places. */
class Decimal {
  units: i64;
  places: u32;

  read(t: string): void {
    let at: usize = 0;
    const negative = t.length > 0 && t[0] === byte("-");
    if (negative || (t.length > 0 && t[0] === byte("+"))) at++;
    const point = indexOf(t, byte("."), 0);
    if (at === t.length) die(1, "invalid number");
    for (; at < t.length; at++) {
      if (at === point) continue;
      if (!isDigit(t[at])) die(1, "invalid number");
      this.units = this.units * 10 + i64(t[at] - byte("0"));
    }
    if (point < t.length) this.places = u32(t.length - point - 1);
    if (negative) this.units = 0 - this.units;
  }

  scale(places: u32): void {
    while (this.places < places) {
      this.units *= 10;
      this.places++;
    }
  }

  show(into: Ptr<Text>, width: usize): void {
    into.clear();
    const digits = zeroed<Text>();
    using _ = defer(() => digits.dispose());
    digits.number(this.units < 0 ? 0 - u64(this.units) : u64(this.units));
    while (digits.length <= usize(this.places)) digits.insert(0, "0");
    if (this.places > 0) digits.insert(digits.length - usize(this.places), ".");
    if (this.units < 0) into.put(byte("-"));
    while (into.length + digits.length < width) into.put(byte("0"));
    into.add(digits.view());
  }
}

/** Numbers may be negative, so the options are taken by hand. */
export function main(argc: u64, argv: Ptr<u64>): i32 {
  const words = beginArguments(argc, argv);
  let at: usize = 0;
  let separator = "\n";
  let wide = false;
  while (at < words.length && words[at].length > 1 && words[at][0] === byte("-") && !isDigit(words[at][1]) && words[at][1] !== byte(".")) {
    if (words[at] === "--help") {
      out.write(help);
      return 0;
    }
    if (words[at] === "-w") wide = true;
    else if (words[at] === "-s" && at + 1 < words.length) {
      at++;
      separator = words[at];
    } else if (words[at] === "--") {
      at++;
      break;
    } else die(1, "unknown option");
    at++;
  }
  const numbers = words.sub(at, words.length);
  if (numbers.length < 1 || numbers.length > 3) die(1, "usage: seq [FIRST [STEP]] LAST");
  const first: Decimal = zeroed<Decimal>();
  const step: Decimal = zeroed<Decimal>();
  const last: Decimal = zeroed<Decimal>();
  if (numbers.length > 1) first.read(numbers[0]);
  else first.units = 1;
  if (numbers.length > 2) step.read(numbers[1]);
  else step.units = 1;
  last.read(numbers[numbers.length - 1]);
  if (step.units === 0) die(1, "the step is 0");
  const places = first.places > step.places ? first.places : step.places;
  first.scale(places > last.places ? places : last.places);
  step.scale(first.places);
  last.scale(first.places);
  // What is shown has as many places as the first and the step.
  run(ref(first), ref(step), ref(last), separator, wide, places);
  return 0;
}

function run(n: Ptr<Decimal>, step: Ptr<Decimal>, last: Ptr<Decimal>, separator: string, wide: boolean, places: u32): void {
  const t = zeroed<Text>();
  let width: usize = 0;
  if (wide) {
    n.show(ref(t), 0);
    width = t.length;
    last.show(ref(t), 0);
    if (t.length > width) width = t.length;
  }
  let begun = false;
  while (step.units > 0 ? n.units <= last.units : n.units >= last.units) {
    if (begun) out.write(separator);
    begun = true;
    n.show(ref(t), width);
    const cut = n.places > places ? usize(n.places - places) + (places === 0 ? 1 : 0) : 0;
    out.write(t.view().sub(0, t.length - cut));
    n.units += step.units;
  }
  if (begun) out.put(byte("\n"));
}
