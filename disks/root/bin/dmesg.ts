// dmesg: what the kernel said.

import { O_NONBLOCK, O_RDONLY } from "../../../kernel/abi/files.ts";
import { complain } from "../../lib/failing.ts";
import { beginOperands } from "../../lib/start.ts";
import { out } from "../../lib/stream.ts";
import { open, read } from "../../lib/sys.ts";

const help = `Usage: dmesg
Shows the kernel's messages.
`;

export function main(argc: u64, argv: Ptr<u64>): i32 {
  beginOperands(argc, argv, help);
  const log = open("/proc/kmsg", O_RDONLY | O_NONBLOCK, 0);
  if (isErr(log)) {
    complain("/proc/kmsg", log.code);
    return 1;
  }
  const room = zeroed<Arr<u8, 4096>>();
  for (;;) {
    const got = read(log, slice(room));
    if (isErr(got) || got === 0) return 0;
    out.bytes(slice(room, got));
  }
}
