/**
 * Memory as regions reach it: through a slot that remembers where the base register's last accesses went (cpu/range-slots.ts). What is
 * outside the slot's stretch is looked for in the TLB, by a function that all regions of a module share (slot-miss.ts); what is no plain
 * memory, or not allowed, is the interpreter's, and the region leaves.
 */
import type { ValueEmitter } from "../cpu/emit.ts";
import type { Node } from "../cpu/ir.ts";
import { RangeSlot, slotAddress } from "../cpu/range-slots.ts";
import { Workspace } from "../cpu/workspace.ts";
import type { Code } from "../formats/wasm.ts";
import type { ValueType } from "../formats/wasm-codes.ts";
import { type AccessBytes, loadValue, storeValue } from "../interpreter/access.ts";
import { AccessKind, accessWord } from "../interpreter/imports.ts";
import type { MemoryAction } from "./action.ts";
import type { WaysOut } from "./ways-out.ts";

/** Number of the register whose slot is filled at the first miss: stacks are changed seldom, and then for long. */
const RSP = 4;

export interface AccessFrame {
  readonly code: Code;
  readonly ways: WaysOut;
  /** Set of slots. */
  readonly slots: number;
}

/** Writes accesses of one block. */
export class Accesses {
  readonly #frame: AccessFrame;
  readonly #values: ValueEmitter;
  /** Leaves before the access's instruction; it gets a writer of what `reachPlain` said: −1 or 0. */
  readonly #giveUp: (access: MemoryAction, pushFault: () => void) => void;

  constructor(frame: AccessFrame, values: ValueEmitter, giveUp: (access: MemoryAction, pushFault: () => void) => void) {
    this.#frame = frame;
    this.#values = values;
    this.#giveUp = giveUp;
  }

  /** Pushes what is there. */
  pushLoad(access: MemoryAction, type: ValueType): void {
    const { code } = this.#frame;
    const load = () => loadValue(code, access.bytes as AccessBytes);
    this.#reach(access, AccessKind.read, load, type);
  }

  /** Pushes where it is, for reading and writing. */
  pushPlace(access: MemoryAction, kind: AccessKind): void {
    this.#reach(access, kind, () => {}, "i32");
  }

  store(access: MemoryAction, value: Node): void {
    const { code } = this.#frame;
    this.#values.keep(value);
    this.#reach(access, AccessKind.write, () => {
      this.#values.dirty(value);
      storeValue(code, access.bytes as AccessBytes);
    });
  }

  /** `use`: with the place on the stack. Written twice: what comes of both ways is then no address, of which V8 would not know that it is one. */
  #reach(access: MemoryAction, kind: AccessKind, use: () => void, result?: ValueType): void {
    const { code, slots } = this.#frame;
    const { bytes, alignment, segment, offset, limited } = access;
    const write = kind !== AccessKind.read;
    const slot = slotAddress(slots, access.base, write);
    const linear = code.local("i64");
    const from = code.local("i64");
    this.#values.as64(access.linear);
    code.tee(linear);
    code.i32(0);
    code.memory("i64.load", slot + RangeSlot.start);
    code.op("i64.sub");
    code.tee(from);
    code.i32(0);
    code.memory("i64.load", slot + (bytes === 1 ? RangeSlot.bytes : RangeSlot.wide));
    code.op("i64.ge_u");
    if (alignment > 1) {
      code.get(linear);
      code.op("i32.wrap_i64");
      code.i32(alignment - 1);
      code.op("i32.and");
      code.op("i32.or");
    }
    if (limited) {
      this.#values.as64(offset);
      code.i64(BigInt(bytes));
      code.op("i64.add");
      code.i32(0);
      code.memory("i64.load", (write ? Workspace.writeEnd : Workspace.readEnd) + 8 * segment);
      code.op("i64.gt_u");
      code.op("i32.or");
    }
    code.hint(false);
    code.if(
      () => {
        const place = code.local("i32");
        code.i32(slot);
        code.get(linear);
        this.#values.scope(() => this.#values.as64(offset));
        code.i32(accessWord(bytes, kind, segment, alignment));
        code.call(this.#frame.ways.miss(limited, access.base === RSP));
        code.tee(place);
        // −1 or 0
        code.i32(1);
        code.op("i32.add");
        code.i32(2);
        code.op("i32.lt_u");
        code.if(() => this.#giveUp(access, () => code.get(place)));
        code.get(place);
        use();
        code.release(place);
      },
      () => {
        code.get(from);
        code.op("i32.wrap_i64");
        code.i32(0);
        code.memory("i32.load", slot + RangeSlot.host);
        code.op("i32.add");
        use();
      },
      result,
    );
    code.release(linear);
    code.release(from);
  }
}
