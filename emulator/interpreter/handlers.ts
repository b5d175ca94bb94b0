/**
 * Handlers by shape. Some are there from the start, the hottest of them as parts of the loop (prepared.ts); the others get
 * a function when the decoder first meets them. New ones wait until a run is complete, then become one small module,
 * because a module's fixed cost (about 0.2 ms) is that of many handlers.
 */

import { lift } from "../cpu/lift.ts";
import type { TimingModel } from "../cpu/timing-models.ts";
import { WasmModule } from "../formats/wasm.ts";
import type { Instruction } from "../isa/instruction.ts";
import type { Runtime } from "./core.ts";
import { asFunction, type Ending, endingOf, writeHandler } from "./handler.ts";
import { importInto } from "./imports.ts";
import type { Shape } from "./loop.ts";
import type { Prepared } from "./prepared.ts";
import { Handler } from "./record.ts";
import { shapeNumber } from "./shape.ts";

export interface HandlerInfo {
  /** Index in the function table, or in the loop's. */
  readonly number: number;
  readonly ending: Ending;
}

export class Handlers {
  /** Of functions: handlers by number, and regions (translator/cache.ts). */
  readonly table = new WebAssembly.Table({ element: "anyfunc", initial: 1024 });
  readonly #byShape = new Map<number, HandlerInfo>();
  /** By number less Handler.first. */
  readonly #shapes: number[] = [];
  #pending: Shape[] = [];
  #next: number = Handler.first;
  /** What modules of handlers, and of regions, import. */
  readonly imports: WebAssembly.Imports;
  readonly #helperNumber: (name: string) => number;
  readonly #timing: TimingModel;
  /** Executes from a record on until something is to be done. */
  readonly run: (record: number) => void;
  /** See quick/deliver.ts. */
  readonly deliver: (vector: number, software: number, errorCode: number, rip: bigint, resumes: number) => number;
  /** The head for the RIP in the state: from the lookup table or found; 0 after a fault. */
  readonly lookup: (op: number) => number;

  constructor(
    memory: WebAssembly.Memory,
    runtime: Runtime,
    helperNumber: (name: string) => number,
    prepared: Prepared,
    timing: TimingModel,
  ) {
    this.#timing = timing;
    this.#helperNumber = helperNumber;
    const shared = { memory, table: this.table };
    const core = new WebAssembly.Instance(new WebAssembly.Module(prepared.core), {
      cor: { ...shared, ...(runtime as unknown as Record<string, WebAssembly.ImportValue>) },
    });
    this.imports = { cor: { ...shared, ...core.exports } };
    this.lookup = core.exports.lookup as Handlers["lookup"];
    this.deliver = core.exports.deliver as Handlers["deliver"];
    for (const { shape, ending } of prepared.shapes) this.#add(shape, ending);
    this.#makeRoom();
    this.run = this.#instantiate(prepared.module).exports.run as (record: number) => void;
  }

  /** The handler of an instruction's shape; usable after the next `compile`. */
  of(instruction: Instruction): HandlerInfo {
    const shape = shapeNumber(instruction);
    const known = this.#byShape.get(shape);
    if (known !== undefined) return known;
    const block = lift(instruction);
    this.#pending.push({ instruction, block });
    return this.#add(shape, endingOf(block));
  }

  #add(shape: number, ending: Ending): HandlerInfo {
    const info = { number: this.#next++, ending };
    this.#byShape.set(shape, info);
    this.#shapes.push(shape);
    return info;
  }

  /** The handler of a shape, if there is one. */
  numberOf(shape: number): number | null {
    return this.#byShape.get(shape)?.number ?? null;
  }

  shapeOf(number: number): number {
    return this.#shapes[number - Handler.first]!;
  }

  /** Makes the handlers that were asked for since the last time. */
  compile(): void {
    if (this.#pending.length === 0) return;
    this.#makeRoom();
    const module = new WasmModule();
    const shared = importInto(module);
    const functions = this.#pending.map(({ instruction, block }) =>
      module.func(instruction.row.mnemonic, ["i32"], ["i32"], (code, op) =>
        writeHandler(asFunction(code, op!, shared), instruction, block, this.#helperNumber, this.#timing),
      ),
    );
    module.element(this.#next - functions.length, functions);
    this.#pending = [];
    this.#instantiate(module.encode());
  }

  #makeRoom(): void {
    if (this.#next > this.table.length) this.table.grow(Math.max(1024, this.#next - this.table.length));
  }

  #instantiate(module: Uint8Array<ArrayBuffer>): WebAssembly.Instance {
    return new WebAssembly.Instance(new WebAssembly.Module(module), this.imports);
  }
}
