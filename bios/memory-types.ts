/**
 * What may be cached, said in the processor's memory type range registers: RAM may, devices may not, ROM only for reading.
 * Operating systems take over what they find here, so it must be right on every processor and stay so. All memory is
 * write-back unless said otherwise; one range says otherwise, from the end of RAM's place to 4 GiB, and below 1 MiB the
 * fixed ranges do. The page attribute table has its power-on values. (SDM vol. 3A, 12.11 and 12.12)
 */
import type { Assembler } from "../dsl/asm/assembler.ts";
import { d } from "../dsl/asm/operand.ts";
import { Label } from "../dsl/out/expression.ts";
import { al, cl, cr0, eax, ebx, ecx, edx, esi, fs } from "../emulator/isa/registers.ts";
import { ebda, PCI_MEMORY_START } from "./layout.ts";

/** Self-test, when the size of memory is known. EAX–EDX, ESI lost. */
export const setMemoryTypes = new Label("setMemoryTypes");

/** CPUID leaf 1, EDX. */
const [MTRR, PAT] = [1 << 12, 1 << 16];
/** IA32_MTRRCAP: number of variable ranges, and whether there are fixed ones. */
const VARIABLE_RANGES = 0xff;
const FIXED_RANGES = 1 << 8;
const msr = { mtrrCap: 0xfe, mtrrBase0: 0x200, mtrrMask0: 0x201, pat: 0x277, mtrrDefault: 0x2ff } as const;
/** Four ranges' types in a dword. */
const four = { uncached: 0, writeProtected: 0x0505_0505, writeBack: 0x0606_0606 } as const;
/** The registers of the fixed ranges: 64 KiB a byte, 16 KiB, 4 KiB. Video memory at A0000h, ROM from C0000h on. */
const fixed: readonly (readonly [register: number, types: number])[] = [
  [0x250, four.writeBack],
  [0x258, four.writeBack],
  [0x259, four.uncached],
  ...Array.from({ length: 8 }, (_, i) => [0x268 + i, four.writeProtected] as const),
];
const UNCACHED = 0;
const WRITE_BACK = 6;
const VALID = 1 << 11;
const [ENABLE, ENABLE_FIXED] = [1 << 11, 1 << 10];
/** The last quarter of 4 GiB: devices there begin here at the latest. */
const LAST_QUARTER = 0xc000_0000;
/** CR0: caches off. */
const [CD, NW] = [0x4000_0000, 0x2000_0000];

export function memoryTypes(a: Assembler): void {
  const write = (register: number) => {
    a.mov(ecx, register);
    a.wrmsr();
  };

  a.func(setMemoryTypes, () => {
    const none = new Label();
    const noPat = new Label();
    const width = new Label();
    const place = new Label();
    a.mov(eax, 1);
    a.cpuid();
    a.mov(esi, edx);
    a.test(esi, PAT);
    a.jz(noPat);
    a.mov(eax, 0x0007_0406);
    a.mov(edx, eax);
    write(msr.pat);
    a.here(noPat);
    a.test(esi, MTRR);
    a.jz(none);
    a.mov(ecx, msr.mtrrCap);
    a.rdmsr();
    a.test(eax, VARIABLE_RANGES);
    a.jz(none);
    a.test(eax, FIXED_RANGES);
    a.jz(none);
    // ESI: what a mask has above its low half, by the width of physical addresses; 36 bits where nobody tells.
    a.mov(eax, 0x8000_0000);
    a.cpuid();
    a.mov(esi, 0x0f);
    a.cmp(eax, 0x8000_0008);
    a.jb(width);
    a.mov(eax, 0x8000_0008);
    a.cpuid();
    a.movzx(ecx, al);
    a.sub(ecx, 32);
    a.mov(esi, 1);
    a.shl(esi, cl);
    a.dec(esi);
    a.here(width);
    // EBX: where RAM ends at the latest. As such it is also the mask.
    a.mov(ebx, LAST_QUARTER);
    a.cmp(d(fs, ebda.lowMemoryEnd), ebx);
    a.jbe(place);
    a.mov(ebx, PCI_MEMORY_START);
    a.here(place);
    a.xor(edx, edx);
    a.lea(eax, d(ebx, UNCACHED));
    write(msr.mtrrBase0);
    a.mov(edx, esi);
    a.lea(eax, d(ebx, VALID));
    write(msr.mtrrMask0);
    for (const [register, types] of fixed) {
      a.mov(eax, types);
      a.mov(edx, eax);
      write(register);
    }
    a.mov(eax, ENABLE | ENABLE_FIXED | WRITE_BACK);
    a.xor(edx, edx);
    write(msr.mtrrDefault);
    // Caches are off since power-on; now it is known what they may hold.
    a.wbinvd();
    a.mov(eax, cr0);
    a.and(eax, 0xffff_ffff - (CD | NW));
    a.mov(cr0, eax);
    a.here(none);
    a.ret();
  });
}
