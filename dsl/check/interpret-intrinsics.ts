/** Intrinsics while compiling: those that only compute or move values. The others need the running machine. */

import { wrap } from "./intern.ts";
import { elementsOf, pointerOf, Trap } from "./interpret-calculate.ts";
import { type Box, clone, type Slice, type Value } from "./interpret-values.ts";
import type { Expression, Place } from "./tree.ts";
import type { IntegerType } from "./types.ts";

export function runIntrinsic(
  expression: Extract<Expression, { kind: "intrinsic" }>,
  given: () => Value[],
  box: (place: Place) => Box,
): Value {
  const { name, places, site } = expression;
  const bits = expression.arguments[0]?.type.kind === "integer" ? (expression.arguments[0].type as IntegerType) : null;
  switch (name) {
    case "assert": {
      const [holds, why] = given();
      if (!holds)
        throw new Trap(
          site,
          `an assertion does not hold${why instanceof Uint8Array ? `: ${new TextDecoder().decode(why)}` : ""}`,
        );
      return null;
    }
    case "panic":
      throw new Trap(site, `panic: ${new TextDecoder().decode(given()[0] as Uint8Array)}`);
    case "ignore":
      given();
      return null;
    case "copy": {
      const [to, from] = given().map((value) => pointerOf(value, site));
      to.elements[to.index].value = clone(from.elements[from.index].value);
      return null;
    }
    case "bigEndian.get":
      return box(places[0]).value;
    case "bigEndian.set":
      box(places[0]).value = given()[0];
      return null;
    case "fill": {
      const [to, value] = given();
      for (let i = 0; i < (to as Slice).length; i++)
        (to as Slice).elements[(to as Slice).from + i].value = clone(value);
      return null;
    }
    case "copySlice": {
      const [to, from] = given() as [Slice, Value];
      const values = elementsOf(from, site).map(clone);
      if (values.length !== to.length) throw new Trap(site, `${values.length} elements are copied to ${to.length}`);
      for (const [index, value] of values.entries()) to.elements[to.from + index].value = value;
      return null;
    }
    case "sqrt":
      return Math.sqrt(given()[0] as number);
    case "countOnes":
    case "leadingZeros":
    case "trailingZeros": {
      const text = BigInt.asUintN(bits!.bits, given()[0] as bigint)
        .toString(2)
        .padStart(bits!.bits, "0");
      const zeros = name === "leadingZeros" ? /^0*/ : /0*$/;
      return BigInt(name === "countOnes" ? text.replaceAll("0", "").length : zeros.exec(text)![0].length);
    }
    case "rotateLeft":
    case "rotateRight": {
      const [value, count] = given() as bigint[];
      const width = BigInt(bits!.bits);
      const left = name === "rotateLeft" ? count % width : (width - (count % width)) % width;
      const plain = BigInt.asUintN(bits!.bits, value);
      return wrap(bits!, (plain << left) | (plain >> (width - left)));
    }
    case "swapBytes": {
      const plain = BigInt.asUintN(bits!.bits, given()[0] as bigint);
      let swapped = 0n;
      for (let at = 0n; at < bits!.bits; at += 8n) swapped = (swapped << 8n) | ((plain >> at) & 0xffn);
      return wrap(bits!, swapped);
    }
    case "multiplyHigh": {
      const [x, y] = given() as bigint[];
      return wrap(bits!, (x * y) >> BigInt(bits!.bits));
    }
    default:
      throw new Trap(site, `${name} needs the running machine`);
  }
}
