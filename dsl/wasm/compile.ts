/**
 * START HERE: the WebAssembly back end. A program becomes one module that imports its memory, its table and whatever the
 * program does not define; globals lie where the interpreter puts them (ir/memory-image.ts), the stack comes down from
 * the memory's top. It lets kernel logic run in Node's unit tests, and is an oracle for the other readers of IR.
 */

import { type Code, type FunctionRef, type Global, WasmModule } from "../../emulator/formats/wasm.ts";
import { FUNCTION_STRIDE, FUNCTIONS, layMemory, type MemoryImage } from "../ir/memory-image.ts";
import type { IrFunction, IrProgram, Slot } from "../ir/ssa.ts";
import { InstructionWriter, type ModuleContext, machineTypes, wasmType } from "./instructions.ts";
import { StructureWriter } from "./structure.ts";

export interface CompiledWasm {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly image: MemoryImage;
  /** Of the memory it imports. */
  readonly memoryBytes: number;
  readonly program: IrProgram;
}

export const PAGE = 65536;

/** Compiles a program. `memoryBytes`: for globals and stack, rounded up to pages. */
export function compileToWasm(program: IrProgram, { memoryBytes = 1 << 20 } = {}): CompiledWasm {
  const image = layMemory(program);
  const pages = Math.ceil(Math.max(memoryBytes, image.bytes.length + PAGE) / PAGE);
  const bytes = new ModuleWriter(program, image, pages).write();
  return { bytes, image, memoryBytes: pages * PAGE, program };
}

class ModuleWriter {
  readonly #program: IrProgram;
  readonly #image: MemoryImage;
  readonly #module = new WasmModule();
  readonly #stack: Global;
  readonly #trap: FunctionRef;
  readonly #stackFull: FunctionRef;
  readonly #functions = new Map<string, FunctionRef>();
  readonly #machine = new Map<string, FunctionRef>();

  constructor(program: IrProgram, image: MemoryImage, pages: number) {
    this.#program = program;
    this.#image = image;
    const m = this.#module;
    m.importMemory("env", "memory", { minimum: pages, maximum: pages });
    m.importTable("env", "table", { minimum: image.callable.length });
    this.#stack = m.global(pages * PAGE);
    // The trap's message by its address, and two words.
    this.#trap = m.importFunction("env", "trap", ["i64", "i64", "i64"], []);
    this.#stackFull = m.importFunction("env", "stackFull", [], []);
  }

  write(): Uint8Array<ArrayBuffer> {
    const m = this.#module;
    const used = new Set<string>();
    let swaps = false;
    const highs = new Set<"umulh" | "smulh">();
    for (const f of this.#program.functions)
      for (const block of f.blocks)
        for (const i of block.instructions) {
          if (i.op === "machine") used.add(i.name);
          if (i.op === "unary" && i.how === "bswap" && i.result.type === "i64") swaps = true;
          if (i.op === "binary" && (i.how === "umulh" || i.how === "smulh")) highs.add(i.how);
        }
    for (const name of used) {
      const { parameters, results } = machineTypes(name);
      this.#machine.set(name, m.importFunction("machine", name, parameters, results));
    }
    for (const e of this.#program.externs)
      if (e.signature !== null)
        this.#functions.set(
          e.name,
          m.importFunction("extern", e.name, e.signature.parameters.map(wasmType), e.signature.results.map(wasmType)),
        );
    // Functions may call each other in any order: their references come before their bodies.
    const bodies = this.#program.functions.map((f) => {
      const { ref, code } = m.declare(f.name, f.signature.parameters.map(wasmType), f.signature.results.map(wasmType));
      this.#functions.set(f.name, ref);
      return { f, code };
    });
    const high = new Map([...highs].map((how) => [how, highProduct(m, how)]));
    const swap64 = swaps ? swapBytes(m) : null;
    const context: ModuleContext = {
      addressOf: (symbol) => this.#image.addresses.get(symbol) ?? missing(symbol),
      functionOf: (symbol) => this.#functions.get(symbol) ?? null,
      machine: (name) => this.#machine.get(name)!,
      high: (how) => high.get(how)!,
      swap64: () => swap64!,
      toTableIndex: (c) => {
        c.i32(FUNCTIONS);
        c.op("i32.sub");
        c.i32(Math.log2(FUNCTION_STRIDE));
        c.op("i32.rotr");
      },
    };
    for (const { f, code } of bodies) this.#body(f, code, context);
    for (const f of this.#program.functions) m.export(f.name, this.#functions.get(f.name)!);
    this.#image.callable.forEach((name, index) => {
      const ref = this.#functions.get(name);
      if (ref !== undefined) m.element(index, [ref]);
    });
    return m.encode({ names: true });
  }

  #body(f: IrFunction, code: Code, context: ModuleContext): void {
    const slots = new Map<Slot, number>();
    let bytes = 0;
    // The frame is as aligned as its most aligned slot.
    let align = 16;
    for (const slot of f.slots) {
      bytes = Math.ceil(bytes / slot.align) * slot.align;
      slots.set(slot, bytes);
      bytes += slot.bytes;
      align = Math.max(align, slot.align);
    }
    const frame = bytes > 0 ? code.local("i32") : null;
    const above = bytes > 0 ? code.local("i32") : null;
    if (frame !== null && above !== null) {
      code.getGlobal(this.#stack);
      code.tee(above);
      code.i32(bytes);
      code.op("i32.sub");
      code.i32(-align);
      code.op("i32.and");
      code.tee(frame);
      code.i32(this.#image.bytes.length);
      code.op("i32.lt_s");
      code.if(() => {
        code.call(this.#stackFull);
        code.op("unreachable");
      });
      code.get(frame);
      code.setGlobal(this.#stack);
    }
    const writer = new InstructionWriter(code, context, slots, frame);
    f.parameters.forEach((p, k) => {
      writer.bind(p, code.parameters[k]!);
    });
    new StructureWriter(f, code, writer, {
      leave: (t) => {
        if (t.op === "return") {
          for (const o of t.values) writer.push(o);
          if (above !== null) {
            code.get(above);
            code.setGlobal(this.#stack);
          }
          code.op("return");
          return;
        }
        if (t.op === "trap") {
          code.i64(this.#image.addresses.get(t.message) ?? missing(t.message));
          for (let k = 0; k < 2; k++) writer.push(t.arguments[k] ?? { kind: "constant", type: "i64", bits: 0n });
          code.call(this.#trap);
        }
        code.op("unreachable");
      },
    }).write();
  }
}

function missing(symbol: string): never {
  throw new Error(`no symbol ${symbol}`);
}

/** The high 64 bits of a product, from four products of halves. */
function highProduct(m: WasmModule, how: "umulh" | "smulh"): FunctionRef {
  return m.func(how, ["i64", "i64"], ["i64"], (c, x, y) => {
    const [lowX, lowY, middle, high] = [c.local("i64"), c.local("i64"), c.local("i64"), c.local("i64")];
    const top = (l: typeof x) => {
      c.get(l);
      c.i64(32n);
      c.op("i64.shr_u");
    };
    const bottom = (l: typeof x) => {
      c.get(l);
      c.i64(0xffff_ffffn);
      c.op("i64.and");
    };
    bottom(x);
    c.set(lowX);
    bottom(y);
    c.set(lowY);
    // middle = hiX * loY + (loX * loY >> 32), which cannot overflow; its low half meets loX * hiY.
    top(x);
    c.get(lowY);
    c.op("i64.mul");
    c.get(lowX);
    c.get(lowY);
    c.op("i64.mul");
    c.i64(32n);
    c.op("i64.shr_u");
    c.op("i64.add");
    c.set(middle);
    top(x);
    top(y);
    c.op("i64.mul");
    top(middle);
    c.op("i64.add");
    bottom(middle);
    c.get(lowX);
    top(y);
    c.op("i64.mul");
    c.op("i64.add");
    c.i64(32n);
    c.op("i64.shr_u");
    c.op("i64.add");
    if (how === "umulh") return;
    // A negative factor is 2^64 too large as an unsigned one: the other is taken away from the high half.
    c.set(high);
    c.get(high);
    for (const [sign, other] of [
      [x, y],
      [y, x],
    ] as const) {
      c.get(sign);
      c.i64(63n);
      c.op("i64.shr_s");
      c.get(other);
      c.op("i64.and");
      c.op("i64.sub");
    }
  });
}

/** Eight bytes in the other order: within pairs, then pairs, then halves. */
function swapBytes(m: WasmModule): FunctionRef {
  return m.func("bswap64", ["i64"], ["i64"], (c, x) => {
    const steps: [bigint, bigint][] = [
      [8n, 0x00ff00ff00ff00ffn],
      [16n, 0x0000ffff0000ffffn],
    ];
    for (const [shift, mask] of steps) {
      c.get(x);
      c.i64(shift);
      c.op("i64.shr_u");
      c.i64(mask);
      c.op("i64.and");
      c.get(x);
      c.i64(mask);
      c.op("i64.and");
      c.i64(shift);
      c.op("i64.shl");
      c.op("i64.or");
      c.set(x);
    }
    c.get(x);
    c.i64(32n);
    c.op("i64.rotl");
  });
}
