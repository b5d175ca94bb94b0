/** Delivery of interrupts and exceptions and the way back: SDM vol. 3, chapter 6; vol. 2, INT n and IRET. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { CS, DS, SS } from "../isa/instruction.ts";
import type { Delivery } from "./context.ts";
import { interruptReturn } from "./interrupt-return.ts";
import { deliver, raise } from "./interrupts.ts";
import { ReferenceProcessor } from "./reference.ts";
import {
  CODE,
  dpl,
  FREE,
  faultName,
  faultOf,
  KERNEL_CODE,
  KERNEL_DATA,
  Kind,
  NOT_PRESENT,
  Scene,
  type Segment,
  STACKS,
  TSS,
  USER_CODE,
  USER_DATA,
} from "./scene.ts";
import { Activity, Flag, Vector } from "./state.ts";

const HANDLER = 0x1_2340;
const RIP = BigInt(CODE + 5);

const exception = (vector: number, errorCode: number | null = null): Delivery => ({
  vector,
  kind: "exception",
  errorCode,
  rip: RIP,
  resumes: vector !== Vector.DB,
});
const external = (vector: number): Delivery => ({ vector, kind: "interrupt", errorCode: null, rip: RIP });
const software = (vector: number): Delivery => ({ vector, kind: "software", errorCode: null, rip: RIP });

/** A real-address mode processor at 0:7C00 with its stack below. */
function realMode(): ReferenceProcessor {
  const cpu = new ReferenceProcessor(0x20_0000);
  for (let segment = 0; segment < 6; segment++) {
    cpu.state.set32("segmentSelector", 0, segment);
    cpu.state.set64("segmentBase", 0n, segment);
  }
  cpu.state.set64("rip", 0x7c00n);
  cpu.state.set64("general", 0x7c00n, 4);
  cpu.modeChanged();
  return cpu;
}

test("real-address mode: FLAGS, CS and IP as words, the handler from four bytes per vector; IRET undoes it", () => {
  const cpu = realMode();
  cpu.writePhysical(4n * 0x21n, 4, 0xf000_1234n);
  // int 21h; iret in the handler
  cpu.memory.set([0xcd, 0x21], 0x7c00);
  cpu.memory.set([0xcf], 0xf1234);
  cpu.setFlags(0x2 | Flag.IF | Flag.CF);
  cpu.step();
  assert.equal(cpu.state.get32("segmentSelector", CS), 0xf000);
  assert.equal(cpu.state.get64("rip"), 0x1234n);
  assert.equal(cpu.flags, 0x2 | Flag.CF);
  assert.equal(cpu.readPhysical(0x7bfan, 8) & 0xffff_ffff_ffffn, 0x0203_0000_7c02n);
  cpu.step();
  assert.equal(cpu.state.get32("segmentSelector", CS), 0);
  assert.equal(cpu.state.get64("rip"), 0x7c02n);
  assert.equal(cpu.flags, 0x2 | Flag.IF | Flag.CF);
  assert.equal(cpu.state.get64("general", 4), 0x7c00n);
});

test("real-address mode: a vector beyond the IDT's limit is #GP, exceptions push no error code", () => {
  const cpu = realMode();
  cpu.state.set32("idtrLimit", 4 * 0x20 - 1);
  assert.equal(
    faultOf(() => deliver(cpu, software(0x20))),
    "#GP(102)",
  );
  cpu.writePhysical(4n * 13n, 4, 0x2000n);
  cpu.deliver(software(0x20));
  assert.equal(cpu.state.get64("rip"), 0x2000n);
  assert.equal(cpu.state.get64("general", 4), 0x7c00n - 6n);
});

/** A scene whose vector 40H has the given gate to ring-0 code. */
function withGate(kind: number, cpl: number, target: Segment = { kind: Kind.code }): Scene {
  const scene = new Scene("protected", { cpl });
  scene.segment(FREE, target);
  scene.handler(0x40, { kind, selector: FREE, offset: HANDLER });
  scene.cpu.setFlags(0x2 | Flag.IF | Flag.TF | Flag.NT | Flag.ZF);
  return scene;
}

test("an interrupt gate of the same ring: EFLAGS, CS, EIP; IF, TF, NT cleared", () => {
  const scene = withGate(Kind.interruptGate32, 0);
  deliver(scene.cpu, external(0x40));
  assert.equal(scene.rip, BigInt(HANDLER));
  assert.equal(scene.selector(CS), FREE);
  assert.deepEqual(scene.stack(4, 3), [Number(RIP), KERNEL_CODE, 0x2 | Flag.IF | Flag.TF | Flag.NT | Flag.ZF]);
  assert.equal(scene.cpu.flags, 0x2 | Flag.ZF);
});

test("a trap gate leaves IF alone; 16-bit gates push words", () => {
  const trap = withGate(Kind.trapGate32, 0);
  deliver(trap.cpu, external(0x40));
  assert.equal(trap.cpu.flags, 0x2 | Flag.ZF | Flag.IF);
  const narrow = withGate(Kind.interruptGate16, 0);
  deliver(narrow.cpu, external(0x40));
  assert.equal(narrow.rip, BigInt(HANDLER & 0xffff));
  assert.deepEqual(narrow.stack(2, 2), [Number(RIP) & 0xffff, KERNEL_CODE]);
  assert.equal(narrow.rsp, BigInt(STACKS[0] - 6));
});

test("an exception in ring 3: the TSS's stack, SS:ESP first, RF in the image, the error code last; IRET nulls what ring 3 may not keep", () => {
  const scene = withGate(Kind.interruptGate32, 3);
  scene.handler(Vector.GP, { kind: Kind.interruptGate32, selector: FREE, offset: HANDLER });
  deliver(scene.cpu, exception(Vector.GP, 0x18));
  const flags = 0x2 | Flag.IF | Flag.TF | Flag.NT | Flag.ZF;
  assert.deepEqual(scene.stack(4, 6), [0x18, Number(RIP), USER_CODE, flags | Flag.RF, STACKS[3], USER_DATA]);
  assert.equal(scene.selector(SS), KERNEL_DATA);
  assert.equal(scene.cpu.state.get32("cpl"), 0);

  scene.cpu.state.set64("general", scene.rsp + 4n, 4);
  scene.load(DS, KERNEL_DATA);
  interruptReturn(scene.cpu, 4, 0n);
  assert.equal(scene.cpu.state.get32("cpl"), 3);
  assert.equal(scene.rip, RIP);
  assert.equal(scene.rsp, BigInt(STACKS[3]));
  assert.equal(scene.selector(DS), 0);
  assert.equal(scene.cpu.flags, flags | Flag.RF);
});

test("INT n needs a gate with DPL ≥ CPL, other events do not; EXT is clear for it and set for them", () => {
  const scene = withGate(Kind.interruptGate32, 3);
  assert.equal(
    faultOf(() => deliver(scene.cpu, software(0x40))),
    "#GP(202)",
  );
  assert.equal(
    faultOf(() => deliver(scene.cpu, { ...software(0x40), kind: "int3" })),
    "#GP(202)",
  );
  assert.equal(
    faultOf(() => deliver(scene.cpu, { ...software(0x40), kind: "int1" })),
    "none",
  );
  assert.equal(
    faultOf(() => deliver(withGate(Kind.interruptGate32 | dpl(3), 3).cpu, software(0x40))),
    "none",
  );
  assert.equal(
    faultOf(() => deliver(withGate(Kind.interruptGate32 ^ NOT_PRESENT, 0).cpu, software(0x40))),
    "#NP(202)",
  );
  assert.equal(
    faultOf(() => deliver(withGate(Kind.interruptGate32 ^ NOT_PRESENT, 0).cpu, external(0x40))),
    "#NP(203)",
  );
  assert.equal(
    faultOf(() => deliver(withGate(Kind.callGate32, 0).cpu, external(0x40))),
    "#GP(203)",
  );
  const short = withGate(Kind.interruptGate32, 0);
  short.cpu.state.set32("idtrLimit", 0x40 * 8 + 6);
  assert.equal(
    faultOf(() => deliver(short.cpu, external(0x40))),
    "#GP(203)",
  );
});

test("the handler's segment: code not outside this ring #GP(selector+EXT), present #NP, within its limit #GP(EXT)", () => {
  const delivering = (target: Segment, cpl = 0) =>
    faultOf(() => deliver(withGate(Kind.interruptGate32, cpl, target).cpu, external(0x40)));
  assert.equal(delivering({ kind: Kind.data }), "#GP(49)");
  assert.equal(delivering({ kind: Kind.code | dpl(3) }), "#GP(49)");
  assert.equal(delivering({ kind: Kind.code ^ NOT_PRESENT }), "#NP(49)");
  assert.equal(delivering({ kind: Kind.code, limit: 0x100 }), "#GP(1)");
  assert.equal(delivering({ kind: Kind.conforming }, 3), "none");
  const nullCode = withGate(Kind.interruptGate32, 0);
  nullCode.handler(0x40, { kind: Kind.interruptGate32, selector: 0 });
  assert.equal(
    faultOf(() => deliver(nullCode.cpu, external(0x40))),
    "#GP(1)",
  );
});

test("long mode: SS:RSP always, the stack aligned to 16 bytes, 64-bit code only", () => {
  const scene = new Scene("long");
  scene.handler(0x40, { kind: Kind.interruptGate32, selector: KERNEL_CODE, offset: HANDLER });
  scene.cpu.state.set64("general", BigInt(STACKS[0] - 5), 4);
  deliver(scene.cpu, external(0x40));
  assert.equal(scene.rsp, BigInt(STACKS[0] - 16 - 40));
  assert.deepEqual(scene.stack(8, 5), [Number(RIP), KERNEL_CODE, 2, STACKS[0] - 5, KERNEL_DATA]);
  assert.equal(scene.selector(SS), KERNEL_DATA);

  scene.segment(FREE, { kind: Kind.code });
  scene.handler(0x41, { kind: Kind.interruptGate32, selector: FREE });
  assert.equal(
    faultOf(() => deliver(scene.cpu, external(0x41))),
    "#GP(49)",
  );
});

test("long mode: an inner ring has RSP0 and a null SS; an IST entry moves even ring 0's stack", () => {
  const user = new Scene("long", { cpl: 3 });
  user.handler(0x40, { kind: Kind.interruptGate32, selector: KERNEL_CODE, offset: HANDLER });
  deliver(user.cpu, external(0x40));
  assert.equal(user.rsp, BigInt(STACKS[0] - 40));
  assert.equal(user.selector(SS), 0);
  assert.deepEqual(user.stack(8, 5), [Number(RIP), USER_CODE, 2, STACKS[3], USER_DATA]);
  interruptReturn(user.cpu, 8, 0n);
  assert.equal(user.cpu.state.get32("cpl"), 3);
  assert.equal(user.selector(SS), USER_DATA);

  const kernel = new Scene("long");
  kernel.write64(TSS + 0x24 + 8 * 2, 0x7008n);
  kernel.handler(0x40, { kind: Kind.interruptGate32, selector: KERNEL_CODE, offset: HANDLER, count: 3 });
  deliver(kernel.cpu, external(0x40));
  assert.equal(kernel.rsp, 0x7000n - 40n);
  assert.equal(kernel.selector(SS), KERNEL_DATA);
});

test("long mode: a stack pointer of the TSS that is not canonical is #SS, a TSS too short #TS", () => {
  const scene = new Scene("long", { cpl: 3 });
  scene.handler(0x40, { kind: Kind.interruptGate32, selector: KERNEL_CODE, offset: HANDLER });
  scene.write64(TSS + 4, 1n << 50n);
  assert.equal(
    faultOf(() => deliver(scene.cpu, external(0x40))),
    "#SS(1)",
  );
  scene.cpu.state.set32("segmentLimit", 10, 7);
  assert.equal(
    faultOf(() => deliver(scene.cpu, external(0x40))),
    "#TS(39)",
  );
});

test("IRETQ with NT is #GP(0); a frame with a null SS returns to 64-bit ring 0 only", () => {
  const scene = new Scene("long");
  scene.cpu.setFlags(0x2 | Flag.NT);
  assert.equal(
    faultOf(() => interruptReturn(scene.cpu, 8, 0n)),
    "#GP(0)",
  );
  scene.cpu.setFlags(0x2);
  const frame = (cs: number, ss: number) => {
    for (const [i, value] of [CODE, cs, 2, 0x4000, ss].entries()) scene.write64(STACKS[0] - 40 + 8 * i, BigInt(value));
    scene.cpu.state.set64("general", BigInt(STACKS[0] - 40), 4);
    return faultOf(() => interruptReturn(scene.cpu, 8, 0n));
  };
  assert.equal(frame(USER_CODE, 0), "#GP(0)");
  assert.equal(frame(USER_CODE, KERNEL_DATA), "#GP(10)");
  assert.equal(frame(KERNEL_CODE, 0), "none");
  assert.equal(scene.rsp, 0x4000n);
});

test("IRET in ring 3 takes neither IF nor IOPL from the image (CPL > IOPL)", () => {
  const scene = new Scene("protected", { cpl: 3 });
  for (const [i, value] of [CODE, USER_CODE, Flag.IF | Flag.IOPL | Flag.CF].entries())
    scene.write32(STACKS[3] - 12 + 4 * i, value);
  scene.cpu.state.set64("general", BigInt(STACKS[3] - 12), 4);
  interruptReturn(scene.cpu, 4, 0n);
  assert.equal(scene.cpu.flags, 0x2 | Flag.CF);
});

test("a fault while a fault is delivered: contributory pairs make #DF(0), benign ones follow each other (table 6-5)", () => {
  const scene = new Scene("protected");
  const handle = (vector: number) =>
    scene.handler(vector, { kind: Kind.interruptGate32, selector: KERNEL_CODE, offset: HANDLER + vector });
  handle(Vector.DF);
  handle(Vector.NP);
  // No gate for #GP: delivering it is #GP again.
  assert.equal(raise(scene.cpu, exception(Vector.GP, 0)), null);
  assert.equal(scene.rip, BigInt(HANDLER + Vector.DF));
  assert.deepEqual(scene.stack(4, 2), [0, Number(RIP)]);
  // #UD's gate is there but absent: #NP is delivered after it, serially.
  scene.handler(Vector.UD, { kind: Kind.interruptGate32 ^ NOT_PRESENT, selector: KERNEL_CODE });
  assert.equal(raise(scene.cpu, exception(Vector.UD)), null);
  assert.equal(scene.rip, BigInt(HANDLER + Vector.NP));
  assert.deepEqual(scene.stack(4, 2), [8 * Vector.UD + 3, Number(RIP)]);
});

test("a fault while #DF is delivered shuts the processor down, with the chain that led there", () => {
  const scene = new Scene("protected");
  const chain = scene.cpu.deliver(exception(Vector.PF, 2), 0x1234n);
  assert.equal(scene.cpu.state.get32("activity"), Activity.shutdown);
  assert.deepEqual(chain?.map(faultName), ["#PF(2)", "#GP(73)", "#DF(0)", "#GP(43)"]);
  assert.equal(chain[0]!.cr2, 0x1234n);
  assert.equal(scene.cpu.state.get64("cr2"), 0x1234n);
});

test("NMI: a second one waits until IRET", () => {
  const scene = new Scene("protected");
  scene.handler(Vector.NMI, { kind: Kind.interruptGate32, selector: KERNEL_CODE, offset: HANDLER });
  deliver(scene.cpu, { vector: Vector.NMI, kind: "nmi", errorCode: null, rip: RIP });
  assert.equal(scene.cpu.state.get32("nmiBlocked"), 1);
  interruptReturn(scene.cpu, 4, 0n);
  assert.equal(scene.cpu.state.get32("nmiBlocked"), 0);
});

test("single step: a trap after each instruction, DR6.BS set; INT n loses its own; MOV SS holds it off for one, LSS does not", () => {
  const scene = new Scene("protected");
  scene.handler(Vector.DB, { kind: Kind.interruptGate32, selector: KERNEL_CODE, offset: HANDLER });
  scene.handler(0x40, { kind: Kind.interruptGate32, selector: KERNEL_CODE, offset: HANDLER });
  // nop
  scene.code([0x90]);
  scene.cpu.setFlags(0x2 | Flag.TF);
  scene.step();
  assert.equal(scene.rip, BigInt(HANDLER));
  assert.deepEqual(scene.stack(4, 1), [CODE + 1]);
  assert.equal(scene.cpu.state.get64("debug", 6) & 0x4000n, 0x4000n);

  // int 40h: the handler begins without a trap in between
  scene.enter(0);
  scene.code([0xcd, 0x40]);
  scene.cpu.setFlags(0x2 | Flag.TF);
  scene.step();
  assert.deepEqual(scene.stack(4, 3), [CODE + 2, KERNEL_CODE, 0x2 | Flag.TF]);

  // mov ss, ax; nop
  scene.enter(0);
  scene.code([0x8e, 0xd0, 0x90]);
  scene.cpu.state.set64("general", BigInt(KERNEL_DATA), 0);
  scene.cpu.setFlags(0x2 | Flag.TF);
  scene.step();
  assert.equal(scene.rip, BigInt(CODE + 2));
  scene.step();
  assert.deepEqual(scene.stack(4, 1), [CODE + 3]);

  // lss esp, [CODE + 100H]
  scene.enter(0);
  scene.code([0x0f, 0xb2, 0x25, 0x00, 0x01, 0x01, 0x00]);
  scene.write32(CODE + 0x100, 0x4800);
  scene.write32(CODE + 0x104, KERNEL_DATA);
  scene.cpu.setFlags(0x2 | Flag.TF);
  scene.step();
  assert.deepEqual(scene.stack(4, 1), [CODE + 7]);
  assert.equal(scene.rsp, 0x4800n - 12n);
});
