/** A machine in its own thread: output, input, pacing, recording, and every way it can end. */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { buildBios } from "../bios/build.ts";
import { bareSystem } from "../disks/testing/bare.ts";
import { MachineThread, type ThreadOptions } from "../emulator/control.ts";
import type { MachineOptions } from "../emulator/machine.ts";
import { UserError } from "../emulator/user-error.ts";

const folder = mkdtempSync(join(tmpdir(), "cor-thread-"));
after(() => rmSync(folder, { recursive: true }));

const { img } = bareSystem();
const options: MachineOptions = { memory: 16, firmware: buildBios(), disks: [{ image: img }] };
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

/** A running machine that can be waited for. */
class Talk {
  said = "";
  log = "";
  thread!: MachineThread;
  #check = (): void => {};

  static async start(more: ThreadOptions = {}): Promise<Talk> {
    const talk = new Talk();
    talk.thread = await MachineThread.start(
      { machine: options, ...more },
      {
        output: (channel, part) => {
          if (channel === "com1") talk.said += new TextDecoder().decode(part);
          talk.#check();
        },
        log: (text) => {
          talk.log += text;
        },
      },
    );
    return talk;
  }

  /** Waits for a text after place `from`. */
  async sees(text: string, from = 0): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#check = () => this.said.indexOf(text, from) >= 0 && resolve();
      this.#check();
    });
  }
}

test("what is sent arrives, and what it says comes out", async () => {
  const talk = await Talk.start();
  await talk.sees("Type help.\r\n> ");
  await talk.thread.send("com1", bytes("help\r"));
  await talk.sees("the memory map");
  talk.thread.stop();
  const { ending, stats } = await talk.thread.ended;
  assert.deepEqual(ending, { kind: "quit" });
  assert.ok(stats.instructions > 100_000 && stats.cycles > stats.instructions && stats.hostMs > 0);
  await talk.thread.close();
});

test("an awaited text ends it, with everything said before and nothing after", async () => {
  const talk = await Talk.start({ until: "speaking" });
  assert.deepEqual((await talk.thread.ended).ending, { kind: "text" });
  assert.ok(talk.said.endsWith("speaking"));
  await talk.thread.close();
});

test("an instruction limit is exact", async () => {
  const talk = await Talk.start({ maxInstructions: 54_321 });
  const { ending, stats } = await talk.thread.ended;
  assert.deepEqual([ending.kind, stats.instructions], ["instructions", 54_321]);
  await talk.thread.close();
});

test("limits hold for a guest that does nothing but fault", { timeout: 60_000 }, async () => {
  // #UD's handler at 0:7C20 is UD2 itself, and SS lies in ROM, where nothing that is pushed can change that.
  const image = new Uint8Array(1 << 16);
  // xor ax, ax; mov ds, ax; mov word [18h], 7C20h; mov [1Ah], ax; mov ax, F000h; mov ss, ax; jmp 7C20h
  const code = [0x31, 0xc0, 0x8e, 0xd8, 0xc7, 0x06, 0x18, 0x00, 0x20, 0x7c, 0xa3, 0x1a, 0x00];
  image.set([...code, 0xb8, 0x00, 0xf0, 0x8e, 0xd0, 0xeb, 0x0c], 0);
  image.set([0x0f, 0x0b], 0x20);
  image.set([0x55, 0xaa], 510);
  const machine = { ...options, disks: [{ image }] };
  const limited = await Talk.start({ machine, maxInstructions: 3_000_000 });
  const { ending, stats } = await limited.thread.ended;
  assert.equal(ending.kind, "instructions");
  assert.ok(stats.instructions < 1_000_000, "most of what it was given it could not use");
  await limited.thread.close();
  const endless = await Talk.start({ machine });
  await endless.sees("Booting from");
  endless.thread.stop("timeout");
  assert.equal((await endless.thread.ended).ending.kind, "timeout");
  await endless.thread.close();
});

test("the guest's own end is told", async () => {
  const talk = await Talk.start();
  await talk.sees("> ");
  talk.thread.send("com1", bytes("halt\r"));
  assert.deepEqual((await talk.thread.ended).ending, { kind: "halted" });
  assert.match(talk.said, /halt\r\n$/);
  await talk.thread.close();
});

test("a picture of the screen, while it runs and after its end", async () => {
  const talk = await Talk.start({ until: "> " });
  const early = talk.thread.screenshot();
  await talk.thread.ended;
  for (const png of [await early, await talk.thread.screenshot()]) {
    assert.deepEqual([...png.subarray(0, 4)], [0x89, 0x50, 0x4e, 0x47]);
  }
  await talk.thread.close();
  await assert.rejects(talk.thread.screenshot(), /thread ended/);
});

test("more input than a line takes is held back, and arrives", async () => {
  const talk = await Talk.start();
  await talk.sees("> ");
  const from = talk.said.length;
  // Ctrl-U: an empty line is killed without a word.
  for (let i = 0; i < 20; i++) await talk.thread.send("com1", new Uint8Array(1024).fill(0x15));
  await talk.thread.send("com1", bytes("uptime\r"));
  await talk.sees("seconds", from);
  assert.match(talk.said.slice(from), /^uptime\r\n\d+ seconds/);
  talk.thread.stop();
  const { stats } = await talk.thread.ended;
  assert.ok(stats.cycles > (20 * 1024 * 10 * 1e9) / 115_200, "20 KiB take their time at 115,200 baud");
  await talk.thread.close();
});

test("a reader that takes its time loses nothing, and makes the machine wait", async () => {
  let said = "";
  const thread = await MachineThread.start(
    { machine: options, until: "> " },
    {
      output: async (_channel, part) => {
        await sleep(1);
        said += new TextDecoder().decode(part);
      },
    },
  );
  await thread.ended;
  assert.match(said, /^Cor BIOS .*Type help\.\r\n> $/s);
  await thread.close();
});

test("a reader that never comes back does not keep it from stopping", async () => {
  const thread = await MachineThread.start({ machine: options }, { output: () => new Promise(() => {}) });
  await sleep(200);
  thread.stop();
  assert.deepEqual((await thread.ended).ending, { kind: "quit" });
  await thread.close();
});

test("in real time the clock on the wall is kept, asleep and awake", async () => {
  const began = performance.now();
  const talk = await Talk.start({ pace: "real" });
  await talk.sees("> ");
  await sleep(300);
  talk.thread.stop();
  const { stats } = await talk.thread.ended;
  const guest = stats.cycles / 1e6;
  assert.ok(guest <= performance.now() - began, `${guest} ms of guest time in less on the wall`);
  assert.ok(stats.hostMs - guest < stats.hostMs, "time has passed");
  // The boot takes some millions; asleep between a hundred ticks a second it is a few thousand more, not hundreds of millions.
  assert.ok(stats.instructions < 10_000_000);
  await talk.thread.close();
});

test("closing does not wait for a guest that is busy", async () => {
  const spin = new Uint8Array(512);
  spin.set([0xfa, 0xeb, 0xfe]);
  spin.set([0x55, 0xaa], 510);
  const talk = await Talk.start({ machine: { ...options, disks: [{ image: spin }] } });
  await talk.sees("Booting");
  await talk.thread.close();
  assert.deepEqual((await talk.thread.ended).ending, { kind: "closed" });
});

test("the log comes out in lines", async () => {
  const talk = await Talk.start({ machine: { ...options, log: ["port"] }, until: "Cor" });
  await talk.thread.ended;
  await talk.thread.close();
  assert.match(talk.log, /^(port: [^\n]*\n)+$/);
});

describe("what goes wrong", () => {
  test("options that cannot be used reject the start with the user's error", async () => {
    await assert.rejects(
      Talk.start({ machine: { ...options, disks: [{ image: join(folder, "nowhere.img") }] } }),
      (error) => error instanceof UserError && /no such file/.test(error.message),
    );
  });

  test("an exception of the reader's is the reader's", async () => {
    const thread = await MachineThread.start(
      { machine: options, until: "> " },
      {
        output: () => {
          throw new Error("no room");
        },
      },
    );
    await assert.rejects(thread.ended, /no room/);
    await thread.close();
  });
});

describe("a recording", () => {
  const file = join(folder, "session.rec");

  test("plays back to the same words and the same end", async () => {
    const first = await Talk.start({ record: file, pace: "real" });
    await first.sees("> ");
    await first.thread.send("com1", bytes("mem\r"));
    await first.sees("usable");
    await sleep(50);
    await first.thread.send("com1", bytes("uptime\r"));
    await first.sees("seconds");
    await sleep(30);
    first.thread.stop();
    const { stats } = await first.thread.ended;
    await first.thread.close();

    for (const pace of ["fast", "real"] as const) {
      const again = await Talk.start({ machine: {}, replay: file, pace });
      // What is typed during a replay is not part of it.
      again.thread.send("com1", bytes("panic\r"));
      const end = await again.thread.ended;
      await again.thread.close();
      assert.equal(again.said, first.said, pace);
      assert.deepEqual(end.ending, { kind: "quit" });
      assert.deepEqual([end.stats.instructions, end.stats.cycles], [stats.instructions, stats.cycles]);
    }
  });

  test("of a run that crashed plays as far as it goes", async () => {
    const cut = join(folder, "cut.rec");
    const lines = readFileSync(file, "utf8").split("\n");
    writeFileSync(cut, `${lines.slice(0, -2).join("\n")}\n{"at":[1,`);
    const again = await Talk.start({ replay: cut, until: "seconds" });
    assert.deepEqual((await again.thread.ended).ending, { kind: "text" });
    await again.thread.close();
  });

  test("of another machine's life is noticed", async () => {
    const other = join(folder, "other.rec");
    writeFileSync(
      other,
      readFileSync(file, "utf8").replace(/"at":\[(\d+),/, (_, n) => `"at":[${Number(n) + 1},`),
    );
    const again = await Talk.start({ replay: other });
    await assert.rejects(again.thread.ended, /the recording does not fit this version of Cor/);
    await again.thread.close();
  });

  test("names its disk files, which must not have changed, and leaves them alone", async () => {
    const image = join(folder, "disk.img");
    const recording = join(folder, "disk.rec");
    writeFileSync(image, img);
    const first = await Talk.start({ machine: { ...options, disks: [{ image }] }, record: recording, until: "> " });
    await first.thread.ended;
    await first.thread.close();
    const again = await Talk.start({ replay: recording, until: "> " });
    await again.thread.ended;
    await again.thread.close();
    assert.equal(again.said, first.said);
    writeFileSync(image, img.subarray(512));
    await assert.rejects(Talk.start({ replay: recording }), /disk\.img has changed since .*disk\.rec was recorded/);
  });
});
