/** Requests between those who make them and a driver: what is refused, where partitions begin, and a disk that says nothing. */
import assert from "node:assert/strict";
import test from "node:test";
import { kernelModule } from "../testing/module.ts";

const source = `
import { BlockDevice, BlockKind, BlockRequest, blockDevice, doRequest, findBlock, flushDevice, registerBlock } from "./drivers/block.ts";
const disk = zeroed<BlockDevice>();
const part = zeroed<BlockDevice>();
const request = zeroed<BlockRequest>();
let silent = false;
let waiting: Ptr<BlockRequest> | null = null;
export function isSilent(yes: boolean): void {
  silent = yes;
}
function submit(given: Ptr<BlockRequest>, driver: u64): Res<void> {
  if (driver !== 7) return err(Errno.ENXIO);
  if (given.kind === BlockKind.Flush) print\`flush\\n\`;
  else print\`\${given.kind === BlockKind.Read ? "read" : "write"} \${given.sector} \${given.bytes()}\\n\`;
  if (silent) waiting = given;
  else given.finish(given.sector === 13 ? u32(Errno.EIO) : 0);
}
function recover(of: Ptr<BlockDevice>): void {
  print\`reset \${of.name()}\\n\`;
  const given = waiting;
  if (given !== null) given.finish(u32(Errno.EIO));
  waiting = null;
}
export function start(readOnly: boolean): void {
  disk.setName("vda");
  disk.sectors = 1000;
  disk.readOnly = readOnly;
  disk.driver = 7;
  disk.submit = submit;
  disk.recover = recover;
  ignore(registerBlock(ref(disk)), "room");
  part.setName("vda1");
  part.whole = ref(disk);
  part.first = 100;
  part.sectors = 50;
  part.readOnly = readOnly;
  ignore(registerBlock(ref(part)), "room");
}
export function run(name: u32, write: boolean, sector: u64, bytes: u32): u32 {
  const device = findBlock(name === 0 ? "vda" : "vda1");
  if (device === null) return 1000;
  request.begin(write ? BlockKind.Write : BlockKind.Read, sector);
  for (let left = bytes; left > 0; ) {
    const piece: u32 = left < 8192 ? left : 8192;
    const added = request.add(0x1000, piece);
    if (isErr(added)) return 500 + u32(added.code);
    left -= piece;
  }
  const done = doRequest(device, ref(request));
  return isErr(done) ? u32(done.code) : 0;
}
export function flush(): u32 {
  const device = blockDevice(1);
  if (device === null) return 1000;
  const done = flushDevice(device);
  return isErr(done) ? u32(done.code) : 0;
}
`;
const doubles = {
  "kernel/sync/wait.ts": `
import { pass, type Nanos } from "../task/clock.ts";
export class WaitQueue {
  private woken: Atomic<u32>;
  waitAlwaysUntil(condition: () => boolean, at: Nanos): boolean {
    attr(maySleep);
    if (condition()) return true;
    pass(at);
    return condition();
  }
  wakeAll(): void {
    attr(irqSafe);
    this.woken.add(1);
  }
}
`,
  "kernel/task/clock.ts": `
export type Nanos = Unit<"Nanos">;
let time: Nanos = 5;
export function now(): Nanos {
  return time;
}
export function pass(to: Nanos): void {
  time = to;
}
`,
};
const [EIO, EINVAL, EROFS] = [5, 22, 30];

function device(readOnly = false) {
  const { call, output } = kernelModule(source, doubles);
  call("start", readOnly ? 1n : 0n);
  let seen = 0;
  return {
    call: (name: string, ...args: (number | boolean)[]) =>
      Number(call(name, ...args.map((x) => BigInt(Number(x))))[0] ?? 0n),
    said: () => {
      const all = output();
      const fresh = all.slice(seen).split("\n").filter(Boolean);
      seen = all.length;
      return fresh;
    },
  };
}

test("a request reaches the driver; one for a partition with its beginning added", () => {
  const { call, said } = device();
  assert.equal(call("run", 0, false, 999, 512), 0);
  assert.equal(call("run", 1, true, 3, 1024), 0);
  assert.equal(call("flush"), 0);
  assert.deepEqual(said(), ["read 999 512", "write 103 1024", "flush"]);
});

test("what reaches beyond the end is refused, also where the sum overflows", () => {
  const { call, said } = device();
  assert.equal(call("run", 0, false, 1000, 512), EINVAL);
  assert.equal(call("run", 0, false, 999, 1024), EINVAL);
  assert.equal(call("run", 1, false, 49, 1024), EINVAL);
  assert.equal(call("run", 0, false, 2 ** 53, 512), EINVAL);
  assert.equal(call("run", 0, false, 0, 0), EINVAL);
  assert.equal(call("run", 0, false, 0, 100), 500 + EINVAL);
  assert.equal(call("run", 0, false, 0, 17 * 8192), 500 + EINVAL);
  assert.deepEqual(said(), []);
});

test("nobody writes to a read-only disk", () => {
  const { call, said } = device(true);
  assert.equal(call("run", 0, true, 0, 512), EROFS);
  assert.equal(call("run", 0, false, 0, 512), 0);
  assert.deepEqual(said(), ["read 0 512"]);
});

test("a disk's error is the request's", () => {
  assert.equal(device().call("run", 0, false, 13, 512), EIO);
});

test("a disk that does not answer is reset, and then the request has failed", () => {
  const { call, said } = device();
  call("isSilent", true);
  assert.equal(call("run", 1, false, 1, 512), EIO);
  assert.deepEqual(said(), ["read 101 512", "vda: no answer, the disk is reset", "reset vda"]);
  call("isSilent", false);
  assert.equal(call("run", 1, false, 1, 512), 0);
});
