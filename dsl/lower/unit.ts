/**
 * What the functions of a program share while they are lowered: the IR program that grows, names of symbols, texts that
 * are kept once, the runtime's functions that are declared when first needed, and small helpers made on the spot.
 */
import { hash } from "node:crypto";
import { sizeOf } from "../check/intern.ts";
import { type ConstantValue, hasBody, type TypedFunction, type TypedGlobal } from "../check/tree.ts";
import type { Type } from "../check/types.ts";
import { address, Builder, constant, emptyProgram, i64, newFunction } from "../ir/build.ts";
import type { Address, IrGlobal, IrProgram, Type as IrType, Signature } from "../ir/ssa.ts";
import { Anchor, type Anchors } from "../out/anchor.ts";
import { nowhere } from "../out/site.ts";
import type { Asked } from "./asked.ts";
import { contentOf, inRegisters, okOffset, scalarsOf } from "./shape.ts";

/** The section of variables that exist once for each CPU. */
export const PER_CPU_SECTION = ".percpu";

/** The entry of SYSCALL, and the table of all other entries by vector. */
export const SYSCALL_ENTRY = "cor.syscallEntry";
export const VECTORS = "cor.vectors";

export class Unit {
  readonly #anchors: Anchors;
  /** Functions that have their anchors: a name may be there twice, which is a mistake that others find. */
  readonly #anchored = new Set<string>();
  readonly program: IrProgram = emptyProgram();
  readonly #texts = new Map<string, string>();
  /** Texts and constants without a name in the sources, as far as the program has them; and those it may get. */
  readonly #generated = new Set<string>();
  readonly generated: Map<string, IrGlobal>;
  readonly #externs = new Set<string>();
  readonly #wanted = new Set<string>();
  readonly #helpers = new Set<string>();
  readonly #functions = new Map<TypedFunction, string>();
  readonly #globals = new Map<TypedGlobal, string>();

  /** What was asked for since `noteAsked`, once each. */
  #asked: Map<string, Asked> | null = null;
  #asksMore = false;

  /** `generated`: texts and constants of earlier programs. */
  constructor(anchors: Anchors, generated: ReadonlyMap<string, IrGlobal> = new Map()) {
    this.#anchors = anchors;
    this.generated = new Map(generated);
  }

  /** From here on, a new list of what is asked for. */
  noteAsked(): void {
    this.#asked = new Map();
    this.#asksMore = false;
  }

  /** The list; null when it does not tell all. */
  get asked(): readonly Asked[] | null {
    return this.#asksMore || this.#asked === null ? null : [...this.#asked.values()];
  }

  /** Something is asked for that could not be asked for by its name. */
  asksMore(): void {
    this.#asksMore = true;
  }

  #note(asked: Asked): void {
    if (this.#asked === null) return;
    const key =
      asked[0] === "thunk"
        ? `thunk ${asked[1].parameters.join()} ${asked[1].results.join()}`
        : `${asked[0]} ${asked[1] ?? ""}`;
    if (!this.#asked.has(key)) this.#asked.set(key, asked);
  }

  /** Asks once more for what was asked for by a function that is as it was. */
  ask(asked: readonly Asked[]): void {
    for (const item of asked)
      switch (item[0]) {
        case "global":
          this.#generate(item[1]);
          break;
        case "extern":
          this.extern(item[1], item[2]);
          break;
        case "later":
          this.later(item[1]);
          break;
        case "equalBytes":
          this.equalBytes();
          break;
        case "thunk":
          this.thunk(item[1]);
      }
  }

  /** The program gets a text or a constant that is known. */
  #generate(name: string): void {
    this.#note(["global", name]);
    if (this.#generated.has(name)) return;
    this.#generated.add(name);
    this.program.globals.push(this.generated.get(name)!);
  }

  /** What the places of a function hang on, which begins on this line. */
  anchor(name: string, line: number): Anchor {
    if (this.#anchored.has(name)) return new Anchor(line);
    this.#anchored.add(name);
    return this.#anchors.at(name, line);
  }

  /** The function is made once more, in place of the one that was made. */
  anew(name: string): void {
    this.#anchored.delete(name);
  }

  /** The symbol of a function: what it asks for, or its name. */
  functionSymbol(f: TypedFunction): string {
    let name = this.#functions.get(f);
    if (name === undefined) {
      name = f.contracts.symbol ?? f.name;
      this.#functions.set(f, name);
    }
    if (!hasBody(f)) this.extern(name, this.signature(f));
    return name;
  }

  globalSymbol(g: TypedGlobal): string {
    let name = this.#globals.get(g);
    if (name === undefined) {
      name = g.external ? g.name : `${g.module}.${g.name}`;
      // A closure that a constant is made of has its name.
      if (g.initial?.kind === "function" && g.initial.function.name === name) name = `${name}$value`;
      this.#globals.set(g, name);
    }
    if (g.external) this.extern(name, null);
    return name;
  }

  /** How a function is called: a place for its result first where that is in memory, parameters, its environment last. */
  signature(f: TypedFunction): Signature {
    const types = f.parameters.map((p) => p.type);
    return this.signatureOf(types, f.result, f.captures.length > 0);
  }

  signatureOf(parameters: readonly Type[], result: Type, environment: boolean): Signature {
    const list: IrType[] = inRegisters(result) ? [] : ["i64"];
    for (const type of parameters) list.push(...(scalarsOf(type)?.map((s) => s.type) ?? (["i64"] as const)));
    if (environment) list.push("i64");
    return {
      parameters: list,
      results: inRegisters(result) ? scalarsOf(result)!.map((s) => s.type) : [],
    };
  }

  /** Declares what the runtime, assembler or C provides, once. */
  extern(name: string, signature: Signature | null): Address {
    this.#note(["extern", name, signature]);
    if (!this.#externs.has(name)) {
      this.#externs.add(name);
      this.program.externs.push({ name, signature });
    }
    return address(name);
  }

  /**
   * The symbol of a read-only text; equal texts share one. It is named after its contents, so that a change elsewhere in
   * the program leaves the functions that use it as they were.
   */
  text(bytes: Uint8Array): string {
    const key = Buffer.from(bytes).toString("latin1");
    let name = this.#texts.get(key);
    if (name === undefined) {
      name = `text.${hash("sha1", bytes, "hex").slice(0, 16)}`;
      this.#texts.set(key, name);
      this.#keep({ name, section: "rodata", align: 1, data: bytes, bytes: bytes.length, pointers: [] });
    }
    this.#generate(name);
    return name;
  }

  /** The address of what lowering makes at its end, where somebody asked for it. */
  later(name: string): Address {
    this.#note(["later", name]);
    this.#wanted.add(name);
    return address(name);
  }

  wants(name: string): boolean {
    return this.#wanted.has(name);
  }

  /** The symbol of a text that lowering itself needs. */
  message(text: string): string {
    return this.text(new TextEncoder().encode(text));
  }

  /** A function's text, which has its own name whatever it says. */
  trapMessage(name: string, bytes: Uint8Array): void {
    this.generated.delete(name);
    this.#keep({ name, section: "rodata", align: 1, data: bytes, bytes: bytes.length, pointers: [] });
    this.#generate(name);
  }

  #keep(made: Omit<IrGlobal, "site" | "exported">): void {
    if (!this.generated.has(made.name)) this.generated.set(made.name, { ...made, site: nowhere, exported: false });
  }

  addGlobal(name: string, section: string, align: number, data: Uint8Array, bytes: number): void {
    this.program.globals.push({ name, site: nowhere, section, align, bytes, data, pointers: [], exported: false });
  }

  /** A module's variable with its initial value. */
  addTypedGlobal(g: TypedGlobal): void {
    if (g.external) return;
    const { bytes, align } = sizeOf(g.type);
    const data = new Uint8Array(bytes);
    const pointers: { at: number; to: Address }[] = [];
    if (g.initial !== null) this.#put(g.initial, g.type, data, 0, pointers);
    const zero = pointers.length === 0 && data.every((byte) => byte === 0);
    const perCpu = g.type.kind === "perCpu";
    const global: IrGlobal = {
      name: this.globalSymbol(g),
      site: g.site,
      section: perCpu ? PER_CPU_SECTION : isReadOnly(g) ? "rodata" : zero ? "bss" : "data",
      align: Math.max(align, 1),
      bytes,
      data: zero ? new Uint8Array(0) : data,
      pointers,
      exported: g.exported,
      type: g.type,
    };
    this.program.globals.push(global);
    if (g.late) this.addGlobal(this.lateFlag(g), "bss", 1, new Uint8Array(0), 1);
  }

  /** A byte that says whether a late variable has been set. */
  lateFlag(g: TypedGlobal): string {
    return `${this.globalSymbol(g)}$set`;
  }

  /** Storage of a constant of a type that is not in registers. */
  constantStorage(value: ConstantValue, type: Type): string {
    const { bytes, align } = sizeOf(type);
    const data = new Uint8Array(bytes);
    const pointers: { at: number; to: Address }[] = [];
    this.#put(value, type, data, 0, pointers);
    const targets = pointers.map(({ at, to }) => `${at} ${to.symbol} ${to.offset}`);
    const contents = `${Buffer.from(data).toString("latin1")} ${align} ${targets.join()}`;
    const name = `constant.${hash("sha1", contents, "hex").slice(0, 16)}`;
    this.#keep({ name, section: "rodata", align, bytes, data, pointers });
    this.#generate(name);
    return name;
  }

  #put(value: ConstantValue, given: Type, data: Uint8Array, at: number, pointers: { at: number; to: Address }[]): void {
    const type = contentOf(given);
    const view = new DataView(data.buffer, data.byteOffset);
    const { bytes } = sizeOf(type);
    const integer = (bits: bigint) => {
      for (let k = 0; k < bytes; k++) data[at + k] = Number((bits >> BigInt(8 * k)) & 0xffn);
    };
    switch (value.kind) {
      case "integer":
        if (type.kind === "bigEndian")
          for (let k = 0; k < bytes; k++) data[at + k] = Number((value.value >> BigInt(8 * (bytes - 1 - k))) & 0xffn);
        else if (type.kind === "result") this.#put(value, type.of, data, at + okOffset(type.of), pointers);
        else integer(BigInt.asUintN(64, value.value));
        break;
      case "float":
        if (bytes === 4) view.setFloat32(at, value.value, true);
        else view.setFloat64(at, value.value, true);
        break;
      case "bool":
        data[at] = value.value ? 1 : 0;
        break;
      case "text":
        pointers.push({ at, to: address(this.text(value.bytes)) });
        view.setBigUint64(at + 8, BigInt(value.bytes.length), true);
        break;
      case "function":
        pointers.push({ at, to: address(this.functionSymbol(value.function)) });
        break;
      case "reference":
        pointers.push({ at, to: address(this.globalSymbol(value.global), value.offset) });
        break;
      case "elements": {
        if (type.kind !== "array") throw new Error("elements stand in an array");
        const step = sizeOf(type.of).bytes;
        value.elements.forEach((element, k) => {
          this.#put(element, type.of, data, at + k * step, pointers);
        });
        break;
      }
      case "fields": {
        const of = value.variant ?? type;
        if (of.kind !== "class") throw new Error("fields stand in a class");
        for (const field of of.fields) {
          const one = value.fields.get(field.name);
          if (one === undefined) continue;
          if (field.bit === null) this.#put(one, field.type, data, at + field.offset, pointers);
          else {
            const bits = one.kind === "integer" ? one.value : one.kind === "bool" && one.value ? 1n : 0n;
            const cut = BigInt.asUintN(field.bit.width, bits) << BigInt(field.bit.shift);
            for (let k = 0; k < field.bit.bytes; k++)
              data[at + field.offset + k]! |= Number((cut >> BigInt(8 * k)) & 0xffn);
          }
        }
        break;
      }
      case "null":
      case "zero":
        break;
    }
  }

  /** Compares so many bytes at two addresses: a function made on first use. */
  equalBytes(): Address {
    const name = "lower.equalBytes";
    this.#note(["equalBytes"]);
    if (this.#helpers.has(name)) return address(name);
    this.#helpers.add(name);
    const f = newFunction(
      name,
      [
        { type: "i64", hint: "x" },
        { type: "i64", hint: "y" },
        { type: "i64", hint: "n" },
      ],
      ["i1"],
      {
        inline: "never",
      },
    );
    const [x, y, n] = f.parameters as [(typeof f.parameters)[0], (typeof f.parameters)[0], (typeof f.parameters)[0]];
    const b = new Builder(f);
    const [test, body, next, same, differ] = ["test", "body", "next", "same", "differ"].map((label) => b.block(label));
    const entry = b.current;
    b.jump(test!);
    b.at(test!);
    const i = b.phi("i64", "i");
    b.branch(b.compare("ult", i.result, n), body!, same!, "taken");
    b.at(body!);
    const left = b.load("i8", b.binary("add", x, i.result));
    const right = b.load("i8", b.binary("add", y, i.result));
    b.branch(b.compare("eq", left, right), next!, differ!, "taken");
    b.at(next!);
    const more = b.binary("add", i.result, i64(1));
    b.jump(test!);
    i.inputs.set(entry, i64(0));
    i.inputs.set(next!, more);
    b.at(same!);
    b.return(constant("i1", 1));
    b.at(differ!);
    b.return(constant("i1", 0));
    this.program.functions.push(f);
    return address(name);
  }

  /**
   * A function that takes an environment and calls the plain function whose address the environment is: so a plain
   * function stands where a closure may.
   */
  thunk(plain: Signature): Address {
    const name = `lower.thunk(${plain.parameters.join()})${plain.results.join()}`;
    this.#note(["thunk", plain]);
    if (this.#helpers.has(name)) return address(name);
    this.#helpers.add(name);
    const f = newFunction(
      name,
      [...plain.parameters, "i64" as const].map((type) => ({ type })),
      plain.results,
    );
    const b = new Builder(f);
    b.return(...b.call(f.parameters.at(-1)!, plain, f.parameters.slice(0, -1)));
    this.program.functions.push(f);
    return address(name);
  }
}

/** Storage that begins as zeros is written later, whatever it is called; the bytes of other constants are only read. */
function isReadOnly({ constant, initial, type }: TypedGlobal): boolean {
  return constant && initial !== null && initial.kind !== "zero" && !isWritten(type);
}

/** Whether a constant of the type holds something that changes: cells, and data of the CPUs. */
function isWritten(type: Type): boolean {
  switch (type.kind) {
    case "atomic":
    case "volatile":
    case "perCpu":
      return true;
    case "array":
      return isWritten(type.of);
    // A const names storage that its methods may change.
    case "class":
    case "tagged":
    case "bigEndian":
      return true;
    default:
      return false;
  }
}
