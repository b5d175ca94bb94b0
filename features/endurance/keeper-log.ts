/** Reads along with `stress -k` (disks/root/bin/stress/keeper.ts): which of its files must survive a power cut now. */
import { type Promised, Promises } from "../../kernel/testing/promises.ts";

/** The bytes that a keeper makes of a seed. */
function pattern(length: number, seed: number): Uint8Array {
  return new Uint8Array(length).map((_, i) => (i * 31 + seed * 7 + (i >> 7)) & 0xff);
}

class Keeper {
  readonly promises = new Promises();
  readonly #folder: string;
  #number = 0;

  constructor(folder: string) {
    this.#folder = folder;
  }

  #path(n: number): string {
    return `${this.#folder}/d${n % 3}/f${n}${"-".repeat((n * 7) % 60)}`;
  }

  hear(line: string, number: number, word: string, [a, b, c, d]: readonly [number, number, number, number]): void {
    this.#number++;
    if (number !== this.#number) throw new Error(`line ${this.#number} of a keeper is missing before "${line}"`);
    const { promises } = this;
    const path = this.#path(a);
    const before = promises.files.get(path) ?? null;
    const after = before && new Uint8Array(before);
    if (word === "write") promises.change(path, pattern(b, c));
    else if (word === "append") promises.change(path, before && Buffer.concat([before, pattern(b, c)]));
    else if (word === "change") {
      after?.set(pattern(c, d), b);
      promises.change(path, after);
    } else if (word === "truncate") promises.change(path, after?.subarray(0, b) ?? null);
    else if (word === "unlink") promises.remove(path);
    else if (word === "rename") promises.rename(path, this.#path(b));
    else if (word === "lost") promises.change(path, null);
    else if (word === "kept") promises.synced(path);
    else if (word === "all") promises.allSynced();
    else if (word !== "end") throw new Error(`"${line}" is nothing that a keeper says`);
  }
}

export class KeeperLog {
  readonly #keepers = new Map<string, Keeper>();
  readonly #folders: Readonly<Record<string, string>>;
  #rest = "";

  /** Where the keeper of each seed works, on its file system. */
  constructor(folders: Readonly<Record<string, string>>) {
    this.#folders = folders;
  }

  /** What the terminal says next. */
  hear(text: string): void {
    const lines = (this.#rest + text).split("\n");
    this.#rest = lines.pop()!;
    for (const line of lines) {
      const found = /@(\d+)\.(\d+) (\d+) (\w+) (\d+) (\d+) (\d+) (\d+)\r?$/.exec(line);
      if (found === null) continue;
      const [seed, generation, number, word, ...rest] = found.slice(1);
      const name = `${seed}.${generation}`;
      let keeper = this.#keepers.get(name);
      if (keeper === undefined) {
        keeper = new Keeper(`${this.#folders[seed!]}/keeper.${name}`);
        this.#keepers.set(name, keeper);
      }
      keeper.hear(line, Number(number), word!, rest.map(Number) as [number, number, number, number]);
    }
  }

  /** What the keepers of a seed were promised. */
  promised(seed: number): readonly Promised[] {
    return [...this.#keepers].flatMap(([name, { promises }]) => (name.startsWith(`${seed}.`) ? promises.list : []));
  }
}
