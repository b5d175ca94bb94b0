// A disk for tests: its sectors are in an array of the test, which also hears of flushes and may let requests fail.
import { BlockDevice, BlockKind, type BlockRequest } from "../../drivers/block.ts";
import { direct } from "../../layout.ts";

/** 0, or an error number. */
declare function diskMove(write: u64, sector: u64, at: u64, bytes: u64): u64;
declare function diskFlush(): u64;

export const disk = zeroed<BlockDevice>();

function submit(request: Ptr<BlockRequest>, _driver: u64): Res<void> {
  attr(maySleep);
  let failure: u64 = 0;
  if (request.kind === BlockKind.Flush) failure = diskFlush();
  let sector = request.sector;
  for (let i: u32 = 0; i < request.count && failure === 0; i++) {
    const piece = ref(request.pieces[i]);
    const write: u64 = request.kind === BlockKind.Write ? 1 : 0;
    failure = diskMove(write, sector, direct(piece.at), u64(piece.bytes));
    sector += u64(piece.bytes) / 512;
  }
  request.finish(u32(failure));
}

function recover(_device: Ptr<BlockDevice>): void {
  attr(maySleep);
}

export function startDisk(sectors: u64, readOnly: boolean): Ptr<BlockDevice> {
  disk.sectors = sectors;
  disk.readOnly = readOnly;
  disk.submit = submit;
  disk.recover = recover;
  disk.setName("vda");
  return ref(disk);
}
