// stat: what the file system knows of files.

import { Stat, StatFs, S_IFMT } from "../../../kernel/abi/files.ts";
import { complain } from "../../lib/failing.ts";
import { Escape } from "../../lib/escapes.ts";
import { isLink, ModeText } from "../../lib/modes.ts";
import { groupName, userName } from "../../lib/names.ts";
import { beginOptions } from "../../lib/start.ts";
import { out } from "../../lib/stream.ts";
import { lstat, readlink, stat, statfs } from "../../lib/sys.ts";
import { Digits, Text } from "../../lib/text.ts";
import { formatDate } from "../../lib/time.ts";

const help = `Usage: stat [-Lft] [-c FORMAT] FILE...
Shows all that is known of files.

  -L  of what links lead to    -f  of the file systems that hold them
  -c  %n name %s bytes %b blocks %a mode %A as ls %i inode %h links %u %U %g %G
      %F kind %N with a link's target %o block size %x %y %z times (%X %Y %Z in seconds) %t %T device
`;

export function main(argc: u64, argv: Ptr<u64>): i32 {
  const options = beginOptions(argc, argv, "Lftc:", "dereference=L format=c file-system=f", help);
  let follow = false;
  let systems = false;
  let form = "";
  for (let o = options.take(); o !== 0; o = options.take()) {
    if (o === byte("L")) follow = true;
    if (o === byte("f")) systems = true;
    if (o === byte("c")) form = options.value;
  }
  const paths = options.rest();
  if (paths.length === 0) options.usage();
  let status: i32 = 0;
  for (const path of paths) {
    const done = systems ? system(path) : one(path, follow, form);
    if (!isErr(done)) continue;
    complain(path, done.code);
    status = 1;
  }
  return status;
}

function one(path: string, follow: boolean, form: string): Res<void> {
  const s = zeroed<Stat>();
  orReturn(follow ? stat(path, ref(s)) : lstat(path, ref(s)));
  if (form.length > 0) {
    formatted(form, path, ref(s));
    out.put(byte("\n"));
    return;
  }
  const device = (s.mode & S_IFMT) === 0x2000 || (s.mode & S_IFMT) === 0x6000;
  formatted("  File: %N\n  Size: %s\tBlocks: %b\tIO Block: %o\t%F\nDevice: %d\tInode: %i\tLinks: %h", path, ref(s));
  if (device) formatted("\tDevice type: %t,%T", path, ref(s));
  formatted("\nAccess: (0%a/%A)  Uid: (%u/%U)  Gid: (%g/%G)\nAccess: %x\nModify: %y\nChange: %z\n", path, ref(s));
}

function number(n: u64, base: u64): void {
  const digits = zeroed<Digits>();
  out.write(digits.of(n, base));
}

function kind(s: Ptr<Stat>): string {
  switch (s.mode & S_IFMT) {
    case 0x8000: return s.bytes === 0 ? "regular empty file" : "regular file";
    case 0x4000: return "directory";
    case 0xa000: return "symbolic link";
    case 0x2000: return "character special file";
    case 0x6000: return "block special file";
    case 0x1000: return "fifo";
    default: return "socket";
  }
}

function date(seconds: i64, nanoseconds: i64): void {
  const t = zeroed<Text>();
  formatDate(ref(t), "%Y-%m-%d %H:%M:%S.%N %z", seconds, u64(nanoseconds));
  out.write(t.view());
  t.dispose();
}

function formatted(form: string, path: string, s: Ptr<Stat>): void {
  for (let i: usize = 0; i < form.length; i++) {
    if (form[i] === byte("\\") && i + 1 < form.length) {
      const escape = zeroed<Escape>();
      i = escape.read(form, i, false) - 1;
      for (const c of slice(escape.bytes, escape.length)) out.put(c);
      continue;
    }
    if (form[i] !== byte("%") || i + 1 === form.length) {
      out.put(form[i]);
      continue;
    }
    i++;
    switch (form[i]) {
      case byte("n"): out.write(path); break;
      case byte("N"): quotedName(path, s); break;
      case byte("s"): number(u64(s.bytes), 10); break;
      case byte("b"): number(u64(s.blocks), 10); break;
      case byte("B"): number(512, 10); break;
      case byte("o"): number(u64(s.blockBytes), 10); break;
      case byte("a"): number(u64(s.mode & 0xfff), 8); break;
      case byte("f"): number(u64(s.mode), 16); break;
      case byte("A"): {
        const t = zeroed<ModeText>();
        out.write(t.of(s.mode));
        break;
      }
      case byte("F"): out.write(kind(s)); break;
      case byte("i"): number(s.inode, 10); break;
      case byte("h"): number(s.links, 10); break;
      case byte("d"): number(s.device, 10); break;
      case byte("D"): number(s.device, 16); break;
      case byte("t"): number((s.specialDevice >> 8) & 0xfff, 16); break;
      case byte("T"): number(s.specialDevice & 0xff, 16); break;
      case byte("u"): number(u64(s.uid), 10); break;
      case byte("g"): number(u64(s.gid), 10); break;
      case byte("U"): out.write(userName(s.uid)); break;
      case byte("G"): out.write(groupName(s.gid)); break;
      case byte("x"): date(s.accessed.seconds, s.accessed.nanoseconds); break;
      case byte("y"): date(s.modified.seconds, s.modified.nanoseconds); break;
      case byte("z"): date(s.changed.seconds, s.changed.nanoseconds); break;
      case byte("X"): out.signed(s.accessed.seconds); break;
      case byte("Y"): out.signed(s.modified.seconds); break;
      case byte("Z"): out.signed(s.changed.seconds); break;
      default: out.put(form[i]);
    }
  }
}

function quotedName(path: string, s: Ptr<Stat>): void {
  out.write(path);
  if (!isLink(s.mode)) return;
  const room = zeroed<Arr<u8, 4096>>();
  const target = readlink(path, slice(room));
  if (isErr(target)) return;
  out.write(" -> ");
  out.write(target);
}

function system(path: string): Res<void> {
  const s = zeroed<StatFs>();
  orReturn(statfs(path, ref(s)));
  out.write("  File: ");
  out.line(path);
  out.write("    Type: ");
  number(s.kind, 16);
  out.write("\tNamelen: ");
  number(s.nameMax, 10);
  out.write("\nBlock size: ");
  number(s.blockBytes, 10);
  out.write("\nBlocks: Total: ");
  number(s.blocks, 10);
  out.write(" Free: ");
  number(s.blocksFree, 10);
  out.write(" Available: ");
  number(s.blocksAvailable, 10);
  out.write("\nInodes: Total: ");
  number(s.files, 10);
  out.write(" Free: ");
  number(s.filesFree, 10);
  out.put(byte("\n"));
}
