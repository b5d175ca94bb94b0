/**
 * System instructions, input and output, caches and the miscellaneous rest (SDM vol. 1, 5.1.9, 5.1.14, 5.20). Privilege
 * is checked from the table before a definition is asked (definitions.ts); what is said here are the rules beyond it.
 */
import { GS } from "../isa/instruction.ts";
import { eax, ecx, edx } from "../isa/registers.ts";
import type { Builder, Definition, Definitions, MemoryOperand, Operand, Value } from "./builder.ts";
import { Cr4 } from "./control-bits.ts";
import { fit, generalRegister, isNotZero, RAX, width } from "./operand.ts";
import { Activity, Flag, LDTR, STATUS_FLAGS, TR, Vector } from "./state.ts";

/** Nothing that a guest could see. */
const nothing: Definition = () => {};

const memory = (operand: Operand): MemoryOperand => {
  if (operand.kind !== "memory") throw new Error(`a memory operand was expected, not ${operand.kind}`);
  return operand;
};

const cr4Has = (b: Builder, bit: bigint): Value => isNotZero(b, b.and(b.get("cr4"), b.constant(64, bit)));
const notAtCpl0 = (b: Builder): Value => isNotZero(b, b.get("cpl"));

/** #GP(0) for the instructions that CR4.UMIP takes from user code: SGDT, SIDT, SLDT, STR, SMSW. */
function checkUmip(b: Builder): void {
  b.if(b.and(cr4Has(b, Cr4.UMIP), notAtCpl0(b)), () => b.fault(Vector.GP, 0));
}

/** SGDT, SIDT: limit, then the base: 8 bytes in 64-bit mode, else 4 (with a 16-bit operand size too, whatever the manual says of a 24-bit base). */
const storeTable =
  (base: "gdtrBase" | "idtrBase", limit: "gdtrLimit" | "idtrLimit"): Definition =>
  (b, destination) => {
    checkUmip(b);
    const operand = memory(destination);
    const size = operand.addressSize;
    const baseBits = b.mode === 64 ? 64 : 32;
    const [atLimit, atBase] = [b.constant(size, 0), b.constant(size, 2)];
    b.modifyAt(operand, atLimit, 16);
    b.modifyAt(operand, atBase, baseBits);
    b.storeAt(operand, atLimit, b.truncate(b.get(limit), 16));
    b.storeAt(operand, atBase, fit(b, b.get(base), baseBits));
  };

/** LGDT, LIDT: with a 16-bit operand size the base has 24 bits; in 64-bit mode it must be canonical. */
const loadTable =
  (helper: string): Definition =>
  (b, source) => {
    const operand = memory(source);
    const size = operand.addressSize;
    const limit = b.loadAt(operand, b.constant(size, 0), 16);
    const base = b.loadAt(operand, b.constant(size, 2), b.mode === 64 ? 64 : 32);
    const kept = b.mode !== 64 && b.operandSize === 16 ? b.and(base, b.constant(32, 0xff_ffff)) : base;
    b.helper(helper, [kept, limit]);
    b.endRun();
  };

/** SLDT, STR, SMSW: 16 bits into memory, zero-extended into a register. */
const storeWord =
  (value: (b: Builder) => Value): Definition =>
  (b, destination) => {
    checkUmip(b);
    b.write(destination, fit(b, value(b), destination.kind === "memory" ? 16 : width(destination)));
  };

/** Helper with one operand; what it changes, decoding may depend on. */
const helperOn =
  (name: string): Definition =>
  (b, operand) => {
    b.helper(name, [b.read(operand)]);
    b.endRun();
  };

const helperAlone =
  (name: string): Definition =>
  (b) => {
    b.helper(name, []);
    b.endRun();
  };

/** LAR, LSL: the helper answers with bit 32 set if the selector may be looked at, the wanted word below. */
const inspectSelector =
  (helper: string): Definition =>
  (b, destination, source) => {
    const answer = b.helper(helper, [fit(b, b.read(source!), 16)], 64);
    const valid = isNotZero(b, b.shr(answer, b.constant(64, 32)));
    const value = b.zeroExtend(b.truncate(answer, 32), 64);
    b.if(valid, () => b.write(destination, fit(b, value, width(destination))));
    b.setFlag("ZF", valid);
  };

const verify =
  (helper: string): Definition =>
  (b, selector) =>
    b.setFlag("ZF", b.helper(helper, [b.read(selector)], 1));

/** ARPL: raises the destination's RPL to the source's; one that is high enough is not written. */
const arpl: Definition = (b, destination, source) => {
  const x = b.read(destination);
  const rpl = b.constant(16, 3);
  const wanted = b.and(b.read(source!), rpl);
  const lower = b.ltUnsigned(b.and(x, rpl), wanted);
  b.if(lower, () => b.write(destination, b.or(b.and(x, b.not(rpl)), wanted)));
  b.setFlag("ZF", lower);
};

/** EDX:EAX ← a 64-bit word. */
function setPair(b: Builder, value: Value): void {
  b.setRegister(eax, b.truncate(value, 32));
  b.setRegister(edx, b.truncate(b.shr(value, b.constant(64, 32)), 32));
}

const pair = (b: Builder): Value =>
  b.or(b.shl(b.zeroExtend(b.register(edx), 64), b.constant(64, 32)), b.zeroExtend(b.register(eax), 64));

const rdtscp: Definition = (b) => {
  setPair(b, b.helper("readTimestamp", [], 64));
  b.setRegister(ecx, b.truncate(b.get("tscAux"), 32));
};

const invpcid: Definition = (b, type, descriptor) => {
  const operand = memory(descriptor!);
  const size = operand.addressSize;
  const low = b.loadAt(operand, b.constant(size, 0), 64);
  const high = b.loadAt(operand, b.constant(size, 8), 64);
  b.helper("invpcid", [fit(b, b.read(type), 64), low, high]);
  b.endRun();
};

/** CLFLUSH and its kin do nothing here but fault as a load of a byte would. */
const touch: Definition = (b, operand) => {
  b.read(operand);
};

/** RDRAND, RDSEED: never short of numbers: CF = 1, the other status flags 0. */
const random: Definition = (b, destination) => {
  b.write(destination, b.helper("random", [], width(destination)));
  b.setFlagBits(b.constant(32, Flag.CF), STATUS_FLAGS);
};

/** RDFSBASE…: #UD unless CR4.FSGSBASE is set. */
function checkFsGsBase(b: Builder): void {
  b.if(b.not(cr4Has(b, Cr4.FSGSBASE)), () => b.fault(Vector.UD));
}

const readBase =
  (segment: number): Definition =>
  (b, destination) => {
    checkFsGsBase(b);
    b.write(destination, fit(b, b.get("segmentBase", segment), width(destination)));
  };

/** WRFSBASE…: the base must be canonical. */
const writeBase =
  (segment: number): Definition =>
  (b, source) => {
    checkFsGsBase(b);
    const base = fit(b, b.read(source), 64);
    b.helper("checkCanonical", [base]);
    b.set("segmentBase", base, segment);
  };

const swapgs: Definition = (b) => {
  const base = b.get("segmentBase", GS);
  b.set("segmentBase", b.get("kernelGsBase"), GS);
  b.set("kernelGsBase", base);
};

const hlt: Definition = (b) => {
  b.set("activity", b.constant(32, Activity.halted));
  b.endRun();
};

/** MONITOR: rAX (with the override's segment) is touched as a load would; ECX must be 0. */
const monitor: Definition = (b) => {
  b.if(isNotZero(b, b.register(ecx)), () => b.fault(Vector.GP, 0));
  b.load("override", b.register(generalRegister(b.addressSize, RAX)), 8);
  b.helper("monitor", []);
};

/** MWAIT: ECX bit 0 (wake on masked interrupts too) is the one extension. */
const mwait: Definition = (b) => {
  b.if(isNotZero(b, b.and(b.register(ecx), b.constant(32, 0xffff_fffe))), () => b.fault(Vector.GP, 0));
  b.helper("mwait", [b.register(ecx)]);
  b.endRun();
};

const input: Definition = (b, destination, port) => {
  const bits = width(destination);
  const number = fit(b, b.read(port!), 16);
  const bytes = b.constant(64, bits / 8);
  b.write(destination, b.helper("in", [number, bytes], bits));
  b.endRun();
};

const output: Definition = (b, port, source) => {
  const number = fit(b, b.read(port), 16);
  const bytes = b.constant(64, width(source!) / 8);
  b.helper("out", [number, bytes, fit(b, b.read(source!), 64)]);
  b.endRun();
};

export const system: Definitions = {
  sgdt: storeTable("gdtrBase", "gdtrLimit"),
  sidt: storeTable("idtrBase", "idtrLimit"),
  lgdt: loadTable("loadGdtr"),
  lidt: loadTable("loadIdtr"),
  sldt: storeWord((b) => b.get("segmentSelector", LDTR)),
  str: storeWord((b) => b.get("segmentSelector", TR)),
  smsw: storeWord((b) => b.get("cr0")),
  lldt: helperOn("loadLdtr"),
  ltr: helperOn("loadTaskRegister"),
  lmsw: helperOn("loadMachineStatus"),
  clts: helperAlone("clearTaskSwitched"),
  lar: inspectSelector("accessRights"),
  lsl: inspectSelector("segmentLimit"),
  verr: verify("verifyRead"),
  verw: verify("verifyWrite"),
  arpl,
  rdmsr: (b) => setPair(b, b.helper("readMsr", [b.register(ecx)], 64)),
  wrmsr: (b) => {
    b.helper("writeMsr", [b.register(ecx), pair(b)]);
    b.endRun();
  },
  rdtsc: (b) => setPair(b, b.helper("readTimestamp", [], 64)),
  rdtscp,
  rdpmc: (b) => setPair(b, b.helper("readPerformanceCounter", [b.register(ecx)], 64)),
  rdpid: (b, destination) => b.write(destination, fit(b, b.truncate(b.get("tscAux"), 32), width(destination))),
  xgetbv: (b) => setPair(b, b.helper("readExtendedControl", [b.register(ecx)], 64)),
  xsetbv: (b) => {
    b.helper("writeExtendedControl", [b.register(ecx), pair(b)]);
    b.endRun();
  },
  rdpkru: (b) => setPair(b, b.helper("readProtectionKeys", [b.register(ecx)], 64)),
  wrpkru: (b) => {
    b.helper("writeProtectionKeys", [b.register(ecx), b.register(edx), b.register(eax)]);
    b.endRun();
  },
  invlpg: (b, operand) => {
    b.helper("invalidatePage", [b.linearAddress(memory(operand))]);
    b.endRun();
  },
  invpcid,
  swapgs,
  rdfsbase: readBase(4),
  rdgsbase: readBase(5),
  wrfsbase: writeBase(4),
  wrgsbase: writeBase(5),
  cpuid: (b) => {
    b.helper("cpuid", []);
  },
  hlt,
  monitor,
  mwait,
  rdrand: random,
  rdseed: random,
  in: input,
  out: output,
  clflush: touch,
  clflushopt: touch,
  clwb: touch,
  cldemote: nothing,
  invd: nothing,
  wbinvd: nothing,
  wbnoinvd: nothing,
  lfence: nothing,
  mfence: nothing,
  sfence: nothing,
  prefetch: nothing,
  prefetchw: nothing,
  prefetchwt1: nothing,
  prefetchnta: nothing,
  prefetcht0: nothing,
  prefetcht1: nothing,
  prefetcht2: nothing,
  prefetchit0: nothing,
  prefetchit1: nothing,
  serialize: (b) => b.endRun(),
  pause: nothing,
  nop: nothing,
  endbr32: nothing,
  endbr64: nothing,
  rdsspd: nothing,
  rdsspq: nothing,
};
