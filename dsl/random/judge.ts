/**
 * Do all who can run a program of the kernel language agree about it? Judges: the IR interpreter on what lowering made,
 * after every pass (of some), and on what all passes made; WebAssembly; the machine itself. Many programs go through one
 * compilation, and natively into one executable, which runs each in a process of its own (fork), so that one may crash,
 * hang or change what it likes.
 */
import { spawnSync } from "node:child_process";
import { type Compilation, compile, diagnosticsText } from "../compile.ts";
import { optimizerSteps } from "../ir/agree.ts";
import { cloneProgram } from "../ir/clone.ts";
import { Interpreter } from "../ir/interpret.ts";
import type { IrProgram } from "../ir/ssa.ts";
import { verifyProgram } from "../ir/verify.ts";
import { withFiles } from "../out/oracle.ts";
import { type CompiledWasm, compileToWasm } from "../wasm/compile.ts";
import { WasmRun } from "../wasm/run.ts";
import { runsHere } from "../x64/native.ts";
import { ended, LinuxHost } from "./linux-host.ts";
import { DIFFERS } from "./program.ts";

export interface Verdict {
  /** What the checker or the rules say against it; null: nothing. */
  readonly rejected: string | null;
  /** Which judge disagreed, and what it saw; null: they agree. */
  readonly problem: string | null;
  /** How it ended: "return", "trap"; null where nobody ran it. */
  readonly end: string | null;
}

export interface JudgeOptions {
  /** Whether to look after every pass, and not only before and after all of them. */
  readonly everyPass?: boolean;
  /** Whether the machine runs unoptimized code. */
  readonly plainCode?: boolean;
  /** Told how many milliseconds each judge took. */
  readonly time?: (judge: string, milliseconds: number) => void;
}

/** Judges programs, each one module with a `main`. */
export function judge(sources: readonly string[], options: JudgeOptions = {}): Verdict[] {
  try {
    return judgeTogether(sources, options);
  } catch (error) {
    // A bug of the compiler: in which of them?
    const problem = String(error instanceof Error ? error.stack : error);
    if (sources.length === 1) return [{ rejected: null, problem, end: null }];
    const middle = sources.length >> 1;
    return [...judge(sources.slice(0, middle), options), ...judge(sources.slice(middle), options)];
  }
}

const fileOf = (k: number) => `p${k}.ts`;

function judgeTogether(sources: readonly string[], options: JudgeOptions): Verdict[] {
  const timed = <T>(name: string, f: () => T): T => {
    const start = performance.now();
    const made = f();
    options.time?.(name, performance.now() - start);
    return made;
  };
  const rejected = new Map<number, string>();
  const files = new Map(sources.map((source, k) => [fileOf(k), source]));
  let plain: IrProgram | null = null;
  const build = (): Compilation => {
    const accepted = sources.map((_, k) => k).filter((k) => !rejected.has(k));
    files.set("driver.ts", driver(accepted));
    return compile({
      entries: ["driver.ts"],
      read: (file) => files.get(file) ?? null,
      target: "linux",
      unsafe: [...files.keys()],
      optimize: !options.plainCode,
      lowered: (program) => {
        plain = cloneProgram(program);
      },
    });
  };
  let result = build();
  for (let tries = 0; result.diagnostics.length > 0; tries++) {
    for (const d of result.diagnostics) {
      const k = Number(/^p(\d+)\.ts$/.exec(d.site.file)?.[1] ?? Number.NaN);
      if (Number.isNaN(k) || tries > 3) throw new Error(diagnosticsText(result));
      if (!rejected.has(k)) rejected.set(k, diagnosticsText({ ...result, diagnostics: [d] }));
    }
    result = build();
  }
  for (const [pass, milliseconds] of result.times) options.time?.(pass, milliseconds);
  const verdicts: Verdict[] = sources.map((_, k) => ({ rejected: rejected.get(k) ?? null, problem: null, end: null }));
  const expected = new Map<number, string>();
  const disagree = (k: number, who: string, saw: string): void => {
    const problem = `${who} shows\n${saw}\ninstead of\n${expected.get(k)}`;
    if (verdicts[k]!.problem === null) verdicts[k] = { ...verdicts[k]!, problem };
  };
  const judged: number[] = [];
  timed("interpreter", () => {
    const interpreted = interpreter(plain!);
    for (const k of verdicts.keys()) {
      if (rejected.has(k)) continue;
      const run = interpreted(mainOf(k));
      expected.set(k, run);
      const end = /-- (.*)$/.exec(run)?.[1] ?? "";
      verdicts[k] = { ...verdicts[k]!, end: /^\w+/.exec(end)?.[0] ?? end };
      // Programs that take too long tell nothing.
      if (end !== "steps") judged.push(k);
      if (/^(fault|stack|exit)/.test(end)) disagree(k, "the interpreter before all passes", run);
      if (run.includes(DIFFERS)) disagree(k, "the evaluation while compiling", run);
    }
  });
  const compare = (who: string, run: (main: string) => string) =>
    timed(who, () => {
      for (const k of judged) {
        const seen = run(mainOf(k));
        if (seen !== expected.get(k)) disagree(k, who, seen);
      }
    });
  const wasm = (who: string, program: IrProgram) => {
    const compiled = timed("WebAssembly, compiling", () => compileToWasm(program));
    compare(who, (main) => translated(compiled, main));
  };
  if (options.everyPass) {
    wasm("WebAssembly, unoptimized", plain!);
    timed("passes", () => {
      for (const step of optimizerSteps) {
        step.run(plain!);
        const [complaint] = verifyProgram(plain!);
        if (complaint !== undefined) throw new Error(`after ${step.name}: ${complaint}`);
        compare(`the interpreter after ${step.name}`, interpreter(plain!));
      }
    });
    compare("the interpreter after all passes", interpreter(result.ir!));
  }
  wasm("WebAssembly", result.ir!);
  if (runsHere === false)
    timed("native", () => {
      const native = runNative(result.bytes!);
      for (const k of judged) {
        const seen = native.get(k) ?? "nothing";
        if (seen !== expected.get(k)) disagree(k, "the machine", seen);
      }
    });
  return verdicts;
}

const mainOf = (k: number) => `p${k}.main`;

/** Steps of the interpreter after which a program tells nothing. */
const STEPS = 2_000_000;

/** Runs what is called so in a program, each from the beginning. */
function interpreter(program: IrProgram): (main: string) => string {
  const interpreter = new Interpreter(program);
  return (main) => {
    const host = new LinuxHost();
    interpreter.restart({ machine: host.machine });
    return host.run(interpreter.memory, (name, args) => interpreter.call(name, args, STEPS), main);
  };
}

function translated(compiled: CompiledWasm, main: string): string {
  const host = new LinuxHost();
  const run = new WasmRun(compiled, { machine: host.machine });
  return host.run(run.memory, (name, args) => run.call(name, args), main);
}

// ---- natively

/** What parts the output of programs. */
const MARK = "@@@";

/** A program that runs others, each in a child, and says how each ended. Numbers: Linux, x86-64, syscall_64.tbl. */
function driver(programs: readonly number[]): string {
  return `
${programs.map((k) => `import { main as main${k} } from "./p${k}.ts";`).join("\n")}
declare function systemCall(number: u64, a: u64, b: u64, c: u64, d: u64, e: u64, f: u64): i64;
declare function exit(status: i32): never;
const SYS_ALARM = 37;
const SYS_FORK = 57;
const SYS_WAIT4 = 61;
let status: u32 = 0;
function run(number: u32, program: Fn<() => void>): void {
  const child = systemCall(SYS_FORK, 0, 0, 0, 0, 0, 0);
  if (child === 0) {
    systemCall(SYS_ALARM, 10, 0, 0, 0, 0, 0);
    program();
    exit(0);
  }
  systemCall(SYS_WAIT4, u64(child), addr(ref(status)), 0, 0, 0, 0);
  print\`${MARK}\${number} \${status}\\n\`;
  klog\`${MARK}\`;
}
export function main(): void {
${programs.map((k) => `  run(${k}, main${k});`).join("\n")}
}
`;
}

/** Runs the driver's executable: what each program showed. */
function runNative(bytes: Uint8Array): Map<number, string> {
  const { stdout, stderr } = withFiles((file) =>
    spawnSync(file("programs", bytes), { maxBuffer: 1 << 28, timeout: 120_000, encoding: "utf8" }),
  );
  const logs = stderr.split(`${MARK}\n`);
  const seen = new Map<number, string>();
  let from = 0;
  for (const [index, mark] of [...stdout.matchAll(new RegExp(`${MARK}(\\d+) (\\d+)\\n`, "g"))].entries()) {
    const output = stdout.slice(from, mark.index);
    from = mark.index + mark[0].length;
    const status = Number(mark[2]);
    const signal = (status & 127) === 0 ? null : `signal ${status & 127}`;
    seen.set(Number(mark[1]), ended(output, logs[index] ?? "", signal ?? status >> 8));
  }
  return seen;
}
