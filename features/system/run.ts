/** One kernel on Cor and on QEMU: what each says on COM1, line by line. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { Qemu } from "../../disks/testing/qemu.ts";
import { Machine } from "../../emulator/machine.ts";
import type { Tier, TierSettings } from "../../emulator/translator/tiers.ts";

/** Far more than any kernel needs. */
const INSTRUCTIONS = 100_000_000;

/** Milliseconds after which QEMU is taken to hang. */
const PATIENCE = 60_000;

/** How a kernel's life ended, beside what it said. */
export interface Said {
  readonly lines: readonly string[];
  readonly end: string;
}

const linesOf = (text: string): string[] => text.replaceAll("\r", "").split("\n").slice(0, -1);

export function onCor(image: Uint8Array, tier: Tier | TierSettings = "interpreter"): Said {
  let text = "";
  const machine = new Machine(
    { memory: 16, kernel: { image, name: "kernel" } as never, tier },
    {
      output: (channel, byte) => {
        if (channel === "com1") text += String.fromCharCode(byte);
      },
    },
  );
  const stop = machine.run({ instructions: INSTRUCTIONS });
  machine.close();
  return { lines: linesOf(text), end: stop.kind };
}

export async function onQemu(image: Uint8Array): Promise<Said> {
  await using qemu = new Qemu((folder) => {
    const file = join(folder, "kernel.bin");
    writeFileSync(file, image);
    const exit = ["-device", "isa-debug-exit,iobase=0xf4,iosize=4"];
    return ["-cpu", "max,vendor=GenuineIntel", "-accel", "tcg", "-m", "16", "-kernel", file, ...exit];
  });
  const ends = qemu.ends();
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise<"hangs">((resolve) => {
    timer = setTimeout(() => resolve("hangs"), PATIENCE);
  });
  const code = await Promise.race([ends, patience]);
  clearTimeout(timer);
  return { lines: linesOf(qemu.serial), end: code === 1 ? "debug-exit" : code === 0 ? "triple-fault" : `${code}` };
}
