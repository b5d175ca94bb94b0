/**
 * A function written instruction by instruction, for what no call convention covers: entries, stack switches. Beside the
 * bytes it keeps the unwinding rules, so that debuggers find their way through.
 */
import { newFunction } from "../ir/build.ts";
import type { Type } from "../ir/ssa.ts";
import type { FrameRule } from "../out/dwarf-frame.ts";
import type { Site } from "../out/site.ts";
import { encodeInstruction, register, type SymbolField, type Typed, typed } from "./encode.ts";
import type { Compiled } from "./function.ts";
import { type MemoryOperand, mem, type Operand, type Reg, RSP, type Width } from "./mir.ts";

/** Low four bits of Jcc. */
export const cc = { e: 4, ne: 5, s: 8, ns: 9 } as const;

export const r64 = (r: Reg): Typed => register(r, 64);
export const r32 = (r: Reg): Typed => register(r, 32);
export const value = (operand: Operand, width: Width = 64): Typed => typed(operand, width);
/** So many bytes above RSP. */
export const onStack = (disp: number, width: Width = 64): Typed => typed(mem({ base: RSP, disp }), width);
export const memory = (place: Partial<MemoryOperand>, width: Width = 64): Typed => typed(mem(place), width);

/** A place to jump to. */
export class Target {
  at: number | null = null;
  readonly jumps: number[] = [];
}

export class CodeBuilder {
  readonly #name: string;
  readonly #site: Site;
  readonly #bytes: number[] = [];
  readonly #fields: (SymbolField & { end: number })[] = [];
  readonly #rules: FrameRule[] = [];
  /** From RSP to the CFA. */
  #depth: number;
  #deepest = 8;

  /** `depth`: bytes from RSP to the CFA at the start, 8 behind a call. */
  constructor(name: string, site: Site, depth: number) {
    this.#name = name;
    this.#site = site;
    this.#depth = depth;
  }

  get length(): number {
    return this.#bytes.length;
  }

  get depth(): number {
    return this.#depth;
  }

  put(mnemonic: string, ...operands: Typed[]): void {
    const { bytes, fields } = encodeInstruction(mnemonic, operands);
    const at = this.#bytes.length;
    this.#bytes.push(...bytes);
    for (const field of fields) this.#fields.push({ ...field, offset: at + field.offset, end: this.#bytes.length });
  }

  raw(...bytes: number[]): void {
    this.#bytes.push(...bytes);
  }

  /** Says that RSP is so far from the CFA from here on. */
  depthIs(depth: number): void {
    this.#depth = depth;
    this.#deepest = Math.max(this.#deepest, depth);
    this.#rules.push({ offset: this.#bytes.length, kind: "cfa", fromRsp: depth });
  }

  push(operand: Typed): void {
    this.put("push", operand);
    this.depthIs(this.#depth + 8);
  }

  pop(r: Reg): void {
    this.put("pop", r64(r));
    this.depthIs(this.#depth - 8);
  }

  /** Pushes a register where its caller's value can be found. */
  save(r: Reg): void {
    this.push(r64(r));
    this.#rules.push({ offset: this.#bytes.length, kind: "saved", register: r, below: this.#depth });
  }

  /** Code that leaves: what follows it is where the code before it was. */
  aside(body: () => void): void {
    const before = this.#depth;
    this.#rules.push({ offset: this.#bytes.length, kind: "remember" });
    body();
    this.#rules.push({ offset: this.#bytes.length, kind: "restore" });
    this.#depth = before;
  }

  /** Jcc rel8. */
  jump(condition: number, to: Target): void {
    this.#bytes.push(0x70 | condition, 0);
    this.#jumpAt(to);
  }

  /** JMP rel32. */
  jumpFar(to: Target): void {
    this.#bytes.push(0xe9, 0, 0, 0, 0);
    to.jumps.push(-this.#bytes.length);
  }

  #jumpAt(to: Target): void {
    if (to.at !== null) throw new Error("this jumps forward only");
    to.jumps.push(this.#bytes.length);
  }

  here(target: Target): void {
    target.at = this.#bytes.length;
    for (const end of target.jumps) {
      const distance = target.at - Math.abs(end);
      if (end > 0) {
        if (distance > 127) throw new Error(`${this.#name}: ${distance} bytes are too far for a short jump`);
        this.#bytes[end - 1] = distance;
      } else for (let k = 0; k < 4; k++) this.#bytes[-end - 4 + k] = (distance >> (8 * k)) & 0xff;
    }
  }

  pad(to: number): void {
    while (this.#bytes.length < to) this.#bytes.push(0xcc);
  }

  /** As a compiled function, which takes and gives such words. */
  finish(parameters: readonly Type[] = [], results: readonly Type[] = []): Compiled {
    const source = newFunction(
      this.#name,
      parameters.map((type) => ({ type })),
      results,
      { site: this.#site },
    );
    return {
      source,
      code: {
        name: this.#name,
        bytes: Uint8Array.from(this.#bytes),
        fields: this.#fields,
        lines: [{ offset: 0, origin: { site: this.#site, inlined: null } }],
        rules: this.#rules,
        tables: [],
        frame: { saved: [], bytes: this.#deepest - 8 },
      },
      variables: [],
    };
  }
}
