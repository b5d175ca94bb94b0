/** Random flow graphs with calls, returns, indirect jumps and loops of all kinds, in regions as they are made while it runs, beside the reference processor. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { flat32, long } from "../cpu/board.ts";
import { prepareInterpreter } from "../cpu/execution.ts";
import { Lockstep, USABLE } from "../cpu/lockstep.ts";
import { operand, Random, TOP } from "../cpu/random-program.ts";
import { Activity } from "../cpu/state.ts";
import { decode } from "../isa/decode.ts";
import type { Instruction } from "../isa/instruction.ts";
import { tierSettings } from "./tiers.ts";

const RSP = 4;
const BLOCK_BYTES = 64;
const STACK = 0x3_0000;

const chosen = new RegExp(
  "^(add|sub|adc|sbb|and|or|xor|cmp|test|inc|dec|neg|not|mov|movzx|movsx|movsxd|lea|shl|shr|sar|rol|ror|rcl|rcr|imul|mul|" +
    "xchg|xadd|cmpxchg|set.*|cmov.*|bt|bts|btr|btc|bsf|bsr|bswap|shld|shrd|cdq|cwde|cdqe|cqo|sahf|lahf|cmc|clc|stc|cld|std|" +
    "popcnt|lzcnt|tzcnt|div|movbe)$",
);

/** Whether a program lives on behind it: no memory but near the stack pointer, which stays. */
function isHarmless(instruction: Instruction): boolean {
  const { row, operands, mode } = instruction;
  if (!chosen.test(row.mnemonic) || row.vector !== null) return false;
  return operands.every((operand, i) => {
    if (operand.kind === "immediate") return true;
    if (operand.kind === "register") {
      const { register } = operand;
      return (
        register.class === "general" && (register.index !== RSP || register.high || row.operands[i]!.access === "r")
      );
    }
    if (operand.kind !== "memory") return false;
    const { base, index, displacement, addressSize } = operand;
    const isNear = displacement > -0x1000n && displacement < 0x1000n;
    const byBit = row.mnemonic.startsWith("bt") && operands[1]!.kind === "register";
    return (
      base?.class === "general" && base.index === RSP && index === null && addressSize === mode && isNear && !byBit
    );
  });
}

function straight(random: Random, mode: 32 | 64): number[] {
  const code: number[] = [];
  const count = random.below(4);
  for (let done = 0; done < count; ) {
    const bytes = Uint8Array.from({ length: 15 }, () => random.bits(8));
    if (random.below(4) === 0) bytes[0] = 0x0f;
    const instruction = decode(bytes, 0, bytes.length, mode);
    if (typeof instruction === "string" || !isHarmless(instruction)) continue;
    if (code.length + instruction.length > 36) break;
    code.push(...bytes.subarray(0, instruction.length));
    done++;
  }
  return code;
}

const le32 = (value: number): number[] => [value, value >> 8, value >> 16, value >> 24].map((byte) => byte & 0xff);

/** Blocks of BLOCK_BYTES each that end in jumps, calls and returns to each other. `at`: where a block is. */
function graph(random: Random, mode: 32 | 64, blocks: number, at: (block: number) => number): Uint8Array {
  const code = new Uint8Array(BLOCK_BYTES * blocks).fill(0x90);
  for (let block = 0; block < blocks; block++) {
    const body = straight(random, mode);
    const far = (opcode: readonly number[]) => {
      const behind = at(block) + body.length + opcode.length + 4;
      body.push(...opcode, ...le32(at(random.below(blocks)) - behind));
    };
    const near = (opcode: number, to: number) => {
      const distance = at(to) - (at(block) + body.length + 2);
      if (distance >= -128 && distance < 128) body.push(opcode, distance & 0xff);
    };
    /** Through a word of the stack, which is full of addresses of blocks. */
    const indirect = (opcode: number) => body.push(0xff, opcode, 0x24, ...le32(8 * random.below(16)));
    switch (random.below(10)) {
      case 8:
        indirect(0xa4); // jmp
        break;
      case 9:
        indirect(0x94); // call
        break;
      case 3:
        far([0xe8]); // call
        break;
      case 4:
        if (random.below(3) === 0)
          body.push(0xc3); // ret
        else far([0x0f, 0x80 + random.below(16)]);
        break;
      case 5:
        near(0xe2, random.below(blocks)); // loop
        break;
      case 6:
        far([0xe9]); // jmp
        break;
      case 7:
        break;
      default:
        far([0x0f, 0x80 + random.below(16)]); // jcc
    }
    if (random.below(3) !== 0 && block + 1 < blocks) near(0xeb, block + 1);
    else if (body.length < BLOCK_BYTES - 6) far([0xe9]);
    code.set(body.slice(0, BLOCK_BYTES), BLOCK_BYTES * block);
  }
  return code;
}

const settings = {
  "while it runs": { threshold: 2, cooling: 1, deferred: false, onlySeen: true },
  "at once": tierSettings.translator,
};

for (const [name, tier] of Object.entries(settings))
  for (const mode of [32, 64] as const)
    test(`random flow graphs in ${mode}-bit code, translated ${name}, do what they do on the reference processor`, () => {
      const random = new Random(mode);
      const pair = new Lockstep(1, prepareInterpreter(), tier);
      const { state } = pair.board.cpu;
      for (let i = 0; i < 60; i++) {
        const seed = random.state;
        pair.reset(new Uint8Array(USABLE));
        if (mode === 32) flat32(pair.board);
        else long(pair.board);
        for (let r = 0; r < 16; r++) state.set64("general", operand(random) & (mode === 64 ? TOP : 0xffff_ffffn), r);
        state.set64("general", BigInt(STACK + 0x800), RSP);
        state.set32("idtrLimit", 0);
        const blocks = 3 + random.below(10);
        // Around the end of a page.
        const base = 0x1_0000 - BLOCK_BYTES * random.below(blocks + 4);
        const at = (block: number) => base + BLOCK_BYTES * block;
        // Returns without calls find code, too.
        const stack = new Uint8Array(0x2000);
        const view = new DataView(stack.buffer);
        for (let word = 0; word < stack.length; word += mode / 8)
          if (mode === 64) view.setBigUint64(word, BigInt(at(random.below(blocks))), true);
          else view.setUint32(word, at(random.below(blocks)), true);
        pair.write(STACK, stack);
        const tables = new Uint8Array(0x3000);
        pair.board.memory.read(0x8000, tables);
        pair.reference.memory.set(tables, 0x8000);
        state.set64("rip", BigInt(at(0)));
        pair.copyState();
        pair.setFlags(2 | (random.bits(12) & 0x8d5));
        pair.write(base, graph(random, mode, blocks, at));
        for (let part = 0; part < 6 && state.get32("activity") === Activity.running; part++)
          assert.equal(pair.run(1 + random.below(600)), null, `seed ${seed}, part ${part}`);
      }
      assert.ok(pair.board.cpu.translator.made > 60);
    });
