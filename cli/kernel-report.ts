/**
 * What the compiler found out about the kernel, as one page: how deep each stack gets, beside the deepest that was measured, what
 * may sleep and allocate, in which order locks are taken, which modules may be unsafe, how large everything is. It is made
 * from the sources each time that somebody asks, so that it is never out of date.
 */
import { hasBody, type TypedFunction } from "../dsl/check/tree.ts";
import type { Compilation } from "../dsl/compile.ts";
import { MANIFEST, readManifest } from "../dsl/manifest.ts";
import { lockPairs } from "../dsl/rules/lock-order.ts";
import type { EntryDepth } from "../dsl/rules/stack.ts";
import { ENTRY_BYTES, type MeasuredStacks } from "./measure-stacks.ts";

type Row = readonly (string | number)[];

/** The page, in Markdown. `manifest`: cor.json's text. */
export function kernelReport(kernel: Compilation, manifest: string, measured: MeasuredStacks): string {
  return `${[
    "# The kernel, as the compiler sees it",
    "",
    "Made by `cor build --report`. Bytes, unless something else is said.",
    ...section("Stacks", stackText(kernel, measured)),
    ...section("Effects", effectsText(kernel)),
    ...section("Lock order", lockText(kernel)),
    ...section("Unsafe modules", unsafeText(manifest)),
    ...section("Size", sizeText(kernel)),
  ].join("\n")}\n`;
}

function section(title: string, lines: readonly string[]): string[] {
  return ["", `## ${title}`, "", ...lines];
}

function table(head: readonly string[], rows: readonly Row[]): string[] {
  const line = (cells: Row) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)];
}

function stackText({ stack }: Compilation, measured: MeasuredStacks): string[] {
  const { entries, interrupts } = stack!;
  const size = entries.find((entry) => entry.size !== null)?.size ?? 0;
  const rows = [...entries]
    .sort((a, b) => (b.worst ?? 0) - (a.worst ?? 0))
    .map((entry) => [short(entry.name), entry.kind, entry.worst ?? "no bound", measured.depths.get(entry.name) ?? "-"]);
  const deepest = entries.reduce<EntryDepth | null>(
    (a, b) => (a === null || (b.worst ?? 0) > (a.worst ?? 0) ? b : a),
    null,
  );
  return [
    `Each task's stack has ${size}. The worst case is computed over all ways that a call can take; an interrupt adds up to`,
    `${interrupts} to the stack it comes on. Measured: the deepest in ${measured.instructions} instructions from power-on on, in which`,
    `programs ran (${measured.what}); it may have ${ENTRY_BYTES} more, the registers that an interrupt on top has saved.`,
    "",
    ...table(["begins at", "kind", "computed", "measured"], rows),
    "",
    `The deepest way, of ${deepest?.name}: ${deepest?.way.map(({ name, bytes }) => `${short(name)} ${bytes}`).join(", ")}.`,
  ];
}

function effectsText({ typed }: Compilation): string[] {
  const own = typed!.functions.filter((f) => hasBody(f) && f.site.file.startsWith("kernel/"));
  const count = (what: (f: TypedFunction) => boolean) => own.filter(what).length;
  const calls = typed!.roots
    .filter(({ kind }) => kind === "syscall" || kind === "interrupt")
    .map(({ kind, function: f }) => [
      short(f.name),
      kind,
      f.inferred?.sleeps ? "yes" : "no",
      f.inferred?.allocates ? "yes" : "no",
    ]);
  return [
    `Of ${own.length} functions ${count((f) => f.inferred?.sleeps === true)} may sleep, ${count((f) => f.inferred?.allocates === true)} may allocate;`,
    "the others may be called with a spinlock held, or from an interrupt.",
    "",
    ...table(["begins at", "kind", "may sleep", "may allocate"], calls),
  ];
}

function lockText({ whole }: Compilation): string[] {
  const pairs = lockPairs(whole!);
  return [
    "Spinlocks by the class of what they guard: while the first is held, the second is taken. There is no ring.",
    "",
    ...table(
      ["held", "taken", "first in"],
      pairs.map(({ held, taken, by }) => [held, taken, short(by)]),
    ),
  ];
}

function unsafeText(text: string): string[] {
  const modules = [...readManifest(text, MANIFEST).unsafe].filter(([module]) => module.startsWith("kernel/"));
  return table(["module", "why it must be"], modules);
}

function sizeText({ image }: Compilation): string[] {
  const sections = image!.sections.filter(({ flags, size }) => flags.allocate && size > 0);
  const folders = new Map<string, number>();
  for (const { name, size } of image!.symbols) {
    const folder = /^(kernel\/[^/.]+|cor:runtime)/.exec(name)?.[1];
    if (folder !== undefined) folders.set(folder, (folders.get(folder) ?? 0) + size);
  }
  const largest = [...image!.symbols].sort((a, b) => b.size - a.size).slice(0, 10);
  return [
    ...table(
      ["section", "bytes"],
      sections.map(({ name, size }) => [name, size]),
    ),
    "",
    ...table(
      ["part", "bytes of code and data"],
      [...folders].sort((a, b) => b[1] - a[1]),
    ),
    "",
    ...table(
      ["largest", "bytes"],
      largest.map(({ name, size }) => [short(name), size]),
    ),
  ];
}

/** Instances of generic functions have names that go on. */
const short = (name: string): string => (name.length > 70 ? `${name.slice(0, 67)}…` : name).replaceAll("|", "\\|");
