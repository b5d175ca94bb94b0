/**
 * The loop from record to record. The handlers of the hottest shapes are written into it as cases of one br_table, so that a hot
 * path never leaves the function; all others are called through the function table. The number of cases is a balance: a handler in
 * the loop takes about half as long as one that is called, but fifty more cases make all of them two or three per cent slower.
 */

import { Exit } from "../cpu/exits.ts";
import type { Block } from "../cpu/ir.ts";
import type { TimingModel } from "../cpu/timing-models.ts";
import { USED_UP, Workspace } from "../cpu/workspace.ts";
import type { Code, FunctionRef, Label, Local, WasmModule } from "../formats/wasm.ts";
import type { Instruction } from "../isa/instruction.ts";
import { writeHandler } from "./handler.ts";
import type { Shared } from "./imports.ts";
import { Handler, Head, Op, RECORD_BYTES } from "./record.ts";

/** A shape: an instruction that has it, and its meaning. */
export interface Shape {
  readonly instruction: Instruction;
  readonly block: Block;
}

/** Writes run(record): the loop, again and again while what ends it is a fault whose handler can be entered at once. */
export function writeRun(module: WasmModule, shared: Shared, loop: FunctionRef): FunctionRef {
  return module.func("run", ["i32"], [], (code, op) => {
    code.loop((again) => {
      code.get(op!);
      code.call(loop);
      code.call(shared.deliverFault);
      code.tee(op!);
      code.brIf(again);
    });
  });
}

/** Writes loop(record). `inlined`: the shapes whose handlers have the numbers from `Handler.first` on. */
export function writeLoop(
  module: WasmModule,
  shared: Shared,
  inlined: readonly Shape[],
  helperNumber: (name: string) => number,
  timing: TimingModel = "simple",
): FunctionRef {
  return module.func("loop", ["i32"], [], (code, op) => {
    code.block((done) => {
      code.loop((next) => {
        const writeCase = ({ instruction, block }: Shape) =>
          writeHandler(insideLoop(code, op!, shared, next, done), instruction, block, helperNumber, timing);
        code.block((indirect) => {
          code.block((uncounted) => {
            code.block((enter) => {
              nest(code, inlined, [], writeCase, (cases) => {
                pushHandler(code, op!);
                const table: Label[] = new Array(Handler.first).fill(indirect);
                table[Handler.enter] = enter;
                table[Handler.enterUncounted] = uncounted;
                code.brTable([...table, ...cases], indirect);
              });
            });
            writeCount(code, op!, next, shared);
          });
          writeEnter(code, op!, next, shared);
          code.br(done);
        });
        code.get(op!);
        pushHandler(code, op!);
        code.callIndirect(["i32"], ["i32"]);
        code.tee(op!);
        code.brIf(next);
      });
    });
  });
}

function pushHandler(code: Code, op: Local): void {
  code.get(op);
  code.memory("i32.load", Op.handler);
}

/** Blocks around blocks: the innermost dispatches, and behind the end of each stands its case. */
function nest(
  code: Code,
  shapes: readonly Shape[],
  labels: readonly Label[],
  writeCase: (shape: Shape) => void,
  dispatch: (labels: readonly Label[]) => void,
): void {
  const last = shapes.at(-1);
  if (last === undefined) {
    dispatch(labels);
    return;
  }
  code.block((label) => nest(code, shapes.slice(0, -1), [label, ...labels], writeCase, dispatch));
  writeCase(last);
}

/** A handler in the loop: the next record is put into `op`, and the loop goes round. */
const insideLoop = (code: Code, op: Local, shared: Shared, next: Label, done: Label) => ({
  code,
  op,
  shared,
  leave: () => code.br(done),
  goOn: () => {
    code.tee(op);
    code.brIf(next);
    code.br(done);
  },
  fallThrough: () => {
    code.get(op);
    code.i32(RECORD_BYTES);
    code.op("i32.add");
    code.set(op);
    code.br(next);
  },
});

/** A head record whose entries are counted: at the last one that the count allows, somebody thinks about translating it. */
function writeCount(code: Code, op: Local, next: Label, shared: Shared): void {
  const heat = code.local("i32");
  code.get(op);
  code.get(op);
  code.memory("i32.load", Head.heat);
  code.i32(1);
  code.op("i32.sub");
  code.tee(heat);
  code.memory("i32.store", Head.heat);
  code.get(heat);
  code.op("i32.eqz");
  code.if(() => {
    code.get(op);
    code.call(shared.hot);
    code.brIf(next);
  });
  code.release(heat);
}

/** A head record: pays for the run and goes on with its first instruction, or leaves when the budget does not suffice. */
function writeEnter(code: Code, op: Local, next: Label, shared: Shared): void {
  const left = code.local("i64");
  code.i32(0);
  code.memory("i64.load", Workspace.left);
  code.get(op);
  code.memory("i64.load", Head.charge);
  code.op("i64.sub");
  code.tee(left);
  code.i64(USED_UP);
  code.op("i64.and");
  code.op("i64.eqz");
  code.if(() => {
    code.i32(0);
    code.get(left);
    code.memory("i64.store", Workspace.left);
    code.get(op);
    code.i32(RECORD_BYTES);
    code.op("i32.add");
    code.set(op);
    code.br(next);
  });
  code.get(op);
  code.i32(Exit.budget);
  code.call(shared.leave);
  code.release(left);
}
