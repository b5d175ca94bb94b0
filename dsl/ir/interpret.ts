/**
 * The IR interpreter: the first oracle. It does what ssa.ts says, as plainly as possible, on an array of bytes, so that
 * whoever doubts a pass or a back end can ask it. Frames are kept on a list of its own, not on the host's stack, and
 * every way a program can go wrong (fault, too many steps, too deep) is an outcome, not an exception.
 */
import { typeOf } from "./build.ts";
import { evaluateBinary, evaluateCompare, evaluateUnary } from "./evaluate.ts";
import { FUNCTION_STRIDE, FUNCTIONS, layMemory, type MemoryImage, resolve } from "./memory-image.ts";
import type {
  AtomicOp,
  Block,
  Instruction,
  IrFunction,
  IrProgram,
  Operand,
  Slot,
  Terminator,
  Type,
  Value,
} from "./ssa.ts";
import { widths } from "./ssa.ts";

export type Outcome =
  | { readonly kind: "return"; readonly values: readonly bigint[] }
  /** A trap instruction: the text of its message, and what was wrong. */
  | { readonly kind: "trap"; readonly message: string; readonly arguments: readonly bigint[] }
  /** What must not happen did: an access outside memory, a division without a result, the unreachable. */
  | { readonly kind: "fault"; readonly why: string }
  /** The step limit. */
  | { readonly kind: "steps" }
  /** The stack is full. */
  | { readonly kind: "stack" };

export interface Host {
  /** Calls of externs: arguments in, results out. */
  readonly extern?: (name: string, args: readonly bigint[], interpreter: Interpreter) => readonly bigint[];
  /** The machine's own instructions. */
  readonly machine?: (name: string, args: readonly bigint[], interpreter: Interpreter) => readonly bigint[];
}

interface Frame {
  readonly function: IrFunction;
  block: Block;
  index: number;
  /** By value id. */
  readonly values: bigint[];
  readonly slots: Map<Slot, bigint>;
  /** Where the stack goes on for what it calls. */
  readonly below: number;
  /** The caller's values that take the results. */
  readonly results: readonly Value[];
}

class Fault extends Error {}

export class Interpreter {
  readonly program: IrProgram;
  readonly memory: Uint8Array;
  readonly image: MemoryImage;
  /** Instructions run so far, terminators included. */
  steps = 0;
  readonly #view: DataView;
  readonly #functions = new Map<string, IrFunction>();
  #host: Host;
  /** Stacks end here: globals lie below. */
  readonly #floor: number;

  /** `memoryBytes`: for globals and stack together. */
  constructor(program: IrProgram, { memoryBytes = 1 << 20, host = {} }: { memoryBytes?: number; host?: Host } = {}) {
    this.program = program;
    this.image = layMemory(program);
    this.memory = new Uint8Array(Math.max(memoryBytes, this.image.bytes.length + 65536));
    this.memory.set(this.image.bytes);
    this.#view = new DataView(this.memory.buffer);
    this.#floor = this.image.bytes.length;
    this.#host = host;
    for (const f of program.functions) this.#functions.set(f.name, f);
  }

  /** From the beginning, as if nothing had run: saves laying out a program of which many parts are run one by one. */
  restart(host: Host): void {
    this.memory.fill(0);
    this.memory.set(this.image.bytes);
    this.steps = 0;
    this.#host = host;
  }

  /** The address of a symbol. Throws when there is none. */
  address(symbol: string): bigint {
    return resolve(this.image.addresses, { kind: "address", symbol, offset: 0n });
  }

  /** Runs a function to its end. Memory keeps what earlier calls left; `stepLimit` counts from here. */
  call(name: string, args: readonly bigint[] = [], stepLimit = 10_000_000): Outcome {
    const f = this.#functions.get(name);
    if (f === undefined) throw new Error(`no function ${name}`);
    const last = this.steps + stepLimit;
    const frames: Frame[] = [];
    try {
      let frame = this.#enter(f, args, [], this.memory.length);
      if (frame === null) return { kind: "stack" };
      for (;;) {
        if (this.steps++ >= last) return { kind: "steps" };
        const i: Instruction | undefined = frame.block.instructions[frame.index];
        if (i === undefined) {
          const t: Terminator = frame.block.terminator;
          if (t.op === "return") {
            const values: bigint[] = t.values.map((o) => this.#read(frame!, o));
            const caller: Frame | undefined = frames.pop();
            if (caller === undefined) return { kind: "return", values };
            for (let k = 0; k < values.length; k++) caller.values[frame.results[k]!.id] = values[k]!;
            frame = caller;
          } else if (t.op === "trap") {
            const words = t.arguments.map((o) => this.#read(frame!, o));
            return { kind: "trap", message: this.#text(t.message), arguments: words };
          } else this.#go(frame, this.#target(frame, t));
          continue;
        }
        frame.index++;
        if (i.op !== "call") {
          this.#step(frame, i);
          continue;
        }
        const target = this.#callee(this.#read(frame, i.callee));
        const values: bigint[] = i.arguments.map((o) => this.#read(frame!, o));
        const callee: IrFunction | undefined = this.#functions.get(target);
        if (callee === undefined) {
          const results = this.#host.extern?.(target, values, this);
          if (results === undefined) throw new Fault(`nobody provides ${target}`);
          this.#put(frame, i.results, results);
          continue;
        }
        const { parameters } = callee;
        if (parameters.length !== i.arguments.length || parameters.some((p, k) => p.type !== typeOf(i.arguments[k]!)))
          throw new Fault(`${target} is called with another signature`);
        const next: Frame | null = frames.length < 10_000 ? this.#enter(callee, values, i.results, frame.below) : null;
        if (next === null) return { kind: "stack" };
        frames.push(frame);
        frame = next;
      }
    } catch (error) {
      if (error instanceof Fault) return { kind: "fault", why: error.message };
      throw error;
    }
  }

  /** Text of a global: what a trap says. */
  #text(symbol: string): string {
    const g = this.program.globals.find((g) => g.name === symbol);
    return g === undefined ? symbol : new TextDecoder().decode(g.data);
  }

  #enter(f: IrFunction, args: readonly bigint[], results: readonly Value[], above: number): Frame | null {
    const slots = new Map<Slot, bigint>();
    let at = above;
    for (const slot of f.slots) {
      at = Math.floor((at - slot.bytes) / slot.align) * slot.align;
      slots.set(slot, BigInt(at));
    }
    if (at < this.#floor) return null;
    const values: bigint[] = new Array(f.nextValue);
    f.parameters.forEach((p, k) => {
      const value = args[k];
      if (value === undefined) throw new Error(`${f.name} takes ${f.parameters.length} arguments`);
      values[p.id] = BigInt.asUintN(widths[p.type], value);
    });
    return { function: f, block: f.blocks[0]!, index: 0, values, slots, below: at, results };
  }

  #read(frame: Frame, o: Operand): bigint {
    if (o.kind === "constant") return o.bits;
    if (o.kind === "address") return resolve(this.image.addresses, o);
    const value = frame.values[o.id];
    if (value === undefined) throw new Error(`${frame.function.name}: %${o.id} is read before it is made`);
    return value;
  }

  #put(frame: Frame, results: readonly Value[], values: readonly bigint[]): void {
    results.forEach((r, k) => {
      frame.values[r.id] = BigInt.asUintN(widths[r.type], values[k] ?? 0n);
    });
  }

  #callee(address: bigint): string {
    const index = (Number(address) - FUNCTIONS) / FUNCTION_STRIDE;
    const name = this.image.callable[index];
    if (name === undefined) throw new Fault(`calls 0x${address.toString(16)}, where no function is`);
    return name;
  }

  #target(frame: Frame, t: Terminator): Block {
    switch (t.op) {
      case "jump":
        return t.to;
      case "branch":
        return this.#read(frame, t.condition) === 1n ? t.taken : t.otherwise;
      case "switch": {
        const value = this.#read(frame, t.value);
        return t.cases.find((c) => c.bits === value)?.to ?? t.otherwise;
      }
      default:
        throw new Fault("came to the unreachable");
    }
  }

  /** Phis read all their inputs before any of them changes. */
  #go(frame: Frame, to: Block): void {
    if (to.phis.length > 0) {
      const values = to.phis.map((phi) => {
        const input = phi.inputs.get(frame.block);
        if (input === undefined) throw new Error(`${frame.function.name}: a phi has no input for its predecessor`);
        return this.#read(frame, input);
      });
      to.phis.forEach((phi, k) => {
        frame.values[phi.result.id] = values[k]!;
      });
    }
    frame.block = to;
    frame.index = 0;
  }

  /** Checks that an access lies in memory, beyond the null page. */
  #at(address: bigint, bytes: number): number {
    if (address < BigInt(FUNCTIONS) || address + BigInt(bytes) > BigInt(this.memory.length))
      throw new Fault(`accesses ${bytes} bytes at 0x${address.toString(16)}`);
    return Number(address);
  }

  /** Reads a value of a type from memory. */
  load(type: Type, address: bigint): bigint {
    const at = this.#at(address, widths[type] / 8);
    switch (widths[type]) {
      case 8:
        return BigInt(this.#view.getUint8(at));
      case 16:
        return BigInt(this.#view.getUint16(at, true));
      case 32:
        return BigInt(this.#view.getUint32(at, true));
      default:
        return this.#view.getBigUint64(at, true);
    }
  }

  /** Writes a value of a type to memory. */
  store(type: Type, address: bigint, value: bigint): void {
    const at = this.#at(address, widths[type] / 8);
    switch (widths[type]) {
      case 8:
        this.#view.setUint8(at, Number(value));
        return;
      case 16:
        this.#view.setUint16(at, Number(value), true);
        return;
      case 32:
        this.#view.setUint32(at, Number(value), true);
        return;
      default:
        this.#view.setBigUint64(at, value, true);
    }
  }

  #step(frame: Frame, i: Exclude<Instruction, { op: "call" }>): void {
    const values = frame.values;
    switch (i.op) {
      case "binary": {
        const result = evaluateBinary(i.how, i.result.type, this.#read(frame, i.x), this.#read(frame, i.y));
        if (result === null) throw new Fault(`${i.how} has no result`);
        values[i.result.id] = result;
        return;
      }
      case "compare":
        values[i.result.id] = evaluateCompare(i.how, typeOf(i.x), this.#read(frame, i.x), this.#read(frame, i.y))
          ? 1n
          : 0n;
        return;
      case "unary":
        values[i.result.id] = evaluateUnary(i.how, typeOf(i.x), i.result.type, this.#read(frame, i.x));
        return;
      case "select":
        values[i.result.id] = this.#read(frame, this.#read(frame, i.condition) === 1n ? i.x : i.y);
        return;
      case "load":
        values[i.result.id] = this.load(i.result.type, this.#address(frame, i.address, i.offset));
        return;
      case "store":
        this.store(typeOf(i.value), this.#address(frame, i.address, i.offset), this.#read(frame, i.value));
        return;
      case "slot":
        values[i.result.id] = frame.slots.get(i.slot)!;
        return;
      case "copy":
      case "move": {
        const bytes = Number(this.#read(frame, i.bytes));
        if (bytes === 0) return;
        const from = this.#at(this.#read(frame, i.from), bytes);
        const to = this.#at(this.#read(frame, i.to), bytes);
        if (i.op === "copy" && from !== to && Math.abs(from - to) < bytes)
          throw new Fault("copies between overlapping places");
        this.memory.copyWithin(to, from, from + bytes);
        return;
      }
      case "fill": {
        const bytes = Number(this.#read(frame, i.bytes));
        if (bytes === 0) return;
        const to = this.#at(this.#read(frame, i.to), bytes);
        this.memory.fill(Number(this.#read(frame, i.byte)), to, to + bytes);
        return;
      }
      case "atomic": {
        const at = this.#read(frame, i.address);
        const type = i.result.type;
        const old = this.load(type, at);
        this.store(type, at, atomicResult(i.how, type, old, this.#read(frame, i.value)));
        values[i.result.id] = old;
        return;
      }
      case "compareExchange": {
        const at = this.#read(frame, i.address);
        const old = this.load(i.result.type, at);
        if (old === this.#read(frame, i.want)) this.store(i.result.type, at, this.#read(frame, i.to));
        values[i.result.id] = old;
        return;
      }
      case "machine": {
        const args = i.arguments.map((o) => this.#read(frame, o));
        const results = this.#host.machine?.(i.name, args, this);
        if (results === undefined) throw new Fault(`the machine's ${i.name} is not here`);
        this.#put(frame, i.results, results);
        return;
      }
      case "fence":
      case "debug":
      case "declare":
        return;
    }
  }

  #address(frame: Frame, base: Operand, offset: number): bigint {
    return BigInt.asUintN(64, this.#read(frame, base) + BigInt(offset));
  }
}

/** What an atomic operation stores. */
export function atomicResult(how: AtomicOp, type: Type, old: bigint, value: bigint): bigint {
  return how === "swap" ? value : evaluateBinary(how, type, old, value)!;
}
