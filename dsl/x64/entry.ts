/**
 * Entries that no call leads to: interrupts, exceptions and SYSCALL. Each is a piece of code under the function's own
 * name that saves what the interrupted program had, calls the function as an ordinary one, and gives everything back.
 *
 * The function's parameter is the address of the saved registers, which it may change (offsets in bytes):
 *
 *       0 R15   8 R14  16 R13  24 R12  32 RBP  40 RBX  48 R11  56 R10  64 R9  72 R8  80 RAX  88 RCX  96 RDX
 *     104 RSI 112 RDI 120 error code (0 where there is none)
 *     128 RIP 136 CS  144 RFLAGS 152 RSP 160 SS
 *
 * An interrupt function with a second parameter is for a vector that pushes an error code (SDM vol. 3, table 7-1), and
 * gets it there. When the interrupted code was user code, GS is exchanged on the way in and out. SYSCALL leaves the user's
 * RSP in place, so the per-CPU area gives the stack: GS:8 holds its top, GS:16 is free for the user's RSP meanwhile.
 */
import type { IrFunction } from "../ir/ssa.ts";
import type { FrameRule } from "../out/dwarf-frame.ts";
import type { FunctionCode } from "./emit.ts";
import { encodeInstruction, register, type SymbolField, type Typed, typed } from "./encode.ts";
import {
  imm,
  mem,
  R8,
  R9,
  R10,
  R11,
  R12,
  R13,
  R14,
  R15,
  RAX,
  RBP,
  RBX,
  RCX,
  RDI,
  RDX,
  type Reg,
  RSI,
  RSP,
} from "./mir.ts";

/** Pushed in this order. */
const saved: readonly Reg[] = [RDI, RSI, RDX, RCX, RAX, R8, R9, R10, R11, RBX, RBP, R12, R13, R14, R15];

/** Offsets in the saved frame. */
export const frameOffsets = { error: 120, rip: 128, cs: 136, rflags: 144, rsp: 152, ss: 160, bytes: 168 } as const;

/** What the frame of a system call says of the user's segments: Linux's own selectors, which SYSRET's STAR makes. */
export const userSelectors = { code: 0x33, data: 0x2b } as const;

/** Words the processor pushes: SS, RSP, RFLAGS, CS, RIP. */
const hardwareBytes = 40;

/** The name the function itself gets when an entry has its own. */
export const bodyName = (name: string): string => `${name}.body`;

/** The entry for a function with the interrupt or syscall convention. */
export function entryCode(f: IrFunction): FunctionCode {
  return new EntryBuilder(f).finish();
}

class EntryBuilder {
  readonly #f: IrFunction;
  readonly #bytes: number[] = [];
  readonly #fields: (SymbolField & { end: number })[] = [];
  readonly #rules: FrameRule[] = [];
  /** From RSP to the CFA, which is the end of what the processor pushes. */
  #rsp: number = hardwareBytes;

  constructor(f: IrFunction) {
    this.#f = f;
    const { parameters, results, convention } = f.signature;
    const most = convention === "interrupt" ? 2 : 1;
    if (parameters.length > most || parameters.some((type) => type !== "i64") || results.length > 0)
      throw new Error(`${f.name}: an entry takes the frame${most === 2 ? " and an error code" : ""} and gives nothing`);
  }

  finish(): FunctionCode {
    const system = this.#f.signature.convention === "syscall";
    if (system) this.#systemEntry();
    else this.#interruptEntry();
    for (const r of saved) {
      this.#put("push", register(r, 64));
      this.#adjust(8);
      this.#rules.push({ offset: this.#bytes.length, kind: "saved", register: r, below: this.#rsp });
    }
    if (!system) this.#exchangeGs(frameOffsets.cs);
    this.#put("cld");
    this.#put("mov", register(RDI, 64), register(RSP, 64));
    if (this.#f.signature.parameters.length === 2)
      this.#put("mov", register(RSI, 64), typed(mem({ base: RSP, disp: frameOffsets.error }), 64));
    // 21 words from a multiple of 16: one more makes calls aligned.
    this.#put("sub", register(RSP, 64), typed(imm(8), 64));
    this.#adjust(8);
    this.#put("call", typed({ kind: "symbol", symbol: bodyName(this.#f.name), offset: 0n }, 64));
    this.#put("add", register(RSP, 64), typed(imm(8), 64));
    this.#adjust(-8);
    if (system) this.#systemReturn();
    else this.#interruptReturn();
    return {
      name: this.#f.name,
      bytes: Uint8Array.from(this.#bytes),
      fields: this.#fields,
      lines: [{ offset: 0, origin: { site: this.#f.site, inlined: null } }],
      rules: this.#rules,
      tables: [],
      frame: { saved: [], bytes: 0 },
      starts: new Map(),
      ends: new Map(),
    };
  }

  #put(mnemonic: string, ...operands: Typed[]): void {
    const { bytes, fields } = encodeInstruction(mnemonic, operands);
    const at = this.#bytes.length;
    this.#bytes.push(...bytes);
    for (const field of fields) this.#fields.push({ ...field, offset: at + field.offset, end: this.#bytes.length });
  }

  #adjust(bytes: number): void {
    this.#rsp += bytes;
    this.#rules.push({ offset: this.#bytes.length, kind: "cfa", fromRsp: this.#rsp });
  }

  /** Leaves out what `skipped` puts, on a condition (the low four bits of Jcc rel8). */
  #unless(condition: number, skipped: () => void): void {
    this.#bytes.push(0x70 | condition, 0);
    const from = this.#bytes.length;
    skipped();
    this.#bytes[from - 1] = this.#bytes.length - from;
  }

  #exchangeGs(cs: number): void {
    this.#put("test", typed(mem({ base: RSP, disp: cs }), 8), typed(imm(3), 8));
    this.#unless(4, () => this.#put("swapgs"));
  }

  #interruptEntry(): void {
    if (this.#f.signature.parameters.length === 2) this.#adjust(8);
    else {
      this.#put("push", typed(imm(0), 64));
      this.#adjust(8);
    }
  }

  #interruptReturn(): void {
    this.#exchangeGs(frameOffsets.cs);
    this.#restore();
    this.#put("iretq");
  }

  #restore(): void {
    for (const r of saved.toReversed()) {
      this.#put("pop", register(r, 64));
      this.#adjust(-8);
    }
    this.#put("add", register(RSP, 64), typed(imm(8), 64));
    this.#adjust(-8);
  }

  /** RCX and R11 hold the user's RIP and RFLAGS (SDM vol. 2, SYSCALL). */
  #systemEntry(): void {
    this.#put("swapgs");
    this.#put("mov", typed(mem({ gs: true, disp: 16 }), 64), register(RSP, 64));
    this.#put("mov", register(RSP, 64), typed(mem({ gs: true, disp: 8 }), 64));
    this.#put("push", typed(imm(userSelectors.data), 64));
    this.#put("push", typed(mem({ gs: true, disp: 16 }), 64));
    this.#put("push", register(R11, 64));
    this.#put("push", typed(imm(userSelectors.code), 64));
    this.#put("push", register(RCX, 64));
    this.#put("push", typed(imm(0), 64));
    this.#adjust(8);
  }

  /**
   * SYSRET faults in the kernel, on the user's stack, when RIP is not canonical (SDM vol. 2, SYSRET); then, and when the
   * function changed where the user goes on, IRETQ does it.
   */
  #systemReturn(): void {
    const place = (disp: number) => typed(mem({ base: RSP, disp }), 64);
    this.#put("mov", register(RCX, 64), place(frameOffsets.rip));
    this.#put("mov", register(RAX, 64), register(RCX, 64));
    this.#put("shl", register(RAX, 64), typed(imm(16), 8));
    this.#put("sar", register(RAX, 64), typed(imm(16), 8));
    this.#put("cmp", register(RAX, 64), register(RCX, 64));
    this.#unless(5, () => {
      const before = this.#rsp;
      this.#rules.push({ offset: this.#bytes.length, kind: "remember" });
      this.#restore();
      this.#put("mov", register(RCX, 64), typed(mem({ base: RSP }), 64));
      this.#put("mov", register(R11, 64), typed(mem({ base: RSP, disp: 16 }), 64));
      this.#put("mov", register(RSP, 64), typed(mem({ base: RSP, disp: 24 }), 64));
      this.#put("swapgs");
      this.#put("sysretq");
      this.#rules.push({ offset: this.#bytes.length, kind: "restore" });
      this.#rsp = before;
    });
    this.#put("swapgs");
    this.#restore();
    this.#put("iretq");
  }
}
