/**
 * The TLB is invisible: after any sequence of accesses, changes of tables and changes of the address space it holds nothing that a
 * walk of the tables in memory would not give. The walk here is the test's own.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Bus } from "../bus.ts";
import { Log } from "../log.ts";
import { MiB } from "../map.ts";
import { FrameFlag, Memory, RAM_BASE } from "../memory.ts";
import { Fault } from "./context.ts";
import { PageAccess, Paging } from "./paging.ts";
import { Random } from "./random-program.ts";
import { StateView } from "./state.ts";
import { SPACES, TLB_ENTRIES, TLB_ENTRY_BYTES, TlbBank, TlbEntry } from "./tlb.ts";

const P = 1;
const RW = 2;
const US = 4;
const D = 0x40;
const PS = 0x80;

/** Page tables, directories, directory pointers and roots; the last three levels each lead to the ones before by their first entries. */
const LEAVES = [0x10_0000, 0x10_1000, 0x10_2000, 0x10_3000];
const DIRECTORIES = [0x11_0000, 0x11_1000];
const POINTERS = [0x12_0000, 0x12_1000];
/** More than there is room for at once. */
const ROOTS = Array.from({ length: SPACES + 8 }, (_, i) => 0x13_0000 + 0x1000 * i);
const UPPER = 0xffff_8000; // high half of the addresses that the roots' entry 256 maps
const INDEXES = [0, 1, 2, 3, 511];

interface Found {
  readonly physical: number;
  readonly writable: boolean;
  readonly user: boolean;
  readonly dirty: boolean;
}

interface World {
  readonly memory: Memory;
  readonly paging: Paging;
  readonly state: StateView;
  /** Pages from which code was fetched in a space: what has been made of them must be dropped when they change. */
  readonly fetched: Map<string, number>;
}

function world(): World {
  const bus = new Bus(new Log());
  const memory = new Memory({ ramBytes: 4 * MiB, firmware: new Uint8Array(4096), bus });
  const state = new StateView(memory.buffer);
  state.set64("cr0", 0x8001_0001n);
  state.set64("cr4", 0x20n);
  state.set64("efer", 0x500n);
  state.set64("a20Mask", 0xffff_ffff_ffff_ffffn);
  const paging = new Paging(state, memory, { gigabytePages: true });
  const fetched = new Map<string, number>();
  paging.spaces.onCodeMoved = (space, whose) => {
    for (const key of fetched.keys())
      for (const [flag, bank] of [
        [FrameFlag.userCode, TlbBank.user],
        [FrameFlag.systemCode, TlbBank.supervisor],
      ] as const)
        if ((whose & flag) !== 0 && key.startsWith(`${space} ${bank} `)) fetched.delete(key);
  };
  memory.watcher = {
    codeChanging() {},
    frameRemapped() {},
    tableChanging: (physical, bytes) => paging.spaces.tableChanging(physical, bytes),
  };
  return { memory, paging, state, fetched };
}

function walk({ memory, state }: World, high: number, low: number): Found | null {
  let table = Number(state.get64("cr3"));
  let rights = RW | US;
  const indexes = [(high >>> 7) & 511, ((high & 0x7f) << 2) | (low >>> 30), (low >>> 21) & 511, (low >>> 12) & 511];
  for (const [level, index] of indexes.entries()) {
    const entry = memory.load(table + 8 * index, 4);
    if (!(entry & P)) return null;
    rights &= entry;
    const leaf = level === 3 || (level === 2 && (entry & PS) !== 0);
    table = entry & ~0xfff;
    if (!leaf) continue;
    const offset = level === 3 ? low & 0xfff : low & 0x1f_ffff;
    return {
      physical: (level === 3 ? table : table & ~0x1f_ffff) + offset,
      writable: (rights & RW) !== 0,
      user: (rights & US) !== 0,
      dirty: (entry & D) !== 0,
    };
  }
  return null;
}

function checkBank(on: World, bank: number): void {
  const { memory, paging } = on;
  const start = paging.spaces.bank(bank);
  for (let i = 0; i < TLB_ENTRIES; i++) {
    const entry = start + i * TLB_ENTRY_BYTES;
    const addend = memory.view.getInt32(entry + TlbEntry.addend, true);
    for (const [offset, write] of [
      [TlbEntry.readTag, false],
      [TlbEntry.writeTag, true],
    ] as const) {
      const low = memory.view.getUint32(entry + offset, true);
      if (low & 0xfff) continue;
      const high = memory.view.getUint32(entry + offset + 4, true);
      const found = walk(on, high, low);
      const place = `${write ? "write" : "read"} tag ${high.toString(16)}:${low.toString(16)} in bank ${bank}`;
      assert.ok(found !== null, `${place} is not mapped`);
      assert.equal((low + addend) >>> 0, RAM_BASE + found.physical, place);
      if (bank === TlbBank.user) assert.ok(found.user, place);
      if (write) assert.ok(found.writable && found.dirty, place);
    }
  }
}

function checkFetched(on: World): void {
  for (const [key, physical] of on.fetched) {
    const [space, , high, low] = key.split(" ").map(Number) as [number, number, number, number];
    if (space === on.paging.spaces.present) assert.equal(walk(on, high, low)?.physical, physical, `code at ${key}`);
  }
}

for (const [seed, roots] of [
  [1, 3],
  [2, 3],
  [3, 3],
  [4, SPACES + 8],
  [5, SPACES + 8],
] as const)
  test(`random accesses and changes of tables in ${roots} address spaces, seed ${seed}`, () => {
    const random = new Random(seed);
    const pick = <T>(from: readonly T[]): T => from[random.below(from.length)]!;
    const on = world();
    const { memory, paging, state } = on;
    const entry = (target: number, extra = 0): number =>
      (target | extra | (random.below(8) ? P : 0) | (random.below(4) ? RW : 0) | (random.below(3) ? US : 0)) >>> 0;
    const leaf = () => entry(0x20_0000 + random.below(32) * 0x1000, random.below(2) * D);
    const directoryEntry = () => (random.below(6) === 0 ? entry(0x20_0000, PS | D) : entry(pick(LEAVES)));
    for (const table of LEAVES) for (const i of INDEXES) memory.store(table + 8 * i, 4, leaf());
    for (const table of DIRECTORIES) for (const i of INDEXES) memory.store(table + 8 * i, 4, directoryEntry());
    for (const table of POINTERS) for (const i of INDEXES) memory.store(table + 8 * i, 4, entry(pick(DIRECTORIES)));
    for (const table of ROOTS) for (const i of [0, 256]) memory.store(table + 8 * i, 4, entry(pick(POINTERS)));
    state.set64("cr3", BigInt(ROOTS[0]!));
    paging.refresh();
    for (let step = 0; step < 20_000; step++) {
      switch (random.below(16)) {
        case 0:
          memory.store(pick(LEAVES) + 8 * pick(INDEXES), 4, leaf());
          break;
        case 1:
          if (random.below(4) === 0) memory.store(pick(DIRECTORIES) + 8 * pick(INDEXES), 4, directoryEntry());
          break;
        case 2: {
          // Several entries at once, from the middle of one on.
          const bytes = new Uint8Array(20);
          const view = new DataView(bytes.buffer);
          for (const at of [4, 12]) view.setUint32(at, leaf(), true);
          memory.write(pick(LEAVES) + 8 * random.below(3) + 4, bytes);
          for (const table of LEAVES) for (const i of [0, 1, 2, 3]) memory.store(table + 8 * i + 4, 4, 0);
          break;
        }
        case 3:
          state.set64("cr3", BigInt(pick(ROOTS.slice(0, roots))));
          paging.refresh();
          break;
        default: {
          const high = random.below(3) ? 0 : UPPER;
          const low = ((random.below(2) << 30) | (pick(INDEXES.slice(0, 4)) << 21) | (pick(INDEXES) << 12)) >>> 0;
          const access = pick([PageAccess.read, PageAccess.read, PageAccess.write, PageAccess.execute]);
          const bank = pick([TlbBank.supervisor, TlbBank.user]);
          try {
            const host = paging.reach(high | 0, low | 0, access, bank, access !== PageAccess.execute);
            assert.equal(host, RAM_BASE + walk(on, high, low)!.physical);
            if (access === PageAccess.execute)
              on.fetched.set(`${paging.spaces.present} ${bank} ${high} ${low}`, host - RAM_BASE);
          } catch (thrown) {
            if (!(thrown instanceof Fault)) throw thrown;
          }
        }
      }
      checkFetched(on);
      if (step % 20 === 0) for (const bank of [TlbBank.supervisor, TlbBank.user]) checkBank(on, bank);
    }
  });
