/**
 * The same workloads as a program of Linux: on the host's own processor, for scale. What needs ring 0 is passed over.
 */
import { Assembler } from "../../dsl/asm/assembler.ts";
import { b, m } from "../../dsl/asm/operand.ts";
import { elfExecutable } from "../../dsl/out/elf-executable.ts";
import { Label } from "../../dsl/out/expression.ts";
import { link } from "../../dsl/out/link.ts";
import { al, eax, edi, edx, esi, r8, r9, r10, r11, rcx, rdi, rdx, rsi } from "../../emulator/isa/registers.ts";
import { compileTwins } from "../compiler/twins.ts";
import { compute } from "./compute.ts";
import { ARENA, BEGIN, END, LACKS, MEMORY_MIB, turn, type Workload } from "./frame.ts";
import { vectors } from "./vectors.ts";

const SYS_WRITE = 1;
const SYS_MMAP = 9;
const SYS_EXIT = 60;
/** PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED */
const READ_WRITE = 3;
const FIXED = 0x32;
const LOAD = 0x10_0000;

/** Workloads by which the host's processor can be timed in user mode. */
const inUserMode = new Set([...compute, ...vectors]);

/** A static executable that runs these workloads in this order and tells of them on its standard output as a guest does on port 0xE9. */
export function nativeProgram(workloads: readonly Workload[]): Uint8Array {
  const a = new Assembler({ bits: 64 });
  const start = new Label("_start");
  const put = new Label("put");
  const letter = new Label();
  a.section(".text", { flags: "rx", align: 4096 });
  a.section(".bss", {}, () => {
    a.align(8);
    a.object(letter, () => a.space(8));
  });
  a.func(put, () => {
    const kept = [rcx, rdx, rsi, rdi, r11];
    for (const register of kept) a.push(register);
    a.mov(b(letter), al);
    a.mov(edi, 1);
    a.lea(rsi, m(letter));
    a.mov(edx, 1);
    a.mov(eax, SYS_WRITE);
    a.syscall();
    for (const register of kept.toReversed()) a.pop(register);
    a.ret();
  });
  const say = () => void a.call(put);
  const routines = workloads.map((workload) => {
    if (!inUserMode.has(workload)) return null;
    const prepare = a.func(new Label(`${workload.name}.prepare`), () => {
      workload.prepare?.(a);
      a.ret();
    });
    const run = a.func(new Label(`${workload.name}.run`), () => {
      workload.run(a);
      a.ret();
    });
    workload.data?.(a);
    return { workload, prepare, run };
  });
  a.func(start, () => {
    a.mov(edi, ARENA);
    a.mov(esi, (MEMORY_MIB << 20) - ARENA);
    a.mov(edx, READ_WRITE);
    a.mov(r10, FIXED);
    a.mov(r8, -1);
    a.xor(r9, r9);
    a.mov(eax, SYS_MMAP);
    a.syscall();
    for (const routine of routines) {
      if (routine !== null) turn(a, routine.workload, routine.prepare, routine.run, say);
      else
        for (const passedOver of [BEGIN, END, LACKS, "\n"]) {
          a.mov(eax, passedOver.charCodeAt(0));
          say();
        }
    }
    a.xor(edi, edi);
    a.mov(eax, SYS_EXIT);
    a.syscall();
  });
  return elfExecutable(link([a.finish(), compileTwins()], { entry: start, regions: [{ address: LOAD }] }));
}
