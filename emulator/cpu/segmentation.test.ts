/** Segment loads and their refusals: SDM vol. 2, MOV ("Loads to segment registers"), vol. 3, 5.5–5.7. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { CS, DS, ES, FS, SS } from "../isa/instruction.ts";
import { dpl, FREE, faultOf, GDT, Kind, NOT_PRESENT, Scene, USER_CODE } from "./scene.ts";
import { loadSegment } from "./segmentation.ts";
import { Access } from "./state.ts";

/** Loads a descriptor of the given kind through a selector with the given RPL. */
function loading(segment: number, kind: number, { cpl = 0, rpl = cpl }: { cpl?: number; rpl?: number } = {}): string {
  const scene = new Scene("protected", { cpl });
  scene.segment(FREE, { kind });
  return faultOf(() => loadSegment(scene.cpu, segment, FREE | rpl));
}

test("data segments: readable kinds load, the others are #GP(selector)", () => {
  assert.equal(loading(DS, Kind.data), "none");
  assert.equal(loading(DS, Kind.dataReadOnly), "none");
  assert.equal(loading(ES, Kind.code), "none");
  assert.equal(loading(ES, Kind.codeExecuteOnly), "#GP(48)");
  assert.equal(loading(ES, Kind.ldt), "#GP(48)");
  assert.equal(loading(ES, Kind.callGate32), "#GP(48)");
});

test("data segments: both CPL and RPL must be at least as privileged as DPL, but for conforming code", () => {
  assert.equal(loading(DS, Kind.data, { cpl: 3 }), "#GP(48)");
  assert.equal(loading(DS, Kind.data, { cpl: 0, rpl: 3 }), "#GP(48)");
  assert.equal(loading(DS, Kind.data | dpl(3), { cpl: 0, rpl: 3 }), "none");
  assert.equal(loading(DS, Kind.data | dpl(3), { cpl: 3 }), "none");
  assert.equal(loading(DS, Kind.code, { cpl: 3 }), "#GP(48)");
  assert.equal(loading(DS, Kind.conforming, { cpl: 3 }), "none");
});

test("a data segment that is not present is #NP(selector), but only if everything else was right", () => {
  assert.equal(loading(DS, Kind.data ^ NOT_PRESENT), "#NP(48)");
  assert.equal(loading(DS, Kind.data ^ NOT_PRESENT, { cpl: 3 }), "#GP(48)");
});

test("SS: writable data with RPL = DPL = CPL; #SS(selector) when not present", () => {
  assert.equal(loading(SS, Kind.data), "none");
  assert.equal(loading(SS, Kind.dataReadOnly), "#GP(48)");
  assert.equal(loading(SS, Kind.code), "#GP(48)");
  assert.equal(loading(SS, Kind.data, { cpl: 0, rpl: 3 }), "#GP(48)");
  assert.equal(loading(SS, Kind.data | dpl(3)), "#GP(48)");
  assert.equal(loading(SS, Kind.data | dpl(3), { cpl: 3 }), "none");
  assert.equal(loading(SS, Kind.data ^ NOT_PRESENT), "#SS(48)");
});

test("null selectors load into data segments, not into SS; using them is #GP(0)", () => {
  const { cpu } = new Scene("protected");
  assert.equal(
    faultOf(() => loadSegment(cpu, SS, 0)),
    "#GP(0)",
  );
  assert.equal(
    faultOf(() => loadSegment(cpu, SS, 3)),
    "#GP(0)",
  );
  assert.equal(
    faultOf(() => loadSegment(cpu, DS, 2)),
    "none",
  );
  assert.equal(cpu.state.get32("segmentSelector", DS), 2);
  assert.equal(
    faultOf(() => cpu.readSegment(DS, 0n, 1)),
    "#GP(0)",
  );
});

test("64-bit mode takes a null SS outside ring 3, with RPL = CPL", () => {
  const { cpu } = new Scene("long");
  assert.equal(
    faultOf(() => loadSegment(cpu, SS, 0)),
    "none",
  );
  assert.equal(
    faultOf(() => loadSegment(cpu, SS, 1)),
    "#GP(0)",
  );
  const user = new Scene("long", { cpl: 3 });
  assert.equal(
    faultOf(() => loadSegment(user.cpu, SS, 3)),
    "#GP(0)",
  );
});

test("a selector beyond its table's limit is #GP(selector), with TI in the error code; so is one into an LDT that is not there", () => {
  const { cpu } = new Scene("protected");
  assert.equal(
    faultOf(() => loadSegment(cpu, DS, 0x100)),
    "#GP(100)",
  );
  assert.equal(
    faultOf(() => loadSegment(cpu, DS, 0x84)),
    "#GP(84)",
  );
  cpu.state.set32("segmentAccess", Access.unusable, 6);
  assert.equal(
    faultOf(() => loadSegment(cpu, DS, 0x0c)),
    "#GP(c)",
  );
  cpu.state.set32("gdtrLimit", 0x4e);
  assert.equal(
    faultOf(() => loadSegment(cpu, DS, FREE)),
    "#GP(48)",
  );
});

test("CS is no destination", () => {
  const { cpu } = new Scene("protected");
  assert.equal(
    faultOf(() => loadSegment(cpu, CS, USER_CODE)),
    "#UD",
  );
});

test("a load caches base, limit in bytes and rights, and sets the accessed bit in memory", () => {
  const scene = new Scene("protected");
  scene.segment(FREE, { kind: Kind.data, base: 0x1234_5678, limit: 0x00ab_cfff });
  loadSegment(scene.cpu, FS, FREE);
  const { state } = scene.cpu;
  assert.equal(state.get64("segmentBase", FS), 0x1234_5678n);
  assert.equal(state.get32("segmentLimit", FS), 0x00ab_cfff);
  assert.equal(state.get32("segmentAccess", FS), 0xc093);
  assert.equal(scene.read(GDT + FREE + 5, 1), 0x93n);
});

test("a load that faults changes nothing", () => {
  const scene = new Scene("protected");
  scene.segment(FREE, { kind: Kind.data ^ NOT_PRESENT });
  const before = scene.selector(DS);
  assert.equal(
    faultOf(() => loadSegment(scene.cpu, DS, FREE)),
    "#NP(48)",
  );
  assert.equal(scene.selector(DS), before);
  assert.equal(scene.read(GDT + FREE + 5, 1), BigInt(Kind.data ^ NOT_PRESENT));
});

test("real-address mode: base is the selector times 16; the limit of protected mode stays (vol. 3, 9.9.2)", () => {
  const scene = new Scene("protected");
  const { cpu } = scene;
  loadSegment(cpu, ES, 0x10);
  cpu.state.set64("cr0", 0x10n);
  loadSegment(cpu, ES, 0xb800);
  assert.equal(cpu.state.get64("segmentBase", ES), 0xb8000n);
  assert.equal(cpu.state.get32("segmentLimit", ES), 0xffff_ffff);
});

test("expand-down segments reach from above the limit to 64 KiB or 4 GiB", () => {
  const scene = new Scene("protected");
  const reach = (big: boolean, offset: bigint) => {
    scene.segment(FREE, { kind: Kind.data | 4, limit: 0xfff, big });
    loadSegment(scene.cpu, DS, FREE);
    return faultOf(() => scene.cpu.readSegment(DS, offset, 2));
  };
  assert.equal(reach(false, 0xfffn), "#GP(0)");
  assert.equal(reach(false, 0x1000n), "none");
  assert.equal(reach(false, 0xffffn), "#GP(0)");
  assert.equal(reach(true, 0xffffn), "none");
});
