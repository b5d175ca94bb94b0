/** SYSCALL, SYSRET, SYSENTER, SYSEXIT: SDM vol. 2. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { CS, SS } from "../isa/instruction.ts";
import { writeMsr } from "./msr.ts";
import { faultOf, Scene } from "./scene.ts";
import { Flag } from "./state.ts";
import { syscall, sysenter, sysexit, sysret } from "./system-calls.ts";

const [RCX, RDX, RSP, R11] = [1, 2, 4, 11];
const LSTAR = 0xffff_8000_0000_1000n;
const NEXT = 0x1_0002n;

function withSyscall(cpl: number): Scene {
  const scene = new Scene("long", { cpl });
  writeMsr(scene.cpu, 0xc000_0081, (0x001bn << 48n) | (0x0008n << 32n));
  writeMsr(scene.cpu, 0xc000_0082, LSTAR);
  writeMsr(scene.cpu, 0xc000_0084, BigInt(Flag.IF | Flag.TF | Flag.DF));
  return scene;
}

test("SYSCALL: RCX and R11 keep RIP and RFLAGS, FMASK clears flags, CS and SS are flat whatever the GDT says", () => {
  const scene = withSyscall(3);
  const { cpu } = scene;
  cpu.setFlags(0x2 | Flag.IF | Flag.CF | Flag.DF);
  syscall(cpu, NEXT);
  assert.equal(scene.register(RCX), NEXT);
  assert.equal(scene.register(R11), BigInt(0x2 | Flag.IF | Flag.CF | Flag.DF));
  assert.equal(cpu.flags, 0x2 | Flag.CF);
  assert.equal(scene.rip, LSTAR);
  assert.deepEqual([scene.selector(CS), scene.selector(SS)], [0x08, 0x10]);
  assert.equal(cpu.state.get32("cpl"), 0);
  assert.equal(cpu.state.get32("segmentAccess", CS), 0xa09b);
  assert.equal(cpu.state.get32("segmentAccess", SS), 0xc093);
});

test("SYSRET with REX.W goes to 64-bit code, without to 32-bit code; IF and the rest come from R11", () => {
  const scene = withSyscall(0);
  const { cpu } = scene;
  cpu.state.set64("general", 0x7fff_0000_1234n, RCX);
  cpu.state.set64("general", BigInt(Flag.IF | Flag.RF | Flag.VM | Flag.ZF), R11);
  sysret(cpu, true);
  assert.deepEqual([scene.selector(CS), scene.selector(SS)], [0x2b, 0x23]);
  assert.equal(scene.rip, 0x7fff_0000_1234n);
  assert.equal(cpu.flags, 0x2 | Flag.IF | Flag.ZF);
  assert.deepEqual([cpu.state.get32("cpl"), cpu.state.get32("codeSize")], [3, 64]);

  const narrow = withSyscall(0);
  narrow.cpu.state.set64("general", 0x1_8000_1234n, RCX);
  sysret(narrow.cpu, false);
  assert.equal(narrow.selector(CS), 0x1b);
  assert.equal(narrow.rip, 0x8000_1234n);
  assert.equal(narrow.cpu.state.get32("codeSize"), 32);
});

test("SYSRET: #GP(0) in ring 3 and for a RCX that is not canonical, still in ring 0; #UD without EFER.SCE", () => {
  assert.equal(
    faultOf(() => sysret(withSyscall(3).cpu, true)),
    "#GP(0)",
  );
  const scene = withSyscall(0);
  scene.cpu.state.set64("general", 1n << 47n, RCX);
  assert.equal(
    faultOf(() => sysret(scene.cpu, true)),
    "#GP(0)",
  );
  assert.equal(scene.cpu.state.get32("cpl"), 0);
  scene.cpu.state.set64("efer", scene.cpu.state.get64("efer") & ~1n);
  assert.equal(
    faultOf(() => sysret(scene.cpu, true)),
    "#UD",
  );
  assert.equal(
    faultOf(() => syscall(scene.cpu, NEXT)),
    "#UD",
  );
});

test("SYSENTER and SYSEXIT: selectors count from SYSENTER_CS, a null one is #GP(0)", () => {
  const scene = new Scene("protected", { cpl: 3 });
  const { cpu } = scene;
  assert.equal(
    faultOf(() => sysenter(cpu)),
    "#GP(0)",
  );
  writeMsr(cpu, 0x174, 0x08n);
  writeMsr(cpu, 0x175, 0x9000n);
  writeMsr(cpu, 0x176, 0x1_2345n);
  cpu.setFlags(0x2 | Flag.IF | Flag.CF);
  sysenter(cpu);
  assert.deepEqual([scene.selector(CS), scene.selector(SS)], [0x08, 0x10]);
  assert.deepEqual([scene.rip, scene.rsp], [0x1_2345n, 0x9000n]);
  assert.equal(cpu.flags, 0x2 | Flag.CF);
  cpu.state.set64("general", 0x7000n, RCX);
  cpu.state.set64("general", 0x1_0007n, RDX);
  sysexit(cpu, false);
  assert.deepEqual([scene.selector(CS), scene.selector(SS)], [0x1b, 0x23]);
  assert.deepEqual([scene.rip, scene.rsp], [0x1_0007n, 0x7000n]);
  assert.equal(cpu.state.get32("cpl"), 3);
});

test("in long mode SYSENTER enters 64-bit code, SYSEXIT with REX.W leaves to it", () => {
  const scene = new Scene("long", { cpl: 3 });
  const { cpu } = scene;
  writeMsr(cpu, 0x174, 0x08n);
  writeMsr(cpu, 0x175, 0xffff_8000_0000_0000n);
  writeMsr(cpu, 0x176, LSTAR);
  sysenter(cpu);
  assert.equal(scene.rip, LSTAR);
  assert.equal(cpu.state.get32("codeSize"), 64);
  cpu.state.set64("general", 1n << 47n, RCX);
  assert.equal(
    faultOf(() => sysexit(cpu, true)),
    "#GP(0)",
  );
  cpu.state.set64("general", 0x7000n, RCX);
  cpu.state.set64("general", 0x1000n, RDX);
  sysexit(cpu, true);
  assert.deepEqual([scene.selector(CS), scene.selector(SS)], [0x2b, 0x33]);
  assert.equal(cpu.state.get32("codeSize"), 64);
  assert.equal(scene.register(RSP), 0x7000n);
});
