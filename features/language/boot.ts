/**
 * The shortest way into a kernel of the language, for tests: a PVH entry, page tables of 2 MiB pages (the first 4 MiB at
 * address 0, the third for user code; the first 4 MiB again 2 GiB below the top), and a call of main. And a user program.
 */
import { Assembler } from "../../dsl/asm/assembler.ts";
import { d, m, q } from "../../dsl/asm/operand.ts";
import type { Expression, Label } from "../../dsl/out/expression.ts";
import type { ObjectFile } from "../../dsl/out/object.ts";
import { XEN_ELFNOTE_PHYS32_ENTRY } from "../../emulator/formats/elf.ts";
import {
  ax,
  cr0,
  cr3,
  cr4,
  ds,
  eax,
  ecx,
  es,
  r14,
  r15,
  rax,
  rbx,
  rcx,
  rdi,
  rsi,
  rsp,
  ss,
} from "../../emulator/isa/registers.ts";

const higherHalf = 0xffff_ffff_8000_0000n;

export const regions = [
  { address: 0x10_0000, sections: [".boot", ".note.Xen"] },
  { offset: higherHalf, sections: [".text", ".rodata", ".data", ".percpu", ".bss", ".symbols"] },
  { address: 0x40_0000, sections: [".user"] },
];

/** Jumps to the symbol `main`. */
export function bootObject(main: string): { readonly object: ObjectFile; readonly entry: Label } {
  const a = new Assembler();
  const [pml4, pdpt, directory, stack] = ["pml4", "pdpt", "directory", "bootStack"].map((name) => a.newLabel(name)) as [
    Label,
    Label,
    Label,
    Label,
  ];
  const entry = a.newLabel("pvhEntry");
  a.section(".bss", { align: 4096 }, () => {
    for (const table of [pml4, pdpt, directory]) a.object(table, () => a.space(4096));
    a.object(stack, () => a.space(8192));
  });
  a.section(".note.Xen", { flags: "r", align: 4 }, () => {
    a.dd(4, 8, XEN_ELFNOTE_PHYS32_ENTRY);
    a.db("Xen\0");
    a.dq(entry);
  });
  a.section(".boot", { flags: "rx", align: 16 });
  a.bits(32, () => {
    const pointer = a.newLabel();
    const gdt = a.newLabel();
    const in64 = a.newLabel();
    const high = a.newLabel();
    a.func(entry, () => {
      const put = (at: Expression, value: Expression | number) => a.mov(d(at), value);
      const entryOf = (table: Label, index: number) => table.physical().plus(8 * index);
      for (const index of [0, 511]) put(entryOf(pml4, index), pdpt.physical().plus(7));
      for (const index of [0, 510]) put(entryOf(pdpt, index), directory.physical().plus(7));
      put(entryOf(directory, 0), 0x83);
      put(entryOf(directory, 2), 0x40_0000 | 0x87);
      a.mov(eax, cr4);
      a.or(eax, 0x20);
      a.mov(cr4, eax);
      a.mov(eax, pml4.physical());
      a.mov(cr3, eax);
      a.mov(ecx, 0xc000_0080);
      a.rdmsr();
      a.or(eax, 0x900);
      a.wrmsr();
      a.mov(eax, cr0);
      a.or(eax, 0x8001_0000);
      a.mov(cr0, eax);
      a.lgdt(m(pointer));
      a.jmpFar(8, in64);
      a.align(8);
      a.here(gdt);
      a.dq(0);
      a.dw(0xffff, 0, 0x9b00, 0x00af);
      a.here(pointer);
      a.dw(15);
      a.dd(gdt);
      a.bits(64, () => {
        a.here(in64);
        a.xor(eax, eax);
        for (const segment of [ds, es, ss]) a.mov(segment, ax);
        a.mov(rax, high);
        a.jmp(rax);
      });
    });
    a.section(".text", {}, () => {
      a.bits(64, () => {
        a.here(high);
        a.mov(rsp, stack.plus(8192));
        a.call(a.extern(main));
      });
    });
  });
  a.section(".user", { flags: "rwx", address: 0x40_0000 }, () => {
    a.bits(64, () => userProgram(a));
  });
  return { object: a.finish(), entry };
}

/** Calls through both doors, good and bad addresses; loses no register; at last touches the kernel. */
function userProgram(a: Assembler): void {
  const text = a.newLabel();
  const wrong = a.newLabel("wrong");
  const after = a.newLabel();
  const calls = (door: () => void) => {
    for (const address of [null, 0x1234_5000n, 0xffff_ffff_8010_0000n]) {
      if (address === null) a.lea(rdi, m(text));
      else a.mov(rdi, address);
      a.mov(rsi, 4);
      a.mov(rbx, 0x5555);
      a.mov(r15, 0x7777);
      door();
      a.cmp(rbx, 0x5555);
      a.jne(wrong);
      a.cmp(r15, 0x7777);
      a.jne(wrong);
    }
  };
  a.func("user", () => {
    a.mov(r14, rsp);
    calls(() => a.int(0x31));
    calls(() => a.syscall());
    a.cmp(r14, rsp);
    a.jne(wrong);
    a.mov(rcx, 3_000_000);
    const again = a.here();
    a.dec(rcx);
    a.jnz(again);
    a.lea(rbx, m(after));
    a.mov(rax, 0xffff_ffff_8000_0000n);
    a.mov(rax, q(rax));
    a.here(wrong);
    a.hlt();
    a.here(after);
    a.ud2();
    a.here(text);
    a.db(1, 2, 3, 4);
  });
}
