/**
 * Memory as regions reach it: everything that concerns the inline probe of the TLB (cpu/tlb.ts). What the probe does not find,
 * `reachPlain` may; what is no plain memory, or not allowed, is the interpreter's, and the region leaves.
 */
import type { ValueEmitter } from "../cpu/emit.ts";
import { TLB_ENTRIES, TlbEntry } from "../cpu/tlb.ts";
import { Workspace } from "../cpu/workspace.ts";
import type { Code, Local } from "../formats/wasm.ts";
import { AccessKind, accessWord } from "../interpreter/imports.ts";
import type { MemoryAction } from "./action.ts";
import type { RegionImports } from "./ways-out.ts";

const entryMask = (TLB_ENTRIES - 1) << 5;
const pageMask = -0x1000n;

/** What accesses of a region have in common. */
export interface AccessFrame {
  readonly code: Code;
  readonly imports: RegionImports;
  /** Address of the TLB bank. */
  readonly bank: Local;
}

/** Pushes where the bytes are. `giveUp` leaves before the instruction; it gets a writer of what `reachPlain` said: −1 or 0. */
export function pushPlace(
  { code, imports, bank }: AccessFrame,
  values: ValueEmitter,
  access: MemoryAction,
  kind: AccessKind,
  giveUp: (pushFault: () => void) => void,
): void {
  const { bytes, alignment, segment, offset } = access;
  const linear = code.local("i64");
  const low = code.local("i32");
  const entry = code.local("i32");
  values.as64(access.linear);
  code.tee(linear);
  code.op("i32.wrap_i64");
  code.tee(low);
  code.i32(7);
  code.op("i32.shr_u");
  code.i32(entryMask);
  code.op("i32.and");
  code.get(bank);
  code.op("i32.add");
  code.tee(entry);
  code.memory("i64.load", kind === AccessKind.read ? TlbEntry.readTag : TlbEntry.writeTag);
  code.get(linear);
  // What is aligned to its size crosses no page, and its low bits are those of a tag.
  const isAligned = alignment >= bytes;
  if (bytes > 1 && !isAligned) {
    code.i64(BigInt(bytes - 1));
    code.op("i64.add");
  }
  code.i64(isAligned ? pageMask | BigInt(alignment - 1) : pageMask);
  code.op("i64.and");
  code.op("i64.ne");
  if (access.limited) {
    values.as64(offset);
    code.i64(BigInt(bytes));
    code.op("i64.add");
    code.i32(0);
    code.memory("i64.load", (kind === AccessKind.read ? Workspace.readEnd : Workspace.writeEnd) + 8 * segment);
    code.op("i64.gt_u");
    code.op("i32.or");
  }
  code.hint(false);
  code.if(
    () => {
      values.scope(() => values.as64(offset));
      code.i32(accessWord(bytes, kind, segment, alignment));
      code.call(imports.reachPlain);
      code.tee(entry);
      // −1 or 0
      code.i32(1);
      code.op("i32.add");
      code.i32(2);
      code.op("i32.lt_u");
      code.if(() => giveUp(() => code.get(entry)));
      code.get(entry);
    },
    () => {
      code.get(low);
      code.get(entry);
      code.memory("i32.load", TlbEntry.addend);
      code.op("i32.add");
    },
    "i32",
  );
  code.release(linear);
  code.release(low);
  code.release(entry);
}
