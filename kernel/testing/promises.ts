/**
 * What must be found on a disk after its power was cut: each file that was synced and that nobody has touched since, with all its
 * bytes. Whoever works with files tells, before each operation, what it is about to do, and afterwards what was synced.
 */

/** A file that must be there: under one of these names, with these bytes (or, after a rename over it, with the others). */
export interface Promised {
  readonly paths: readonly string[];
  readonly contents: readonly Uint8Array[];
}

export class Promises {
  /** All files as they are now; null: nobody knows what is in it. */
  readonly files = new Map<string, Uint8Array | null>();
  readonly #promised = new Map<string, Promised>();

  get list(): readonly Promised[] {
    return [...this.#promised.values()];
  }

  #forget(path: string): void {
    for (const [key, { paths }] of this.#promised) if (paths.includes(path)) this.#promised.delete(key);
  }

  /** A file is made, or gets other bytes. */
  change(path: string, bytes: Uint8Array | null): void {
    this.#forget(path);
    this.files.set(path, bytes);
  }

  remove(path: string): void {
    this.#forget(path);
    this.files.delete(path);
  }

  /** Which of the two names the file has is known again at the next sync. */
  rename(from: string, to: string): void {
    if (from === to) return;
    const bytes = this.files.get(from)!;
    const replaced = this.files.get(to);
    const old = this.#promised.get(from);
    const target = this.#promised.get(to);
    this.#forget(from);
    this.#forget(to);
    // What was promised of the file holds under either name, as long as nothing else happens to them.
    if (bytes !== null) {
      if (isCertain(old) && replaced === undefined) this.#promised.set(from, { paths: [from, to], contents: [bytes] });
      else if (isCertain(target) && replaced != null)
        this.#promised.set(to, { paths: [to], contents: [replaced, bytes] });
    }
    this.files.delete(from);
    this.files.set(to, bytes);
  }

  synced(path: string): void {
    this.#forget(path);
    const bytes = this.files.get(path);
    if (bytes != null) this.#promised.set(path, { paths: [path], contents: [bytes] });
  }

  allSynced(): void {
    this.#promised.clear();
    for (const path of this.files.keys()) this.synced(path);
  }
}

function isCertain(promise: Promised | undefined): boolean {
  return promise?.paths.length === 1 && promise.contents.length === 1;
}
