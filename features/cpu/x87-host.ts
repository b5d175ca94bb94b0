/**
 * The host's processor as the judge of the x87 unit: records of unit state, memory operand and flags, each followed through
 * one instruction by the host and by Cor, and compared as FNSAVE images.
 *
 * Both run the same bytes at the same addresses, made by our assembler: for each instruction a loop over its records
 * (FRSTOR, the instruction, FNSAVE). The host runs them as a Linux executable, Cor on a bare processor in 64-bit mode.
 */
import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Assembler } from "../../dsl/asm/assembler.ts";
import { b, m, q } from "../../dsl/asm/operand.ts";
import { elfExecutable } from "../../dsl/out/elf-executable.ts";
import { link } from "../../dsl/out/link.ts";
import { board, long, place } from "../../emulator/cpu/board.ts";
import { defaultModel } from "../../emulator/cpu/cpuid.ts";
import { encodeRow } from "../../emulator/isa/encode.ts";
import type { MemoryOperand, Operand, Row } from "../../emulator/isa/instruction.ts";
import {
  ah,
  al,
  eax,
  edi,
  edx,
  esi,
  r8d,
  r9d,
  r10d,
  rax,
  rdi,
  rdx,
  rsi,
  x87Stack,
} from "../../emulator/isa/registers.ts";
import { rows } from "../../emulator/isa/rows.ts";

/** One record: before the instruction and, in the results, after it. */
export const Record = { image: 0, operand: 128, flags: 160, bytes: 192 } as const;
/** An FNSAVE image of 32 bits in protected mode (SDM vol. 1, figure 8-9). */
export const Image = {
  control: 0,
  status: 4,
  tags: 8,
  code: 12,
  opcode: 18,
  data: 20,
  registers: 28,
  bytes: 108,
} as const;

const CODE = 0x40_0000;
const CASES = 0x100_0000;
const RESULTS = 0x400_0000;
export const MOST_RECORDS = 160_000;

/** An instruction and the bytes it is made of; memory operands are the record's. */
export interface Subject {
  readonly row: Row;
  readonly name: string;
  readonly bytes: Uint8Array;
}

const operandMemory: MemoryOperand = {
  kind: "memory",
  bits: 0,
  segment: 3,
  base: rdi,
  index: null,
  scale: 1,
  displacement: BigInt(Record.operand),
  addressSize: 64,
};

/** Rows that are not about records: they would end the loop, or change what it compares. */
const leftOut = new Set(["frstor", "fnsave", "fldenv"]);

/** Every x87 row; those with ST(i) for each i given. */
export function subjects(registers: readonly number[] = [0, 1, 3]): Subject[] {
  const list: Subject[] = [];
  for (const row of rows) {
    if (!row.cost.startsWith("x87-") || leftOut.has(row.mnemonic) || row.operandSize === 16) continue;
    const stack = row.operands.some((spec) => spec.notation === "ST(i)");
    for (const i of stack ? registers : [0]) {
      const operands = row.operands.map((spec): Operand => {
        if (spec.memory) return { ...operandMemory, bits: spec.bits };
        return { kind: "register", register: spec.fixed !== null && spec.fixed !== 1 ? spec.fixed : x87Stack[i]! };
      });
      const { bytes } = encodeRow(row, operands, 64);
      list.push({ row, name: `${row.mnemonic} ${row.encoding}${stack ? ` i=${i}` : ""}`, bytes });
    }
  }
  return list;
}

/** The loops, from RSI (records) to RDI (results). */
function loops(a: Assembler, list: readonly Subject[], each: number): void {
  for (const { bytes } of list) {
    a.mov(edx, each);
    const again = a.here();
    a.mov(rax, q(rsi, Record.operand));
    a.mov(q(rdi, Record.operand), rax);
    a.mov(rax, q(rsi, Record.operand + 8));
    a.mov(q(rdi, Record.operand + 8), rax);
    a.frstor(m(rsi));
    a.mov(ah, b(rsi, Record.flags));
    a.mov(al, 0);
    a.sahf();
    a.db(...bytes);
    a.mov(q(rdi, Record.flags + 8), rax);
    a.lahf();
    a.seto(al);
    a.mov(q(rdi, Record.flags), rax);
    a.fnsave(m(rdi));
    a.add(rsi, Record.bytes);
    a.add(rdi, Record.bytes);
    a.dec(edx);
    a.jnz(again);
  }
}

const SYS = { read: 0, write: 1, mmap: 9, exit: 60 } as const;
const PROT_READ_WRITE = 3;
/** MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED */
const MAP_FLAGS = 0x32;

/** The loops first, so that they lie at `CODE` in both worlds; then what a Linux process needs around them. */
function program(list: readonly Subject[], each: number): Assembler {
  const a = new Assembler();
  const total = list.length * each * Record.bytes;
  a.section(".text", { address: BigInt(CODE) });
  const work = a.here();
  loops(a, list, each);
  a.ret();
  const systemCall = (number: number) => {
    a.mov(eax, number);
    a.syscall();
  };
  const transfer = (number: number, file: number, address: number) => {
    const again = a.newLabel();
    const done = a.newLabel();
    a.mov(rsi, address);
    a.here(again);
    a.mov(rdx, address + total);
    a.sub(rdx, rsi);
    a.jz(done);
    a.mov(edi, file);
    systemCall(number);
    a.add(rsi, rax);
    a.jmp(again);
    a.here(done);
  };
  a.global(
    a.func("_start", () => {
      for (const address of [CASES, RESULTS]) {
        a.mov(edi, address);
        a.mov(esi, (total + 0xfff) & ~0xfff);
        a.mov(edx, PROT_READ_WRITE);
        a.mov(r10d, MAP_FLAGS);
        a.mov(r8d, -1);
        a.mov(r9d, 0);
        systemCall(SYS.mmap);
      }
      transfer(SYS.read, 0, CASES);
      a.mov(rsi, CASES);
      a.mov(rdi, RESULTS);
      a.call(work);
      transfer(SYS.write, 1, RESULTS);
      a.mov(edi, 0);
      systemCall(SYS.exit);
    }),
  );
  return a;
}

/** The results the host gives for `records`: `each` of them for every subject, one after another. */
export function onHost(list: readonly Subject[], each: number, records: Uint8Array): Uint8Array {
  if (list.length * each > MOST_RECORDS) throw new Error(`more than ${MOST_RECORDS} records at a time`);
  const folder = mkdtempSync(join(tmpdir(), "cor-x87-"));
  try {
    const file = join(folder, "driver");
    const linked = link([program(list, each).finish()], { entry: "_start", regions: [{ address: CODE }] });
    writeFileSync(file, elfExecutable(linked));
    chmodSync(file, 0o755);
    const { stdout, status, signal } = spawnSync(file, { input: records, maxBuffer: records.length + 1024 });
    if (status !== 0 || stdout.length !== records.length)
      throw new Error(`the host's run ended with ${signal ?? status} after ${stdout.length} bytes`);
    return stdout;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The results Cor gives. */
export function onCor(list: readonly Subject[], each: number, records: Uint8Array): Uint8Array {
  // FISTTP came with SSE3.
  const model = { ...defaultModel, features: new Set([...defaultModel.features, "SSE3" as const]) };
  const machine = board({ model, megabytes: Math.ceil((RESULTS + MOST_RECORDS * Record.bytes) / 2 ** 20) });
  long(machine);
  const [stack, halt] = [0x3000, 0x3800];
  const { memory, cpu } = machine;
  memory.write(halt, Uint8Array.of(0xf4));
  const back = new Uint8Array(8);
  new DataView(back.buffer).setUint32(0, halt, true);
  memory.write(stack, back);
  memory.write(CASES, records);
  place(machine, CODE, program(list, each).finish().sections[0]!.bytes);
  const { state } = cpu;
  state.set64("general", BigInt(stack), 4);
  state.set64("general", BigInt(CASES), 6);
  state.set64("general", BigInt(RESULTS), 7);
  const stop = cpu.run(2 ** 31);
  if (stop.kind !== "halted") throw new Error(`Cor's run ended with "${stop.kind}"`);
  const results = new Uint8Array(records.length);
  memory.read(RESULTS, results);
  return results;
}
