/**
 * For tests: runs many IR programs natively in one executable, each from the same start, and tells what each showed, in
 * the words of ir/shown.ts. A failed check (the runtime's panic) ends one program, not the run.
 */
import { spawnSync } from "node:child_process";
import { eax, ecx, edi, r8, rax, rcx, rdi, rdx, rsi, rsp } from "../../emulator/isa/registers.ts";
import { Assembler } from "../asm/assembler.ts";
import { m, q } from "../asm/operand.ts";
import { cloneProgram } from "../ir/clone.ts";
import { ENTRY, HIDDEN, OBSERVE } from "../ir/random.ts";
import type { Address, IrProgram, Operand } from "../ir/ssa.ts";
import { mapOperands, mapTerminatorOperands } from "../ir/visit.ts";
import { elfExecutable } from "../out/elf-executable.ts";
import { link } from "../out/link.ts";
import type { ObjectFile } from "../out/object.ts";
import { withFiles } from "../out/oracle.ts";
import { linuxRuntime } from "./linux.ts";
import { compileProgram } from "./object.ts";
import { linux, runtime, type Target } from "./target.ts";

export interface NativeRun {
  readonly program: IrProgram;
  readonly argument: bigint;
}

export const runsHere: string | false =
  process.platform !== "linux" || process.arch !== "x64" ? "runs on x86-64 Linux only" : false;

const logBytes = 1 << 24;
const tags = { observe: 1, trap: 2, result: 3, global: 4 };

/** What each program shows; null for all from the first that crashed on, with the reason instead of the last one. */
export function runNative(runs: readonly NativeRun[], target: Target = linux): (string | null)[] {
  const objects = runs.map(({ program }, k) => compileProgram(renamed(program, `p${k}.`), target, `program ${k}`));
  const image = link([driver(runs), ...objects, linuxRuntime({ panic: false })], {
    entry: "_start",
    regions: [{ address: 0x400000 }],
  });
  const names = new Map(image.symbols.map((s) => [s.value, s.name]));
  const { stdout, signal, status } = withFiles((file) =>
    spawnSync(file("programs", elfExecutable(image)), { maxBuffer: 2 * logBytes, timeout: 60_000 }),
  );
  if (signal !== null || status !== 0) {
    if (runs.length === 1) return [`crashed: ${signal ?? status}`];
    const middle = runs.length >> 1;
    return [...runNative(runs.slice(0, middle), target), ...runNative(runs.slice(middle), target)];
  }
  return parse(stdout, runs, names);
}

function parse(log: Buffer, runs: readonly NativeRun[], names: ReadonlyMap<bigint, string>): (string | null)[] {
  const view = new DataView(log.buffer, log.byteOffset, log.length);
  let at = 0;
  const word = () => {
    at += 8;
    return view.getBigUint64(at - 8, true);
  };
  return runs.map(({ program }, k) => {
    const lines: string[] = [];
    for (;;) {
      const tag = Number(word());
      if (tag === tags.observe) lines.push(String(word()));
      else if (tag === tags.trap) {
        const message = names.get(word())!.slice(`p${k}.`.length);
        const count = Number(word());
        const words = [word(), word()].map((value, n) => (n < count ? value : 0n));
        const global = program.globals.find((g) => g.name === message)!;
        lines.push(`trap ${new TextDecoder().decode(global.data)} ${words.join(" ")}`);
        break;
      } else {
        lines.push(`return ${word()}`);
        break;
      }
    }
    for (const g of shown(program)) {
      lines.push(`${g.name} ${log.subarray(at, at + g.bytes).toString("hex")}`);
      at += g.bytes;
    }
    return lines.join("\n");
  });
}

const shown = (program: IrProgram) => program.globals.filter((g) => g.name !== HIDDEN && g.section !== "rodata");

/** A copy of the program whose symbols begin with a prefix; OBSERVE is everybody's. */
function renamed(program: IrProgram, prefix: string): IrProgram {
  const copy = cloneProgram(program);
  const name = (symbol: string) => (symbol === OBSERVE ? symbol : prefix + symbol);
  const operand = (o: Operand): Operand => (o.kind === "address" ? { ...o, symbol: name(o.symbol) } : o);
  for (const f of copy.functions)
    for (const block of f.blocks) {
      for (const phi of block.phis) for (const [from, o] of phi.inputs) phi.inputs.set(from, operand(o));
      for (const i of block.instructions) mapOperands(i, operand);
      mapTerminatorOperands(block.terminator, operand);
      if (block.terminator.op === "trap") block.terminator.message = name(block.terminator.message);
    }
  const pointer = (to: Address): Address => ({ ...to, symbol: name(to.symbol) });
  return {
    functions: copy.functions.map((f) => ({
      ...f,
      name: name(f.name),
      attributes: { ...f.attributes, exported: f.attributes.exported },
    })),
    globals: copy.globals.map((g) => ({
      ...g,
      name: name(g.name),
      exported: true,
      pointers: g.pointers.map((p) => ({ ...p, to: pointer(p.to) })),
    })),
    externs: copy.externs.map((e) => ({ ...e, name: name(e.name) })),
    entries: [],
  };
}

/** _start: calls every program with its argument and writes the log; `observe` and the panic that goes on with the next. */
function driver(runs: readonly NativeRun[]): ObjectFile {
  const a = new Assembler({ name: "driver" });
  const log = a.newLabel("log");
  const end = a.newLabel("log end");
  const stack = a.newLabel("stack");
  const start = a.newLabel("_start");
  const observe = a.newLabel(OBSERVE);
  const panic = a.newLabel(runtime.panic);
  const finished = a.newLabel("finished");
  a.func(start, () => {
    runs.forEach(({ program, argument }, k) => {
      const main = a.extern(`p${k}.${ENTRY}`);
      const next = a.newLabel();
      a.mov(q(stack), rsp);
      a.lea(rax, m(next));
      a.mov(q(finished), rax);
      a.movabs(rdi, argument);
      // Callee-saved registers with values that a program would notice.
      a.call(main);
      a.mov(rcx, q(end));
      a.mov(q(rcx), tags.result);
      a.mov(q(rcx, 8), rax);
      a.add(q(end), 16);
      a.here(next);
      for (const g of shown(program)) {
        a.mov(rdi, q(end));
        a.lea(rsi, m(a.extern(`p${k}.${g.name}`)));
        a.mov(ecx, g.bytes);
        a.rep.movsb();
        a.mov(q(end), rdi);
      }
    });
    a.mov(rdx, q(end));
    a.lea(rsi, m(log));
    a.sub(rdx, rsi);
    const more = a.here();
    a.mov(eax, 1);
    a.mov(edi, 1);
    a.syscall();
    a.add(rsi, rax);
    a.sub(rdx, rax);
    a.ja(more);
    a.mov(eax, 60);
    a.xor(edi, edi);
    a.syscall();
  });
  a.func(observe, () => {
    a.mov(rax, q(end));
    a.mov(q(rax), tags.observe);
    a.mov(q(rax, 8), rdi);
    a.add(rax, 16);
    a.mov(q(end), rax);
    // What a callee may destroy, it does.
    a.movabs(rcx, 0x1111_1111_1111_1111n);
    a.mov(rax, rcx);
    a.mov(rdx, rcx);
    a.mov(rsi, rcx);
    a.mov(rdi, rcx);
    a.mov(r8, rcx);
    a.ret();
  });
  a.func(panic, () => {
    a.mov(rax, q(end));
    a.mov(q(rax), tags.trap);
    a.mov(q(rax, 8), rdi);
    a.mov(q(rax, 16), rdx);
    a.mov(q(rax, 24), rcx);
    a.mov(q(rax, 32), r8);
    a.add(rax, 40);
    a.mov(q(end), rax);
    a.mov(rsp, q(stack));
    a.jmp(q(finished));
  });
  a.global(start, observe, panic);
  a.section(".data");
  a.object(end, () => a.dq(log));
  a.object(stack, () => a.dq(0));
  a.object(finished, () => a.dq(0));
  a.section(".bss");
  a.object(log, () => a.space(logBytes));
  return a.finish();
}
