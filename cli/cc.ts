/**
 * `cor cc`: C programs for Cor, made by the host's own compiler. It gets our headers in place of the host's, and links with
 * our start code, library and linker script; everything else that is said to it goes on as it is.
 */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../emulator/user-error.ts";
import { REJECTED } from "./exit-codes.ts";
import { ownCLibrary } from "./own.ts";

export const ccHelp = `cor cc [options] FILE.c… [-o PROGRAM]

Compiles C and links it for Cor, with the compiler of this machine: $CC, or gcc, or clang. Its options are its own; -c, -O2,
-g, -I, -D, -T SCRIPT, -static-pie and so on do what they always do. Programs lie at 0x400000, unless a linker script says
otherwise, or -static-pie that they may lie anywhere.

  cor cc hello.c -o hello

Exit codes: 0 done, 1 the compiler has complained, 2 bad usage, 70 a bug in Cor
`;

/** Options whose value is the next word. */
const withValue: ReadonlySet<string> = new Set([
  ...[
    "-o",
    "-T",
    "-I",
    "-L",
    "-D",
    "-U",
    "-x",
    "-l",
    "-u",
    "-e",
    "-z",
    "-include",
    "-imacros",
    "-isystem",
    "-idirafter",
  ],
  ...[
    "-iquote",
    "-MF",
    "-MT",
    "-MQ",
    "-Xlinker",
    "-Xpreprocessor",
    "-Xassembler",
    "-Xclang",
    "-target",
    "-arch",
    "--param",
  ],
]);
/** With one of these nothing is linked. */
const stops: ReadonlySet<string> = new Set(["-c", "-S", "-E", "-M", "-MM", "-fsyntax-only"]);
/** With one of these and no files the compiler only says something of itself. */
const asks = /^(--version|-v|-###|--help|-dump|-print-|--print-)/;

/** Runs the host's compiler. Gives the exit code: 1 when it has complained, which it does itself. */
export async function cc(args: readonly string[]): Promise<number> {
  if (args.length === 0) throw new UserError('name a C file, for instance "cor cc hello.c -o hello"; "cor cc --help"');
  if (args.length === 1 && ["--help", "-h"].includes(args[0]!)) {
    process.stdout.write(ccHelp);
    return 0;
  }
  const files = inputs(args);
  const compiler = hostCompiler();
  if (files.length === 0) {
    if (!args.some((arg) => asks.test(arg))) throw new UserError("there is no C file among the arguments; name one");
    return run(compiler.program, args);
  }
  for (const file of files) if (file !== "-" && !existsSync(file)) throw new UserError(`there is no file ${file}`);
  refuseLibraries(args);
  return run(compiler.program, compilerArguments(args, await ownCLibrary(), compiler));
}

/** What the host's compiler is told for `args`. `library`: the folder with the files of `cLibrary`. */
export function compilerArguments(args: readonly string[], library: string, compiler: HostCompiler): string[] {
  const movable = args.some((arg) => /^-(static-)?pie$/.test(arg));
  const before = [
    ...["-nostdinc", "-isystem", join(library, "include"), "-isystem", compiler.headers],
    ...["-D__cor__", "-U__linux__", "-U__linux", "-Ulinux", "-U__gnu_linux__", "-fno-stack-protector"],
    movable ? "-fPIE" : "-fno-pie",
  ];
  if (args.some((arg) => stops.has(arg))) return [...before, ...args];
  const given = args.filter((arg) => !/^-(static-)?pie$|^-lc$/.test(arg));
  const scripted = args.some((arg) => /^-T|^-Wl,-T|^-Wl,--script/.test(arg));
  const layout = movable ? [] : scripted ? [join(library, "defaults.ld")] : ["-T", join(library, "cor.ld")];
  const behind = [
    // What is behind these is no C.
    ...["-x", "none", ...layout, join(library, movable ? "start-pie.o" : "start.o"), join(library, "assembler.o")],
    ...[join(library, "libc.o"), "-lgcc"],
  ];
  const linking = ["-nostdlib", ...(movable ? ["-static-pie"] : ["-static", "-no-pie"])];
  const linker = [
    "-Wl,-e,_start",
    "-Wl,--gc-sections",
    "-Wl,--build-id=none",
    "-Wl,-z,max-page-size=4096",
    "-Wl,-z,noexecstack",
  ];
  // The library's own lines are in the way of whoever does not debug.
  const lines = args.some((arg) => /^-g/.test(arg)) ? [] : ["-Wl,--strip-debug"];
  return [...before, ...linking, ...linker, ...lines, ...given, ...behind];
}

/** Arguments that are neither options nor their values. */
function inputs(args: readonly string[]): string[] {
  const found: string[] = [];
  for (let i = 0; i < args.length; i++) {
    const arg = args[i]!;
    if (withValue.has(arg)) i++;
    else if (!/^-./.test(arg) && !arg.startsWith("@")) found.push(arg);
  }
  return found;
}

/** The host's libraries are for the host. */
function refuseLibraries(args: readonly string[]): void {
  if (args.includes("-shared")) throw new UserError("-shared: Cor has no shared libraries; leave it out");
  if (args.some((arg) => arg.startsWith("-L"))) return;
  const wanted = args.find((arg) => /^-l./.test(arg) && !["-lc", "-lgcc"].includes(arg));
  if (wanted !== undefined) throw new UserError(`${wanted}: there is no such library for Cor; say with -L where it is`);
}

export interface HostCompiler {
  readonly program: string;
  /** Its own headers: stddef.h, stdarg.h and the like. */
  readonly headers: string;
}

/** Why there are no C programs on this machine, or false. */
export function withoutCompiler(): string | false {
  try {
    hostCompiler();
    return false;
  } catch (error) {
    return (error as Error).message;
  }
}

/** The first that makes code for x86-64. Throws UserError when there is none. */
export function hostCompiler(): HostCompiler {
  const { CC } = process.env;
  const candidates = CC === undefined || CC === "" ? ["gcc", "clang", "x86_64-linux-gnu-gcc"] : [CC];
  for (const program of candidates) {
    const machine = ask(program, "-dumpmachine");
    if (machine === null || !/^(x86_64|amd64)-/.test(machine)) continue;
    const headers = ask(program, "-print-file-name=include");
    if (headers !== null) return { program, headers };
  }
  const what = CC === undefined || CC === "" ? "no gcc and no clang" : `no ${CC}`;
  throw new UserError(`there is ${what} for x86-64 on this machine; install one, or name it in $CC`);
}

function ask(program: string, question: string): string | null {
  const { status, stdout } = spawnSync(program, [question], { encoding: "utf8" });
  return status === 0 ? stdout.trim() : null;
}

function run(program: string, args: readonly string[]): number {
  const { status } = spawnSync(program, args, { stdio: "inherit" });
  return status === 0 ? 0 : REJECTED;
}
