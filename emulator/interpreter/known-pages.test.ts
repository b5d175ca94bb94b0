import assert from "node:assert/strict";
import { test } from "node:test";
import { type Board, board, long, place } from "../cpu/board.ts";
import { prepareInterpreter } from "../cpu/execution.ts";
import { FRAME_BYTES } from "../memory.ts";

const RAX = 0;
const interpreter = prepareInterpreter();

/** Functions f0, f1 … of `count`: `add eax,i; jmp` to the next, with a conditional jump that is never taken; the last one is `hlt`. */
function chain(count: number, step: number): number[] {
  const code: number[] = [];
  for (let i = 0; i < count; i++) code.push(0x83, 0xc0, step, 0x74, 0x02, 0xeb, 0x00);
  return [...code, 0xf4];
}

const start = (known?: Uint8Array): Board => {
  const b = board({ interpreter, known });
  long(b);
  return b;
};

/** Runs to the next HLT. */
function run({ cpu }: Board): void {
  cpu.state.set32("activity", 0);
  cpu.run(10_000);
}

/** Runs code in as many pages as it takes for it to be worth keeping. */
function runPages(b: Board, step = 1): void {
  for (let page = 0; page < 4; page++) {
    place(b, 0x10_0000 + page * FRAME_BYTES, chain(80, step + page));
    run(b);
  }
}

test("what one processor has decoded, another does not decode again: it comes to the same in the same time", () => {
  const first = start();
  runPages(first);
  const known = first.cpu.knownCode()!;
  const again = start(known);
  runPages(again);
  assert.equal(again.cpu.knownCode(), null, "nothing was left to decode");
  for (const { cpu } of [first, again]) assert.equal(cpu.state.get64("general", RAX), 80n * (1n + 2n + 3n + 4n));
  assert.equal(again.cpu.instructions, first.cpu.instructions);
  assert.equal(again.clock.now, first.clock.now);
});

test("a page that differs in one byte is another page", () => {
  const first = start();
  runPages(first);
  const again = start(first.cpu.knownCode()!);
  runPages(again, 2);
  assert.equal(again.cpu.state.get64("general", RAX), 80n * (2n + 3n + 4n + 5n));
});

test("code that was known and is changed is executed as it is now", () => {
  const first = start();
  runPages(first);
  const again = start(first.cpu.knownCode()!);
  runPages(again);
  const rax = again.cpu.state.get64("general", RAX);
  // The tenth step of the first page adds 100.
  again.memory.write(0x10_0000 + 9 * 7 + 2, Uint8Array.of(100));
  again.cpu.state.set64("rip", 0x10_0000n);
  run(again);
  assert.equal(again.cpu.state.get64("general", RAX), rax + 79n + 100n);
});

test("code that comes back, in another frame, is known within one processor", () => {
  const b = start();
  for (let round = 0; round < 3; round++) {
    runPages(b);
    b.memory.write(0x10_0000, new Uint8Array(4 * FRAME_BYTES));
    place(b, 0x20_0000 + round * FRAME_BYTES, chain(80, 1));
    run(b);
  }
  assert.equal(b.cpu.state.get64("general", RAX), 3n * 80n * (1n + 2n + 3n + 4n + 1n));
});

test("what is damaged, or of another processor, is not used", () => {
  const first = start();
  runPages(first);
  const known = first.cpu.knownCode()!;
  for (const bytes of [known.with(known.length - 1, known.at(-1)! ^ 1), known.slice(0, 400), known.slice(0, 3)]) {
    const again = start(bytes.slice());
    runPages(again);
    assert.equal(again.cpu.state.get64("general", RAX), 800n);
    assert.notEqual(again.cpu.knownCode(), null, "all was decoded");
  }
});
