// uname: what system this is.

import { SystemNames } from "../../../kernel/abi/processes.ts";
import { textAt } from "../../lib/c-text.ts";
import { complain } from "../../lib/failing.ts";
import { beginOptions } from "../../lib/start.ts";
import { out } from "../../lib/stream.ts";
import { uname } from "../../lib/sys.ts";

const help = `Usage: uname [-snrvma]
Names the system.

  -s  its name (as without options)    -n  this machine's name    -r  release
  -v  version    -m  processor         -a  all of it
`;

export function main(argc: u64, argv: Ptr<u64>): i32 {
  const options = beginOptions(argc, argv, "snrvmap", "all=a kernel-name=s nodename=n kernel-release=r machine=m", help);
  const names = zeroed<SystemNames>();
  const got = uname(ref(names));
  if (isErr(got)) {
    complain("uname", got.code);
    return 1;
  }
  let system = false;
  let node = false;
  let release = false;
  let version = false;
  let machine = false;
  for (let o = options.take(); o !== 0; o = options.take()) {
    const all = o === byte("a");
    if (all || o === byte("s")) system = true;
    if (all || o === byte("n")) node = true;
    if (all || o === byte("r")) release = true;
    if (all || o === byte("v")) version = true;
    if (all || o === byte("m") || o === byte("p")) machine = true;
  }
  if (!system && !node && !release && !version && !machine) system = true;
  const row = zeroed<Row>();
  row.add(system, textAt(ref(names.system[0])));
  row.add(node, textAt(ref(names.node[0])));
  row.add(release, textAt(ref(names.release[0])));
  row.add(version, textAt(ref(names.version[0])));
  row.add(machine, textAt(ref(names.machine[0])));
  out.put(byte("\n"));
  return 0;
}

class Row {
  begun: boolean;

  add(wanted: boolean, t: string): void {
    if (!wanted) return;
    if (this.begun) out.put(byte(" "));
    this.begun = true;
    out.write(t);
  }
}
