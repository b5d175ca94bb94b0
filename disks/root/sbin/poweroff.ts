// poweroff, reboot, halt: the end. init is asked to end everybody and to sync first; -f does not ask.

import { REBOOT_HALT, REBOOT_POWEROFF, REBOOT_RESTART } from "../../../kernel/abi/processes.ts";
import { SIGTERM, SIGUSR1, SIGUSR2 } from "../../../kernel/abi/signals.ts";
import { programName } from "../../lib/environment.ts";
import { complain } from "../../lib/failing.ts";
import { beginOptions } from "../../lib/start.ts";
import { kill, reboot, sync } from "../../lib/sys.ts";

const help = `Usage: poweroff | reboot | halt [-fn]
Ends the system: turns the machine off, starts it anew, or stops it.

  -f  at once, without telling anybody    -n  without writing to the disks first
`;

export function main(argc: u64, argv: Ptr<u64>): i32 {
  const options = beginOptions(argc, argv, "fn", "force=f", help);
  let force = false;
  let syncs = true;
  for (let o = options.take(); o !== 0; o = options.take()) {
    if (o === byte("f")) force = true;
    else syncs = false;
  }
  const name = programName();
  if (syncs) sync();
  const done = force
    ? reboot(name === "reboot" ? REBOOT_RESTART : name === "halt" ? REBOOT_HALT : REBOOT_POWEROFF)
    : kill(1, name === "reboot" ? SIGTERM : name === "halt" ? SIGUSR1 : SIGUSR2);
  if (!isErr(done)) return 0;
  complain(name, done.code);
  return 1;
}
