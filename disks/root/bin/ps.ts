// ps: which processes there are, as /proc tells.

import { namesIn } from "../../lib/directory.ts";
import { complain } from "../../lib/failing.ts";
import { List } from "../../lib/list.ts";
import { sort } from "../../lib/sort.ts";
import { beginOptions } from "../../lib/start.ts";
import { closeInput, openInput, out } from "../../lib/stream.ts";
import { indexOf, isSpace, parseNumber, Text } from "../../lib/text.ts";

const help = `Usage: ps [-aefxl]
Shows processes: number, parent, state (R runs, S sleeps, T stopped, Z ended), processor time, command.

  -l, -f  also group, session and niceness
`;

class Process {
  pid: Text;
  parent: Text;
  group: Text;
  session: Text;
  state: Text;
  nice: Text;
  name: Text;
  nanoseconds: u64;
}

export function main(argc: u64, argv: Ptr<u64>): i32 {
  const options = beginOptions(argc, argv, "aefxluAw", "", help);
  let long = false;
  for (let o = options.take(); o !== 0; o = options.take()) if (o === byte("l") || o === byte("f")) long = true;
  const names = zeroed<List<string>>();
  const read = namesIn("/proc", ref(names));
  if (isErr(read)) {
    complain("/proc", read.code);
    return 1;
  }
  const pids = zeroed<List<u64>>();
  for (const name of names.items()) {
    const pid = parseNumber(name);
    if (!isErr(pid)) pids.push(pid);
  }
  sort(pids.items(), (x, y) => x < y);
  out.line(long ? "  PID  PPID  PGID   SID S  NI     TIME COMMAND" : "  PID  PPID S     TIME COMMAND");
  for (const pid of pids.items()) {
    const p = zeroed<Process>();
    if (!readStatus(pid, ref(p))) continue;
    out.right(p.pid.view(), 5);
    out.right(p.parent.view(), 6);
    if (long) {
      out.right(p.group.view(), 6);
      out.right(p.session.view(), 6);
    }
    out.put(byte(" "));
    out.write(p.state.view().sub(0, p.state.length > 0 ? 1 : 0));
    if (long) out.right(p.nice.view(), 4);
    time(p.nanoseconds);
    out.put(byte(" "));
    command(pid, p.name.view());
    out.put(byte("\n"));
  }
  return 0;
}

function path(pid: u64, file: string, into: Ptr<Text>): string {
  into.clear();
  into.add("/proc/").number(pid).add(file);
  return into.view();
}

/** "Name:\tvalue" lines. False when the process is gone. */
function readStatus(pid: u64, p: Ptr<Process>): boolean {
  const room = zeroed<Text>();
  using _ = defer(() => room.dispose());
  const file = openInput(path(pid, "/status", ref(room)));
  if (isErr(file)) return false;
  const line = zeroed<Text>();
  using __ = defer(() => line.dispose());
  while (file.line(ref(line))) {
    const t = line.view();
    const colon = indexOf(t, byte(":"), 0);
    let at = colon < t.length ? colon + 1 : colon;
    while (at < t.length && isSpace(t[at])) at++;
    const name = t.sub(0, colon);
    const value = t.sub(at, t.length);
    if (name === "Name") p.name.add(value);
    else if (name === "State") p.state.add(value);
    else if (name === "Pid") p.pid.add(value);
    else if (name === "PPid") p.parent.add(value);
    else if (name === "NSpgid") p.group.add(value);
    else if (name === "NSsid") p.session.add(value);
    else if (name === "Nice") p.nice.add(value);
    else if (name === "UserNanoseconds" || name === "SystemNanoseconds") {
      const spent = parseNumber(value);
      if (!isErr(spent)) p.nanoseconds += spent;
    }
  }
  closeInput(file);
  return true;
}

/** Minutes, seconds, hundredths. */
function time(nanoseconds: u64): void {
  const hundredths = nanoseconds / 10_000_000;
  out.numberRight(hundredths / 6000, 3);
  out.put(byte(":"));
  out.padded(hundredths / 100 % 60, 10, 2);
  out.put(byte("."));
  out.padded(hundredths % 100, 10, 2);
}

/** The arguments; of who has none, the name in brackets. */
function command(pid: u64, name: string): void {
  const room = zeroed<Text>();
  using _ = defer(() => room.dispose());
  const file = openInput(path(pid, "/cmdline", ref(room)));
  const all = zeroed<Text>();
  using __ = defer(() => all.dispose());
  if (!isErr(file)) {
    file.all(ref(all));
    closeInput(file);
  }
  if (all.length === 0) {
    out.put(byte("["));
    out.write(name);
    out.put(byte("]"));
    return;
  }
  const t = all.view();
  for (let i: usize = 0; i < t.length; i++) {
    if (t[i] !== 0) out.put(t[i]);
    else if (i + 1 < t.length) out.put(byte(" "));
  }
}
