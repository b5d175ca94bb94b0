/**
 * Runs checker, rules and lowering on mutated programs of the corpus: whatever the source, it must come back with a verdict, name places
 * that exist, and say the same thing twice.
 */
import assert from "node:assert/strict";
import { verifyProgram } from "../ir/verify.ts";
import { lower } from "../lower/lower.ts";
import { checkRules } from "../rules/rules.ts";
import { ModuleCache } from "../syntax/modules.ts";
import { checkProgram, showDiagnostics } from "./check.ts";
import { readCorpus } from "./corpus.ts";
import { mutate, Random } from "./mutate.ts";
import { printProgram } from "./print.ts";

/** Checks `count` mutated sources; `seed` gives the first. Throws with the source that broke it. */
export function fuzz(seed: number, count: number): { accepted: number; mistakes: number } {
  const { files, texts, sound } = readCorpus();
  const cache = new ModuleCache();
  let accepted = 0;
  let mistakes = 0;
  for (let i = 0; i < count; i++) {
    const random = new Random(seed + i);
    const file = random.pick(random.below(2) === 0 ? sound : files);
    const text = mutate(texts.get(file)!, random);
    const options = {
      entries: [file],
      read: (name: string) => (name === file ? text : (texts.get(name) ?? null)),
      unsafe: ["kernel/"],
      cache,
      mostSteps: 20_000,
    };
    try {
      const checked = checkProgram(options);
      const shown = showDiagnostics(checked);
      if (checked.program) {
        accepted++;
        assert.ok(printProgram(checked.program).length >= 0);
        const broken = checkRules(checked.program, [...checked.sources.keys()]).diagnostics;
        for (const { site, message } of broken) assert.ok(site.line >= 1 && message.length > 0, `no place: ${message}`);
        if (broken.length === 0) assert.deepEqual(verifyProgram(lower(checked.program)), []);
      }
      mistakes += checked.diagnostics.length;
      for (const { site, length } of checked.diagnostics)
        assert.ok(site.line >= 1 && site.column >= 1 && length >= 1, `no place: ${JSON.stringify(site)}`);
      if (i % 16 === 0) assert.equal(showDiagnostics(checkProgram(options)), shown, "the same source, another verdict");
    } catch (error) {
      throw new Error(`seed ${seed + i}, ${file}:\n${text}`, { cause: error });
    }
  }
  return { accepted, mistakes };
}
