/**
 * Joins a lowered program with its runtime, whose modules were checked and lowered with it: what the program calls by
 * name is bound to the functions of those names, and what nobody calls leaves.
 */
import { hasBody, type TypedProgram } from "./check/tree.ts";
import { dropUnused } from "./ir/optimize.ts";
import type { IrFunction, IrProgram, Signature, Type } from "./ir/ssa.ts";
import { resultsOf } from "./ir/visit.ts";
import type { ObjectFile } from "./out/object.ts";
import { nowhere, type Site } from "./out/site.ts";
import { namedSections } from "./out/tables.ts";
import type { Diagnostic } from "./syntax/diagnostic.ts";

/**
 * Adds `own` (IR) to the program. Functions from files under `folder` stay when the program or generated code (`implied`)
 * needs them. Gives the mistakes: names that are defined twice, and declarations that differ from what they declare. `mentions`: the symbols
 * that a function names, where that is known without looking.
 */
export function joinRuntime(
  program: IrProgram,
  own: readonly IrProgram[],
  folder: string,
  implied: readonly string[],
  typed: TypedProgram,
  mentions?: (f: IrFunction) => Iterable<string>,
): Diagnostic[] {
  const found: Diagnostic[] = [];
  const isRuntime = (f: IrFunction) => f.site.file.startsWith(folder);
  const defined = new Map<string, IrFunction>();
  for (const f of program.functions) {
    const other = defined.get(f.name);
    if (other === undefined) defined.set(f.name, f);
    // A program may bring its own of what the runtime has.
    else if (isRuntime(other) && !isRuntime(f)) defined.set(f.name, f);
    else if (isRuntime(other) === isRuntime(f)) found.push(twice(f, other));
  }
  for (const { functions } of own) for (const f of functions) if (!defined.has(f.name)) defined.set(f.name, f);
  const kept = [...defined.values()].map((f) => {
    const exported = f.attributes.exported && ((!isRuntime(f) && f.site.line > 0) || implied.includes(f.name));
    return exported === f.attributes.exported ? f : { ...f, attributes: { ...f.attributes, exported } };
  });
  program.functions.splice(0, program.functions.length, ...kept);
  for (const { name, signature } of program.externs) {
    const f = defined.get(name);
    if (f !== undefined && signature !== null && !sameSignature(f.signature, signature)) {
      const site = typed.functions.find((it) => !hasBody(it) && it.contracts.symbol === name)?.site;
      const message = `${name} takes ${words(f.signature.parameters)} and gives ${words(f.signature.results)}`;
      found.push({ site: site ?? f.site, length: name.length, message, hint: "declare it as it is defined" });
    }
  }
  const left = program.externs.filter(({ name }) => !defined.has(name));
  program.externs.splice(0, program.externs.length, ...left);
  if (found.length === 0) dropUnused(program, mentions);
  return found;
}

function twice(f: IrFunction, other: IrFunction): Diagnostic {
  const { file, line } = other.site;
  const message = `the symbol ${f.name} is defined twice, here and at ${file}:${line}`;
  return { site: f.site, length: 1, message, hint: 'attr(symbol("another name"))' };
}

function sameSignature(x: Signature, y: Signature): boolean {
  return x.parameters.join() === y.parameters.join() && x.results.join() === y.results.join();
}

const words = (types: readonly Type[]): string => (types.length === 0 ? "nothing" : types.join(", "));

/** What the linker makes (out/tables.ts). */
const fromLinker: ReadonlySet<string> = new Set([
  ...Object.keys(namedSections).flatMap((symbol) => [symbol, `${symbol}_end`]),
  ...["cor_symbols", "cor_symbols_end", "cor_moved_words", "cor_moved_words_end", "cor_image_base"],
]);

/** What the runtime of some targets leaves to the program: who asks for it, and its type. */
const leftOut: { readonly [symbol: string]: readonly [who: string, type: string] } = {
  exit: ["the end of main needs", "(status: i32): never"],
  cor_write: ["print and klog need", "(sink: u64, at: Ptr<u8>, bytes: usize): void"],
  "cor.syscallEntry": ["cpu.syscallEntry needs", "const door = syscallEntry((f) => { … })"],
  "cor.panic": ["failed checks need", "(text: Ptr<u8>, bytes: usize, count: u64, a: u64, b: u64): never"],
  panic: ["panic with a text that is not constant needs", "(text: Ptr<u8>, bytes: usize): never"],
  copyIn: ["copyIn needs", "(to: u64, from: u64, bytes: usize): Res<usize>"],
  copyOut: ["copyOut needs", "(to: u64, from: u64, bytes: usize): Res<usize>"],
  cpuId: ["cpu.id needs", "(): u32"],
  perCpuOffset: ["PerCpu.of needs", "(cpu: u32): u64"],
};

/** Symbols that neither the program nor the objects linked to it define. */
export function undefinedSymbols(objects: readonly ObjectFile[], typed: TypedProgram): Diagnostic[] {
  const defined = new Set(
    objects.flatMap(({ symbols }) => symbols.filter((s) => s.global || s.shared).map(({ name }) => name)),
  );
  const wanted = new Set(objects.flatMap(({ externs }) => [...externs].map(({ name }) => name)));
  return [...wanted]
    .filter((name) => !defined.has(name) && !fromLinker.has(name))
    .map((name) => {
      const known = leftOut[name];
      const declared = typed.functions.find((f) => !hasBody(f) && f.contracts.symbol === name);
      return {
        site: known === undefined ? (declared?.site ?? nowhere) : nowhere,
        length: name.length,
        message: `nothing defines ${name}${known === undefined ? "" : `, which ${known[0]}`}`,
        hint: known?.[1].startsWith("const ")
          ? known[1]
          : `a function${known === undefined ? "" : ` ${known[1]}`} with attr(symbol("${name}")), or an object that has it`,
      };
    });
}

const isFloat = (type: Type): boolean => type === "f32" || type === "f64";

/** Complaints about floating point where the target has none, one for each function. */
export function floatsInUse(program: IrProgram, target: string): Diagnostic[] {
  const found: Diagnostic[] = [];
  for (const f of program.functions) {
    const site = f.attributes.floats ? null : floatSite(f);
    if (site !== null)
      found.push({
        ...{ site, length: 1, message: `floating point in ${f.name}, but ${target} has only general registers` },
        hint: "whole numbers of a smaller unit, or fixed point; attr(floats) where the registers have been saved",
      });
  }
  return found;
}

function floatSite(f: IrFunction): Site | null {
  if ([...f.signature.parameters, ...f.signature.results].some(isFloat)) return f.site;
  for (const block of f.blocks) {
    for (const i of block.instructions) if (resultsOf(i).some((v) => isFloat(v.type))) return i.origin.site;
  }
  return null;
}
