/**
 * How long compiling takes: 20,000 generated lines for Linux, in a process that has compiled before; after changes of one
 * line; and as a process of its own. Prints wall times, and the processor's, which a busy machine does not stretch so much.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type Compilation, CompileCache, compile, diagnosticsText } from "../../dsl/compile.ts";
import { generateProgram } from "./generate.ts";

const LINES = 20_000;

interface Turn {
  readonly wall: number;
  readonly processor: number;
  readonly result: Compilation;
}

/** What the generated modules do not have: a union and an alias, and functions that see them. */
const EVENTS = `
class Sent {
  what: "sent";
  bytes: u32;
}
class Got {
  what: "got";
  bytes: u32;
  from: u64;
}
class Lost {
  what: "lost";
}
type Event = Sent | Got;
type Total = u32;
class Totals {
  sent: Total;
  got: Total;
}
const totals = zeroed<Totals>();

function noteEvent(event: Ptr<Event>): void {
  if (event.what === "sent") totals.sent++;
  if (event.what === "got") totals.got++;
}
export function noteSent(bytes: u32): void {
  const event: Event = { what: "sent", bytes };
  noteEvent(ref(event));
}
`;

/** A module that uses a class of the first one in some of its functions: all have it then. */
function sharing(file: string, text: string): string {
  const used = text.replaceAll("this.used++;", "this.used++;\n    shared.last = shared.count++;");
  return file === "src/m0.ts"
    ? `${used}\nexport class Shared {\n  count: u64;\n  last: u64;\n}\nexport const shared = zeroed<Shared>();\n`
    : `import { shared } from "./m0.ts";\n${used}`;
}

/** Measures and prints. */
export function measureCompiler(): void {
  const { files: generated, entry, lines } = generateProgram(LINES);
  const files = new Map(generated).set("src/m13.ts", generated.get("src/m13.ts")! + EVENTS);
  const now = new Map(files);
  const turn = (cache: CompileCache): Turn => {
    const start = performance.now();
    const before = process.cpuUsage();
    const result = compile({ entries: [entry], read: (file) => now.get(file) ?? null, target: "linux", cache });
    const used = process.cpuUsage(before);
    if (result.diagnostics.length > 0) throw new Error(diagnosticsText(result));
    return { wall: performance.now() - start, processor: (used.user + used.system) / 1000, result };
  };
  const edit = (file: string, from: RegExp, to: string | ((found: string) => string)) => {
    const text = now.get(file)!;
    const changed = text.replace(from, typeof to === "string" ? () => to : to);
    if (changed === text) throw new Error(`nothing to change in ${file}`);
    now.set(file, changed);
  };
  console.log(`\ncompiling ${lines} lines in ${files.size} modules   wall ms  processor ms`);
  print("first time in a process", turn(new CompileCache()));
  // A process that compiles again and again, as an editor's does, has been compiled well itself by then.
  for (let round = 0; round < 3; round++) turn(new CompileCache());
  const warm = Array.from({ length: 5 }, () => turn(new CompileCache()));
  const best = print("again from nothing, when warm", median(warm));
  const cache = new CompileCache();
  turn(cache);
  let count = 0;
  const changed = (what: string, change: () => void) => {
    const turns = Array.from({ length: 5 }, () => {
      count++;
      change();
      return turn(cache);
    });
    return print(what, median(turns));
  };
  const one = changed("a line in a body changed", () => edit("src/m3.ts", /state \* \d+/, `state * ${1000 + count}`));
  changed("a line added to a body", () => edit("src/m4.ts", /let now: u64/, "\n    let now: u64"));
  changed("a line taken out of a body", () => edit("src/m4.ts", /\n {4}let now: u64/, "let now: u64"));
  const between = (text: string) => edit("src/m5.ts", /\n\nfunction/, `\n\n${text}\nfunction`);
  changed("a comment between functions", () => between(`// The ${count}th.`));
  changed("a constant between functions", () => between(`const ADDED_${count} = ${count};`));
  changed("another value of a constant", () => edit("src/m6.ts", /LIMIT_6 = \d+/, `LIMIT_6 = ${20 + count}`));
  changed("a function more", () => between(`function more${count}(x: u32): u32 {\n  return x * ${count};\n}`));
  changed("an import more", () => edit("src/m7.ts", /import \{ /, `import { Packet6_1 as Packet${count}, `));
  changed("a field more in a class", () => edit("src/m8.ts", /length: u32;/, `length: u32;\n  field${count}: u32;`));
  const other = (one: string, two: string) => (found: string) => (found === one ? two : one);
  changed("a field with another type", () => edit("src/m9.ts", /Arr<u8, \d+>/, `Arr<u8, ${32 + count}>`));
  changed("a method more", () =>
    edit("src/m10.ts", /\n {2}take\(/, `\n  more${count}(): u32 {\n    return this.used;\n  }\n  take(`),
  );
  changed("a parameter more", () =>
    edit("src/m11.ts", /seed: u32(?:, more\d+: u32 = 7)?\)/, `seed: u32, more${count}: u32 = 7)`),
  );
  changed("another value in an enum", () => edit("src/m12.ts", /Waiting(?: = \d+)?,/, `Waiting = ${count},`));
  changed("a type alias changed", () => edit("src/m13.ts", /= u(?:32|64);/, other("= u32;", "= u64;")));
  changed("a member of a union more or less", () =>
    edit("src/m13.ts", /= Sent \|.*;/, other("= Sent | Got;", "= Sent | Got | Lost;")),
  );
  changed("an export more or less", () =>
    edit("src/m14.ts", /^.*class Packet14_1 /m, other("class Packet14_1 ", "export class Packet14_1 ")),
  );
  for (const [file, text] of now) if (/\bm\d+\.ts$/.test(file)) now.set(file, sharing(file, text));
  turn(cache);
  changed("a field more in a class of all modules", () =>
    edit("src/m0.ts", /last: u64;/, `more${count}: u64;\n  last: u64;`),
  );
  wholeProcess(files, entry);
  for (const { what, turn } of [
    { what: "again from nothing", turn: best },
    { what: "a line in a body changed", turn: one },
  ]) {
    const passes = [...turn.result.times].map(([pass, ms]) => `${pass} ${ms.toFixed(0)}`);
    console.log(`${what}, by passes: ${passes.join(", ")}`);
  }
}

function print(what: string, turn: Turn): Turn {
  const [wall, processor] = [turn.wall, turn.processor].map((ms) => ms.toFixed(0));
  console.log(`${what.padEnd(41)} ${wall!.padStart(7)} ${processor!.padStart(13)}`);
  return turn;
}

function median(turns: Turn[]): Turn {
  return turns.sort((x, y) => x.wall - y.wall)[turns.length >> 1]!;
}

/** `cor compile` on the same sources in files. */
function wholeProcess(files: ReadonlyMap<string, string>, entry: string): void {
  const folder = mkdtempSync(join(tmpdir(), "cor-bench-"));
  try {
    for (const [file, text] of files) {
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      writeFileSync(join(folder, file), text);
    }
    const launcher = join(import.meta.dirname, "../../bin/cor.mjs");
    const start = performance.now();
    const { status, stderr } = spawnSync(process.execPath, [launcher, "compile", entry, "-o", "out"], { cwd: folder });
    if (status !== 0) throw new Error(String(stderr));
    const wall = (performance.now() - start).toFixed(0);
    console.log(`${"cor compile, as a process".padEnd(41)} ${wall.padStart(7)}`);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
