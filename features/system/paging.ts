/**
 * 32-bit and PAE paging: every kind of access from both rings to one page under every kind of entry, large pages, accessed and dirty
 * bits, PDPTEs and their #GP, what CR0.WP, SMEP and SMAP change. The kernel's own pages are the supervisor's; LOW_CODE and the
 * user's stack are everybody's.
 */
import type { Assembler } from "../../dsl/asm/assembler.ts";
import { d, m } from "../../dsl/asm/operand.ts";
import type { Label } from "../../dsl/out/expression.ts";
import { ax, cr0, cr3, cr4, eax, ebx, ecx, edi, edx, es, esp, ss } from "../../emulator/isa/registers.ts";
import { CODE, DATA, descriptor, FREE, Kernel, PAGE_TABLES } from "./kernel.ts";

/** The page under test, its physical twin, and the tables. */
const PAGE = 0x60_0000;
const TWIN = 0x70_0000;
const DIRECTORY = PAGE_TABLES;
const LOW_TABLE = PAGE_TABLES + 0x1000;
const TABLE = PAGE_TABLES + 0x2000;
const POINTERS = PAGE_TABLES + 0x3000;
const PAE_DIRECTORY = PAGE_TABLES + 0x4000;
const PAE_LOW_TABLE = PAGE_TABLES + 0x5000;
const PAE_TABLE = PAGE_TABLES + 0x6000;

const WP = 1 << 16;
const PG_PE = 0x8000_0031;
const PSE = 0x10;
const PAE = 0x20;
const SMEP = 1 << 20;
const SMAP = 1 << 21;
const AC = 1 << 18;
const EFER = 0xc000_0080;
const NXE = 0x800;

type Mode = "32-bit" | "PAE";

/** A routine that maps the first 4 MiB to themselves, with user pages from 6000 to 9FFF, for both modes. */
function tables(k: Kernel): Label {
  const { a } = k;
  const fill = (table: number, bytes: 4 | 8, count: number): void => {
    a.mov(edi, table);
    a.mov(eax, 3);
    a.mov(ecx, count);
    const next = a.here();
    a.mov(d(edi), eax);
    if (bytes === 8) a.mov(d(edi, 4), 0);
    a.add(eax, 0x1000);
    a.add(edi, bytes);
    a.dec(ecx);
    a.jnz(next);
    for (let page = 6; page < 10; page++) a.mov(d(table + page * bytes), (page << 12) | 7);
  };
  return k.routine(() => {
    fill(LOW_TABLE, 4, 1024);
    fill(PAE_LOW_TABLE, 8, 512);
    for (let i = 0; i < 4; i++) {
      a.mov(d(POINTERS + 8 * i), 0);
      a.mov(d(POINTERS + 8 * i + 4), 0);
    }
    a.mov(d(POINTERS), PAE_DIRECTORY | 1);
    a.mov(d(DIRECTORY), LOW_TABLE | 7);
    a.mov(d(PAE_DIRECTORY), PAE_LOW_TABLE | 7);
    a.mov(d(PAE_DIRECTORY + 4), 0);
    a.mov(d(PAE_DIRECTORY + 8), 0x20_0083);
    a.mov(d(PAE_DIRECTORY + 12), 0);
    for (const at of [PAGE, TWIN]) a.mov(d(at), 0xc3);
    a.ret();
  });
}

interface Entries {
  /** The entry of the page table, or null: the directory's entry maps the page. */
  readonly page: number | null;
  readonly pageHigh?: number;
  readonly directory?: number;
  readonly directoryHigh?: number;
}

interface State {
  readonly cr0?: number;
  readonly cr4?: number;
  readonly withoutPse?: boolean;
  readonly efer?: number;
}

/** Paging is on from here, with these entries for PAGE. */
function enable(k: Kernel, make: Label, mode: Mode, entries: Entries, state: State): void {
  const { a } = k;
  a.call(make);
  const table = mode === "PAE" ? PAE_TABLE : TABLE;
  const directory = entries.directory ?? 7;
  const pointing = entries.page === null ? directory : directory | table;
  if (mode === "PAE") {
    a.mov(d(PAE_DIRECTORY + 8 * 3), pointing);
    a.mov(d(PAE_DIRECTORY + 8 * 3 + 4), entries.directoryHigh ?? 0);
    a.mov(d(PAE_TABLE), entries.page ?? 0);
    a.mov(d(PAE_TABLE + 4), entries.pageHigh ?? 0);
  } else {
    a.mov(d(DIRECTORY + 4), pointing);
    a.mov(d(TABLE + 4 * 0x200), entries.page ?? 0);
  }
  a.mov(eax, mode === "PAE" ? POINTERS : DIRECTORY);
  a.mov(cr3, eax);
  a.mov(d(k.faultTss.plus(0x1c)), eax);
  a.mov(eax, (mode === "PAE" ? PAE : state.withoutPse ? 0 : PSE) | (state.cr4 ?? 0));
  a.mov(cr4, eax);
  a.mov(ecx, EFER);
  a.mov(eax, state.efer ?? 0);
  a.xor(edx, edx);
  a.wrmsr();
  a.mov(eax, PG_PE | (state.cr0 ?? 0));
  a.mov(cr0, eax);
}

/** Ring 3 has a stack segment, but no data segment. */
const works = {
  read: (a: Assembler) => a.mov(eax, d(ss, ebx)),
  write: (a: Assembler) => a.mov(d(ss, ebx), ebx),
  "read and write": (a: Assembler) => a.add(d(ss, ebx), ebx),
  execute: (a: Assembler) => a.call(ebx),
} as const;

/** Accessed and dirty bits of both entries. Only what succeeded tells them. */
function bits(k: Kernel, mode: Mode): void {
  const { a } = k;
  for (const [name, at] of [
    ["directory", mode === "PAE" ? PAE_DIRECTORY + 8 * 3 : DIRECTORY + 4],
    ["page", mode === "PAE" ? PAE_TABLE : TABLE + 4 * 0x200],
  ] as const) {
    a.mov(eax, d(at));
    a.and(eax, 0x60);
    k.report.value(name, 2);
  }
}

function access(k: Kernel, mode: Mode, work: keyof typeof works, ring: 0 | 3, flags = 0): void {
  const { a } = k;
  if (ring === 3) {
    k.lowUser(
      () => {
        a.mov(ebx, PAGE);
        works[work](a);
      },
      { flags: 2 | flags },
    );
    return;
  }
  a.push(2 | flags);
  a.popfd();
  a.mov(ebx, PAGE);
  k.from();
  // The fetch faults at its target.
  if (work === "execute") a.mov(d(k.mark), PAGE);
  works[work](a);
  bits(k, mode);
}

function rights(k: Kernel, make: Label): void {
  const kinds: readonly (readonly [string, Entries])[] = [
    ["an absent page", { page: 0 }],
    ["an absent directory entry", { page: PAGE | 7, directory: 6 }],
    ["a supervisor's page", { page: PAGE | 3 }],
    ["a supervisor's read-only page", { page: PAGE | 1 }],
    ["a user's page", { page: PAGE | 7 }],
    ["a user's read-only page", { page: PAGE | 5 }],
    ["a page of a supervisor's directory entry", { page: PAGE | 7, directory: 3 }],
    ["a page of a read-only directory entry", { page: PAGE | 7, directory: 5 }],
  ];
  const states: readonly (readonly [string, 0 | 3, State, number])[] = [
    ["ring 0", 0, {}, 0],
    ["ring 0 and WP", 0, { cr0: WP }, 0],
    ["ring 3", 3, {}, 0],
    ["ring 0, SMEP and SMAP", 0, { cr4: SMEP | SMAP }, 0],
    ["ring 0, SMEP, SMAP and AC", 0, { cr4: SMEP | SMAP }, AC],
    ["ring 3, SMEP and SMAP", 3, { cr4: SMEP | SMAP, cr0: WP }, 0],
  ];
  for (const mode of ["32-bit", "PAE"] as const)
    for (const [state, ring, registers, flags] of states)
      for (const [kind, entries] of kinds)
        for (const work of Object.keys(works) as (keyof typeof works)[])
          k.case(`${mode}, ${state}, ${work} of ${kind}`, () => {
            enable(k, make, mode, entries, registers);
            access(k, mode, work, ring, flags);
          });
}

/** Large pages, reserved bits, execute-disable. */
function entries(k: Kernel, make: Label): void {
  const cases: readonly (readonly [string, Mode, Entries, State])[] = [
    ["a page of 4 MiB", "32-bit", { page: null, directory: 0x40_0087 }, {}],
    ["a page of 4 MiB without CR4.PSE", "32-bit", { page: PAGE | 7, directory: 0x87 }, { withoutPse: true }],
    ["a page of 4 MiB with bit 21", "32-bit", { page: null, directory: 0x60_0087 }, {}],
    ["a read-only page of 4 MiB", "32-bit", { page: null, directory: 0x40_0085 }, { cr0: WP }],
    ["a page of 4 MiB with PAT and global bits", "32-bit", { page: null, directory: 0x40_1187 }, { cr4: 0x80 }],
    ["a page of 2 MiB", "PAE", { page: null, directory: PAGE | 0x87 }, {}],
    ["a page of 2 MiB with bit 13", "PAE", { page: null, directory: PAGE | 0x2087 }, {}],
    ["a page of 2 MiB with bit 20", "PAE", { page: null, directory: PAGE | 0x10_0087 }, {}],
    ["a page with bit 62", "PAE", { page: PAGE | 7, pageHigh: 1 << 30 }, {}],
    ["a page with bit 52", "PAE", { page: PAGE | 7, pageHigh: 1 << 20 }, {}],
    ["a page with bit 51", "PAE", { page: PAGE | 7, pageHigh: 1 << 19 }, {}],
    ["a directory entry with bit 52", "PAE", { page: PAGE | 7, directoryHigh: 1 << 20 }, {}],
    ["XD without EFER.NXE", "PAE", { page: PAGE | 7, pageHigh: 0x8000_0000 }, {}],
    ["XD", "PAE", { page: PAGE | 7, pageHigh: 0x8000_0000 }, { efer: NXE }],
    ["XD in the directory", "PAE", { page: PAGE | 7, directoryHigh: 0x8000_0000 }, { efer: NXE }],
    ["EFER.NXE without XD", "PAE", { page: PAGE | 7 }, { efer: NXE }],
    ["an absent page with EFER.NXE", "PAE", { page: 6 }, { efer: NXE }],
    ["an absent page with reserved bits", "PAE", { page: 6, pageHigh: 0x7ff0_0000 }, {}],
  ];
  for (const [name, mode, made, state] of cases)
    for (const work of Object.keys(works) as (keyof typeof works)[])
      for (const ring of [0, 3] as const)
        k.case(`${mode}, ${name}, ${work} in ring ${ring}`, () => {
          enable(k, make, mode, made, state);
          access(k, mode, work, ring);
        });
}

/** PDPTEs are read when CR3, CR0 or CR4 are written, not when they are used. */
function pointers(k: Kernel, make: Label): void {
  const { a } = k;
  for (const [name, low, high] of [
    ["bit 1", 2, 0],
    ["bit 5", 0x20, 0],
    ["bit 8", 0x100, 0],
    ["bit 63", 0, 0x8000_0000],
    ["bit 52", 0, 0x10_0000],
    ["bits 4, 9 and 11", 0xa10, 0],
  ] as const)
    for (const present of [0, 1]) {
      k.case(`paging on with ${name} in a PDPTE, present ${present}`, () => {
        a.call(make);
        a.mov(d(POINTERS + 16), low | present);
        a.mov(d(POINTERS + 20), high);
        a.mov(eax, POINTERS);
        a.mov(cr3, eax);
        a.mov(eax, PAE);
        a.mov(cr4, eax);
        a.mov(eax, PG_PE);
        k.from();
        a.mov(cr0, eax);
      });
      k.case(`MOV CR3 with ${name} in a PDPTE, present ${present}`, () => {
        enable(k, make, "PAE", { page: PAGE | 3 }, {});
        a.mov(d(POINTERS + 16), low | present);
        a.mov(d(POINTERS + 20), high);
        a.mov(eax, cr3);
        k.from();
        a.mov(cr3, eax);
      });
    }
  k.case("a PDPTE that changes after it was read", () => {
    enable(k, make, "PAE", { page: PAGE | 3 }, {});
    a.mov(d(POINTERS), 0);
    a.mov(eax, d(PAGE));
    a.mov(d(POINTERS), PAE_DIRECTORY | 1);
  });
  k.case("an absent PDPTE", () => {
    enable(k, make, "PAE", { page: PAGE | 3 }, {});
    k.from();
    a.mov(eax, d(0x4000_0000));
  });
  k.case("the low bits of CR3 choose the PDPTEs", () => {
    enable(k, make, "PAE", { page: PAGE | 3 }, {});
    for (let i = 0; i < 8; i++) a.mov(d(POINTERS + 0x20 + 4 * i), i === 0 ? PAE_DIRECTORY | 1 : 0);
    a.mov(eax, POINTERS + 0x20 + 0x18);
    a.mov(cr3, eax);
    a.mov(d(PAGE), 0x1234);
    a.mov(eax, d(PAGE));
    k.report.value("eax");
    a.mov(eax, cr3);
    a.and(eax, 0xfff);
    k.report.value("cr3");
  });
  k.case("PAE switched off and on under paging", () => {
    // One directory that both modes can read: its entries are those of 32-bit paging for the first 4 MiB.
    enable(k, make, "32-bit", { page: PAGE | 3 }, {});
    a.mov(d(DIRECTORY + 8 * 4), 0);
    a.mov(eax, cr4);
    a.or(eax, PAE);
    k.from();
    a.mov(cr4, eax);
  });
}

/** What flushes guarantee: a new translation after INVLPG, MOV CR3, MOV CR4, and for a page that was absent. */
function flushes(k: Kernel, make: Label): void {
  const { a } = k;
  const ways: Readonly<Record<string, () => void>> = {
    INVLPG: () => a.invlpg(m(ebx)),
    "MOV CR3": () => {
      a.mov(eax, cr3);
      a.mov(cr3, eax);
    },
    "CR4.PGE": () => {
      a.mov(eax, cr4);
      a.xor(eax, 0x80);
      a.mov(cr4, eax);
    },
    "CR0.PG": () => {
      a.mov(eax, cr0);
      a.and(eax, 0x7fff_ffff);
      a.mov(cr0, eax);
      a.or(eax, 0x8000_0000);
      a.mov(cr0, eax);
    },
  };
  for (const mode of ["32-bit", "PAE"] as const) {
    const entry = mode === "PAE" ? PAE_TABLE : TABLE + 4 * 0x200;
    for (const [name, flush] of Object.entries(ways))
      for (const global of name === "MOV CR3" || name === "CR0.PG" ? [0] : [0, 0x100])
        k.case(`${mode}, a page that moves, then ${name}, global ${global}`, () => {
          enable(k, make, mode, { page: PAGE | 3 | global }, { cr4: 0x80 });
          a.mov(ebx, PAGE);
          a.mov(d(ebx), 0x1111);
          a.mov(eax, cr0);
          // The entry lies in memory that is mapped to itself.
          a.mov(d(entry), TWIN | 3 | global);
          flush();
          a.mov(d(ebx), 0x2222);
          a.mov(eax, cr0);
          a.and(eax, 0x7fff_ffff);
          a.mov(cr0, eax);
          a.mov(eax, d(PAGE));
          k.report.value("first");
          a.mov(eax, d(TWIN));
          k.report.value("second");
        });
    k.case(`${mode}, a page that was absent`, () => {
      enable(k, make, mode, { page: 0 }, {});
      // The handler returns to the access, whose page is there by then.
      const handler = k.routine(() => {
        a.mov(d(entry), TWIN | 3);
        a.add(esp, 4);
        a.iretd();
      });
      k.setGate(14, 0x8e, CODE, handler);
      a.mov(ebx, PAGE);
      a.mov(eax, d(ebx));
      k.report.value("eax");
      bits(k, mode);
    });
  }
}

/** Accesses of the processor itself: descriptors and frames. */
function implicit(k: Kernel, make: Label): void {
  const { a } = k;
  // At which address an accessed bit that cannot be set faults, the manual leaves open.
  for (const [name, page, state] of [
    ["absent", 0, {}],
    ["read-only", PAGE | 1, { cr0: WP }],
    ["read-only without WP", PAGE | 1, {}],
    ["user's, under SMAP", PAGE | 7, { cr4: SMAP }],
  ] as const)
    for (const accessed of name === "read-only" ? [1] : [0, 1])
      k.case(`a descriptor, accessed ${accessed}, in a page that is ${name}`, () => {
        const [low, high] = descriptor(0, 0xf_ffff, 0x92 | accessed, 0xc0);
        a.mov(d(PAGE + 8), low);
        a.mov(d(PAGE + 12), high);
        k.setDescriptor(FREE, descriptor(PAGE, 0x3f, 0x82, 0));
        enable(k, make, "PAE", { page }, state);
        a.mov(eax, FREE);
        a.lldt(ax);
        // AC does not help.
        a.push(AC | 2);
        a.popfd();
        a.mov(eax, 0xc);
        k.from();
        a.mov(es, ax);
        bits(k, "PAE");
      });
  k.case("a frame of ring 0 on an absent page, out of ring 3", () => {
    enable(k, make, "32-bit", { page: 0 }, {});
    a.mov(d(k.tss.plus(4)), PAGE + 0x100);
    k.setDescriptor(FREE, descriptor(0, 0xf_ffff, 0x93, 0xc0));
    k.lowUser(() => a.int(0x80));
  });
  k.case("a frame of ring 0 in a user's page, out of ring 3, under SMAP", () => {
    enable(k, make, "32-bit", { page: PAGE | 7 }, { cr4: SMAP });
    a.mov(d(k.tss.plus(4)), PAGE + 0x100);
    k.lowUser(() => a.int(0x80), { flags: AC | 2 });
  });
  k.case("CR3 of a task", () => {
    const task = 0x1_0000;
    enable(k, make, "PAE", { page: PAGE | 3 }, {});
    for (let offset = 0; offset < 0x68; offset += 4) a.mov(d(task + offset), 0);
    const entered = k.routine(() => {
      a.mov(eax, cr3);
      k.report.value("cr3");
      a.jmp(k.recover);
    });
    a.mov(d(POINTERS + 0x20), PAE_DIRECTORY | 1);
    for (let i = 1; i < 8; i++) a.mov(d(POINTERS + 0x20 + 4 * i), 0);
    a.mov(d(task + 0x1c), POINTERS + 0x20);
    a.mov(d(task + 0x20), entered);
    a.mov(d(task + 0x24), 2);
    a.mov(d(task + 0x38), 0x6000);
    for (const offset of [0x48, 0x50, 0x54]) a.mov(d(task + offset), DATA);
    a.mov(d(task + 0x4c), CODE);
    k.setDescriptor(FREE, descriptor(task, 0x67, 0x89, 0));
    a.jmpFar(FREE, 0);
  });
}

export function paging32(without: ReadonlySet<string>): Uint8Array {
  const k = new Kernel(32, without);
  rights(k, tables(k));
  return k.finish();
}

export function pagingEntries(without: ReadonlySet<string>): Uint8Array {
  const k = new Kernel(32, without);
  const make = tables(k);
  entries(k, make);
  pointers(k, make);
  flushes(k, make);
  implicit(k, make);
  return k.finish();
}
