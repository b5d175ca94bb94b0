/**
 * Reads memory by linear address the way a debugger must: through the guest's page tables, and without leaving a trace.
 * No accessed bit is set, no translation is cached, nothing faults, and no device is read.
 */
import { Cr0, Cr4, Efer } from "../cpu/control-bits.ts";
import type { StateView } from "../cpu/state.ts";
import type { Memory } from "../memory.ts";

const PAGE = 4096n;
const PRESENT = 1n;
/** PS: the entry maps a large page. */
const LARGE = 1n << 7n;
/** Physical addresses in entries of 8 bytes: bits 51–12. */
const FRAME = 0xf_ffff_ffff_f000n;

/** What `peek` needs of a machine. */
export interface Peekable {
  readonly state: StateView;
  readonly memory: Memory;
}

/** The bytes at a linear address, as many of `count` as are mapped to RAM or ROM in one piece. */
export function peek(machine: Peekable, linear: bigint, count: number): Uint8Array {
  const bytes = new Uint8Array(count);
  for (let done = 0; done < count; ) {
    const address = linear + BigInt(done);
    const part = Math.min(count - done, Number(PAGE - (address % PAGE)));
    const physical = translate(machine, address);
    if (physical === null || machine.memory.locate(Number(physical)) === 0) return bytes.subarray(0, done);
    machine.memory.read(Number(physical), bytes.subarray(done, done + part));
    done += part;
  }
  return bytes;
}

/** The physical address that a linear one means, or null where no page is. (SDM vol. 3, 4.3 to 4.5) */
export function translate({ state, memory }: Peekable, linear: bigint): bigint | null {
  const a20 = state.get64("a20Mask");
  const [cr0, cr4, efer] = [state.get64("cr0"), state.get64("cr4"), state.get64("efer")];
  if ((cr0 & Cr0.PG) === 0n) return linear & 0xffff_ffffn & a20;
  const entry = (table: bigint, index: bigint, bytes: 4 | 8): bigint => {
    const physical = Number((table + index * BigInt(bytes)) & a20);
    if (memory.locate(physical) === 0) return 0n;
    const view = new DataView(new ArrayBuffer(8));
    memory.read(physical, new Uint8Array(view.buffer, 0, bytes));
    return view.getBigUint64(0, true);
  };
  const cr3 = state.get64("cr3");
  if ((cr4 & Cr4.PAE) === 0n) {
    const directory = entry(cr3 & 0xffff_f000n, (linear >> 22n) & 0x3ffn, 4);
    if ((directory & PRESENT) === 0n) return null;
    if ((directory & LARGE) !== 0n && (cr4 & Cr4.PSE) !== 0n) {
      // PSE-36: bits 20–13 are address bits 39–32.
      return ((directory & 0xffc0_0000n) | (((directory >> 13n) & 0xffn) << 32n) | (linear & 0x3f_ffffn)) & a20;
    }
    const page = entry(directory & 0xffff_f000n, (linear >> 12n) & 0x3ffn, 4);
    return (page & PRESENT) === 0n ? null : ((page & 0xffff_f000n) | (linear & 0xfffn)) & a20;
  }
  let shift = (cr4 & Cr4.LA57) !== 0n ? 48n : 39n;
  let table = cr3 & FRAME;
  if ((efer & Efer.LMA) === 0n) {
    // The first level is in four registers, whatever has been written to memory since (4.4.1).
    const register = state.get64("pdpte", Number((linear >> 30n) & 3n));
    if ((register & PRESENT) === 0n) return null;
    shift = 21n;
    table = register & FRAME;
  }
  for (; ; shift -= 9n) {
    const found = entry(table, (linear >> shift) & 0x1ffn, 8);
    if ((found & PRESENT) === 0n) return null;
    const mayBeLarge = shift === 21n || shift === 30n;
    if (shift === 12n || (mayBeLarge && (found & LARGE) !== 0n)) {
      const inside = (1n << shift) - 1n;
      return ((found & FRAME & ~inside) | (linear & inside)) & a20;
    }
    table = found & FRAME;
  }
}
