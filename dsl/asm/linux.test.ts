/** A static Linux executable, written with the assembler, run by the host's own kernel and looked at by other people's tools. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import test from "node:test";
import { eax, edi, edx, rax, rsi } from "../../emulator/isa/registers.ts";
import { elfExecutable } from "../out/elf-executable.ts";
import { elfObject } from "../out/elf-object.ts";
import { link } from "../out/link.ts";
import type { ObjectFile } from "../out/object.ts";
import { missing, run, withFiles } from "../out/oracle.ts";
import { Assembler } from "./assembler.ts";
import { m, q } from "./operand.ts";

/** Lines of this file, noted while the program is recorded. */
const lines = { call: 0, say: 0, ret: 0 };
const nextLine = () => Number(/linux\.test\.ts:(\d+)/.exec(new Error().stack!.split("\n")[2]!)![1]) + 1;

/** Prints "Hello from _start." three times and exits with 7. */
function hello(): ObjectFile {
  const a = new Assembler();
  const text = a.newLabel("text");
  const end = a.newLabel(".end");
  const times = a.newLabel("times");
  const written = a.newLabel("written");
  const say = a.newLabel("say");
  const start = a.func("_start", () => {
    const again = a.here();
    lines.call = nextLine();
    a.call(say);
    a.dec(q(times));
    a.jnz(again);
    a.mov(eax, 60); // exit
    a.mov(edi, 7);
    a.syscall();
  });
  a.global(start);
  a.func(say, () => {
    lines.say = nextLine();
    a.mov(eax, 1); // write
    a.mov(edi, 1);
    a.lea(rsi, m(text));
    a.mov(edx, end.minus(text));
    a.syscall();
    a.add(q(written), rax);
    lines.ret = nextLine();
    a.ret();
  });
  a.section(".rodata");
  a.object(text, () => a.db("Hello from _start.\n"));
  a.here(end);
  a.section(".data");
  a.object(times, () => a.dq(3));
  a.section(".bss");
  a.object(written, () => a.space(8));
  return a.finish();
}

const executable = () => elfExecutable(link([hello()], { entry: "_start", regions: [{ address: 0x400000 }] }));
const notHere = process.platform !== "linux" || process.arch !== "x64" ? "runs on x86-64 Linux only" : false;

function runHello(path: string): void {
  const { stdout, status } = spawnSync(path, { encoding: "utf8" });
  assert.equal(stdout, "Hello from _start.\n".repeat(3));
  assert.equal(status, 7);
}

test("a static executable runs on the host and prints", { skip: notHere }, () => {
  withFiles((file) => runHello(file("hello", executable())));
});

test("ld links the object to the same program", { skip: notHere || missing("ld") }, () => {
  withFiles((file) => {
    const object = file("hello.o", elfObject(hello()));
    const path = file("hello", "");
    run("ld", "--fatal-warnings", "-o", path, object);
    runHello(path);
  });
});

test("the same program gives the same bytes", () => {
  assert.deepEqual(executable(), executable());
  assert.deepEqual(elfObject(hello()), elfObject(hello()));
});

test("no file carries a path outside of the project", () => {
  for (const bytes of [executable(), elfObject(hello())]) {
    const text = Buffer.from(bytes).toString("latin1");
    assert.ok(text.includes("dsl/asm/linux.test.ts"));
    assert.ok(!text.includes(import.meta.dirname));
  }
});

test("addr2line leads every instruction back to its line", { skip: missing("addr2line", "objdump") }, () => {
  withFiles((file) => {
    for (const path of [file("hello", executable()), file("hello.o", elfObject(hello()))]) {
      const listing = run("objdump", "-dl", "--no-show-raw-insn", path);
      const rows = [...listing.matchAll(/^(\S+:\d+)\n *([0-9a-f]+):\t(\w+)/gm)].map(([, at, address, name]) => ({
        at,
        address,
        name,
      }));
      const place = (l: number) => `dsl/asm/linux.test.ts:${l}`;
      assert.equal(rows.length, 13);
      assert.deepEqual(rows.find(({ name }) => name === "call")?.at, place(lines.call));
      assert.deepEqual(rows.find(({ name }) => name === "ret")?.at, place(lines.ret));
      for (const { at, address } of rows) {
        assert.equal(run("addr2line", "-e", path, `0x${address}`).trim(), at);
      }
    }
  });
});

test("gdb breaks at a line of TypeScript, steps, and names the functions", { skip: notHere || missing("gdb") }, () => {
  withFiles((file) => {
    const commands = [
      "break say",
      "run",
      "bt",
      "next",
      "info line",
      `break linux.test.ts:${lines.ret}`,
      "continue",
      "finish",
      "x/d &written",
    ];
    const output = run(
      "gdb",
      "-nx",
      "-batch",
      ...commands.flatMap((command) => ["-ex", command]),
      file("hello", executable()),
    );
    const file_ = String.raw`dsl/asm/linux\.test\.ts`;
    assert.match(output, new RegExp(`Breakpoint 1, say \\(\\) at ${file_}:${lines.say}`));
    assert.match(output, new RegExp(`#1 .* in _start \\(\\) at ${file_}:${lines.call}`));
    assert.match(output, new RegExp(`Line ${lines.say + 1} of "${file_}" starts at address 0x[0-9a-f]+ <say\\+5>`));
    assert.match(output, new RegExp(`Breakpoint 2, say \\(\\) at ${file_}:${lines.ret}`));
    assert.match(output, /<written>:\s+19/);
  });
});

test("the program in docs/assembler.md does what the page says", { skip: notHere }, () => {
  const project = new URL("../../", import.meta.url);
  const page = readFileSync(new URL("docs/assembler.md", project), "utf8");
  const program = /```ts\n(.*?)```/s.exec(page)![1]!.replaceAll('"../', `"${project}`);
  withFiles((file) => {
    const path = file("hello.ts", program.replace('"hello"', `${JSON.stringify(file("hello", ""))}`));
    run(process.execPath, path);
    assert.equal(
      run(file("run", `#!/bin/sh\nexec ${path.replace(/\.ts$/, "")}\n`)),
      "Hello from TypeScript.\n".repeat(3),
    );
  });
});
