/** Far jumps, calls and returns: SDM vol. 2, JMP, CALL, RET; vol. 3, 5.8. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { CS, DS, SS } from "../isa/instruction.ts";
import { callFar, jumpFar, returnFar } from "./far.ts";
import {
  CODE,
  dpl,
  FREE,
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

const TARGET = 0x1_2345n;
const RETURN = 0x1_0007n;

function jumping(what: Segment, { cpl = 0, rpl = cpl }: { cpl?: number; rpl?: number } = {}): string {
  const scene = new Scene("protected", { cpl });
  scene.segment(FREE, what);
  return faultOf(() => jumpFar(scene.cpu, FREE | rpl, TARGET, RETURN));
}

test("a direct jump stays in its ring: non-conforming code of this ring, conforming code of this or an inner one", () => {
  assert.equal(jumping({ kind: Kind.code }), "none");
  assert.equal(jumping({ kind: Kind.code | dpl(3) }, { cpl: 0, rpl: 3 }), "#GP(48)");
  assert.equal(jumping({ kind: Kind.code | dpl(3) }, { cpl: 0, rpl: 0 }), "#GP(48)");
  assert.equal(jumping({ kind: Kind.code | dpl(3) }, { cpl: 3, rpl: 0 }), "none");
  assert.equal(jumping({ kind: Kind.code }, { cpl: 3 }), "#GP(48)");
  assert.equal(jumping({ kind: Kind.conforming }, { cpl: 3 }), "none");
  assert.equal(jumping({ kind: Kind.conforming | dpl(3) }, { cpl: 0 }), "#GP(48)");
});

test("jump targets that are no code are #GP(selector), absent code #NP(selector), offsets beyond the limit #GP(0)", () => {
  assert.equal(jumping({ kind: Kind.data }), "#GP(48)");
  assert.equal(jumping({ kind: Kind.ldt }), "#GP(48)");
  assert.equal(jumping({ kind: Kind.code ^ NOT_PRESENT }), "#NP(48)");
  assert.equal(jumping({ kind: Kind.code, limit: 0x12344 }), "#GP(0)");
  assert.equal(jumping({ kind: Kind.code, limit: 0x12345 }), "none");
});

test("a jump to a null selector is #GP(0)", () => {
  const { cpu } = new Scene("protected");
  assert.equal(
    faultOf(() => jumpFar(cpu, 3, 0n, RETURN)),
    "#GP(0)",
  );
});

test("conforming code keeps CPL; CS gets it as RPL", () => {
  const scene = new Scene("protected", { cpl: 3 });
  scene.segment(FREE, { kind: Kind.conforming });
  jumpFar(scene.cpu, FREE, TARGET, RETURN);
  assert.equal(scene.selector(CS), FREE | 3);
  assert.equal(scene.cpu.state.get32("cpl"), 3);
  assert.equal(scene.rip, TARGET);
});

test("a far call pushes CS and the return address in the operand size", () => {
  const scene = new Scene("protected");
  callFar(scene.cpu, KERNEL_CODE, TARGET, 4, RETURN);
  assert.deepEqual(scene.stack(4, 2), [Number(RETURN), KERNEL_CODE]);
  const narrow = new Scene("protected");
  callFar(narrow.cpu, KERNEL_CODE, TARGET, 2, RETURN);
  assert.deepEqual(narrow.stack(2, 2), [7, KERNEL_CODE]);
});

test("a call that finds no room on the stack is #SS(0), before the target's offset is looked at", () => {
  const scene = new Scene("protected");
  scene.segment(FREE, { kind: Kind.data, limit: 0xfff });
  scene.load(SS, FREE);
  assert.equal(
    faultOf(() => callFar(scene.cpu, KERNEL_CODE, 1n << 31n, 4, RETURN)),
    "#SS(0)",
  );
});

/** A call gate at FREE to ring-0 code, seen from ring 3. */
function gateScene(kind: number, count = 0, target: Segment = { kind: Kind.code }): Scene {
  const scene = new Scene("protected", { cpl: 3 });
  scene.segment(FREE + 8, target);
  scene.gate(FREE, { kind: kind | dpl(3), selector: FREE + 8, offset: Number(TARGET), count });
  return scene;
}

test("a call through a gate to an inner ring: stack from the TSS, old stack pointer, parameters, return address", () => {
  const scene = gateScene(Kind.callGate32, 3);
  for (let i = 0; i < 3; i++) scene.write32(STACKS[3] - 12 + 4 * i, 0x111 * (i + 1));
  scene.cpu.state.set64("general", BigInt(STACKS[3] - 12), 4);
  callFar(scene.cpu, FREE | 3, 0xdeadn, 4, RETURN);
  assert.equal(scene.selector(CS), FREE + 8);
  assert.equal(scene.cpu.state.get32("cpl"), 0);
  assert.equal(scene.selector(SS), KERNEL_DATA);
  assert.equal(scene.rip, TARGET);
  assert.deepEqual(scene.stack(4, 7), [Number(RETURN), USER_CODE, 0x111, 0x222, 0x333, STACKS[3] - 12, USER_DATA]);
  assert.equal(scene.rsp, BigInt(STACKS[0] - 28));

  // RETF 12 goes back, drops the parameters on both stacks, and clears the data segment that ring 3 may not keep.
  scene.load(DS, KERNEL_DATA);
  returnFar(scene.cpu, 12n, 4);
  assert.equal(scene.cpu.state.get32("cpl"), 3);
  assert.equal(scene.selector(CS), USER_CODE);
  assert.equal(scene.selector(SS), USER_DATA);
  assert.equal(scene.rsp, BigInt(STACKS[3]));
  assert.equal(scene.rip, RETURN);
  assert.equal(scene.selector(DS), 0);
});

test("a 16-bit gate pushes words and jumps to 16 bits of offset", () => {
  const scene = gateScene(Kind.callGate16, 1);
  callFar(scene.cpu, FREE | 3, 0n, 4, RETURN);
  assert.equal(scene.rip, TARGET & 0xffffn);
  assert.equal(scene.rsp, BigInt(STACKS[0] - 10));
  assert.deepEqual(scene.stack(2, 2), [Number(RETURN & 0xffffn), USER_CODE]);
});

test("a gate to conforming code or code of this ring keeps the stack", () => {
  const scene = gateScene(Kind.callGate32, 5, { kind: Kind.conforming });
  callFar(scene.cpu, FREE | 3, 0n, 4, RETURN);
  assert.equal(scene.cpu.state.get32("cpl"), 3);
  assert.equal(scene.rsp, BigInt(STACKS[3] - 8));
});

test("JMP through a gate to an inner ring is #GP(code selector); to this ring it goes", () => {
  const scene = gateScene(Kind.callGate32);
  assert.equal(
    faultOf(() => jumpFar(scene.cpu, FREE | 3, 0n, RETURN)),
    "#GP(50)",
  );
  const same = gateScene(Kind.callGate32, 0, { kind: Kind.code | dpl(3) });
  assert.equal(
    faultOf(() => jumpFar(same.cpu, FREE | 3, 0n, RETURN)),
    "none",
  );
});

test("gate checks: privilege #GP(gate), presence #NP(gate), then the code segment's own", () => {
  const calling = (scene: Scene, selector = FREE | 3) => faultOf(() => callFar(scene.cpu, selector, 0n, 4, RETURN));
  const inner = gateScene(Kind.callGate32);
  inner.gate(FREE, { kind: Kind.callGate32, selector: FREE + 8 });
  assert.equal(calling(inner), "#GP(48)");
  assert.equal(calling(gateScene(Kind.callGate32 ^ NOT_PRESENT)), "#NP(48)");
  assert.equal(calling(gateScene(Kind.callGate32, 0, { kind: Kind.data })), "#GP(50)");
  assert.equal(calling(gateScene(Kind.callGate32, 0, { kind: Kind.code ^ NOT_PRESENT })), "#NP(50)");
  assert.equal(calling(gateScene(Kind.callGate32, 0, { kind: Kind.code, limit: 0x100 })), "#GP(0)");
  const nullCode = gateScene(Kind.callGate32);
  nullCode.gate(FREE, { kind: Kind.callGate32 | dpl(3), selector: 0 });
  assert.equal(calling(nullCode), "#GP(0)");
});

test("the new stack's faults: #TS for its selector in the TSS, #SS(new SS) when absent or full", () => {
  const calling = (prepare: (scene: Scene) => void) => {
    const scene = gateScene(Kind.callGate32);
    prepare(scene);
    return faultOf(() => callFar(scene.cpu, FREE | 3, 0n, 4, RETURN));
  };
  assert.equal(
    calling((s) => s.write32(TSS + 8, 0)),
    "#TS(0)",
  );
  assert.equal(
    calling((s) => s.write32(TSS + 8, USER_DATA)),
    "#TS(20)",
  );
  assert.equal(
    calling((s) => s.write32(TSS + 8, 0x200)),
    "#TS(200)",
  );
  assert.equal(
    calling((s) => s.segment(KERNEL_DATA, { kind: Kind.data ^ NOT_PRESENT })),
    "#SS(10)",
  );
  assert.equal(
    calling((s) => s.segment(KERNEL_DATA, { kind: Kind.data, limit: 0xfff })),
    "#SS(10)",
  );
  assert.equal(
    calling((s) => s.cpu.state.set32("segmentLimit", 8, 7)),
    "#TS(38)",
  );
});

test("RETF cannot go inwards, and checks CS, then SS, then the offset", () => {
  const returning = (frame: number[], prepare: (scene: Scene) => void = () => {}) => {
    const scene = new Scene("protected");
    prepare(scene);
    for (const [i, value] of frame.entries()) scene.write32(STACKS[0] - 16 + 4 * i, value);
    scene.cpu.state.set64("general", BigInt(STACKS[0] - 16), 4);
    return faultOf(() => returnFar(scene.cpu, 0n, 4));
  };
  assert.equal(returning([CODE, KERNEL_CODE]), "none");
  assert.equal(returning([CODE, 0]), "#GP(0)");
  assert.equal(returning([CODE, KERNEL_DATA]), "#GP(10)");
  assert.equal(returning([CODE, USER_CODE & ~3]), "#GP(18)");
  assert.equal(returning([CODE, USER_CODE, STACKS[3], USER_DATA]), "none");
  assert.equal(returning([CODE, USER_CODE, STACKS[3], 0]), "#GP(0)");
  assert.equal(returning([CODE, USER_CODE, STACKS[3], KERNEL_DATA]), "#GP(10)");
  assert.equal(
    returning([CODE, USER_CODE, STACKS[3], USER_DATA], (s) =>
      s.segment(USER_DATA, { kind: (Kind.data | dpl(3)) ^ NOT_PRESENT }),
    ),
    "#SS(20)",
  );
  const user = new Scene("protected", { cpl: 3 });
  user.write32(STACKS[3] - 8, CODE);
  user.write32(STACKS[3] - 4, KERNEL_CODE);
  user.cpu.state.set64("general", BigInt(STACKS[3] - 8), 4);
  assert.equal(
    faultOf(() => returnFar(user.cpu, 0n, 4)),
    "#GP(8)",
  );
});

test("long mode: 64-bit call gates push quadwords and load a null SS; code must be 64-bit", () => {
  const scene = new Scene("long", { cpl: 3 });
  scene.segment(FREE + 16, { kind: Kind.code, long: true });
  scene.gate(FREE, { kind: Kind.callGate32 | dpl(3), selector: FREE + 16, offset: Number(TARGET) });
  scene.write64(0x1000 + FREE + 8, 0n);
  callFar(scene.cpu, FREE | 3, 0n, 8, RETURN);
  assert.equal(scene.selector(SS), 0);
  assert.equal(scene.rsp, BigInt(STACKS[0] - 32));
  assert.deepEqual(scene.stack(8, 4), [Number(RETURN), USER_CODE, STACKS[3], USER_DATA]);

  const compat = new Scene("long", { cpl: 3 });
  compat.segment(FREE + 16, { kind: Kind.code });
  compat.gate(FREE, { kind: Kind.callGate32 | dpl(3), selector: FREE + 16 });
  assert.equal(
    faultOf(() => callFar(compat.cpu, FREE | 3, 0n, 8, RETURN)),
    "#GP(58)",
  );
  compat.segment(FREE, { kind: Kind.tss32 | dpl(3) });
  assert.equal(
    faultOf(() => jumpFar(compat.cpu, FREE | 3, 0n, RETURN)),
    "#GP(48)",
  );
});

test("long mode: a jump to a segment with L and D is #GP(selector), to a non-canonical address #GP(0)", () => {
  const scene = new Scene("long");
  scene.segment(FREE, { kind: Kind.code, long: true, big: true });
  assert.equal(
    faultOf(() => jumpFar(scene.cpu, FREE, 0n, RETURN)),
    "#GP(48)",
  );
  assert.equal(
    faultOf(() => jumpFar(scene.cpu, KERNEL_CODE, 1n << 47n, RETURN)),
    "#GP(0)",
  );
  scene.segment(FREE, { kind: Kind.code });
  jumpFar(scene.cpu, FREE, TARGET, RETURN);
  assert.equal(scene.cpu.state.get32("codeSize"), 32);
});
