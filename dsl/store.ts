/**
 * What the compiler knows, kept in a folder from one process to the next: of every function, the keys that say whether it
 * is still the same (ir/optimize-cache.ts); of every module, its object. A module is compiled again when any function of it,
 * or anything that was looked at for it, has changed. A folder that cannot be used costs time only.
 */
import { hash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { deserialize, serialize } from "node:v8";
import { crc32 } from "node:zlib";
import type { KeptBodies } from "./check/unchecked.ts";
import type { LoweredText, Remembered } from "./ir/optimize-cache.ts";
import type { IrGlobal } from "./ir/ssa.ts";
import type { Asked } from "./lower/asked.ts";
import type { Anchors } from "./out/anchor.ts";
import { loadedPart } from "./out/loaded.ts";
import { keepObject, keptObject } from "./out/object-file.ts";
import type { Site } from "./out/site.ts";
import type { Ruled } from "./unchanged.ts";
import type { CompiledObject } from "./x64/object.ts";
import type { StackFacts } from "./x64/stack-facts.ts";

/** Files that nobody wanted for so long go; and the oldest, when all have more than so many bytes. */
const KEEP_MS = 14 * 24 * 3600 * 1000;
const KEEP_BYTES = 200 << 20;
/** How exactly it is known when a file was wanted. */
const WANTED_MS = 3600 * 1000;

export type ObjectKind = "object" | "loaded";

/** What is kept of a program's functions, as plain data. */
export interface KeptFunctions {
  /** After the optimizer. */
  readonly optimized: ReadonlyMap<string, Remembered>;
  /** As they were lowered, by symbol, and what they asked for then. */
  readonly lowered: ReadonlyMap<string, LoweredText & { readonly asked: readonly Asked[] }>;
  readonly generated: ReadonlyMap<string, IrGlobal>;
  /** What the checker knew of bodies: made when it is asked for. */
  readonly bodies: KeptBodies;
  /** Functions that were lowered and that nobody names, a line for each: what tells debuggers of variables leaves them out. */
  readonly gone: string;
  readonly ruled: Ruled;
  /** Of what the finished code does to the stack. */
  readonly stack: string;
  /** By file, the key of its object without what debuggers want, in which each function is as it is remembered. */
  readonly loaded: ReadonlyMap<string, string>;
}

export class ObjectStore {
  readonly #folder: string;
  readonly #version: string;
  readonly #objects = new Map<string, { readonly object: CompiledObject; readonly anchors: Anchors }>();

  readonly #when: (write: () => void) => void;

  /** `version`: a text that changes with the compiler. `when`: calls what writes a file at its time, which is at once unless given. */
  constructor(folder: string, version: string, when: (write: () => void) => void = (write) => write()) {
    this.#folder = folder;
    this.#version = version;
    this.#when = when;
  }

  /** What was last known of the functions of a program; `name`: of the program and all that its code depends on. */
  functions(name: string): KeptFunctions | null {
    const bytes = this.#read(this.#path("functions", name));
    try {
      return bytes === null ? null : (deserialize(bytes) as KeptFunctions);
    } catch {
      return null;
    }
  }

  keepFunctions(name: string, functions: KeptFunctions): void {
    this.#when(() => {
      this.#write(this.#path("functions", name), serialize({ ...functions }));
      this.#forget();
    });
  }

  /** Digests of the texts of a program's sources, when it was right the last time. */
  accepted(name: string): ReadonlySet<string> {
    const bytes = this.#read(this.#path("accepted", name));
    return new Set(bytes === null ? [] : Buffer.from(bytes).toString("latin1").split("\n"));
  }

  keepAccepted(name: string, digests: readonly string[]): void {
    this.#when(() => this.#write(this.#path("accepted", name), Buffer.from(digests.join("\n"), "latin1")));
  }

  /** What a module is without the insides of its functions (syntax/skeleton.ts), by the digest of its text. All programs share these. */
  skeleton(digest: string): string | null {
    const bytes = this.#read(this.#path("skeleton", digest));
    return bytes === null ? null : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("utf8");
  }

  /** `make`: gives the skeleton where none is kept yet; null: there is none. */
  keepSkeleton(digest: string, make: () => string | null): void {
    this.#when(() => {
      const path = this.#path("skeleton", digest);
      const made = existsSync(path) ? null : make();
      if (made !== null) this.#write(path, Buffer.from(made, "utf8"));
    });
  }

  /**
   * The object of a module by a key for all that it was made of; with what debuggers want of it ("object"), or without ("loaded").
   * `anchors`: of the functions as they are now.
   */
  object(kind: ObjectKind, key: string, anchors: Anchors): CompiledObject | null {
    const path = this.#path(kind, key);
    const before = this.#objects.get(path);
    if (before?.anchors === anchors) return before.object;
    const bytes = this.#read(path);
    if (bytes === null) return null;
    try {
      const { object, extra, sites } = keptObject(bytes, anchors);
      const made = { ...object, stack: (extra as readonly StackRow[]).map((row) => withSites(row, sites)) };
      this.#objects.set(path, { object: made, anchors });
      return made;
    } catch {
      return null;
    }
  }

  keepObject(kind: ObjectKind, key: string, object: CompiledObject, anchors: Anchors): void {
    const made = kind === "loaded" ? loadedPart(object) : object;
    const path = this.#path(kind, key);
    this.#objects.set(path, { object: made, anchors });
    this.#when(() =>
      this.#write(
        path,
        keepObject(made, (site) => made.stack.map((facts) => withNumbers(facts, site))),
      ),
    );
  }

  #path(kind: string, name: string): string {
    return join(this.#folder, `${kind}-${hash("sha256", `${this.#version}\n${name}`, "hex").slice(0, 32)}`);
  }

  #read(path: string): Uint8Array | null {
    try {
      const file = readFileSync(path);
      const bytes = file.subarray(4);
      if (file.length < 4 || crc32(bytes) !== file.readUInt32LE(0)) return null;
      const now = new Date();
      if (now.getTime() - statSync(path).mtimeMs > WANTED_MS) utimesSync(path, now, now);
      return bytes;
    } catch {
      return null;
    }
  }

  /** Appears whole, whoever else writes it. */
  #write(path: string, bytes: Uint8Array): void {
    const temporary = `${path}.${process.pid}`;
    try {
      mkdirSync(this.#folder, { recursive: true });
      const sum = Buffer.alloc(4);
      sum.writeUInt32LE(crc32(bytes));
      writeFileSync(temporary, Buffer.concat([sum, bytes]));
      renameSync(temporary, path);
    } catch {
      // No folder, no room: then without.
    }
  }

  #forget(): void {
    try {
      const files = readdirSync(this.#folder).map((name) => {
        const path = join(this.#folder, name);
        const { mtimeMs, size } = statSync(path);
        return { path, age: Date.now() - mtimeMs, size };
      });
      let bytes = 0;
      for (const { path, age, size } of files.sort((x, y) => x.age - y.age)) {
        bytes += size;
        if (age > KEEP_MS || bytes > KEEP_BYTES) rmSync(path, { force: true });
      }
    } catch {
      // Somebody else is at it.
    }
  }
}

/** What is done to the stack, with numbers for places. */
interface StackRow extends Omit<StackFacts, "calls" | "indirect"> {
  readonly calls: readonly { readonly symbol: string; readonly tail: boolean; readonly site: number }[];
  readonly indirect: readonly { readonly site: number; readonly signature: string }[];
}

const withNumbers = ({ calls, indirect, ...rest }: StackFacts, number: (site: Site) => number): StackRow => ({
  ...rest,
  calls: calls.map((call) => ({ ...call, site: number(call.site) })),
  indirect: indirect.map((call) => ({ ...call, site: number(call.site) })),
});

const withSites = ({ calls, indirect, ...rest }: StackRow, sites: readonly Site[]): StackFacts => ({
  ...rest,
  calls: calls.map((call) => ({ ...call, site: sites[call.site]! })),
  indirect: indirect.map((call) => ({ ...call, site: sites[call.site]! })),
});
