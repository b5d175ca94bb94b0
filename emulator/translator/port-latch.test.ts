/** IN and OUT of ports that are latches, in every tier: what the guest sees is what it sees of a device that answers itself. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { type Board, board, flat32, long, place } from "../cpu/board.ts";
import { Random } from "../cpu/random-program.ts";
import type { StateView } from "../cpu/state.ts";
import { eightBit } from "../devices/byte-ports.ts";
import { LatchMay } from "../latches.ts";
import type { Tier } from "./tiers.ts";

const CODE = 0x1_0000;
/** A scratch register; one whose reading is harmless unless bit 7 of the last byte written to the third is set. */
const [SCRATCH, MASK, COMMAND] = [0x80, 0x81, 0x82] as const;
const [RAX, RCX, RDX, RBX] = [0, 1, 2, 3] as const;

/** The device; `latched`: it says what need not be asked. Returns how often it was asked. */
function plug(b: Board, latched: boolean): () => number {
  let asked = 0;
  let [scratch, mask, command, reads] = [0x11, 0x22, 0, 0];
  const show = () => {
    if (!latched) return;
    b.bus.latch(SCRATCH, scratch, LatchMay.beRead | LatchMay.beWritten);
    b.bus.latch(MASK, mask, command & 0x80 ? 0 : LatchMay.beRead);
  };
  show();
  const device = eightBit({
    readPort(port) {
      asked++;
      if (port === SCRATCH) return latched ? b.bus.latches.value(SCRATCH) : scratch;
      if (port === COMMAND) return b.clock.now & 0xff;
      const value = command & 0x80 ? ++reads & 0xff : mask;
      return value;
    },
    writePort(port, value) {
      asked++;
      if (latched) scratch = b.bus.latches.value(SCRATCH);
      if (port === SCRATCH) scratch = value;
      else if (port === MASK) mask = value;
      else command = value;
      show();
    },
  });
  b.bus.claimPorts("test", SCRATCH, 3, device);
  return () => asked;
}

const pieces = [
  [0xe4, SCRATCH], // in al,scratch
  [0xe6, SCRATCH], // out scratch,al
  [0xe4, MASK],
  [0xe6, MASK],
  [0xe4, COMMAND],
  [0xe6, COMMAND],
  [0xec], // in al,dx
  [0xee], // out dx,al
  [0x66, 0xe5, SCRATCH], // in ax,scratch
  [0x66, 0xe7, SCRATCH], // out scratch,ax
  [0x31, 0xd2, 0xb2, SCRATCH], // dx: scratch
  [0x31, 0xd2, 0xb2, MASK], // dx: mask
  [0x01, 0xc3], // add ebx,eax
  [0xd1, 0xc3], // rol ebx,1
  [0x30, 0xd8], // xor al,bl
];

function program(random: Random): number[] {
  const body = Array.from({ length: 4 + random.below(12) }, () => pieces[random.below(pieces.length)]!).flat();
  return [...body, 0x83, 0xe9, 1, 0x75, 0x100 - (body.length + 5), 0xf4]; // sub ecx,1; jnz; hlt
}

const words = (state: StateView) => [RAX, RCX, RDX, RBX].map((register) => state.get64("general", register));

for (const [mode, cpl, iopl] of [
  [64, 0, 0],
  [64, 3, 3],
  [64, 3, 0],
  [32, 0, 0],
] as const)
  test(`latches in ${mode}-bit code at CPL ${cpl}, IOPL ${iopl}: as if their device were asked each time`, () => {
    const random = new Random(3 + cpl + iopl);
    let spared = 0;
    for (let i = 0; i < 12; i++) {
      const code = program(random);
      const run = (tier: Tier, latched: boolean) => {
        const b = board({ megabytes: 1, tier });
        if (mode === 64) long(b, { cpl });
        else flat32(b);
        const asked = plug(b, latched);
        place(b, CODE, code);
        b.cpu.state.set64("general", 300n, RCX);
        b.cpu.state.set64("general", BigInt(SCRATCH), RDX);
        b.cpu.setFlags(2 | (iopl << 12));
        b.cpu.run(6_000);
        const { state, instructions } = b.cpu;
        const values = [SCRATCH, MASK].map((port) => b.bus.readPort(port, 1));
        const activity = state.get32("activity");
        return {
          seen: [words(state), state.get64("rip"), instructions, b.clock.now, values, activity],
          asked: asked(),
        };
      };
      const plain = run("interpreter", false);
      for (const tier of ["interpreter", "translator"] as const) {
        const other = run(tier, true);
        assert.deepEqual(other.seen, plain.seen, `program ${i}, ${tier}`);
        spared += plain.asked - other.asked;
      }
    }
    assert.ok(iopl < cpl || spared > 1_000);
  });
