/**
 * Memory as regions reach it: through a slot that remembers where the base register's last accesses went (cpu/range-slots.ts). What is
 * outside the slot's stretch is looked for in the TLB, by a function that all regions of a module share (slot-miss.ts); what is no plain
 * memory, or not allowed, is the interpreter's, and the region leaves. To V8's optimizing compiler such a call, with everything alive around it, costs
 * more than all else of an access; so an access that is not far from another one, through the same slot and always made before it, has none: it looks
 * into the TLB itself, and where that does not know, it leaves (nearby.ts). Of accesses that belong together (spans.ts) the first asks for all: the others
 * know where they go, or that they have to ask that function.
 */
import type { ValueEmitter } from "../cpu/emit.ts";
import type { Node } from "../cpu/ir.ts";
import { RangeSlot, slotAddress } from "../cpu/range-slots.ts";
import { TLB_ENTRIES, TLB_ENTRY_BYTES, TlbEntry } from "../cpu/tlb.ts";
import { Workspace } from "../cpu/workspace.ts";
import type { Code, Local } from "../formats/wasm.ts";
import type { ValueType } from "../formats/wasm-codes.ts";
import { type AccessBytes, loadValue, storeValue } from "../interpreter/access.ts";
import { AccessKind, accessWord } from "../interpreter/imports.ts";
import type { Action, MemoryAction } from "./action.ts";
import type { Nearby } from "./nearby.ts";
import { type Member, type Span, spansOf } from "./spans.ts";
import type { WaysOut } from "./ways-out.ts";

const ENTRY_SHIFT = Math.log2(TLB_ENTRY_BYTES);

/** Number of the register whose slot is filled at the first miss: stacks are changed seldom, and then for long. */
const RSP = 4;

export interface AccessFrame {
  readonly code: Code;
  readonly ways: WaysOut;
  /** Set of slots. */
  readonly slots: number;
}

/** Of a span whose first access has been made: not 0 if all of it is in its slot's stretch, and where its least address is then. */
interface OpenSpan {
  readonly within: Local;
  readonly host: Local;
}

/** Writes accesses of one block. */
export class Accesses {
  readonly #frame: AccessFrame;
  readonly #values: ValueEmitter;
  /** Leaves before the access's instruction; it gets a writer of what `reachPlain` said: −1 or 0. */
  readonly #giveUp: (access: MemoryAction, pushFault: () => void) => void;

  readonly #nearby: Nearby;

  readonly #members: ReadonlyMap<MemoryAction, Member>;
  readonly #open = new Map<Span, OpenSpan>();

  /** `actions`: all of the block. */
  constructor(
    frame: AccessFrame,
    actions: readonly Action[],
    values: ValueEmitter,
    nearby: Nearby,
    giveUp: (access: MemoryAction, pushFault: () => void) => void,
  ) {
    this.#members = spansOf(actions, frame.slots);
    this.#frame = frame;
    this.#values = values;
    this.#nearby = nearby;
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
    const { code } = this.#frame;
    const member = this.#members.get(access);
    if (member === undefined) {
      this.#probeAlone(access, kind, use, result);
      return;
    }
    const { span, distance } = member;
    let open = this.#open.get(span);
    const linear = code.local("i64");
    const isFirst = open === undefined;
    if (open === undefined) {
      open = { within: code.local("i32"), host: code.local("i32") };
      this.#open.set(span, open);
      this.#values.as64(access.linear);
      code.set(linear);
      this.#ask(member, open, linear);
    }
    const { within, host } = open;
    code.get(within);
    code.hint(true);
    code.if(
      () => {
        code.get(host);
        if (distance !== 0n) {
          code.i32(Number(distance));
          code.op("i32.add");
        }
        use();
      },
      () => {
        if (!isFirst) {
          this.#values.scope(() => this.#values.as64(access.linear));
          code.set(linear);
        }
        this.#missed(
          access,
          kind,
          linear,
          isFirst,
          () => {
            if (isFirst) this.#ask(member, open, linear);
          },
          use,
        );
      },
      result,
    );
    code.release(linear);
    if (span.last !== access) return;
    this.#open.delete(span);
    code.release(within);
    code.release(host);
  }

  /** Whether all of a span is in its slot's stretch. `linear`: of the member. */
  #ask({ span, distance }: Member, { within, host }: OpenSpan, linear: Local): void {
    const { code } = this.#frame;
    const from = code.local("i64");
    code.get(linear);
    code.i64(distance);
    code.op("i64.sub");
    code.i32(0);
    code.memory("i64.load", span.slot + RangeSlot.start);
    code.op("i64.sub");
    code.tee(from);
    code.i32(0);
    code.memory("i64.load", span.slot + RangeSlot.wide);
    code.op("i64.lt_u");
    code.get(from);
    code.i64(span.extent);
    code.op("i64.add");
    code.i32(0);
    code.memory("i64.load", span.slot + RangeSlot.wide);
    code.op("i64.lt_u");
    code.op("i32.and");
    code.set(within);
    code.get(from);
    code.op("i32.wrap_i64");
    code.i32(0);
    code.memory("i32.load", span.slot + RangeSlot.host);
    code.op("i32.add");
    code.set(host);
    code.release(from);
  }

  /** Asks the TLB, leaves if it does not know, and uses the place. `found`: writes what is done when it is known. */
  #missed(
    access: MemoryAction,
    kind: AccessKind,
    linear: Local,
    eager: boolean,
    found: () => void,
    use: () => void,
  ): void {
    const { code, slots } = this.#frame;
    const { bytes, alignment, segment, offset, limited, base } = access;
    if (this.#nearby.follows(access, slotAddress(slots, base, kind !== AccessKind.read))) {
      this.#lookUp(access, kind, linear);
      use();
      return;
    }
    const place = code.local("i32");
    code.i32(slotAddress(slots, base, kind !== AccessKind.read));
    code.get(linear);
    if (offset === access.linear) code.get(linear);
    else this.#values.scope(() => this.#values.as64(offset));
    code.i32(accessWord(bytes, kind, segment, alignment));
    code.call(this.#frame.ways.miss(limited, eager || base === RSP));
    code.tee(place);
    // −1 or 0
    code.i32(1);
    code.op("i32.add");
    code.i32(2);
    code.op("i32.lt_u");
    code.if(() => this.#giveUp(access, () => code.get(place)));
    // Frames that a walk came by are watched from now on.
    for (const { within } of this.#open.values()) {
      code.i32(0);
      code.set(within);
    }
    found();
    code.get(place);
    use();
    code.release(place);
  }

  /** Pushes where the TLB says that plain memory is, or leaves if it does not. */
  #lookUp(access: MemoryAction, kind: AccessKind, linear: Local): void {
    const { code } = this.#frame;
    const { bytes, alignment } = access;
    const low = code.local("i32");
    const entry = code.local("i32");
    code.get(linear);
    code.op("i32.wrap_i64");
    code.tee(low);
    code.i32(12 - ENTRY_SHIFT);
    code.op("i32.shr_u");
    code.i32((TLB_ENTRIES - 1) << ENTRY_SHIFT);
    code.op("i32.and");
    code.i32(0);
    code.memory("i32.load", Workspace.tlbBank);
    code.op("i32.add");
    code.tee(entry);
    code.memory("i64.load", kind === AccessKind.read ? TlbEntry.readTag : TlbEntry.writeTag);
    code.get(linear);
    if (bytes > 1) {
      code.i64(BigInt(bytes - 1));
      code.op("i64.add");
    }
    code.i64(-0x1000n);
    code.op("i64.and");
    code.op("i64.ne");
    if (alignment > 1) {
      code.get(low);
      code.i32(alignment - 1);
      code.op("i32.and");
      code.op("i32.or");
    }
    code.hint(false);
    code.if(() => this.#giveUp(access, () => code.i32(0)));
    code.get(low);
    code.get(entry);
    code.memory("i32.load", TlbEntry.addend);
    code.op("i32.add");
    code.release(low);
    code.release(entry);
  }

  #probeAlone(access: MemoryAction, kind: AccessKind, use: () => void, result?: ValueType): void {
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
      () => this.#missed(access, kind, linear, false, () => {}, use),
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
