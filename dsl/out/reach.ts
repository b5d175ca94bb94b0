/**
 * Which sections of the objects a program needs: those that its beginnings lead to, by relocations. Functions and
 * variables are sections of their own, so that what nobody calls is left out of the image. Debug information follows what
 * it describes and keeps nothing alive.
 */
import { type Expression, type Label, labelsOf } from "./expression.ts";
import type { ObjectFile, ObjectSection } from "./object.ts";
import { namedSections } from "./tables.ts";

const usual: ReadonlySet<string> = new Set(Object.values(namedSections).map(({ name }) => name));

/** The sections that are needed. `roots`: global symbols, or labels of one of the objects. */
export function neededSections(
  objects: readonly ObjectFile[],
  roots: readonly (string | Label)[],
): ReadonlySet<ObjectSection> {
  const globals = new Map<string, { object: ObjectFile; value: Expression }>();
  const named = new Map<string, { object: ObjectFile; section: ObjectSection }[]>();
  const owners = new Map<ObjectSection, ObjectFile>();
  for (const object of objects) {
    for (const { name, global, shared, label, value } of object.symbols)
      if (global || shared) globals.set(name, { object, value: (label ?? value)! });
    for (const section of object.sections) {
      owners.set(section, object);
      const same = named.get(section.name);
      if (same === undefined) named.set(section.name, [{ object, section }]);
      else same.push({ object, section });
    }
  }
  const needed = new Set<ObjectSection>();
  const work: ObjectSection[] = [];
  const need = (section: ObjectSection) => {
    if (needed.has(section)) return;
    needed.add(section);
    work.push(section);
  };
  const follow = (value: Expression, object: ObjectFile): void => {
    for (const label of labelsOf(value)) {
      const place = object.places.get(label);
      const edge = object.edges.get(label);
      const symbol = globals.get(label.name);
      if (place !== undefined) need(object.sections[place.section]!);
      // Whoever asks where a section begins or ends wants all of it; but of those that every image has, what is in use.
      else if (edge !== undefined) {
        for (const { section } of named.get(edge.section) ?? [])
          if (!usual.has(edge.section) || section.size === 0) need(section);
      } else if (symbol !== undefined) follow(symbol.value, symbol.object);
    }
  };
  for (const root of roots) {
    const symbol = typeof root === "string" ? globals.get(root) : undefined;
    if (symbol !== undefined) follow(symbol.value, symbol.object);
    else if (typeof root !== "string") for (const object of objects) if (object.places.has(root)) follow(root, object);
  }
  // Notes, and what insists on an address, are for others than the program itself.
  for (const section of owners.keys())
    if (section.flags.note || (section.flags.allocate && section.address !== null)) need(section);
  for (let section = work.pop(); section !== undefined; section = work.pop())
    for (const { value } of section.relocations) follow(value, owners.get(section)!);
  for (const section of owners.keys()) if (!section.flags.allocate) needed.add(section);
  return needed;
}
