/**
 * START HERE: `node bench/cost/measure.ts` measures the cost classes on this machine's processor and prints, beside each measurement, what
 * the model says of the same code in a loop (nothing where instructions run alone or are repeated: costs.ts and cost.ts hold their
 * figures themselves). `measured.txt` is what it printed on the reference microarchitecture; the numbers of emulator/isa/costs.ts come
 * from there.
 */
import { cpus } from "node:os";
import { endsStraightLine } from "../../emulator/cpu/cost.ts";
import { loopCycles } from "../../emulator/cpu/loop-cost.ts";
import { format } from "../../emulator/isa/format.ts";
import { MIDDLE, measure, nativeMissing } from "./native.ts";
import { assemble, pieces } from "./pieces.ts";

/** Pointers with room behind them; RCX 3, RDX and R8 0, R9 5. FXSAVE wants 16 bytes' alignment. */
const registers = Array.from({ length: 16 }, (_, i) => BigInt(MIDDLE + 0x400 * i));
registers[1] = 3n;
registers[2] = 0n;
registers[8] = 0n;
registers[9] = 5n;

if (nativeMissing !== null) {
  console.log(`measuring ${nativeMissing}`);
} else {
  const assembled = pieces.map(([cost, write]) => ({ cost, ...assemble(write) }));
  const measured = measure(
    assembled.map(({ bytes, instructions }) => ({ at: () => bytes, instructions: instructions.length, registers })),
  );
  console.log(`${cpus()[0]?.model}, ${new Date().toISOString().slice(0, 10)}; core cycles in the steady state\n`);
  console.log(`${"class".padEnd(24)}measured   model  code`);
  for (const [i, { cost, instructions }] of assembled.entries()) {
    const cycles = measured[i]?.toFixed(2) ?? "faults";
    const model = instructions.some(endsStraightLine) ? "" : loopCycles(instructions).toFixed(2);
    console.log(
      `${cost.padEnd(24)}${cycles.padStart(8)}${model.padStart(8)}  ${instructions.map((instruction) => format(instruction)).join("; ")}`,
    );
  }
}
