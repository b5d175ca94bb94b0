/** The shell as a person has it: at a terminal, with editing, completion, Ctrl-C and jobs. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { spawn } from "@lydell/node-pty";
import { hostPrograms, lacksTools } from "./testing/host-programs.ts";

const skip = lacksTools("bash");
const prompt = "# ";

/** Types texts one after the other, each when the one before was answered by what `until` says; gives all that was shown. */
async function session(steps: readonly (readonly [typed: string, until: string])[]): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "cor-terminal-"));
  writeFileSync(join(folder, "some-file"), "in it\n");
  const programs = hostPrograms();
  const env = { PATH: `${programs}/bin`, HOME: "/nowhere", TERM: "xterm", PS1: prompt };
  const terminal = spawn(`${programs}/bin/sh`, [], { cols: 80, rows: 24, cwd: folder, env });
  let shown = "";
  let woken = (): void => {};
  terminal.onData((data) => {
    shown += data;
    woken();
  });
  const ended = new Promise<void>((resolve) => terminal.onExit(() => resolve()));
  const seen = async (from: number, text: string) => {
    const deadline = Date.now() + 30_000;
    while (!shown.slice(from).includes(text)) {
      assert.ok(Date.now() < deadline, `${JSON.stringify(text)} does not come: ${JSON.stringify(shown)}`);
      await new Promise<void>((resolve) => {
        woken = resolve;
        setTimeout(resolve, 100);
      });
    }
  };
  try {
    await seen(0, prompt);
    for (const [typed, until] of steps) {
      const from = shown.length;
      terminal.write(typed);
      await seen(from, until);
    }
    terminal.write("exit\r");
    await ended;
    return shown;
  } finally {
    terminal.kill();
    rmSync(folder, { recursive: true });
  }
}

test("a line can be edited, called back and searched for", { skip }, async () => {
  await session([
    ["echx\x7fo o\x01\x1b[3~e\x05ne\r", "one\r\n# "],
    ["printf 'a%s\\n' b\r", "ab\r\n# "],
    ["\x1b[A\x1b[D\x7f\r", "a%s"],
    ["\x15\x12ech\r", "one\r\n# "],
    ["echo two three\x17\x17four\r", "four\r\n# "],
  ]);
});

test("Tab completes commands and files", { skip }, async () => {
  await session([
    ["basen\t a/b\r", "b\r\n# "],
    ["cat so\t\r", "in it\r\n# "],
    ["cat ./some\t\r", "in it\r\n# "],
  ]);
});

test("Ctrl-C ends what runs, and loops around it; Ctrl-Z stops it, fg and bg let it go on", { skip }, async () => {
  // A program that speaks is in front of the terminal: before, Ctrl-Z would still be the shell's, which ignores it.
  const waits = (seconds: number) => `sh -c 'echo o""n; exec sleep ${seconds}'`;
  await session([
    [`${waits(100)}\r`, "on\r\n"],
    ["\x03", prompt],
    [`while :; do ${waits(1)}; done\r`, "on\r\n"],
    ["\x03", prompt],
    ["echo $?\r", "130\r\n# "],
    ["echo o''n; while :; do :; done\r", "on\r\n"],
    ["\x03", prompt],
    [`${waits(100)}\r`, "on\r\n"],
    ["\x1a", "Stopped"],
    ["jobs\r", `[1]+ Stopped                 ${waits(100)}\r\n# `],
    ["bg\r", `[1] ${waits(100)}\r\n# `],
    ["kill %1; wait\r", prompt],
    ["sleep 0.05 &\r", "[1] "],
    ["sleep 0.2\r", "Done                    sleep 0.05"],
  ]);
});

test("a command may go on over several lines, and Ctrl-C forgets it", { skip }, async () => {
  await session([
    ["for i in 1 2\r", "> "],
    ["do echo n$i\r", "> "],
    ["done\r", "n1\r\nn2\r\n# "],
    ["echo 'a\r", "> "],
    ["b'\r", "a\r\nb\r\n# "],
    ["if true\r", "> "],
    ["\x03", prompt],
    ["echo fresh\r", "fresh\r\n# "],
  ]);
});

test("a file is edited over the whole screen, saved, and read again", { skip }, async () => {
  const shown = await session([
    ["edit some-file\r", "^S save"],
    ["X\x1b[Fend\rnew line", "new line"],
    ["\x0b\x15\x13", "saved, 2 lines"],
    ["\x11", prompt],
    ["cat some-file\r", "Xin itend\r\nnew line\r\n# "],
    ["edit some-file\r", "^S save"],
    ["\x06end\r", "column 7"],
    ["Y\x11", "Changes are not saved"],
    ["n", prompt],
    ["cat some-file\r", "Xin itend\r\nnew line\r\n# "],
  ]);
  assert.ok(shown.includes("\x1b[?1049l"));
});
