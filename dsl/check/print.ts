/**
 * The typed tree as text, for `--dump=tree` and golden tests: one statement a line, every conversion and every narrowing
 * visible, types where they are not plain from the operands.
 */
import { typeName } from "./intern.ts";
import type {
  Block,
  ConstantValue,
  Contracts,
  Expression,
  Local,
  Place,
  Statement,
  TypedFunction,
  TypedProgram,
} from "./tree.ts";

export function printProgram(program: TypedProgram): string {
  const parts: string[] = [];
  for (const type of program.classes) {
    const fields = type.fields.map(({ name, type: of, offset, bit }) => {
      const bits = bit ? ` bits ${bit.shift}..${bit.shift + bit.width - 1}` : "";
      return `  ${offset}: ${name}: ${typeName(of)}${bits}`;
    });
    parts.push(
      [
        `class ${type.name}, ${type.bytes} bytes, aligned to ${type.align}${type.affine ? ", affine" : ""}`,
        ...fields,
      ].join("\n"),
    );
  }
  for (const global of program.globals) {
    const flags = [
      global.constant ? "const" : "let",
      global.late ? "late" : "",
      global.external ? "external" : "",
      global.exported ? "exported" : "",
    ];
    const value = global.initial ? ` = ${constant(global.initial)}` : "";
    parts.push(`${flags.filter(Boolean).join(" ")} ${global.module}.${global.name}: ${typeName(global.type)}${value}`);
  }
  for (const fn of program.functions) parts.push(printFunction(fn));
  for (const root of program.roots)
    parts.push(`root ${root.kind}${root.vector === null ? "" : ` ${root.vector}`}: ${root.function.name}`);
  for (const claim of program.claims)
    parts.push(`claim ${claim.kind} 0x${claim.base.toString(16)} +${claim.count}: ${claim.global.name}`);
  return `${parts.join("\n\n")}\n`;
}

export function printFunction(fn: TypedFunction): string {
  const parameters = fn.parameters.map((local) => `${declared(local)}: ${typeName(local.type)}`).join(", ");
  const captures = fn.captures.length > 0 ? ` captures ${fn.captures.map((local) => local.name).join(", ")}` : "";
  const head = `function ${fn.name}(${parameters}): ${typeName(fn.result)}${captures}${contracts(fn.contracts)}`;
  return fn.body ? `${head}\n${block(fn.body, "  ")}`.trimEnd() : `${head} external`;
}

function contracts(all: Contracts): string {
  const said = Object.entries(all).flatMap(([name, value]) =>
    value === true ? [name] : value === false || value === null ? [] : [`${name} ${value}`],
  );
  return said.length > 0 ? ` [${said.join(", ")}]` : "";
}

/** A variable where it is declared: `&` lives in memory, `^` is used by a closure. */
const declared = (local: Local) => `${local.name}${local.addressed ? "&" : ""}${local.captured ? "^" : ""}`;

function block(body: Block, indent: string): string {
  return body.map((item) => statement(item, indent)).join("");
}

function statement(item: Statement, indent: string): string {
  const line = (text: string) => `${indent}${text}\n`;
  const inner = (body: Block) => block(body, `${indent}  `);
  switch (item.kind) {
    case "local":
      return line(
        `${item.local.mutable ? "let" : "const"} ${declared(item.local)}: ${typeName(item.local.type)}${item.initial ? ` = ${expression(item.initial)}` : ""}`,
      );
    case "using":
      return line(`using ${declared(item.local)} = ${expression(item.initial)}, ${item.dispose.name}`);
    case "defer":
      return line("defer") + inner(item.body);
    case "expression":
      return line(expression(item.expression));
    case "block":
      return line("block") + inner(item.body);
    case "if":
      return (
        line(`if ${expression(item.condition)}`) +
        inner(item.then) +
        (item.otherwise ? line("else") + inner(item.otherwise) : "")
      );
    case "loop": {
      const test = item.test ? `${item.testFirst ? "while" : "do while"} ${expression(item.test)}` : "loop";
      const update = item.update ? `, then ${expression(item.update)}` : "";
      return line(`${item.label ? `${item.label}: ` : ""}${test}${update}`) + inner(item.body);
    }
    case "forOf":
      return (
        line(
          `${item.label ? `${item.label}: ` : ""}for ${declared(item.local)}: ${typeName(item.local.type)} of ${expression(item.over)}`,
        ) + inner(item.body)
      );
    case "switch": {
      const cases = item.cases.map(
        ({ values, body }) => `${indent}  case ${values.join(", ")}\n${block(body, `${indent}    `)}`,
      );
      const rest = item.otherwise ? `${indent}  default\n${block(item.otherwise, `${indent}    `)}` : "";
      return line(`switch ${expression(item.value)}${item.exhaustive ? " exhaustive" : ""}`) + cases.join("") + rest;
    }
    case "break":
    case "continue":
      return line(`${item.kind}${item.label ? ` ${item.label}` : ""}`);
    case "return":
      return line(`return${item.value ? ` ${expression(item.value)}` : ""}`);
  }
}

export function place(item: Place): string {
  switch (item.kind) {
    case "localPlace":
      return item.local.name;
    case "globalPlace":
      return `@${item.global.name}`;
    case "deref":
      return `*${expression(item.pointer)}`;
    case "field":
      return item.of.kind === "deref"
        ? `${expression(item.of.pointer)}->${item.field}`
        : `${place(item.of)}.${item.field}`;
    case "variant":
      return `${place(item.of)} as ${typeName(item.type)}`;
    case "okPlace":
      return `${place(item.of)}!`;
    case "element":
      return `${place(item.of)}[${expression(item.index)}${item.checked ? "" : " unchecked"}]`;
    case "elementOf":
      return `${expression(item.of)}[${expression(item.index)}${item.checked ? "" : " unchecked"}]`;
  }
}

export function expression(item: Expression): string {
  const list = (all: readonly Expression[]) => all.map(expression).join(", ");
  switch (item.kind) {
    case "constant":
      return item.value.kind === "integer"
        ? `${item.value.value}${suffix(item)}`
        : item.value.kind === "zero"
          ? `zeroed ${typeName(item.type)}`
          : constant(item.value);
    case "read":
      return place(item.place);
    case "reference":
      return `&${place(item.place)}`;
    case "assign":
      return `${place(item.place)} = ${expression(item.value)}`;
    case "update":
      return `${place(item.place)} ${item.operator}= ${expression(item.value)}${item.result === "before" ? " (before)" : ""}`;
    case "binary":
    case "compare":
    case "logical":
      return `(${expression(item.left)} ${item.operator} ${expression(item.right)})`;
    case "unary":
      return `${item.operator}${expression(item.operand)}`;
    case "conditional":
      return `(${expression(item.condition)} ? ${expression(item.then)} : ${expression(item.otherwise)})`;
    case "convert":
      return `${typeName(item.type)}<-${typeName(item.operand.type)}(${expression(item.operand)})`;
    case "call":
      return `${item.callee.name}(${list(item.arguments)})`;
    case "callValue":
      return `(${expression(item.callee)})(${list(item.arguments)})`;
    case "closure":
      return `closure ${item.function.name}(${item.captured.map((local) => local.name).join(", ")})`;
    case "construct": {
      const fields = [...item.fields].map(([name, value]) => `${name}: ${expression(value)}`).join(", ");
      const then = item.initialise ? `${item.initialise.callee.name}(${list(item.initialise.arguments)})` : fields;
      return `new ${typeName(item.type)} { ${then} }`;
    }
    case "makeVariant":
      return `${typeName(item.type)} of ${expression(item.operand)}`;
    case "arrayLiteral":
      return `[${list(item.elements)}]`;
    case "makeSlice":
      return `slice(${expression(item.pointer)}, ${expression(item.length)})`;
    case "subSlice":
      return `${expression(item.of)}.sub(${expression(item.from)}, ${expression(item.to)})`;
    case "length":
      return `${expression(item.of)}.length`;
    case "makeError":
      return `error(${expression(item.code)})`;
    case "makeOk":
      return `ok(${item.value ? expression(item.value) : ""})`;
    case "isError":
      return `isErr(${expression(item.operand)})`;
    case "errorCode":
      return `code(${expression(item.operand)})`;
    case "orReturn":
      return `orReturn(${expression(item.operand)})`;
    case "intrinsic": {
      const text = item.text.map((piece) => JSON.stringify(new TextDecoder().decode(piece)));
      const places = item.places.map((inner) => `&${place(inner)}`);
      return `%${item.name}(${[...text, ...places, ...item.arguments.map(expression)].join(", ")})`;
    }
  }
}

const suffix = (item: Expression) =>
  item.type.kind === "integer" || item.type.kind === "symbol"
    ? `:${item.type.kind === "symbol" ? "symbol" : typeName(item.type)}`
    : "";

function constant(value: ConstantValue): string {
  switch (value.kind) {
    case "integer":
      return String(value.value);
    case "float":
    case "bool":
      return String(value.value);
    case "null":
      return "null";
    case "zero":
      return "zeros";
    case "text":
      return JSON.stringify(new TextDecoder().decode(value.bytes));
    case "function":
      return value.function.name;
    case "reference":
      return `&${value.global.name}${value.offset ? `+${value.offset}` : ""}`;
    case "elements": {
      const shown = value.elements.slice(0, 8).map(constant).join(", ");
      return `[${shown}${value.elements.length > 8 ? `, … ${value.elements.length}` : ""}]`;
    }
    case "fields":
      return `{ ${[...value.fields].map(([name, field]) => `${name}: ${constant(field)}`).join(", ")} }`;
  }
}
