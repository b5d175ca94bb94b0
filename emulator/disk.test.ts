import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { checkImageFile, latePiece, type Overlay, openDisk, SECTOR } from "./disk.ts";
import { WatchedDisk } from "./watched-disk.ts";

const folder = mkdtempSync(join(tmpdir(), "cor-disk-"));
after(() => rmSync(folder, { recursive: true }));
const pattern = (length: number, from = 0): Uint8Array => Uint8Array.from({ length }, (_, i) => (i + from) * 13);

function imageFile(name: string, bytes: Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

test("an image file is read and written in place", () => {
  const image = imageFile("plain.img", pattern(8 * SECTOR));
  const disk = openDisk({ image });
  assert.equal(disk.sectors, 8);
  const two = new Uint8Array(2 * SECTOR);
  assert.ok(disk.read(3, two));
  assert.deepEqual(two, pattern(8 * SECTOR).subarray(3 * SECTOR, 5 * SECTOR));
  assert.ok(disk.write(6, pattern(SECTOR, 99)));
  assert.ok(disk.flush());
  disk.close();
  const after = readFileSync(image);
  assert.deepEqual(Uint8Array.from(after.subarray(6 * SECTOR, 7 * SECTOR)), pattern(SECTOR, 99));
  assert.equal(after.length, 8 * SECTOR);
});

test("a snapshot keeps its writes to itself, and they can be saved and restored", () => {
  const image = imageFile("snapshot.img", pattern(4 * SECTOR));
  const disk = openDisk({ image, snapshot: true }) as Overlay;
  assert.ok(disk.write(1, pattern(2 * SECTOR, 50)));
  const all = new Uint8Array(4 * SECTOR);
  assert.ok(disk.read(0, all));
  assert.deepEqual(all.subarray(SECTOR, 3 * SECTOR), pattern(2 * SECTOR, 50));
  assert.deepEqual(all.subarray(3 * SECTOR), pattern(4 * SECTOR).subarray(3 * SECTOR));
  const saved = disk.save();
  disk.close();
  assert.deepEqual(Uint8Array.from(readFileSync(image)), pattern(4 * SECTOR));

  const again = openDisk({ image, snapshot: true }) as Overlay;
  again.restore(saved);
  const sector = new Uint8Array(SECTOR);
  assert.ok(again.read(2, sector));
  assert.deepEqual(sector, pattern(2 * SECTOR, 50).subarray(SECTOR));
  again.close();
});

test("the last, partial sector of an image reads with zeros behind it", () => {
  const disk = openDisk({ image: imageFile("odd.img", pattern(SECTOR + 10)), readonly: true });
  assert.equal(disk.sectors, 2);
  const sector = new Uint8Array(SECTOR).fill(0xff);
  assert.ok(disk.read(1, sector));
  assert.deepEqual(sector.subarray(0, 10), pattern(SECTOR + 10).subarray(SECTOR));
  assert.ok(sector.subarray(10).every((byte) => byte === 0));
  disk.close();
});

test("a file that is cut short under the machine is a medium error, not an exception", () => {
  const image = imageFile("cut.img", pattern(8 * SECTOR));
  const disk = openDisk({ image, readonly: true });
  truncateSync(image, 2 * SECTOR);
  assert.equal(disk.read(5, new Uint8Array(SECTOR)), false);
  disk.close();
});

test("bytes as a disk are copied on write", () => {
  const bytes = pattern(2 * SECTOR);
  const disk = openDisk({ image: bytes });
  assert.ok(disk.write(0, new Uint8Array(SECTOR)));
  assert.deepEqual(bytes, pattern(2 * SECTOR));
});

test("a second writer is refused, in this process and in another; readers and snapshots are not", () => {
  const image = imageFile("locked.img", pattern(4 * SECTOR));
  const first = openDisk({ image });
  assert.throws(() => openDisk({ image }), /locked\.img is open in another machine \(this process\); stop that one/);
  const other = spawnSync(process.execPath, [
    "--input-type=module",
    "-e",
    `import { openDisk } from ${JSON.stringify(new URL("./disk.ts", import.meta.url).href)};
     try { openDisk({ image: ${JSON.stringify(image)} }); } catch (error) { console.log(error.name, error.message); }`,
  ]);
  assert.match(
    String(other.stdout),
    new RegExp(`^UserError .*is open in another machine \\(process ${process.pid}\\)`),
  );
  openDisk({ image, readonly: true }).close();
  openDisk({ image, snapshot: true }).close();
  first.close();
  openDisk({ image }).close();
  assert.deepEqual(
    readdirSync(folder).filter((name) => name.startsWith("locked.img.")),
    [],
  );
});

test("the lock of a process that is gone is taken over", () => {
  const image = imageFile("stale.img", pattern(SECTOR));
  const script = `
    import { openDisk } from ${JSON.stringify(new URL("./disk.ts", import.meta.url).href)};
    openDisk({ image: ${JSON.stringify(image)} });
    process.kill(process.pid, "SIGKILL");`;
  spawnSync(process.execPath, ["--input-type=module", "-e", script]);
  assert.ok(existsSync(`${image}.lock`), "the killed process left its lock");
  openDisk({ image }).close();
  assert.ok(!existsSync(`${image}.lock`));
});

test("what is no image is refused with one line", () => {
  assert.throws(() => checkImageFile(folder), /is a directory; give the path of a raw disk image/);
  assert.throws(() => checkImageFile(join(folder, "nowhere")), /no such file or directory/);
  assert.throws(() => checkImageFile(imageFile("empty.img", new Uint8Array())), /holds 0 bytes/);
  assert.throws(() => checkImageFile("/dev/null"), /no regular file/);
});

test("who watches a disk sees what is done to it first, and can make it fail", () => {
  const disk = openDisk({ image: new Uint8Array(8 * SECTOR) });
  const seen: string[] = [];
  let works = true;
  const watched = new WatchedDisk(disk, 3, ({ disk: number, kind, sector, sectors, bytes }) => {
    seen.push(`${number} ${kind} ${sector} ${sectors} ${bytes.length} ${bytes[0] ?? "-"}`);
    return works;
  });
  const sector = new Uint8Array(SECTOR);
  assert.ok(watched.write(2, sector.fill(7)));
  works = false;
  assert.ok(!watched.write(2, sector.fill(8)));
  assert.ok(!watched.read(2, sector));
  assert.ok(!watched.flush());
  works = true;
  assert.ok(watched.read(2, sector) && watched.flush());
  assert.equal(sector[0], 7, "a write that failed has changed nothing");
  const wanted = [
    "write 2 1 512 7",
    "write 2 1 512 8",
    "read 2 1 0 -",
    "flush 0 0 0 -",
    "read 2 1 0 -",
    "flush 0 0 0 -",
  ];
  assert.deepEqual(
    seen,
    wanted.map((line) => `3 ${line}`),
  );
  watched.close();
});

test("a disk in pieces reads as one, with zeros behind the last, and keeps its writes to itself", () => {
  const path = imageFile("piece.img", pattern(3 * SECTOR, 7));
  const disk = openDisk({ image: { pieces: [pattern(2 * SECTOR), path, pattern(SECTOR + 5, 9)], sectors: 9 } });
  assert.equal(disk.sectors, 9);
  const whole = new Uint8Array(9 * SECTOR);
  whole.set(pattern(2 * SECTOR));
  whole.set(pattern(3 * SECTOR, 7), 2 * SECTOR);
  whole.set(pattern(SECTOR + 5, 9), 5 * SECTOR);
  for (let first = 0; first < 9; first++)
    for (let count = 1; first + count <= 9; count++) {
      const into = new Uint8Array(count * SECTOR).fill(0xff);
      assert.ok(disk.read(first, into));
      assert.deepEqual(into, whole.slice(first * SECTOR, (first + count) * SECTOR));
    }
  assert.ok(disk.write(4, pattern(SECTOR, 99)));
  const sector = new Uint8Array(SECTOR);
  assert.ok(disk.read(4, sector));
  assert.deepEqual(sector, pattern(SECTOR, 99));
  disk.close();
  assert.deepEqual(Uint8Array.from(readFileSync(path)), pattern(3 * SECTOR, 7));
  assert.throws(() => openDisk({ image: { pieces: [path], sectors: 2 } }), /more than a disk/);
});

test("who reads a piece that is still being made waits for it; one that never comes is a bad medium", async () => {
  const { Worker } = await import("node:worker_threads");
  for (const bytes of [pattern(2 * SECTOR), null]) {
    const late = latePiece(2 * SECTOR);
    const disk = openDisk({ image: { pieces: [late, pattern(SECTOR, 3)], sectors: 3 } });
    const sector = new Uint8Array(SECTOR);
    assert.ok(disk.read(2, sector), "what is behind it is there");
    assert.deepEqual(sector, pattern(SECTOR, 3));
    // Another thread gives it after a while, as this one can only wait.
    const giver = new Worker(
      `const { workerData: { url, late, bytes } } = require("node:worker_threads");
       import(url).then(({ finishPiece }) => finishPiece(late, bytes));`,
      { eval: true, workerData: { url: new URL("disk.ts", import.meta.url).href, late, bytes } },
    );
    assert.equal(disk.read(1, sector), bytes !== null);
    if (bytes !== null) assert.deepEqual(sector, bytes.subarray(SECTOR));
    await giver.terminate();
    disk.close();
  }
});
