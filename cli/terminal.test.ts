/**
 * `cor run` in a real terminal: what a person sees and types, and that the terminal is as it was afterwards, however the
 * machine ended.
 */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { spawn } from "@lydell/node-pty";
import xterm from "@xterm/headless";
import { bareSystem } from "../disks/testing/bare.ts";
import { launcher, root } from "./testing/cor.ts";

const folder = mkdtempSync(join(tmpdir(), "cor-terminal-"));
after(() => rmSync(folder, { recursive: true }));

/** A disk without a root: the kernel's rescue console, which writes no escape codes. */
const disk = join(folder, "cor.img");
writeFileSync(disk, bareSystem().img);

/** A shell in a terminal that runs one `cor`, and says how it ended and whether the terminal's settings are the same. */
class Screen {
  readonly #terminal = new xterm.Terminal({ cols: 100, rows: 40, allowProposedApi: true });
  readonly #pidFile = join(mkdtempSync(join(folder, "s-")), "pid");
  readonly #pty;
  raw = "";

  constructor(args: string, env: NodeJS.ProcessEnv = {}) {
    const script = `
      before=$(stty -a)
      sh -c 'echo $$ > "$1"; exec "$2" "$3" ${args}' sh "${this.#pidFile}" "${process.execPath}" "${launcher}"
      echo "ended with $?"
      [ "$(stty -a)" = "$before" ] && echo "terminal is the same" || echo "terminal has changed"
    `;
    this.#pty = spawn("sh", ["-c", script], { cols: 100, rows: 40, cwd: root, env: { ...process.env, ...env } });
    this.#pty.onData((data) => {
      this.raw += data;
      this.#terminal.write(data);
    });
  }

  /** The lines on the screen. */
  get text(): string {
    const { active } = this.#terminal.buffer;
    const lines = Array.from({ length: active.length }, (_, y) => active.getLine(y)?.translateToString(true) ?? "");
    return lines.join("\n").trimEnd();
  }

  type(keys: string): void {
    this.#pty.write(keys);
  }

  async sees(expected: string | RegExp): Promise<void> {
    for (let waited = 0; waited < 120_000; waited += 20) {
      if (typeof expected === "string" ? this.text.includes(expected) : expected.test(this.text)) return;
      await sleep(20);
    }
    throw new Error(`${expected} is not on the screen:\n${this.text}`);
  }

  /** The terminal is in raw mode: the machine has it. */
  async isLent(): Promise<void> {
    await this.sees("Type help.");
  }

  kill(signal: NodeJS.Signals): void {
    process.kill(Number(readFileSync(this.#pidFile, "utf8")), signal);
  }

  /** Waits for the end, and expects this exit code and the terminal as it was. */
  async ends(code: number): Promise<void> {
    await this.sees(/terminal (is the same|has changed)/);
    assert.match(this.text, new RegExp(`ended with ${code}\n`));
    assert.match(this.text, /terminal is the same/);
  }
}

describe("in a terminal", () => {
  test("one types to the guest, Ctrl-C too; Ctrl-A h helps, Ctrl-A x quits", async () => {
    const screen = new Screen(`run --disk ${disk},snapshot`);
    await screen.isLent();
    screen.type("help\r");
    await screen.sees("seconds since the timer was started");
    screen.type("\x03uptime\r");
    // The last prompt may come after what was typed.
    await screen.sees(/uptime\n(> ?)*\d+ seconds\n>/);
    screen.type("\x01h");
    await screen.sees("Ctrl-A x       quit");
    screen.type("mem\r");
    await screen.sees("usable");
    screen.type("\x01x");
    await screen.ends(0);
    assert.ok(!screen.raw.includes("\x1b"), "no escape codes of ours");
  });

  test("without a disk it is Cor's own, with a shell on it", async () => {
    const screen = new Screen("run");
    await screen.sees("~ #");
    screen.type("echo $((6 * 7)) is the answer\r");
    await screen.sees("42 is the answer");
    screen.type("poweroff\r");
    await screen.ends(0);
    assert.match(screen.text, /this is Cor's own disk; what is written to it is dropped at the end/);
  });

  for (const [signal, code] of [
    ["SIGINT", 130],
    ["SIGTERM", 143],
    ["SIGHUP", 129],
  ] as const) {
    test(`${signal} ends it with ${code}, and the terminal is put back`, async () => {
      const screen = new Screen(`run --disk ${disk},snapshot`);
      await screen.isLent();
      screen.kill(signal);
      await screen.ends(code);
    });
  }

  for (const [how, message] of [
    ["throw", "on purpose, in the machine's thread"],
    ["exit", "the machine's thread ended by itself with code 3"],
    ["main", "on purpose, in the main thread"],
  ] as const) {
    test(`a bug of ours (${how}) is one line, exit code 70, and the terminal is put back`, async () => {
      const preload = fileURLToPath(new URL("./testing/break.ts", import.meta.url));
      const screen = new Screen(`run --disk ${disk},snapshot`, {
        COR_BREAK: how,
        NODE_OPTIONS: `--require ${preload}`,
      });
      await screen.ends(70);
      const said = screen.text.replaceAll("\n", "");
      assert.ok(said.includes(`cor: this is a bug in Cor (${message}); please report it with `), screen.text);
      assert.match(said, /, as the README says under "Reporting a bug"/);
      assert.ok(!/^\s+at /m.test(screen.text), "no stack trace");
      const details = /with (\S+?\.txt),/.exec(said)![1]!;
      assert.match(readFileSync(details, "utf8"), /\n\s+at /);
      rmSync(details);
    });
  }

  test("the guest's own end puts the terminal back", async () => {
    const screen = new Screen(`run --disk ${disk},snapshot`);
    await screen.isLent();
    screen.type("halt\r");
    await screen.ends(6);
    assert.match(screen.text, /the processor halted with interrupts off, for ever/);
  });

  test("quitting before --until's text came is a failure, 8", async () => {
    const screen = new Screen(`run --disk ${disk},snapshot --until never`);
    await screen.isLent();
    screen.type("\x01x");
    await screen.ends(8);
    assert.match(screen.text, /cor: the machine ended before "never" came/);
  });

  test("with --serial none the terminal is left alone", async () => {
    const screen = new Screen(`run --disk ${disk},snapshot --serial none --timeout 1`);
    await screen.ends(124);
  });
});

const tmux = spawnSync("tmux", ["-V"]).status === 0;

test("in tmux: quit, and stop and continue as a job", { skip: !tmux && "tmux is not installed" }, async () => {
  const socket = join(folder, "tmux");
  const run = (...args: readonly string[]): string => String(spawnSync("tmux", ["-S", socket, ...args]).stdout);
  const keys = (...names: readonly string[]): unknown => run("send-keys", ...names);
  const sees = async (expected: RegExp): Promise<void> => {
    for (let waited = 0; waited < 120_000; waited += 50) {
      if (expected.test(run("capture-pane", "-p"))) return;
      await sleep(50);
    }
    throw new Error(`${expected} is not on the screen:\n${run("capture-pane", "-p")}`);
  };
  const [before, stopped, end] = ["before", "stopped", "end"].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  run("-f", "/dev/null", "new-session", "-d", "-x", "100", "-y", "50", "bash --norc");
  try {
    keys(`PS1='$ '; stty -a > ${before}; "${process.execPath}" "${launcher}" run --disk ${disk},snapshot`, "Enter");
    await sees(/Type help\./);
    const [pid] = run("list-panes", "-F", "#{pane_pid}").split("\n");
    const [child] = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").split(" ");
    process.kill(Number(child), "SIGTSTP");
    await sees(/Stopped/);
    keys(`stty -a > ${stopped}; echo looked`, "Enter");
    await sees(/^looked$/m);
    assert.equal(readFileSync(stopped, "utf8"), readFileSync(before, "utf8"), "while it is stopped");
    keys("fg", "Enter");
    await sleep(300);
    keys("help", "Enter");
    await sees(/the memory map/);
    keys("C-a", "h");
    await sees(/Ctrl-A Ctrl-A {2}send Ctrl-A to the guest/);
    keys("C-a", "x");
    await sees(/\n\$ ?\n*$/);
    keys(`rc=$?; stty -a > ${end}; echo "rc=$rc"`, "Enter");
    await sees(/^rc=0$/m);
    assert.equal(readFileSync(end, "utf8"), readFileSync(before, "utf8"), "at the end");
  } finally {
    run("kill-server");
  }
});
