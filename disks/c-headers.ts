/**
 * The C library's headers, made from the library itself (disks/lib/c). Beside each exported function stands what C calls it,
 * in lines that begin with three slashes; here that is held against the function's own types, so that a header cannot say
 * anything else than what is compiled. Constants come from the kernel's interface (kernel/abi).
 *
 *     /// <unistd.h>                               what follows goes into this header
 *     /// ssize_t read(int fd, void *into, size_t bytes);
 *     /// SEEK_* F_OK from kernel/abi/files.ts     constants by their names
 *
 * What stands between a line of slash, star, h and the comment's end is C as it stands.
 */
import type { TypedFunction } from "../dsl/check/tree.ts";
import type { Type } from "../dsl/check/types.ts";
import { variadic } from "./c-start.ts";

interface Header {
  /** C as it stands. */
  readonly texts: string[];
  readonly constants: string[];
  readonly prototypes: string[];
}

/** Bits of C's types that are not 64 wide. */
const narrow: Readonly<Record<string, number>> = {
  ...{ int: 32, unsigned: 32, pid_t: 32, uid_t: 32, gid_t: 32, mode_t: 32, useconds_t: 32, clockid_t: 32 },
};

/**
 * Headers by name. `sources`: the library's modules by path; `functions`: what they export; `read`: other files of the project.
 * Throws when a prototype is none of what is exported.
 */
export function cHeaders(
  sources: ReadonlyMap<string, string>,
  functions: readonly TypedFunction[],
  read: (file: string) => string,
): Map<string, string> {
  const bySymbol = new Map(functions.map((f) => [f.contracts.symbol ?? f.name, f]));
  const headers = new Map<string, Header>();
  for (const [file, text] of sources) {
    let header: Header | null = null;
    for (const [, block, line] of text.matchAll(/^\/\*h\n([\s\S]*?)^\*\/$|^\/\/\/ (.*)$/gm)) {
      const name = /^<(.*)>$/.exec(line ?? "")?.[1];
      if (name !== undefined) {
        header = headers.get(name) ?? { texts: [], constants: [], prototypes: [] };
        headers.set(name, header);
        continue;
      }
      if (header === null) throw new Error(`${file} does not say which header it is for`);
      if (block !== undefined) header.texts.push(block.trimEnd());
      else if (line!.includes(" from ")) header.constants.push(...constants(line!, read));
      else {
        examine(line!, bySymbol, file);
        // C++ has no other word for it.
        header.prototypes.push(line!.replaceAll(/\brestrict\b/g, "__restrict"));
      }
    }
  }
  const written = [...headers].map(([name, header]) => [name, textOf(name, header)] as const);
  return new Map([...written, ...Object.entries(others)]);
}

function textOf(name: string, { texts, constants, prototypes }: Header): string {
  const guard = `_COR_${name.toUpperCase().replace(/\W/g, "_")}`;
  // assert.h means something new each time.
  const [first, last] = name === "assert.h" ? [[], []] : [[`#ifndef ${guard}`, `#define ${guard}`], ["#endif"]];
  const c = ["#ifdef __cplusplus", 'extern "C" {', "#endif"];
  const lines = [...first, ...new Set(texts), ...constants, ...c, ...prototypes, "#ifdef __cplusplus", "}", "#endif"];
  return `${[...lines, ...last].join("\n")}\n`;
}

/** "A_* B from FILE": the file's exported constants of these names; from Errno: the language's error codes. */
function constants(line: string, read: (file: string) => string): string[] {
  const [names, from] = line.split(" from ") as [string, string];
  const wanted = new RegExp(`^(?:${names.replaceAll("*", "\\w*").replaceAll(" ", "|")})$`);
  const known =
    from === "Errno"
      ? (/declare enum Errno \{([^}]*)\}/.exec(read("dsl/prelude/cor.d.ts"))?.[1] ?? "").matchAll(/(\w+) = (\d+)/g)
      : read(from).matchAll(/^export const (\w+) = ([\da-fxA-FX_]+);/gm);
  const found = [...known].filter(([, name]) => wanted.test(name!));
  if (found.length === 0) throw new Error(`there is nothing like "${line}"`);
  return found.map(([, name, value]) => `#define ${name} ${value!.replaceAll("_", "")}`);
}

/** Throws unless a prototype is that of a function of this symbol. */
function examine(prototype: string, bySymbol: ReadonlyMap<string, TypedFunction>, file: string): void {
  const wrong = (what: string) => new Error(`${file}: ${prototype}: ${what}`);
  const parts = /^(.*?)(\w+)\((.*)\);$/.exec(prototype.replace(/ __attribute__.*;$/, ";"));
  if (parts === null) throw wrong("this is no prototype");
  const [, result, name, list] = parts as unknown as [string, string, string, string];
  const parameters = list === "void" ? [] : splitParameters(list);
  const open = parameters.at(-1) === "...";
  const fixed = open ? parameters.slice(0, -1) : parameters;
  const made = variadic.find(([it]) => it === name);
  if (made !== undefined) {
    if (!open || fixed.length !== made[2] || !bySymbol.has(made[1])) throw wrong("the start code makes another");
    return;
  }
  const f = bySymbol.get(name);
  if (f === undefined) throw wrong("nothing of this name is exported");
  if (open ? f.parameters.length <= fixed.length : f.parameters.length !== fixed.length)
    throw wrong(`it takes ${f.parameters.length} words`);
  fixed.forEach((parameter, i) => {
    if (widthInC(parameter) !== widthOf(f.parameters[i]!.type)) throw wrong(`${parameter} is of another width`);
  });
  if (widthInC(`${result}it`) !== widthOf(f.result)) throw wrong("the result is of another width");
}

/** At commas that are not in parentheses. */
function splitParameters(list: string): string[] {
  const parts = [""];
  let depth = 0;
  for (const c of list) {
    if (c === "(") depth++;
    if (c === ")") depth--;
    if (c === "," && depth === 0) parts.push("");
    else parts[parts.length - 1] += c;
  }
  return parts.map((part) => part.trim());
}

/** Bits that a value takes in a register: 0 for nothing, negative for floating point. */
function widthInC(declaration: string): number {
  if (/[*[]/.test(declaration)) return 64;
  const type = declaration.trim().replace(/ ?\b\w+$/, "");
  if (type === "void") return 0;
  if (type === "double") return -64;
  if (type === "float") return -32;
  return narrow[type.replace(/^unsigned int$/, "unsigned")] ?? (/^$/.test(type) ? (narrow[declaration] ?? 64) : 64);
}

function widthOf(type: Type): number {
  if (type.kind === "void" || type.kind === "never") return 0;
  if (type.kind === "float") return -type.bits;
  return type.kind === "integer" ? type.bits : 64;
}

/** Headers without functions of the library: what compilers leave to it, and setjmp (c-start.ts). */
const others: Readonly<Record<string, string>> = {
  "stdint.h": `#ifndef _COR_STDINT_H
#define _COR_STDINT_H
${[8, 16, 32, 64]
  .flatMap((bits) => [
    `typedef __INT${bits}_TYPE__ int${bits}_t;`,
    `typedef __UINT${bits}_TYPE__ uint${bits}_t;`,
    `typedef __INT_LEAST${bits}_TYPE__ int_least${bits}_t;`,
    `typedef __UINT_LEAST${bits}_TYPE__ uint_least${bits}_t;`,
    `typedef __INT_FAST${bits}_TYPE__ int_fast${bits}_t;`,
    `typedef __UINT_FAST${bits}_TYPE__ uint_fast${bits}_t;`,
    `#define INT${bits}_MAX __INT${bits}_MAX__`,
    `#define INT${bits}_MIN (-__INT${bits}_MAX__ - 1)`,
    `#define UINT${bits}_MAX __UINT${bits}_MAX__`,
    `#define INT${bits}_C(c) __INT${bits}_C(c)`,
    `#define UINT${bits}_C(c) __UINT${bits}_C(c)`,
  ])
  .join("\n")}
typedef __INTPTR_TYPE__ intptr_t;
typedef __UINTPTR_TYPE__ uintptr_t;
typedef __INTMAX_TYPE__ intmax_t;
typedef __UINTMAX_TYPE__ uintmax_t;
#define INTPTR_MAX __INTPTR_MAX__
#define INTPTR_MIN (-__INTPTR_MAX__ - 1)
#define UINTPTR_MAX __UINTPTR_MAX__
#define INTMAX_MAX __INTMAX_MAX__
#define INTMAX_MIN (-__INTMAX_MAX__ - 1)
#define UINTMAX_MAX __UINTMAX_MAX__
#define SIZE_MAX __SIZE_MAX__
#define PTRDIFF_MAX __PTRDIFF_MAX__
#define PTRDIFF_MIN (-__PTRDIFF_MAX__ - 1)
#endif
`,
  "inttypes.h": `#ifndef _COR_INTTYPES_H
#define _COR_INTTYPES_H
#include <stdint.h>
${["d", "i", "u", "o", "x", "X"]
  .flatMap((c) => [
    ...[8, 16, 32].map((bits) => `#define PRI${c}${bits} "${c}"`),
    `#define PRI${c}64 "l${c}"`,
    `#define PRI${c}PTR "l${c}"`,
    `#define PRI${c}MAX "l${c}"`,
  ])
  .join("\n")}
#endif
`,
  "limits.h": `#ifndef _COR_LIMITS_H
#define _COR_LIMITS_H
#define CHAR_BIT 8
#define SCHAR_MAX 127
#define SCHAR_MIN (-128)
#define UCHAR_MAX 255
#define CHAR_MAX SCHAR_MAX
#define CHAR_MIN SCHAR_MIN
#define SHRT_MAX 32767
#define SHRT_MIN (-32768)
#define USHRT_MAX 65535
#define INT_MAX __INT_MAX__
#define INT_MIN (-INT_MAX - 1)
#define UINT_MAX (INT_MAX * 2u + 1)
#define LONG_MAX __LONG_MAX__
#define LONG_MIN (-LONG_MAX - 1)
#define ULONG_MAX (LONG_MAX * 2ul + 1)
#define LLONG_MAX __LONG_LONG_MAX__
#define LLONG_MIN (-LLONG_MAX - 1)
#define ULLONG_MAX (LLONG_MAX * 2ull + 1)
#define SSIZE_MAX LONG_MAX
#define PATH_MAX 4096
#define NAME_MAX 255
#define PIPE_BUF 4096
#endif
`,
  "setjmp.h": `#ifndef _COR_SETJMP_H
#define _COR_SETJMP_H
typedef unsigned long jmp_buf[8];
int setjmp(jmp_buf place) __attribute__((returns_twice));
void longjmp(jmp_buf place, int value) __attribute__((noreturn));
#endif
`,
  "sys/param.h": `#ifndef _COR_SYS_PARAM_H
#define _COR_SYS_PARAM_H
#include <limits.h>
#define MIN(a, b) ((a) < (b) ? (a) : (b))
#define MAX(a, b) ((a) > (b) ? (a) : (b))
#endif
`,
};
