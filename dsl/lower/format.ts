/**
 * Format strings: the texts between the values and each value go to the runtime's `format.*` functions, one call each,
 * which take a sink first: 0 is the console, 1 the kernel's log, anything else the address of a cursor in a buffer (three
 * words: address, length, bytes written so far).
 */
import type { Expression } from "../check/tree.ts";
import type { Enumeration } from "../check/types.ts";
import { address, Builder, constant, i64, newFunction } from "../ir/build.ts";
import type { Address, Operand, Signature } from "../ir/ssa.ts";
import { value } from "./expressions.ts";
import type { Frame } from "./frame.ts";
import { type Intrinsic, runtime } from "./intrinsics.ts";
import { resize } from "./places.ts";
import { isSigned } from "./shape.ts";

const CONSOLE = 0n;
const LOG = 1n;

/** klog, print and format; of format, the bytes that were written. */
export function formatted(l: Frame, e: Intrinsic): Operand[] {
  const { b } = l;
  let sink: Operand = i64(e.name === "klog" ? LOG : CONSOLE);
  let list = e.arguments;
  if (e.name === "format") {
    const [at, length] = value(l, list[0]!) as [Operand, Operand];
    list = list.slice(1);
    const cursor = b.slotAddress(b.slot("cursor", 24, 8));
    b.store(at, cursor, 0, { align: 8 });
    b.store(length, cursor, 8, { align: 8 });
    b.store(i64(0), cursor, 16, { align: 8 });
    sink = cursor;
  }
  // All values are evaluated before the first is written: they may be formatted by functions that print themselves.
  const values = list.map((a) => ({
    e: a,
    scalars: value(l, a.kind === "intrinsic" && a.name === "hex" ? a.arguments[0]! : a),
  }));
  l.at(e.site);
  e.text.forEach((piece, k) => {
    if (piece.length > 0) runtime(l, "format.text", [sink, address(l.unit.text(piece)), i64(piece.length)]);
    const next = values[k];
    if (next !== undefined) put(l, sink, next.e, next.scalars);
  });
  if (e.name === "klog") runtime(l, "format.end", [sink]);
  return e.name === "format" ? [b.load("i64", sink, 16, { align: 8 })] : [];
}

function put(l: Frame, sink: Operand, e: Expression, scalars: readonly Operand[]): void {
  const x = scalars[0]!;
  if (e.kind === "intrinsic" && e.name === "hex") {
    runtime(l, "format.hex", [sink, resize(l, x, "i64", false)]);
    return;
  }
  const { type } = e;
  switch (type.kind) {
    case "slice":
      runtime(l, "format.text", [sink, x, scalars[1]!]);
      return;
    case "bool": {
      const truth = l.b.select(x, address(l.unit.message("true")), address(l.unit.message("false")));
      runtime(l, "format.text", [sink, truth, l.b.select(x, i64(4), i64(5))]);
      return;
    }
    case "float":
      runtime(l, "format.float", [sink, type.bits === 32 ? l.b.unary("fext", x, "f64") : x]);
      return;
    case "integer": {
      const wide = resize(l, x, "i64", isSigned(type));
      if (type.enumeration !== null) {
        const signature: Signature = { parameters: ["i64"], results: ["i64", "i64"] };
        const [at, length] = l.b.call(enumerationNames(l, type.enumeration), signature, [wide]);
        runtime(l, "format.text", [sink, at!, length!]);
      } else runtime(l, type.signed ? "format.signed" : "format.unsigned", [sink, wide]);
      return;
    }
    default:
      runtime(l, "format.pointer", [sink, x]);
  }
}

/** The function that gives the name of an enum's value, "?" for others; made on first use. */
function enumerationNames(l: Frame, e: Enumeration): Address {
  const name = `lower.names(${e.name})`;
  l.unit.asksMore();
  if (l.unit.program.functions.some((f) => f.name === name)) return address(name);
  const f = newFunction(name, [{ type: "i64", hint: "value" }], ["i64", "i64"], { inline: "never", cold: true });
  const b = new Builder(f);
  const other = b.block("other");
  const known = new Map<bigint, string>();
  for (const [text, number] of e.members) if (!known.has(number)) known.set(number, text);
  const cases = [...known].map(([number, text]) => ({ bits: constant("i64", number).bits, text, to: b.block("name") }));
  b.switch(
    f.parameters[0]!,
    cases.map(({ bits, to }) => ({ bits, to })),
    other,
  );
  for (const { text, to } of [...cases, { text: "?", to: other }]) {
    b.at(to);
    b.return(address(l.unit.message(text)), i64(new TextEncoder().encode(text).length));
  }
  l.unit.program.functions.push(f);
  return address(name);
}
