import assert from "node:assert/strict";
import { test } from "node:test";
import { examples } from "./examples.ts";
import type { Mode } from "./instruction.ts";
import { compareWithObjdump, objdumpExists } from "./objdump.ts";
import { checkEncodings, checkStrings, Disagreements, seeds } from "./oracle.ts";

const [fixedSeed, freshSeed] = seeds() as readonly [number, number];

test("at least 200,000 encodings of every row, form and prefix: iced-x86 and our decoder read what was meant", (context) => {
  const disagreements = new Disagreements();
  const compared = checkEncodings(35, fixedSeed, disagreements) + checkEncodings(35, freshSeed, disagreements);
  context.diagnostic(`${compared} encodings over the three modes, seeds ${fixedSeed} and ${freshSeed}`);
  disagreements.check(`seeds ${fixedSeed} and ${freshSeed}`);
  assert.ok(compared >= 200_000);
});

for (const mode of [16, 32, 64] as const satisfies readonly Mode[])
  for (const shaped of [false, true])
    test(`1,000,000 ${shaped ? "shaped" : "uniform"} random strings in ${mode}-bit code: as iced-x86`, (context) => {
      const disagreements = new Disagreements();
      const tally = checkStrings(1_000_000, mode, shaped, freshSeed, disagreements);
      const { same, refused, foreign } = tally;
      context.diagnostic(`${same} the same, ${refused} refused, ${foreign} of other families, seed ${freshSeed}`);
      disagreements.check(`seed ${freshSeed}`);
      assert.equal(same + refused + foreign, 1_000_000);
    });

test("objdump agrees on at least 50,000 instructions", {
  skip: objdumpExists() ? false : "no objdump for x86 on this machine",
}, (context) => {
  const disagreements = new Disagreements();
  const compared = compareWithObjdump(examples(16, freshSeed), disagreements.add);
  context.diagnostic(`${compared} instructions, seed ${freshSeed}`);
  disagreements.check(`seed ${freshSeed}`);
  assert.ok(compared >= 50_000);
});
