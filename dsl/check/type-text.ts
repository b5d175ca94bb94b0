/**
 * Types as text, by which those of one check are compared with those of another: equal texts, equal types. Classes are their
 * names there; what is in them is a text of its own.
 */
import type { ClassLayout, ClassType, Enumeration, Type } from "./types.ts";

const texts = new WeakMap<Type, string>();

/** Types with equal texts are equal, but for what is in their classes. */
export function typeText(type: Type): string {
  let text = texts.get(type);
  if (text === undefined) texts.set(type, (text = make(type)));
  return text;
}

function make(type: Type): string {
  if (type.kind === "class") return classText(type);
  const parts = Object.values(type).map((value: unknown) => {
    if (value === null || typeof value !== "object") return String(value);
    if (Array.isArray(value)) return value.map((item) => (typeof item === "string" ? item : typeText(item))).join();
    if ("kind" in value) return typeText(value as Type);
    if (!("members" in value)) return Object.values(value).join();
    const { name, members } = value as Enumeration;
    return `${name} ${[...members].join(" ")}`;
  });
  return `(${parts.join(" ")})`;
}

/** Classes with equal texts come from the same declaration and have equal arguments. */
export const classText = ({ module, name, arguments: of }: ClassType): string =>
  `${module}:${name}<${of.map(typeText).join()}>`;

const layouts = new WeakMap<ClassLayout, string>();

/** All that a debugger shows of a class, but for what is in the classes of its fields. */
export function layoutText({ layout }: ClassType): string {
  let text = layouts.get(layout);
  if (text === undefined) {
    const fields = layout.fields.map(
      ({ name, type, offset, bit }) => `${name} ${typeText(type)} ${offset} ${bit?.shift} ${bit?.width}`,
    );
    layouts.set(layout, (text = `${layout.bytes} ${layout.align} ${fields.join(", ")}`));
  }
  return text;
}

/** The classes that somebody comes to who is shown values of these types, through pointers too. */
export function classesWithin(types: Iterable<Type>): Set<ClassType> {
  const classes = new Set<ClassType>();
  const seen = new Set<Type>(types);
  for (const type of seen) {
    if (type.kind === "class") {
      classes.add(type);
      for (const field of type.fields) seen.add(field.type);
    } else if (type.kind === "tagged") for (const member of type.members) seen.add(member);
    else if ("of" in type) seen.add(type.of);
    else if ("to" in type) seen.add(type.to);
  }
  return classes;
}
