/**
 * Objects as bytes, for keeping them between runs of the compiler: nothing of an object is lost, unlike in ELF. Labels,
 * sites and expressions, which many fields share, stand once in tables, rows of numbers refer to them.
 */
import { deserialize, serialize } from "node:v8";
import { AnchoredSite, type Anchors } from "./anchor.ts";
import { type BinaryOperator, Expression, Label } from "./expression.ts";
import type { ObjectFile, ObjectSection, ObjectSymbol, Relocation, SectionFlags } from "./object.ts";
import { nowhere, type Site } from "./site.ts";

type SiteRow = readonly [string, number, number] | readonly [string, number, number, string];

interface Kept {
  readonly name: string;
  readonly labels: readonly string[];
  /** File, line, column; and for what moves with a function, its name, with the line counted from its first. */
  readonly sites: readonly SiteRow[];
  /** An operator with its operands' numbers, a label's number, or a constant. */
  readonly expressions: readonly (
    | readonly [BinaryOperator, number, number]
    | readonly ["physical", number]
    | number
    | bigint
  )[];
  readonly sections: readonly {
    readonly name: string;
    readonly flags: SectionFlags;
    readonly align: number;
    readonly bytes: Uint8Array;
    readonly size: number;
    readonly relocations: Int32Array;
    readonly lines: Int32Array;
  }[];
  /** Label, section, offset. */
  readonly places: Int32Array;
  readonly externs: Int32Array;
  readonly symbols: readonly (Omit<ObjectSymbol, "label" | "value" | "site"> & {
    readonly label: number;
    readonly site: number;
  })[];
  readonly extra: unknown;
}

const RELOCATION = 8;

class Writer {
  readonly labels = new Map<Label, number>();
  readonly sites = new Map<Site, number>();
  readonly siteRows: SiteRow[] = [];
  readonly expressions: Kept["expressions"][number][] = [];
  readonly #known = new Map<Expression, number>();

  label(label: Label): number {
    let n = this.labels.get(label);
    if (n === undefined) this.labels.set(label, (n = this.labels.size));
    return n;
  }

  site(site: Site): number {
    let n = this.sites.get(site);
    if (n === undefined) {
      this.sites.set(site, (n = this.sites.size));
      const { file, line, column } = site;
      const anchor = site instanceof AnchoredSite ? site.anchor : null;
      const moves = anchor !== null && anchor.name !== null;
      this.siteRows.push(moves ? [file, line - anchor.line, column, anchor.name] : [file, line, column]);
    }
    return n;
  }

  expression(value: Expression): number {
    const known = this.#known.get(value);
    if (known !== undefined) return known;
    const { node } = value;
    let row: Kept["expressions"][number];
    if (node.op === "constant") row = node.value;
    else if (node.op === "label") row = this.label(node.label);
    else if (node.op === "physical") row = ["physical", this.label(node.label)];
    else row = [node.op, this.expression(node.left), this.expression(node.right)];
    this.expressions.push(row);
    this.#known.set(value, this.expressions.length - 1);
    return this.expressions.length - 1;
  }
}

/**
 * An object without edges, which compiled ones never have; `extra` goes with it: it gets what makes numbers of places, and gives plain
 * data.
 */
export function keepObject(object: ObjectFile, extra: (site: (of: Site) => number) => unknown): Uint8Array {
  const w = new Writer();
  const sections = object.sections.map(({ name, flags, align, bytes, size, relocations, lines }) => {
    const rows = new Int32Array(RELOCATION * relocations.length);
    relocations.forEach((r, k) => {
      const row = [r.size, r.extendTo, r.signed ? 1 : 0, r.offset, w.expression(r.value), r.relativeTo ?? -1];
      rows.set([...row, r.branch ? 1 : 0, w.site(r.site)], RELOCATION * k);
    });
    const lineRows = new Int32Array(2 * lines.length);
    lines.forEach(({ offset, site }, k) => {
      lineRows[2 * k] = offset;
      lineRows[2 * k + 1] = w.site(site);
    });
    return { name, flags, align, bytes, size, relocations: rows, lines: lineRows };
  });
  const symbols = object.symbols.map(({ label, value: _, site, ...rest }) => ({
    ...rest,
    label: w.label(label!),
    site: w.site(site),
  }));
  const places = Int32Array.from(
    [...object.places].flatMap(([label, { section, offset }]) => [w.label(label), section, offset]),
  );
  const externs = Int32Array.from([...object.externs].map((label) => w.label(label)));
  const more = extra((of) => w.site(of));
  const kept: Kept = {
    name: object.name,
    labels: [...w.labels.keys()].map(({ name }) => name),
    sites: w.siteRows,
    expressions: w.expressions,
    ...{ sections, places, externs, symbols, extra: more },
  };
  return serialize(kept);
}

/** The object, what was kept with it, and the places that it means by numbers; those that move with a function are where that is now. Throws when the bytes are none. */
export function keptObject(
  bytes: Uint8Array,
  anchors: Anchors,
): { readonly object: ObjectFile; readonly extra: unknown; readonly sites: readonly Site[] } {
  const kept = deserialize(bytes) as Kept;
  const labels = kept.labels.map((name) => new Label(name));
  const sites = kept.sites.map(([file, line, column, name]): Site => {
    if (name === undefined) return file === "" && line === 0 ? nowhere : { file, line, column };
    const anchor = anchors.of(name);
    if (anchor === null) throw new Error(`${name} is no more`);
    return new AnchoredSite(anchor, { file, line: anchor.line + line, column });
  });
  const expressions: Expression[] = [];
  for (const row of kept.expressions) {
    if (typeof row === "bigint") expressions.push(new Expression({ op: "constant", value: row }));
    else if (typeof row === "number") expressions.push(labels[row]!);
    else if (row[0] === "physical") expressions.push(labels[row[1]]!.physical());
    else expressions.push(new Expression({ op: row[0], left: expressions[row[1]]!, right: expressions[row[2]]! }));
  }
  const sections = kept.sections.map(({ relocations: rows, lines: lineRows, ...rest }): ObjectSection => {
    const relocations: Relocation[] = [];
    for (let k = 0; k < rows.length; k += RELOCATION)
      relocations.push({
        size: rows[k]! as Relocation["size"],
        extendTo: rows[k + 1]!,
        signed: rows[k + 2] === 1,
        offset: rows[k + 3]!,
        value: expressions[rows[k + 4]!]!,
        relativeTo: rows[k + 5]! < 0 ? null : rows[k + 5]!,
        branch: rows[k + 6] === 1,
        site: sites[rows[k + 7]!]!,
      });
    const lines: { offset: number; site: Site }[] = [];
    for (let k = 0; k < lineRows.length; k += 2) lines.push({ offset: lineRows[k]!, site: sites[lineRows[k + 1]!]! });
    return { ...rest, address: null, load: null, relocations, lines };
  });
  const places = new Map<Label, { section: number; offset: number }>();
  for (let k = 0; k < kept.places.length; k += 3)
    places.set(labels[kept.places[k]!]!, { section: kept.places[k + 1]!, offset: kept.places[k + 2]! });
  return {
    object: {
      ...{ name: kept.name, sections, places, edges: new Map() },
      symbols: kept.symbols.map(({ label, site, ...rest }) => ({
        ...rest,
        label: labels[label]!,
        value: null,
        site: sites[site]!,
      })),
      externs: new Set([...kept.externs].map((n) => labels[n]!)),
    },
    extra: kept.extra,
    sites,
  };
}
