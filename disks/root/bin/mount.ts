// mount: file systems become visible.

import { MS_RDONLY } from "../../../kernel/abi/files.ts";
import { complain } from "../../lib/failing.ts";
import { beginOptions } from "../../lib/start.ts";
import { closeInput, openInput, out } from "../../lib/stream.ts";
import { mount } from "../../lib/sys.ts";
import { indexOf } from "../../lib/text.ts";

const help = `Usage: mount [-r] [-t KIND] [-o OPTIONS] [DEVICE DIRECTORY]
Shows what is mounted, or mounts a device's file system at a directory.

  -t  ext2 (as without it), proc, dev    -r, -o ro  only for reading
`;

export function main(argc: u64, argv: Ptr<u64>): i32 {
  const options = beginOptions(argc, argv, "rwt:o:a", "", help);
  let kind = "ext2";
  let flags: u64 = 0;
  for (let o = options.take(); o !== 0; o = options.take()) {
    if (o === byte("t")) kind = options.value;
    if (o === byte("r")) flags |= MS_RDONLY;
    if (o === byte("o")) {
      for (let at: usize = 0; at < options.value.length; ) {
        const end = indexOf(options.value, byte(","), at);
        if (options.value.sub(at, end) === "ro") flags |= MS_RDONLY;
        at = end + 1;
      }
    }
  }
  const paths = options.rest();
  if (paths.length === 0) return show();
  if (paths.length !== 2) options.usage();
  const done = mount(paths[0], paths[1], kind, flags);
  if (!isErr(done)) return 0;
  complain(paths[1], done.code);
  return 1;
}

function show(): i32 {
  const file = openInput("/proc/mounts");
  if (isErr(file)) {
    complain("/proc/mounts", file.code);
    return 1;
  }
  while (file.more()) out.bytes(file.some());
  closeInput(file);
  return 0;
}
