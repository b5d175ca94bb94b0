/**
 * One handler: the IR of a shape as WebAssembly that runs over a record. A handler is a function (record) → next record: the
 * record behind its own, the head of another run, or 0 to hand control back to TypeScript.
 */

import { REPEAT_TICKS } from "../cpu/cost.ts";
import { ValueEmitter, valueType } from "../cpu/emit.ts";
import { Exit } from "../cpu/exits.ts";
import { type Block, type Node, type Statement, some } from "../cpu/ir.ts";
import { schedule } from "../cpu/schedule.ts";
import { stateFields } from "../cpu/state.ts";
import type { TimingModel } from "../cpu/timing-models.ts";
import { USED_UP, Workspace } from "../cpu/workspace.ts";
import type { Code, FunctionRef, Local } from "../formats/wasm.ts";
import { CS, type Instruction } from "../isa/instruction.ts";
import {
  type AccessBytes,
  type Frame,
  loadValue,
  probeStore,
  pushReach,
  type Segment,
  store,
  storeModified,
} from "./access.ts";
import { bulkOf } from "./bulk.ts";
import { AccessKind, quickWays, type Shared } from "./imports.ts";
import { pushLookup } from "./lookup.ts";
import { Places } from "./places.ts";
import { Link, Op, RECORD_BYTES } from "./record.ts";
import { memoryOperand, segmentOf, usesBase } from "./shape.ts";

/**
 * How an instruction ends its run: it does not ("none"); it goes elsewhere itself, or leaves, and nothing follows it in its
 * run ("itself"); nothing may follow it in its run, but it falls through, to a tail ("tail").
 */
export const endings = ["none", "itself", "tail"] as const;
export type Ending = (typeof endings)[number];

export function endingOf(block: Block): Ending {
  const last = block.some(
    (s) => s.do === "jump" || s.do === "branch" || s.do === "endRun" || s.do === "transferred" || s.do === "fault",
  );
  if (last) return "itself";
  return some(block, (s) => s.do === "repeat") ? "tail" : "none";
}

/** Where a handler is written: as a function of its own, or in the middle of the loop (loop.ts). */
export type Surroundings = Pick<Frame, "code" | "shared" | "op" | "leave" | "goOn" | "fallThrough">;

/** A function (record) → next record. */
export const asFunction = (code: Code, op: Local, shared: Shared): Surroundings => ({
  code,
  op,
  shared,
  leave: () => {
    code.i32(0);
    code.op("return");
  },
  goOn: () => code.op("return"),
  fallThrough: () => {
    code.get(op);
    code.i32(RECORD_BYTES);
    code.op("i32.add");
  },
});

/** Writes what a shape's handler does. */
export function writeHandler(
  surroundings: Surroundings,
  instruction: Instruction,
  block: Block,
  helperNumber: (name: string) => number,
  timing: TimingModel = "simple",
): void {
  const based = usesBase(segmentOf(instruction, memoryOperand(instruction)));
  const frame: Frame = { ...surroundings, mode: instruction.mode, based };
  new HandlerWriter(frame, instruction, block, helperNumber, timing).write();
}

class HandlerWriter {
  readonly #frame: Frame;
  readonly #code: Code;
  readonly #instruction: Instruction;
  readonly #block: Block;
  readonly #places: Places;
  readonly #values: ValueEmitter;
  readonly #helperNumber: (name: string) => number;
  readonly #exact: boolean;
  /** Where `modify` values came from. */
  readonly #modified = new Map<Node, Local>();

  constructor(
    frame: Frame,
    instruction: Instruction,
    block: Block,
    helperNumber: (name: string) => number,
    timing: TimingModel,
  ) {
    this.#exact = timing === "exact";
    this.#frame = frame;
    this.#code = frame.code;
    this.#instruction = instruction;
    this.#block = block;
    this.#helperNumber = helperNumber;
    this.#places = new Places(frame, instruction);
    this.#values = new ValueEmitter(
      frame.code,
      {
        readPlace: (place) => this.#places.read(place),
        load: (node) => this.#load(node),
        mulHighUnsigned: frame.shared.mulHighUnsigned,
        mulHighSigned: frame.shared.mulHighSigned,
      },
      schedule(block),
    );
  }

  write(): void {
    this.#statements(this.#block);
    this.#frame.fallThrough();
    this.#values.release();
    for (const place of this.#modified.values()) this.#code.release(place);
  }

  #statements(block: Block): void {
    for (const s of block) this.#statement(s);
  }

  #statement(s: Statement): void {
    const code = this.#code;
    const { op, shared } = this.#frame;
    switch (s.do) {
      case "let":
        this.#let(s.node);
        break;
      case "write":
        this.#places.write(s.place, {
          dirty: () => this.#values.dirty(s.value),
          as64: () => this.#values.as64(s.value),
        });
        break;
      case "store":
        this.#store(s);
        break;
      case "probe":
        this.#withOffset(s.where.offset, (offset) =>
          probeStore(this.#frame, this.#segment(s.where.segment), offset, s.bits / 8, s.where.alignment),
        );
        break;
      case "if":
        this.#values.dirty(s.condition);
        code.if(() => this.#statements(s.yes), s.no.length === 0 ? undefined : () => this.#statements(s.no));
        break;
      case "fault":
        code.get(op);
        code.i32(s.vector);
        if (s.errorCode === null) code.i32(-1);
        else this.#values.clean(s.errorCode);
        code.call(shared.raise);
        this.#frame.leave();
        break;
      case "checkJump":
        this.#checkJump(s.target);
        break;
      case "jump":
        this.#jump(s.target);
        break;
      case "branch":
        this.#branch(s.condition);
        break;
      case "endRun":
        this.#endRun(shared.endRun);
        break;
      case "transferred":
        // Under a condition, the rest of the run has been charged but is not executed: TypeScript takes it off.
        if (this.#block.includes(s)) this.#endRun(shared.transferred);
        else this.#exit(Exit.transferred);
        break;
      case "repeat":
        this.#repeat(s);
        break;
    }
  }

  #let(node: Node): void {
    if (node.op === "helper") this.#helper(node);
    else this.#values.define(node);
  }

  #segment(segment: number | "override" | "operand"): Segment {
    return typeof segment === "number" ? segment : "record";
  }

  /** Gives an i64 local that holds the offset. */
  #withOffset(offset: Node, use: (offset: Local) => void): void {
    const local = this.#code.local("i64");
    this.#values.as64(offset);
    this.#code.set(local);
    use(local);
    this.#code.release(local);
  }

  #load(node: Extract<Node, { op: "load" | "modify" }>): void {
    const code = this.#code;
    const bytes = (node.bits / 8) as AccessBytes;
    this.#withOffset(node.where.offset, (offset) => {
      const kind = node.op === "load" ? AccessKind.read : AccessKind.modify;
      pushReach(this.#frame, this.#segment(node.where.segment), offset, bytes, kind, node.where.alignment);
    });
    if (node.op === "modify") {
      const place = code.local("i32");
      this.#modified.set(node, place);
      code.tee(place);
    }
    loadValue(code, bytes);
  }

  #store(s: Extract<Statement, { do: "store" }>): void {
    const code = this.#code;
    const bytes = (s.value.bits / 8) as AccessBytes;
    if (s.modify !== null) {
      storeModified(this.#frame, this.#modified.get(s.modify)!, bytes, () => this.#values.dirty(s.value));
      return;
    }
    const value = code.local(valueType(s.value.bits));
    this.#values.dirty(s.value);
    code.set(value);
    this.#withOffset(s.where.offset, (offset) =>
      store(this.#frame, this.#segment(s.where.segment), offset, bytes, value, s.where.alignment),
    );
    code.release(value);
  }

  #helper(node: Extract<Node, { op: "helper" }>): void {
    const code = this.#code;
    let at = Workspace.helperArguments;
    for (const argument of node.args) {
      code.i32(0);
      if (argument.bits === 128) {
        this.#values.dirty(argument);
        code.simdMemory("v128.store", at);
        at += 16;
      } else {
        this.#values.as64(argument);
        code.memory("i64.store", at);
        at += 8;
      }
    }
    const callHelper = () => {
      code.get(this.#frame.op);
      code.i32(this.#helperNumber(node.name));
      code.call(this.#frame.shared.helper);
      code.op("i32.eqz");
      code.if(() => this.#frame.leave());
    };
    const quick = quickWays[node.name];
    if (quick === undefined) callHelper();
    else {
      code.get(this.#frame.op);
      code.call(this.#frame.shared[quick]);
      code.op("i32.eqz");
      code.if(callHelper);
    }
    if (!this.#values.isUsed(node)) return;
    code.i32(0);
    switch (node.bits) {
      case 128:
        code.simdMemory("v128.load", Workspace.helperResult);
        break;
      case 64:
        code.memory("i64.load", Workspace.helperResult);
        break;
      case 32:
        code.memory("i32.load", Workspace.helperResult);
        break;
      case 16:
        code.memory("i32.load16_u", Workspace.helperResult);
        break;
      default:
        code.memory("i32.load8_u", Workspace.helperResult);
    }
    if (node.bits === 1) {
      code.i32(1);
      code.op("i32.and");
    }
    this.#values.setLocal(node);
  }

  #endRun(how: FunctionRef): void {
    this.#code.get(this.#frame.op);
    this.#code.call(how);
    this.#frame.goOn();
  }

  #exit(reason: number): void {
    this.#code.get(this.#frame.op);
    this.#code.i32(reason);
    this.#code.call(this.#frame.shared.leave);
    this.#frame.leave();
  }

  /** Leaves with the fault unless the target (i64 local) is in the limit, or canonical. */
  #checkTarget(target: Local): void {
    const code = this.#code;
    code.get(target);
    if (this.#frame.mode === 64) {
      code.i64(16n);
      code.op("i64.shl");
      code.i64(16n);
      code.op("i64.shr_s");
      code.get(target);
      code.op("i64.ne");
    } else {
      code.i32(0);
      code.memory("i64.load32_u", stateFields.segmentLimit.offset + 4 * CS);
      code.op("i64.gt_u");
    }
    code.if(() => {
      code.get(this.#frame.op);
      code.get(target);
      code.call(this.#frame.shared.checkJump);
      code.op("i32.eqz");
      code.if(() => this.#frame.leave());
    });
  }

  #checkJump(target: Node): void {
    this.#withOffset(target, (local) => this.#checkTarget(local));
  }

  #jump(target: Node): void {
    const code = this.#code;
    if (this.#exact && this.#instruction.row.cost.startsWith("call")) {
      code.get(this.#frame.op);
      code.call(this.#frame.shared.noteCall);
    }
    if (target.op === "read" && target.place.kind === "target") {
      this.#followLink(Op.taken, () => this.#values.as64(target));
      return;
    }
    const isReturn = this.#instruction.row.cost === "ret";
    this.#withOffset(target, (local) => {
      this.#checkTarget(local);
      if (this.#exact) {
        const { predictJump, predictReturn } = this.#frame.shared;
        code.get(this.#frame.op);
        code.get(local);
        code.call(isReturn ? predictReturn : predictJump);
      } else if (isReturn) {
        code.get(this.#frame.op);
        code.memory("i32.load8_u", Op.scale);
        code.if(() => this.#noteJump(local));
      } else this.#noteJump(local);
      code.i32(0);
      code.get(local);
      code.memory("i64.store", stateFields.rip.offset);
    });
    pushLookup(code, () => {
      code.get(this.#frame.op);
      code.call(this.#frame.shared.lookup);
    });
    this.#frame.goOn();
  }

  /** Exact timing, which is never translated, does not. */
  #noteJump(target: Local): void {
    const code = this.#code;
    code.i32(0);
    code.memory("i32.load", stateFields.rip.offset);
    code.get(this.#frame.op);
    code.memory("i32.load16_u", Op.end);
    code.op("i32.add");
    code.get(target);
    code.call(this.#frame.shared.noteJump);
  }

  #branch(condition: Node | null): void {
    const bits = this.#instruction.operandSize;
    const taken = () => this.#followLink(Op.taken, () => this.#pushPlace64({ kind: "target", bits }, bits));
    if (condition === null) {
      taken();
      return;
    }
    this.#values.dirty(condition);
    if (this.#exact) {
      const decided = this.#code.local("i32");
      this.#code.op("i32.eqz");
      this.#code.op("i32.eqz");
      this.#code.set(decided);
      this.#code.get(this.#frame.op);
      this.#code.get(decided);
      this.#code.call(this.#frame.shared.predictBranch);
      this.#code.get(decided);
      this.#code.release(decided);
    }
    this.#code.if(taken);
    this.#followLink(Op.next, () => this.#pushPlace64({ kind: "nextRip" }, 64));
  }

  #pushPlace64(place: Parameters<Places["read"]>[0], bits: number): void {
    this.#places.read(place);
    if (bits !== 64) this.#code.op("i64.extend_i32_u");
  }

  /** Goes to where a link of the record leads; `pushTarget` pushes the RIP there as i64. */
  #followLink(link: number, pushTarget: () => void): void {
    const code = this.#code;
    const { op, shared } = this.#frame;
    const head = code.local("i32");
    code.get(op);
    code.memory("i32.load", link);
    code.tee(head);
    code.i32(Link.lookup);
    code.op("i32.gt_u");
    code.if(() => {
      code.i32(0);
      pushTarget();
      code.memory("i64.store", stateFields.rip.offset);
      code.get(head);
      this.#frame.goOn();
    });
    code.get(op);
    code.get(op);
    code.i32(link);
    code.op("i32.add");
    pushTarget();
    code.call(shared.follow);
    this.#frame.goOn();
    code.release(head);
  }

  /**
   * The first iteration is paid for with the run. Before each further one the budget is asked as for an instruction
   * (Workspace.left); it costs one instruction, and the ticks in the record's displacement field. `REPEAT_TICKS` come when it is complete.
   */
  #repeat(s: Extract<Statement, { do: "repeat" }>): void {
    const code = this.#code;
    const left = code.local("i64");
    const wide = s.counter.kind === "register" && s.counter.register.bits === 64;
    const pushCounter = () => this.#places.read(s.counter);
    const isZero = () => code.op(wide ? "i64.eqz" : "i32.eqz");
    code.block((done) => {
      pushCounter();
      isZero();
      code.brIf(done);
      code.loop((again) => {
        this.#statements(s.body);
        this.#places.write(s.counter, {
          dirty: () => this.#pushLess(s.counter, wide),
          as64: () => {
            this.#pushLess(s.counter, wide);
            if (!wide) code.op("i64.extend_i32_u");
          },
        });
        if (s.until !== null) {
          this.#values.dirty(s.until);
          code.brIf(done);
        }
        pushCounter();
        isZero();
        code.brIf(done);
        const bulk = bulkOf(this.#instruction);
        if (bulk !== null) {
          code.get(this.#frame.op);
          code.i32(bulk.shift);
          code.call(this.#frame.shared[bulk.name]);
          pushCounter();
          isZero();
          code.brIf(done);
        }
        code.i32(0);
        code.memory("i64.load", Workspace.left);
        code.i64(1n << 32n);
        code.op("i64.sub");
        code.tee(left);
        code.i64(USED_UP);
        code.op("i64.and");
        code.op("i64.eqz");
        code.if(() => {
          code.i32(0);
          code.get(left);
          code.get(this.#frame.op);
          code.memory("i64.load32_u", Op.displacement);
          code.op("i64.sub");
          code.memory("i64.store", Workspace.left);
          code.br(again);
        });
        this.#exit(Exit.repeat);
      });
    });
    code.i32(0);
    code.i32(0);
    code.memory("i64.load", Workspace.left);
    code.i64(BigInt(REPEAT_TICKS));
    code.op("i64.sub");
    code.memory("i64.store", Workspace.left);
    code.release(left);
  }

  #pushLess(counter: Extract<Statement, { do: "repeat" }>["counter"], wide: boolean): void {
    this.#places.read(counter);
    if (wide) this.#code.i64(-1n);
    else this.#code.i32(-1);
    this.#code.op(wide ? "i64.add" : "i32.add");
  }
}
