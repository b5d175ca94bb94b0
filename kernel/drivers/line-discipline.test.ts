/**
 * The line discipline by itself: what each key does to the line and to the screen, and random typing against a model that
 * keeps lists where the kernel keeps a ring.
 */
import assert from "node:assert/strict";
import test from "node:test";
import { type KernelModule, kernelModule } from "../testing/module.ts";

const source = `
import { ICANON, Termios } from "./abi/terminal.ts";
import { LineDiscipline } from "./drivers/line-discipline.ts";
const line = zeroed<LineDiscipline>();
const typed = zeroed<Arr<u8, 8192>>();
const shown = zeroed<Arr<u8, 65536>>();
let count: usize = 0;
export function reset(): void {
  line.reset();
  count = 0;
}
export function typedAt(): u64 {
  return addr(ref(typed));
}
export function shownAt(): u64 {
  return addr(ref(shown));
}
export function local(off: u32, on: u32): void {
  line.settings.local = (line.settings.local & ~off) | on;
}
export function input(off: u32, on: u32): void {
  line.settings.input = (line.settings.input & ~off) | on;
}
const settings = zeroed<Termios>();
export function lines(on: u32): void {
  copy(ref(settings), ref(line.settings));
  settings.local = on !== 0 ? settings.local | ICANON : settings.local & ~ICANON;
  line.set(ref(settings));
}
/** Types so many bytes: the last signal. */
export function type(bytes: usize): u32 {
  let signal: u32 = 0;
  count = 0;
  for (let i: usize = 0; i < bytes; i++) {
    const one = line.input(typed[i], (c) => {
      shown[count] = c;
      count++;
    });
    if (one !== 0) signal = one;
  }
  return signal;
}
export function brk(): u32 {
  return line.breakReceived((c) => {
    shown[count] = c;
    count++;
  });
}
export function print(bytes: usize): void {
  count = 0;
  for (let i: usize = 0; i < bytes; i++)
    line.output(typed[i], (c) => {
      shown[count] = c;
      count++;
    });
}
export function shownBytes(): usize {
  return count;
}
export function available(): u32 {
  return line.available();
}
export function wants(): u32 {
  return u32(line.wantsInput());
}
export function stopped(): u32 {
  return u32(line.stopped);
}
export function read(most: usize): usize {
  return line.read(slice(typed, most));
}
`;

const [ISIG, ICANON, ECHO, ECHOE, ECHOK, ECHONL, NOFLSH] = [1, 2, 8, 0x10, 0x20, 0x40, 0x80];
const [ICRNL, IXON, BRKINT] = [0x100, 0x400, 2];
const [SIGINT, SIGQUIT, SIGTSTP] = [2, 3, 20];

/** Keys as people write them: ^C is Ctrl-C, ^? the key that rubs out. */
const keys = (text: string): Uint8Array =>
  new TextEncoder().encode(
    text.replace(/\^(.)/g, (_, key: string) => (key === "?" ? "\x7f" : String.fromCharCode(key.charCodeAt(0) & 31))),
  );

class Line {
  readonly #module: KernelModule = kernelModule(source);
  readonly #typedAt = Number(this.call("typedAt"));
  readonly #shownAt = Number(this.call("shownAt"));

  constructor() {
    this.call("reset");
  }
  call(name: string, ...args: number[]): number {
    return Number(this.#module.call(name, ...args.map(BigInt))[0] ?? 0n);
  }
  /** Types, and gives what the terminal shows. */
  type(text: string | Uint8Array): string {
    this.signal = this.call("type", this.#fill(typeof text === "string" ? keys(text) : text));
    return this.#shown();
  }
  print(text: string): string {
    this.call("print", this.#fill(keys(text)));
    return this.#shown();
  }
  breaks(): number {
    return this.call("brk");
  }
  signal = 0;
  read(most = 4096): string | null {
    if (this.call("available") === 0) return null;
    const count = this.call("read", most);
    return Buffer.from(this.#module.run.memory.subarray(this.#typedAt, this.#typedAt + count)).toString("latin1");
  }
  #fill(bytes: Uint8Array): number {
    this.#module.run.memory.set(bytes, this.#typedAt);
    return bytes.length;
  }
  #shown(): string {
    const { memory } = this.#module.run;
    return Buffer.from(memory.subarray(this.#shownAt, this.#shownAt + this.call("shownBytes"))).toString("utf8");
  }
}

/** A line on the screen after bytes that only move within it. */
function screenLine(shown: string, before = ""): string {
  const cells = [...before];
  let at = cells.length;
  for (const c of shown) {
    if (c === "\b") at--;
    else if (c === "\r") at = 0;
    else if (c === "\t") at = (at | 7) + 1;
    else cells[at++] = c;
  }
  return Array.from(cells, (c) => c ?? " ")
    .join("")
    .trimEnd();
}

test("a line is read when it is finished, and carriage return finishes it", () => {
  const line = new Line();
  assert.equal(line.type("ls -l"), "ls -l");
  assert.equal(line.read(), null);
  assert.equal(line.type("^M"), "\r\n");
  assert.equal(line.read(), "ls -l\n");
  assert.equal(line.read(), null);
});

test("two lines are read one by one, and a short buffer gets a line in parts", () => {
  const line = new Line();
  line.type("first\nsecond\n");
  assert.equal(line.read(3), "fir");
  assert.equal(line.read(), "st\n");
  assert.equal(line.read(), "second\n");
});

test("typing errors are rubbed out: a character, a word, the line", () => {
  const line = new Line();
  assert.equal(screenLine(line.type("cat filw^?e")), "cat file");
  assert.equal(screenLine(line.type("  ^W"), "cat file"), "cat");
  assert.equal(line.type("^U"), "\b \b".repeat(4));
  assert.equal(line.type("^?^W^U"), "");
  line.type("x\n");
  assert.equal(line.read(), "x\n");
});

test("what is on the line before the typing stays when the line is killed", () => {
  const line = new Line();
  const prompt = line.print("$ ");
  assert.equal(screenLine(line.type("a\tb\tc^U"), prompt), "$");
  assert.equal(screenLine(line.type("^A^B^?"), prompt), "$ ^A");
});

test("a character of several bytes is rubbed out at once", () => {
  const line = new Line();
  assert.equal(line.type("é"), "é");
  assert.equal(line.type("^?"), "\b \b");
  line.type("ok\n");
  assert.equal(line.read(), "ok\n");
});

test("without ECHOE the erase key is shown; without ECHOKE killing begins a new line", () => {
  const line = new Line();
  line.call("local", ECHOE, 0);
  assert.equal(line.type("ab^?"), "ab^?");
  assert.equal(line.type("^U"), "^U\r\n");
  line.call("local", ECHOK, 0);
  assert.equal(line.type("x^U"), "x^U");
});

test("Ctrl-C, Ctrl-\\ and Ctrl-Z are signals and throw away what was typed", () => {
  const line = new Line();
  line.type("done\n");
  for (const [key, signal] of [
    ["^C", SIGINT],
    ["^\\", SIGQUIT],
    ["^Z", SIGTSTP],
  ] as const) {
    assert.equal(line.type(`half${key}`), `half${key}`);
    assert.equal(line.signal, signal);
    assert.equal(line.read(), null);
  }
  line.call("local", 0, NOFLSH!);
  line.type("ab^Cc\n");
  assert.equal(line.read(), "abc\n");
  line.call("local", ISIG!, 0);
  assert.equal(line.type("^C\n"), "^C\r\n");
  assert.equal(line.signal, 0);
  assert.equal(line.read(), "\x03\n");
});

test("Ctrl-D gives what is there, and on an empty line the end of the file", () => {
  const line = new Line();
  assert.equal(line.type("abc^D"), "abc");
  assert.equal(line.read(), "abc");
  line.type("^D");
  assert.equal(line.read(), "");
  assert.equal(line.read(), null);
});

test("a buffer that is exactly filled by the bytes before Ctrl-D is not followed by an end of file", () => {
  const line = new Line();
  line.type("abc^Dx\n");
  assert.equal(line.read(3), "abc");
  assert.equal(line.read(), "x\n");
});

test("Ctrl-V takes the next key as it is", () => {
  const line = new Line();
  assert.equal(screenLine(line.type("a^V^C")), "a^C");
  assert.equal(line.signal, 0);
  line.type("^V^M\n");
  assert.equal(line.read(), "a\x03\r\n");
});

test("Ctrl-R shows the line again", () => {
  const line = new Line();
  assert.equal(line.type("abc^R"), "abc^R\r\nabc");
});

test("Ctrl-S holds output until Ctrl-Q; a signal lets it go as well", () => {
  const line = new Line();
  assert.equal(line.type("^S"), "");
  assert.equal(line.call("stopped"), 1);
  line.type("^Q");
  assert.equal(line.call("stopped"), 0);
  line.type("^S^C");
  assert.equal(line.call("stopped"), 0);
  line.call("input", IXON!, 0);
  line.call("lines", 0);
  line.type("^S");
  assert.equal(line.read(), "\x13");
});

test("without ECHO nothing is shown but, with ECHONL, the end of the line", () => {
  const line = new Line();
  line.call("local", ECHO!, 0);
  assert.equal(line.type("secret\n"), "");
  line.call("local", 0, ECHONL!);
  assert.equal(line.type("secret^?\n"), "\r\n");
});

test("where lines do not count every byte can be read at once, also what was half a line before", () => {
  const line = new Line();
  line.type("half");
  line.call("lines", 0);
  assert.equal(line.read(), "half");
  line.type("^?^D^W");
  assert.equal(line.read(), "\x7f\x04\x17");
  line.type("rest");
  line.call("lines", 1);
  assert.equal(line.read(), "rest");
});

test("a break is Ctrl-C, or a zero", () => {
  const line = new Line();
  line.type("abc");
  assert.equal(line.breaks(), SIGINT);
  assert.equal(line.type("\n"), "\r\n");
  assert.equal(line.read(), "\n");
  line.call("input", BRKINT!, 0);
  assert.equal(line.breaks(), 0);
  line.type("\n");
  assert.equal(line.read(), "\0\n");
});

test("a line that is too long is cut, and can be finished", () => {
  const line = new Line();
  const shown = line.type("x".repeat(5000));
  assert.equal(shown.replaceAll("x", ""), "\x07".repeat(5000 - 4095));
  assert.equal(line.call("wants"), 1, "nobody could make room");
  line.type("\n");
  assert.equal(line.call("wants"), 0, "a reader can");
  assert.equal(line.read(), `${"x".repeat(4095)}\n`);
});

test("carriage returns stay without ICRNL, and OPOST turns newlines into two", () => {
  const line = new Line();
  line.call("input", ICRNL!, 0);
  line.type("a^M\n");
  assert.equal(line.read(), "a\r\n");
  assert.equal(line.print("a\nb"), "a\r\nb");
});

/** What the input half does, with lists. */
class Model {
  finished: { text: number[]; eof: boolean }[] = [];
  edited: number[] = [];
  type(c: number): number {
    const byte = c === 13 ? 10 : c;
    const signal = { 3: SIGINT, 28: SIGQUIT, 26: SIGTSTP }[byte];
    if (signal !== undefined) {
      this.finished = [];
      this.edited = [];
      return signal;
    }
    if (byte === 127) this.#rubOut();
    else if (byte === 21) this.edited = [];
    else if (byte === 23) {
      while (this.#last === 32 || this.#last === 9) this.edited.pop();
      while (this.edited.length > 0 && this.#last !== 32 && this.#last !== 9) this.#rubOut();
    } else if (byte === 10 || byte === 4) {
      this.finished.push({ text: byte === 10 ? [...this.edited, 10] : this.edited, eof: byte === 4 });
      this.edited = [];
    } else this.edited.push(byte);
    return 0;
  }
  get #last(): number | undefined {
    return this.edited.at(-1);
  }
  #rubOut(): void {
    for (let i = 0; i < 4; i++) {
      const gone = this.edited.pop();
      if (gone === undefined || (gone & 0xc0) !== 0x80) return;
    }
  }
  read(most: number): string | null {
    const line = this.finished[0];
    if (line === undefined) return null;
    const part = line.text.splice(0, most);
    if (line.text.length === 0) this.finished.shift();
    return Buffer.from(part).toString("latin1");
  }
}

test("random typing and reading agrees with the model", () => {
  const line = new Line();
  const model = new Model();
  let state = 11;
  const next = (below: number): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  const special = [10, 10, 13, 4, 127, 127, 23, 21, 3, 26, 9, 32, 32, 0xc3, 0xa9, 0xe2, 0x82, 0xac];
  let read = 0;
  for (let turn = 0; turn < 6000; turn++) {
    if (next(3) > 0) {
      const c = next(3) > 0 ? 97 + next(26) : special[next(special.length)]!;
      line.type(Uint8Array.of(c));
      assert.equal(line.signal, model.type(c), `turn ${turn}: ${c}`);
      continue;
    }
    const most = 1 + next(12);
    const got = line.read(most);
    assert.equal(got, model.read(most), `turn ${turn}`);
    if (got !== null) read++;
  }
  assert.ok(read > 300);
  assert.equal(line.call("available") > 0, model.finished.length > 0);
});
