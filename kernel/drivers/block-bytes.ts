// Sectors into ordinary memory, for those who have no frame at hand: partition tables, superblocks. A device takes physical
// addresses, and where a slice lies physically only the direct map tells; so the bytes go through a frame of their own. Whoever moves much (the buffer cache) names its frames in a request instead.
import { PAGE_SIZE } from "../layout.ts";
import { allocFrame, OWNER_CALLS, physOf, release, virtOf } from "../memory/frames.ts";
import { type BlockDevice, BlockKind, BlockRequest, doRequest, SECTOR } from "./block.ts";

/** Fills `to`, whole sectors, from the device. EINVAL, EIO, ENOMEM. */
export function readSectors(device: Ptr<BlockDevice>, sector: u64, to: Slice<u8>): Res<void> {
  attr(maySleep);
  const frame = orReturn(allocFrame(OWNER_CALLS));
  using _ = defer(() => release(frame));
  const page = slice(virtOf<u8>(frame), PAGE_SIZE);
  for (let done: usize = 0; done < to.length; ) {
    const part = partOf(to.length - done);
    const request = zeroed<BlockRequest>();
    request.begin(BlockKind.Read, sector + done / SECTOR);
    orReturn(request.add(physOf(frame), u32(part)));
    orReturn(doRequest(device, ref(request)));
    copySlice(to.sub(done, done + part), page.sub(0, part));
    done += part;
  }
}

function partOf(left: usize): usize {
  return left < PAGE_SIZE ? left : PAGE_SIZE;
}
