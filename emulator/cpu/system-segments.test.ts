/** LLDT, LTR, LAR, LSL, VERR, VERW: SDM vol. 2. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { dpl, FREE, faultOf, GDT, KERNEL_CODE, Kind, NOT_PRESENT, Scene, type Segment, USER_DATA } from "./scene.ts";
import { Access, LDTR, TR } from "./state.ts";
import { accessRights, loadLdtr, loadTaskRegister, segmentLimit, verifyRead, verifyWrite } from "./system-segments.ts";

test("LLDT takes an LDT of the GDT, present; null makes it unusable", () => {
  const scene = new Scene("protected");
  const loading = (what: Segment, selector = FREE) => {
    scene.segment(FREE, what);
    return faultOf(() => loadLdtr(scene.cpu, selector));
  };
  assert.equal(loading({ kind: Kind.ldt, base: 0x4000, limit: 0xff }), "none");
  assert.equal(scene.cpu.state.get64("segmentBase", LDTR), 0x4000n);
  assert.equal(loading({ kind: Kind.data }), "#GP(48)");
  assert.equal(loading({ kind: Kind.ldt ^ NOT_PRESENT }), "#NP(48)");
  assert.equal(loading({ kind: Kind.ldt }, FREE | 4), "#GP(4c)");
  assert.equal(loading({ kind: Kind.ldt }, 0), "none");
  assert.ok(scene.cpu.state.get32("segmentAccess", LDTR) & Access.unusable);
});

test("LTR takes an available TSS and marks it busy in memory", () => {
  const scene = new Scene("protected");
  const loading = (kind: number, selector = FREE) => {
    scene.segment(FREE, { kind, base: 0x3400, limit: 0x67 });
    return faultOf(() => loadTaskRegister(scene.cpu, selector));
  };
  assert.equal(loading(Kind.tss32, 0), "#GP(0)");
  assert.equal(loading(Kind.tss32 | 2), "#GP(48)");
  assert.equal(loading(Kind.tss32 ^ NOT_PRESENT), "#NP(48)");
  assert.equal(loading(Kind.tss16), "none");
  assert.equal(loading(Kind.tss32), "none");
  assert.equal(scene.read(GDT + FREE + 5, 1), BigInt(Kind.tss32 | 2));
  assert.equal(scene.cpu.state.get32("segmentAccess", TR) & 0xf, 0xb);
});

test("long mode: LTR and LLDT read 16 bytes; a type in the upper half is #GP(selector)", () => {
  const scene = new Scene("long");
  scene.segment(FREE, { kind: Kind.tss32, base: 0x3400, limit: 0x67 });
  scene.write64(GDT + FREE + 8, 0xffff_8000n);
  assert.equal(
    faultOf(() => loadTaskRegister(scene.cpu, FREE)),
    "none",
  );
  assert.equal(scene.cpu.state.get64("segmentBase", TR), 0xffff_8000_0000_3400n);
  scene.segment(FREE, { kind: Kind.tss32 });
  scene.write64(GDT + FREE + 8, 0x0100_0000_0000n);
  assert.equal(
    faultOf(() => loadTaskRegister(scene.cpu, FREE)),
    "#GP(48)",
  );
  scene.write64(GDT + FREE + 8, 0x0001_0000n);
  assert.equal(
    faultOf(() => loadTaskRegister(scene.cpu, FREE)),
    "#GP(48)",
  );
});

test("LAR and LSL answer for what CPL and RPL may see, and for the types they know", () => {
  const scene = new Scene("protected", { cpl: 3 });
  const asking = (what: Segment, selector = FREE | 3) => {
    scene.segment(FREE, what);
    const rights = accessRights(scene.cpu, selector);
    const limit = segmentLimit(scene.cpu, selector);
    return [rights, limit].map((answer) => (answer >> 32n ? `0x${(answer & 0xffff_ffffn).toString(16)}` : "none"));
  };
  assert.deepEqual(asking({ kind: Kind.data | dpl(3), limit: 0x1234 }), ["0x40f200", "0x1234"]);
  assert.deepEqual(asking({ kind: Kind.data | dpl(3), limit: 0x12_3fff }), ["0xc0f200", "0x123fff"]);
  assert.deepEqual(asking({ kind: Kind.data }), ["none", "none"]);
  assert.deepEqual(asking({ kind: Kind.conforming, limit: 0xff }), ["0x409e00", "0xff"]);
  assert.deepEqual(asking({ kind: Kind.callGate32 | dpl(3), limit: 0 }), ["0xec00", "none"]);
  assert.deepEqual(asking({ kind: Kind.interruptGate32 | dpl(3) }), ["none", "none"]);
  assert.deepEqual(asking({ kind: Kind.data | dpl(3) }, 3), ["none", "none"]);
  assert.deepEqual(asking({ kind: Kind.data | dpl(3) }, 0x1f3), ["none", "none"]);
});

test("LAR and LSL do not mind absent segments", () => {
  const scene = new Scene("protected");
  scene.segment(FREE, { kind: Kind.data ^ NOT_PRESENT, limit: 5 });
  assert.equal(segmentLimit(scene.cpu, FREE) & 0xffff_ffffn, 5n);
});

test("VERR and VERW", () => {
  const scene = new Scene("protected", { cpl: 3 });
  const asking = (kind: number) => {
    scene.segment(FREE, { kind });
    return [verifyRead(scene.cpu, FREE | 3), verifyWrite(scene.cpu, FREE | 3)].map(Number);
  };
  assert.deepEqual(asking(Kind.data | dpl(3)), [1, 1]);
  assert.deepEqual(asking(Kind.dataReadOnly | dpl(3)), [1, 0]);
  assert.deepEqual(asking(Kind.code | dpl(3)), [1, 0]);
  assert.deepEqual(asking(Kind.codeExecuteOnly | dpl(3)), [0, 0]);
  assert.deepEqual(asking(Kind.conforming), [1, 0]);
  assert.deepEqual(asking(Kind.data), [0, 0]);
  assert.deepEqual(asking(Kind.ldt | dpl(3)), [0, 0]);
  assert.deepEqual([verifyRead(scene.cpu, KERNEL_CODE), verifyWrite(scene.cpu, USER_DATA)].map(Number), [0, 1]);
});
