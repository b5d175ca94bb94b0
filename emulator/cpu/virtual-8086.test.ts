/** Virtual-8086 mode: SDM vol. 3, chapter 20; the virtual interrupt flag; I/O permission (vol. 1, 18.5.2). */
import assert from "node:assert/strict";
import { test } from "node:test";
import { CS, DS, ES, FS, GS, SS } from "../isa/instruction.ts";
import { Cr4 } from "./control-bits.ts";
import { FREE, KERNEL_CODE, KERNEL_DATA, Kind, Scene, STACKS, TSS } from "./scene.ts";
import { Flag, TR, Vector } from "./state.ts";

const HANDLER = 0x1_4000;
/** The task's segments, as paragraphs; its code begins at PARAGRAPH:0. */
const PARAGRAPH = 0x1100;
const STACK_PARAGRAPH = 0x600;

interface Options {
  readonly iopl?: number;
  readonly vme?: boolean;
  readonly flags?: number;
}

/** A task in virtual-8086 mode, entered by IRETD from ring 0. */
function task(code: readonly number[], { iopl = 0, vme = false, flags = 0 }: Options = {}): Scene {
  const scene = new Scene("protected");
  const { cpu } = scene;
  cpu.state.set32("segmentLimit", 0x3fff, TR);
  for (let vector = 0; vector < 0x50; vector++)
    scene.handler(vector, { kind: Kind.interruptGate32 | (3 << 5), selector: KERNEL_CODE, offset: HANDLER + vector });
  if (vme) cpu.state.set64("cr4", Cr4.VME);
  // The permission bitmap begins 32 bytes behind offset 68H; the interrupt redirection bitmap is below it.
  cpu.writePhysical(BigInt(TSS + 0x66), 2, 0x88n);
  scene.code(code, PARAGRAPH * 16);
  const image = 0x2 | Flag.VM | (iopl << 12) | flags;
  const frame = [0, PARAGRAPH, image, 0x800, STACK_PARAGRAPH, 0x700, 0x701, 0x702, 0x703];
  for (const [i, value] of frame.entries()) scene.write32(STACKS[0] - 36 + 4 * i, value);
  cpu.state.set64("general", BigInt(STACKS[0] - 36), 4);
  scene.code([0xcf]);
  scene.step();
  assert.equal(scene.selector(CS), PARAGRAPH);
  return scene;
}

const vectorOf = (scene: Scene) => Number(scene.rip) - HANDLER;

test("IRETD with VM in the image enters the task: all segments are paragraphs, CPL 3, 16-bit code", () => {
  const scene = task([0x90], { iopl: 3, flags: Flag.IF });
  const { state } = scene.cpu;
  assert.equal(scene.cpu.flags, 0x2 | Flag.VM | Flag.IOPL | Flag.IF);
  assert.equal(state.get32("cpl"), 3);
  assert.equal(state.get32("codeSize"), 16);
  assert.equal(state.get64("segmentBase", SS), BigInt(STACK_PARAGRAPH * 16));
  assert.deepEqual(
    [ES, DS, FS, GS].map((segment) => scene.selector(segment)),
    [0x700, 0x701, 0x702, 0x703],
  );
  assert.equal(state.get32("segmentLimit", DS), 0xffff);
  assert.equal(scene.rsp, 0x800n);
});

test("an exception leaves the mode: GS FS DS ES below SS:ESP, EFLAGS with VM; the data segments become null", () => {
  // ud2
  const scene = task([0x0f, 0x0b]);
  scene.step();
  assert.equal(vectorOf(scene), Vector.UD);
  assert.deepEqual(scene.stack(4, 9), [
    0,
    PARAGRAPH,
    0x2 | Flag.VM | Flag.RF,
    0x800,
    STACK_PARAGRAPH,
    0x700,
    0x701,
    0x702,
    0x703,
  ]);
  assert.deepEqual(
    [ES, DS, FS, GS].map((segment) => scene.selector(segment)),
    [0, 0, 0, 0],
  );
  assert.equal(scene.selector(SS), KERNEL_DATA);
  assert.equal(scene.cpu.flags & Flag.VM, 0);
  // iretd goes back
  scene.code([0xcf], HANDLER + Vector.UD);
  scene.step();
  assert.equal(scene.selector(CS), PARAGRAPH);
  assert.equal(scene.selector(GS), 0x703);
});

test("a handler outside ring 0 is #GP(its selector + EXT)", () => {
  const scene = task([0x0f, 0x0b]);
  scene.segment(FREE, { kind: Kind.code | (1 << 5) });
  scene.handler(Vector.UD, { kind: Kind.interruptGate32, selector: FREE, offset: HANDLER });
  scene.step();
  assert.equal(vectorOf(scene), Vector.GP);
  assert.equal(scene.stack(4, 1)[0], FREE | 1);
});

test("the sensitive instructions are #GP(0) below IOPL 3 and the task's own at IOPL 3", () => {
  const sensitive: Record<string, number[]> = {
    cli: [0xfa],
    sti: [0xfb],
    pushf: [0x9c],
    popf: [0x9d],
    iret: [0xcf],
    "int 40h": [0xcd, 0x40],
  };
  for (const [name, code] of Object.entries(sensitive)) {
    const scene = task(code);
    scene.step();
    assert.equal(vectorOf(scene), Vector.GP, name);
    assert.equal(scene.stack(4, 1)[0], 0, name);
  }
  const cli = task([0xfa], { iopl: 3, flags: Flag.IF });
  cli.step();
  assert.equal(cli.cpu.flags & Flag.IF, 0);
  const pushf = task([0x9c], { iopl: 3 });
  pushf.step();
  assert.equal(pushf.stack(2, 1)[0], 0x3002);
});

test("POPF at IOPL 3 changes IF, not IOPL", () => {
  const scene = task([0x9d], { iopl: 3 });
  scene.cpu.writePhysical(BigInt(STACK_PARAGRAPH * 16 + 0x800), 2, BigInt(Flag.IF | Flag.CF));
  scene.step();
  assert.equal(scene.cpu.flags, 0x2 | Flag.VM | Flag.IOPL | Flag.IF | Flag.CF);
  assert.equal(scene.rsp, 0x802n);
});

test("INT n at IOPL 3 goes to the monitor through the IDT, checked against the gate's DPL", () => {
  const scene = task([0xcd, 0x40], { iopl: 3 });
  scene.step();
  assert.equal(vectorOf(scene), 0x40);
  assert.equal(scene.stack(4, 1)[0], 2);
  const closed = task([0xcd, 0x40], { iopl: 3 });
  closed.handler(0x40, { kind: Kind.interruptGate32, selector: KERNEL_CODE, offset: HANDLER });
  closed.step();
  assert.equal(vectorOf(closed), Vector.GP);
  assert.equal(closed.stack(4, 1)[0], 0x40 * 8 + 2);
});

test("INT3 is not sensitive to IOPL", () => {
  const scene = task([0xcc]);
  scene.step();
  assert.equal(vectorOf(scene), Vector.BP);
});

test("VME: a clear redirection bit sends INT n to the task's own table, with VIF pushed as IF and IOPL 3", () => {
  const scene = task([0xcd, 0x21], { vme: true, flags: Flag.VIF });
  scene.cpu.writePhysical(4n * 0x21n, 4, 0x1200_0010n);
  scene.step();
  assert.equal(scene.selector(CS), 0x1200);
  assert.equal(scene.rip, 0x10n);
  assert.deepEqual(scene.stack(2, 3), [2, PARAGRAPH, 0x3202]);
  assert.equal(scene.cpu.flags & Flag.VIF, 0);
  assert.equal(scene.cpu.flags & Flag.VM, Flag.VM);
});

test("VME: a set redirection bit is the monitor's: #GP(0) below IOPL 3, the IDT at IOPL 3", () => {
  const redirected = (iopl: number) => {
    const scene = task([0xcd, 0x21], { vme: true, iopl });
    scene.cpu.writePhysical(BigInt(TSS + 0x88 - 32 + 4), 1, 0b10n);
    scene.step();
    return vectorOf(scene);
  };
  assert.equal(redirected(0), Vector.GP);
  assert.equal(redirected(3), 0x21);
});

test("VME: CLI, STI, PUSHF, POPF and IRET act on VIF; STI with VIP is #GP(0)", () => {
  const cli = task([0xfa], { vme: true, flags: Flag.VIF | Flag.IF });
  cli.step();
  assert.equal(cli.cpu.flags, 0x2 | Flag.VM | Flag.IF);
  const sti = task([0xfb], { vme: true });
  sti.step();
  assert.equal(sti.cpu.flags, 0x2 | Flag.VM | Flag.VIF);
  const pending = task([0xfb], { vme: true, flags: Flag.VIP });
  pending.step();
  assert.equal(vectorOf(pending), Vector.GP);
  const pushf = task([0x9c], { vme: true, flags: Flag.VIF });
  pushf.step();
  assert.equal(pushf.stack(2, 1)[0], 0x3202);
  const popf = task([0x9d], { vme: true });
  popf.cpu.writePhysical(BigInt(STACK_PARAGRAPH * 16 + 0x800), 2, BigInt(Flag.IF | Flag.ZF));
  popf.step();
  assert.equal(popf.cpu.flags, 0x2 | Flag.VM | Flag.VIF | Flag.ZF);
  const wide = task([0x66, 0x9d], { vme: true });
  wide.step();
  assert.equal(vectorOf(wide), Vector.GP);
  const iret = task([0xcf], { vme: true });
  for (const [i, value] of [0x123, 0x1300, Flag.IF | Flag.CF].entries())
    iret.cpu.writePhysical(BigInt(STACK_PARAGRAPH * 16 + 0x800 + 2 * i), 2, BigInt(value));
  iret.step();
  assert.equal(iret.selector(CS), 0x1300);
  assert.equal(iret.cpu.flags, 0x2 | Flag.VM | Flag.VIF | Flag.CF);
});

test("PVI: CLI and STI in ring 3 act on VIF", () => {
  const scene = new Scene("protected", { cpl: 3 });
  scene.cpu.state.set64("cr4", Cr4.PVI);
  scene.code([0xfb, 0xfa]);
  scene.step();
  assert.equal(scene.cpu.flags, 0x2 | Flag.VIF);
  scene.step();
  assert.equal(scene.cpu.flags, 0x2);
});

test("ports: the bitmap decides in this mode whatever IOPL is, and every bit of a wide access counts", () => {
  const reading = (code: number[], port: number, bitmap: number) => {
    const scene = task(code, { iopl: 3 });
    scene.cpu.writePhysical(BigInt(TSS + 0x88 + (port >> 3)), 2, BigInt(bitmap));
    scene.cpu.state.set64("general", BigInt(port), 2);
    scene.step();
    return scene.selector(CS) === PARAGRAPH ? "done" : vectorOf(scene);
  };
  assert.equal(reading([0xec], 0x3f8, 0), "done");
  assert.equal(reading([0xec], 0x3f9, 0b01), "done");
  assert.equal(reading([0xec], 0x3f9, 0b10), Vector.GP);
  assert.equal(reading([0xed], 0x3f9, 0b100), Vector.GP);
  // A word that straddles two bytes of the bitmap.
  assert.equal(reading([0xed], 0x3ff, 0x100), Vector.GP);
});

test("protected mode: CPL ≤ IOPL needs no bitmap; else a TSS without room for the bitmap is #GP(0)", () => {
  const reading = (cpl: number, iopl: number, limit: number) => {
    const scene = new Scene("protected", { cpl });
    scene.cpu.state.set32("segmentLimit", limit, TR);
    scene.cpu.writePhysical(BigInt(TSS + 0x66), 2, 0x68n);
    scene.cpu.setFlags(0x2 | (iopl << 12));
    for (let vector = 0; vector < 0x20; vector++)
      scene.handler(vector, { kind: Kind.interruptGate32, selector: KERNEL_CODE, offset: HANDLER + vector });
    scene.code([0xe4, 0x80]);
    scene.step();
    return scene.rip === 0x1_0002n ? "done" : vectorOf(scene);
  };
  assert.equal(reading(0, 0, 0x67), "done");
  assert.equal(reading(3, 3, 0x67), "done");
  assert.equal(reading(3, 0, 0x67), Vector.GP);
  // Port 80H is bit 0 of byte 10H; the byte behind it is read too.
  assert.equal(reading(3, 0, 0x68 + 0x10), Vector.GP);
  assert.equal(reading(3, 0, 0x68 + 0x11), "done");
});

test("instructions of protected mode are #UD", () => {
  // sldt ax
  const scene = task([0x0f, 0x00, 0xc0]);
  scene.step();
  assert.equal(vectorOf(scene), Vector.UD);
});
