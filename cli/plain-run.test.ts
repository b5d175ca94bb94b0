import assert from "node:assert/strict";
import { test } from "node:test";
import yargs from "yargs";
import { reading } from "./grammar.ts";
import { plainRun } from "./plain-run.ts";
import { checkRunOptions, runOptions } from "./run-options.ts";

/** What yargs makes of a line: the flags that were given, by the names in the table. */
async function asYargsReads(argv: readonly string[]): Promise<Record<string, unknown>> {
  let found: Record<string, unknown> = {};
  await yargs([...argv])
    .command(
      "run [image]",
      "",
      (y) => y.positional("image", { type: "string" }).options(runOptions),
      (args) => {
        found = args;
      },
    )
    .strict()
    .parserConfiguration(reading)
    .exitProcess(false)
    .parseAsync();
  const names = ["image", ...Object.keys(runOptions)].filter((name) => found[name] !== undefined);
  return Object.fromEntries(names.map((name) => [name, found[name]]));
}

test("plain lines are read as yargs reads them", async () => {
  const values = [
    "a.img",
    "5",
    "0x10",
    "007",
    "1e3",
    "a=b",
    "file:a b",
    "true",
    "x,snapshot",
    "it's",
    "~ # ",
    "a--b",
    "é",
  ];
  const lines: string[][] = [["run"], ["run", "cor.img"], ["run", "12"], ["run", "--rng", "cor.img"]];
  for (const [name, { type }] of Object.entries(runOptions)) {
    if (type === "boolean") lines.push(["run", `--${name}`], ["run", `--${name}`, "a"], ["run", "a", `--${name}`]);
    const some = name === "append" ? values : values.slice(lines.length % 10).slice(0, 2);
    for (const value of some) lines.push(["run", `--${name}`, value, "last"], ["run", "first", `--${name}`, value]);
  }
  lines.push(["run", "--disk", "a", "--memory", "64", "--disk", "b", "--disk", "c", "--time", "real", "d"]);
  lines.push(["run", "--memory", "64", "--memory", "32"], ["run", "--until", "a b  c", "--timeout", "1.50"]);
  let plain = 0;
  for (const line of lines) {
    const read = plainRun(line);
    if (read === null) continue;
    plain++;
    assert.deepEqual({ ...read }, await asYargsReads(line), line.join(" "));
  }
  assert.ok(plain > 80, `${plain} of ${lines.length} lines are plain`);
  const bench = plainRun(["run", "--disk", "cor.img,snapshot", "--time", "real"])!;
  assert.equal(checkRunOptions(bench).disks[0]!.snapshot, true);
});

test("what could mean something else, or nothing, is left to yargs", () => {
  const lines = [
    ...["", "build", "run --help", "run -m 64", "run a b", "run --memory", "run --memory=64", "run --memory --rng"],
    ...[
      "run --rng true",
      "run --rng --rng",
      "run --no-rng",
      "run --wrong 1",
      "run --gdb 1",
      "run -- a",
      "run --memory -5",
    ],
    ...["run --toString a", "run --append 'a'", 'run "a"', "run -", "run --m 5", "run --d help"],
  ];
  for (const line of lines) assert.equal(plainRun(line.split(" ").filter(Boolean)), null, line);
  assert.equal(plainRun(["run", "--append", ""]), null);
});
