/**
 * Makes the parts that Cor's modules are loaded from (load.ts) and puts them into the cache folder: finds the modules from the
 * places where threads and commands begin, groups them by who needs them, and writes each group as one text. A module
 * whose source is as it was is taken over from the part that was there.
 */
import { readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { crc32 } from "node:zlib";
import { makeFolder } from "../folder.ts";
import { isSameState, PART_START, type PartHeader, type SourceState, sourceState } from "./load.ts";
import { type ModuleText, readModule, type Target, writeModule } from "./module.ts";
import { resolveModule } from "./resolve.ts";

/** `command`: what the main thread begins with; `machine`: the threads of a machine; `shared`: both; `grammar`: what reads command lines that are not plain; `tools`: all that is imported later. */
const partNames = ["shared", "command", "machine", "grammar", "tools"] as const;
type PartName = (typeof partNames)[number];

/** Where threads begin. */
export interface Entries {
  readonly command: readonly string[];
  readonly machine: readonly string[];
  readonly grammar: readonly string[];
  /** Threads of whoever works with tools. */
  readonly tools: readonly string[];
}

const ending = import.meta.filename.endsWith(".ts") ? ".ts" : ".js";
const ENTRIES: Entries = {
  command: ["cli", "cli/run", "emulator/spare-thread"].map((name) => name + ending),
  machine: ["emulator/machine-runner", "emulator/translator/helper"].map((name) => name + ending),
  grammar: ["cli/grammar"].map((name) => name + ending),
  tools: ["cli/root-thread"].map((name) => name + ending),
};

interface Part {
  readonly header: PartHeader;
  readonly text: string;
}

/** A module, and the state of the source that it was read from. */
interface Known {
  readonly state: SourceState;
  readonly module: ModuleText;
}

interface Node extends Known {
  readonly imports: readonly string[];
}

/** Modules and what they import. */
class Graph {
  readonly nodes = new Map<string, Node>();
  readonly #root: string;
  readonly #known: Readonly<Record<string, Known>>;
  /** Modules of one circle have one number. */
  #circles = new Map<string, number>();

  /** `known`: what was read before. */
  constructor(root: string, known: Readonly<Record<string, Known>>) {
    this.#root = root;
    this.#known = known;
  }

  /** Reads a module and all that it leads to. */
  add(name: string): void {
    const waiting = [name];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      if (this.nodes.has(next)) continue;
      const path = join(this.#root, next);
      // The state first: a change while this is read is seen the next time.
      const state = sourceState(path)!;
      const known = this.#known[next];
      const module =
        known !== undefined && isSameState(known.state, state)
          ? known.module
          : readModule(next, readFileSync(path, "utf8"));
      const leadTo = (specifiers: readonly string[]): string[] =>
        specifiers.flatMap((specifier) => {
          const target = resolveModule(specifier, path);
          return "file" in target ? this.#nameOf(target.file) : [];
        });
      const imports = leadTo(module.imports.map(({ specifier }) => specifier));
      this.nodes.set(next, { state, module, imports });
      waiting.push(...imports, ...leadTo(module.dynamicImports));
    }
  }

  #nameOf(file: string): string {
    return relative(this.#root, file).split(sep).join("/");
  }

  /** The module and what it imports, without what it imports while it runs. */
  closure(names: readonly string[]): Set<string> {
    const found = new Set<string>();
    const waiting = [...names];
    for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
      if (found.has(name)) continue;
      found.add(name);
      waiting.push(...this.nodes.get(name)!.imports);
    }
    return found;
  }

  write(name: string): string {
    return writeModule(this.nodes.get(name)!.module, (specifier): Target => {
      const target = resolveModule(specifier, join(this.#root, name));
      if ("external" in target) return target;
      const module = this.#nameOf(target.file);
      return { module, circular: this.#circle(module) === this.#circle(name) };
    });
  }

  /** Strongly connected components (Tarjan 1972). */
  #circle(name: string): number {
    if (this.#circles.size < this.nodes.size) {
      const order = new Map<string, number>();
      const low = new Map<string, number>();
      const stack: string[] = [];
      const visit = (name: string): void => {
        order.set(name, order.size);
        low.set(name, order.get(name)!);
        stack.push(name);
        for (const next of this.nodes.get(name)!.imports) {
          if (!order.has(next)) visit(next);
          if (!this.#circles.has(next)) low.set(name, Math.min(low.get(name)!, low.get(next)!));
        }
        if (low.get(name) !== order.get(name)) return;
        for (let member = ""; member !== name; ) {
          member = stack.pop()!;
          this.#circles.set(member, order.get(name)!);
        }
      };
      this.#circles.clear();
      for (const name of this.nodes.keys()) if (!order.has(name)) visit(name);
    }
    return this.#circles.get(name)!;
  }
}

/** What was read when the parts were last made: a file beside them. */
const KNOWN = "modules";

/** Makes all parts of the modules below `root` anew. Throws what the system says when they cannot be written. */
export function renewParts(folder: string, root: string, entries: Entries = ENTRIES): void {
  const graph = new Graph(root, readKnown(folder));
  for (const name of Object.values(entries).flat()) graph.add(name);
  const command = graph.closure(entries.command);
  const machine = graph.closure(entries.machine);
  const grammar = graph.closure(entries.grammar);
  const partOf = (name: string): PartName => {
    if (machine.has(name)) return command.has(name) || grammar.has(name) ? "shared" : "machine";
    return command.has(name) ? "command" : grammar.has(name) ? "grammar" : "tools";
  };
  const names = [...graph.nodes.keys()].sort();
  const build = crc32(names.map((name) => `${name} ${graph.nodes.get(name)!.state}`).join("\n")).toString(16);
  for (const part of partNames) {
    const members = names.filter((name) => partOf(name) === part);
    write(folder, part, packPart(makePart(graph, build, members)));
  }
  const known = Object.fromEntries([...graph.nodes].map(([name, { state, module }]) => [name, { state, module }]));
  const json = JSON.stringify(known);
  write(folder, KNOWN, Buffer.from(`${checkSum(json)}${json}`));
  dropOldCode(folder);
  dropOldCopies(folder);
}

/** The parts of other copies of Cor that were last made long ago: those copies are gone, or make theirs again. */
function dropOldCopies(folder: string): void {
  for (const name of readdirSync(dirname(folder))) {
    const copy = join(dirname(folder), name);
    const made = statSync(join(copy, KNOWN), { throwIfNoEntry: false })?.mtimeMs;
    if (made !== undefined && Date.now() - made > COPY_MS) rmSync(copy, { recursive: true, force: true });
  }
}

/** A month. */
const COPY_MS = 30 * 24 * 3600 * 1000;

/** Code that was kept for the parts before, and drafts that nobody finished. */
function dropOldCode(folder: string): void {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    const stats = name.includes(".") ? statSync(path, { throwIfNoEntry: false }) : undefined;
    if (stats !== undefined && Date.now() - stats.mtimeMs > DRAFT_MS) rmSync(path, { force: true });
  }
}

/** Nobody takes so long to write a part. */
const DRAFT_MS = 60_000;

function readKnown(folder: string): Record<string, Known> {
  try {
    const file = readFileSync(join(folder, KNOWN), "utf8");
    const json = file.slice(SUM_LENGTH);
    return checkSum(json) === file.slice(0, SUM_LENGTH) ? JSON.parse(json) : {};
  } catch {
    return {};
  }
}

const SUM_LENGTH = 8;
const checkSum = (text: string): string => crc32(text).toString(16).padStart(SUM_LENGTH, "0");

function makePart(graph: Graph, build: string, members: readonly string[]): Part {
  const lines: Record<string, number> = {};
  const sources: Record<string, SourceState> = {};
  let text = '"use strict"; ({\n';
  let line = 2;
  for (const name of members) {
    const body = `${JSON.stringify(name)}: ${graph.write(name)},\n`;
    lines[name] = line;
    sources[name] = graph.nodes.get(name)!.state;
    text += body;
    line += body.split("\n").length - 1;
  }
  return { header: { build, sources, lines }, text: `${text}})` };
}

function packPart({ header, text }: Part): Buffer {
  const json = Buffer.from(JSON.stringify(header), "latin1");
  const file = Buffer.alloc(PART_START + json.length + text.length);
  file.writeUInt32LE(json.length, 4);
  json.copy(file, PART_START);
  file.write(text, PART_START + json.length, "latin1");
  file.writeUInt32LE(crc32(file.subarray(4)), 0);
  return file;
}

/** Whoever reads the file sees the old one or the new one. */
function write(folder: string, name: string, content: Buffer): void {
  makeFolder(folder);
  const draft = join(folder, `${name}.${process.pid}`);
  writeFileSync(draft, content);
  renameSync(draft, join(folder, name));
}
