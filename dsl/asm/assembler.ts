/**
 * START HERE: the typed assembler.
 *
 * A program is recorded by calling methods: every mnemonic of the instruction table is one, and its operands are checked
 * by the editor, because a register's width is in its type. Nothing is parsed, so everything TypeScript has (constants,
 * functions, loops, modules) is the macro language.
 *
 *     import { Assembler } from "../dsl/asm/assembler.ts";
 *     import { flatBinary } from "../dsl/out/flat.ts";
 *     import { link } from "../dsl/out/link.ts";
 *     import { ah, al, ax, ds, si } from "../emulator/isa/registers.ts";
 *
 *     const a = new Assembler({ bits: 16 });
 *     a.section(".boot", { flags: "rx", address: 0x7c00 });
 *
 *     const message = a.newLabel("message");       // used before it is placed
 *     const print = a.newLabel("print");
 *     a.label("start");
 *     a.xor(ax, ax);
 *     a.mov(ds, ax);
 *     a.mov(si, message);                          // a label is its address
 *     a.call(print);
 *     const idle = a.label(".idle");               // "." keeps a label out of the symbol table
 *     a.hlt();
 *     a.jmp(idle);                                 // the shortest form that reaches
 *
 *     a.func(print, () => {                        // a symbol with a type and a size
 *       const done = a.newLabel();
 *       const next = a.here();
 *       a.lodsb();
 *       a.test(al, al);
 *       a.jz(done);
 *       a.mov(ah, 0x0e);
 *       a.int(0x10);
 *       a.jmp(next);
 *       a.here(done);
 *       a.ret();
 *     });
 *
 *     a.here(message);
 *     a.db("Hello", 13, 10, 0);
 *     a.org(510);
 *     a.dw(0xaa55);
 *     const sector = flatBinary(link([a.finish()]));
 *
 * docs/assembler.md has the other outputs and how to debug them.
 *
 * Operands: registers from emulator/isa/registers.ts; memory from operand.ts (`d(rbx, [rcx, 4], 16)`, `q(counter)`,
 * `b(es, di)`); numbers; labels and expressions (`end.minus(start)`, `handler.shr(16)`, `table.physical()`).
 * Names are the manual's, in lower case; synonyms of conditions (jz, jc, setnz, …) exist beside the canonical names.
 *
 * Prefixes stand in front: `a.rep.movsb()`, `a.lock.add(d(rdi), 1)`, `a.seg(es).lodsb()`; `a.o32.lgdt(m(gdt))` and
 * `a.a32.stosb()` ask for an operand or address size that is not the code's own. Far transfers with an address in the
 * instruction are `a.jmpFar(selector, target)` and `a.callFar`, `a.o32.jmpFar(…)` the 32-bit form in 16-bit code; through
 * memory `a.jmpFar(m(pointer))`.
 *
 * Names clash with nothing: `a.in`, `a.int`, `a.and`, `a.not` are ordinary method names. What is the assembler's own and
 * not the processor's is listed in class Assembler below.
 *
 * Every instruction remembers the line that recorded it; mistakes that types cannot see (a value that does not fit, a
 * label that is never placed) are a `SourceError`: one line that begins with file:line:column.
 */
import { EncodeError } from "../../emulator/isa/encode-error.ts";
import type { R64, SegmentRegister } from "../../emulator/isa/registers.ts";
import { withDebugInfo } from "../out/dwarf-info.ts";
import { type Expression, exactInteger, expression, Label, type Value } from "../out/expression.ts";
import type { ObjectFile, Relocation, SectionFlags } from "../out/object.ts";
import { type Site, SourceError } from "../out/site.ts";
import { SourcePaths } from "./caller.ts";
import { formsOf } from "./forms.ts";
import { layout } from "./layout.ts";
import { type Lockable, type Mnemonics, mnemonics, type Repeatable, type RepeatableUntilEqual } from "./mnemonics.ts";
import type { AsmOperand, Memory } from "./operand.ts";
import type { Item, Modifiers, RecordedSection, RecordedSymbol, SectionOptions } from "./program.ts";

export interface AssemblerOptions {
  /** The folder that source paths are written relative to; default: each file's package (nearest package.json). */
  readonly root?: string;
  /** 16, 32 or 64 at the start; default 64. */
  readonly bits?: 16 | 32 | 64;
  /** The unit's name in messages, the map and debug information; default: the file that makes the Assembler. */
  readonly name?: string;
}

/** Prefixes that go together with LOCK and REP. */
interface Prefixes {
  readonly a16: this;
  readonly a32: this;
  readonly a64: this;
  seg(segment: SegmentRegister): this;
}

type Method = (...operands: never[]) => unknown;

/** The methods that are made from the table's mnemonics. */
const MnemonicMethods = class {} as unknown as abstract new () => Mnemonics;

export class Assembler extends MnemonicMethods {
  readonly name: string;
  /** What was recorded, for layout.ts. */
  readonly sections = new Map<string, RecordedSection>();
  readonly symbols = new Map<Label, RecordedSymbol>();
  readonly externs = new Set<Label>();

  private readonly paths: SourcePaths;
  private readonly placed = new Map<Label, Site>();
  private mode: 16 | 32 | 64;
  private current: RecordedSection | null = null;
  private modifiers: Modifiers = {};
  /** Where the outermost running macro was called. */
  private macroSite: Site | null = null;

  constructor(options: AssemblerOptions = {}) {
    super();
    this.paths = new SourcePaths(options.root);
    this.mode = options.bits ?? 64;
    this.name = options.name ?? this.paths.caller(new.target as unknown as Method).file;
  }

  /** Ends the recording: lays everything out and adds debug information. The object goes to the linker (dsl/out/link.ts) or becomes a `.o` file. */
  finish(): ObjectFile {
    this.refusePrefix(this.finish);
    return withDebugInfo(layout(this));
  }

  // Sections

  /** The code that follows runs with this default size. With a body, only that. */
  bits(bits: 16 | 32 | 64, body?: () => void): void {
    const before = this.mode;
    this.mode = bits;
    if (!body) return;
    body();
    this.mode = before;
  }

  /**
   * What follows goes into this section, which is made on first mention (options count then; later ones must agree).
   * With a body, only what the body records. Default flags by name: .text rx, .rodata and .note r, .bss rw without bytes,
   * others rw.
   */
  section(name: string, options: SectionOptions = {}, body?: () => void): RecordedSection {
    const before = this.current;
    let section = this.sections.get(name);
    if (!section) {
      const start = new Label(`.start of ${name}`);
      const end = new Label(`.end of ${name}`);
      section = {
        name,
        flags: sectionFlags(name, options.flags),
        address: options.address === undefined ? null : exactInteger(options.address),
        load: options.load === undefined ? null : exactInteger(options.load),
        start,
        end,
        size: end.minus(start),
        align: 1,
        items: [],
      };
      this.sections.set(name, section);
    } else if (differs(section, options)) {
      throw new SourceError(this.paths.caller(this.section), `section ${name} was opened with other options before`);
    }
    if (options.align !== undefined) section.align = Math.max(section.align, options.align);
    this.current = section;
    if (body) {
      body();
      this.current = before;
    }
    return section;
  }

  // Labels and symbols

  /** A label to be placed later with `here`. `new Label(name)` outside of any program is the same. */
  newLabel(name = ""): Label {
    return new Label(name);
  }

  /** Places a label at the current position, once; without argument a new, unnamed one. */
  here(label: Label = new Label()): Label {
    this.place(label, this.here);
    return label;
  }

  /** A new label at the current position: `newLabel` and `here` in one. */
  label(name: string): Label {
    const label = new Label(name);
    this.place(label, this.label);
    return label;
  }

  /** Makes labels visible to other objects and to the linker by their names. */
  global(...labels: Label[]): void {
    for (const label of labels) this.symbol(label, this.global).global = true;
  }

  /** A label that another object defines under this name. */
  extern(label: Label | string): Label {
    const it = typeof label === "string" ? new Label(label) : label;
    this.externs.add(it);
    return it;
  }

  /** A function: a symbol with type and size, and an entry in the debug information. Places the label, runs the body. */
  func(label: Label | string, body: () => void): Label {
    return this.sized(label, "function", body, this.func);
  }

  /** A datum: a symbol with type and size. Places the label, runs the body. */
  object(label: Label | string, body: () => void): Label {
    return this.sized(label, "object", body, this.object);
  }

  /** A symbol that is a number, for debuggers and other objects; the program itself uses TypeScript's constants. */
  constant(name: string, value: Value): void {
    const label = new Label(name);
    this.symbols.set(label, { ...newSymbol(label, this.paths.caller(this.constant)), value: expression(value) });
  }

  /**
   * Instructions that the body records belong to the line that called `helper`, a function that is running, instead of
   * to their own: breakpoints and steps then see the line where a small macro is used. The outermost macro wins.
   *
   *     function say(a: Assembler, text: Label) {
   *       a.macro(say, () => { a.lea(rdi, m(text)); a.call(print); });
   *     }
   */
  macro(helper: (...parameters: never[]) => unknown, body: () => void): void {
    const outer = this.macroSite;
    this.macroSite ??= this.paths.caller(helper);
    body();
    this.macroSite = outer;
  }

  // Data

  /** Bytes; strings as UTF-8, without a terminating zero. */
  db(...values: (Value | string | Uint8Array)[]): void {
    this.data(1, values, this.db);
  }
  /** 16-bit little-endian words. */
  dw(...values: Value[]): void {
    this.data(2, values, this.dw);
  }
  /** 32-bit little-endian doublewords. */
  dd(...values: Value[]): void {
    this.data(4, values, this.dd);
  }
  /** 64-bit little-endian quadwords. */
  dq(...values: Value[]): void {
    this.data(8, values, this.dq);
  }

  /** Fills up to the next multiple of `bytes` (a power of two); default fill: no-operations in executable sections, else zeros. */
  align(bytes: number, fill?: number): void {
    const section = this.open(this.align);
    if (!Number.isInteger(Math.log2(bytes))) {
      throw new SourceError(this.paths.caller(this.align), `alignment ${bytes} is not a power of two`);
    }
    section.align = Math.max(section.align, bytes);
    const byte = fill ?? (section.flags.execute ? null : 0);
    section.items.push({ kind: "align", align: bytes, fill: byte, mode: this.mode });
  }

  /** `count` bytes of `fill`. */
  space(count: number, fill = 0): void {
    const section = this.open(this.space);
    if (!Number.isSafeInteger(count) || count < 0) {
      throw new SourceError(this.paths.caller(this.space), `cannot leave ${count} bytes of space`);
    }
    section.items.push({ kind: "space", count, fill });
  }

  /** Fills up to `offset` bytes from the section's start: `a.org(510)` before a boot sector's signature. */
  org(offset: number, fill = 0): void {
    this.open(this.org).items.push({ kind: "org", offset, fill, site: this.paths.caller(this.org) });
  }

  // Instructions

  /** MOV r64, imm64: a full 64-bit address, where `mov` takes the shorter sign-extended 32-bit immediate for a label. */
  movabs(destination: R64, value: Value): void {
    this.instruction("movabs", [destination, value], this.movabs);
  }

  /** Direct far jump `ptr16:16` or `ptr16:32` (the code's own size, or what o16/o32 says), or through a far pointer in memory. */
  jmpFar(selector: Value, target: Value): void;
  jmpFar(pointer: Memory<0>): void;
  jmpFar(...operands: AsmOperand[]): void {
    this.instruction("jmp far", operands, this.jmpFar);
  }

  /** Direct far call, or through a far pointer in memory. */
  callFar(selector: Value, target: Value): void;
  callFar(pointer: Memory<0>): void;
  callFar(...operands: AsmOperand[]): void {
    this.instruction("call far", operands, this.callFar);
  }

  /** LOCK before the next instruction. */
  get lock(): Pick<Mnemonics, Lockable> & Prefixes {
    return this.modify({ lock: true });
  }
  /** REP (of CMPS and SCAS: REPE, REPZ) before the next string instruction. */
  get rep(): Pick<Mnemonics, Repeatable> & Prefixes {
    return this.modify({ repeat: "rep" });
  }
  get repe(): Pick<Mnemonics, RepeatableUntilEqual> & Prefixes {
    return this.modify({ repeat: "rep" });
  }
  get repne(): Pick<Mnemonics, RepeatableUntilEqual> & Prefixes {
    return this.modify({ repeat: "repne" });
  }
  /** Operand size of the next instruction, where its operands do not say it: LGDT, far transfers, RETF, IRET, PUSH imm. */
  get o16(): this {
    return this.modify({ operandSize: 16 });
  }
  get o32(): this {
    return this.modify({ operandSize: 32 });
  }
  get o64(): this {
    return this.modify({ operandSize: 64 });
  }
  /** Address size of the next instruction, where its operands do not say it: string instructions, LOOP, labels. */
  get a16(): this {
    return this.modify({ addressSize: 16 });
  }
  get a32(): this {
    return this.modify({ addressSize: 32 });
  }
  get a64(): this {
    return this.modify({ addressSize: 64 });
  }
  /** Segment override of the next instruction, where it has no memory operand to carry it: `a.seg(es).lodsb()`. */
  seg(segment: SegmentRegister): this {
    return this.modify({ segment });
  }

  /** Records one instruction; the mnemonics' methods call it. `method` is the method whose caller wrote the line. */
  protected instruction(mnemonic: string, operands: readonly AsmOperand[], method: Method): void {
    const { modifiers, mode } = this;
    const section = this.open(method, true);
    this.modifiers = {};
    const site = this.macroSite ?? this.paths.caller(method);
    try {
      section.items.push({ kind: "instruction", forms: formsOf(mnemonic, operands, mode, modifiers), mode, site });
    } catch (error) {
      throw error instanceof EncodeError || error instanceof RangeError ? new SourceError(site, error.message) : error;
    }
  }

  private modify(modifiers: Modifiers): this {
    this.modifiers = { ...this.modifiers, ...modifiers };
    return this;
  }

  private open(method: Method, isInstruction = false): RecordedSection {
    if (!isInstruction) this.refusePrefix(method);
    return this.current ?? this.section(".text");
  }

  private refusePrefix(method: Method): void {
    if (Object.keys(this.modifiers).length === 0) return;
    this.modifiers = {};
    throw new SourceError(this.paths.caller(method), "a prefix stands before something that is no instruction");
  }

  private place(label: Label, method: Method): void {
    const section = this.open(method);
    const site = this.paths.caller(method);
    const before = this.placed.get(label);
    if (before) {
      const where = before.line ? ` at ${before.file}:${before.line}` : "";
      throw new SourceError(site, `label ${label} is placed twice: first${where}`);
    }
    this.placed.set(label, site);
    const item: Item = { kind: "label", label, site };
    section.items.push(item);
  }

  private sized(label: Label | string, type: "function" | "object", body: () => void, method: Method): Label {
    const start = typeof label === "string" ? new Label(label) : label;
    this.place(start, method);
    const section = this.current;
    body();
    if (this.current !== section) {
      throw new SourceError(this.paths.caller(method), `${start} does not end in the section in which it begins`);
    }
    const symbol = this.symbol(start, method);
    symbol.type = type;
    symbol.end = new Label();
    this.place(symbol.end, method);
    return start;
  }

  private symbol(label: Label, method: Method): RecordedSymbol {
    let symbol = this.symbols.get(label);
    if (!symbol) this.symbols.set(label, (symbol = newSymbol(label, this.paths.caller(method))));
    return symbol;
  }

  private data(size: 1 | 2 | 4 | 8, values: readonly (Value | string | Uint8Array)[], method: Method): void {
    const section = this.open(method);
    const site = this.paths.caller(method);
    const items = values.map((value) => (typeof value === "string" ? new TextEncoder().encode(value) : value));
    const length = items.reduce((sum: number, item) => sum + (item instanceof Uint8Array ? item.length : size), 0);
    const bytes = new Uint8Array(length);
    const fields: Relocation[] = [];
    let offset = 0;
    for (const item of items) {
      if (item instanceof Uint8Array) {
        bytes.set(item, offset);
        offset += item.length;
      } else {
        const form = { size, extendTo: 8 * size, signed: false, relativeTo: null, branch: false };
        fields.push({ ...form, offset, value: this.exact(item, site), site });
        offset += size;
      }
    }
    section.items.push({ kind: "data", bytes, fields, site });
  }

  private exact(value: Value, site: Site): Expression {
    try {
      return expression(value);
    } catch (error) {
      throw error instanceof RangeError ? new SourceError(site, error.message) : error;
    }
  }
}

for (const mnemonic of mnemonics) {
  const method = function (this: Assembler, ...operands: AsmOperand[]): void {
    // biome-ignore lint/complexity/useLiteralKeys: the method is protected, and this is its class
    this["instruction"](mnemonic, operands, method);
  };
  Object.defineProperty(Assembler.prototype, mnemonic, { value: method, configurable: true });
}

function newSymbol(label: Label, site: Site): RecordedSymbol {
  return { label, global: false, type: "none", end: null, value: null, site };
}

function sectionFlags(name: string, flags: string | undefined): SectionFlags {
  const is = (prefix: string) => name === prefix || name.startsWith(`${prefix}.`);
  const note = is(".note");
  const letters = flags ?? (is(".text") ? "rx" : is(".rodata") || note ? "r" : is(".bss") ? "rwn" : "rw");
  return {
    allocate: letters.length > 0,
    write: letters.includes("w"),
    execute: letters.includes("x"),
    nobits: letters.includes("n"),
    note,
  };
}

function differs(section: RecordedSection, options: SectionOptions): boolean {
  const flags = options.flags === undefined ? section.flags : sectionFlags(section.name, options.flags);
  return (
    (options.address !== undefined && BigInt(options.address) !== section.address) ||
    (options.load !== undefined && BigInt(options.load) !== section.load) ||
    flags.write !== section.flags.write ||
    flags.execute !== section.flags.execute ||
    flags.nobits !== section.flags.nobits
  );
}
