import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { after, test } from "node:test";
import { crc32 } from "node:zlib";
import { buildBios } from "../bios/build.ts";
import { decodeStart, decodeState, encodeStart, encodeState } from "../emulator/kept-start.ts";
import { Machine } from "../emulator/machine.ts";
import { ownInterpreter } from "./own.ts";

const folder = mkdtempSync(join(tmpdir(), "cor-start-"));
after(() => rmSync(folder, { recursive: true }));

/** A boot sector: says ">", and answers each byte with the next one, asleep in between. */
const sector = new Uint8Array(512);
sector.set([
  ...[0xba, 0xf8, 0x03, 0xb0, 0x3e, 0xee, 0xfb], // mov dx, 3F8h; mov al, '>'; out dx, al; sti
  ...[0xf4, 0xba, 0xfd, 0x03, 0xec, 0xa8, 0x01, 0x74, 0xf7], // hlt; mov dx, 3FDh; in al, dx; test al, 1; jz hlt
  ...[0xba, 0xf8, 0x03, 0xec, 0x04, 0x01, 0xee, 0xeb, 0xee], // mov dx, 3F8h; in al, dx; add al, 1; out dx, al; jmp hlt
]);
sector.set([0x55, 0xaa], 510);

test("a machine that begins behind a start is the machine that came there by itself", async () => {
  const { interpreter } = await ownInterpreter();
  const machine = (): Machine => {
    const disks = [{ image: sector }];
    return new Machine({ memory: 8, firmware: buildBios(), interpreter, disks, time: 1e9 });
  };
  const [walked, resumed] = [machine(), machine()];
  assert.equal(walked.run({ until: ">", instructions: 1e7 }).kind, "text");
  walked.run({ idle: "stop", instructions: 1e6 });
  const kept = decodeStart(encodeStart({ state: encodeState(walked.save()), said: [] }))!;
  resumed.restore(decodeState(kept.state), true);
  for (const each of [walked, resumed]) {
    each.input({ channel: "com1", bytes: Uint8Array.of(0x61) });
    assert.equal(each.run({ until: "b", instructions: 1e6 }).kind, "text");
    each.run({ instructions: 100 });
  }
  assert.deepEqual(resumed.now, walked.now);
  assert.deepEqual(resumed.save(), walked.save());
});

const image = join(folder, "image");
const starts = join(folder, "cache", "cor");
const startNames = (): string[] =>
  readdirSync(starts)
    .filter((name) => name.startsWith("start-") && !name.endsWith(".sum"))
    .sort();

/** Starts the image, waits for what is to be said, then until `done`; types "a" and waits for the answer. All that was said. */
async function session(
  sign: string,
  flags: readonly string[] = [],
  done = (): boolean => true,
  types = true,
): Promise<string> {
  const launcher = resolve(import.meta.dirname, "../bin/cor.mjs");
  const args = [launcher, "run", "--disk", `${image},snapshot`, "--time", "real", "--memory", "8", ...flags];
  const env = { ...process.env, XDG_CACHE_HOME: join(folder, "cache") };
  const child: ChildProcess = spawn(process.execPath, args, { env, stdio: ["pipe", "pipe", "inherit"] });
  let said = "";
  child.stdout!.on("data", (part) => (said += part));
  const until = async (condition: () => boolean): Promise<void> => {
    for (let i = 0; !condition(); i++) {
      assert.ok(i < 1200 && child.exitCode === null, `it said only ${JSON.stringify(said)}`);
      await new Promise((wake) => setTimeout(wake, 25));
    }
  };
  const ended = new Promise((end) => child.on("close", end));
  try {
    await until(() => said.includes(sign));
    await until(done);
    if (types) child.stdin!.write("a");
    await until(() => !types || said.endsWith("b"));
  } finally {
    child.kill("SIGTERM");
    await ended;
  }
  return said;
}

test("the second run begins where the first one waited, unless it is to be cold, or the image is another", async () => {
  mkdirSync(starts, { recursive: true });
  writeFileSync(image, sector);
  const first = await session(">", [], () => startNames().length === 1);
  const [name] = startNames();
  const kept = decodeStart(readFileSync(join(starts, name!)))!;
  assert.ok(decodeState(kept.state).clock.cycles > 0);
  // What is kept shall say something that the guest does not.
  const marked = encodeStart({ ...kept, said: [{ channel: "com1", bytes: Buffer.from("from the kept start") }] });
  writeFileSync(join(starts, name!), marked);
  writeFileSync(join(starts, `${name}.sum`), `${marked.length} ${crc32(marked)}`);
  assert.equal(await session("kept start"), "from the kept startb");
  // It speaks before its machine is there, and can be ended then.
  assert.equal(await session("kept start", [], undefined, false), "from the kept start");
  assert.equal(await session(">", ["--cold"]), first);
  assert.deepEqual(startNames(), [name]);
  // Damaged bytes are as good as none.
  writeFileSync(join(starts, name!), marked.with(marked.length - 3, marked.at(-3)! ^ 1));
  assert.equal(await session(">", [], () => readFileSync(join(starts, name!)).length !== marked.length), first);
  writeFileSync(image, sector.with(4, 0x3c));
  assert.equal(await session("<", [], () => startNames().length === 2), first.replace(">", "<"));
  writeFileSync(image, sector.with(4, 0x3d));
  assert.match(await session("=", [], undefined, false), /=$/);
  assert.equal(startNames().length, 3, "who leaves at once finds it the next time");
});
