/** The corpus of small programs that checker and compiler are tried on, for those who change it at random. */
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

export interface Corpus {
  readonly files: readonly string[];
  /** Those without a mistake. */
  readonly sound: readonly string[];
  readonly texts: ReadonlyMap<string, string>;
}

export function readCorpus(): Corpus {
  const folder = fileURLToPath(new URL("corpus/", import.meta.url));
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((file) => file.replaceAll("\\", "/"))
    .filter((file) => file.endsWith(".ts"))
    .sort();
  const texts = new Map(files.map((file) => [file, readFileSync(folder + file, "utf8")]));
  return { files, texts, sound: files.filter((file) => !/error:/.test(texts.get(file)!)) };
}
