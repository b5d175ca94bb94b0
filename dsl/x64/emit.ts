/**
 * From rewritten machine code to the bytes of one function: prologue and epilogues, pseudo-instructions written out,
 * branches as short as they reach, and beside the bytes what others want to know of them: relocations, source lines,
 * unwinding rules, where blocks and instructions lie.
 */
import type { Origin } from "../ir/ssa.ts";
import type { FrameRule } from "../out/dwarf-frame.ts";
import { encodeInstruction, lock, register, rep, type SymbolField, special, type Typed, typed } from "./encode.ts";
import type { Frame } from "./frame.ts";
import {
  type Condition,
  type Inst,
  imm,
  inverse,
  type MachineBlock,
  type MachineFunction,
  type MemoryOperand,
  NONE,
  type Operand,
  RAX,
  RCX,
  RDX,
  RSP,
  successorsOf,
  type Width,
  XMM0,
} from "./mir.ts";
import type { Target } from "./target.ts";

export interface FunctionCode {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** Offsets count from the function's start; relative ones count from `end`. */
  readonly fields: readonly (SymbolField & { readonly end: number })[];
  readonly lines: readonly { readonly offset: number; readonly origin: Origin }[];
  readonly rules: readonly FrameRule[];
  /** Jump tables: offsets of their targets. */
  readonly tables: readonly { readonly symbol: string; readonly offsets: readonly number[] }[];
  readonly frame: Frame;
}

/** Tells the blocks and instructions, too, where their code is. */
export function emit(f: MachineFunction, frame: Frame, target: Target, origin: Origin): FunctionCode {
  return new Emitter(f, frame, target.model).run(origin);
}

interface Branch {
  /** Offset while all branches are short. */
  readonly at: number;
  readonly condition: Condition | null;
  readonly to: MachineBlock;
  long: boolean;
}

const shortBytes = 2;

class Emitter {
  readonly #f: MachineFunction;
  readonly #frame: Frame;
  readonly #model: Target["model"];
  #bytes = new Uint8Array(256);
  #used = 0;
  readonly #fields: (SymbolField & { end: number })[] = [];
  readonly #lines: { offset: number; origin: Origin }[] = [];
  readonly #rules: FrameRule[] = [];
  readonly #branches: Branch[] = [];
  #rsp = 0;

  constructor(f: MachineFunction, frame: Frame, model: Target["model"]) {
    this.#f = f;
    this.#model = model;
    this.#frame = frame;
  }

  run(origin: Origin): FunctionCode {
    const blocks = this.#placed();
    this.#line(origin);
    this.#prologue();
    blocks.forEach((block, k) => {
      block.start = this.#used;
      for (const i of block.instructions) {
        i.start = this.#used;
        if (i.op === "debug") continue;
        this.#line(i.origin);
        this.#instruction(i);
      }
      block.end = this.#used;
      this.#ending(block, blocks[k + 1] ?? null);
    });
    return this.#finish(blocks);
  }

  /** The blocks that have bytes or are come to, with jumps through empty blocks shortened. */
  #placed(): MachineBlock[] {
    const final = (block: MachineBlock): MachineBlock => {
      const seen = new Set<MachineBlock>();
      while (block.instructions.every((i) => i.op === "debug") && block.ending.kind === "jump" && !seen.has(block)) {
        seen.add(block);
        block = block.ending.to;
      }
      return block;
    };
    const reached = new Set<MachineBlock>();
    const work = [this.#f.blocks[0]!];
    for (let block = work.pop(); block !== undefined; block = work.pop()) {
      if (reached.has(block)) continue;
      reached.add(block);
      const { ending } = block;
      if (ending.kind === "jump") ending.to = final(ending.to);
      else if (ending.kind === "branch") {
        ending.taken = final(ending.taken);
        ending.otherwise = final(ending.otherwise);
        if (ending.taken === ending.otherwise) block.ending = { kind: "jump", to: ending.taken };
      } else ending.to.forEach((to, k) => void (ending.to[k] = final(to)));
      work.push(...successorsOf(block));
    }
    return this.#f.blocks.filter((block) => reached.has(block));
  }

  #line(origin: Origin): void {
    const { site } = origin;
    if (site.line === 0) return;
    const last = this.#lines.at(-1);
    if (last !== undefined) {
      const before = last.origin;
      const same = before.site.line === site.line && before.site.file === site.file;
      if (same && before.inlined === origin.inlined && before.scope === origin.scope) return;
      if (last.offset === this.#used) this.#lines.pop();
    }
    this.#lines.push({ offset: this.#used, origin });
  }

  #put(mnemonic: string, operands: readonly Typed[] = [], prefixes = 0): void {
    const { bytes, fields } = encodeInstruction(mnemonic, operands, prefixes);
    const at = this.#used;
    this.#append(bytes);
    for (const field of fields) this.#fields.push({ ...field, offset: at + field.offset, end: this.#used });
  }

  #append(bytes: Uint8Array): void {
    if (this.#used + bytes.length > this.#bytes.length) {
      const larger = new Uint8Array(2 * this.#bytes.length);
      larger.set(this.#bytes);
      this.#bytes = larger;
    }
    this.#bytes.set(bytes, this.#used);
    this.#used += bytes.length;
  }

  #adjust(bytes: number): void {
    this.#rsp += bytes;
    this.#rules.push({ offset: this.#used, kind: "cfa", fromRsp: this.#rsp });
  }

  #prologue(): void {
    this.#rsp = 8;
    for (const r of this.#frame.saved) {
      this.#put("push", [register(r, 64)]);
      this.#adjust(8);
      this.#rules.push({ offset: this.#used, kind: "saved", register: r, below: this.#rsp });
    }
    if (this.#frame.bytes === 0) return;
    this.#put("sub", [register(RSP, 64), typed(imm(this.#frame.bytes), 64)]);
    this.#adjust(this.#frame.bytes);
  }

  /** Undoes the prologue, lets `leave` emit the way out, and takes the rules back for the code behind. */
  #epilogue(leave: () => void): void {
    const whole = this.#rsp;
    const changes = this.#frame.bytes > 0 || this.#frame.saved.length > 0;
    if (changes) this.#rules.push({ offset: this.#used, kind: "remember" });
    if (this.#frame.bytes > 0) {
      this.#put("add", [register(RSP, 64), typed(imm(this.#frame.bytes), 64)]);
      this.#adjust(-this.#frame.bytes);
    }
    for (const r of this.#frame.saved.toReversed()) {
      this.#put("pop", [register(r, 64)]);
      this.#adjust(-8);
    }
    leave();
    if (changes) this.#rules.push({ offset: this.#used, kind: "restore" });
    this.#rsp = whole;
  }

  #jump(condition: Condition | null, to: MachineBlock): void {
    this.#branches.push({ at: this.#used, condition, to, long: false });
    this.#append(new Uint8Array(shortBytes));
  }

  #ending(block: MachineBlock, next: MachineBlock | null): void {
    const { ending } = block;
    if (ending.kind === "leaves") return;
    if (ending.kind === "jump") {
      if (ending.to !== next) {
        this.#line(block.origin);
        this.#jump(null, ending.to);
      }
      return;
    }
    this.#line(block.origin);
    const { condition, also, taken, otherwise } = ending;
    if (also !== null) {
      this.#jump(condition, taken);
      if (taken === next) this.#jump(inverse[also], otherwise);
      else {
        this.#jump(also, taken);
        if (otherwise !== next) this.#jump(null, otherwise);
      }
    } else if (taken === next) this.#jump(inverse[condition], otherwise);
    else {
      this.#jump(condition, taken);
      if (otherwise !== next) this.#jump(null, otherwise);
    }
  }

  #instruction(i: Inst): void {
    const { op, width, def, args } = i;
    const d = def === NONE ? null : register(def, width);
    const [x, y] = args;
    const prefixes = i.lock ? lock : 0;
    const own = (o: Operand): Typed => typed(o, width);
    switch (op) {
      case "copy":
        if (def >= XMM0) this.#put("movaps", [d!, own(x!)]);
        else this.#put("mov", [register(def, width < 32 ? 32 : width), typed(x!, width < 32 ? 32 : width)]);
        return;
      case "zero":
        this.#put("xor", [register(def, 32), register(def, 32)]);
        return;
      case "zerops":
        this.#put("xorps", [d!, d!]);
        return;
      case "mov":
        this.#move(i);
        return;
      case "movzx":
        if (i.from >= 32) this.#put("mov", [register(def, 32), typed(x!, 32)]);
        else this.#put("movzx", [register(def, 32), typed(x!, i.from)]);
        return;
      case "movsx":
        this.#put(i.from === 32 ? "movsxd" : "movsx", [register(def, width), typed(x!, i.from)]);
        return;
      case "lea":
        this.#put("lea", [d!, typed(x!, 0)]);
        return;
      case "cmp":
        if (x!.kind === "reg" && y!.kind === "imm" && y.value === 0n) this.#put("test", [own(x!), own(x!)]);
        else this.#put("cmp", [own(x!), own(y!)]);
        return;
      case "setcc":
        this.#put(`set${i.condition}`, [register(def, 8)]);
        return;
      case "cmov":
        this.#put(`cmov${i.condition}`, [d!, own(y!)]);
        return;
      case "carryMask":
        this.#put("sbb", [d!, d!]);
        return;
      case "shl":
      case "shr":
      case "sar":
      case "rol":
      case "ror":
        if (args.length === 1) this.#put(op, [d!, register(RCX, 8)]);
        else this.#put(op, [d!, typed(y!, 8)]);
        return;
      case "imul3":
        this.#put("imul", [d!, own(x!), own(y!)]);
        return;
      case "imul1":
        this.#put("imul", [own(x!)]);
        return;
      case "xchg":
      case "xadd":
        this.#put(op, [own(y!), d!], prefixes);
        return;
      case "cmpxchg":
        this.#put(op, [own(x!), own(y!)], prefixes);
        return;
      case "call":
        this.#put("call", [typed(x!, 64)]);
        return;
      case "jmp":
        this.#put("jmp", [typed(x!, 64)]);
        return;
      case "trap":
        this.#put("call", [typed(x!, 64)]);
        return;
      case "ret":
        this.#epilogue(() => this.#put("ret"));
        return;
      case "tail":
        this.#epilogue(() => this.#put("jmp", [x === undefined ? register(RAX, 64) : typed(x, 64)]));
        return;
      case "readflags":
        this.#put("pushfq");
        this.#adjust(8);
        this.#put("pop", [d!]);
        this.#adjust(-8);
        return;
      case "writeflags":
        this.#put("push", [own(x!)]);
        this.#adjust(8);
        this.#put("popfq");
        this.#adjust(-8);
        return;
      case "stihlt":
        this.#put("sti");
        this.#put("hlt");
        return;
      case "in":
        this.#put("in", [register(RAX, width), x === undefined ? register(RDX, 16) : typed(x, 8)]);
        return;
      case "out":
        this.#put("out", [x === undefined ? register(RDX, 16) : typed(x, 8), register(RAX, width)]);
        return;
      default:
        this.#other(i);
    }
  }

  #other(i: Inst): void {
    const { op, width, def, args } = i;
    const words = op.split(" ");
    if (stateMoves.has(op)) this.#put(`${op}64`, [typed(args[0]!, 0)]);
    else if (words[0] === "rep") this.#put(`${words[1]}${{ 8: "b", 16: "w", 32: "d", 64: "q" }[width]}`, [], rep);
    else if (words[0] === "atomic") this.#atomicLoop(i, words[1]!);
    else if (words[0] === "mov") this.#special(i, words[1]!, words[2]!);
    else if (def === NONE)
      this.#put(
        op,
        args.map((o) => typed(o, onlyAddress.has(op) ? 0 : width)),
        i.lock ? lock : 0,
      );
    else if (op.startsWith("cvt") || op === "movd" || op === "movq") this.#convert(i);
    else {
      // Two-address operations have their result in the first operand already.
      const rest = args[0]?.kind === "reg" && args[0].reg === def && !readsOnly.has(op) ? args.slice(1) : args;
      this.#put(op, [register(def, width), ...rest.map((o) => typed(o, width))]);
    }
  }

  #move(i: Inst): void {
    const { width, def, args } = i;
    if (def === NONE) {
      this.#put("mov", [typed(args[0]!, width), typed(args[1]!, width)]);
      return;
    }
    const source = args[0]!;
    if (source.kind === "imm") {
      const bits = BigInt.asUintN(width, source.value);
      if (bits < 1n << 32n) this.#put("mov", [register(def, 32), typed(imm(bits), 32)]);
      else this.#put("mov", [register(def, 64), typed(imm(BigInt.asIntN(64, bits)), 64)]);
    } else if (source.kind === "symbol") {
      // Addresses in the low 2 GiB fit the short form that clears the upper half; those in the top 2 GiB are extended.
      this.#put("mov", [register(def, this.#model === "kernel" ? 64 : 32), typed(source, 32)]);
    } else this.#put("mov", [register(def, width), typed(source, width)]);
  }

  /** MOV with a control or segment register: "from cr3", "to ds". */
  #special(i: Inst, way: string, name: string): void {
    const width: Width = name.startsWith("cr") ? 64 : 16;
    if (way === "from") this.#put("mov", [register(i.def, width), special(name)]);
    else this.#put("mov", [special(name), typed(i.args[0]!, width)]);
  }

  #convert(i: Inst): void {
    const [x] = i.args;
    // CVTSI2SS and its kin: the width is the integer's. CVTSS2SD: the width is the source's.
    if (i.op.startsWith("cvtsi2")) this.#put("xorps", [register(i.def, 64), register(i.def, 64)]);
    this.#put(i.op, [register(i.def, i.width), typed(x!, i.width)]);
  }

  /** MOV temp, RAX; OP temp, value; LOCK CMPXCHG [place], temp; JNE back. */
  #atomicLoop(i: Inst, how: string): void {
    const [place, value] = i.args as [MemoryOperand, Operand];
    const start = this.#used;
    const wide: Width = i.width < 32 ? 32 : i.width;
    this.#put("mov", [register(i.temp, wide), register(RAX, wide)]);
    this.#put(how, [register(i.temp, wide), typed(value, wide)]);
    this.#put("cmpxchg", [typed(place, i.width), register(i.temp, i.width)], lock);
    this.#append(Uint8Array.of(0x75, (start - this.#used - 2) & 0xff));
  }

  /** Lets branches grow until all reach, then puts the bytes together. */
  #finish(blocks: readonly MachineBlock[]): FunctionCode {
    const branches = this.#branches;
    const sizeOf = (b: Branch) => (b.long ? (b.condition === null ? 5 : 6) : shortBytes);
    const grown = new Int32Array(branches.length + 1);
    /** An offset of the short layout in the final one; an offset right behind a branch counts its growth. */
    const moved = (offset: number): number => {
      let low = 0;
      let high = branches.length;
      while (low < high) {
        const middle = (low + high) >> 1;
        if (branches[middle]!.at < offset) low = middle + 1;
        else high = middle;
      }
      return offset + grown[low]!;
    };
    for (let changed = true; changed; ) {
      changed = false;
      for (let k = 0; k < branches.length; k++) grown[k + 1] = grown[k]! + sizeOf(branches[k]!) - shortBytes;
      for (const b of branches) {
        if (b.long) continue;
        const distance = moved(b.to.start) - (moved(b.at) + shortBytes);
        if (distance >= -128 && distance <= 127) continue;
        b.long = true;
        changed = true;
      }
    }
    const bytes = new Uint8Array(this.#used + grown[branches.length]!);
    let from = 0;
    let to = 0;
    for (const b of branches) {
      bytes.set(this.#bytes.subarray(from, b.at), to);
      to += b.at - from;
      const size = sizeOf(b);
      const distance = moved(b.to.start) - (to + size);
      const code = b.condition === null ? 0 : conditionCodes[b.condition];
      if (b.long) {
        const view = new DataView(bytes.buffer, to);
        if (b.condition === null) bytes[to] = 0xe9;
        else bytes.set([0x0f, 0x80 + code], to);
        view.setInt32(size - 4, distance, true);
      } else bytes.set([b.condition === null ? 0xeb : 0x70 + code, distance & 0xff], to);
      to += size;
      from = b.at + shortBytes;
    }
    bytes.set(this.#bytes.subarray(from, this.#used), to);
    if (branches.length > 0)
      for (const block of blocks) {
        block.start = moved(block.start);
        for (const i of block.instructions) i.start = moved(i.start);
        block.end = moved(block.end);
      }
    return {
      name: this.#f.name,
      bytes,
      fields: this.#fields.map((field) => {
        const end = moved(field.end);
        return { ...field, offset: end - (field.end - field.offset), end };
      }),
      lines: this.#lines.map(({ offset, origin }) => ({ offset: moved(offset), origin })),
      rules: this.#rules.map((rule) => ({ ...rule, offset: moved(rule.offset) })),
      tables: this.#f.tables
        .filter(({ from }) => from.start !== NONE)
        .map(({ symbol, targets }) => ({
          symbol,
          offsets: targets.map((block) => block.start),
        })),
      frame: this.#frame,
    };
  }
}

/** Condition codes of Jcc (SDM vol. 2, appendix B, table B-10). */
const conditionCodes: { readonly [C in Condition]: number } = {
  b: 2,
  ae: 3,
  e: 4,
  ne: 5,
  be: 6,
  a: 7,
  s: 8,
  ns: 9,
  p: 10,
  np: 11,
  l: 12,
  ge: 13,
  le: 14,
  g: 15,
};

const onlyAddress = new Set(["invlpg", "lgdt", "lidt", "sgdt", "sidt"]);
/** The digits of 0F AE that save and restore floating-point state (SDM vol. 2, FXSAVE, XSAVE). */
const stateMoves = new Set(["fxsave", "fxrstor", "xsave", "xrstor"]);
/** Operations whose first operand is not the result's place, though it may be the same register. */
const readsOnly = new Set(["bsf", "bsr", "popcnt", "sqrtss", "sqrtsd"]);
