import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { type Board, board, place, real } from "./board.ts";
import { packFlags } from "./flags.ts";
import { type TimingModel, timingModels } from "./timing-models.ts";

const IF = 0x200;

/**
 * Real-address mode: a loop with string instructions, port input, a call, a store into its own code and STI/CLI, under a timer that
 * interrupts every 97 cycles. The handler counts at 0x500.
 */
function busyBoard(timing: TimingModel): Board {
  const b = board({ timing });
  real(b);
  const code = [
    [0xfb], // again: sti
    [0xbe, 0x00, 0x20], // mov si,0x2000
    [0xbf, 0x00, 0x30], // mov di,0x3000
    [0xb9, 0x33, 0x00], // mov cx,51
    [0xf3, 0xa4], // rep movsb
    [0xe4, 0x60], // in al,0x60
    [0xfe, 0x06, 0x14, 0x10], // inc byte [0x1014]: the immediate of the next but one
    [0xfa], // cli
    [0x05, 0x01, 0x00], // add ax,1
    [0x60], // pusha
    [0x61], // popa
    [0xaa], // stosb
    [0x40], // inc ax
    [0xb9, 0x05, 0x00], // mov cx,5
    [0x01, 0xc3], // add bx,ax (a loop)
    [0xd1, 0xcb], // ror bx,1
    [0xe2, 0xfa], // loop
    [0xf6, 0xc3, 0x01], // test bl,1
    [0x74, 0x01], // jz +1
    [0x43], // inc bx
    [0xe8, 0x02, 0x00], // call +2
    [0xeb, 0xd2], // jmp again
    [0xc3], // ret
  ].flat();
  b.memory.write(0x600, Uint8Array.of(0xff, 0x06, 0x00, 0x05, 0xcf)); // inc word [0x500]; iret
  b.memory.write(4 * 0x20, Uint8Array.of(0x00, 0x06, 0, 0));
  for (let i = 0; i < 64; i++) b.memory.write(0x2000 + i, Uint8Array.of(i * 7));
  place(b, 0x1000, code);
  b.cpu.state.set64("general", 0x7000n, 4);
  b.cpu.setFlags(2 | IF);
  b.bus.claimPorts("counter", 0x60, 1, { readPort: () => b.clock.now & 0xff, writePort: () => {} });
  b.acknowledge = () => {
    b.cpu.setInterruptRequest(false);
    return 0x20;
  };
  const timer = b.clock.timer("tick", (at) => {
    b.cpu.setInterruptRequest(true);
    timer.arm(at + 97);
  });
  timer.arm(50);
  return b;
}

/** Runs until so many instructions are done, in calls of the given lengths. */
function runInSlices(b: Board, instructions: number, slice: () => number): string {
  while (b.cpu.instructions < instructions) {
    b.clock.fireDue();
    b.cpu.run(Math.min(slice(), instructions - b.cpu.instructions));
  }
  const { state } = b.cpu;
  const registers = Array.from({ length: 16 }, (_, i) => state.get64("general", i).toString(16));
  const memory = createHash("sha256").update(b.memory.bytes.subarray(b.memory.locate(0), b.memory.locate(0x8000)));
  const counts = [b.cpu.instructions, b.clock.now, packFlags(state), state.get64("rip")];
  return [...registers, ...counts, memory.digest("hex")].join(" ");
}

for (const timing of timingModels) {
  test(`how execution is cut into slices changes nothing, ${timing} timing`, () => {
    const total = 24_000;
    const whole = busyBoard(timing);
    const expected = runInSlices(whole, total, () => 1_000_000);
    assert.ok(whole.memory.load(0x500, 2) > 200, "the timer interrupted");
    let seed = 1;
    const random = () => {
      seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
      return 1 + ((seed >>> 16) % 50);
    };
    assert.equal(
      runInSlices(busyBoard(timing), total, () => 1),
      expected,
    );
    assert.equal(runInSlices(busyBoard(timing), total, random), expected);
    // Decoded code is thrown away again and again.
    const forgetful = busyBoard(timing);
    const forget = () => {
      const saved = { cpu: forgetful.cpu.save(), clock: forgetful.clock.save() };
      forgetful.cpu.restore(saved.cpu);
      forgetful.clock.restore(saved.clock);
      return random();
    };
    assert.equal(runInSlices(forgetful, total, forget), expected);
    // Each instruction alone, and not in a run.
    const watched = busyBoard(timing);
    let steps = 0;
    watched.cpu.onInstruction = () => steps++;
    assert.equal(
      runInSlices(watched, total, () => 1_000_000),
      expected,
    );
    assert.ok(steps > 0.9 * total);
  });

  test(`a snapshot taken anywhere goes on as the original does, ${timing} timing`, () => {
    const original = busyBoard(timing);
    runInSlices(original, 12_345, () => 1_000_000);
    const saved = { cpu: original.cpu.save(), memory: original.memory.save(), clock: original.clock.save() };
    const copy = busyBoard(timing);
    runInSlices(copy, 777, () => 1_000_000);
    copy.memory.restore(saved.memory);
    copy.cpu.restore(saved.cpu);
    copy.clock.restore(saved.clock);
    assert.equal(
      runInSlices(copy, 40_000, () => 1_000_000),
      runInSlices(original, 40_000, () => 1_000_000),
    );
  });
}

test("the two models differ in time alone", () => {
  const [simple, exact] = timingModels.map((timing) => {
    const b = board({ timing });
    real(b);
    place(
      b,
      0x1000,
      [
        0xb9, 0x10, 0x27, 0x69, 0xc0, 0x35, 0x4e, 0x05, 0x39, 0x30, 0xa8, 0x00, 0x84, 0xe4, 0x79, 0x01, 0x43, 0xe2,
        0xf0, 0xf4,
      ],
    );
    for (;;) if (b.cpu.run(1_000_000).kind === "halted") break;
    return b;
  }) as [Board, Board];
  assert.equal(simple.cpu.instructions, exact.cpu.instructions);
  assert.equal(simple.cpu.state.get64("general", 3), exact.cpu.state.get64("general", 3));
  // 10,000 conditions that a linear congruential generator decides: half of them are guessed wrong.
  const misses = (exact.clock.now - simple.clock.now) / 10_000;
  assert.ok(misses > 5 && misses < 15, `${misses} cycles a round`);
});
