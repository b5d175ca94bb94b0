/** Control, debug and model-specific registers: what they refuse, and what follows. SDM vol. 2, MOV CR, MOV DR; vol. 3, 2.5, 9.8.5, 17.2. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { CS } from "../isa/instruction.ts";
import { Log } from "../log.ts";
import { Cr0, Cr4, Efer } from "./control-bits.ts";
import {
  clearTaskSwitched,
  invalidatePcid,
  loadMachineStatus,
  readDebug,
  writeControl,
  writeDebug,
  writeExtendedControl,
} from "./control-registers.ts";
import { TICKS_PER_CYCLE } from "./cost.ts";
import type { CpuModelName } from "./cpu-models.ts";
import { cpuidLeaf, models } from "./cpuid.ts";
import { readMsr, readTimestamp, timestamp, writeMsr } from "./msr.ts";
import { ReferenceProcessor } from "./reference.ts";
import { CODE, FREE, faultOf, Kind, Scene } from "./scene.ts";

const GP = "#GP(0)";
const EFER = 0xc000_0080;

/** Writes a control register of a fresh scene; `prepare` sets the stage. */
function writing(number: number, value: bigint, mode: "protected" | "long" = "protected", prepare = (_: Scene) => {}) {
  const scene = new Scene(mode);
  prepare(scene);
  return faultOf(() => writeControl(scene.cpu, number, value));
}

test("CR0: PG needs PE, NW needs CD, bits 63:32 are reserved", () => {
  assert.equal(writing(0, Cr0.PG), GP);
  assert.equal(writing(0, Cr0.PE | Cr0.NW), GP);
  assert.equal(writing(0, Cr0.PE | Cr0.NW | Cr0.CD), "none");
  assert.equal(writing(0, Cr0.PE | (1n << 32n)), GP);
  assert.equal(writing(0, Cr0.PE | Cr0.PG), "none");
});

test("CR0: ET reads as 1, unknown bits as 0", () => {
  const { cpu } = new Scene("protected");
  writeControl(cpu, 0, Cr0.PE | 0x0000_ffc0n);
  assert.equal(cpu.state.get64("cr0"), Cr0.PE | Cr0.ET);
});

test("long mode begins with CR0.PG while EFER.LME and CR4.PAE are set and CS is no 64-bit segment", () => {
  const scene = new Scene("protected");
  const { cpu } = scene;
  writeMsr(cpu, EFER, Efer.LME);
  const turnOn = () => faultOf(() => writeControl(cpu, 0, Cr0.PE | Cr0.PG));
  assert.equal(turnOn(), GP);
  writeControl(cpu, 4, Cr4.PAE);
  scene.segment(FREE, { kind: Kind.code, long: true });
  scene.load(CS, FREE);
  assert.equal(turnOn(), GP);
  scene.enter(0);
  assert.equal(turnOn(), "none");
  assert.equal(cpu.state.get64("efer"), Efer.LME | Efer.LMA);
  assert.equal(cpu.state.get32("codeSize"), 32);
  // Compatibility mode may turn paging off again, and long mode with it.
  assert.equal(
    faultOf(() => writeControl(cpu, 0, Cr0.PE)),
    "none",
  );
  assert.equal(cpu.state.get64("efer"), Efer.LME);
});

test("64-bit mode cannot turn paging off, nor long mode PAE or LA57", () => {
  assert.equal(writing(0, Cr0.PE, "long"), GP);
  assert.equal(writing(4, 0n, "long"), GP);
  assert.equal(writing(4, Cr4.PAE | Cr4.LA57, "long"), GP);
});

test("CR3: physical address bits beyond 46 are reserved in 64-bit mode; bit 63 only with PCIDE, and is not kept", () => {
  assert.equal(writing(3, 1n << 46n, "long"), GP);
  assert.equal(writing(3, 1n << 63n, "long"), GP);
  const scene = new Scene("long");
  writeControl(scene.cpu, 3, 0x8000n);
  writeControl(scene.cpu, 4, Cr4.PAE | Cr4.PCIDE);
  writeControl(scene.cpu, 3, 0x8005n | (1n << 63n));
  assert.equal(scene.cpu.state.get64("cr3"), 0x8005n);
});

test("CR4.PCIDE: only in long mode and with CR3[11:0] = 0; then paging cannot be turned off", () => {
  assert.equal(writing(4, Cr4.PCIDE), GP);
  assert.equal(writing(4, Cr4.PAE | Cr4.PCIDE, "long"), "none");
  const { cpu } = new Scene("long");
  writeControl(cpu, 3, 0x8001n);
  assert.equal(
    faultOf(() => writeControl(cpu, 4, Cr4.PAE | Cr4.PCIDE)),
    GP,
  );
});

test("CR4: bits of features that the model has not are reserved", () => {
  const baseline = new ReferenceProcessor(4096, models["x86-64"]);
  assert.equal(
    faultOf(() => writeControl(baseline, 4, Cr4.PAE | Cr4.PGE)),
    "none",
  );
  for (const bit of [Cr4.SMEP, Cr4.SMAP, Cr4.UMIP, Cr4.PCIDE, Cr4.FSGSBASE, Cr4.PKE, 1n << 13n, 1n << 40n])
    assert.equal(
      faultOf(() => writeControl(baseline, 4, bit)),
      GP,
    );
});

test("PAE paging loads four PDPTEs with CR3; reserved bits in a present one are #GP(0), in an absent one nothing", () => {
  const paging = (entry: bigint) => {
    const scene = new Scene("protected");
    scene.write64(0x8000, 0x9001n);
    scene.write64(0x8008, entry);
    const { cpu } = scene;
    writeControl(cpu, 3, 0x8000n);
    writeControl(cpu, 4, Cr4.PAE);
    const fault = faultOf(() => writeControl(cpu, 0, Cr0.PE | Cr0.PG));
    if (fault === "none") assert.equal(cpu.state.get64("pdpte", 1), entry);
    return fault;
  };
  assert.equal(paging(0xa001n), "none");
  assert.equal(paging(0xa003n), GP);
  assert.equal(paging(0xa002n), "none");
  assert.equal(paging(1n | (1n << 63n)), GP);
});

test("CR8 has four bits; other numbers are #UD", () => {
  assert.equal(writing(8, 15n, "long"), "none");
  assert.equal(writing(8, 16n, "long"), GP);
  for (const number of [1, 5, 7, 9, 15]) assert.equal(writing(number, 0n), "#UD");
});

test("LMSW sets PE MP EM TS and cannot clear PE; CLTS clears TS", () => {
  const { cpu } = new Scene("protected");
  loadMachineStatus(cpu, 0xfffen);
  assert.equal(cpu.state.get64("cr0") & 0xfn, 0xfn);
  clearTaskSwitched(cpu);
  assert.equal(cpu.state.get64("cr0") & 0xfn, 7n);
});

test("debug registers: fixed bits, aliases 4 and 5 until CR4.DE, #GP(0) for high halves, #DB while DR7.GD is set", () => {
  const { cpu } = new Scene("long");
  writeDebug(cpu, 6, 0xffffn);
  assert.equal(readDebug(cpu, 6), 0xffff_efffn);
  writeDebug(cpu, 7, 0x1n);
  assert.equal(readDebug(cpu, 5), 0x401n);
  assert.equal(
    faultOf(() => writeDebug(cpu, 7, 1n << 32n)),
    GP,
  );
  assert.equal(
    faultOf(() => writeDebug(cpu, 0, 1n << 63n)),
    "none",
  );
  assert.equal(
    faultOf(() => readDebug(cpu, 8)),
    "#UD",
  );
  writeControl(cpu, 4, Cr4.PAE | Cr4.DE);
  assert.equal(
    faultOf(() => readDebug(cpu, 4)),
    "#UD",
  );
  writeDebug(cpu, 7, 1n << 13n);
  assert.equal(
    faultOf(() => readDebug(cpu, 0)),
    "#DB",
  );
  assert.equal(cpu.state.get64("debug", 6) & (1n << 13n), 1n << 13n);
});

test("EFER: unknown bits and LME changes under paging are #GP(0); LMA is read-only", () => {
  const { cpu } = new Scene("long");
  assert.equal(
    faultOf(() => writeMsr(cpu, EFER, 1n << 1n)),
    GP,
  );
  assert.equal(
    faultOf(() => writeMsr(cpu, EFER, 0n)),
    GP,
  );
  writeMsr(cpu, EFER, Efer.LME);
  assert.equal(readMsr(cpu, EFER), Efer.LME | Efer.LMA);
});

test("MSRs that hold addresses refuse those that are not canonical; unknown ones are #GP(0) and in guest_errors", () => {
  const lines: string[] = [];
  const cpu = new ReferenceProcessor(4096, undefined, new Log(["guest_errors"], (line) => lines.push(line)));
  for (const number of [0x175, 0x176, 0xc000_0082, 0xc000_0083, 0xc000_0100, 0xc000_0101, 0xc000_0102]) {
    assert.equal(
      faultOf(() => writeMsr(cpu, number, 1n << 47n)),
      GP,
    );
    assert.equal(
      faultOf(() => writeMsr(cpu, number, 0xffff_8000_0000_1234n)),
      "none",
    );
    assert.equal(readMsr(cpu, number), 0xffff_8000_0000_1234n);
  }
  assert.deepEqual(lines, []);
  assert.equal(
    faultOf(() => readMsr(cpu, 0x1234_5678)),
    GP,
  );
  assert.equal(lines.length, 1);
  assert.match(lines[0]!, /RDMSR of register 0x12345678/);
});

test("memory types: PAT and MTRRs refuse undefined ones (vol. 3, 11.11, 11.12)", () => {
  const { cpu } = new Scene("protected");
  assert.equal(readMsr(cpu, 0x277), 0x0007_0406_0007_0406n);
  assert.equal(
    faultOf(() => writeMsr(cpu, 0x277, 2n)),
    GP,
  );
  assert.equal(
    faultOf(() => writeMsr(cpu, 0x277, 0x0100_0000_0000_0000n)),
    "none",
  );
  assert.equal(
    faultOf(() => writeMsr(cpu, 0x200, 6n)),
    "none",
  );
  assert.equal(
    faultOf(() => writeMsr(cpu, 0x200, 7n)),
    GP,
  );
  assert.equal(
    faultOf(() => writeMsr(cpu, 0x201, (1n << 46n) | 0x800n)),
    GP,
  );
  assert.equal(
    faultOf(() => writeMsr(cpu, 0x2ff, 0xc06n)),
    "none",
  );
  assert.equal(
    faultOf(() => writeMsr(cpu, 0x2ff, 0x1000n)),
    GP,
  );
  assert.equal(
    faultOf(() => writeMsr(cpu, 0xfe, 0n)),
    GP,
  );
});

test("the time-stamp counter counts cycles, can be set, and is ring 0's with CR4.TSD", () => {
  const scene = new Scene("protected");
  const { cpu } = scene;
  writeMsr(cpu, 0x10, 1000n);
  cpu.state.set64("ticks", cpu.state.get64("ticks") + 5n * BigInt(TICKS_PER_CYCLE));
  assert.equal(timestamp(cpu), 1005n);
  writeControl(cpu, 4, Cr4.TSD);
  assert.equal(
    faultOf(() => readTimestamp(cpu)),
    "none",
  );
  scene.enter(3);
  assert.equal(
    faultOf(() => readTimestamp(cpu)),
    GP,
  );
});

test("XSETBV: #UD without CR4.OSXSAVE", () => {
  const { cpu } = new Scene("protected");
  assert.equal(
    faultOf(() => writeExtendedControl(cpu, 0, 1n)),
    "#UD",
  );
});

test("INVPCID: bad types, reserved bits, PCIDs without CR4.PCIDE and bad addresses are #GP(0)", () => {
  const { cpu } = new Scene("long");
  const invalidating = (type: bigint, low: bigint, canonical = true) =>
    faultOf(() => invalidatePcid(cpu, type, low, 0n, canonical));
  assert.equal(invalidating(4n, 0n), GP);
  assert.equal(invalidating(2n, 0x1000n), GP);
  assert.equal(invalidating(1n, 5n), GP);
  assert.equal(invalidating(0n, 0n, false), GP);
  assert.equal(invalidating(0n, 0n), "none");
  assert.equal(invalidating(3n, 0n), "none");
});

test("CPUID: leaves above the highest basic one answer as that; features follow the model; SYSCALL shows in 64-bit mode only", () => {
  const { cpu } = new Scene("protected");
  const { eax: highest } = cpuidLeaf(cpu, 0, 0);
  assert.deepEqual(cpuidLeaf(cpu, 0x4000_0000, 0), cpuidLeaf(cpu, highest, 0));
  assert.deepEqual(cpuidLeaf(cpu, highest + 1, 0), cpuidLeaf(cpu, highest, 0));
  assert.equal((cpuidLeaf(cpu, 0x8000_0001, 0).edx >> 11) & 1, 0);
  const long = new Scene("long");
  assert.equal((cpuidLeaf(long.cpu, 0x8000_0001, 0).edx >> 11) & 1, 1);
  const bmi = (name: CpuModelName) => cpuidLeaf(new ReferenceProcessor(4096, models[name]), 7, 0).ebx & (1 << 3);
  assert.equal(bmi("x86-64"), 0);
  assert.equal(bmi("x86-64-v3"), 1 << 3);
});

test("a row whose feature the model lacks is #UD, or the older instruction it extends", () => {
  const running = (code: number[], name: CpuModelName) => {
    const scene = new Scene("protected", { model: models[name] });
    scene.cpu.state.set64("general", 0x10n, 0);
    scene.code(code);
    scene.cpu.step();
    return [scene.rip - BigInt(CODE), scene.register(1)];
  };
  // lzcnt ecx, eax
  assert.deepEqual(running([0xf3, 0x0f, 0xbd, 0xc8], "x86-64-v3"), [4n, 27n]);
  assert.deepEqual(running([0xf3, 0x0f, 0xbd, 0xc8], "x86-64"), [4n, 4n]);
  // popcnt ecx, eax: #UD, and without a handler a shutdown
  assert.deepEqual(running([0xf3, 0x0f, 0xb8, 0xc8], "x86-64-v2"), [4n, 1n]);
  assert.deepEqual(running([0xf3, 0x0f, 0xb8, 0xc8], "x86-64"), [0n, 0n]);
});
