// free: how much memory there is.

import { SystemInfo } from "../../../kernel/abi/processes.ts";
import { complain } from "../../lib/failing.ts";
import { humanSize } from "../../lib/sizes.ts";
import { beginOptions } from "../../lib/start.ts";
import { out } from "../../lib/stream.ts";
import { sysinfo } from "../../lib/sys.ts";
import { Text } from "../../lib/text.ts";

const help = `Usage: free [-bkmgh]
Shows memory: all, used, free, and held by caches that would give it back.

  -b  in bytes    -k  KiB (as without options)    -m  MiB    -g  GiB    -h  as 1.5M
`;

class Settings {
  unit: u64;
  human: boolean;
}

const settings = zeroed<Settings>();

export function main(argc: u64, argv: Ptr<u64>): i32 {
  const options = beginOptions(argc, argv, "bkmgh", "", help);
  settings.unit = 1024;
  for (let o = options.take(); o !== 0; o = options.take()) {
    if (o === byte("b")) settings.unit = 1;
    if (o === byte("k")) settings.unit = 1024;
    if (o === byte("m")) settings.unit = 1024 * 1024;
    if (o === byte("g")) settings.unit = 1024 * 1024 * 1024;
    if (o === byte("h")) settings.human = true;
  }
  const info = zeroed<SystemInfo>();
  const got = sysinfo(ref(info));
  if (isErr(got)) {
    complain("sysinfo", got.code);
    return 1;
  }
  out.line("              total        used        free       cache   available");
  out.write("Mem:    ");
  size(info.memoryBytes);
  size(info.memoryBytes - info.freeBytes - info.cacheBytes);
  size(info.freeBytes);
  size(info.cacheBytes);
  size(info.freeBytes + info.cacheBytes);
  out.put(byte("\n"));
  return 0;
}

function size(bytes: u64): void {
  if (!settings.human) {
    out.numberRight(bytes / settings.unit, 11);
    out.put(byte(" "));
    return;
  }
  const t = zeroed<Text>();
  humanSize(ref(t), bytes);
  out.right(t.view(), 11);
  out.put(byte(" "));
}
