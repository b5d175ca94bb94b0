/**
 * Operations that the typed tree names and lowering knows: what each takes and gives. `places` are storage, given by
 * address; `arguments` are values. Those whose name the prelude declares have its signature.
 */
export const intrinsics: { readonly [name: string]: string } = {
  // Checks and ends.
  assert: "(condition, why?: text): traps when false, with the text or the source of the condition",
  panic: "(why: text): never",
  ignore: "(result): evaluates it, nothing else",

  // Memory.
  addr: "(s: View<T>): u64, the address of its first element",
  copy: "(to: Ptr<T>, from: Ptr<T>): sizeOf T bytes; the same place or no overlap",
  copySlice: "(to: Slice<T>, from: View<T>): as memmove; unequal lengths trap",
  fill: "(to: Slice<T>, value: T): every element",
  userAt: "(p: User<T>, i: u64): the address of element i, wrapping",
  copyIn: "(to: Slice<T>, from: User<T>): Res<u64>, the bytes copied; EFAULT. The kernel provides it",
  copyOut: "(to: User<T>, from: View<T>): Res<u64>. The kernel provides it",

  // Atomic cells: one place; results are the values from before. The order is the last part of the name.
  "atomic.load.seqcst": "[cell](): T",
  "atomic.load.acquire": "[cell](): T",
  "atomic.load.relaxed": "[cell](): T",
  "atomic.store.seqcst": "[cell](value)",
  "atomic.store.release": "[cell](value)",
  "atomic.store.relaxed": "[cell](value)",
  "atomic.swap.seqcst": "[cell](value): T",
  "atomic.add.seqcst": "[cell](value): T",
  "atomic.sub.seqcst": "[cell](value): T",
  "atomic.or.seqcst": "[cell](value): T",
  "atomic.and.seqcst": "[cell](value): T",
  "atomic.xor.seqcst": "[cell](value): T",
  "atomic.cas.seqcst": "[cell](want, to): boolean",

  // Storage with its own access.
  "bigEndian.get": "[place](): the value, bytes swapped",
  "bigEndian.set": "[place](value)",
  "percpu.my": "[global](): Ptr<T> of this CPU's copy, through gs",
  "percpu.of": "[global](cpu: u32): Ptr<T>",

  // Ports: a Ports value is the base, 16 bits; the index is a u64, checked against the count of its type.
  "ports.in8": "(ports, index): u8",
  "ports.in16": "(ports, index): u16",
  "ports.in32": "(ports, index): u32",
  "ports.out8": "(ports, index, u8)",
  "ports.out16": "(ports, index, u16)",
  "ports.out32": "(ports, index, u32)",
  "ports.part": "(ports, from: constant u64): Ports of the result type's count",

  "ports.in8s": "(ports, index, to: Slice<u8>)",
  "ports.in16s": "(ports, index, to: Slice<u16>)",
  "ports.in32s": "(ports, index, to: Slice<u32>)",
  "ports.out8s": "(ports, index, from: View<u8>)",
  "ports.out16s": "(ports, index, from: View<u16>)",
  "ports.out32s": "(ports, index, from: View<u32>)",

  // Text: `text` has one piece more than there are values; values are integers, floats, booleans, texts, bytes, pointers, hex.
  klog: "`pieces`(values): a line in the log",
  print: "`pieces`(values): to the console",
  format: "`pieces`(buffer: Slice<u8>, values): u64, the bytes written; cut at the buffer's end",
  hex: "(integer): in a format string only; shown in base 16",

  // Bits; the width is that of the argument's type.
  rotateLeft: "(x: T, n: u32): T",
  rotateRight: "(x: T, n: u32): T",
  leadingZeros: "(x: T): u32; the width for 0",
  trailingZeros: "(x: T): u32; the width for 0",
  countOnes: "(x: T): u32",
  swapBytes: "(x: T): T",
  multiplyHigh: "(x: T, y: T): T, signed or unsigned as T",
  sqrt: "(x: f64): f64",

  // A kernel's own, in assembler (dsl/x64/support.ts).
  ...Object.fromEntries(
    "switchStacks newStack enterFrame copyFaulting faultFixup"
      .split(" ")
      .map((name) => [`unsafe.${name}`, "as declared"]),
  ),

  // The program's own image, as declared.
  ...Object.fromEntries(
    "text rodata data bss perCpu here locate caller".split(" ").map((name) => [`image.${name}`, "as declared"]),
  ),

  // The machine, as declared in dsl/prelude/machine.d.ts.
  ...Object.fromEntries(
    `cli sti hlt stiHlt pause int3 saveFlagsCli restoreFlags readFlags mfence lfence sfence rmb wmb invlpg wbinvd rdmsr
    wrmsr readCr0 readCr2 readCr3 readCr4 writeCr0 writeCr2 writeCr3 writeCr4 clts rdtsc lgdt lidt ltr lldt loadCs
    writeDs writeEs writeFs writeGs writeSs swapgs stac clac fxsave fxrstor xsave xrstor xgetbv xsetbv fninit rdrand
    rdseed stackPointer returnAddress id cpuidEax cpuidEbx cpuidEcx cpuidEdx vectors syscallEntry`
      .split(/\s+/)
      .map((name) => [`cpu.${name}`, "as declared"]),
  ),
};
