/** Debug registers, single steps and the frames they leave: what DR6 says, where RIP is, and RF. */
import { d } from "../../dsl/asm/operand.ts";
import { Label } from "../../dsl/out/expression.ts";
import { al, cr4, cx, dr0, dr1, dr7, eax, ecx, edi, esp, ss } from "../../emulator/isa/registers.ts";
import { DATA, Kernel, SCRATCH } from "./kernel.ts";

export function debugRegisters(without: ReadonlySet<string>): Uint8Array {
  const k = new Kernel(32, without);
  const { a } = k;
  const watch = (address: number | Label, dr7Value: number): void => {
    a.mov(eax, address);
    a.mov(dr0, eax);
    a.mov(eax, dr7Value);
    a.mov(dr7, eax);
  };
  for (const [name, dr7Value] of [
    ["a write, locally", 0x1_0001],
    ["a write, globally", 0x1_0002],
    ["reads and writes of four bytes", 0xf_0001],
    ["nothing, for neither bit is set", 0xf_0000],
  ] as const) {
    k.case(`a read, watched for ${name}`, () => {
      watch(SCRATCH, dr7Value);
      k.from();
      a.mov(eax, d(SCRATCH));
      a.nop();
    });
    k.case(`a write, watched for ${name}`, () => {
      watch(SCRATCH, dr7Value);
      k.from();
      a.mov(d(SCRATCH), eax);
      a.nop();
    });
  }
  for (const offset of [-4, -3, 3, 4])
    k.case(`a dword write ${offset} bytes away from a watched dword`, () => {
      watch(SCRATCH + 8, 0xd_0001);
      k.from();
      a.mov(d(SCRATCH + 8 + offset), eax);
      a.nop();
    });
  k.case("an instruction breakpoint", () => {
    const at = new Label();
    watch(at, 1);
    k.from();
    a.nop();
    a.here(at);
    a.inc(eax);
  });
  k.case("two breakpoints at once", () => {
    watch(SCRATCH, 0x11_0005);
    a.mov(eax, SCRATCH);
    a.mov(dr1, eax);
    k.from();
    a.mov(d(SCRATCH), eax);
    a.nop();
  });
  k.case("a watched destination of REP STOSB", () => {
    watch(SCRATCH + 2, 0x1_0001);
    a.mov(ecx, 4);
    a.mov(edi, SCRATCH);
    k.from();
    a.rep.stosb();
    a.nop();
  });
  k.case("general detect", () => {
    a.mov(eax, 0x2000);
    a.mov(dr7, eax);
    k.from();
    a.mov(eax, dr0);
  });
  k.case("DR4 with CR4.DE", () => {
    a.mov(eax, cr4);
    a.or(eax, 8);
    a.mov(cr4, eax);
    k.from();
    a.db(0x0f, 0x21, 0xe0);
  });
  k.case("an I/O breakpoint", () => {
    a.mov(eax, 8);
    a.mov(cr4, eax);
    watch(0x80, 0x2_0001);
    k.from();
    a.out(0x80, al);
    a.nop();
  });
  const step = (): void => {
    a.pushfd();
    a.or(d(esp), 0x100);
    k.from();
    a.popfd();
  };
  k.case("single steps", () => {
    k.returning(2);
    step();
    a.nop();
    a.inc(eax);
    a.nop();
    a.nop();
  });
  k.case("single steps through MOV SS", () => {
    a.mov(ecx, DATA);
    step();
    a.mov(ss, cx);
    a.nop();
    a.nop();
  });
  k.case("single steps through REP STOSB", () => {
    a.mov(ecx, 3);
    a.mov(edi, SCRATCH);
    k.returning(3);
    step();
    a.rep.stosb();
    a.nop();
    a.nop();
  });
  return k.finish();
}
