/**
 * Tables that take time to make, and that a start may not need: they are made when they are first wanted, and depend on nothing but the sources.
 */

/** Gives what `make` gave the first time. */
export function once<T extends object>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
