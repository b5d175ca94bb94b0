/** Objects without what only debuggers read: two thirds of their bytes, and of what a linker has to fill in. */
import type { ObjectFile } from "./object.ts";

/** What memory holds of an object; sections keep their numbers. */
export function loadedPart<T extends ObjectFile>(object: T): T {
  const sections = object.sections.map((section) =>
    section.flags.allocate ? section : { ...section, bytes: new Uint8Array(0), size: 0, relocations: [], lines: [] },
  );
  return { ...object, sections };
}
