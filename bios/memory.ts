/**
 * Memory: how much there is, and INT 12h and INT 15h's many ways of telling.
 *
 * The firmware does not search for memory, it is told: by the battery-backed RAM (as on any PC of the last decades), or,
 * on QEMU and its kin, by the list that the machine hands over through the fw_cfg device. From that it makes the one map
 * that INT 15h E820h gives out; the older calls are what is left of that map when less can be said.
 */
import type { Assembler } from "../dsl/asm/assembler.ts";
import { b, d, w } from "../dsl/asm/operand.ts";
import { Label } from "../dsl/out/expression.ts";
import { ah, al, ax, bx, cl, cx, di, eax, ebx, ecx, edx, es, fs, si } from "../emulator/isa/registers.ts";
import { cmosRegister, readCmos } from "./cmos.ts";
import { fail, frame, simpleService, succeed } from "./frame.ts";
import { findFwCfgFile, readFwCfg } from "./fwcfg.ts";
import {
  BASE_MEMORY_KIB,
  bda,
  EBDA_KIB,
  EBDA_SEGMENT,
  ebda,
  ROM_SEGMENT,
  ROM_SIZE,
  SCRATCH,
  TABLES_NVS,
  TABLES_SIZE,
} from "./layout.ts";

/** Kinds of memory in E820's answer. (ACPI 6.5, table 15.4) */
const kind = { usable: 1, reserved: 2, acpi: 3, nonVolatile: 4 } as const;
const SMAP = 0x534d4150;
const MIB = 0x10_0000;

/** Self-test: makes the EBDA, finds the memory's size, writes the map. FS is the EBDA from here on. */
export const sizeMemory = new Label("sizeMemory");
/** Appends one entry to the map. EAX, EBX: base (low, high), ECX, EDX: length, SI: kind. Nothing when the length is 0. */
export const addMemory = new Label("addMemory");
export const int12 = new Label("int12");
/** INT 15h's functions, by AH; E8h and its AL. */
export const extendedMemory = new Label("extendedMemory");
export const memoryMap = new Label("memoryMap");

const readCmosSizes = new Label("readCmosSizes");
const readFwCfgMap = new Label("readFwCfgMap");
const fwCfgMap = new Label("fwCfgMapName");

export function memory(a: Assembler): void {
  a.func(sizeMemory, () => {
    a.mov(ax, EBDA_SEGMENT);
    a.mov(fs, ax);
    a.mov(es, ax);
    a.mov(w(bda.ebdaSegment), ax);
    a.mov(w(bda.memoryKib), BASE_MEMORY_KIB);
    a.xor(di, di);
    a.xor(ax, ax);
    a.mov(cx, (EBDA_KIB * 1024) / 2);
    a.rep.stosw();
    a.mov(b(fs, ebda.sizeKib), EBDA_KIB);

    const askCmos = new Label();
    const known = new Label();
    a.mov(si, fwCfgMap);
    a.call(findFwCfgFile);
    a.jc(askCmos);
    a.call(readFwCfgMap);
    a.jmp(known);
    a.here(askCmos);
    a.call(readCmosSizes);
    a.here(known);
    // The end of RAM is kept back for the tables.
    a.sub(d(fs, ebda.lowMemoryEnd), TABLES_SIZE);

    /** One entry with constant bounds. */
    const add = (base: number, length: number, type: number) => {
      a.mov(eax, base);
      a.xor(ebx, ebx);
      a.mov(ecx, length);
      a.xor(edx, edx);
      a.mov(si, type);
      a.call(addMemory);
    };
    add(0, BASE_MEMORY_KIB * 1024, kind.usable);
    add(EBDA_SEGMENT * 16, EBDA_KIB * 1024, kind.reserved);
    add(ROM_SEGMENT * 16, ROM_SIZE, kind.reserved);
    a.mov(eax, MIB);
    a.xor(ebx, ebx);
    a.mov(ecx, d(fs, ebda.lowMemoryEnd));
    a.sub(ecx, eax);
    a.xor(edx, edx);
    a.mov(si, kind.usable);
    a.call(addMemory);
    for (const [offset, length, type] of [
      [0, TABLES_NVS, kind.acpi],
      [TABLES_NVS, TABLES_SIZE - TABLES_NVS, kind.nonVolatile],
    ] as const) {
      a.mov(eax, d(fs, ebda.lowMemoryEnd));
      if (offset) a.add(eax, offset);
      a.xor(ebx, ebx);
      a.mov(ecx, length);
      a.xor(edx, edx);
      a.mov(si, type);
      a.call(addMemory);
    }
    add(0x1_0000_0000 - ROM_SIZE, ROM_SIZE, kind.reserved);
    a.xor(eax, eax);
    a.mov(ebx, 1);
    a.mov(ecx, d(fs, ebda.highMemoryBytes));
    a.mov(edx, d(fs, ebda.highMemoryBytes + 4));
    a.mov(si, kind.usable);
    a.call(addMemory);
    a.ret();
  });

  a.func(addMemory, () => {
    const none = new Label();
    a.push(edx);
    a.or(edx, ecx);
    a.pop(edx);
    a.jz(none);
    a.imul(di, w(fs, ebda.memoryMapCount), 20);
    a.add(di, ebda.memoryMap);
    a.cmp(di, ebda.memoryMapLimit);
    a.jae(none);
    a.mov(d(fs, di), eax);
    a.mov(d(fs, di, 4), ebx);
    a.mov(d(fs, di, 8), ecx);
    a.mov(d(fs, di, 12), edx);
    a.mov(w(fs, di, 16), si);
    a.mov(w(fs, di, 18), 0);
    a.inc(w(fs, ebda.memoryMapCount));
    a.here(none);
    a.ret();
  });

  // Battery-backed RAM: 64 KiB units from 16 MiB on, or, when there are none, KiB above 1 MiB; and units from 4 GiB on.
  a.func(readCmosSizes, () => {
    const below16 = new Label();
    const low = new Label();
    const cmosWord = (high: number, lowByte: number) => {
      a.mov(al, high);
      a.call(readCmos);
      a.mov(cl, al);
      a.mov(al, lowByte);
      a.call(readCmos);
      a.mov(ah, cl);
      a.movzx(eax, ax);
    };
    cmosWord(cmosRegister.above16High, cmosRegister.above16Low);
    a.test(eax, eax);
    a.jz(below16);
    a.shl(eax, 16);
    a.add(eax, 16 * MIB);
    a.jmp(low);
    a.here(below16);
    cmosWord(cmosRegister.extendedHigh, cmosRegister.extendedLow);
    a.shl(eax, 10);
    a.add(eax, MIB);
    a.here(low);
    a.mov(d(fs, ebda.lowMemoryEnd), eax);
    cmosWord(cmosRegister.above4gMiddle, cmosRegister.above4gLow);
    a.shl(eax, 16);
    a.mov(d(fs, ebda.highMemoryBytes), eax);
    a.mov(al, cmosRegister.above4gHigh);
    a.call(readCmos);
    a.movzx(eax, al);
    a.mov(d(fs, ebda.highMemoryBytes + 4), eax);
    a.ret();
  });

  // The machine's own list, its item selected: EAX bytes of entries, each base (8 bytes), length (8), kind (4), all
  // little-endian. Of interest is RAM: the piece that begins at 0 and the one at 4 GiB.
  a.func(readFwCfgMap, () => {
    const done = new Label();
    const high = new Label();
    a.push(0);
    a.pop(es);
    const next = a.here();
    a.sub(eax, 20);
    a.jb(done);
    a.mov(di, SCRATCH);
    a.mov(cx, 20);
    a.call(readFwCfg);
    a.cmp(d(SCRATCH + 16), kind.usable);
    a.jne(next);
    a.cmp(d(SCRATCH), 0);
    a.jne(next);
    a.cmp(d(SCRATCH + 4), 1);
    a.je(high);
    a.ja(next);
    a.mov(ecx, d(SCRATCH + 8));
    a.mov(d(fs, ebda.lowMemoryEnd), ecx);
    a.jmp(next);
    a.here(high);
    a.mov(ecx, d(SCRATCH + 8));
    a.mov(d(fs, ebda.highMemoryBytes), ecx);
    a.mov(ecx, d(SCRATCH + 12));
    a.mov(d(fs, ebda.highMemoryBytes + 4), ecx);
    a.jmp(next);
    a.here(done);
    a.ret();
  });
  a.object(fwCfgMap, () => a.db("etc/e820", 0));

  simpleService(a, int12, () => {
    a.mov(ax, w(bda.memoryKib));
    a.mov(frame.ax, ax);
    a.ret();
  });

  // INT 15h AH=88h: KiB above 1 MiB, as far as a word tells; 63 MiB at most, for programs that add one.
  a.func(extendedMemory, () => {
    const fits = new Label();
    a.mov(eax, d(fs, ebda.lowMemoryEnd));
    a.sub(eax, MIB);
    a.shr(eax, 10);
    a.cmp(eax, 63 * 1024);
    a.jbe(fits);
    a.mov(ax, 63 * 1024);
    a.here(fits);
    a.mov(frame.ax, ax);
    succeed(a);
    a.ret();
  });

  const map = new Label("memoryMapE820");
  const sizes16 = new Label("memorySizesE801");
  const sizes32 = new Label("memorySizesE881");
  const sizes = new Label("memorySizes");
  const unsupported = new Label("memoryUnsupported");

  // INT 15h AH=E8h, by AL.
  a.func(memoryMap, () => {
    a.cmp(al, 0x20);
    a.je(map);
    a.cmp(al, 0x01);
    a.je(sizes16);
    a.cmp(al, 0x81);
    a.je(sizes32);
    a.here(unsupported);
    fail(a);
    a.mov(frame.ah, 0x86);
    a.ret();
  });

  // E820h (ACPI 6.5, 15.1): EBX: which entry, 0 first; ECX: room at ES:DI, EDX: "SMAP". The answer has the entry, its
  // length in ECX, and in EBX what to ask for next, 0 after the last. With room for 24 bytes comes the word that says the
  // entry is valid.
  a.func(map, () => {
    const short = new Label();
    const more = new Label();
    a.cmp(edx, SMAP);
    a.jne(unsupported);
    a.cmp(ecx, 20);
    a.jb(unsupported);
    a.movzx(eax, w(fs, ebda.memoryMapCount));
    a.cmp(ebx, eax);
    a.jae(unsupported);
    a.imul(si, bx, 20);
    a.add(si, ebda.memoryMap);
    a.push(di);
    a.mov(cx, 20 / 4);
    a.cld();
    a.seg(fs).rep.movsd();
    a.pop(di);
    a.mov(frame.eax, SMAP);
    a.cmp(frame.ecx, 24);
    a.mov(frame.ecx, 20);
    a.jb(short);
    a.mov(d(es, di, 20), 1);
    a.mov(frame.ecx, 24);
    a.here(short);
    a.inc(ebx);
    a.cmp(ebx, eax);
    a.jb(more);
    a.xor(ebx, ebx);
    a.here(more);
    a.mov(frame.ebx, ebx);
    succeed(a);
    a.ret();
  });

  // E801h: AX = CX: KiB from 1 to 16 MiB, BX = DX: 64 KiB units above. E881h: the same in the 32-bit registers.
  a.func(sizes, () => {
    const done = new Label();
    const above = new Label();
    a.mov(eax, d(fs, ebda.lowMemoryEnd));
    a.xor(ebx, ebx);
    a.cmp(eax, 16 * MIB);
    a.ja(above);
    a.sub(eax, MIB);
    a.shr(eax, 10);
    a.jmp(done);
    a.here(above);
    a.sub(eax, 16 * MIB);
    a.shr(eax, 16);
    a.mov(ebx, eax);
    a.mov(eax, 15 * 1024);
    a.here(done);
    succeed(a);
    a.ret();
  });

  a.func(sizes16, () => {
    a.call(sizes);
    a.mov(frame.ax, ax);
    a.mov(frame.cx, ax);
    a.mov(frame.bx, bx);
    a.mov(frame.dx, bx);
    a.ret();
  });

  a.func(sizes32, () => {
    a.call(sizes);
    a.mov(frame.eax, eax);
    a.mov(frame.ecx, eax);
    a.mov(frame.ebx, ebx);
    a.mov(frame.edx, ebx);
    a.ret();
  });
}
