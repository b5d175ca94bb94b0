// uniq: of equal lines one behind the other, only one.

import { complain, die } from "../../lib/failing.ts";
import { beginOptions } from "../../lib/start.ts";
import { closeInput, closeOutput, openInput, openOutput, out } from "../../lib/stream.ts";
import { lower, parseNumber, Text } from "../../lib/text.ts";

const help = `Usage: uniq [-cdui] [-f FIELDS] [-s BYTES] [-w BYTES] [INPUT [OUTPUT]]
Writes lines, of equal neighbours only the first.

  -c  how often, in front    -d  only those that come more than once
  -u  only those that come once    -i  small and large letters are equal
  -f N  without the first N fields    -s N  without the first N bytes    -w N  only N bytes
`;

class Settings {
  counts: boolean;
  doubles: boolean;
  singles: boolean;
  fold: boolean;
  fields: u64;
  bytes: u64;
  width: u64;
}

const settings = zeroed<Settings>();

export function main(argc: u64, argv: Ptr<u64>): i32 {
  const options = beginOptions(argc, argv, "cduif:s:w:", "count=c repeated=d unique=u ignore-case=i skip-fields=f skip-chars=s check-chars=w", help);
  settings.width = 0xffff_ffff;
  for (let o = options.take(); o !== 0; o = options.take()) {
    if (o === byte("c")) settings.counts = true;
    if (o === byte("d")) settings.doubles = true;
    if (o === byte("u")) settings.singles = true;
    if (o === byte("i")) settings.fold = true;
    if (o === byte("f")) settings.fields = number(options.value);
    if (o === byte("s")) settings.bytes = number(options.value);
    if (o === byte("w")) settings.width = number(options.value);
  }
  const paths = options.rest();
  if (paths.length > 2) options.usage();
  const file = openInput(paths.length > 0 ? paths[0] : "-");
  if (isErr(file)) {
    complain(paths[0], file.code);
    return 1;
  }
  let to = ref(out);
  if (paths.length > 1 && paths[1] !== "-") {
    const opened = openOutput(paths[1], false);
    if (isErr(opened)) {
      complain(paths[1], opened.code);
      return 1;
    }
    to = opened;
  }
  const line = zeroed<Text>();
  const last = zeroed<Text>();
  let count: u64 = 0;
  for (;;) {
    const more = file.line(ref(line));
    if (more && count > 0 && equal(line.view(), last.view())) {
      count++;
      continue;
    }
    if (count > 0 && !(settings.doubles && count === 1) && !(settings.singles && count > 1)) {
      if (settings.counts) {
        to.numberRight(count, 7);
        to.put(byte(" "));
      }
      to.line(last.view());
    }
    if (!more) break;
    last.clear();
    last.add(line.view());
    count = 1;
  }
  closeInput(file);
  if (to === ref(out)) return 0;
  const closed = closeOutput(to);
  return isErr(closed) ? 1 : 0;
}

function number(t: string): u64 {
  const n = parseNumber(t);
  if (isErr(n)) die(1, "invalid number");
  return n;
}

/** What is compared of a line. */
function part(t: string): string {
  let at: usize = 0;
  for (let n = settings.fields; n > 0; n--) {
    while (at < t.length && (t[at] === byte(" ") || t[at] === byte("\t"))) at++;
    while (at < t.length && t[at] !== byte(" ") && t[at] !== byte("\t")) at++;
  }
  at = t.length - at < settings.bytes ? t.length : at + settings.bytes;
  return t.sub(at, t.length - at < settings.width ? t.length : at + settings.width);
}

function equal(x: string, y: string): boolean {
  const a = part(x);
  const b = part(y);
  if (!settings.fold) return a === b;
  if (a.length !== b.length) return false;
  for (let i: usize = 0; i < a.length; i++) if (lower(a[i]) !== lower(b[i])) return false;
  return true;
}
