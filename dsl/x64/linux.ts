/**
 * The runtime of the `linux` target: what generated code calls (the failed check, memmove), the way in, and the few system
 * calls programs get: write, exit, mmap. Written in IR itself but for the first instructions.
 */
import { readFileSync } from "node:fs";
import { eax, edi, rdi, rsi, rsp } from "../../emulator/isa/registers.ts";
import { Assembler } from "../asm/assembler.ts";
import { m, q } from "../asm/operand.ts";
import { readProgram } from "../ir/read.ts";
import type { ObjectFile } from "../out/object.ts";
import { compileProgram } from "./object.ts";
import { linux, runtime } from "./target.ts";

/** Exit status after a failed check, as a shell shows a process ended by SIGABRT. */
export const PANIC_STATUS = 134;

/** System call numbers and constants: Linux, arch/x86/entry/syscalls/syscall_64.tbl and mmap(2). */
const calls = `
function linux.write(%fd.0: i64, %text.1: i64, %bytes.2: i64) -> (i64) exported {
entry.0:
  %done.3: i64 = machine syscall(1i64, %fd.0, %text.1, %bytes.2, 0i64, 0i64, 0i64)
  return %done.3
}
function linux.exit(%status.0: i64) -> () exported noreturn {
entry.0:
  %none.1: i64 = machine syscall(231i64, %status.0, 0i64, 0i64, 0i64, 0i64, 0i64)
  unreachable
}
function linux.mmap(%bytes.0: i64) -> (i64) exported {
entry.0:
  %at.1: i64 = machine syscall(9i64, 0i64, %bytes.0, 3i64, 34i64, -1i64, 0i64)
  return %at.1
}
`;

/** Writes the message, then the words in decimal, and ends the process. */
const panic = `
global cor.comma rodata bytes 2 align 1 = 2c20
global cor.colon rodata bytes 2 align 1 = 3a20
global cor.newline rodata bytes 1 align 1 = 0a
function cor.number(%n.0: i64) -> () {
  slot digits#0 24 align 8
entry.0:
  %at.1: i64 = slot digits#0
  jump digit.1
digit.1:
  %left.2: i64 = phi entry.0: %n.0, digit.1: %next.3
  %place.4: i64 = phi entry.0: 24i64, digit.1: %before.5
  %next.3: i64 = udiv %left.2, 10i64
  %digit.6: i64 = urem %left.2, 10i64
  %code.7: i64 = add %digit.6, 48i64
  %byte.8: i8 = trunc %code.7
  %before.5: i64 = sub %place.4, 1i64
  %to.9: i64 = add %at.1, %before.5
  store %byte.8, [%to.9] plain align 1
  %more.10: i1 = ne %next.3, 0i64
  branch %more.10, digit.1, done.2
done.2:
  %text.11: i64 = add %at.1, %before.5
  %bytes.12: i64 = sub 24i64, %before.5
  %none.13: i64 = call @linux.write(2i64, %text.11, %bytes.12)
  return
}
function ${runtime.panic}(%text.0: i64, %bytes.1: i64, %count.2: i64, %a.3: i64, %b.4: i64) -> () exported noreturn {
entry.0:
  %w.5: i64 = call @linux.write(2i64, %text.0, %bytes.1)
  %none.6: i1 = eq %count.2, 0i64
  branch %none.6, end.3, first.1
first.1:
  %w.7: i64 = call @linux.write(2i64, @cor.colon, 2i64)
  call @cor.number(%a.3)
  %one.8: i1 = eq %count.2, 1i64
  branch %one.8, end.3, second.2
second.2:
  %w.9: i64 = call @linux.write(2i64, @cor.comma, 2i64)
  call @cor.number(%b.4)
  jump end.3
end.3:
  %w.10: i64 = call @linux.write(2i64, @cor.newline, 1i64)
  call @linux.exit(${PANIC_STATUS}i64)
  unreachable
}
`;

/**
 * The runtime's object. Symbols: linux.write(fd, text, bytes), linux.exit(status), linux.mmap(bytes), and what generated
 * code calls; with `panic: false` the caller brings a panic of its own.
 */
export function linuxRuntime({ panic: withPanic = true } = {}): ObjectFile {
  const move = readFileSync(new URL("../runtime/move.ir", import.meta.url), "utf8");
  return compileProgram(readProgram(calls + move + (withPanic ? panic : ""), "linux.ts"), linux, "runtime");
}

/** _start: argc and argv go to main(argc, argv), whose result is the exit status. */
export function linuxStart(): ObjectFile {
  const a = new Assembler({ name: "start" });
  const start = a.func("_start", () => {
    a.mov(rdi, q(rsp));
    a.lea(rsi, m(rsp, 8));
    a.call(a.extern("main"));
    a.mov(edi, eax);
    a.mov(eax, 231);
    a.syscall();
  });
  a.global(start);
  return a.finish();
}
