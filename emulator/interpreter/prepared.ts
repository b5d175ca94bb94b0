/**
 * The part of the interpreter that can be made ahead of time: the core module (core.ts), and one module with the loop, in which the hot shapes are cases,
 * and a function for each common shape (hot-shapes.ts). It depends on Cor's sources alone, so whoever starts machines often
 * keeps the bytes in a cache; making them takes a few hundred milliseconds, using them a few.
 *
 * Form of the bytes, little-endian: u32 number of shapes, u32 length of the core module, per shape u32 shape number and u32 index in
 * `endings`, then the two modules. Handlers are numbered in this order from Handler.first on.
 */

import { lift } from "../cpu/lift.ts";
import type { TimingModel } from "../cpu/timing-models.ts";
import { WasmModule } from "../formats/wasm.ts";
import type { Instruction } from "../isa/instruction.ts";
import { coreModule } from "./core.ts";
import { asFunction, type Ending, endingOf, endings, writeHandler } from "./handler.ts";
import { commonShapes, hotShapes } from "./hot-shapes.ts";
import { importInto } from "./imports.ts";
import { type Shape, writeLoop, writeRun } from "./loop.ts";
import { Handler } from "./record.ts";
import { shapeNumber } from "./shape.ts";

export interface Prepared {
  readonly core: Uint8Array<ArrayBuffer>;
  readonly shapes: readonly { readonly shape: number; readonly ending: Ending }[];
  /** Exports run(record); puts the handlers of common shapes into the table. */
  readonly module: Uint8Array<ArrayBuffer>;
}

/** `hot` and `common`: distinct shapes. */
export function prepare(
  helperNumber: (name: string) => number,
  hot: readonly Instruction[] = hotShapes(),
  common: readonly Instruction[] = commonShapes(),
  timing: TimingModel = "simple",
): Prepared {
  const meaning = (instruction: Instruction): Shape => ({ instruction, block: lift(instruction) });
  const [cases, others] = [hot.map(meaning), common.map(meaning)];
  const module = new WasmModule();
  const shared = importInto(module);
  module.export("run", writeRun(module, shared, writeLoop(module, shared, cases, helperNumber, timing)));
  const functions = others.map(({ instruction, block }) =>
    module.func(instruction.row.mnemonic, ["i32"], ["i32"], (code, op) =>
      writeHandler(asFunction(code, op!, shared), instruction, block, helperNumber, timing),
    ),
  );
  if (functions.length > 0) module.element(Handler.first + cases.length, functions);
  return {
    core: coreModule(),
    shapes: [...cases, ...others].map(({ instruction, block }) => ({
      shape: shapeNumber(instruction),
      ending: endingOf(block),
    })),
    module: module.encode(),
  };
}

export function encodePrepared({ core, shapes, module }: Prepared): Uint8Array {
  const modules = HEADER_BYTES + SHAPE_BYTES * shapes.length;
  const bytes = new Uint8Array(modules + core.length + module.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, shapes.length, true);
  view.setUint32(4, core.length, true);
  for (const [i, { shape, ending }] of shapes.entries()) {
    view.setUint32(HEADER_BYTES + SHAPE_BYTES * i, shape, true);
    view.setUint32(HEADER_BYTES + SHAPE_BYTES * i + 4, endings.indexOf(ending), true);
  }
  bytes.set(core, modules);
  bytes.set(module, modules + core.length);
  return bytes;
}

const HEADER_BYTES = 8;
const SHAPE_BYTES = 8;

export function decodePrepared(bytes: Uint8Array): Prepared {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const count = view.getUint32(0, true);
  const shapes = Array.from({ length: count }, (_, i) => ({
    shape: view.getUint32(HEADER_BYTES + SHAPE_BYTES * i, true),
    ending: endings[view.getUint32(HEADER_BYTES + SHAPE_BYTES * i + 4, true)]!,
  }));
  const core = HEADER_BYTES + SHAPE_BYTES * count;
  const module = core + view.getUint32(4, true);
  const piece = (from: number, to?: number) => bytes.slice(from, to) as Uint8Array<ArrayBuffer>;
  return { core: piece(core, module), shapes, module: piece(module) };
}
