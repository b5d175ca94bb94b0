/**
 * One function while it is lowered: its builder, where its variables live, what must still be done on the ways out of the
 * blocks it is in (`using`, `defer`), and where break and continue go. Every variable gets a slot; `promote` makes values
 * of those whose address nobody needs.
 */
import { sizeOf } from "../check/intern.ts";
import type { Local, TypedFunction } from "../check/tree.ts";
import type { Type } from "../check/types.ts";
import { Builder, constant, i64, newFunction, typeOf } from "../ir/build.ts";
import type { Block, IrFunction, Type as IrType, LexicalScope, Operand, Slot, Value, Variable } from "../ir/ssa.ts";
import type { Anchor } from "../out/anchor.ts";
import { nowhere, type Site } from "../out/site.ts";
import { inRegisters, type Scalar, scalarsOf } from "./shape.ts";
import type { Unit } from "./unit.ts";

/** What leaving a scope has to do. */
export interface Scope {
  readonly cleanups: (() => void)[];
  /** For loops and switches. */
  readonly exit: { readonly label: string | null; readonly breakTo: Block; readonly continueTo: Block | null } | null;
}

/** A function without its blocks. */
export function heading(unit: Unit, f: TypedFunction): { ir: IrFunction; anchor: Anchor } {
  const parameters: { type: IrType; hint?: string }[] = [];
  if (!inRegisters(f.result)) parameters.push({ type: "i64", hint: "result" });
  for (const p of f.parameters)
    for (const type of scalarsOf(p.type)?.map((s) => s.type) ?? ["i64" as const])
      parameters.push({ type, hint: p.name });
  if (f.captures.length > 0) parameters.push({ type: "i64", hint: "environment" });
  const { contracts } = f;
  const name = unit.functionSymbol(f);
  const anchor = unit.anchor(name, f.site.line);
  const made = newFunction(name, parameters, unit.signature(f).results, {
    site: anchor.place(f.site),
    // A function with a bounded depth keeps its name in the calls, where the bound is looked for (rules/stack.ts).
    inline: contracts.inline
      ? "always"
      : contracts.noInline || contracts.cold || contracts.bounded !== null
        ? "never"
        : "auto",
    cold: contracts.cold,
    exported: f.exported || contracts.symbol !== null,
    section: contracts.section,
    noReturn: f.result.kind === "never",
    floats: contracts.floats,
  });
  const shown = inRegisters(f.result) && f.result.kind !== "void" && f.result.kind !== "never";
  return { ir: shown ? { ...made, resultType: f.result } : made, anchor };
}

export class Frame {
  readonly unit: Unit;
  readonly typed: TypedFunction;
  readonly ir: IrFunction;
  readonly b: Builder;
  readonly scopes: Scope[] = [];
  /** Where the result goes when it is not in registers. */
  readonly resultAddress: Value | null;
  /** Addresses of variables: a slot's, a parameter's, or one from the environment. */
  readonly #homes = new Map<Local, () => Operand>();
  readonly #anchor: Anchor;
  /** Where what is appended comes from, as the typed tree says it. */
  #site: Site = nowhere;
  /** The block of the source in which what is appended stands, and the last number of one. */
  #lexical: LexicalScope | undefined;
  #lexicalCount = 0;
  /** Symbols of trap messages. */
  readonly #messages = new Map<string, string>();

  constructor(unit: Unit, f: TypedFunction) {
    this.unit = unit;
    this.typed = f;
    const { ir, anchor } = heading(unit, f);
    this.ir = ir;
    this.#anchor = anchor;
    this.b = new Builder(this.ir);
    this.at(f.site);
    this.resultAddress = inRegisters(f.result) ? null : this.ir.parameters[0]!;
    this.#takeParameters();
  }

  #takeParameters(): void {
    const { b, typed, ir } = this;
    let at = this.resultAddress === null ? 0 : 1;
    typed.parameters.forEach((p, index) => {
      const scalars = scalarsOf(p.type);
      if (scalars === null) {
        const pointer = ir.parameters[at++]!;
        this.#homes.set(p, () => pointer);
        b.debug(this.variable(p, index + 1), pointer, true);
        return;
      }
      const home = this.declare(p, index + 1);
      this.put(home, scalars, ir.parameters.slice(at, at + scalars.length));
      at += scalars.length;
    });
    typed.captures.forEach((local, k) => {
      const environment = ir.parameters.at(-1)!;
      // Read once, at the start: the variables stay where they are while the closure lives.
      const pointer = b.load("i64", environment, 8 * k, { align: 8 });
      this.#homes.set(local, () => pointer);
      b.debug(this.variable(local, 0), pointer, true);
    });
  }

  variable(local: Local, parameter: number): Variable {
    return {
      name: local.name,
      site: this.#anchor.place(local.site),
      type: local.type,
      parameter,
      scope: this.#lexical,
    };
  }

  /** What is appended next comes from here. */
  at(site: Site): void {
    if (this.#site === site) return;
    this.#site = site;
    this.b.origin = { site: this.#anchor.place(site), scope: this.#lexical, inlined: null };
  }

  /** Lowers what has variables of its own. */
  inScope(lower: () => void): void {
    const parent = this.#lexical;
    this.#lexicalCount++;
    this.#lexical = { id: this.#lexicalCount, parent };
    this.#site = nowhere;
    lower();
    this.#lexical = parent;
    this.#site = nowhere;
  }

  /** Comes back to where what is appended comes from now. */
  here(): () => void {
    const { origin } = this.b;
    const site = this.#site;
    return () => {
      this.#site = site;
      this.b.origin = origin;
    };
  }

  slot(name: string, type: Type): Slot {
    const { bytes, align } = sizeOf(type);
    return this.b.slot(name, Math.max(bytes, 1), Math.max(align, 1));
  }

  /** Room for a value without a name; its address. */
  temporary(type: Type, name = "temporary"): Value {
    return this.b.slotAddress(this.slot(name, type));
  }

  /** Gives a variable its slot; the address, good here. */
  declare(local: Local, parameter = 0): Value {
    const slot = this.slot(local.name, local.type);
    this.b.declare(this.variable(local, parameter), slot);
    this.#homes.set(local, () => this.b.slotAddress(slot));
    return this.b.slotAddress(slot);
  }

  /** The address of a variable. */
  home(local: Local): Operand {
    const home = this.#homes.get(local);
    if (home === undefined) throw new Error(`${this.typed.name}: ${local.name} has no place`);
    return home();
  }

  /** Stores scalars into memory. */
  put(at: Operand, scalars: readonly Scalar[], values: readonly Operand[], offset = 0): void {
    scalars.forEach((s, k) => {
      this.storeScalar(values[k]!, at, offset + s.offset);
    });
  }

  /** Loads scalars from memory. */
  get(at: Operand, scalars: readonly Scalar[], offset = 0): Operand[] {
    return scalars.map((s) => this.loadScalar(s.type, at, offset + s.offset));
  }

  loadScalar(type: IrType, at: Operand, offset = 0, ordering: "plain" | "volatile" = "plain"): Operand {
    if (type !== "i1") return this.b.load(type, at, offset, { ordering });
    return this.b.compare("ne", this.b.load("i8", at, offset, { ordering }), constant("i8", 0));
  }

  storeScalar(value: Operand, at: Operand, offset = 0, ordering: "plain" | "volatile" = "plain"): void {
    const byte = typeOf(value) === "i1" ? this.b.unary("zext", value, "i8") : value;
    this.b.store(byte, at, offset, { ordering });
  }

  /** Copies storage of a type. */
  copy(to: Operand, from: Operand, type: Type): void {
    const { bytes, align } = sizeOf(type);
    if (bytes > 0) this.b.copy(to, from, i64(bytes), align);
  }

  zero(to: Operand, type: Type): void {
    const { bytes, align } = sizeOf(type);
    if (bytes > 0) this.b.fill(to, constant("i8", 0), i64(bytes), align);
  }

  /** Goes on only when a condition holds; else traps with the place, a text, and up to two words. */
  check(condition: Operand, message: string, ...words: Operand[]): void {
    const { b } = this;
    const good = b.block("checked");
    const bad = b.block("trap");
    b.branch(condition, good, bad, "taken");
    b.at(bad);
    this.trap(message, ...words);
    b.at(good);
  }

  /**
   * The message's symbol is called after the function and the length, which is in the code, not after what it says, so that
   * code is the same when it has only moved to another line.
   */
  trap(message: string, ...words: Operand[]): void {
    const { file, line, column } = this.b.origin.site;
    const text = `${file}:${line}:${column}: ${message}`;
    let symbol = this.#messages.get(text);
    if (symbol === undefined) {
      const bytes = new TextEncoder().encode(text);
      symbol = `${this.ir.name}$trap${this.#messages.size}.${bytes.length}`;
      this.#messages.set(text, symbol);
      this.unit.trapMessage(symbol, bytes);
    }
    this.b.trap(symbol, ...words);
  }

  /** Does what leaving the innermost scopes down to `depth` has to do; the scopes stay. */
  leave(depth: number): void {
    for (let k = this.scopes.length - 1; k >= depth; k--) {
      const { cleanups } = this.scopes[k]!;
      // A cleanup that leaves (by a trap in it) must not run itself again.
      const saved = this.scopes.splice(k);
      for (const cleanup of [...cleanups].reverse()) if (this.b.open) cleanup();
      this.scopes.push(...saved);
    }
  }

  /** Returns these scalars, after all cleanups. */
  leaveFunction(values: readonly Operand[]): void {
    this.leave(0);
    this.b.return(...values);
  }
}
