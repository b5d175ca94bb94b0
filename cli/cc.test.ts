/** The C library for C programs, on the host: the same programs with our library and with the host's say the same. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, test } from "node:test";
import { cLibrary } from "../disks/c-library.ts";
import { linuxDoor } from "../disks/testing/linux-door.ts";
import { runsHere } from "../dsl/x64/native.ts";
import { compilerArguments, hostCompiler, withoutCompiler } from "./cc.ts";

const skip = runsHere || withoutCompiler();
const folder = mkdtempSync(join(tmpdir(), "cor-c-"));
after(() => rmSync(folder, { recursive: true }));

/** The library, with a door to the host's kernel. */
const library = join(folder, "library");
if (!skip) {
  const read = (file: string) => (file === "disks/lib/door.ts" ? linuxDoor : null);
  for (const [path, content] of cLibrary({ read, unsafe: ["disks/lib/door.ts"] })) {
    mkdirSync(dirname(join(library, path)), { recursive: true });
    writeFileSync(join(library, path), content);
  }
}

const source = (name: string) => join(import.meta.dirname, "../disks/testing/c", name);

function compileWith(args: readonly string[]): void {
  const compiler = hostCompiler();
  const { status, stderr } = spawnSync(compiler.program, args, { encoding: "utf8" });
  assert.equal(`${status} ${stderr}`, "0 ");
}

/** What the program does in a fresh folder. */
function outcome(program: string): string {
  const here = mkdtempSync(join(folder, "run-"));
  const { stdout, stderr, status, signal } = spawnSync(program, ["an argument"], {
    cwd: here,
    encoding: "latin1",
    maxBuffer: 1 << 26,
    env: { PATH: process.env.PATH },
  });
  return `${stdout}\n--- ${stderr}\n--- ${status} ${signal}`;
}

/** Two long texts: where they differ first, if they do. */
function same(ours: string, theirs: string): void {
  const expected = theirs.split("\n");
  for (const [i, line] of ours.split("\n").entries()) assert.equal(line, expected[i], `line ${i + 1}`);
  assert.equal(ours.length, theirs.length);
}

for (const name of ["numbers.c", "library.c"])
  for (const options of [["-O2"], ["-O0"], ["-O2", "-static-pie"]])
    test(`${name} does what it does with the host's library (${options.join(" ")})`, { skip }, () => {
      const theirs = join(folder, `theirs-${name}${options.join("")}`);
      const ours = join(folder, `ours-${name}${options.join("")}`);
      const common = ["-w", "-std=gnu17", source(name)];
      compileWith(["-D_GNU_SOURCE", "-O1", ...common, "-o", theirs]);
      compileWith(compilerArguments([...options, ...common, "-o", ours], library, hostCompiler()));
      same(outcome(ours), outcome(theirs));
    });

test("the headers are in order by themselves, for the strictest warnings", { skip }, () => {
  for (const path of [...cLibrary().keys()].filter((path) => path.startsWith("include/"))) {
    const file = join(folder, "header.c");
    const name = path.slice("include/".length);
    writeFileSync(file, `#include <${name}>\n#include <${name}>\nint main(void) { return 0; }\n`);
    const args = ["-Wall", "-Wextra", "-Wpedantic", "-Wsystem-headers", "-Werror", "-std=c11", "-c", file];
    compileWith(compilerArguments([...args, "-o", join(folder, "header.o")], library, hostCompiler()));
  }
});

test("structures are laid out as the kernel has them", { skip }, () => {
  const file = join(folder, "layout.c");
  writeFileSync(
    file,
    `#include <dirent.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <termios.h>
#define IS(x, n) _Static_assert((x) == (n), #x)
IS(sizeof(struct stat), 144); IS(offsetof(struct stat, st_rdev), 40); IS(offsetof(struct stat, st_ctim), 104);
IS(sizeof(struct termios), 36); IS(offsetof(struct termios, c_cc), 17); IS(sizeof(struct winsize), 8);
IS(offsetof(struct dirent, d_type), 18); IS(offsetof(struct dirent, d_name), 19); IS(sizeof(struct pollfd), 8);
IS(sizeof(struct sigaction), 32); IS(offsetof(struct sigaction, sa_mask), 24); IS(sizeof(struct utsname), 325);
`,
  );
  compileWith(compilerArguments(["-c", file, "-o", join(folder, "layout.o")], library, hostCompiler()));
});

/** `cor cc` as a user calls it. */
function cor(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const launcher = join(import.meta.dirname, "../bin/cor.mjs");
  return spawnSync(process.execPath, [launcher, "cc", ...args], { encoding: "utf8", env: { ...process.env, ...env } });
}

test("bad input is told in one line", { skip }, () => {
  const file = join(folder, "good.c");
  writeFileSync(file, "int main(void) { return 0; }\n");
  const cases: readonly (readonly [args: readonly string[], says: RegExp, env?: NodeJS.ProcessEnv])[] = [
    [[], /^cor: name a C file, for instance/],
    [["missing.c"], /^cor: there is no file missing\.c$/],
    [["-O2", "-o", "x"], /^cor: there is no C file among the arguments/],
    [[file, "-lm"], /^cor: -lm: there is no such library for Cor/],
    [[file, "-shared"], /^cor: -shared: Cor has no shared libraries/],
    [[file], /^cor: there is no no-such-compiler for x86-64/, { CC: "no-such-compiler" }],
  ];
  for (const [args, says, env] of cases) {
    const { status, stderr } = cor(args, env);
    assert.match(stderr, new RegExp(says.source, "m"));
    assert.equal(stderr.trimEnd().split("\n").length, 1, stderr);
    assert.equal(status, 2);
  }
});

test("options go on to the compiler, and what it says is what is said", { skip }, () => {
  const file = join(folder, "asks.c");
  writeFileSync(file, '#include "mine.h"\nint main(void) { return MINE + NUMBER; }\n');
  mkdirSync(join(folder, "with"));
  writeFileSync(join(folder, "with/mine.h"), "#define MINE 40\n");
  const program = join(folder, "asks");
  assert.equal(cor([file, "-I", join(folder, "with"), "-DNUMBER=2", "-O2", "-o", program]).status, 0);
  const wrong = cor([file, "-o", program]);
  assert.equal(wrong.status, 1);
  assert.match(wrong.stderr, /mine\.h/);
});
