import assert from "node:assert/strict";
import { test } from "node:test";
import { Worker } from "node:worker_threads";
import { Ring } from "./ring.ts";

test("records come out as they went in, over the end of the buffer too", () => {
  const ring = new Ring(Ring.allocate(64));
  let rung = 0;
  for (let i = 0; i < 200; i++) {
    const bytes = Uint8Array.from({ length: i % 30 }, (_, k) => i + k);
    ring.write(i & 0xff, bytes, () => rung++);
    if (bytes.length === 0) continue;
    assert.deepEqual(ring.read(), { channel: i & 0xff, bytes });
    assert.equal(ring.read(), null);
  }
  assert.ok(rung > 100, "the reader found it empty each time, and is rung up at each write");
});

test("a writer in another thread waits for a slow reader and loses nothing", async () => {
  const shared = Ring.allocate(1 << 10);
  const total = 200_000;
  const code = `
    import { parentPort, workerData } from "node:worker_threads";
    const { Ring } = await import(workerData.module);
    const ring = new Ring(workerData.shared);
    for (let sent = 0; sent < ${total}; ) {
      const bytes = new Uint8Array(Math.min(1 + (sent % 1500), ${total} - sent)).map((_, k) => (sent + k) * 7);
      ring.write(9, bytes, () => parentPort.postMessage("output"));
      sent += bytes.length;
    }
  `;
  const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(code)}`), {
    workerData: { shared, module: new URL("./ring.ts", import.meta.url).href },
  });
  const ring = new Ring(shared);
  let received = 0;
  const drain = (): void => {
    for (let record = ring.read(); record !== null; record = ring.read()) {
      assert.equal(record.channel, 9);
      for (const byte of record.bytes) assert.equal(byte, (received++ * 7) & 0xff);
    }
  };
  worker.on("message", drain);
  drain();
  await new Promise((resolve, reject) => worker.on("exit", resolve).on("error", reject));
  drain();
  assert.equal(received, total);
});
