/** `cor run` as scripts use it: exit codes, where the bytes go, and what is kept and what is not. */
import assert from "node:assert/strict";
import { fork, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { bareSystem } from "../disks/testing/bare.ts";
import { cor, launcher } from "./testing/cor.ts";

const folder = mkdtempSync(join(tmpdir(), "cor-run-"));
after(() => rmSync(folder, { recursive: true }));

function file(name: string, content: Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

/**
 * What a UART may lose while the guest sets it up, as real ones do; the rescue console skips control characters.
 */
const preamble = "\x02".repeat(20);

/** A disk whose boot sector is this code, which starts at 0:7C00 in real mode. */
function sector(name: string, ...code: readonly number[]): string {
  const bytes = new Uint8Array(1 << 16);
  bytes.set(code);
  bytes.set([0x55, 0xaa], 510);
  return file(name, bytes);
}

const images = bareSystem();
const img = file("cor.img", images.img);
const elf = file("cor.elf", images.elf);
const iso = file("cor.iso", images.iso);
const greeting = /Hello from the kernel\.\r\nThis is Cor \S+, speaking on the serial console\./;

describe("exit codes", () => {
  const run = async (code: number, said: RegExp, ...args: readonly string[]): Promise<string> => {
    const outcome = await cor(["run", "--timeout", "30", ...args]);
    assert.match(outcome.stderr, said);
    assert.equal(outcome.code, code);
    return outcome.stdout;
  };

  test("0 as soon as --until's text came", async () => {
    const said = await run(0, /^$/, img, "--until", "serial console.");
    assert.match(said, greeting);
    assert.ok(said.endsWith("serial console."));
  });

  test("4 after a triple fault, with the chain of faults", async () => {
    // lidt [zero]; ud2
    const image = sector("triple.img", 0x0f, 0x01, 0x1e, 0x10, 0x7c, 0x0f, 0x0b, 0xf4);
    await run(
      4,
      /^cor: triple fault: .*\n {2}1\. #UD invalid opcode, at RIP 0x7c05\n(?: {2}\d\. #.*\n)+ {2}rax .*\n.* {2}rip 0+7c05 {2}flags /s,
      image,
    );
  });

  test("6 when it halts for ever", async () => {
    await run(6, /^cor: the processor halted with interrupts off, for ever\n$/, sector("halt.img", 0xfa, 0xf4));
  });

  test("128 and the signal's number when one ended it", async () => {
    const child = spawn(process.execPath, [launcher, "run", img, "--until", "never"]);
    let [out, err] = ["", ""];
    child.stderr.on("data", (part) => {
      err += part;
    });
    child.stdout.on("data", (part) => {
      out += part;
      if (out.includes("Type help.")) child.kill("SIGTERM");
    });
    const code = await new Promise((resolve) => child.on("close", resolve));
    assert.deepEqual([code, err], [143, ""]);
  });

  test("odd ones come from the debug-exit port", async () => {
    // mov al, 21; out 0xf4, al
    await run(43, /^$/, sector("exit.img", 0xb0, 21, 0xe6, 0xf4, 0xf4));
    // mov al, 0xff
    await run(255, /^$/, sector("exit255.img", 0xb0, 0xff, 0xe6, 0xf4, 0xf4));
  });

  test("124 when time or instructions are used up", async () => {
    const spin = sector("spin.img", 0xfa, 0xeb, 0xfe);
    const out = await cor(["run", spin, "--timeout", "0.5", "--until", "never"]);
    assert.deepEqual([out.code, out.stderr], [124, 'cor: 0.5 seconds are over; "never" did not come\n']);
    const { code, stderr } = await cor(["run", spin, "--max-instructions", "1000000", "--stats"]);
    assert.equal(code, 124);
    assert.match(stderr, /^cor: 1000000 instructions are used up\ninstructions {2}1000000\ncycles/);
  });
});

describe("what it boots", () => {
  for (const [what, ...args] of [
    ["a disk image", img],
    ["an ELF file, as --kernel", elf],
    ["--kernel", "--kernel", elf, "--append", "hello there"],
    ["--cdrom", "--cdrom", iso],
    ["--disk, read-only", "--disk", `${img},readonly`],
    ["an ISO image that is no disk", file("pure.iso", new Uint8Array(images.iso).fill(0, 0, 32768))],
  ] as const) {
    test(what, async () => {
      const { code, stdout, stderr } = await cor(["run", "--timeout", "30", "--until", "Type help.", ...args]);
      assert.deepEqual([code, stderr], [0, ""]);
      assert.match(stdout, greeting);
    });
  }
});

describe("where the bytes go", () => {
  test("stdin is typed at COM1; its end changes nothing", async () => {
    const args = ["run", img, "--timeout", "30", "--until", "xuptime? "];
    const { code, stdout } = await cor(args, `${preamble}\x01xuptime\r`);
    assert.equal(code, 0);
    // What is typed before somebody reads is echoed then, and obeyed later.
    assert.match(stdout, /\^Axuptime\r\n[^^]*xuptime\? $/, "Ctrl-A is no prefix here, and nothing is added");
  });

  test("files for COM1, COM2 and the debug console", async () => {
    const [com1, com2, debug] = ["com1", "com2", "debug"].map((name) => join(folder, name)) as [string, string, string];
    // 'A' to COM2 (8 bits first), 'B' to 0xE9, then the end.
    const code = [
      ...[0xba, 0xfb, 0x02, 0xb0, 0x03, 0xee, 0xba, 0xf8, 0x02, 0xb0, 0x41, 0xee, 0xb0, 0x42, 0xe6, 0xe9],
      ...[0x30, 0xc0, 0xe6, 0xf4, 0xf4],
    ];
    const ends = ["--serial", `file:${com1}`, "--serial", `file:${com2}`, "--debugcon", `file:${debug}`];
    const outcome = await cor(["run", sector("bytes.img", ...code), "--timeout", "30", ...ends]);
    assert.deepEqual([outcome.code, outcome.stdout], [1, ""]);
    assert.match(readFileSync(com1, "utf8"), /^Cor BIOS/);
    assert.equal(readFileSync(com2, "utf8"), "A");
    assert.equal(readFileSync(debug, "utf8"), "B");
  });

  test("a TCP port, to whoever calls", async () => {
    const child = spawn(process.execPath, [launcher, "run", img, "--serial", "tcp:0", "--timeout", "30"]);
    const ended = new Promise((resolve) => child.on("close", resolve));
    try {
      const port = await new Promise<number>((resolve) => {
        child.stderr.on("data", (text) => {
          const at = /COM1 listens at 127\.0\.0\.1:(\d+)/.exec(String(text));
          if (at !== null) resolve(Number(at[1]));
        });
      });
      const line = connect(port, "127.0.0.1");
      let said = "";
      const sees = (text: string): Promise<void> =>
        new Promise((resolve) => {
          line.on("data", (part) => {
            said += part;
            if (said.includes(text)) resolve();
          });
        });
      await sees("Type help.\r\n> ");
      assert.match(said, greeting);
      // The line has one end.
      const second = connect(port, "127.0.0.1");
      assert.match(String(await new Promise((resolve) => second.on("data", resolve))), /busy/);
      line.write("help\r");
      await sees("the memory map");
      line.destroy();
    } finally {
      child.kill();
    }
    assert.equal(await ended, 143);
  });

  test("logs go to stderr, or to a file", async () => {
    const { code, stderr } = await cor(["run", img, "-d", "port", "--until", "C", "--timeout", "30"]);
    assert.equal(code, 0);
    assert.match(stderr, /^(port: [^\n]*\n)+$/);
    const log = join(folder, "log");
    const quiet = await cor(["run", img, "-d", "port", "-D", log, "--until", "C", "--timeout", "30"]);
    assert.deepEqual([quiet.code, quiet.stderr], [0, ""]);
    assert.equal(readFileSync(log, "utf8"), stderr);
  });

  test("the log of what is executed, instruction by instruction", async () => {
    // mov al, 21; out 0xf4, al
    const image = sector("exec.img", 0xb0, 21, 0xe6, 0xf4, 0xf4);
    const { code, stderr } = await cor(["run", image, "-d", "exec,reset", "--timeout", "60"]);
    assert.equal(code, 43);
    assert.match(stderr, /^reset: machine: RESET\nexec: cpu: f000:fff0 {2}ea/);
    assert.match(stderr, /\nexec: cpu: 0000:7c00 {2}b015 +mov al,15h\nexec: cpu: 0000:7c02 {2}e6f4 +out 0F4h,al\n$/);
  });

  test("the log of what is translated", async () => {
    // mov cx, 1000; loop to itself; mov al, 21; out 0xf4, al
    const image = sector("loop.img", 0xb9, 0xe8, 0x03, 0xe2, 0xfe, 0xb0, 21, 0xe6, 0xf4, 0xf4);
    const log = join(folder, "regions");
    const { code } = await cor(["run", image, "--tier", "translator", "--dump=regions", "-D", log, "--timeout", "60"]);
    assert.equal(code, 43);
    const text = readFileSync(log, "utf8");
    assert.match(text, /^regions: region\.\w+: \d+ instructions? in \d+ blocks?\nblock /);
    const loop = /^block 7c03 \(.*loop\) → .*\n {2}7c03 {2}loop 7c03$/m.exec(text);
    assert.ok(loop !== null && / {2}\(func \$region\.\w+/.test(text.slice(loop.index)));
  });

  test("a picture of the screen", async () => {
    const png = join(folder, "screen.png");
    const { code } = await cor(["run", img, "--screenshot", png, "--until", "Type help.", "--timeout", "30"]);
    assert.equal(code, 0);
    assert.deepEqual([...readFileSync(png).subarray(0, 4)], [0x89, 0x50, 0x4e, 0x47]);
  });

  test("a reader that goes away ends the run without a word", async () => {
    const child = spawn(process.execPath, [launcher, "run", img, "--timeout", "30"], {
      stdio: ["pipe", "pipe", "pipe"],
    });
    let err = "";
    child.stderr.on("data", (part) => {
      err += part;
    });
    child.stdout.once("data", () => child.stdout.destroy());
    // It may have ended while it is still talked to.
    child.stdin.on("error", () => {});
    // More output than a pipe holds, so that the loss is noticed.
    const talk = setInterval(() => child.stdin.write("help\r".repeat(50)), 50);
    const code = await new Promise((resolve) => child.on("close", resolve));
    clearInterval(talk);
    assert.deepEqual([code, err], [141, ""]);
  });

  test("a reader that stands still does not hold up the end of time", { timeout: 60_000 }, async () => {
    // l: out 0xe9, al; jmp l
    const flood = sector("flood.img", 0xe6, 0xe9, 0xeb, 0xfc);
    const run = ["run", flood, "--serial", "none", "--timeout", "1"];
    const deaf = spawn(process.execPath, [launcher, ...run, "--debugcon", "stdio"], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const [code] = (await once(deaf, "exit")) as [number];
    deaf.stdout.destroy();
    assert.equal(code, 124);

    const called = spawn(process.execPath, [launcher, ...run, "--debugcon", "tcp:0"], {
      stdio: ["ignore", "ignore", "pipe"],
    });
    const [text] = await once(called.stderr, "data");
    const caller = connect(Number(/:(\d+)\n/.exec(String(text))![1]), "127.0.0.1").pause();
    caller.on("error", () => {});
    assert.deepEqual(await once(called, "exit"), [124, null]);
    caller.destroy();
  });

  test("the launcher's death is the machine's end", { timeout: 60_000 }, async () => {
    const env = { ...process.env, COR_LAUNCHER: String(process.pid) };
    const child = fork(launcher, ["run", img], { silent: true, env });
    let out = "";
    child.stdout!.on("data", (part) => {
      out += part;
      if (out.includes("Type help.") && child.connected) child.disconnect();
    });
    assert.deepEqual(await once(child, "exit"), [129, null]);
  });
});

describe("a recording", () => {
  test("made on the command line plays there, to the same words", async () => {
    const recording = join(folder, "run.rec");
    const first = await cor(
      ["run", img, "--record", recording, "--until", "usable", "--timeout", "30"],
      `${preamble}mem\r`,
    );
    assert.equal(first.code, 0);
    const again = await cor(["run", "--replay", recording, "--timeout", "30"]);
    assert.deepEqual([again.code, again.stdout], [0, first.stdout]);
  });
});

test("the help names every command and flag, and the log channels", async () => {
  const [all, run, d] = await Promise.all([cor(["--help"]), cor(["run", "--help"]), cor(["run", "-d", "help"])]);
  for (const { code, stderr } of [all, run, d]) assert.deepEqual([code, stderr], [0, ""]);
  for (const command of ["cor run [image]", "cor debug", "cor cc", "cor build"])
    assert.ok(all.stdout.includes(command));
  const flags =
    "memory smp bios cdrom cpu kernel initrd append disk net rng serial console debugcon time timing tier until timeout " +
    "max-instructions screenshot stats dump gdb wait record replay";
  for (const flag of flags.split(" ")) assert.ok(run.stdout.includes(`--${flag} `), flag);
  assert.match(d.stdout, /^guest_errors {2}\S/m);
});
