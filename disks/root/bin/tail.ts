// tail: the ends of files, and what is added to them.

import { SEEK_END, SEEK_SET, Stat } from "../../../kernel/abi/files.ts";
import { oldStyle } from "../../lib/counts.ts";
import { eachInput } from "../../lib/inputs.ts";
import { Options } from "../../lib/options.ts";
import { Portion } from "../../lib/portion.ts";
import { beginArguments } from "../../lib/start.ts";
import { type Input, openInput, out } from "../../lib/stream.ts";
import { fstat, seek, sleep } from "../../lib/sys.ts";
import { Text } from "../../lib/text.ts";

const help = `Usage: tail [-fqv] [-n LINES | -c BYTES] [FILE]...
Writes the last 10 lines of each file.

  -n N  so many lines (+N: from line N on)    -c N  so many bytes (+N: from byte N on)
  -f    goes on as the file grows             -q    no names above    -v  always names
`;

class Settings {
  /** Lines, or bytes. */
  count: u64;
  follow: boolean;
}

const settings = zeroed<Settings>();
const portion = zeroed<Portion>();

export function main(argc: u64, argv: Ptr<u64>): i32 {
  const options = new Options(oldStyle(beginArguments(argc, argv)), "n:c:fqv", "lines=n bytes=c follow=f quiet=q verbose=v", help, 1);
  portion.count = 10;
  for (let o = options.take(); o !== 0; o = options.take()) {
    if (o === byte("f")) settings.follow = true;
    else portion.take(o, options.value);
  }
  settings.count = u64(portion.count < 0 ? 0 - portion.count : portion.count);
  const paths = options.rest();
  portion.expect(paths.length);
  const status = eachInput(paths, (file, path) => {
    portion.title(path);
    if (portion.plus) fromStart(file);
    else fromEnd(file);
  });
  if (settings.follow && paths.length > 0) follow(paths[paths.length - 1]);
  return status;
}

function fromStart(file: Ptr<Input>): void {
  let left = settings.count === 0 ? 0 : settings.count - 1;
  while (left > 0) {
    const c = file.get();
    if (c < 0) return;
    if (portion.bytes || c === 10) left--;
  }
  while (file.more()) out.bytes(file.some());
}

/** Reads all, but never keeps more than is wanted and as much again. */
function fromEnd(file: Ptr<Input>): void {
  if (portion.bytes) skipTo(file);
  const kept = zeroed<Text>();
  while (file.more()) {
    kept.add(text(file.some()));
    if (kept.length > 1 << 16) kept.remove(0, startOf(kept.view()));
  }
  out.write(kept.view().sub(startOf(kept.view()), kept.length));
}

/** In a file whose size is known, what is in front need not be read. */
function skipTo(file: Ptr<Input>): void {
  const s = zeroed<Stat>();
  const seen = fstat(file.fd, ref(s));
  if (isErr(seen) || s.bytes <= 0 || u64(s.bytes) <= settings.count) return;
  ignore(seek(file.fd, 0 - i64(settings.count), SEEK_END), "then all is read");
}

/** Where the last lines (or bytes) begin. */
function startOf(t: string): usize {
  if (settings.count === 0) return t.length;
  if (portion.bytes) return t.length > settings.count ? t.length - settings.count : 0;
  let at = t.length;
  if (at > 0 && t[at - 1] === byte("\n")) at--;
  let left = settings.count;
  while (at > 0) {
    if (t[at - 1] === byte("\n")) {
      left--;
      if (left === 0) return at;
    }
    at--;
  }
  return 0;
}

/** Shows what is added, until somebody ends it. A file that shrank begins anew. */
function follow(path: string): void {
  const file = openInput(path);
  if (isErr(file)) return;
  const at = seek(file.fd, 0, SEEK_END);
  let known: u64 = isErr(at) ? 0 : at;
  for (;;) {
    const s = zeroed<Stat>();
    const seen = fstat(file.fd, ref(s));
    if (!isErr(seen) && u64(s.bytes) < known) known = 0;
    if (!isErr(seen) && u64(s.bytes) > known) {
      ignore(seek(file.fd, i64(known), SEEK_SET), "a pipe goes on where it is");
      file.start(file.fd);
      while (file.more()) {
        const some = file.some();
        known += some.length;
        out.bytes(some);
      }
    }
    out.flush();
    ignore(sleep(500_000_000), "then we look sooner");
  }
}
