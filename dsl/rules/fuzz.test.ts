/** Mutated programs of the corpus, where the checker accepts them: the rules come back with a verdict and places that exist. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { checkProgram } from "../check/check.ts";
import { mutate, Random } from "../check/mutate.ts";
import { ModuleCache } from "../syntax/modules.ts";
import { checkRules } from "./rules.ts";

const corpus = fileURLToPath(new URL("corpus/", import.meta.url));
const files = readdirSync(corpus, { recursive: true, encoding: "utf8" })
  .map((file) => file.replaceAll("\\", "/"))
  .filter((file) => file.endsWith(".ts"))
  .sort();
const texts = new Map(files.map((file) => [file, readFileSync(corpus + file, "utf8")]));

test("6,000 mutated programs", () => {
  const cache = new ModuleCache();
  let looked = 0;
  for (let seed = 0; seed < Number(process.env.FUZZ_RULES ?? 6000); seed++) {
    const random = new Random(seed);
    const file = random.pick(files);
    const text = mutate(texts.get(file)!, random);
    const read = (name: string) => (name === file ? text : (texts.get(name) ?? null));
    try {
      const { program, sources } = checkProgram({
        entries: [file],
        read,
        unsafe: ["unsafe/"],
        cache,
        mostSteps: 20_000,
      });
      if (program === null) continue;
      looked++;
      for (const { site, length } of checkRules(program, [...sources.keys()]).diagnostics)
        assert.ok(site.line >= 1 && site.column >= 1 && length >= 1, JSON.stringify(site));
    } catch (error) {
      throw new Error(`seed ${seed}, ${file}:\n${text}`, { cause: error });
    }
  }
  assert.ok(looked > 100, `${looked} were accepted`);
});
