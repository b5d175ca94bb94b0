/**
 * Runs the whole compiler, from text to program, on mutated sources of the rule corpus: whatever the source says, it must
 * come back with a program or with messages that name places, and what comes out of the optimizer must be IR. The
 * compilations share what one leaves for the next, so that compiling again after any change is tried as well.
 */
import assert from "node:assert/strict";
import { readCorpus } from "./check/corpus.ts";
import { mutate, Random } from "./check/mutate.ts";
import { CompileCache, compile, diagnosticsText } from "./compile.ts";
import { verifyProgram } from "./ir/verify.ts";
import type { TargetName } from "./targets.ts";

const targets: readonly TargetName[] = ["linux", "wasm", "cor-user", "cor-kernel"];
/** So many compilations share a cache. */
const SHARED = 200;

export interface Fuzzed {
  /** Sources that became programs, and messages about the others. */
  readonly compiled: number;
  readonly mistakes: number;
}

/** Compiles the mutated sources of the seeds [from, to). Throws with the source that broke it. */
export function fuzzCompiler(from: number, to: number): Fuzzed {
  const { files, texts, sound } = readCorpus();
  let cache = new CompileCache();
  let compiled = 0;
  let mistakes = 0;
  for (let seed = from; seed < to; seed++) {
    if (seed % SHARED === 0) cache = new CompileCache();
    const random = new Random(seed);
    const file = random.pick(random.below(4) === 0 ? files : sound);
    // Few mutations are accepted: the others are looked at by check/fuzz.ts.
    const text = mutate(texts.get(file)!, random);
    const target = targets[random.below(targets.length)]!;
    try {
      const result = compile({
        ...{ entries: [file], target, cache, unsafe: ["kernel/"], link: false, stack: true, mostSteps: 20_000 },
        read: (name) => (name === file ? text : (texts.get(name) ?? null)),
      });
      assert.ok(diagnosticsText(result).length > 0 || result.diagnostics.length === 0);
      for (const { message } of result.diagnostics) assert.ok(message.length > 0);
      mistakes += result.diagnostics.length;
      if (result.diagnostics.length > 0) continue;
      compiled++;
      assert.deepEqual(verifyProgram(result.ir!), []);
      assert.ok(result.objects.length > 0 || WebAssembly.validate(Uint8Array.from(result.bytes!)));
    } catch (error) {
      throw new Error(`seed ${seed}, ${file} for ${target}:\n${text}`, { cause: error });
    }
  }
  return { compiled, mistakes };
}
