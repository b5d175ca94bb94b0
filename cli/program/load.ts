/**
 * Cor's own modules, loaded from a few files instead of some hundred: finding, reading and linking that many modules takes
 * Node longer than the kernel takes to boot. The sources stay the truth. bundle.ts puts modules into parts ("chunks"), each a file in
 * the user's cache folder with the size and times of change of every source in it; a part whose sources are not as they were is
 * not used, nor is one whose check sum is wrong.
 *
 * Beside each part lies what V8 compiled of it (its code cache). V8 itself refuses that when it is another version's; the
 * check sums say that it belongs to this text and came off the disk as it was.
 *
 * `loader` stands on nothing but its parameters: further threads begin with its text (emulator/thread-beginning.ts), so that nothing
 * else has to be found and read there.
 */
import { closeSync, openSync, readSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { homedir } from "node:os";
import { basename, join, resolve } from "node:path";
import { setFlagsFromString } from "node:v8";
import { crc32 } from "node:zlib";

/** A module's exports by name. */
export type Exports = Record<string, unknown>;

export interface Program {
  /** Adds the modules of a part. False: there is no such part, or it is damaged. */
  add(part: string): boolean;
  has(module: string): boolean;
  /** A module's exports, by its path from Cor's root; it is executed when it is first used. */
  use(module: string): Exports;
  /** The source of a place in a part, by the part's path and a line; null: it is in no part. */
  place(part: string, line: number): Place | null;
  /** Makes a module available that is imported while the program runs; set by who can. */
  missing: (module: string) => Promise<void>;
  /** Keeps what V8 has compiled by now for the next start, unless that was there already. */
  keepCode(): void;
  /** What is the same as long as no source is another: a module finds it in its `import.meta`. Null: nobody looked. */
  build: string | null;
}

/** What a part's file begins with, as JSON; before it stand two 32-bit little-endian words: the check sum of what follows, and its length. */
export interface PartHeader {
  /** The same in all parts that belong together. */
  readonly build: string;
  /** By path from Cor's root. */
  readonly sources: Readonly<Record<string, SourceState>>;
  /** The line of the part's text, counted from 1, in which each module begins. */
  readonly lines: Readonly<Record<string, number>>;
}

/** A path, and a line counted from 1. */
export interface Place {
  readonly file: string;
  readonly line: number;
}

/** A source file's size in bytes, and when its contents and its status changed, in milliseconds. */
export type SourceState = readonly [number, number, number];

/** Bytes before the header: check sum and length. */
export const PART_START = 8;

/** The folder of cli.ts, or of dist/cli.js. */
export const root = resolve(import.meta.dirname, "../..");

/** The user's cache folder for Cor, or one in it. */
export function cacheFolder(...within: readonly string[]): string {
  const { XDG_CACHE_HOME } = process.env;
  return join(XDG_CACHE_HOME?.startsWith("/") ? XDG_CACHE_HOME : join(homedir(), ".cache"), "cor", ...within);
}

/** What is noted of a source file, or null when there is none. */
export function sourceState(path: string): SourceState | null {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats === undefined ? null : [stats.size, stats.mtimeMs, stats.ctimeMs];
}

export const isSameState = (a: SourceState, b: SourceState): boolean => a[0] === b[0] && a[1] === b[1] && a[2] === b[2];

/** A module in a part: gets what it needs to know of the others and gives its exports. See bundle.ts. */
type Body = (
  use: (module: string) => Exports,
  late: (module: string, set: (exports: Exports) => void) => void,
  publish: (functions: Exports) => void,
  load: (module: string) => Promise<Exports>,
  external: (name: string) => Exports,
  meta: object,
) => Exports;

interface Module {
  readonly exports: Exports;
  done: boolean;
  /** Modules of a circle that were executed before this one was. */
  readonly waiting: ((exports: Exports) => void)[];
}

/**
 * Flags of V8 for commands that are short: most functions are called some hundred times, and V8 shall learn their types from the first call on; and what
 * was compiled shall still be there when it is kept.
 */
const FLAGS = ["--no-lazy-feedback-allocation", "--no-flush-bytecode"] as const;
export const setFlags = (): void => {
  for (const flag of FLAGS) setFlagsFromString(flag);
};

/**
 * `require`: anybody's; `folder`: where parts are; `purpose`: a word for what is going to be done, since each purpose compiles other functions.
 * `flagsLater`: flags are set when everything is loaded, and not the first, for which a machine's start is too short. Code is only used under the flags under which it was kept, and that
 * holds for the code that Node has of its own modules, too, many of which are loaded at the start of a thread.
 */
export function loader(
  require: NodeJS.Require,
  root: string,
  folder: string,
  purpose: string,
  flagsLater = false,
): Program {
  const { readFileSync, writeFileSync, renameSync } = require("node:fs") as typeof import("node:fs");
  const { createRequire } = require("node:module") as typeof import("node:module");
  const { Script, constants } = require("node:vm") as typeof import("node:vm");
  const { crc32 } = require("node:zlib") as typeof import("node:zlib");
  const { setFlagsFromString } = require("node:v8") as typeof import("node:v8");
  // What is set later, here and in the emulator.
  const later = flagsLater ? ["flush-bytecode", "no-experimental-wasm-branch-hinting"] : [];
  const setLater = (): void => {
    for (const flag of later) setFlagsFromString(flag.startsWith("no-") ? `--${flag.slice(3)}` : `--no-${flag}`);
  };
  const bodies = new Map<string, Body>();
  const modules = new Map<string, Module>();
  /** Where modules begin, in the order of their lines, by the parts' paths: read when somebody asks. */
  const beginnings = new Map<string, () => readonly (readonly [module: string, line: number])[]>();
  /** Code to be kept: the script, its file, and the check sum of its text. */
  let fresh: { script: import("node:vm").Script; path: string; sum: number }[] = [];

  const external = (name: string): Exports => {
    const found = name.startsWith("node:") ? require(name) : createRequire(`${root}/cli.ts`)(name);
    if (found[Symbol.toStringTag] === "Module") return found;
    // What Node does when a module imports one that is none: all of it is the default export. Nothing is read here: some of Node's own exports load modules then.
    return Object.create(Object(found), { default: { value: found } });
  };

  const program: Program = {
    add(part) {
      const path = `${folder}/${part}`;
      try {
        const file = readFileSync(path);
        const sum = file.readUInt32LE(0);
        if (crc32(file.subarray(4)) !== sum) return false;
        const textStart = 8 + file.readUInt32LE(4);
        let lines: [string, number][] | undefined;
        const header = file.toString("latin1", 8, textStart);
        beginnings.set(path, () => {
          lines ??= Object.entries((JSON.parse(header) as PartHeader).lines);
          return lines;
        });
        const text = file.toString("latin1", textStart);
        const codePath = `${path}.${purpose}.${process.versions.v8}`;
        let cachedData: Buffer | undefined;
        try {
          const code = readFileSync(codePath);
          if (code.readUInt32LE(4) === sum && crc32(code.subarray(4)) === code.readUInt32LE(0))
            cachedData = code.subarray(8);
        } catch {
          // Nobody kept it yet.
        }
        const script = new Script(text, {
          filename: path,
          cachedData,
          importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
        });
        if (cachedData === undefined || script.cachedDataRejected) fresh.push({ script, path: codePath, sum });
        for (const [name, body] of Object.entries(script.runInThisContext() as Record<string, Body>))
          bodies.set(name, body);
        return true;
      } catch {
        return false;
      }
    },
    has: (name) => bodies.has(name),
    place(part, line) {
      const module = beginnings
        .get(part)?.()
        .findLast(([, first]) => first <= line);
      return module === undefined ? null : { file: `${root}/${module[0]}`, line: line - module[1] + 1 };
    },
    build: null,
    missing: () => Promise.reject(new Error("nobody knows of other parts")),
    use(name) {
      const known = modules.get(name);
      if (known !== undefined) return known.exports;
      const body = bodies.get(name);
      if (body === undefined) throw new Error(`no part has ${name}`);
      const module: Module = { exports: {}, done: false, waiting: [] };
      modules.set(name, module);
      const path = `${root}/${name}`;
      const meta = {
        filename: path,
        dirname: path.slice(0, path.lastIndexOf("/")),
        get url() {
          return String((require("node:url") as typeof import("node:url")).pathToFileURL(path));
        },
        main: false,
        build: program.build,
        keepCode: () => program.keepCode(),
        place: (part: string, line: number) => program.place(part, line),
        loaded: setLater,
        beginning: (
          thread: string,
        ) => `const program = (${loader})(require, ${JSON.stringify(root)}, ${JSON.stringify(folder)}, ${JSON.stringify(thread.replaceAll("/", "-"))}, ${/machine-runner/.test(thread)});
const first = [${JSON.stringify(thread)}, ${JSON.stringify(`${root}/${thread}`)}];
const has = () => program.has(first[0]);
if (program.add("shared") && program.add("machine") && (has() || (program.add("command") && program.add("tools") && has()))) {
  process.on("exit", () => program.keepCode());
  program.use(first[0]);
} else import(require("node:url").pathToFileURL(first[1]));`,
      };
      const load = async (wanted: string): Promise<Exports> => {
        if (!bodies.has(wanted)) await program.missing(wanted);
        return program.use(wanted);
      };
      const late = (wanted: string, set: (exports: Exports) => void): void => {
        set(program.use(wanted));
        const other = modules.get(wanted)!;
        if (!other.done) other.waiting.push(set);
      };
      const publish = (functions: Exports) => void Object.assign(module.exports, functions);
      publish(body(program.use, late, publish, load, external, meta));
      module.done = true;
      for (const set of module.waiting) set(module.exports);
      return module.exports;
    },
    keepCode() {
      if (fresh.length === 0) return;
      for (const flag of later) setFlagsFromString(`--${flag}`);
      for (const { script, path, sum } of fresh) {
        const code = script.createCachedData();
        const file = Buffer.alloc(8 + code.length);
        file.writeUInt32LE(sum, 4);
        code.copy(file, 8);
        file.writeUInt32LE(crc32(file.subarray(4)), 0);
        const draft = `${path}.${process.pid}`;
        try {
          writeFileSync(draft, file);
          renameSync(draft, path);
        } catch {
          // Then the next start takes as long as this one.
        }
      }
      fresh = [];
      setLater();
    },
  };
  return program;
}

/** What both threads of `cor run` begin with. */
const FIRST_PARTS = ["shared", "command", "machine"];
/** What is imported while the program runs, and where it is looked for: what stands first is enough by itself. */
const LATER = [["grammar"], ["machine", "tools"]];
const COMMANDS = ["run", "build"];
/** Milliseconds after which a start is over: what it needed is compiled. */
const STARTED = 1000;
/** Enough for any part's header. */
const HEADER_ROOM = 1 << 16;

/** Where the parts of this copy of Cor are. */
const folder = cacheFolder("program", `${basename(root)}-${crc32(root).toString(16)}`);

/**
 * The program with what the main thread begins with; parts whose sources have changed are made anew. Null when they cannot be made
 * (a source is wrong) or kept (the cache folder is nobody's to write): then the sources are to be imported, and Node says what is wrong. `wanted`: the first word of the command line.
 */
export async function openProgram(wanted: string | undefined): Promise<Program | null> {
  const command = COMMANDS.find((name) => name === wanted) ?? "other";
  const program = loader(createRequire(import.meta.url), root, folder, command, command === "run");
  const renew = async (): Promise<void> => {
    const { renewParts } = await import("./parts.ts");
    renewParts(folder, root);
  };
  const addFirst = (): boolean => program.add("shared") && program.add("command");
  try {
    program.build = freshBuild(FIRST_PARTS);
    if (program.build === null || !addFirst()) {
      await renew();
      program.build = freshBuild(FIRST_PARTS);
      if (!addFirst()) return null;
    }
  } catch {
    return null;
  }
  program.missing = async (module) => {
    const addLater = (): boolean => {
      for (const parts of LATER) {
        if (freshBuild([...FIRST_PARTS, ...parts]) === null || !parts.every((part) => program.add(part))) return false;
        if (program.has(module)) return true;
      }
      return false;
    };
    if (addLater()) return;
    await renew();
    if (!addLater()) throw new Error(`${folder} does not keep what is written there`);
  };
  process.on("exit", () => program.keepCode());
  setTimeout(() => program.keepCode(), STARTED).unref();
  return program;
}

/** What parts that were made together have in common; null unless all are there, and all their sources as they were. */
function freshBuild(parts: readonly string[]): string | null {
  let build: string | null = null;
  for (const part of parts) {
    const header = headerOf(part);
    if (header === null || header.build !== (build ?? header.build)) return null;
    build = header.build;
    for (const [name, then] of Object.entries(header.sources)) {
      const now = sourceState(`${root}/${name}`);
      if (now === null || !isSameState(now, then)) return null;
    }
  }
  return build;
}

function headerOf(part: string): PartHeader | null {
  try {
    const file = openSync(join(folder, part), "r");
    try {
      const start = Buffer.alloc(HEADER_ROOM);
      readSync(file, start, 0, HEADER_ROOM, 0);
      return JSON.parse(start.toString("latin1", PART_START, PART_START + start.readUInt32LE(4)));
    } finally {
      closeSync(file);
    }
  } catch {
    return null;
  }
}

/** A stack whose places in parts are said as places in sources. */
export function inSources(stack: string): string {
  const headers = new Map<string, PartHeader | null>();
  return stack.replaceAll(/([^\s()]+)\/(\w+):(\d+):(\d+)/g, (place, within, part, line, column) => {
    if (within !== folder) return place;
    if (!headers.has(part)) headers.set(part, headerOf(part));
    let module: readonly [string, number] | null = null;
    // Modules are in the order of their lines.
    for (const entry of Object.entries(headers.get(part)?.lines ?? {})) if (entry[1] <= Number(line)) module = entry;
    return module === null ? place : `${root}/${module[0]}:${Number(line) - module[1] + 1}:${column}`;
  });
}
