/** The options of `cor compile`, and what they come to. */
import type { TargetName } from "../dsl/targets.ts";
import { UserError } from "../emulator/user-error.ts";

const names: readonly TargetName[] = ["linux", "cor-kernel", "cor-user", "wasm"];

export const compileOptions = {
  target: {
    type: "string",
    requiresArg: true,
    default: "linux",
    describe: `what to compile for: ${names.join(", ")}`,
  },
  output: { alias: "o", type: "string", requiresArg: true, describe: "the file to write" },
  object: { alias: "c", type: "boolean", describe: "write an object (ELF) and do not link" },
  link: {
    type: "string",
    array: true,
    requiresArg: true,
    describe: "an object of C or assembler to link; may be repeated",
  },
  header: { type: "string", requiresArg: true, describe: "write a C header of the exported functions" },
  map: { type: "string", requiresArg: true, describe: "write the linker's map" },
  dump: {
    type: "string",
    array: true,
    requiresArg: true,
    describe: "print what a pass made: PASS, or PASS:FUNCTION; an unknown name shows all",
  },
  report: { type: "string", requiresArg: true, describe: "print a report; there is one: stack, how deep stacks get" },
  time: { type: "boolean", describe: "print how long each pass took" },
} as const;

export interface CompileArguments {
  readonly files: readonly string[];
  readonly target: TargetName;
  readonly output: string | undefined;
  readonly object: boolean;
  readonly objects: readonly string[];
  readonly header: string | undefined;
  readonly map: string | undefined;
  readonly dump: readonly string[];
  readonly report: "stack" | undefined;
  readonly time: boolean;
}

/** Checks what the command line gave. Throws UserError. */
export function compileArguments(given: { readonly [name: string]: unknown }): CompileArguments {
  for (const name of ["target", "output", "map", "header", "report"])
    if (Array.isArray(given[name])) throw new UserError(`--${name} is given twice; give it once`);
  const target = names.find((name) => name === given.target);
  if (target === undefined) throw new UserError(`--target ${given.target}: give ${names.join(", ")}`);
  if (given.report !== undefined && given.report !== "stack")
    throw new UserError(`--report ${given.report}: there is one report, stack`);
  const list = (name: string) => ((given[name] ?? []) as unknown[]).map(String);
  return {
    files: list("files"),
    target,
    output: given.output as string | undefined,
    object: given.object === true,
    objects: list("link"),
    header: given.header as string | undefined,
    map: given.map as string | undefined,
    dump: list("dump"),
    report: given.report as "stack" | undefined,
    time: given.time === true,
  };
}
