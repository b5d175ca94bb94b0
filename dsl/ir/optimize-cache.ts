/**
 * What one run of the optimizer leaves for the next, so that functions that did not change are not optimized again. A
 * function is what it was when its own IR, and all that the passes looked at beside it, are what they were: the bodies
 * that might be inlined into it, the effects of those it calls, the globals it names. All that goes into a key, in two
 * steps, because effects are looked at again after inlining.
 */
import { hash } from "node:crypto";
import { type Effects, type Summary, summarize } from "./effects.ts";
import { Fingerprints } from "./fingerprint.ts";
import type { ProgramFacts } from "./pass.ts";
import { couldInline, type Inliner } from "./passes/inline.ts";
import type { IrFunction } from "./ssa.ts";
import { mentionsOf } from "./visit.ts";

/** What is asked of functions as they were lowered. */
export interface Lowered {
  /** For its contents, wherever it stands in its file. */
  readonly fingerprint: string;
  readonly summary: Summary;
  /** The symbols it names, as often as it does, and each once. */
  readonly mentions: readonly string[];
  readonly symbols: readonly string[];
}

/** What others need to know of a function after inlining. */
export interface Known {
  readonly summary: Summary;
  readonly symbols: readonly string[];
}

export interface Entry {
  /** Of the function after inlining. */
  readonly key: string;
  readonly size: number;
  /** The body after inlining, for callers; null when none would take it. */
  readonly body: IrFunction | null;
  readonly known: Known;
  readonly lateKey: string;
  /** Null when nothing but its callers' copies is left of it. */
  readonly finished: IrFunction | null;
}

/** What an earlier process knew of a function as it was lowered, as plain data. */
export interface LoweredText {
  readonly fingerprint: string;
  readonly summary: Summary;
  /** The symbols it names, a line for each. */
  readonly mentions: string;
}

export const loweredText = ({ fingerprint, summary, mentions }: Lowered): LoweredText => ({
  ...{ fingerprint, summary },
  mentions: mentions.join("\n"),
});

export function loweredFrom({ fingerprint, summary, mentions }: LoweredText): Lowered {
  const names = mentions === "" ? [] : mentions.split("\n");
  return { fingerprint, summary, mentions: names, symbols: [...new Set(names)] };
}

/** What an earlier process knew of a function, without the function. */
export interface Remembered {
  readonly key: string;
  readonly size: number;
  readonly known: Known;
  readonly lateKey: string;
  /** Whether callers might inline it. */
  readonly inlinable: boolean;
}

export class OptimizeCache {
  readonly entries = new Map<string, Entry>();
  /** Functions without an entry that are as they were may stay as they are lowered, where nobody needs more. */
  remembered: ReadonlyMap<string, Remembered> = new Map();
  readonly #lowered = new WeakMap<object, Lowered>();
  readonly #fingerprints = new Fingerprints();

  /** Of a lowered function. `source`: an object that stands for its contents as long as it exists. */
  lowered(f: IrFunction, source: object | undefined): Lowered {
    const known = source && this.#lowered.get(source);
    if (known !== undefined) return known;
    const mentions = mentionsOf(f);
    const made: Lowered = {
      ...{ fingerprint: this.#fingerprints.of(f), summary: summarize(f), mentions },
      symbols: [...new Set(mentions)],
    };
    if (source !== undefined) this.#lowered.set(source, made);
    return made;
  }

  clear(): void {
    this.entries.clear();
    this.remembered = new Map();
  }
}

/**
 * Functions that a function comes to by loads from constants: passes make direct calls of them, which may be inlined. Nobody else looks
 * for these before that is done.
 */
export class ConstantTargets {
  readonly #facts: ProgramFacts;
  readonly #known = new Map<string, readonly IrFunction[]>();

  constructor(facts: ProgramFacts) {
    this.#facts = facts;
  }

  /** Those that a symbol leads to, if it is a constant. */
  of(symbol: string): readonly IrFunction[] {
    const known = this.#known.get(symbol);
    if (known !== undefined) return known;
    const found = new Set<IrFunction>();
    const { globals, functions } = this.#facts;
    const seen = new Set([symbol]);
    for (const name of seen) {
      const global = globals.get(name);
      if (global?.section !== "rodata") continue;
      for (const { to } of global.pointers) {
        const target = functions.get(to.symbol);
        if (target === undefined) seen.add(to.symbol);
        else found.add(target);
      }
    }
    const all = [...found];
    this.#known.set(symbol, all);
    return all;
  }
}

/** Keys of one run. */
export class Keys {
  readonly #before: ProgramFacts;
  readonly #inliner: Inliner;
  readonly #targets: ConstantTargets;
  /** By function: its key, its size after inlining, and a key for the lines of all that is in it. */
  readonly #done = new Map<string, { key: string; size: number; places: string }>();
  readonly #globalTexts = new Map<string, string>();

  constructor(before: ProgramFacts, inliner: Inliner, targets: ConstantTargets) {
    this.#before = before;
    this.#inliner = inliner;
    this.#targets = targets;
  }

  /** Of a function up to inlining; its callees' must be known, unless they are in a circle with it. */
  early(f: IrFunction, { fingerprint, symbols }: Lowered): string {
    const parts = [`${fingerprint} ${f.attributes.exported}`];
    for (const symbol of symbols) {
      const callee = this.#before.functions.get(symbol);
      if (callee !== undefined) parts.push(this.#callee(callee));
      else if (this.#before.globals.has(symbol)) {
        parts.push(this.#global(symbol));
        for (const target of this.#targets.of(symbol)) parts.push(this.#callee(target));
      } else parts.push(symbol);
    }
    return hash("sha1", parts.join("\n"), "base64");
  }

  done(f: IrFunction, key: string, size: number, { symbols }: Lowered): void {
    const parts = [String(f.site.line)];
    for (const symbol of symbols) {
      const callee = this.#before.functions.get(symbol);
      for (const it of callee === undefined ? this.#targets.of(symbol) : [callee])
        if (this.#inlinable(it)) parts.push(this.#done.get(it.name)!.places);
    }
    const places = parts.length === 1 ? parts[0]! : hash("sha1", parts.join("\n"), "base64");
    this.#done.set(f.name, { key, size, places });
  }

  /** Changes when the function, or what may have been inlined into it, has moved to another line. */
  places(name: string): string {
    return this.#done.get(name)?.places ?? "";
  }

  /** Whether a function that is done might be inlined. */
  #inlinable(f: IrFunction): boolean {
    const done = this.#done.get(f.name);
    return done !== undefined && couldInline(f, done.size, this.#inliner.onlyOnce(f), this.#inliner.isRecursive(f));
  }

  #callee(f: IrFunction): string {
    const { inline, cold, noReturn, section, floats } = f.attributes;
    const only = this.#inliner.onlyOnce(f);
    const recursive = this.#inliner.isRecursive(f);
    const effect = effectText(this.#before.effects, f.name);
    const body = this.#inlinable(f) ? this.#done.get(f.name)!.key : "";
    return `${f.name} ${inline} ${cold} ${noReturn} ${floats} ${section} ${only} ${recursive} ${effect} ${body}`;
  }

  #global(symbol: string): string {
    let text = this.#globalTexts.get(symbol);
    if (text === undefined) {
      const { section, align, bytes, data, pointers, exported } = this.#before.globals.get(symbol)!;
      const contents = data.length === 0 ? "" : hash("sha1", data, "base64");
      const targets = pointers.map(({ at, to }) => `${at}:${to.symbol}+${to.offset}`);
      text = `${symbol} ${section} ${align} ${bytes} ${exported} ${contents} ${targets}`;
      this.#globalTexts.set(symbol, text);
    }
    return text;
  }
}

/** Of a function to its end: what it was after inlining, and the effects that are known then. */
export function lateKey(key: string, { symbols }: Known, after: Effects): string {
  return `${key} ${symbols.map((symbol) => effectText(after, symbol)).join("")}`;
}

function effectText(effects: Effects, symbol: string): string {
  const { reads, writes, acts } = effects.of(symbol);
  return String((reads ? 1 : 0) + (writes ? 2 : 0) + (acts ? 4 : 0));
}

/** What is known of a function by itself. */
export function knownOf(f: IrFunction): Known {
  return { summary: summarize(f), symbols: [...new Set(mentionsOf(f))] };
}
