/** Task switches through 386 and 286 TSSs: SDM vol. 3, 7.2–7.4. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { CS, DS, ES, GS, SS } from "../isa/instruction.ts";
import { callFar, jumpFar } from "./far.ts";
import { interruptReturn } from "./interrupt-return.ts";
import { deliver } from "./interrupts.ts";
import {
  CODE,
  dpl,
  FREE,
  faultOf,
  GDT,
  KERNEL_CODE,
  KERNEL_DATA,
  Kind,
  LDT_SELECTOR,
  NOT_PRESENT,
  OTHER_TSS,
  Scene,
  STACKS,
  TSS,
  TSS_SELECTOR,
  USER_CODE,
  USER_DATA,
} from "./scene.ts";
import { Access, Flag, LDTR, TR } from "./state.ts";

const NEXT = BigInt(CODE + 7);
const ENTRY = 0x1_5000;

/** A scene with a second task, of ring 0, behind the TSS at FREE. */
function twoTasks(): Scene {
  const scene = new Scene("protected");
  scene.segment(FREE, { kind: Kind.tss32, base: OTHER_TSS, limit: 0x67 });
  fillTss(scene, { eip: ENTRY, cs: KERNEL_CODE, ss: KERNEL_DATA, ds: KERNEL_DATA, es: KERNEL_DATA });
  return scene;
}

interface Task {
  readonly eip: number;
  readonly cs: number;
  readonly ss: number;
  readonly ds: number;
  readonly es: number;
  readonly flags?: number;
  readonly ldt?: number;
  readonly trap?: boolean;
}

function fillTss(scene: Scene, { eip, cs, ss, ds, es, flags = 2, ldt = 0, trap = false }: Task): void {
  const put = (offset: number, value: number) => scene.write32(OTHER_TSS + offset, value);
  put(0x20, eip);
  put(0x24, flags);
  for (let i = 0; i < 8; i++) put(0x28 + 4 * i, i === 4 ? 0x4f00 : 0x1110 + i);
  for (const [i, selector] of [es, cs, ss, ds, 0, 0].entries()) put(0x48 + 4 * i, selector);
  put(0x60, ldt);
  put(0x64, trap ? 1 : 0);
}

const busy = (scene: Scene, selector: number) => (scene.read(GDT + (selector & ~7) + 5, 1) & 2n) !== 0n;

test("JMP to a TSS: saves the old task, loads the new one, moves the busy bit, sets CR0.TS", () => {
  const scene = twoTasks();
  scene.cpu.state.set64("general", 0xaaaan, 0);
  scene.cpu.setFlags(0x2 | Flag.CF);
  jumpFar(scene.cpu, FREE, 0n, NEXT);
  assert.equal(scene.read(TSS + 0x20, 4), NEXT);
  assert.equal(scene.read(TSS + 0x24, 4), BigInt(0x2 | Flag.CF));
  assert.equal(scene.read(TSS + 0x28, 4), 0xaaaan);
  assert.equal(scene.read(TSS + 0x4c, 2), BigInt(KERNEL_CODE));
  assert.equal(scene.rip, BigInt(ENTRY));
  assert.equal(scene.register(3), 0x1113n);
  assert.equal(scene.rsp, 0x4f00n);
  assert.equal(scene.cpu.flags, 2);
  assert.equal(scene.selector(TR), FREE);
  assert.equal(scene.selector(DS), KERNEL_DATA);
  assert.ok(scene.cpu.state.get32("segmentAccess", GS) & Access.unusable);
  assert.equal(busy(scene, TSS_SELECTOR), false);
  assert.equal(busy(scene, FREE), true);
  assert.equal(scene.cpu.state.get64("cr0") & 8n, 8n);
});

test("CALL to a TSS nests: link and NT; IRET returns and undoes both", () => {
  const scene = twoTasks();
  callFar(scene.cpu, FREE, 0n, 4, NEXT);
  assert.equal(scene.read(OTHER_TSS, 2), BigInt(TSS_SELECTOR));
  assert.equal(scene.cpu.flags & Flag.NT, Flag.NT);
  assert.equal(busy(scene, TSS_SELECTOR), true);
  interruptReturn(scene.cpu, 4, BigInt(ENTRY + 1));
  assert.equal(scene.rip, NEXT);
  assert.equal(scene.selector(TR), TSS_SELECTOR);
  assert.equal(busy(scene, FREE), false);
  assert.equal(busy(scene, TSS_SELECTOR), true);
  assert.equal(scene.read(OTHER_TSS + 0x20, 4), BigInt(ENTRY + 1));
  assert.equal(scene.read(OTHER_TSS + 0x24, 4) & BigInt(Flag.NT), 0n);
});

test("an interrupt through a task gate pushes its error code on the new task's stack", () => {
  const scene = twoTasks();
  scene.handler(8, { kind: Kind.taskGate, selector: FREE });
  deliver(scene.cpu, { vector: 8, kind: "exception", errorCode: 0, rip: NEXT });
  assert.equal(scene.selector(TR), FREE);
  assert.equal(scene.rsp, 0x4f00n - 4n);
  assert.equal(scene.read(TSS + 0x20, 4), NEXT);
});

test("task gates: privilege is the gate's; the TSS must be in the GDT, available and present", () => {
  const scene = new Scene("protected", { cpl: 3 });
  const jump = () => faultOf(() => jumpFar(scene.cpu, (FREE + 8) | 3, 0n, NEXT));
  scene.segment(FREE, { kind: Kind.tss32, base: OTHER_TSS, limit: 0x67 });
  fillTss(scene, { eip: ENTRY, cs: USER_CODE, ss: USER_DATA, ds: 0, es: 0 });
  scene.gate(FREE + 8, { kind: Kind.taskGate, selector: FREE });
  assert.equal(jump(), "#GP(50)");
  scene.gate(FREE + 8, { kind: Kind.taskGate | dpl(3), selector: FREE | 4 });
  assert.equal(jump(), "#GP(4c)");
  scene.gate(FREE + 8, { kind: Kind.taskGate | dpl(3), selector: TSS_SELECTOR });
  assert.equal(jump(), "#GP(38)");
  scene.gate(FREE + 8, { kind: (Kind.taskGate | dpl(3)) ^ NOT_PRESENT, selector: FREE });
  assert.equal(jump(), "#NP(50)");
  scene.gate(FREE + 8, { kind: Kind.taskGate | dpl(3), selector: FREE });
  assert.equal(jump(), "none");
  assert.equal(scene.cpu.state.get32("cpl"), 3);
});

test("a busy TSS is #GP, an absent one #NP, a short one #TS: all in the old task", () => {
  const jumping = (kind: number, limit: number) => {
    const scene = twoTasks();
    scene.segment(FREE, { kind, base: OTHER_TSS, limit });
    const fault = faultOf(() => jumpFar(scene.cpu, FREE, 0n, NEXT));
    assert.equal(scene.selector(TR), TSS_SELECTOR);
    return fault;
  };
  assert.equal(jumping(Kind.tss32 | 2, 0x67), "#GP(48)");
  assert.equal(jumping(Kind.tss32 ^ NOT_PRESENT, 0x67), "#NP(48)");
  assert.equal(jumping(Kind.tss32, 0x66), "#TS(48)");
  assert.equal(jumping(Kind.tss16, 0x2a), "#TS(48)");
});

test("bad segments of the new task fault in the new task: #TS, #NP, #SS with their selectors", () => {
  const switching = (task: Partial<Task>, prepare: (scene: Scene) => void = () => {}) => {
    const scene = twoTasks();
    fillTss(scene, { eip: ENTRY, cs: KERNEL_CODE, ss: KERNEL_DATA, ds: 0, es: 0, ...task });
    prepare(scene);
    const fault = faultOf(() => jumpFar(scene.cpu, FREE, 0n, NEXT));
    assert.equal(scene.selector(TR), FREE);
    assert.equal(scene.rip, BigInt(task.eip ?? ENTRY));
    return fault;
  };
  assert.equal(switching({}), "none");
  assert.equal(switching({ ldt: LDT_SELECTOR }), "none");
  assert.equal(switching({ ldt: KERNEL_DATA }), "#TS(10)");
  assert.equal(switching({ cs: 0 }), "#TS(0)");
  assert.equal(switching({ cs: KERNEL_DATA }), "#TS(10)");
  assert.equal(switching({ ss: 0 }), "#TS(0)");
  assert.equal(switching({ ss: USER_DATA }), "#TS(20)");
  assert.equal(
    switching({ ds: KERNEL_CODE & ~7 }, (s) => s.segment(8, { kind: Kind.codeExecuteOnly })),
    "#TS(8)",
  );
  assert.equal(
    switching({ es: FREE + 8 }, (s) => s.segment(FREE + 8, { kind: Kind.data ^ NOT_PRESENT })),
    "#NP(50)",
  );
  assert.equal(
    switching({ ss: FREE + 8 }, (s) => s.segment(FREE + 8, { kind: Kind.data ^ NOT_PRESENT })),
    "#SS(50)",
  );
  assert.equal(
    switching({ cs: FREE + 8 }, (s) => s.segment(FREE + 8, { kind: Kind.code ^ NOT_PRESENT })),
    "#NP(50)",
  );
  assert.equal(
    switching({ cs: FREE + 8 }, (s) => s.segment(FREE + 8, { kind: Kind.code, limit: 0xfff })),
    "#GP(0)",
  );
});

test("the LDT of the new task is loaded, and its selectors go through it", () => {
  const scene = twoTasks();
  scene.segment(0x0c, { kind: Kind.data, base: 0x4000 });
  fillTss(scene, { eip: ENTRY, cs: KERNEL_CODE, ss: KERNEL_DATA, ds: 0x0c, es: 0, ldt: LDT_SELECTOR });
  jumpFar(scene.cpu, FREE, 0n, NEXT);
  assert.equal(scene.selector(LDTR), LDT_SELECTOR);
  assert.equal(scene.cpu.state.get64("segmentBase", DS), 0x4000n);
});

test("the T bit of a TSS is a #DB with DR6.BT before the task's first instruction", () => {
  const scene = twoTasks();
  fillTss(scene, { eip: ENTRY, cs: KERNEL_CODE, ss: KERNEL_DATA, ds: 0, es: 0, trap: true });
  assert.equal(
    faultOf(() => jumpFar(scene.cpu, FREE, 0n, NEXT)),
    "#DB",
  );
  assert.equal(scene.cpu.state.get64("debug", 6) & 0x8000n, 0x8000n);
  assert.equal(scene.rip, BigInt(ENTRY));
});

test("a 286 TSS: words; upper halves of the registers are ones, FS and GS null", () => {
  const scene = twoTasks();
  scene.segment(FREE, { kind: Kind.tss16, base: OTHER_TSS, limit: 0x2b });
  const words = [0, 0, 0, 0, 0, 0, 0, 0x5000, 0x2, ...[0, 1, 2, 3].map((i) => 0x1110 + i), 0x4f00, 5, 6, 7];
  const selectors = [KERNEL_DATA, KERNEL_CODE, KERNEL_DATA, KERNEL_DATA, 0];
  for (const [i, value] of [...words, ...selectors].entries())
    scene.cpu.writePhysical(BigInt(OTHER_TSS + 2 * i), 2, BigInt(value));
  jumpFar(scene.cpu, FREE, 0n, NEXT);
  assert.equal(scene.rip, 0x5000n);
  assert.equal(scene.register(1), 0xffff_1111n);
  assert.equal(scene.selector(ES), KERNEL_DATA);
  assert.equal(scene.selector(SS), KERNEL_DATA);
  assert.equal(scene.selector(CS), KERNEL_CODE);
  // Back into the 386 task: 32 bits again.
  scene.write32(TSS + 0x20, CODE);
  jumpFar(scene.cpu, TSS_SELECTOR, 0n, NEXT);
  assert.equal(scene.read(OTHER_TSS + 0x0e, 2), NEXT & 0xffffn);
  assert.equal(scene.rsp, BigInt(STACKS[0]));
});

test("IRET with NT and a link to a TSS that is not busy is #TS", () => {
  const scene = twoTasks();
  scene.cpu.setFlags(0x2 | Flag.NT);
  scene.cpu.writePhysical(BigInt(TSS), 2, BigInt(FREE));
  assert.equal(
    faultOf(() => interruptReturn(scene.cpu, 4, NEXT)),
    "#TS(48)",
  );
  scene.cpu.writePhysical(BigInt(TSS), 2, BigInt(FREE | 4));
  assert.equal(
    faultOf(() => interruptReturn(scene.cpu, 4, NEXT)),
    "#TS(4c)",
  );
});
