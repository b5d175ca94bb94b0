/**
 * A C header for a program's exported functions, and for those it expects from elsewhere: prototypes, and the structures
 * they mention, laid out as ours are. Names that C cannot say (kernel/page.allocate) are bound by assembler labels.
 *
 * How values are passed is the System V ABI's way for scalars. A slice is two arguments, pointer and length. Storage goes
 * by address, also a result that is storage or more than two words: then its address is the first argument.
 */
import { roundUp, sizeOf, typeName } from "../check/intern.ts";
import type { TypedFunction } from "../check/tree.ts";
import type { ClassType, Field, Type } from "../check/types.ts";

/** The header's text. `guard`: a name for the include guard, for instance "DEMO_H". */
export function cHeader(functions: readonly TypedFunction[], guard: string): string {
  return new HeaderWriter().write(functions, guard);
}

class HeaderWriter {
  /** Definitions in the order in which C needs them. */
  readonly #definitions: string[] = [];
  readonly #done = new Set<string>();
  /** Classes that pointers go to. */
  readonly #declared = new Set<ClassType>();

  write(functions: readonly TypedFunction[], guard: string): string {
    const prototypes = functions.map((f) => this.#prototype(f));
    // A set's loop also sees what is added meanwhile.
    for (const type of this.#declared) this.#structure(type);
    const forward = [...this.#declared].map((type) => `struct ${structName(type)};`);
    return `${[
      `#ifndef ${guard}`,
      `#define ${guard}`,
      "#include <stdbool.h>",
      "#include <stdint.h>",
      "",
      ...forward,
      ...this.#definitions,
      ...prototypes,
      "",
      "#endif",
    ].join("\n")}\n`;
  }

  #prototype(f: TypedFunction): string {
    const symbol = f.contracts.symbol ?? f.name;
    const parameters: string[] = [];
    const inMemory = isStorage(f.result);
    if (inMemory) parameters.push(this.#declare(f.result, "*result"));
    for (const { name, type } of f.parameters) parameters.push(...this.#parameter(type, identifier(name)));
    const list = parameters.length === 0 ? "void" : parameters.join(", ");
    const name = identifier(symbol);
    const head = inMemory ? `void ${name}(${list})` : this.#declare(f.result, `${name}(${list})`);
    const noReturn = f.result.kind === "never" ? "__attribute__((noreturn)) " : "";
    return `${noReturn}${head}${name === symbol ? "" : ` __asm__("${symbol}")`};`;
  }

  #parameter(type: Type, name: string): string[] {
    if (type.kind === "slice") return [this.#declare(type.of, `*${name}`), `uint64_t ${name}_length`];
    if (type.kind === "function" && type.captures) return [`void *${name}`, `void *${name}_environment`];
    if (type.kind === "result" && type.of.kind !== "void" && !isStorage(type))
      return [`uint32_t ${name}_error`, this.#declare(type.of, name)];
    return [this.#declare(type, isStorage(type) ? `*${name}` : name)];
  }

  /** A declarator with its type: "uint8_t *name", "struct Page name[4]". */
  #declare(type: Type, name: string): string {
    switch (type.kind) {
      case "integer":
        return `${type.signed ? "int" : "uint"}${type.bits}_t ${name}`;
      case "float":
        return `${type.bits === 32 ? "float" : "double"} ${name}`;
      case "bool":
        return `bool ${name}`;
      case "symbol":
      case "ports":
        return `uint16_t ${name}`;
      case "error":
        return `uint32_t ${name}`;
      case "void":
      case "never":
        return `void ${name}`;
      case "pointer":
        if (type.to.kind === "class") {
          this.#declared.add(type.to);
          return `struct ${structName(type.to)} *${name}`;
        }
        return type.to.kind === "array" ? this.#declare(type.to, `(*${name})`) : this.#declare(type.to, `*${name}`);
      case "array":
        return this.#declare(type.of, `${name}[${type.length}]`);
      case "atomic":
      case "volatile":
        return `volatile ${this.#declare(type.of, name)}`;
      case "bigEndian":
        return `uint8_t ${name}[${type.bits / 8}]`;
      case "class":
        this.#structure(type);
        return `struct ${structName(type)} ${name}`;
      case "slice":
        return `struct ${this.#pair(typeName(type), [this.#declare(type.of, "*at"), "uint64_t length"])} ${name}`;
      case "result":
        if (type.of.kind === "void") return `uint32_t ${name}`;
        return `struct ${this.#pair(typeName(type), ["uint32_t error", this.#declare(type.of, "value")])} ${name}`;
      case "tagged": {
        const members = type.members.map((member) => this.#declare(member, identifier(member.name)));
        return `union { ${members.join("; ")}; } ${name}`;
      }
      default:
        return `void *${name}`;
    }
  }

  /** A structure of two values. */
  #pair(type: string, members: readonly string[]): string {
    const name = identifier(type);
    if (!this.#done.has(name)) {
      this.#done.add(name);
      this.#definitions.push(`struct ${name} {\n  ${members.join(";\n  ")};\n};`);
    }
    return name;
  }

  #structure(type: ClassType): void {
    const name = structName(type);
    if (this.#done.has(name)) return;
    this.#done.add(name);
    const lines: string[] = [];
    let end = 0;
    const pad = (to: number) => {
      if (to > end) lines.push(`uint8_t padding_${end}[${to - end}]`);
      end = Math.max(end, to);
    };
    for (const field of unitsOf(type.fields)) {
      pad(field.offset);
      lines.push(field.bit === null ? this.#declare(field.type, identifier(field.name)) : bitUnit(field));
      end = field.offset + (field.bit?.bytes ?? sizeOf(field.type).bytes);
    }
    pad(roundUp(type.bytes, 1));
    this.#definitions.push(
      `struct ${name} {\n  ${lines.join(";\n  ")};\n} __attribute__((packed, aligned(${Math.max(type.align, 1)})));`,
      `_Static_assert(sizeof(struct ${name}) == ${type.bytes}, "${name}");`,
    );
  }
}

/** Fields by offset; of bit fields that share a unit, the first. */
function unitsOf(fields: readonly Field[]): Field[] {
  const seen = new Set<number>();
  return fields.filter(({ bit, offset }) => bit === null || (!seen.has(offset) && seen.add(offset)));
}

const bitUnit = ({ offset, bit }: Field): string => `uint${8 * bit!.bytes}_t bits_${offset}`;

/** Passed by address: storage, and results with storage in them. */
function isStorage(type: Type): boolean {
  if (type.kind === "result") return isStorage(type.of) || type.of.kind === "slice";
  return type.kind === "class" || type.kind === "array" || type.kind === "tagged";
}

const structName = (type: ClassType): string => identifier(type.name);

/** As near to a name as C allows. */
function identifier(text: string): string {
  return text.replace(/[^A-Za-z0-9_]+/g, "_").replace(/_$/, "");
}
