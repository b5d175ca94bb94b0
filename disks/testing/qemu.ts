/**
 * Real QEMU as a judge in tests: starts it with the serial line on its standard output, waits until a text has come,
 * types, and ends it. Tests that need it are skipped where it is not installed.
 */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";

const program = "qemu-system-x86_64";

/** Why a test is skipped, or false. */
export const withoutQemu =
  spawnSync(program, ["--version"]).status === 0 ? false : (`${program} is not installed` as const);

/** Host seconds after which a machine that says nothing more is taken to hang. */
const patience = 20;

export class Qemu implements AsyncDisposable {
  /** All that came over the serial line, with line ends as "\n". */
  get serial(): string {
    return this.received.replaceAll("\r", "");
  }
  private received = "";
  private errors = "";
  private readonly process: ChildProcess;
  private readonly ended: Promise<number | null>;
  private check = () => {};

  constructor(...args: readonly string[]) {
    this.process = spawn(program, ["-display", "none", "-no-reboot", "-serial", "stdio", "-m", "64", ...args], {
      stdio: ["pipe", "pipe", "pipe"],
    });
    this.process.stdout?.setEncoding("latin1").on("data", (text: string) => {
      this.received += text;
      this.check();
    });
    this.process.stderr?.setEncoding("utf8").on("data", (text: string) => {
      this.errors += text;
    });
    this.ended = new Promise((resolve) => {
      this.process.on("exit", (code) => {
        resolve(code);
        this.check();
      });
    });
  }

  /** Waits until the serial line has brought `text`; throws with what it did bring when QEMU ends or falls silent. */
  async sees(text: string): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const fail = (why: string) =>
        reject(new Error(`${why} before "${text}"; serial line:\n${this.serial}${this.errors}`));
      const timer = setTimeout(() => fail("nothing came any more"), patience * 1000);
      this.check = () => {
        if (this.serial.includes(text)) {
          clearTimeout(timer);
          resolve();
        } else if (this.process.exitCode !== null) {
          clearTimeout(timer);
          fail("QEMU ended");
        } else timer.refresh();
      };
      this.check();
    });
  }

  /** Sends text as if typed at the serial terminal. */
  type(text: string): void {
    this.process.stdin?.write(text);
  }

  /** Waits until QEMU ends by itself, as it does when the guest resets the machine. */
  async ends(): Promise<number | null> {
    return this.ended;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.process.kill("SIGKILL");
    await this.ended;
  }
}
