/** What the kernels of the system oracle say, and how: a few routines that write to COM1, for 32- and 64-bit code alike. */
import type { Assembler } from "../../dsl/asm/assembler.ts";
import { b, d, type Memory, q, w } from "../../dsl/asm/operand.ts";
import { Label } from "../../dsl/out/expression.ts";
import {
  al,
  bx,
  cl,
  cr2,
  dr6,
  dr7,
  dx,
  eax,
  ebp,
  ebx,
  ecx,
  edi,
  edx,
  esi,
  esp,
  rax,
  ss,
} from "../../emulator/isa/registers.ts";
import { type Kernel, TSS } from "./kernel.ts";

const COM1 = 0x3f8;
const NAMES = [
  ...["DE", "DB", "NMI", "BP", "OF", "BR", "UD", "NM", "DF", "09", "TS", "NP", "SS", "GP", "PF", "0f", "MF", "AC"],
  ...["MC", "XM", "VE", "CP"],
];
const PF = 14;
const DB = 1;
/** TF IF DF IOPL NT VM AC VIF VIP: the flags that are no result of an operation. */
const FLAGS_SHOWN = 0x1e_7700;
const RF = 1 << 16;

export class ReportWriter {
  readonly record = new Label("record");
  /** Where the tasks of faults begin. */
  readonly faultTaskEntry = new Label("faultTaskEntry");
  readonly #kernel: Kernel;
  readonly #putc = new Label("putc");
  readonly #puts = new Label("puts");
  readonly #hex = new Label("hex");
  readonly #digits = new Label("digits");
  readonly #names = new Label("names");
  readonly #hasCode = new Label("hasCode");
  /** vector, error code, RIP, CS, flags of the last exception; CR2. */
  readonly #kept = Array.from({ length: 5 }, (_, i) => new Label(`kept${i}`));
  readonly #cr2 = new Label("keptCr2");

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  get #a(): Assembler {
    return this.#kernel.a;
  }

  /** 115200 baud, no interrupts. */
  initialise(): void {
    const a = this.#a;
    for (const [port, value] of [
      [1, 0],
      [3, 0x83],
      [0, 1],
      [1, 0],
      [3, 3],
      [2, 7],
    ] as const) {
      a.mov(edx, COM1 + port);
      a.mov(al, value);
      a.out(dx, al);
    }
  }

  /** Prints a text. Changes eax, ebx, edx, esi. */
  say(text: string): void {
    const a = this.#a;
    a.mov(esi, this.#kernel.text(text));
    a.call(this.#puts);
  }

  /** Prints " name=" and the lower `digits` hexadecimal digits of EAX. Changes eax, ebx, ecx, edx, esi, edi. */
  value(name: string, digits = 8): void {
    const a = this.#a;
    a.mov(edi, eax);
    this.say(` ${name}=`);
    a.mov(eax, edi);
    a.mov(ecx, 4 * digits);
    a.call(this.#hex);
  }

  /** Prints the dwords (words) on the stack from its top on. Changes what `value` does. */
  stack(names: string, bytes: 2 | 4 = 4): void {
    const a = this.#a;
    for (const [i, name] of names.split(" ").entries()) {
      if (bytes === 4) a.mov(eax, d(ss, esp, 4 * i));
      else a.movzx(eax, w(ss, esp, 2 * i));
      this.value(name, 2 * bytes);
    }
  }

  /** Waits until the last byte is on its way. */
  flush(): void {
    const a = this.#a;
    const wait = a.here();
    a.mov(edx, COM1 + 5);
    a.in(al, dx);
    a.test(al, 0x40);
    a.jz(wait);
  }

  /** Takes the frame into memory, each word through EAX (RAX). */
  keep(words: readonly (Memory<32> | Memory<64>)[]): void {
    const a = this.#a;
    for (const [i, word] of words.entries()) {
      const kept = this.#kept[i]!;
      if (this.#kernel.bits === 64) {
        a.mov(rax, word as Memory<64>);
        a.mov(q(kept), rax);
      } else {
        a.mov(eax, word as Memory<32>);
        a.mov(d(kept), eax);
      }
    }
    if (this.#kernel.bits === 64) {
      a.mov(rax, cr2);
      a.mov(q(this.#cr2), rax);
    } else {
      a.mov(eax, cr2);
      a.mov(d(this.#cr2), eax);
    }
  }

  resetDebugRegisters(): void {
    const a = this.#a;
    if (this.#kernel.bits === 64) {
      a.xor(eax, eax);
      a.mov(dr7, rax);
      a.mov(dr6, rax);
    } else {
      a.xor(eax, eax);
      a.mov(dr7, eax);
      a.mov(dr6, eax);
    }
  }

  library(): void {
    const a = this.#a;
    a.here(this.#putc);
    a.mov(ebx, eax);
    const wait = a.here();
    a.mov(edx, COM1 + 5);
    a.in(al, dx);
    a.test(al, 0x20);
    a.jz(wait);
    a.mov(edx, COM1);
    a.mov(eax, ebx);
    a.out(dx, al);
    a.ret();

    a.here(this.#puts);
    const done = new Label();
    const next = a.here();
    a.mov(al, b(esi));
    a.inc(esi);
    a.test(al, al);
    a.jz(done);
    a.call(this.#putc);
    a.jmp(next);
    a.here(done);
    a.ret();

    // EAX; ECX: four times the digits.
    a.here(this.#hex);
    a.mov(edi, eax);
    const digit = a.here();
    a.sub(ecx, 4);
    a.mov(eax, edi);
    a.shr(eax, cl);
    a.and(eax, 15);
    a.movzx(eax, b(eax, this.#digits));
    a.call(this.#putc);
    a.test(ecx, ecx);
    a.jnz(digit);
    a.ret();

    this.#record();
    if (this.#kernel.bits === 32) this.#faultTask();
  }

  /** " #GP(0018)+3 cs=0008 fl=00010002", for #PF with CR2, for #DB with DR6. The offset is cut to 16 bits. */
  #record(): void {
    const a = this.#a;
    const [vector, errorCode, rip, cs, flags] = this.#kept as [Label, Label, Label, Label, Label];
    a.here(this.record);
    this.say(" ");
    a.mov(esi, d(vector));
    a.shl(esi, 3);
    a.add(esi, this.#names);
    a.call(this.#puts);
    const noCode = new Label();
    a.mov(eax, d(vector));
    a.cmp(eax, 32);
    a.jae(noCode);
    a.cmp(b(eax, this.#hasCode), 0);
    a.jz(noCode);
    this.say("(");
    a.mov(eax, d(errorCode));
    a.mov(ecx, 16);
    a.call(this.#hex);
    this.say(")");
    a.here(noCode);
    a.mov(eax, d(rip));
    a.sub(eax, d(this.#kernel.mark));
    this.value("at", 4);
    a.mov(eax, d(cs));
    this.value("cs", 4);
    a.mov(eax, d(flags));
    a.and(eax, FLAGS_SHOWN | (this.#kernel.showRf ? RF : 0));
    this.value("fl", 6);
    this.#only(PF, () => {
      if (this.#kernel.bits === 64) {
        a.mov(eax, d(this.#cr2.plus(4)));
        this.value("cr2");
        a.mov(eax, d(this.#cr2));
        this.value("");
      } else {
        a.mov(eax, d(this.#cr2));
        this.value("cr2");
      }
    });
    this.#only(DB, () => {
      if (this.#kernel.bits === 64) a.mov(rax, dr6);
      else a.mov(eax, dr6);
      this.value("dr6");
      a.xor(eax, eax);
      if (this.#kernel.bits === 64) a.mov(dr6, rax);
      else a.mov(dr6, eax);
    });
    a.ret();
  }

  #only(vector: number, body: () => void): void {
    const a = this.#a;
    const skip = new Label();
    a.cmp(d(this.#kept[0]!), vector);
    a.jnz(skip);
    body();
    a.here(skip);
  }

  /**
   * A fault's own task. EAX: the vector. What the other task was doing is in the TSS that the link names, in either format. It is
   * left by a jump.
   */
  #faultTask(): void {
    const a = this.#a;
    const { gdt, recover } = this.#kernel;
    a.here(this.faultTaskEntry);
    const kept = this.#kept as [Label, Label, Label, Label, Label];
    a.mov(d(kept[0]), eax);
    a.pop(eax);
    a.mov(d(kept[1]), eax);
    // EBX: the descriptor of this task; EBP: the link; ESI: the base of the other task.
    const baseOf = (): void => {
      a.mov(esi, d(ebx, gdt.plus(2)));
      a.and(esi, 0xff_ffff);
      a.movzx(ecx, b(ebx, gdt.plus(7)));
      a.shl(ecx, 24);
      a.or(esi, ecx);
    };
    a.xor(ebx, ebx);
    a.str(bx);
    baseOf();
    a.movzx(ebx, w(esi));
    a.mov(ebp, ebx);
    baseOf();
    const narrow = new Label();
    const done = new Label();
    a.test(b(ebx, gdt.plus(5)), 8);
    a.jz(narrow);
    for (const [i, offset] of [
      [2, 0x20],
      [3, 0x4c],
      [4, 0x24],
    ] as const) {
      a.mov(eax, d(esi, offset));
      a.mov(d(kept[i]!), eax);
    }
    a.jmp(done);
    a.here(narrow);
    for (const [i, offset] of [
      [2, 0x0e],
      [3, 0x24],
      [4, 0x10],
    ] as const) {
      a.movzx(eax, w(esi, offset));
      a.mov(d(kept[i]!), eax);
    }
    a.here(done);
    a.call(this.record);
    // The kernel's own task goes without saying.
    a.mov(eax, ebp);
    a.cmp(eax, TSS);
    a.jz(recover);
    this.value("task", 4);
    a.jmp(recover);
  }

  data(): void {
    const a = this.#a;
    a.here(this.#digits);
    a.db("0123456789abcdef");
    a.here(this.#names);
    for (let vector = 0; vector < 256; vector++)
      a.db(`#${NAMES[vector] ?? vector.toString(16).padStart(2, "0")}`.padEnd(7, "\0").slice(0, 7), 0);
    a.here(this.#hasCode);
    for (let vector = 0; vector < 32; vector++) a.db([8, 10, 11, 12, 13, 14, 17, 21].includes(vector) ? 1 : 0);
    for (const label of [...this.#kept, this.#cr2]) {
      a.align(8);
      a.here(label);
      a.dq(0);
    }
  }
}
