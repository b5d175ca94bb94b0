import { test } from "node:test";
import { examples } from "./examples.ts";
import type { Mode } from "./instruction.ts";
import { compareWithObjdump, objdumpExists } from "./objdump.ts";
import { checkEncodings, checkStrings, Disagreements, seeds } from "./oracle.ts";

// A sample of what oracle.long.ts runs in full.
for (const seed of seeds()) {
  test(`encodings of every row: iced-x86 and our decoder read what was meant (seed ${seed})`, (context) => {
    const disagreements = new Disagreements();
    const compared = checkEncodings(3, seed, disagreements);
    context.diagnostic(`${compared} encodings`);
    disagreements.check(`seed ${seed}`);
  });

  for (const mode of [16, 32, 64] as const satisfies readonly Mode[])
    for (const shaped of [false, true])
      test(`${shaped ? "shaped" : "uniform"} random bytes in ${mode}-bit code: as iced-x86 (seed ${seed})`, (context) => {
        const disagreements = new Disagreements();
        const tally = checkStrings(50_000, mode, shaped, seed, disagreements);
        context.diagnostic(`${tally.same} the same, ${tally.refused} refused, ${tally.foreign} of other families`);
        disagreements.check(`seed ${seed}`);
      });

  test(`text and length as objdump's (seed ${seed})`, {
    skip: objdumpExists() ? false : "no objdump for x86 on this machine",
  }, (context) => {
    const disagreements = new Disagreements();
    const compared = compareWithObjdump(examples(1, seed), disagreements.add);
    context.diagnostic(`${compared} instructions`);
    disagreements.check(`seed ${seed}`);
  });
}
