/**
 * The linker: objects in, an image out, in memory. The passes in order: gather same-named sections of all objects,
 * give every output section its addresses, learn where the global symbols are, fill the relocated fields.
 *
 * Where things go is said with regions: each is a run of sections from some address, loaded at the same or at another
 * (physical) address. A higher-half kernel whose boot code runs where it is loaded is two regions:
 *
 *     link(objects, {
 *       entry: "start",
 *       regions: [
 *         { address: 0x100000, sections: [".multiboot", ".boot"] },
 *         { offset: 0xffffffff80000000n },        // after that in memory, all that is left, running 2 GiB below the top
 *       ],
 *     });
 *
 * Only what the entry leads to is linked when `keep` is given (reach.ts).
 *
 * Sections whose access rights differ start on pages of their own, so that the segments can be writable or executable
 * but not both; `pageSize: 1` packs them instead (firmware, boot sectors).
 */
import { calculate, type Expression, exactInteger, type Label, labelsOf } from "./expression.ts";
import { fits, type ObjectFile, type ObjectSection, type ObjectSymbol, type SectionFlags, store } from "./object.ts";
import { neededSections } from "./reach.ts";
import { misfit } from "./relocate.ts";
import { nowhere, type Site, SourceError } from "./site.ts";
import { movedWords, symbolTable, wordsOf } from "./tables.ts";

export interface LinkOptions {
  /** Where execution begins: a global symbol's name, a label of one of the objects, or an address. Default: 0. */
  readonly entry?: string | Label | number | bigint;
  /** In the order of their load addresses. Default: one region at address 0 with everything. */
  readonly regions?: readonly Region[];
  /** Alignment (bytes) where access rights change and where a region begins without an address; default 4096. */
  readonly pageSize?: number;
  /** Global symbols to keep. When given, sections that neither these nor the entry lead to are left out. */
  readonly keep?: readonly string[];
  /** Adds the image's own symbols (tables.ts), for its stack traces. */
  readonly symbolTable?: boolean;
  /** Makes a program that can be loaded anywhere, with a list of the words that hold addresses (tables.ts). */
  readonly movable?: boolean;
}

export interface Region {
  /** Names of output sections in order; those that do not exist are passed over. Default: all that no region names, in order of appearance, zero-filled ones last. */
  readonly sections?: readonly string[];
  /** Address of the first byte when running. */
  readonly address?: number | bigint;
  /** Address it is loaded at; default: the address, or where the previous region ended if that is not given either. */
  readonly load?: number | bigint;
  /** Address minus load address, in place of `address`. */
  readonly offset?: number | bigint;
}

/** A linked program. */
export interface Image {
  readonly entry: bigint;
  /** Those that occupy memory, in load order, then the others (address 0). */
  readonly sections: readonly ImageSection[];
  /** Runs of sections with equal access rights. */
  readonly segments: readonly ImageSegment[];
  readonly symbols: readonly ImageSymbol[];
  /** Sections that were left out. */
  readonly dropped: readonly { readonly object: string; readonly section: string; readonly size: number }[];
  /** Can be loaded anywhere. */
  readonly movable: boolean;
}

export interface ImageSection {
  readonly name: string;
  readonly flags: SectionFlags;
  readonly address: bigint;
  readonly load: bigint;
  readonly align: number;
  readonly size: number;
  /** Empty for nobits. */
  readonly bytes: Uint8Array;
  /** Which object gave which part: byte offsets in this section. */
  readonly parts: readonly { readonly object: string; readonly offset: number; readonly size: number }[];
}

export interface ImageSegment {
  readonly flags: SectionFlags;
  /** Indexes into Image.sections, contiguous. */
  readonly sections: readonly number[];
}

export interface ImageSymbol {
  readonly name: string;
  /** Address, or the number itself of an absolute symbol. */
  readonly value: bigint;
  readonly size: number;
  readonly type: "none" | "function" | "object";
  readonly global: boolean;
  /** Index into Image.sections; null: absolute. */
  readonly section: number | null;
  readonly object: string;
}

/** An output section while it is being made. */
interface Output {
  readonly name: string;
  readonly flags: SectionFlags;
  readonly inputs: { readonly object: ObjectFile; readonly section: ObjectSection; offset: number }[];
  align: number;
  size: number;
  address: bigint;
  load: bigint;
}

/** Links; throws SourceError for undefined or twice defined symbols, values that do not fit, and sections that overlap. */
export function link(given: readonly ObjectFile[], options: LinkOptions = {}): Image {
  const tables = new Tables(given, options);
  const { objects } = tables;
  const outputs = gather(objects, tables.needed);
  const segments = place(outputs, options);
  const sections = [...segments.flat(), ...outputs.filter((output) => !output.flags.allocate)];
  refuseOverlaps(segments.flat());
  const addresses = new Addresses(objects, sections);
  tables.fill(addresses);
  const image = sections.map((output) => fill(output, addresses));
  return {
    entry: entryAddress(options.entry ?? 0, objects, addresses),
    sections: image,
    segments: segments.map((run) => ({
      flags: run[0]!.flags,
      sections: run.map((output) => sections.indexOf(output)),
    })),
    symbols: addresses.symbols(),
    dropped: tables.dropped(),
    movable: options.movable ?? false,
  };
}

/** What to link: the objects, those of their sections that are needed (null: all), and the tables the linker adds. */
class Tables {
  readonly objects: readonly ObjectFile[];
  readonly needed: ReadonlySet<ObjectSection> | null;
  readonly #fills: ((addresses: Addresses) => void)[] = [];
  #addresses: Addresses | null = null;

  constructor(given: readonly ObjectFile[], { keep, entry, symbolTable: wantsSymbols, movable }: LinkOptions) {
    const first = typeof entry === "object" || typeof entry === "string" ? [entry] : [];
    const needed = keep === undefined ? null : neededSections(given, [...first, ...keep]);
    const objects = [...given];
    const isNeeded = (section: ObjectSection) => needed === null || needed.has(section);
    const add = (object: ObjectFile, fill: (addresses: Addresses) => void) => {
      objects.push(object);
      this.#fills.push(fill);
    };
    if (wantsSymbols) {
      const functions = given.flatMap((object) =>
        object.symbols.flatMap(({ name, type, label, site, size, frame }) => {
          const place = label && object.places.get(label);
          const section = place && object.sections[place.section]!;
          if (type !== "function" || !section || !isNeeded(section)) return [];
          const { offset } = place;
          const lines = section.lines
            .filter((row) => row.offset >= offset && row.offset < offset + size)
            .map((row) => ({ ...row, offset: row.offset - offset }));
          const address = () => this.#addresses!.evaluate(label, object, site);
          return [{ name, address, size, frame, lines }];
        }),
      );
      const { object, fill } = symbolTable(functions);
      add(object, fill);
    }
    if (movable) {
      const words = objects.flatMap((object) =>
        object.sections
          .filter((section) => section.flags.allocate && isNeeded(section))
          .flatMap((section) =>
            wordsOf(object, section).map(({ offset, value, site }) => ({
              address: () => this.#addresses!.startOf(section) + BigInt(offset),
              value: () => this.#addresses!.evaluate(value, object, site),
            })),
          ),
      );
      const { objects: made, fill } = movedWords(words);
      objects.push(...made);
      this.#fills.push((addresses) => fill((symbol) => addresses.global(symbol)!));
    }
    this.needed = needed && new Set([...needed, ...objects.slice(given.length).flatMap((it) => it.sections)]);
    this.objects = objects;
  }

  fill(addresses: Addresses): void {
    this.#addresses = addresses;
    for (const fill of this.#fills) fill(addresses);
  }

  dropped(): Image["dropped"] {
    const { needed } = this;
    if (needed === null) return [];
    return this.objects.flatMap((object) =>
      object.sections
        .filter((section) => !needed.has(section))
        .map(({ name, size }) => ({ object: object.name, section: name, size })),
    );
  }
}

function gather(objects: readonly ObjectFile[], needed: ReadonlySet<ObjectSection> | null): Output[] {
  const outputs = new Map<string, Output>();
  for (const object of objects) {
    for (const section of object.sections) {
      if (needed !== null && !needed.has(section)) continue;
      const { name, flags } = section;
      let output = outputs.get(name);
      if (!output) {
        output = { name, flags, inputs: [], align: 1, size: 0, address: 0n, load: 0n };
        outputs.set(name, output);
      } else if (rights(output.flags) !== rights(flags) || output.flags.nobits !== flags.nobits) {
        const other = output.inputs[0]!.object.name;
        throw new SourceError(nowhere, `section ${name} has other flags in ${object.name} than in ${other}`);
      } else if (section.address !== null) {
        throw new SourceError(
          nowhere,
          `section ${name} of ${object.name} wants an address, but is not the first part of ${name}`,
        );
      }
      const offset = alignUp(output.size, section.align);
      output.inputs.push({ object, section, offset });
      output.align = Math.max(output.align, section.align);
      output.size = offset + section.size;
    }
  }
  return [...outputs.values()];
}

/** Gives every section that occupies memory its addresses; returns them in runs of equal access rights. */
function place(outputs: readonly Output[], options: LinkOptions): Output[][] {
  const pageSize = options.pageSize ?? 4096;
  const regions = options.regions ?? [{ address: 0 }];
  const named = new Set(regions.flatMap((region) => region.sections ?? []));
  let left = outputs.filter((output) => output.flags.allocate && !named.has(output.name));
  left = [...left.filter((output) => !output.flags.nobits), ...left.filter((output) => output.flags.nobits)];
  const runs: Output[][] = [];
  let load = 0n;
  for (const region of regions) {
    const members = region.sections
      ? region.sections.flatMap((name) => outputs.filter((output) => output.name === name && output.flags.allocate))
      : left.splice(0);
    let { start, offset } = startOf(region, alignUpBig(load, pageSize));
    load = start;
    let run: Output[] = [];
    for (const output of members) {
      const { address: wanted, load: wantedLoad } = output.inputs[0]!.section;
      const sameRun = run.length > 0 && rights(run[0]!.flags) === rights(output.flags) && wanted === null;
      if (wanted !== null) {
        offset = wanted - (wantedLoad ?? wanted);
        start = wanted;
      } else {
        start = alignUpBig(
          load + offset,
          sameRun || run.length === 0 ? output.align : Math.max(output.align, pageSize),
        );
      }
      output.address = BigInt.asUintN(64, start);
      output.load = BigInt.asUintN(64, start - offset);
      load = output.load + BigInt(output.size);
      if (sameRun) run.push(output);
      else runs.push((run = [output]));
    }
  }
  if (left.length > 0) {
    throw new SourceError(nowhere, `no region takes section ${left[0]!.name}: name it, or add a region without a list`);
  }
  return runs;
}

function startOf(region: Region, previousEnd: bigint): { start: bigint; offset: bigint } {
  const address = region.address === undefined ? null : exactInteger(region.address);
  const offset = region.offset === undefined ? null : exactInteger(region.offset);
  const load = region.load === undefined ? (address ?? previousEnd) : exactInteger(region.load);
  return { start: load, offset: address === null ? (offset ?? 0n) : address - load };
}

function refuseOverlaps(outputs: readonly Output[]): void {
  const loaded = outputs.filter((output) => output.size > 0).sort((x, y) => (x.load < y.load ? -1 : 1));
  for (let i = 1; i < loaded.length; i++) {
    const before = loaded[i - 1]!;
    const end = before.load + BigInt(before.size);
    if (loaded[i]!.load < end) {
      const [x, y] = [before, loaded[i]!].map(
        ({ name, load, size }) => `${name} (0x${load.toString(16)}, ${size} bytes)`,
      );
      throw new SourceError(nowhere, `sections ${x} and ${y} overlap in memory`);
    }
  }
}

/** Knows the value of every label of every object once sections are placed. */
class Addresses {
  private readonly objects: readonly ObjectFile[];
  private readonly outputs: readonly Output[];
  private readonly byName = new Map<string, number>();
  private readonly base = new Map<ObjectSection, { output: number; address: bigint }>();
  private readonly globals = new Map<string, { object: ObjectFile; symbol: ObjectSymbol; value: () => bigint }>();

  constructor(objects: readonly ObjectFile[], outputs: readonly Output[]) {
    this.objects = objects;
    this.outputs = outputs;
    outputs.forEach((output, index) => {
      this.byName.set(output.name, index);
      for (const input of output.inputs) {
        this.base.set(input.section, { output: index, address: output.address + BigInt(input.offset) });
      }
    });
    for (const object of objects) {
      for (const symbol of object.symbols) {
        if (!symbol.global && symbol.shared !== true) continue;
        const other = this.globals.get(symbol.name);
        if (other) {
          throw new SourceError(
            symbol.site,
            `global symbol ${symbol.name} is defined by ${other.object.name} and by ${object.name}`,
          );
        }
        const value = symbol.label ?? symbol.value!;
        this.globals.set(symbol.name, { object, symbol, value: () => this.evaluate(value, object, symbol.site) });
      }
    }
  }

  evaluate(value: Expression, object: ObjectFile, site: Site): bigint {
    const { node } = value;
    switch (node.op) {
      case "constant":
        return node.value;
      case "label":
        return this.locate(node.label, object, site).address;
      case "physical": {
        const { address, output } = this.locate(node.label, object, site);
        if (output === null) return address;
        return address - this.outputs[output]!.address + this.outputs[output]!.load;
      }
      default:
        return calculate(node.op, this.evaluate(node.left, object, site), this.evaluate(node.right, object, site));
    }
  }

  /** Labels of an object as far as they were asked for: their addresses, null for what was left out. */
  private readonly known = new Map<ObjectFile, Map<Label, bigint | null>>();

  /** The value for a field; null when it names what was left out. */
  valueOf(value: Expression, object: ObjectFile, site: Site): bigint | null {
    const { node } = value;
    const sum = node.op === "plus" && node.left.node.op === "label" && node.right.node.op === "constant";
    const first = sum ? node.left.node : node;
    if (first.op !== "label") return this.isGone(value, object) ? null : this.evaluate(value, object, site);
    let labels = this.known.get(object);
    if (labels === undefined) this.known.set(object, (labels = new Map()));
    let address = labels.get(first.label);
    if (address === undefined) {
      address = this.isGone(first.label, object) ? null : this.locate(first.label, object, site).address;
      labels.set(first.label, address);
    }
    if (address === null || !sum || node.right.node.op !== "constant") return address;
    // Addresses count around: what is taken from one may be given as what is added.
    return BigInt.asUintN(64, address + node.right.node.value);
  }

  /** The address of an object's section. */
  startOf(section: ObjectSection): bigint {
    return this.base.get(section)!.address;
  }

  /** Whether an expression names what was left out: then there is no value. */
  isGone(value: Expression, object: ObjectFile): boolean {
    for (const label of labelsOf(value)) {
      let place = object.places.get(label);
      let owner = object;
      const other = place === undefined ? this.globals.get(label.name) : undefined;
      if (other?.symbol.label) {
        owner = other.object;
        place = owner.places.get(other.symbol.label);
      }
      const edge = owner.edges.get(other?.symbol.label ?? label);
      if (edge !== undefined && !this.byName.has(edge.section)) return true;
      if (place !== undefined && !this.base.has(owner.sections[place.section]!)) return true;
    }
    return false;
  }

  global(name: string): bigint | null {
    return this.globals.get(name)?.value() ?? null;
  }

  symbols(): ImageSymbol[] {
    return this.objects.flatMap((object) =>
      object.symbols.flatMap(({ name, label, value, type, global, size, site }) => {
        if (label && this.isGone(label, object)) return [];
        const place = label ? this.locate(label, object, site) : null;
        const number = place ? place.address : this.evaluate(value!, object, site);
        return [{ name, value: number, size, type, global, section: place?.output ?? null, object: object.name }];
      }),
    );
  }

  private locate(label: Label, object: ObjectFile, site: Site): { address: bigint; output: number | null } {
    const place = object.places.get(label);
    if (place) {
      const base = this.base.get(object.sections[place.section]!)!;
      return { address: base.address + BigInt(place.offset), output: base.output };
    }
    const edge = object.edges.get(label);
    if (edge) {
      const index = this.byName.get(edge.section)!;
      const output = this.outputs[index]!;
      return { address: edge.edge === "start" ? output.address : output.address + BigInt(output.size), output: index };
    }
    if (!object.externs.has(label)) throw new SourceError(site, `label ${label} is used but never placed`);
    const symbol = this.globals.get(label.name);
    if (!symbol) throw new SourceError(site, `symbol ${label} is not defined by any object`);
    const definition = symbol.symbol;
    if (definition.label) return this.locate(definition.label, symbol.object, definition.site);
    return { address: symbol.value(), output: null };
  }
}

/** The finished bytes of an output section. Gaps in code are filled with INT3. */
function fill(output: Output, addresses: Addresses): ImageSection {
  const { name, flags, address, load, align, size } = output;
  const bytes = new Uint8Array(flags.nobits ? 0 : size).fill(flags.execute ? 0xcc : 0);
  for (const { object, section, offset } of output.inputs) {
    if (flags.nobits) continue;
    bytes.set(section.bytes, offset);
    const base = address + BigInt(offset);
    for (const relocation of section.relocations) {
      let value = addresses.valueOf(relocation.value, object, relocation.site);
      // Debuggers pass over what lies at address 0.
      if (value === null) continue;
      if (relocation.relativeTo !== null) value -= base + BigInt(relocation.relativeTo);
      if (!fits(relocation, value, relocation.relativeTo !== null)) throw misfit(relocation, value);
      store(bytes, offset + relocation.offset, relocation.size, value);
    }
  }
  const parts = output.inputs.map((input) => ({
    object: input.object.name,
    offset: input.offset,
    size: input.section.size,
  }));
  return { name, flags, address, load, align, size, bytes, parts };
}

function entryAddress(
  entry: NonNullable<LinkOptions["entry"]>,
  objects: readonly ObjectFile[],
  addresses: Addresses,
): bigint {
  if (typeof entry === "number" || typeof entry === "bigint") return exactInteger(entry);
  if (typeof entry !== "string") {
    const object = objects.find((it) => it.places.has(entry));
    if (!object) throw new SourceError(nowhere, `entry label ${entry} is not placed in any object`);
    return addresses.evaluate(entry, object, nowhere);
  }
  const value = addresses.global(entry);
  if (value === null) throw new SourceError(nowhere, `entry symbol ${entry} is not a global symbol of any object`);
  return value;
}

function rights({ allocate, write, execute }: SectionFlags): number {
  return Number(allocate) | (Number(write) << 1) | (Number(execute) << 2);
}

const alignUp = (n: number, align: number) => Math.ceil(n / align) * align;
const alignUpBig = (n: bigint, align: number) => ((n + BigInt(align) - 1n) / BigInt(align)) * BigInt(align);
