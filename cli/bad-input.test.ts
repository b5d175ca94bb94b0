/**
 * What users get wrong: always one line that says what is wrong and what to do, exit code 2, nothing on stdout and no
 * stack. The rows run the command's own entry; those that touch files, ports or the machine run the real program.
 */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, mock, test } from "node:test";
import { main } from "../cli.ts";
import { openDisk } from "../emulator/disk.ts";
import { cor, launcher } from "./testing/cor.ts";

const folder = mkdtempSync(join(tmpdir(), "cor-bad-input-"));
after(() => rmSync(folder, { recursive: true }));

function file(name: string, content: Uint8Array | string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

/** A sector that a PC would boot. */
const bootable = new Uint8Array(1 << 16);
bootable.set([0x55, 0xaa], 510);
const image = file("good.img", bootable);

/** Everything that can be said without opening a file. */
const grammar: readonly [line: string, complaint: RegExp][] = [
  ["", /^cor: say what to do, for instance "cor run"; "cor --help" shows the commands$/],
  ["fly", /^cor: unknown argument "fly"; "cor --help" shows what is there$/],
  ["compile", /^cor: name the sources, for instance "cor compile main.ts"/],
  ["compile a.ts --frobnicate", /^cor: unknown flag --frobnicate; "cor compile --help"/],
  ["compile a.ts --target arm", /^cor: --target arm: give linux, cor-kernel, cor-user, wasm$/],
  ["compile a.ts -o x -o y", /^cor: --output is given twice; give it once$/],
  ["compile a.ts -c --link b.o", /^cor: --link needs a linked program: --target linux or cor-user, without --object$/],
  ["compile /nowhere/a.ts", /^cor: there is no file \/nowhere\/a.ts$/],
  ["compile /nowhere/a.c", /^cor: \/nowhere\/a.c is no source: a name ends in .ts$/],
  ["run --frobnicate", /^cor: unknown flag --frobnicate; "cor run --help" shows what is there$/],
  ["run --frobnicate=7 a.img", /^cor: unknown flag --frobnicate; "cor run --help"/],
  ["build --frobnicate", /^cor: unknown flag --frobnicate; "cor build --help"/],
  ["run a.img b.img", /^cor: unknown argument "b.img"; "cor run --help"/],
  ["run --memory", /^cor: --memory needs a value; "cor run --help" shows which$/],
  ["run -m", /^cor: -m needs a value/],
  ["run -m 1", /^cor: --memory 1: give a whole number of MiB from 4 to 3072$/],
  ["run -m 999999", /^cor: --memory 999999: give a whole number of MiB from 4 to 3072$/],
  ["run -m 2G", /^cor: --memory 2G: give a whole number/],
  ["run -m -5", /^cor: --memory -5: give a whole number|^cor: -m needs a value/],
  ["run -m 64 -m 65", /^cor: --memory is given twice; give it once$/],
  ["run --smp 0", /^cor: --smp 0: give a whole number from 1 to 255$/],
  ["run --smp 2", /^cor: --smp with more than one processor is not there yet; leave it out$/],
  ["run --cpu x86-64-v4", /^cor: --cpu x86-64-v4: give x86-64, x86-64-v2, x86-64-v3 or max$/],
  ["run --replay b --cpu x86-64", /^cor: --replay brings its own machine; leave out --cpu$/],
  ["run --net user,hostfwd=tcp::8080-:80", /^cor: --net user,hostfwd=tcp::8080-:80 is not there yet; /],
  ["run --net tap", /^cor: --net tap: give none or unplugged$/],
  ["run --rng=false", /^cor: --rng takes no value; leave the value out$/],
  ["run --timing sloppy", /^cor: --timing sloppy: give simple or exact$/],
  ["run --tier best", /^cor: --tier best: give auto, interpreter or translator$/],
  ["run --time slow", /^cor: --time slow: give real or fast$/],
  ["run --dump=registers", /^cor: --dump registers: give regions$/],
  ["run --gdb", /^cor: --gdb is not there yet; /],
  ["run --gdb 1234 --wait", /^cor: --gdb is not there yet; /],
  ["run --disk a.img,if=scsi", /^cor: --disk: unknown setting "if=scsi"; there are if=ide, if=virtio/],
  ["run --console stdio --serial stdio", /^cor: --console and --serial both want stdio; give one of them file:PATH/],
  [
    "run --disk a.img,fast",
    /^cor: --disk: unknown setting "fast"; there are if=ide, if=virtio, readonly and snapshot$/,
  ],
  ["run --disk ,readonly", /^cor: --disk ,readonly: name the image file first$/],
  ["run --serial modem", /^cor: --serial modem: give stdio, none, file:PATH or tcp:PORT/],
  ["run --serial tcp:70000", /^cor: --serial tcp:70000: give stdio/],
  ["run --serial file:", /^cor: --serial file:: give stdio/],
  ["run --serial stdio --serial stdio", /^cor: --serial stdio is given twice; one line can have the terminal/],
  ["run --serial none --serial none --serial none", /^cor: --serial is given more than twice/],
  ["run --debugcon nowhere", /^cor: --debugcon nowhere: give stdio/],
  ["run --initrd x", /^cor: --initrd goes with --kernel; add --kernel FILE$/],
  ["run --append x", /^cor: --append goes with --kernel/],
  ["run --until=", /^cor: --until needs a text to wait for$/],
  ["run --timeout soon", /^cor: --timeout soon: give a number of seconds above 0$/],
  ["run --timeout 0", /^cor: --timeout 0: give a number of seconds above 0$/],
  ["run --max-instructions 1e9", /^cor: --max-instructions 1e9: give a whole number from 1 to /],
  ["run -d toString", /^cor: -d toString: no such log channel; "-d help" lists them$/],
  ["run --stats=maybe a.img", /^cor: --stats takes no value; leave the value out$/],
  ["run --cpu x\x1b[31my", /^cor: --cpu x\\x1b\[31my: give /],
  ["build --out a --out b", /^cor: --out is given twice; give it once$/],
  ["run -d everything", /^cor: -d everything: no such log channel; "-d help" lists them$/],
  ["run --record a --replay b", /^cor: --record and --replay exclude each other; give one of them$/],
  ["run --replay b -m 64 --disk x", /^cor: --replay brings its own machine; leave out --memory, --disk$/],
  ["debug", /^cor: debug comes later; "cor --help" shows what is there$/],
  ["debug kernel.elf --break main", /^cor: debug comes later/],
  ["cc -O2 hello.c", /^cor: there is no file hello\.c$/],
  ["build --out=", /^cor: --out needs a folder, for instance "--out build"$/],
];

test("every mistake on the command line is one line and exit code 2", async () => {
  const stderr = mock.method(process.stderr, "write", () => true);
  const stdout = mock.method(process.stdout, "write", () => true);
  const results: [string, number, string][] = [];
  try {
    for (const [line] of grammar) {
      const before = stderr.mock.callCount();
      const code = await main(line.split(" ").filter((word) => word !== ""));
      const said = stderr.mock.calls.slice(before).map((call) => String(call.arguments[0]));
      results.push([line, code, said.join("")]);
    }
  } finally {
    stderr.mock.restore();
    stdout.mock.restore();
  }
  results.forEach(([line, code, said], i) => {
    assert.match(said, /^[^\n]*\n$/, `one line for "cor ${line}"`);
    assert.match(said.trimEnd(), grammar[i]![1], `the complaint about "cor ${line}"`);
    assert.equal(code, 2, `the exit code of "cor ${line}"`);
  });
});

/** Runs the program and expects the one line. */
async function refuses(args: readonly string[], complaint: RegExp): Promise<void> {
  const { code, stdout, stderr } = await cor(["run", "--timeout", "20", ...args]);
  assert.match(stderr, /^cor: [^\n]*\n$/);
  assert.match(stderr, complaint);
  assert.equal(stdout, "");
  assert.equal(code, 2);
}

test("a kernel that is missing, empty, truncated or no kernel", async () => {
  await refuses(["--kernel", join(folder, "nowhere")], /nowhere: no such file or directory; give the path of a kernel/);
  await refuses(["--kernel", file("empty.elf", "")], /empty\.elf is empty; give the path of a kernel/);
  await refuses(["--kernel", folder], /it is a directory; give the path of a kernel/);
  await refuses(
    ["--kernel", file("text", "hello\n".repeat(50))],
    /text is no kernel: .*; give an ELF file .* or a bzImage/,
  );
  await refuses(["--kernel", file("cut.elf", "\x7fELF\x02\x01\x01")], /cut\.elf is no kernel: /);
});

test("an image that cannot be booted, or is no image", async () => {
  await refuses([file("blank.img", new Uint8Array(1 << 16))], /blank\.img has no boot signature/);
  await refuses([folder], /is a directory; give the path of a raw disk image/);
  await refuses([join(folder, "nowhere.img")], /nowhere\.img: no such file or directory/);
  await refuses(["--disk", folder], /is a directory; give the path of a raw disk image/);
  await refuses(["--cdrom", folder], /is a directory; give the path of an ISO image/);
  await refuses([file("tiny.img", "x")], /tiny\.img holds 1 bytes, less than one sector/);
});

test("an image that is open elsewhere", async () => {
  const disk = openDisk({ image });
  try {
    await refuses(
      [image],
      /good\.img is open in another machine \(process \d+\); stop that one, or say --disk FILE,readonly/,
    );
  } finally {
    disk.close();
  }
});

test("firmware that is none", async () => {
  await refuses(["--bios", file("odd.bin", "x".repeat(1000)), image], /odd\.bin holds 1000 bytes; a firmware image is/);
});

test("a busy port, an address that is not ours, a folder instead of a file", async () => {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.on("listening", resolve));
  const { port } = server.address() as { port: number };
  try {
    await refuses(
      ["--serial", `tcp:${port}`, image],
      /--serial cannot listen at 127\.0\.0\.1:\d+: the port is in use; /,
    );
  } finally {
    server.close();
  }
  await refuses(["--serial", "tcp:192.0.2.1:5555", image], /192\.0\.2\.1:5555: this machine has no such address/);
  await refuses(["--serial", `file:${folder}`, image], /--serial cannot write .*: it is a directory/);
  await refuses(["-D", folder, image], /-D cannot write .*: it is a directory/);
  await refuses(["--record", folder, image], /--record cannot write .*: it is a directory; give another path/);
  await refuses(["--screenshot", join(folder, "no/such/s.png"), image], /--screenshot cannot write .*: no such file/);
});

test("a recording that is none", async () => {
  await refuses(
    ["--replay", join(folder, "nowhere")],
    /no such file or directory; give the path of a file that --record wrote/,
  );
  await refuses(["--replay", file("no.rec", "hello\n")], /no\.rec is no recording; give a file that --record wrote/);
});

test("a folder that cannot be written for the build", async () => {
  const { code, stderr } = await cor(["build", "--out", join(image, "below")]);
  assert.match(
    stderr,
    /^cor: cannot write .*: (a part of the path is not a directory|something of that name is there); give --out another folder\n$/,
  );
  assert.equal(code, 2);
});

test("a device that never ends, as a kernel", { skip: !existsSync("/dev/zero") }, async () => {
  await refuses(["--kernel", "/dev/zero"], /cannot read \/dev\/zero: it is a device; give the path of a kernel/);
});

test("a full disk", { skip: !existsSync("/dev/full") }, async () => {
  for (const [flag, ...more] of [["--screenshot"], ["--record"], ["-D", "-d", "port"]] as const) {
    const args = [flag, "/dev/full", ...more, image, "--max-instructions", "100000", "--serial", "none"];
    await refuses(args, new RegExp(`^cor: ${flag} cannot write /dev/full: no space left on the device; make room`));
  }
});

test("a file system in which nobody makes folders", { skip: !existsSync("/proc/self"), timeout: 60_000 }, async () => {
  const { code, stderr } = await cor(["build", "--out", "/proc/cor/build"]);
  assert.match(stderr, /^cor: cannot write \/proc\/cor\/build\/cor\.img: [^\n]*; give --out another folder\n$/);
  assert.equal(code, 2);
});

test("nobody who listens to the complaint", async () => {
  const child = spawn(process.execPath, [launcher, "run", "--frobnicate"], { stdio: ["ignore", "ignore", "pipe"] });
  child.stderr.destroy();
  assert.equal(await new Promise((resolve) => child.on("close", resolve)), 2);
});

test("a value that is text is taken as it is written", async () => {
  const { code, stderr } = await cor(["run", "--until", "007", "-m", "4", "--append", "1e3"]);
  assert.equal(code, 2);
  assert.match(stderr, /--append goes with --kernel/);
});
