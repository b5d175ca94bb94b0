/**
 * The machine's own instructions (ir/machine.ts), each with the registers the manual gives it.
 */
import type { Instruction, Operand as IrOperand } from "../ir/ssa.ts";
import { repeat } from "./memory.ts";
import {
  imm,
  maskOf,
  mem,
  NONE,
  type Operand,
  R8,
  R9,
  R10,
  R11,
  RAX,
  RBX,
  RCX,
  RDI,
  RDX,
  type Reg,
  RSI,
  RSP,
  reg,
  type Width,
} from "./mir.ts";
import type { Selection } from "./selection.ts";

type Row = (s: Selection, args: readonly IrOperand[], results: readonly Reg[]) => void;

const plain =
  (op: string): Row =>
  (s) =>
    void s.emit(op, 64, NONE);

/** An instruction whose inputs and outputs are fixed registers. */
function fixed(
  op: string,
  width: Width,
  inputs: readonly Reg[],
  outputs: readonly Reg[],
  clobbers = 0,
  ...operands: readonly Operand[]
): Row {
  return (s, args, results) => {
    // Values are computed before the first fixed register is taken.
    const sources = args.map((o) => s.immediateOrRegister(o, 32));
    sources.forEach((source, k) => {
      s.emit(source.kind === "reg" ? "copy" : "mov", 64, inputs[k]!, source);
    });
    const i = s.emit(op, width, NONE, ...operands);
    i.reads = maskOf(...inputs);
    i.writes = (maskOf(...outputs) | clobbers) >>> 0;
    results.forEach((r, k) => {
      s.emit("copy", 64, r, reg(outputs[k]!));
    });
  };
}

/** IN and OUT name a port below 256 in the instruction, others in DX. */
function input(width: Width): Row {
  return (s, [port], [result]) => {
    if (port!.kind === "constant" && port!.bits < 256n) s.emit("in", width, NONE, imm(port!.bits)).writes = maskOf(RAX);
    else {
      s.emit("copy", 32, RDX, reg(s.value(port!)));
      const i = s.emit("in", width, NONE);
      i.reads = maskOf(RDX);
      i.writes = maskOf(RAX);
    }
    s.emit("copy", 32, result!, reg(RAX));
  };
}

function output(width: Width): Row {
  return (s, [port, value]) => {
    const short = port!.kind === "constant" && port!.bits < 256n ? port!.bits : null;
    const address = short === null ? s.value(port!) : NONE;
    const source = s.immediateOrRegister(value!, 32);
    s.emit(source.kind === "reg" ? "copy" : "mov", 32, RAX, source);
    if (short === null) s.emit("copy", 32, RDX, reg(address));
    const i = s.emit("out", width, NONE, ...(short === null ? [] : [imm(short)]));
    i.reads = short === null ? maskOf(RAX, RDX) : maskOf(RAX);
  };
}

function strings(op: "ins" | "outs", width: Width): Row {
  return (s, [port, address, count]) => {
    const values = [s.value(port!), s.value(address!), s.value(count!)];
    repeat(s, op, width, [
      [RDX, reg(values[0]!)],
      [op === "ins" ? RDI : RSI, reg(values[1]!)],
      [RCX, reg(values[2]!)],
    ]);
  };
}

/** An operation on memory whose address is the operand. */
const onAddress =
  (op: string): Row =>
  (s, [address]) =>
    void s.emit(op, 64, NONE, s.address(address!, 0));

/** The same, with the address in a register. */
const onRegister =
  (op: string): Row =>
  (s, [address]) =>
    void s.emit(op, 64, NONE, mem({ base: s.value(address!) }));

const fromControl =
  (n: number): Row =>
  (s, _, [result]) =>
    void s.emit(`mov from cr${n}`, 64, result!);
const toControl =
  (n: number): Row =>
  (s, [value]) =>
    void s.emit(`mov to cr${n}`, 64, NONE, reg(s.value(value!)));
const toSegment =
  (name: string): Row =>
  (s, [value]) =>
    void s.emit(`mov to ${name}`, 16, NONE, reg(s.value(value!)));
const selector =
  (op: string): Row =>
  (s, [value]) =>
    void s.emit(op, 16, NONE, reg(s.value(value!)));

/** EDX:EAX as one number. */
function joined(op: string, argument: Reg | null, extra: Reg | null): Row {
  return (s, args, results) => {
    if (argument !== null) s.emit("copy", 32, argument, reg(s.value(args[0]!)));
    const i = s.emit(op, 64, NONE);
    if (argument !== null) i.reads = maskOf(argument);
    i.writes = extra === null ? maskOf(RAX, RDX) : maskOf(RAX, RDX, extra);
    const low = s.fresh();
    const high = s.fresh();
    const upper = s.fresh();
    s.emit("copy", 64, low, reg(RAX));
    s.emit("copy", 64, high, reg(RDX));
    if (extra !== null) s.emit("copy", 32, results[1]!, reg(extra));
    s.emit("shl", 64, upper, reg(high), imm(32));
    s.emit("or", 64, results[0]!, reg(low), reg(upper));
  };
}

/** A number split to EDX:EAX, with ECX or a memory operand. */
function parted(op: string, onMemory: boolean): Row {
  return (s, [where, value]) => {
    const v = s.value(value!);
    const place = onMemory ? mem({ base: s.value(where!) }) : null;
    const index = onMemory ? NONE : s.value(where!);
    const upper = s.fresh();
    s.emit("shr", 64, upper, reg(v), imm(32));
    s.emit("copy", 64, RAX, reg(v));
    s.emit("copy", 64, RDX, reg(upper));
    if (!onMemory) s.emit("copy", 32, RCX, reg(index));
    const i = s.emit(op, 64, NONE, ...(place === null ? [] : [place]));
    i.reads = onMemory ? maskOf(RAX, RDX) : maskOf(RAX, RDX, RCX);
  };
}

const random =
  (op: string): Row =>
  (s, _, [value, good]) => {
    s.emit(op, 64, value!);
    s.emit("setcc", 8, good!).condition = "b";
  };

const saveFlags: Row = (s, _, [result]) => void s.emit("readflags", 64, result!);

const rows: { readonly [name: string]: Row } = {
  in8: input(8),
  in16: input(16),
  in32: input(32),
  out8: output(8),
  out16: output(16),
  out32: output(32),
  ins8: strings("ins", 8),
  ins16: strings("ins", 16),
  ins32: strings("ins", 32),
  outs8: strings("outs", 8),
  outs16: strings("outs", 16),
  outs32: strings("outs", 32),
  cli: plain("cli"),
  sti: plain("sti"),
  hlt: plain("hlt"),
  stiHlt: plain("stihlt"),
  pause: plain("pause"),
  readFlags: saveFlags,
  writeFlags: (s, [value]) => void s.emit("writeflags", 64, NONE, reg(s.value(value!))),
  saveFlagsCli: (s, args, results) => {
    saveFlags(s, args, results);
    s.emit("cli", 64, NONE);
  },
  int3: plain("int3"),
  readCr0: fromControl(0),
  readCr2: fromControl(2),
  readCr3: fromControl(3),
  readCr4: fromControl(4),
  readCr8: fromControl(8),
  writeCr0: toControl(0),
  writeCr2: toControl(2),
  writeCr3: toControl(3),
  writeCr4: toControl(4),
  writeCr8: toControl(8),
  clts: plain("clts"),
  invlpg: onAddress("invlpg"),
  wbinvd: plain("wbinvd"),
  rdmsr: joined("rdmsr", RCX, null),
  wrmsr: parted("wrmsr", false),
  xgetbv: joined("xgetbv", RCX, null),
  xsetbv: parted("xsetbv", false),
  lgdt: onAddress("lgdt"),
  lidt: onAddress("lidt"),
  sgdt: onAddress("sgdt"),
  sidt: onAddress("sidt"),
  lldt: selector("lldt"),
  ltr: selector("ltr"),
  writeDs: toSegment("ds"),
  writeEs: toSegment("es"),
  writeFs: toSegment("fs"),
  writeGs: toSegment("gs"),
  writeSs: toSegment("ss"),
  swapgs: plain("swapgs"),
  perCpuBase: (s, _, [result]) => void s.emit("mov", 64, result!, mem({ gs: true })),
  stac: plain("stac"),
  clac: plain("clac"),
  rdtsc: joined("rdtsc", null, null),
  rdtscp: joined("rdtscp", null, RCX),
  cpuid: fixed("cpuid", 64, [RAX, RCX], [RAX, RBX, RCX, RDX]),
  rdrand: random("rdrand"),
  rdseed: random("rdseed"),
  fxsave: onRegister("fxsave"),
  fxrstor: onRegister("fxrstor"),
  xsave: parted("xsave", true),
  xrstor: parted("xrstor", true),
  fninit: plain("fninit"),
  stackPointer: (s, _, [result]) => void s.emit("lea", 64, result!, mem({ base: RSP })),
  returnAddress: (s, _, [result]) =>
    void s.emit("mov", 64, result!, mem({ slot: { kind: "incoming", bytes: 8, align: 8, offset: 0 } })),
  syscall: fixed("syscall", 64, [RAX, RDI, RSI, RDX, R10, R8, R9], [RAX], maskOf(RCX, R11)),
  int0x14: fixed("int", 64, [RAX, RBX, RCX, RDX, RSI, RDI], [RAX], 0, imm(0x14n)),
};

export function selectMachine(s: Selection, i: Extract<Instruction, { op: "machine" }>): void {
  const row = rows[i.name];
  if (row === undefined) throw new Error(`the machine has no ${i.name}`);
  row(
    s,
    i.arguments,
    i.results.map((r) => s.of(r)),
  );
}

/** The names selection knows, for the test that holds them against ir/machine.ts. */
export const selectedMachineOps: ReadonlySet<string> = new Set(Object.keys(rows));
