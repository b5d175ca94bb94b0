/**
 * 4-level and 5-level paging, one kernel for both: rights, reserved bits and execute-disable at every level, pages of 2 MiB and 1 GiB,
 * accessed and dirty bits, protection keys, SMEP, SMAP and AC, UMIP, PCIDs and INVPCID, and what flushes guarantee. Linear
 * addresses from LINEAR on are mapped by tables of their own, one a level.
 */
import type { Assembler } from "../../dsl/asm/assembler.ts";
import { d, m, q } from "../../dsl/asm/operand.ts";
import { cr0, cr3, cr4, eax, ecx, edx, rax, rbx, rsp } from "../../emulator/isa/registers.ts";
import { writeMsr } from "./calls.ts";
import { DONE, Kernel, PAGE_TABLES, SCRATCH, USER_ALIAS, USER_CODE64, USER_DATA } from "./kernel.ts";

/** Physical pages, of 2 MiB so that large ones can name them. */
const PAGE = 0xa0_0000;
const TWIN = 0xa0_1000;
/** Tables of the levels 1 to 4, below the kernel's own. */
const tableOf = (level: number): number => PAGE_TABLES + 0x1_0000 + 0x1000 * level;
const ROOT = PAGE_TABLES + 0x8000;

const WP = 1 << 16;
const PGE = 1 << 7;
const UMIP = 1 << 11;
const PCIDE = 1 << 17;
const SMEP = 1 << 20;
const SMAP = 1 << 21;
const PKE = 1 << 22;
const AC = 1 << 18;
const EFER = 0xc000_0080;
const XD = 0x8000_0000;

interface Entry {
  readonly low?: number;
  readonly high?: number;
  /** This entry maps a page. */
  readonly leaf?: boolean;
}

interface State {
  readonly cr0?: number;
  readonly cr4?: number;
  readonly efer?: number;
  readonly pkru?: number;
}

class LongPaging {
  readonly k: Kernel;
  readonly levels: 4 | 5;
  /** Root entry 1 leads to the tables. */
  readonly linear: bigint;

  constructor(k: Kernel, levels: 4 | 5) {
    this.k = k;
    this.levels = levels;
    this.linear = levels === 5 ? 1n << 48n : 1n << 39n;
  }

  /** Where the entry of a level lies. */
  entryAt(level: number): number {
    const { levels } = this;
    if (level === levels) return (levels === 5 ? ROOT : PAGE_TABLES) + 8;
    return tableOf(level);
  }

  /** Fills the entries: usual ones let everybody do everything. Then CR0, CR4, EFER and PKRU. */
  map(entries: Readonly<Record<number, Entry>>, state: State = {}): void {
    const { a } = this.k;
    for (const at of [PAGE, TWIN]) a.mov(d(at), 0xc3);
    for (let level: number = this.levels; level >= 1; level--) {
      const { low, high = 0, leaf = level === 1 } = entries[level] ?? {};
      const target = leaf ? PAGE : tableOf(level - 1);
      a.mov(d(this.entryAt(level)), low ?? target | 7 | (leaf && level > 1 ? 0x80 : 0));
      a.mov(d(this.entryAt(level) + 4), high);
      if (leaf) break;
    }
    a.mov(rax, cr3);
    a.mov(cr3, rax);
    a.mov(rax, cr4);
    a.or(eax, state.cr4 ?? 0);
    a.mov(cr4, rax);
    a.mov(rax, cr0);
    a.or(eax, state.cr0 ?? 0);
    a.mov(cr0, rax);
    if (state.efer !== undefined) writeMsr(this.k.a, EFER, state.efer);
    if (state.pkru !== undefined) {
      a.mov(eax, state.pkru);
      a.xor(ecx, ecx);
      a.xor(edx, edx);
      a.wrpkru();
    }
  }

  /** Tells the accessed and dirty bits of all levels. */
  bits(from = 1): void {
    const { a, report } = this.k;
    for (let level = this.levels; level >= from; level--) {
      a.mov(eax, d(this.entryAt(level)));
      a.and(eax, 0x60);
      report.value(`${level}`, 2);
    }
  }

  /** One access; in ring 0 it ends by telling bits. */
  access(work: keyof typeof works, ring: 0 | 3, { flags = 2, lowest = 1 } = {}): void {
    const { k } = this;
    const { a } = k;
    if (ring === 3) {
      k.low(() => {
        a.movabs(rbx, this.linear);
        works[work](a);
        a.int(DONE);
      });
      for (const value of [USER_DATA, USER_ALIAS + 0x7000, flags, USER_CODE64, USER_ALIAS + 0x8000]) a.push(value);
      a.iretq();
      return;
    }
    a.push(flags);
    a.popfq();
    a.movabs(rbx, this.linear);
    k.from();
    if (work === "execute") a.mov(d(k.mark), 0);
    works[work](a);
    this.bits(lowest);
  }
}

const works = {
  read: (a: Assembler) => a.mov(eax, d(rbx)),
  write: (a: Assembler) => a.mov(d(rbx), ecx),
  "read and write": (a: Assembler) => a.add(d(rbx), ecx),
  execute: (a: Assembler) => a.call(rbx),
} as const;
const workNames = Object.keys(works) as (keyof typeof works)[];

/** What each level may forbid. */
function rights(p: LongPaging): void {
  const { k } = p;
  const denials: Readonly<Record<string, Entry>> = {
    absent: { low: 6 },
    "read-only": { low: 5 },
    "the supervisor's": { low: 3 },
    "execute-disabled": { low: 7, high: XD },
    "with bit 51": { low: 7, high: 1 << 19 },
    "with bit 46": { low: 7, high: 1 << 14 },
    "with bits 62 to 52": { low: 7, high: 0x7ff0_0000 },
  };
  const target = (level: number): number => (level === 1 ? PAGE : tableOf(level - 1));
  for (let level = p.levels; level >= 1; level--)
    for (const [name, entry] of Object.entries(denials))
      for (const work of workNames)
        for (const ring of [0, 3] as const)
          k.case(`${work} in ring ${ring}, level ${level} ${name}`, () => {
            p.map({ [level]: { ...entry, low: entry.low! | target(level) } }, { cr0: WP });
            p.access(work, ring);
          });
}

/** Pages of 2 MiB and 1 GiB, and the size bit where there is no page. */
function large(p: LongPaging): void {
  const { k } = p;
  const cases: (readonly [string, number, Readonly<Record<number, Entry>>, State])[] = [
    ["a page of 2 MiB", 2, { 2: { leaf: true } }, {}],
    ["a page of 2 MiB, global, with PAT", 2, { 2: { leaf: true, low: PAGE | 0x1187 } }, { cr4: PGE }],
    ["a page of 2 MiB with bit 13", 2, { 2: { leaf: true, low: PAGE | 0x2087 } }, {}],
    ["a page of 2 MiB with bit 20", 2, { 2: { leaf: true, low: (PAGE | 0x10_0087) >>> 0 } }, {}],
    ["a page of 1 GiB", 3, { 3: { leaf: true, low: 0x87 } }, {}],
    ["a page of 1 GiB with PAT", 3, { 3: { leaf: true, low: 0x1087 } }, {}],
    ["a page of 1 GiB with bit 13", 3, { 3: { leaf: true, low: 0x2087 } }, {}],
    ["a page of 1 GiB with bit 29", 3, { 3: { leaf: true, low: 0x2000_0087 } }, {}],
    ["a read-only page of 1 GiB", 3, { 3: { leaf: true, low: 0x85 } }, { cr0: WP }],
    ["an execute-disabled page of 1 GiB", 3, { 3: { leaf: true, low: 0x87, high: XD } }, {}],
    ["the size bit at level 4", 4, { 4: { low: tableOf(3) | 0x87 } }, {}],
    ["XD without EFER.NXE", 1, { 1: { high: XD } }, { efer: 0x501 }],
    ["XD at level 3 without EFER.NXE", 1, { 3: { high: XD } }, { efer: 0x501 }],
    ["an absent page without EFER.NXE", 1, { 1: { low: 0 } }, { efer: 0x501 }],
    ["an absent page without EFER.NXE, SMEP", 1, { 1: { low: 0 } }, { efer: 0x501, cr4: SMEP }],
    ["a supervisor's read-only page without WP", 1, { 1: { low: PAGE | 1 } }, {}],
    ["a user's read-only page without WP", 1, { 1: { low: PAGE | 5 } }, {}],
  ];
  if (p.levels === 5) cases.push(["the size bit at level 5", 5, { 5: { low: tableOf(4) | 0x87 } }, {}]);
  for (const [name, lowest, entries, state] of cases)
    for (const work of workNames)
      for (const ring of [0, 3] as const) {
        // What lies at 0 of a page of 1 GiB is not ours to execute or write.
        if (name.includes("1 GiB") && work !== "read" && !/bit|disabled|read-only/.test(name)) continue;
        if (
          /disabled page of 1 GiB|read-only page of 1 GiB/.test(name) &&
          work === "write" &&
          !name.includes("read-only")
        )
          continue;
        if (name.includes("read-only page of 1 GiB") && work === "execute") continue;
        if (name.includes("disabled page of 1 GiB") && work === "read and write") continue;
        k.case(`${name}, ${work} in ring ${ring}`, () => {
          p.map(entries, state);
          p.access(work, ring, { lowest });
        });
      }
}

/** SMEP, SMAP, protection keys. */
function protections(p: LongPaging): void {
  const { k } = p;
  const { a } = k;
  for (const [name, cr4, flags] of [
    ["SMEP", SMEP, 2],
    ["SMAP", SMAP, 2],
    ["SMAP and AC", SMAP, AC | 2],
  ] as const)
    for (const page of [7, 5, 3])
      for (const work of workNames)
        k.case(`${work} under ${name} of a page with rights ${page}`, () => {
          p.map({ 1: { low: PAGE | page } }, { cr4 });
          p.access(work, 0, { flags });
        });
  for (const name of ["STAC", "CLAC"] as const)
    for (const cr4Bits of [0, SMAP])
      k.case(`${name} with CR4.SMAP ${cr4Bits === 0 ? 0 : 1}`, () => {
        p.map({}, { cr4: cr4Bits });
        a.push(name === "STAC" ? 2 : AC | 2);
        a.popfq();
        k.from();
        if (name === "STAC") a.stac();
        else a.clac();
        a.pushfq();
        a.pop(rax);
        k.report.value("flags");
      });
  k.case("STAC in ring 3", () => {
    p.map({}, { cr4: SMAP });
    k.low(() => a.stac());
    for (const value of [USER_DATA, USER_ALIAS + 0x7000, 2, USER_CODE64, USER_ALIAS + 0x8000]) a.push(value);
    a.iretq();
  });
  for (const [what, pkru] of [
    ["nothing forbidden", 0],
    ["access to key 5 forbidden", 1 << 10],
    ["writes of key 5 forbidden", 2 << 10],
    ["all of key 4 forbidden", 3 << 8],
  ] as const)
    for (const [where, page, ring, cr0Bits] of [
      ["in ring 3", 7, 3, 0],
      ["in ring 0", 7, 0, 0],
      ["in ring 0 with WP", 7, 0, WP],
      ["in ring 0 of the supervisor's page", 3, 0, WP],
      ["in ring 3 of a read-only page", 5, 3, 0],
    ] as const)
      for (const work of workNames)
        k.case(`${work} ${where}, ${what}`, () => {
          p.map({ 1: { low: PAGE | page, high: 5 << 27 } }, { cr4: PKE, cr0: cr0Bits, pkru });
          p.access(work, ring);
        });
  k.case("a key without CR4.PKE", () => {
    p.map({ 1: { low: PAGE | 7, high: 5 << 27 } }, { cr4: PKE, pkru: 3 << 10 });
    a.mov(rax, cr4);
    a.btr(rax, 22);
    a.mov(cr4, rax);
    p.access("write", 0);
  });
  for (const [name, go] of [
    ["RDPKRU", () => a.rdpkru()],
    ["WRPKRU", () => a.wrpkru()],
  ] as const)
    for (const [what, cr4Bits, counter, data] of [
      ["without CR4.PKE", 0, 0, 0],
      ["with ECX", PKE, 1, 0],
      ["with EDX", PKE, 0, 1],
      ["with CR4.PKE", PKE, 0, 0],
    ] as const)
      k.case(`${name} ${what}`, () => {
        p.map({}, { cr4: cr4Bits });
        a.mov(eax, 0);
        a.mov(ecx, counter);
        a.mov(edx, data);
        k.from();
        go();
        k.report.value("eax");
      });
}

/** UMIP, PCID, INVPCID, CR3, CR4. */
function registers(p: LongPaging): void {
  const { k } = p;
  const { a } = k;
  const stores: Readonly<Record<string, () => void>> = {
    SGDT: () => a.sgdt(m(rsp, 16)),
    SIDT: () => a.sidt(m(rsp, 16)),
    SLDT: () => a.sldt(eax),
    STR: () => a.str(eax),
    SMSW: () => a.smsw(eax),
  };
  for (const [name, go] of Object.entries(stores))
    for (const bits of [0, UMIP])
      k.case(`${name} in ring 3 with UMIP ${bits === 0 ? 0 : 1}`, () => {
        p.map({}, { cr4: bits });
        k.low(() => {
          go();
          a.int(DONE);
        });
        for (const value of [USER_DATA, USER_ALIAS + 0x7000, 2, USER_CODE64, USER_ALIAS + 0x8000]) a.push(value);
        a.iretq();
      });
  for (const bit of [12, 28, 63])
    k.case(`CR4 with bit ${bit} changed`, () => {
      a.mov(rax, cr4);
      a.btc(rax, bit);
      k.from();
      a.mov(cr4, rax);
    });
  for (const bit of [52, 61, 62, 63])
    k.case(`CR3 with bit ${bit}`, () => {
      a.mov(rax, cr3);
      a.bts(rax, bit);
      k.from();
      a.mov(cr3, rax);
    });
  k.case("CR4.PCIDE with a PCID already in CR3", () => {
    a.mov(rax, cr3);
    a.or(eax, 8);
    a.mov(cr3, rax);
    a.mov(rax, cr4);
    a.or(eax, PCIDE);
    k.from();
    a.mov(cr4, rax);
  });
  k.case("PCIDs", () => {
    p.map({}, { cr4: PCIDE });
    a.mov(rax, cr3);
    a.or(eax, 0x123);
    a.bts(rax, 63);
    a.mov(cr3, rax);
    a.mov(rax, cr3);
    a.and(eax, 0xfff);
    k.report.value("pcid");
    a.mov(rax, cr3);
    a.shr(rax, 32);
    k.report.value("upper");
    a.mov(rax, cr3);
    a.and(rax, -4096);
    a.mov(cr3, rax);
  });
  for (const pcide of [0, PCIDE])
    for (const [name, type, low, high, address] of [
      ["an address", 0, 0, 0, 0n],
      ["an address of PCID 5", 0, 5, 0, 0n],
      ["a context", 1, 0, 0, 0n],
      ["a context, PCID 5", 1, 5, 0, 0n],
      ["all", 2, 0, 0, 0n],
      ["all but global", 3, 5, 0, 0n],
      ["type 4", 4, 0, 0, 0n],
      ["bit 12", 2, 0x1000, 0, 0n],
      ["bit 32", 2, 0, 1, 0n],
      ["a non-canonical address", 0, 0, 0, 1n << 62n],
      ["a non-canonical address without meaning", 2, 0, 0, 1n << 62n],
    ] as const)
      k.case(`INVPCID of ${name}, PCIDE ${pcide === 0 ? 0 : 1}`, () => {
        p.map({}, { cr4: pcide });
        a.mov(d(SCRATCH), low);
        a.mov(d(SCRATCH + 4), high);
        a.movabs(rax, address);
        a.mov(q(SCRATCH + 8), rax);
        a.mov(eax, type);
        k.from();
        a.invpcid(rax, m(SCRATCH));
      });
  k.case("INVPCID in ring 3", () => {
    p.map({});
    k.low(() => a.invpcid(rax, m(rsp)));
    for (const value of [USER_DATA, USER_ALIAS + 0x7000, 2, USER_CODE64, USER_ALIAS + 0x8000]) a.push(value);
    a.iretq();
  });
  k.case("INVLPG of a non-canonical address", () => {
    a.movabs(rbx, 1n << 62n);
    a.invlpg(m(rbx));
  });
}

/** What flushes guarantee. */
function flushes(p: LongPaging): void {
  const { k } = p;
  const { a } = k;
  const ways: Readonly<Record<string, () => void>> = {
    INVLPG: () => a.invlpg(m(rbx)),
    "MOV CR3": () => {
      a.mov(rax, cr3);
      a.mov(cr3, rax);
    },
    "CR4.PGE": () => {
      a.mov(rax, cr4);
      a.btc(rax, 7);
      a.mov(cr4, rax);
    },
  };
  for (const [name, flush] of Object.entries(ways))
    for (const level of [1, 2, 3])
      k.case(`a change at level ${level}, then ${name}`, () => {
        p.map({});
        a.movabs(rbx, p.linear);
        a.mov(d(rbx), 0x1111);
        // The other path: tables at 8 pages' distance.
        for (let below = level - 1; below >= 1; below--) {
          a.mov(d(tableOf(below) + 0x8000), (below === 1 ? TWIN : tableOf(below - 1) + 0x8000) | 7);
          a.mov(d(tableOf(below) + 0x8004), 0);
        }
        a.mov(d(tableOf(level)), (level === 1 ? TWIN : tableOf(level - 1) + 0x8000) | 7);
        flush();
        a.mov(d(rbx), 0x2222);
        a.mov(eax, d(PAGE));
        k.report.value("first");
        a.mov(eax, d(TWIN));
        k.report.value("second");
      });
  k.case("canonical addresses", () => {
    a.movabs(rbx, p.levels === 5 ? 1n << 56n : 1n << 47n);
    k.from();
    a.mov(eax, d(rbx));
  });
  k.case("the last canonical address below", () => {
    a.movabs(rbx, (p.levels === 5 ? 1n << 56n : 1n << 47n) - 4n);
    k.from();
    a.mov(eax, d(rbx));
  });
  k.case("an address that is canonical with five levels only", () => {
    a.movabs(rbx, 1n << 50n);
    k.from();
    a.mov(eax, d(rbx));
  });
}

function kernel(levels: 4 | 5, without: ReadonlySet<string>): LongPaging {
  return new LongPaging(new Kernel(64, without, { levels }), levels);
}

function rightsKernel(levels: 4 | 5, without: ReadonlySet<string>): Uint8Array {
  const p = kernel(levels, without);
  rights(p);
  large(p);
  return p.k.finish();
}

function protectionKernel(levels: 4 | 5, without: ReadonlySet<string>): Uint8Array {
  const p = kernel(levels, without);
  protections(p);
  registers(p);
  flushes(p);
  return p.k.finish();
}

export const paging4 = (without: ReadonlySet<string>): Uint8Array => rightsKernel(4, without);
export const paging5 = (without: ReadonlySet<string>): Uint8Array => rightsKernel(5, without);
export const protection4 = (without: ReadonlySet<string>): Uint8Array => protectionKernel(4, without);
export const protection5 = (without: ReadonlySet<string>): Uint8Array => protectionKernel(5, without);
