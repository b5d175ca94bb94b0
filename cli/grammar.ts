/** The grammar of the whole product: its commands and their options, for yargs. */
import yargs from "yargs";
import type { SpareThread } from "../emulator/spare-thread.ts";
import { UserError } from "../emulator/user-error.ts";
import { version } from "../emulator/version.ts";
import { compileArguments, compileOptions } from "./compile-options.ts";
import { exitCodesHelp } from "./exit-codes.ts";
import { runOptions } from "./run-options.ts";

/** How yargs reads a line of ours. */
export const reading = { "boolean-negation": false, "parse-positional-numbers": false, "dot-notation": false } as const;

/** Does what a command line says, and gives the exit code. Throws a UserError for a line that says nothing sensible. */
export async function execute(argv: readonly string[], spare?: SpareThread): Promise<number> {
  // The compiler's options are its own: none of them is looked at here.
  if (argv[0] === "cc") return (await import("./cc.ts")).cc(argv.slice(1));
  // What a command does begins when yargs is done: beside a command that takes its time it would write the help, to have it at hand.
  let work = async (): Promise<number> => 0;
  const comesLater = (what: string) => () => {
    throw new UserError(`${what} comes later; "cor --help" shows what is there`);
  };
  await yargs(argv)
    .scriptName("cor")
    .usage("$0 <command>\n\nAn x86_64 machine and the Cor kernel, both in TypeScript.")
    .command(
      "run [image]",
      "start a machine; without an image, from Cor's own disk",
      (y) =>
        y
          .usage(
            "$0 run [image]\n\nBoots a disk image and writes to it. An ELF file is started as --kernel, an ISO image as --cdrom.\nWithout an image: Cor's own disk; its changes are dropped at the end.",
          )
          .positional("image", { type: "string", describe: "a raw disk image, an ISO image, or an ELF kernel" })
          .options(runOptions)
          .epilogue(exitCodesHelp),
      (args) => {
        work = async () => (await import("./run.ts")).run(args, spare);
      },
    )
    .command(
      "debug [image]",
      "step through a machine's life (comes later)",
      (y) => y.strict(false),
      comesLater("debug"),
    )
    .command("cc [args..]", "compile C for Cor's userland, with the compiler of this machine")
    .command(
      "build",
      "write Cor's disk image, ISO image, kernel and symbols",
      (y) =>
        y
          .option("report", {
            type: "boolean",
            describe: "also write kernel-report.md: stacks (and how deep they were), effects, locks, sizes",
          })
          .option("out", {
            type: "string",
            requiresArg: true,
            default: "build",
            describe: "the folder for cor.img, cor.iso, cor.elf, root.cpio, cor.map",
          }),
      ({ out, report }) => {
        if (Array.isArray(out)) throw new UserError("--out is given twice; give it once");
        work = async () => (await import("./build.ts")).build(out, report === true);
      },
    )
    .command(
      "compile <files..>",
      "compile kernel-language sources",
      (y) =>
        y
          .usage("$0 compile FILE.ts…\n\nCompiles the files and what they import into one program or object.")
          .positional("files", { type: "string", array: true, describe: "the modules where the program begins" })
          .options(compileOptions)
          .epilogue("Exit codes: 0 compiled, 1 the sources are rejected, 2 bad usage, 70 a bug in Cor"),
      (args) => {
        const given = compileArguments(args);
        work = async () => (await import("./compile.ts")).compile(given);
      },
    )
    .demandCommand(1, 1)
    .strict()
    .version(version)
    .alias("help", "h")
    .detectLocale(false)
    .parserConfiguration(reading)
    .wrap(Math.min(120, process.stdout.columns ?? 100))
    .exitProcess(false)
    .fail((message, error) => {
      if (error && error.name !== "YError") throw error;
      throw new UserError(explain(message ?? error.message, argv));
    })
    .parseAsync();
  return await work();
}

/** yargs' complaint in our words: what is wrong, and where the help is. */
function explain(message: string, argv: readonly string[]): string {
  const command = ["run", "build", "compile"].find((name) => argv[0] === name);
  const help = command === undefined ? "cor --help" : `cor ${command} --help`;
  const unknown = /^Unknown (?:argument|command)s?: (.*)$/.exec(message);
  if (unknown !== null) {
    const names = unknown[1]!.split(", ").map((name) => {
      const flag = argv.find((arg) => /^--?/.test(arg) && arg.replace(/^--?/, "").split("=")[0] === name);
      return flag === undefined ? `"${name}"` : flag.split("=")[0];
    });
    return `unknown ${names[0]!.startsWith("-") ? "flag" : "argument"} ${names.join(", ")}; "${help}" shows what is there`;
  }
  const valueless = /^Not enough arguments following: (.*)$/.exec(message);
  if (valueless !== null) {
    const name = valueless[1]!;
    return `${name.length === 1 ? "-" : "--"}${name} needs a value; "${help}" shows which`;
  }
  if (command === "compile" && /^Not enough non-option/.test(message) && argv.length === 1)
    return 'name the sources, for instance "cor compile main.ts"; "cor compile --help" shows what there is';
  if (argv.length === 0) return 'say what to do, for instance "cor run"; "cor --help" shows the commands';
  return `${message.split("\n")[0]}; "${help}" shows what is there`;
}
