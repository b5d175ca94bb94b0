// What stat says of a file.
import type { Stat, TimeSpec } from "../abi/files.ts";
import type { Vnode } from "./vnode.ts";

const SECOND: u64 = 1_000_000_000;

function setTime(to: Ptr<TimeSpec>, time: u64): void {
  to.seconds = i64(time / SECOND);
  to.nanoseconds = i64(time % SECOND);
}

export function statOf(vnode: Ptr<Vnode>, stat: Ptr<Stat>): void {
  stat.device = vnode.mount.id;
  stat.inode = vnode.inode;
  stat.links = vnode.links;
  stat.mode = vnode.mode;
  stat.uid = vnode.uid;
  stat.gid = vnode.gid;
  stat.specialDevice = vnode.device;
  stat.bytes = i64(vnode.bytes);
  stat.blockBytes = 4096;
  stat.blocks = i64(vnode.sectors);
  setTime(ref(stat.accessed), vnode.accessed);
  setTime(ref(stat.modified), vnode.modified);
  setTime(ref(stat.changed), vnode.changed);
}
