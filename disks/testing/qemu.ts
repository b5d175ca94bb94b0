/**
 * Real QEMU as a judge in tests: starts it with the serial line on its standard output, waits until a text has come,
 * types, asks its monitor, and ends it. Tests that need it are skipped where it is not installed.
 */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

const program = "qemu-system-x86_64";

/** Why a test is skipped, or false. */
export const withoutQemu =
  spawnSync(program, ["--version"]).status === 0 ? false : (`${program} is not installed` as const);

/** Host seconds after which a machine that says nothing more is taken to hang. */
const patience = 60;

export class Qemu implements AsyncDisposable {
  /** For sockets and files of this machine; goes when the machine goes. */
  readonly folder = mkdtempSync(join(tmpdir(), "cor-qemu-"));
  private readonly monitorPath = join(this.folder, "monitor");
  private readonly process: ChildProcess;
  private readonly ended: Promise<number | null>;
  private received = "";
  private errors = "";
  private check = () => {};

  /** Arguments for QEMU, or a function that makes them with the machine's folder at hand. */
  constructor(...given: readonly string[] | readonly [(folder: string) => readonly string[]]) {
    const args = typeof given[0] === "function" ? given[0](this.folder) : (given as readonly string[]);
    const always = ["-display", "none", "-no-reboot", "-serial", "stdio", "-m", "64"];
    const monitor = ["-monitor", `unix:${this.monitorPath},server=on,wait=off`];
    this.process = spawn(program, [...always, ...monitor, ...args], { stdio: ["pipe", "pipe", "pipe"] });
    this.process.stdout?.setEncoding("latin1").on("data", (text: string) => {
      this.received += text;
      this.check();
    });
    this.process.stderr?.setEncoding("utf8").on("data", (text: string) => {
      this.errors += text;
    });
    this.ended = new Promise((resolve) => {
      this.process.on("close", (code) => {
        resolve(code);
        this.check();
      });
    });
  }

  /** All that came over the serial line, with line ends as "\n". */
  get serial(): string {
    return this.received.replaceAll("\r", "");
  }

  /**
   * Waits until the serial line has brought `text` at or after place `from`, and gives the place behind it; throws with
   * what it did bring when QEMU ends or falls silent.
   */
  async sees(text: string, from = 0): Promise<number> {
    return new Promise((resolve, reject) => {
      const fail = (why: string) =>
        reject(new Error(`${why} before "${text}"; serial line:\n${this.serial}\n${this.errors}`));
      const timer = setTimeout(() => fail("nothing came any more"), patience * 1000);
      this.check = () => {
        const at = this.serial.indexOf(text, from);
        if (at < 0 && this.process.exitCode === null) return void timer.refresh();
        clearTimeout(timer);
        this.check = () => {};
        if (at >= 0) resolve(at + text.length);
        else fail("QEMU ended");
      };
      this.check();
    });
  }

  /** Sends text as if typed at the serial terminal. */
  type(text: string): void {
    this.process.stdin?.write(text);
  }

  /** One command of QEMU's monitor, and what it answers. */
  async monitor(command: string): Promise<string> {
    const prompt = "(qemu) ";
    return new Promise((resolve, reject) => {
      let text = "";
      const socket = connect(this.monitorPath);
      socket.on("error", reject);
      socket.setEncoding("latin1").on("data", (part: string) => {
        const before = text.split(prompt).length;
        text += part;
        const prompts = text.split(prompt).length;
        if (before === 1 && prompts === 2) socket.write(`${command}\n`);
        if (prompts === 3) {
          socket.destroy();
          const answer = text.split(prompt)[1] ?? "";
          resolve(answer.slice(answer.indexOf("\n") + 1).replaceAll("\r", ""));
        }
      });
    });
  }

  /** Bytes of physical memory. */
  async memory(address: number, bytes: number): Promise<Buffer> {
    const file = join(this.folder, "memory");
    await this.monitor(`pmemsave ${address} ${bytes} "${file}"`);
    return readFileSync(file);
  }

  /** Waits until QEMU ends by itself, as it does when the guest resets the machine; its exit code. */
  async ends(): Promise<number | null> {
    return this.ended;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.process.kill("SIGKILL");
    await this.ended;
    rmSync(this.folder, { recursive: true });
  }
}
